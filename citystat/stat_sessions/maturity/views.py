"""The page of the five steps."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citystat.core.access import rule
from citystat.stat_sessions.maturity import queries


@rule("see_staff_pages")
@never_cache
@require_safe
def maturity(request: HttpRequest) -> HttpResponse:
    """The step the center stands on, why, and the next one."""
    found = queries.maturity()
    current = found.steps[found.reached - 1] if found.reached else None
    missing = [one for one in found.next.checks if not one.met] if found.next else []
    context = {"found": found, "current": current, "missing": missing}
    return render(request, "stat_sessions/maturity.html", context)
