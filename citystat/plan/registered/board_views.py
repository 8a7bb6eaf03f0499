"""Pages that join the measures: the board of a tier, and the health of the measures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citystat.core.access import rule
from citystat.plan.registered import board_presenters
from citystat.warehouse.connections import open_build


@rule("see_staff_pages")
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What one audience looks at: `?tier=3`, one department, a published rule of another city."""
    return render(request, "plan/registered/board.html", board_presenters.board_page(request.GET, open_build()))


@rule("see_staff_pages")
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """What ails the measures."""
    return render(request, "plan/registered/health.html", board_presenters.health_page(open_build()))
