"""The contact center in the packet: calls of the month on the first page, and what callers say; read from the build alone."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.methods import control_charts, rates
from citystat.methods.control_charts import Improvement
from citystat.service_requests.center import survey
from citystat.stat_sessions import words
from citystat.stat_sessions.comparisons import Z_95, compare_counts, ordinary_movement
from citystat.stat_sessions.content import Compared, Fact, Headline, Scope, Value, Verdict
from citystat.stat_sessions.figures import HISTORY_MONTHS, months_before
from citystat.warehouse.connections import Warehouse

__all__ = ["CallsOfMonth", "calls", "facts"]
TABLE, SURVEY_TABLE = "call_months", "caller_survey_months"
ROLES: Final = {"improvement": "improving", "concern": "concerning", "neutral": "neutral"}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One figure of the calls: how it is read from a month, its unit and the direction wanted."""

    name: str
    unit: str
    improvement: Improvement
    read: Callable[[Row], Value]


@dataclass(frozen=True)
class CallsOfMonth:
    """The lines of the first page and the sentences below them."""

    lines: tuple[Headline, ...]
    notes: tuple[str, ...]


def _count(name: str) -> Callable[[Row], Value]:
    return lambda row: Value() if row[name] is None else Value(float(row[name]), float(row[name]), state="ok")


def _ratio(over: str, under: str) -> Callable[[Row], Value]:
    def read(row: Row) -> Value:
        if row[over] is None or not row[under]:
            return Value()
        return Value(row[over] / row[under], float(row[over]), float(row[under]), state="ok")

    return read


LINES: Final = (
    Line("calls_offered", "count", "neutral", _count("offered")),
    Line("calls_answered", "count", "neutral", _count("answered")),
    Line("calls_abandoned", "percent", "decrease", _ratio("abandoned", "offered")),
    Line("calls_asa", "seconds", "decrease", _ratio("wait_seconds", "wait_calls")),
    Line("calls_service_level", "percent", "increase", _ratio("in_target", "target_calls")),
)


def calls(build: Warehouse, month: date, scope: Scope, before_name: str, *, complete: bool) -> CallsOfMonth:
    """Calls of the month of the whole city; what is missing is said plainly."""
    if scope.kind != "city":
        return CallsOfMonth((), (_("Calls are counted for the whole city: they stand in the city's packet."),))
    months = _months(build)
    if not months:
        return CallsOfMonth((), (_("Calls offered and answered are not shown: no call data have been loaded."),))
    row = months.get(month)
    if row is None:
        said = {"month": formats.month(month), "first": formats.month(min(months)), "last": formats.month(max(months))}
        return CallsOfMonth((), (_("Calls of %(month)s are not known: the call data run from %(first)s to %(last)s.") % said,))
    is_judged = complete and bool(row["is_complete"])
    lines = tuple(_line(one, months, month, before_name, is_judged=is_judged) for one in LINES)
    return CallsOfMonth(lines, tuple(_notes(row, lines, is_judged=is_judged)))


def _months(build: Warehouse) -> dict[date, Row]:
    if not build.has_table(TABLE):
        return {}
    return {row["month"]: row for row in build.dicts(f"SELECT * FROM {TABLE} ORDER BY month")}


def _notes(row: Row, lines: tuple[Headline, ...], *, is_judged: bool) -> list[str]:
    notes = []
    if row["days_known"] < row["days"]:
        said = {"known": formats.number(row["days_known"]), "days": formats.number(row["days"])}
        notes.append(_("Calls are known for %(known)s of the month's %(days)s days.") % said)
    if not is_judged:
        notes.append(_("Calls are those so far: the month is not complete, so they are not judged."))
    absent = [line.label for line in lines if not line.figure.now.is_known]
    if absent:
        notes.append(_("Not in the call data: %(names)s.") % {"names": ", ".join(absent)})
    return notes


def _line(line: Line, months: Mapping[date, Row], month: date, before_name: str, *, is_judged: bool) -> Headline:
    history = [months.get(months_before(month, back)) for back in range(HISTORY_MONTHS, -1, -1)]
    values = [_known(line, row) for row in history]
    now, before = line.read(months[month]), _last_year(line, months, month)
    figure = _compared(line, now, before, values) if is_judged else Compared(now)
    signal, arrow = _signal(line, values) if is_judged else (None, None)
    return Headline(
        measure=line.name,
        label=label(line.name),
        unit=line.unit,
        direction=line.improvement,
        figure=figure,
        definition=definition(line.name, months[month]["target_seconds"]),
        signal=signal,
        arrow=arrow,
        comparison=words.comparison(figure, line.unit, before_name) if is_judged and now.is_known else "",
    )


