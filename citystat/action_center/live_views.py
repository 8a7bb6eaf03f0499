"""The live page and the rows it asks for every five seconds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citystat.action_center import access
from citystat.action_center import live_presenters as presenters
from citystat.core.access import rule
from citystat.core.errors import NotFound


def view_of(request: HttpRequest, name: str) -> presenters.View:
    """The view of this name, which the reader may see."""
    found = presenters.VIEWS.get(name)
    if found is None:
        raise NotFound(_("There is no such view of the day."))
    access.check_can_see_view(request.user, found.right)
    return found


@rule("public")
@never_cache
@require_safe
def live(request: HttpRequest, name: str = "") -> HttpResponse:
    """The day as it is, as a role sees it; without a name the reader's widest view."""
    view = view_of(request, name) if name else presenters.views_for(request.user)[-1]
    return render(request, "action_center/live.html", presenters.live_page(request.user, view))


@rule("public")
@never_cache
@require_safe
def live_rows(request: HttpRequest, name: str) -> HttpResponse:
    """The changing part of the page, read from the database at this moment."""
    return render(request, "action_center/_live.html", presenters.live_page(request.user, view_of(request, name)))
