"""The page behind one number."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.core.cities import current_city
from citystat.core.figures import Column, Link, Table
from citystat.plan import descriptions
from citystat.plan import periods as calendar
from citystat.plan import queries as plan
from citystat.plan.definitions import Measure
from citystat.warehouse.connections import Warehouse
from citystat.web.measures import figures
from citystat.web.measures.parameters import Asked

ROWS_PER_PAGE = 100


def trace_page(measure: Measure, period: str, asked: Asked, warehouse: Warehouse, page: str, *, may_see_rows: bool) -> dict[str, Any]:
    """The context of a trace page. Rows and addresses only for those who may see them; the recomputed value for everyone."""
    number = int(page) if page.isascii() and page.isdigit() and 0 < int(page) < 100_000 else 1
    trace = plan.trace(
        measure.name,
        period=period,
        group=asked.filters,
        cohort=asked.cohort,
        limit=ROWS_PER_PAGE if may_see_rows or measure.source != "warehouse" else 0,
        offset=(number - 1) * ROWS_PER_PAGE if may_see_rows or measure.source != "warehouse" else 0,
        build=warehouse.number,
        with_address=may_see_rows,
        language=figures.language(),
    )
    pages = max(1, -(-trace.n_rows // ROWS_PER_PAGE))
    return {
        "measure": measure,
        "label": measure.label.in_(figures.language()),
        "trace": trace,
        "month": _named(trace.row.period),
        "is_counted": measure.source == "warehouse",
        "corrected": [one for one in plan.corrections(measure.name) if one.period == trace.row.period],
        "value": figures.with_unit(trace.row.value, measure),
        "recomputed": figures.with_unit(trace.recomputed, measure),
        "may_see_rows": may_see_rows,
        "rows": tables_by_source(measure, trace.rows) if may_see_rows or measure.source != "warehouse" else None,
        "page": number,
        "pages": pages,
        "query": asked.query(),
        "measure_url": f"{reverse('web:measure', args=[measure.name])}?{asked.query()}",
    }


def _named(period: str) -> str:
    return descriptions.period_name(calendar.parse_period(period, current_city().fiscal_year_start_month), figures.language())


def tables_by_source(measure: Measure, rows: tuple[dict[str, Any], ...]) -> Table:
    """The requests, the values people gave, or the measures it is computed from."""
    if measure.source == "warehouse":
        return _table(rows)
    return _inputs(rows) if measure.source == "computed" else _given(rows, measure)


def _inputs(rows: tuple[dict[str, Any], ...]) -> Table:
    columns = (
        Column(_("Measure")),
        Column(_("Part")),
        Column(_("Value"), "number"),
        Column(_("Version"), "number"),
        Column(_("State"), "state"),
    )
    cells = [
        (
            Link(row["label"], reverse("web:measure_trace", args=[row["measure"], row["period"]])),
            row["part"],
            figures.NONE if row["value"] is None else formats.number(row["value"], 2),
            str(row["version"]),
            "" if row["state"] == "ok" else row["state"],
        )
        for row in rows
    ]
    return Table(_("The measures it is computed from"), columns, cells)


def _given(rows: tuple[dict[str, Any], ...], measure: Measure) -> Table:
    columns = (
        Column(_("Given on"), "date"), Column(_("Period")), Column(_("Value"), "number"), Column(_("Counted"), "number"),
        Column(_("Of"), "number"),
        Column(_("Version"), "number"), Column(_("Given by")), Column(_("Note")), Column(_("Evidence")), Column(_("Stands")),
    )  # fmt: skip
    return Table(_("The values given, the newest first"), columns, [_given_cells(row, measure) for row in rows], stacks=True)


def _given_cells(row: dict[str, Any], measure: Measure) -> tuple[str, ...]:
    stands = _("yes") if row["stands"] else _("until %(day)s") % {"day": row["replaced_at"][:10]}
    parts = (figures.NONE if row[name] is None else formats.number(row[name]) for name in ("numerator", "denominator"))
    fiscal = current_city().fiscal_year_start_month
    given_for = calendar.period_at(measure.period, calendar.index_of(measure.period, row["period_start"], fiscal), fiscal)
    when = ", ".join(filter(None, (descriptions.period_name(given_for, figures.language()), row["group_value"])))
    who = row["given_by"] or _("City staff")
    return (
        row["given_at"][:10], when, figures.text(row["value"], measure.format), *parts, str(row["version"]), who, row["note"],
        row["evidence"], stands,
    )  # fmt: skip


def _table(rows: tuple[dict[str, Any], ...]) -> Table:
    columns = (
        Column(_("Request")), Column(_("Service")), Column(_("Opened"), "date"), Column(_("Due"), "date"), Column(_("Closed"), "date"),
        Column(_("Numerator")), Column(_("Denominator")), Column(_("Address")),
    )  # fmt: skip
    return Table(_("The requests behind the number"), columns, [_cells(row) for row in rows], is_keyed=True)


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    yes, no = _("yes"), _("no")
    return (
        row["request_id"],
        row.get("service") or figures.NONE,
        *(row[name].isoformat() if row.get(name) else figures.NONE for name in ("opened_on", "due_on", "closed_on")),
        yes if row["in_numerator"] else no,
        yes if row["in_denominator"] else no,
        row.get("address") or figures.NONE,
    )
