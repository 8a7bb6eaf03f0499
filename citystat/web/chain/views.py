"""Pages of the chain, as a page, JSON or CSV."""

import csv
import io
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citystat.core.access import check_right, has_right, rule
from citystat.core.errors import NotFound
from citystat.plan import queries as plan
from citystat.plan.definitions import Measure
from citystat.stat_sessions import chain as linked
from citystat.web.chain import presenters
from citystat.web.chain.presenters import Step


@rule("public")
@require_safe
def chain(request: HttpRequest, name: str, period: str) -> HttpResponse:
    """From one number back to its rows and forward to the dollar it moved."""
    staff = has_right(request.user, "see_staff_pages")
    context = presenters.of_number(_measure(request, name), period, staff=staff)
    return render(request, "web/chain/number.html", context)


@rule("public")
@require_safe
def newest(request: HttpRequest, name: str) -> HttpResponse:
    """The chain of the newest number of a measure."""
    measure = _measure(request, name)
    row = presenters.newest_row(measure)
    return redirect("web:chain", name, row.period) if row else redirect("web:measure", name)


@rule("public")
@require_safe
def chain_file(request: HttpRequest, name: str, period: str, kind: str) -> HttpResponse:
    """The chain of one number as JSON or CSV."""
    staff = has_right(request.user, "see_staff_pages")
    context = presenters.of_number(_measure(request, name), period, staff=staff)
    return _file(kind, f"{name}-{context['period']}", context["steps"], {"measure": name, "period": context["period"]})


@rule("public")
@require_safe
def budget(request: HttpRequest) -> HttpResponse:
    """Budget lines with what moved them; one line back to its sources."""
    staff = has_right(request.user, "see_staff_pages")
    lines, line = linked.budget_lines(staff=staff), request.GET.get("line", "")
    if line and line not in lines:
        raise NotFound(_("No decision and no commitment names this budget line."))
    steps = presenters.of_budget_line(line, staff=staff) if line else []
    if line and request.GET.get("format"):
        return _file(request.GET["format"], "budget-line", steps, {"budget_line": line})
    sections = presenters.budget_sections(steps)
    context = {
        "lines": [presenters.budget_line(one) for one in lines],
        "line": line,
        "sections": sections,
        "nothing": presenters.nothing_in(sections),
    }
    return render(request, "web/chain/budget.html", context)


def _measure(request: HttpRequest, name: str) -> Measure:
    try:
        measure = plan.measure(name)
    except NotFound:
        raise NotFound(_("There is no measure of this name.")) from None
    if measure.audience != "public":
        check_right(request.user, "see_staff_pages")
    return measure


def _file(kind: str, name: str, steps: list[Step], head: dict[str, Any]) -> HttpResponse:
    rows = presenters.as_data(steps)
    if kind == "json":
        return JsonResponse(head | {"chain": rows})
    if kind != "csv":
        raise NotFound(_("The chain comes as csv or json."))
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, ["part", "text", "on", "url", "detail"], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for key, cell in row.items()} for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="chain-{name}.csv"'}
    return HttpResponse(buffer.getvalue().encode(), content_type="text/csv; charset=utf-8", headers=headers)
