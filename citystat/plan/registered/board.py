"""Boards by tier: what each audience looks at, with both answers of the status; roll-ups count statuses and average nothing."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from citystat.core import clock
from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.plan import answers, known
from citystat.plan import periods as calendar
from citystat.plan.charts_of_measures import MeasureChart, chart_of
from citystat.plan.definitions import Measure, Target
from citystat.plan.registered import register, status
from citystat.plan.registered.status import Answers, Bounds, Facts, Status
from citystat.plan.results import MeasureRow
from citystat.warehouse.connections import Warehouse

TIERS = (1, 2, 3)
PERIODS_JUDGED = 36
NO_DEPARTMENT = ""


@dataclass(frozen=True)
class Standing:
    """One measure as it stands: its last complete value, both answers, the target in force with its reason, what it counts in."""

    measure: Measure
    department: str
    row: MeasureRow | None
    answers: Answers
    target: Target | None
    counts_in: tuple[str, ...]
    rolls_up_to: str

    @property
    def facts(self) -> Facts:
        """What published rules look at."""
        value = self.row.value if self.row else None
        return Facts(value, self.target.value if self.target else None, self.measure.direction)


@dataclass(frozen=True)
class RollUp:
    """How many measures of a department have each status; `department` is empty for those of none."""

    department: str
    measures: int
    variation: dict[str, int]
    assurance: dict[str, int]


def board(
    tier: int, build: Warehouse, *, department: str | None = None, audience: str | None = None, language: str = "en"
) -> list[Standing]:
    """The measures of one tier, weak points first; those of lower tiers have their own boards, the next lower one counts in."""
    if tier not in TIERS:
        raise InputError("There are three tiers: 1 crews, 2 managers, 3 mayor and council.")
    chosen = [one for one in known.in_use().values() if one.tier == tier and audience in (None, one.audience)]
    found = [standing(one, build, language) for one in chosen if department in (None, department_of(one.name))]
    return sorted(
        found, key=lambda one: (-weaknesses(one), one.department == NO_DEPARTMENT, one.department, one.measure.label.in_(language))
    )


def weaknesses(one: Standing) -> int:
    """How many of the two answers are bad news: weak points stand first."""
    return (one.answers.variation == "concerning") + (one.answers.assurance == "will_fail")


def standing(measure: Measure, build: Warehouse, language: str = "en") -> Standing:
    """One measure as it stands."""
    chart = _chart(measure.name, (build.number, build.manifest.checksum, register.stamp(), clock.today()), _Build(build))
    row = last_complete(chart.rows)
    rows = register.content().rows
    return Standing(
        measure=measure,
        department=department_of(measure.name),
        row=row,
        answers=status.answers(chart, language),
        target=register.target_on(measure.targets, row.period_end if row else build.as_of),
        counts_in=tuple(_next_lower(measure)),
        rolls_up_to=rows[measure.name].rolls_up_to if measure.name in rows else "",
    )


def judged_by(rule: str, one: Standing, bounds: Bounds) -> Status:
    """What a published rule says of a measure; InputError names the rules there are."""
    if rule not in status.RULES:
        raise InputError(f"There is no rule {rule!r}: use {', '.join(status.RULES)}.")
    return status.RULES[rule].judge(one.facts, bounds)


def roll_up(found: Iterable[Standing]) -> tuple[RollUp, ...]:
    """Counts by status of each department's board."""
    by_department: dict[str, list[Standing]] = {}
    for one in found:
        by_department.setdefault(one.department, []).append(one)
    return tuple(
        RollUp(name, len(some), dict(Counter(one.answers.variation for one in some)), dict(Counter(one.answers.assurance for one in some)))
        for name, some in sorted(by_department.items(), key=lambda pair: (pair[0] == NO_DEPARTMENT, pair[0]))
    )


def citywide(parts: Sequence[RollUp]) -> RollUp:
    """The sum of the departments' counts: statuses are added, values never averaged."""
    variation: Counter[str] = Counter()
    assurance: Counter[str] = Counter()
    for part in parts:
        variation.update(part.variation)
        assurance.update(part.assurance)
    return RollUp("", sum(part.measures for part in parts), dict(variation), dict(assurance))


def department_of(name: str) -> str:
    """The department of a measure; empty where none is named."""
    row = register.content().rows.get(name)
    return row.department if row else NO_DEPARTMENT


def last_complete(rows: Iterable[MeasureRow]) -> MeasureRow | None:
    """The last row that is over and has a value."""
    return next((row for row in reversed(list(rows)) if row.complete and row.value is not None), None)


def range_of(measure: Measure, last: date) -> tuple[date, date]:
    """The periods a measure is judged on, up to the one of a day."""
    fiscal = current_city().fiscal_year_start_month
    end = calendar.index_of(measure.period, last, fiscal)
    return calendar.period_at(measure.period, end - PERIODS_JUDGED + 1, fiscal).start, calendar.period_at(measure.period, end, fiscal).end


def _next_lower(measure: Measure) -> Iterable[str]:
    """Measures of the tier just below that roll up into this one: a crew's count is never named on the leaders' board."""
    measures = known.in_use()
    for row in register.content().rows.values():
        if row.rolls_up_to == measure.name and row.name in measures and measures[row.name].tier == measure.tier - 1:
            yield row.name


class _Build:
    """Carries a build past a cache whose key names it already."""

    def __init__(self, build: Warehouse) -> None:
        self.build = build

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Build)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=400)
def _chart(name: str, version: tuple[object, ...], carried: _Build) -> MeasureChart:
    measure = known.find(name)
    start, end = range_of(measure, answers.last_day(measure, carried.build))
    return chart_of(answers.compute(measure, carried.build, start=start, end=end))
