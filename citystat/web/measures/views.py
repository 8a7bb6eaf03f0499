"""Pages of measures."""

import csv
import io

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citystat.core import charting, formats
from citystat.core.access import check_right, has_right, rule
from citystat.core.chart_styles import download as standing_alone
from citystat.core.csv_cells import safe
from citystat.core.errors import InputError, NotFound
from citystat.core.page_cache import kept_until_changed
from citystat.plan import queries as plan
from citystat.plan.definitions import Measure
from citystat.warehouse.connections import open_build
from citystat.web.measures import figures, presenters, tracing
from citystat.web.measures.expected import ahead
from citystat.web.measures.parameters import Asked, asked
from citystat.web.measures.then import then_page

CSV_FIELDS = (
    "measure", "version", "period", "period_start", "period_end", "complete", "group", "numerator", "denominator", "value", "lower",
    "upper", "state", "signal", "build",
)  # fmt: skip


@rule("public")
@require_safe
@kept_until_changed(plan.version_shown)
def measure_list(request: HttpRequest) -> HttpResponse:
    """Every measure this reader may see, by what it is about."""
    is_staff = has_right(request.user, "see_staff_pages")
    types = presenters.list_page(open_build(), None if is_staff else "public")
    return render(request, "web/measures/list.html", {"types": types, "is_staff": is_staff})


@rule("public")
@require_safe
@kept_until_changed(plan.version_shown)
def measure_page(request: HttpRequest, name: str) -> HttpResponse:
    """One measure: finding, chart, table, places, definition."""
    measure, warehouse = _measure(request, name), open_build()
    try:
        choices, problem = asked(request.GET, measure, warehouse), ""
        context = presenters.measure_page(measure, choices, warehouse)
    except InputError as error:
        choices, problem = asked(QueryDict(), measure, warehouse), str(error)
        context = presenters.measure_page(measure, choices, warehouse)
    context |= {"problem": problem, "typed_from": request.GET.get("from", ""), "typed_to": request.GET.get("to", "")}
    if has_right(request.user, "save_analysis"):
        context |= {"save_url": reverse("web:save_analysis", args=[name]), "save_query": choices.query(), "may_follow": True}
    context |= {"may_edit": has_right(request.user, "edit_measures"), "may_correct": has_right(request.user, "validate_measures")}
    return render(request, "web/measures/measure.html", context, status=400 if problem else 200)


@rule("public")
@require_safe
@kept_until_changed(plan.version_shown)
def measure_download(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """The numbers as CSV or JSON, the picture as SVG or PNG."""
    measure, warehouse = _measure(request, name), open_build()
    if kind not in {"csv", "json", "svg", "png"}:
        raise NotFound(_("Downloads come as csv, json, svg or png."))
    choices = asked(request.GET, measure, warehouse)
    if kind in {"svg", "png"}:
        return _picture(measure, choices, kind)
    rows = plan.measure_rows(
        name, start=choices.start, end=choices.end, by=choices.by, where=choices.filters, cohort=choices.cohort, signals=True,
        build=warehouse.number,
    )  # fmt: skip
    if kind == "json":
        return JsonResponse({"rows": [row.as_dict() for row in rows], **presenters.corrections_as_data(name)})
    return _attachment(_csv([row.as_dict() for row in rows], choices.by), "text/csv; charset=utf-8", f"{name}.csv")


@rule("public")
@require_safe
def measure_trace(request: HttpRequest, name: str, period: str) -> HttpResponse:
    """Behind one number: definition, build, recomputation; the rows themselves for staff with the right."""
    measure, warehouse = _measure(request, name), open_build()
    choices = asked(request.GET, measure, warehouse)
    may_see_rows = has_right(request.user, "trace_rows")
    context = tracing.trace_page(measure, period, choices, warehouse, request.GET.get("page", "1"), may_see_rows=may_see_rows)
    return render(request, "web/measures/trace.html", context)


@rule("public")
@require_safe
@kept_until_changed(plan.version_shown)
def measure_then(request: HttpRequest, name: str) -> HttpResponse:
    """A backlog as known then, beside what is known of the same days now."""
    measure, warehouse = _measure(request, name), open_build()
    if not plan.is_told_as_known(name):
        raise NotFound(_("Only a count of every open request is told as it was known then."))
    return render(request, "web/measures/then.html", then_page(measure, asked(request.GET, measure, warehouse), warehouse))


def _measure(request: HttpRequest, name: str) -> Measure:
    try:
        measure = plan.measure(name)
    except NotFound:
        raise NotFound(_("There is no measure of this name.")) from None
    if measure.audience != "public":
        check_right(request.user, "see_staff_pages")
    return measure


def _picture(measure: Measure, choices: Asked, kind: str) -> HttpResponse:
    chart, outlook = plan.chart_and_outlook(
        measure.name, start=choices.start, end=choices.end, where=choices.filters, cohort=choices.cohort
    )
    figure = figures.figure(chart, choices.query(), ahead(outlook))
    note = _("%(label)s. Data as of %(day)s, build %(build)s.") % {
        "label": measure.label.in_(figures.language()),
        "day": formats.day(open_build().as_of),
        "build": chart.build,
    }
    spec = standing_alone(figure.wide, figure.title, [note])
    if kind == "png":
        return _attachment(charting.png(spec), "image/png", f"{measure.name}.png")
    svg = charting.svg(spec, title=figure.title, description=figure.description)
    return _attachment(svg.encode(), "image/svg+xml", f"{measure.name}.svg")


def _attachment(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _csv(rows: list[dict[str, object]], by: tuple[str, ...]) -> bytes:
    """One column a field; the group as one column a key."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    fields = [field for field in CSV_FIELDS if field != "group"]
    writer.writerow([*fields[:6], *(f"group_{key}" for key in by), *fields[6:]])
    for row in rows:
        group = row["group"]
        values = [row[field] for field in fields]
        writer.writerow([*values[:6], *(safe(group[key]) if isinstance(group, dict) else "" for key in by), *values[6:]])
    return buffer.getvalue().encode()