def _known(line: Line, row: Row | None) -> float | None:
    return line.read(row).value if row is not None and row["is_complete"] else None


def _last_year(line: Line, months: Mapping[date, Row], month: date) -> Value:
    row = months.get(months_before(month, 12))
    return line.read(row) if row is not None and row["is_complete"] else Value()


def _compared(line: Line, now: Value, before: Value, history: list[float | None]) -> Compared:
    """Counts as requests are; shares and waits against their ordinary movement from month to month: calls of a day are not independent."""
    if line.unit == "count":
        return compare_counts(now, before, history)
    sigma = ordinary_movement(history)
    if not now.is_known or not before.is_known or now.value is None or before.value is None or sigma == 0:
        return Compared(now, before)
    gap, margin = now.value - before.value, Z_95 * math.sqrt(2) * sigma
    verdict: Verdict = "higher" if gap > margin else "lower" if gap < -margin else "same"
    return Compared(now, before, verdict)


def _signal(line: Line, history: list[float | None]) -> tuple[str | None, str | None]:
    """The role of the month on an XmR chart and its arrow; None with too few months."""
    first = next((index for index, value in enumerate(history) if value is not None), None)
    if first is None or history[-1] is None:
        return None, None
    chart = control_charts.xmr(np.array(history[first:], dtype=float), improvement=line.improvement)
    finding = control_charts.latest_finding(chart)
    if chart.state != "ok":
        return None, None
    role = ROLES.get(finding.role, "common_cause")
    return role, None if role == "common_cause" else "up" if finding.direction > 0 else "down"


def label(name: str) -> str:
    """Its name in the reader's language."""
    return {
        "calls_offered": _("Calls offered"),
        "calls_answered": _("Calls answered"),
        "calls_abandoned": _("Calls abandoned"),
        "calls_asa": _("Average wait for an answer (seconds)"),
        "calls_service_level": _("Service level"),
    }[name]


def definition(name: str, target_seconds: int | None) -> str:
    """What is counted, in a sentence."""
    said = {
        "calls_offered": _("Calls that reached the center's queues."),
        "calls_answered": _("Calls a person answered."),
        "calls_abandoned": _("Share of offered calls the caller gave up before an answer."),
        "calls_asa": _("Mean wait of the answered calls, in seconds."),
        "calls_service_level": _("Share of offered calls answered in time; given-up calls count against it."),
    }[name]
    if name == "calls_service_level" and target_seconds:
        return _("Share of offered calls answered within %(n)s seconds; given-up calls count against it.") % {"n": target_seconds}
    return said


def facts(build: Warehouse, month: date, scope: Scope) -> tuple[Fact, ...]:
    """Satisfaction of callers by question, with its interval and the rate of answers; nothing for a part of the city."""
    if scope.kind != "city" or not build.has_table(SURVEY_TABLE):
        return ()
    rows = build.dicts(f"SELECT * FROM {SURVEY_TABLE} WHERE month = ? ORDER BY question", (month,))
    if not rows:
        said = {"month": formats.month(month), "n": survey.FEWEST}
        return (Fact(_("What callers say"), _("Fewer than %(n)s callers answered a survey of %(month)s, so nothing is shown.") % said),)
    return (*(_satisfaction(row) for row in rows), _response(rows[0]))


def _satisfaction(row: Row) -> Fact:
    found = rates.wilson(row["satisfied"], row["answers"])
    said = {
        "share": formats.percent(float(found.estimate)),
        "n": formats.number(row["answers"]),
        "low": formats.percent(float(found.lower)),
        "high": formats.percent(float(found.upper)),
    }
    text = _("%(share)s of %(n)s answers were 4 or 5 of 5 (95%% interval %(low)s to %(high)s).") % said
    return Fact(_("Callers satisfied: %(question)s") % {"question": survey.label(row["question"])}, text)


def _response(row: Row) -> Fact:
    people, answered = row["respondents"], row["calls_answered"]
    if not answered or people > answered:
        text = _("%(n)s callers answered the survey; the calls of the month are not known, so there is no response rate.")
        return Fact(_("Response rate"), text % {"n": formats.number(people)})
    said = {"share": formats.percent(people / answered, 1), "n": formats.number(people), "of": formats.number(answered)}
    text = _("%(share)s: %(n)s callers of %(of)s answered calls. Those who answer a survey may not be like those who do not.")
    return Fact(_("Response rate"), text % said)
