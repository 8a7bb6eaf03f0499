"""Key measures of the last complete month by group: departments, districts, services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.core.figures import Column, Link, Table
from citystat.plan import queries as plan
from citystat.plan.definitions import Measure
from citystat.plan.results import MeasureRow
from citystat.warehouse.connections import Warehouse
from citystat.web.measures import figures
from citystat.web.measures.parameters import last_month, month_end
from citystat.web.measures.presenters import group_names, natural
from citystat.web.measures.words import key_word

TABLE_MEASURES = ("requests_opened", "closed_on_time", "median_days_to_close", "open_backlog", "share_overdue")


@dataclass(frozen=True)
class Overview:
    """Key measures of one month by group: rows by measure and group."""

    key: str
    month: date
    names: tuple[str, ...]
    rows: dict[str, dict[str | None, MeasureRow]]

    @property
    def groups(self) -> list[str | None]:
        """Every group any of the measures has."""
        return list(dict.fromkeys(group for name in self.names for group in self.rows[name]))

    def volume(self, group: str | None) -> float:
        """Requests opened by the group in the month."""
        return self._count("requests_opened", group)

    def is_busy(self, group: str | None) -> bool:
        """Whether anything was asked for in the month or is still open."""
        return bool(self.volume(group) or self._count("open_backlog", group))

    def ordered(self, labels: dict[str, str]) -> list[str | None]:
        """The groups in natural order of their labels, what is not recorded last."""
        return sorted(self.groups, key=lambda group: (group is None, natural(labels.get(group or "", group or ""))))

    def table(self, groups: Sequence[str | None], labels: dict[str, str], links: dict[str, str]) -> Table:
        """These groups as a table: words where there is no number, no column where nobody has one."""
        shown = [name for name in self.names if any(row.state != "missing" for row in self.rows[name].values())]
        columns = (Column(capfirst(key_word(self.key))), *(Column(_header(plan.measure(name)), "number") for name in shown))
        cells = [[_named(group, labels, links), *(_cell(self.rows[name].get(group), name) for name in shown)] for group in groups]
        return Table(formats.month(self.month).capitalize(), columns, cells)

    def _count(self, name: str, group: str | None) -> float:
        row = self.rows.get(name, {}).get(group)
        return (row.numerator or 0) if row else 0


def overview_of(warehouse: Warehouse, key: str, where: dict[str, Any], names: tuple[str, ...] = TABLE_MEASURES) -> Overview:
    """Key measures of the last complete month by group; those this city cannot split so are left out."""
    month = last_month(warehouse.as_of, warehouse.as_of)
    known = tuple(name for name in names if key in plan.group_keys(name, warehouse.number))
    span: dict[str, Any] = {"start": month, "end": month_end(month), "by": (key,), "where": where, "build": warehouse.number}
    return Overview(key, month, known, {name: {row.group[key]: row for row in plan.measure_rows(name, **span)} for name in known})


def group_overview(
    warehouse: Warehouse, key: str, links: dict[str, str], where: dict[str, Any], names: tuple[str, ...] = TABLE_MEASURES
) -> Table:
    """Key measures of the last complete month by group, in natural order of the groups."""
    overview, labels = overview_of(warehouse, key, where, names), group_names(key, warehouse)
    return overview.table(overview.ordered(labels), labels, links)


def _header(measure: Measure) -> str:
    return f"{measure.label.in_(figures.language())}{figures.unit_in_brackets(measure)}"


def _cell(row: MeasureRow | None, name: str) -> str:
    if row is None:
        return figures.NONE
    has_value = row.state == "ok" and row.value is not None
    return formats.value(row.value or 0.0, plan.measure(name).format) if has_value else STATE_WORDS()[row.state]


def STATE_WORDS() -> dict[str, str]:  # noqa: N802 - read at each request, in the reader's language
    """Words for values that are not numbers."""
    return {"ok": figures.NONE, "too_few": _("too few"), "missing": _("not recorded"), "incomplete": _("not complete")}


def _named(group: str | None, labels: dict[str, str], links: dict[str, str]) -> Any:
    if group is None:
        return _("not recorded")
    text = labels.get(group, group)
    return Link(text, links[group]) if group in links else text
