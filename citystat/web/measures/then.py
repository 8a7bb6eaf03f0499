"""The page of a backlog as known then: what was open at each month's end by the exports of that day, beside what is known now."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citystat.core import formats
from citystat.core.figures import Column, Table
from citystat.plan import queries as plan
from citystat.plan.definitions import Measure
from citystat.plan.known_then import OpenThen
from citystat.warehouse.connections import Warehouse
from citystat.web.measures import figures
from citystat.web.measures.parameters import Asked


def then_page(measure: Measure, asked: Asked, warehouse: Warehouse) -> dict[str, Any]:
    """The context of the page: the months of which something was known then, newest first."""
    rows = plan.open_as_known(measure.name, start=asked.start, end=asked.end, where=asked.filters, build=warehouse.number)
    known = [row for row in rows if row.read_on is not None]
    differing = [row for row in known if row.open_then != row.open_now]
    return {
        "measure": measure,
        "label": measure.label.in_(figures.language()),
        "measure_url": f"{reverse('web:measure', args=[measure.name])}?{asked.query()}",
        "asked": asked,
        "sentence": _sentence(differing[-1]) if differing else "",
        "first_read": known[0].read_on if known else None,
        "has_unknown": len(known) < len(rows),
        "table": _table(known[::-1]) if known else None,
    }


def _sentence(row: OpenThen) -> str:
    """The newest month whose two counts differ, with every cause that counts."""
    causes = (
        (row.closed_since, ngettext("%(n)s closing was told later", "%(n)s closings were told later", row.closed_since or 0)),
        (
            row.withdrawn_since,
            ngettext("%(n)s request was withdrawn later", "%(n)s requests were withdrawn later", row.withdrawn_since or 0),
        ),
        (row.told_since, ngettext("%(n)s open request was told later", "%(n)s open requests were told later", row.told_since or 0)),
    )
    said = [text % {"n": formats.number(count)} for count, text in causes if count]
    if row.other_since:
        said.append(_("reopenings and corrected dates changed it by %(n)s") % {"n": _signed(row.other_since)})
    words = {
        "day": formats.day(row.day),
        "then": formats.number(row.open_then or 0),
        "now": formats.number(row.open_now),
        "why": "; ".join(said),
    }
    return _("On %(day)s, %(then)s were open as known then and %(now)s as known now: %(why)s.") % words


def _table(rows: Sequence[OpenThen]) -> Table:
    columns = (
        Column(_("Month")),
        Column(_("Open as known then"), "number"),
        Column(_("Open as known now"), "number"),
        Column(_("Closings told later"), "number"),
        Column(_("Withdrawn later"), "number"),
        Column(_("Open, told later"), "number"),
        Column(_("Reopened or corrected"), "number"),
        Column(_("Export read by then"), "date"),
    )
    return Table(_("Month by month, newest first"), columns, [_cells(row) for row in rows])


def _cells(row: OpenThen) -> tuple[str, ...]:
    month = formats.month(row.day)
    return (
        month if row.complete else _("%(month)s, so far") % {"month": month},
        figures.NONE if row.open_then is None else formats.number(row.open_then),
        formats.number(row.open_now),
        *(_signed(count and count * sign) for sign, count in ((-1, row.closed_since), (-1, row.withdrawn_since), (1, row.told_since))),
        _signed(row.other_since),
        row.read_on.isoformat() if row.read_on else figures.NONE,
    )


def _signed(count: int | None) -> str:
    """A change with its sign, so that the row reads as a sum."""
    if count is None:
        return figures.NONE
    return formats.number(0) if not count else f"{'+' if count > 0 else '−'}{formats.number(abs(count))}"
