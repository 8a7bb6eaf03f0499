"""Sections of figures: the lines of the first page, channels, services, departments, open cases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from citystat.plan import findings
from citystat.plan import queries as plan
from citystat.stat_sessions import comparisons, trends, words
from citystat.stat_sessions.content import (
    Audience,
    Case,
    ChannelRow,
    Column,
    Compared,
    FigureTable,
    Headline,
    TableRow,
    Value,
)
from citystat.stat_sessions.figures import OVERDUE, PERCENTILES, GroupKey, Reader, names_present
from citystat.stat_sessions.lists import Row

TOP_SERVICES = 10
MOST_DEPARTMENTS = 20
HEADLINES = ("requests_opened", "requests_closed", "closed_on_time", "open_backlog", OVERDUE)
SHARES = frozenset({"closed_on_time", "reopen_rate", "recurrence_rate"})
TABLE_MEASURES = (
    "requests_opened",
    "requests_closed",
    "closed_on_time",
    "median_days_to_close",
    "p90_days_to_close",
    "open_backlog",
    OVERDUE,
    "reopen_rate",
)


def columns() -> tuple[Column, ...]:
    """The columns of services and departments, with short headings."""
    labels = {
        "requests_opened": pgettext("requests", "Opened"),
        "requests_closed": pgettext("requests", "Closed"),
        "closed_on_time": _("On time"),
        "median_days_to_close": _("Half closed within, days"),
        "p90_days_to_close": _("9 in 10 closed within, days"),
        "open_backlog": pgettext("requests", "Open"),
        OVERDUE: pgettext("requests", "Overdue"),
        "reopen_rate": pgettext("requests", "Reopened"),
    }
    return tuple(Column(name, labels[name], unit_of(name), plan.measure(_source(name)).direction) for name in TABLE_MEASURES)


def unit_of(name: str) -> str:
    """How a figure is written."""
    return "count" if name == OVERDUE else plan.measure(name).format


def compared(reader: Reader, name: str, by: str | None = None, group: GroupKey = None, *, complete: bool = True) -> Compared:
    """A figure beside the same month last year, compared by the rule of its kind; never compared while the month is not over."""
    now = reader.value(name, by, group)
    if not complete:
        return Compared(now)
    before = reader.value(name, by, group, reader.last_year)
    if name in SHARES:
        return comparisons.compare_shares(now, before)
    if name in PERCENTILES:
        return comparisons.compare_intervals(now, before)
    compare = comparisons.compare_counts if plan.measure(_source(name)).source == "warehouse" else comparisons.compare_given
    return compare(now, before, reader.series(name, by, group))


def headlines(reader: Reader, language: str, before_name: str, *, complete: bool) -> tuple[Headline, ...]:
    """The lines of the first page: figure, signal, comparison, and the definition in one sentence."""
    lines = [headline(reader, name, language, before_name, complete=complete) for name in HEADLINES]
    return tuple(line for line in lines if line is not None)


def headline(reader: Reader, name: str, language: str, before_name: str, *, complete: bool) -> Headline | None:
    """One figure with its signal, its comparison and its definition; None where overdue requests are not known."""
    measure = plan.measure(_source(name))
    figure = compared(reader, name, complete=complete)
    if name == OVERDUE and figure.now.value is None:
        return None
    chart = reader.chart(_source(name)) if name != OVERDUE else None
    judged = chart if chart is not None and complete else None
    signal = trends.signal_of(judged) if judged else None
    unit = unit_of(name)
    return Headline(
        measure=name,
        label=_overdue_label(complete) if name == OVERDUE else measure.label.in_(language),
        unit=unit,
        direction=measure.direction,
        figure=figure,
        definition=_definition(name, measure.description.in_(language), complete=complete),
        signal=signal,
        arrow=trends.arrow_of(judged) if judged else None,
        sentence=findings.sentence(judged, language) if judged else "",
        comparison=words.comparison(figure, unit, before_name) if complete else "",
        trend=trends.trend(chart, measure.label.in_(language)) if chart and complete else None,
    )


def _overdue_label(complete: bool) -> str:
    return _("Overdue at month's end") if complete else _("Overdue so far")


def _definition(name: str, description: str, *, complete: bool) -> str:
    if name == OVERDUE and not complete:
        return _("Requests that are open and past their due date on the day of the data.")
    if name == OVERDUE:
        return _("Requests with a due date that are open at the end of the month and past it.")
    return description.partition(". ")[0].rstrip(".") + "."


def channels(reader: Reader, *, complete: bool) -> tuple[ChannelRow, ...]:
    """Requests opened by channel, most first."""
    now_total, before_total = reader.value("requests_opened").value, reader.value("requests_opened", month=reader.last_year).value
    rows = []
    for group in reader.groups("requests_opened", "channel"):
        figure = compared(reader, "requests_opened", "channel", group, complete=complete)
        if figure.now.value or (figure.before and figure.before.value):
            share, before = _share(figure.now, now_total), _share(figure.before, before_total)
            rows.append(ChannelRow(group or "unknown", words.channel(group), figure, share, before))
    return tuple(sorted(rows, key=lambda row: (-(row.opened.now.value or 0), row.label)))


def _share(value: Value | None, total: float | None) -> float | None:
    return None if value is None or value.value is None or not total else value.value / total


def services(reader: Reader, *, complete: bool) -> FigureTable:
    """The ten services most asked for this month, and all services together."""
    groups = sorted(reader.groups("requests_opened", "service"), key=lambda group: (-_opened(reader, "service", group), group or ""))
    asked = [group for group in groups if group is not None and _opened(reader, "service", group) > 0]
    rows = tuple(_row(reader, "service", group, group, complete=complete) for group in asked[:TOP_SERVICES])
    table = FigureTable(columns(), rows, _total(reader, _("All services"), complete=complete), max(0, len(asked) - TOP_SERVICES))
    return known_columns(table)


def departments(reader: Reader, *, complete: bool) -> FigureTable | None:
    """Every department with something opened, closed or open this month; None where departments are not recorded."""
    names = [name for name in names_present(reader.groups("open_backlog", "department")) if _is_active(reader, name)]
    named = [
        name for name in names_present(reader.groups("requests_opened", "department")) if name not in names and _is_active(reader, name)
    ]
    everyone = sorted([*names, *named], key=lambda name: (-_opened(reader, "department", name), name))
    if not everyone:
        return None
    rows = tuple(_row(reader, "department", name, name, complete=complete) for name in everyone[:MOST_DEPARTMENTS])
    left_out = max(0, len(everyone) - MOST_DEPARTMENTS)
    return known_columns(FigureTable(columns(), rows, _total(reader, _("All departments"), complete=complete), left_out))


def known_columns(table: FigureTable) -> FigureTable:
    """The table without columns the data say nothing about; the data notes say why they are missing."""
    rows = [*table.rows, *([table.total] if table.total else [])]
    kept = tuple(column for column in table.columns if any(_says_something(row.cells[column.measure]) for row in rows))
    return replace(table, columns=kept)


def _says_something(figure: Compared) -> bool:
    return figure.now.state != "missing" or (figure.before is not None and figure.before.state != "missing")


def _is_active(reader: Reader, department: str) -> bool:
    return any(
        (reader.value(name, "department", department).value or 0) > 0 for name in ("requests_opened", "requests_closed", "open_backlog")
    )


def _opened(reader: Reader, by: str, group: GroupKey) -> float:
    return reader.value("requests_opened", by, group).value or 0.0


def _row(reader: Reader, by: str, group: GroupKey, label: str, *, complete: bool) -> TableRow:
    cells = {name: compared(reader, name, by, group, complete=complete) for name in TABLE_MEASURES}
    return TableRow(group or "", label, cells)


def _total(reader: Reader, label: str, *, complete: bool) -> TableRow:
    return TableRow("", label, {name: compared(reader, name, complete=complete) for name in TABLE_MEASURES})


def cases(rows: Sequence[Row], names: dict[str, str], audience: Audience) -> tuple[Case, ...]:
    """Open requests as a packet shows them: no address, no text; the number for staff only."""
    return tuple(
        Case(
            service=row["service"] or _("Not recorded"),
            department=row["department"] or "",
            district=names.get(row["district"], row["district"] or ""),
            opened_on=_day(row["opened_on"]),
            age_days=int(row["age_days"]),
            days_overdue=None if row["days_overdue"] is None else int(row["days_overdue"]),
            closed_on=_day(row["closed_on"]) if row["closed_on"] else None,
            request_id=row["request_id"] if audience == "staff" else None,
        )
        for row in rows
    )


def _day(day: date) -> str:
    return day.isoformat()


def _source(name: str) -> str:
    return "share_overdue" if name == OVERDUE else name
