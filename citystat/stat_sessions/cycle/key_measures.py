"""The measures of a session, weakest first: each with its signal, its target, its outlook, and what to be careful about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core import formats
from citystat.core.errors import InputError, NotFound, UserError
from citystat.plan import findings
from citystat.plan import queries as plan
from citystat.plan.charts_of_measures import MeasureChart
from citystat.plan.definitions import Measure
from citystat.stat_sessions import few, given, sections
from citystat.stat_sessions.content import Compared, Headline, Value
from citystat.stat_sessions.cycle import rules
from citystat.stat_sessions.cycle.content import KeyMeasure, MissingGoal
from citystat.stat_sessions.cycle.goals import Aim, GoalOfSession
from citystat.stat_sessions.cycle.ground import Ground
from citystat.stat_sessions.figures import Reader, month_end

# What every session without a goal looks at, as far as the data record it.
USUAL = (
    "closed_on_time",
    "share_overdue",
    "open_backlog",
    "median_days_to_close",
    "p90_days_to_close",
    "reopen_rate",
    "recurrence_rate",
    "requests_opened",
    "requests_closed",
)
WEAKNESS_NAMES: dict[str, Promise] = {
    "misses_and_worsens": gettext_lazy("Misses its target and is getting worse"),
    "misses": gettext_lazy("Misses its target"),
    "worsens": gettext_lazy("Getting worse"),
    "hit_or_miss": gettext_lazy("Meets its target by chance only"),
    "no_target": gettext_lazy("No target"),
    "meets": gettext_lazy("Meets its target"),
    "improves": gettext_lazy("Getting better"),
}


@dataclass(frozen=True)
class Judged:
    """A measure of the session with its chart, for the rules that look for topics; no chart where there is none."""

    key: KeyMeasure
    measure: Measure | None
    chart: MeasureChart | None
    last_known: date | None

    @property
    def is_public(self) -> bool:
        """Whether everyone may see it; a name nobody has defined holds nothing to hide."""
        return self.measure is None or self.measure.audience == "public"


def judged(ground: Ground | None, aims: Sequence[Aim], language: str, *, month: date) -> tuple[Judged, ...]:
    """Every measure once, weakest first."""
    found = [_judged(ground, aim, language, month) for aim in aims]
    return tuple(sorted(found, key=lambda one: (rules.WEAKNESS.index(one.key.weakness), one.key.headline.label)))


def usual_aims() -> tuple[Aim, ...]:
    """The measures of a session without a goal."""
    known = {one.name for one in plan.measures()}
    return tuple(Aim("", "", name, None, None) for name in USUAL if name in known)


def own_aims(department: str) -> tuple[Aim, ...]:
    """The measures of the register in a department's name: those it gives, works out, asks residents for, or has no data for yet."""
    return tuple(Aim("", "", name, None, None) for name in given.names(department))


def missing_goals(goals: Sequence[GoalOfSession], found: Sequence[Judged]) -> tuple[MissingGoal, ...]:
    """Goals none of whose measures has a value for the month, and goals without a measure: missing, whatever they were before."""
    lines = {one.key.headline.measure: one.key for one in found}
    missing = []
    for goal in goals:
        own = [lines[aim.measure] for aim in goal.aims if aim.measure in lines]
        if not goal.aims and not goal.has_goals_below:
            missing.append(MissingGoal(goal.code, goal.title, _("It has no measure yet.")))
        elif goal.aims and not any(one.headline.figure.now.is_known for one in own):
            missing.append(MissingGoal(goal.code, goal.title, _why_none(own)))
    return tuple(missing)


def _why_none(own: Sequence[KeyMeasure]) -> str:
    """That a goal has no value, and which of its measures only has too few cases."""
    few_of = [one.headline.label for one in own if one.headline.figure.now.state == "too_few"]
    sentence = _("None of its measures has a value for this month.")
    return f"{sentence} " + _("Too few cases: %(names)s.") % {"names": ", ".join(few_of)} if few_of else sentence


