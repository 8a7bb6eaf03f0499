"""The page behind one number."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.core.figures import Column, Table
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
        limit=ROWS_PER_PAGE if may_see_rows else 0,
        offset=(number - 1) * ROWS_PER_PAGE if may_see_rows else 0,
        build=warehouse.number,
        with_address=may_see_rows,
        language=figures.language(),
    )
    pages = max(1, -(-trace.n_rows // ROWS_PER_PAGE))
    return {
        "measure": measure,
        "label": measure.label.in_(figures.language()),
        "trace": trace,
        "month": formats.month(trace.row.period_start),
        "value": figures.with_unit(trace.row.value, measure),
        "recomputed": figures.with_unit(trace.recomputed, measure),
        "may_see_rows": may_see_rows,
        "rows": _table(trace.rows) if may_see_rows else None,
        "page": number,
        "pages": pages,
        "query": asked.query(),
        "measure_url": f"{reverse('web:measure', args=[measure.name])}?{asked.query()}",
    }


def _table(rows: tuple[dict[str, Any], ...]) -> Table:
    columns = (
        Column(_("Request")), Column(_("Service")), Column(_("Opened"), "date"), Column(_("Due"), "date"), Column(_("Closed"), "date"),
        Column(_("Numerator")), Column(_("Denominator")), Column(_("Address")),
    )  # fmt: skip
    return Table(_("The requests behind the number"), columns, [_cells(row) for row in rows])


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
