"""The contact center's own figures for the 311 manager: calls, what callers say, what it costs. Counts and shares only."""

import csv
import io

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citystat.action_center import center_presenters as presenters
from citystat.action_center import center_reports
from citystat.core.access import has_right, rule
from citystat.core.csv_cells import safe


@rule("see_staff_pages")
@never_cache
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Calls by day, month and interval, and the people each interval needs."""
    context = presenters.calls_page(request.GET) | may_load(request)
    return render(request, "action_center/center_calls.html", context, status=400 if context.get("mistake") else 200)


@rule("see_staff_pages")
@never_cache
@require_safe
def calls_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file: `by` is day, month or interval."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([safe(cell) for cell in row] for row in presenters.calls_file(request.GET))
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="calls-by-{presenters.file_kind(request.GET)}.csv"'
    return response


@rule("see_staff_pages")
@never_cache
@require_safe
def survey(request: HttpRequest) -> HttpResponse:
    """What callers say, by question, month and department."""
    return render(request, "action_center/center_survey.html", center_reports.survey_page() | may_load(request))


@rule("see_staff_pages")
@never_cache
@require_safe
def costs(request: HttpRequest) -> HttpResponse:
    """Who pays for the center, and what a contact and a request cost."""
    return render(request, "action_center/center_costs.html", center_reports.costs_page() | may_load(request))


def may_load(request: HttpRequest) -> dict[str, bool]:
    """Whether the reader may load files, for the link below the figures."""
    return {"can_load": has_right(request.user, "manage_311")}
