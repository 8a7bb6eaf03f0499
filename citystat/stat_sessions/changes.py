"""What changed between two packets of the same month: every figure by its place, as it was and as it is."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from citystat.stat_sessions.content import Compared, FigureTable, PacketContent
from citystat.stat_sessions.writing import shown

Place = tuple[str, str, str]


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
    was, now = dict(_figures(before)), dict(_figures(after))
    places = [*now, *(place for place in was if place not in now)]
    absent = _("not there")
    found = []
    for place in places:
        old, new = was.get(place), now.get(place)
        if old is None or new is None or not _same(old[0], new[0]):
            found.append(Change(*place, absent if old is None else _written(old), absent if new is None else _written(new)))
    return tuple(found)


def _figures(content: PacketContent) -> Iterator[tuple[Place, tuple[Compared, str]]]:
    city = content.scope.name
    for line in (*content.headlines, *content.own, *content.calls):
        yield (_("First page"), city, line.label), (line.figure, line.unit)
    for row in content.channels:
        yield (_("Channels"), row.label, _("Opened")), (row.opened, "count")
    yield from _table(_("Services"), content.services)
    if content.departments:
        yield from _table(_("Departments"), content.departments)
    for page in content.districts.pages if content.districts else ():
        figures = ((_("Opened"), page.opened, "count"), (_("Closed"), page.closed, "count"), (_("On time"), page.on_time, "percent"))
        for label, figure, unit in (*figures, (_("Open"), page.open_backlog, "count"), (_("Overdue"), page.overdue, "count")):
            yield (_("Districts"), page.name, label), (figure, unit)


def _table(section: str, table: FigureTable) -> Iterator[tuple[Place, tuple[Compared, str]]]:
    for row in (*table.rows, *([table.total] if table.total else [])):
        for column in table.columns:
            if column.measure in row.cells:
                yield (section, row.label, column.label), (row.cells[column.measure], column.unit)


def _same(old: Compared, new: Compared) -> bool:
    return (old.now.value, old.now.state) == (new.now.value, new.now.state)


def _written(figure: tuple[Compared, str]) -> str:
    compared, unit = figure
    return shown(compared.now, unit, units=True)