def _judged(ground: Ground | None, aim: Aim, language: str, month: date) -> Judged:
    try:
        measure = plan.measure(aim.measure)
    except NotFound:
        return Judged(_unknown(aim, aim.measure, _("The plan names a measure nobody has defined.")), None, None, None)
    label = measure.label.in_(language)
    if ground is None or (ground.no_data and measure.source == "warehouse"):
        # The packet says once, above everything, why there are no figures.
        return Judged(_unknown(aim, label, "", measure), measure, None, None)
    reader, complete = _read_by(ground, measure)
    try:
        line = sections.headline(reader, aim.measure, language, formats.month(reader.last_year), complete=complete)
        chart = reader.chart(aim.measure)
    except UserError as error:
        return Judged(_unknown(aim, label, str(error), measure), measure, None, None)
    if line is None or chart is None:
        return Judged(_unknown(aim, label, "", measure), measure, None, None)
    if measure.period != "month":
        line = replace(line, figure=Compared(given.newest(chart, month)), comparison="")
    line = replace(line, label=given.label_with_unit(label, measure, language), unit=given.unit_of(line.unit, measure))
    key = _key(aim, line, chart, ground, language, month, complete=complete)
    return Judged(key, measure, chart, last_known(chart))


def _read_by(ground: Ground, measure: Measure) -> tuple[Reader, bool]:
    """Who reads a measure, and whether its month can be judged: what people give does not wait for the data of requests."""
    return (ground.reader, ground.is_complete) if measure.source == "warehouse" else (ground.given, ground.is_over)


def _unknown(aim: Aim, label: str, caveat: str, measure: Measure | None = None) -> KeyMeasure:
    unit, direction = (measure.format, measure.direction) if measure else ("count", "neutral")
    definition = measure.description.en.partition(". ")[0] if measure else ""
    headline = Headline(aim.measure, label, unit, direction, Compared(Value()), definition)
    return KeyMeasure(headline, "not_known", few.name_of(Value()), goal_code=aim.goal_code, goal_title=aim.goal_title, caveat=caveat)


def _key(aim: Aim, line: Headline, chart: MeasureChart, ground: Ground, language: str, month: date, *, complete: bool) -> KeyMeasure:
    target = target_of(chart.measure, aim, month)
    met = given.meets(line.figure.now, target, chart.measure.direction) if complete else None
    assurance = chart.judged.chart.assurance if complete else None
    kind = rules.weakness(is_known=line.figure.now.is_known, meets_target=met, signal=line.signal, assurance=assurance)
    notes = findings.notes(chart, language) if complete else ()
    return KeyMeasure(
        headline=line,
        weakness=kind,
        weakness_name=_weakness_name(kind, line.figure.now, target, chart.measure),
        target=target,
        target_on=aim.target_on.isoformat() if aim.target_on and chart.measure.target_on(month_end(month)) is None else "",
        is_met=met,
        outlook=notes[0] if notes and assurance else "",
        caveat=" ".join([*(notes[1:] if assurance else notes), _caveat(line, chart, ground, language, complete=complete)]).strip(),
        goal_code=aim.goal_code,
        goal_title=aim.goal_title,
    )


def _weakness_name(kind: str, now: Value, target: float | None, measure: Measure) -> str:
    if kind == "not_known":
        return few.name_of(now, measure)
    return _("Not judged against its target yet") if kind == "no_target" and target is not None else str(WEAKNESS_NAMES[kind])


def target_of(measure: Measure, aim: Aim, month: date) -> float | None:
    """The target in force at the end of the month; else the one the goal names for its day."""
    in_force = measure.target_on(month_end(month))
    return aim.target if in_force is None else in_force


def last_known(chart: MeasureChart) -> date | None:
    """The last day of the last month with a value."""
    known = [period.end for period, row in zip(chart.table.periods, chart.rows, strict=True) if row.value is not None]
    return known[-1] if known else None


def _caveat(line: Headline, chart: MeasureChart, ground: Ground, language: str, *, complete: bool) -> str:
    now = line.figure.now
    if not complete:
        return _("The month is not complete.")
    if why := few.reason(now, chart.measure) if not now.is_known else "":
        return why
    if not now.is_known:
        day = last_known(chart)
        return _("The last value is of %(month)s.") % {"month": formats.month(day)} if day else _("The data hold no value of it.")
    if chart.measure.source != "warehouse":
        return given.of_period(chart, ground.month, language)
    try:
        share = plan.share_of_suggested_promises(chart.measure.name, ground.build.number)
    except InputError:
        share = 0.0
    return _("%(share)s of its due dates were suggested from practice, not promised.") % {"share": formats.percent(share)} if share else ""
