"""What changed between two packets of the same month: every figure by its place, as it was and as it is."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from citystat.stat_sessions.content import Compared, FigureTable, PacketContent
from citystat.stat_sessions.writing import shown

# Section, subject and measure. A heading put into other words since the older packet is the same figure still.
Place = tuple[str, str, str]


@dataclass(frozen=True)
class Figure:
    """One figure of a packet: its place, its heading, its value."""

    place: Place
    label: str
    compared: Compared
    unit: str


@dataclass(frozen=True)
class Change:
    """One figure that differs; `was` or `now` says so where the row is not in one of the two."""

    section: str
    subject: str
    figure: str
    was: str
    now: str


def changes(before: PacketContent, after: PacketContent) -> tuple[Change, ...]:
    """Figures that differ, in the order of the newer packet, then those only the older one has."""
    was, now = ({figure.place: figure for figure in _figures(content)} for content in (before, after))
    places = [*now, *(place for place in was if place not in now)]
    absent = _("not there")
    found = []
    for place in places:
        old, new = was.get(place), now.get(place)
        if old is None or new is None or not _same(old.compared, new.compared):
            label = next(one.label for one in (new, old) if one)
            found.append(Change(*place[:2], label, absent if old is None else _written(old), absent if new is None else _written(new)))
    return tuple(found)


def _figures(content: PacketContent) -> Iterator[Figure]:
    city = content.scope.name
    for line in (*content.headlines, *content.own, *content.calls):
        yield Figure((_("First page"), city, line.measure), line.label, line.figure, line.unit)
    for row in content.channels:
        yield Figure((_("Channels"), row.label, "requests_opened"), pgettext("requests", "Opened"), row.opened, "count")
    yield from _table(_("Services"), content.services)
    if content.departments:
        yield from _table(_("Departments"), content.departments)
    for page in content.districts.pages if content.districts else ():
        figures = (
            ("requests_opened", pgettext("requests", "Opened"), page.opened, "count"),
            ("requests_closed", pgettext("requests", "Closed"), page.closed, "count"),
            ("closed_on_time", _("On time"), page.on_time, "percent"),
            ("open_backlog", pgettext("requests", "Open"), page.open_backlog, "count"),
            ("overdue", pgettext("requests", "Overdue"), page.overdue, "count"),
        )
        for measure, label, figure, unit in figures:
            yield Figure((_("Districts"), page.name, measure), label, figure, unit)


def _table(section: str, table: FigureTable) -> Iterator[Figure]:
    for row in (*table.rows, *([table.total] if table.total else [])):
        for column in table.columns:
            if column.measure in row.cells:
                yield Figure((section, row.label, column.measure), column.label, row.cells[column.measure], column.unit)


def _same(old: Compared, new: Compared) -> bool:
    return (old.now.value, old.now.state) == (new.now.value, new.now.state)


def _written(figure: Figure) -> str:
    return shown(figure.compared.now, figure.unit, units=True)
