"""Public pages of the plan."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citystat.core import clock
from citystat.core.access import has_right, rule
from citystat.core.embedding import embeddable, is_embedded
from citystat.core.errors import NotFound
from citystat.plan.goals import access
from citystat.plan.goals import queries as goals
from citystat.plan.models import Plan
from citystat.web.goals import presenters


@rule("public")
@require_safe
def plan_in_force(request: HttpRequest) -> HttpResponse:
    """The plan in force today, or that there is none."""
    found, day = goals.plan_in_force(), clock.today()
    if found is None:
        return render(request, "web/goals/none.html", {"may_edit": has_right(request.user, "edit_plan")})
    return render(request, "web/goals/plan.html", presenters.plan_page(found, request.user, day=day) | _rights(request))


@rule("public")
@require_safe
def plan_version(request: HttpRequest, number: int) -> HttpResponse:
    """One version: adopted and earlier ones for everyone, drafts for the staff."""
    found = goals.plan(number)
    access.check_can_see(request.user, found)
    return render(request, "web/goals/plan.html", presenters.plan_page(found, request.user, day=clock.today()) | _rights(request))


@rule("public")
@require_safe
@embeddable
def goal(request: HttpRequest, code: str) -> HttpResponse:
    """One goal with live figures; `?embed=1` leaves out the frame of the site."""
    found = goals.goal(code, _plan_asked(request))
    context = presenters.goal_page(found, request.user, day=clock.today())
    return render(request, "web/goals/goal.html", context | {"embed": is_embedded(request)})


@rule("public")
@require_safe
def themes(request: HttpRequest) -> HttpResponse:
    """Major opportunity areas."""
    found = goals.themes(staff=has_right(request.user, "see_staff_pages"))
    return render(request, "web/goals/themes.html", {"themes": found} | _rights(request))


@rule("public")
@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """One theme across departments."""
    found = goals.theme(slug)
    access.check_can_see_theme(request.user, found)
    return render(request, "web/goals/theme.html", presenters.theme_page(found, request.user, day=clock.today()))


@rule("public")
@require_safe
def boards(request: HttpRequest) -> HttpResponse:
    """The strategy board and the operations board."""
    return render(request, "web/goals/boards.html", presenters.boards(request.user, day=clock.today()))


def _plan_asked(request: HttpRequest) -> Plan:
    number = request.GET.get("plan", "")
    if number.isdecimal() and len(number) < 10:
        found = goals.plan(int(number))
        access.check_can_see(request.user, found)
        return found
    current = goals.plan_in_force()
    if current is None:
        raise NotFound(_("No plan is in force, so there are no goals to show."))
    return current


def _rights(request: HttpRequest) -> dict[str, bool]:
    return {"may_edit": has_right(request.user, "edit_plan")}
