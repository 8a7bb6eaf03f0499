"""The table of a registered measure: recorded values as they stand, or stood on a day, in the same grids as warehouse measures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from django.db.models import Q
from django.utils.translation import gettext as _

from citystat.core import clock
from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.methods import rates
from citystat.plan import periods as calendar
from citystat.plan.definitions import Measure, Registered
from citystat.plan.groups import Where, values_of
from citystat.plan.models import RecordedValue
from citystat.plan.periods import Period
from citystat.plan.results import INCOMPLETE, MISSING, OK, TOO_FEW, FloatArray, MeasureTable

LONGER = {"month": ("month", "quarter", "year", "fiscal_year"), "quarter": ("quarter", "year", "fiscal_year"), "year": ("year",)}
Group = tuple[str | None, ...]
MONTHS_A_QUARTER = 3


@dataclass(frozen=True)
class Asked:
    """What of a registered measure is wanted."""

    measure: Measure
    start: date
    end: date
    period: str
    by: tuple[str, ...]
    where: Where
    as_known_on: datetime | None = None

    @property
    def registered(self) -> Registered:
        """The part only registered measures have."""
        if self.measure.registered is None:
            raise InputError(_("%(name)s is not in the register.") % {"name": self.measure.name})
        return self.measure.registered

    @property
    def fiscal(self) -> int:
        """The first month of the city's fiscal year."""
        return current_city().fiscal_year_start_month

    def periods(self, unit: str = "") -> tuple[Period, ...]:
        """The periods of the range, in the unit asked for or another."""
        return calendar.periods_between(unit or self.period, self.start, self.end, self.fiscal)


def today() -> date:
    """The city's day."""
    return clock.today()


def check_period(measure: Measure, unit: str, fiscal_start: int = 1) -> None:
    """A measure given by the quarter has no months: a sentence says which periods it has."""
    calendar.check_unit(unit)
    able = LONGER[measure.period]
    if unit not in able or (unit == "fiscal_year" and measure.period == "quarter" and (fiscal_start - 1) % MONTHS_A_QUARTER):
        raise InputError(
            _("%(label)s is given by the %(own)s: it cannot be shown by the %(asked)s.")
            % {"label": measure.label.en, "own": unit_word(measure.period), "asked": unit_word(unit)}
        )
    if unit != measure.period and measure.registered and measure.registered.over_periods == "none" and not _has_parts(measure):
        raise InputError(
            _("Values of %(label)s are given by the %(own)s and cannot be added up to a %(asked)s.")
            % {"label": measure.label.en, "own": unit_word(measure.period), "asked": unit_word(unit)}
        )


def check_groups(measure: Measure, by: Sequence[str], where: Where) -> None:
    """Values are split by one key at a time, one its definition names."""
    keys = {*by, *where}
    for key in sorted(keys):
        if key not in measure.groups:
            able = ", ".join(measure.groups) or _("nothing")
            raise InputError(_("%(label)s cannot be split by %(key)s: its definition allows %(able)s.") % {
                "label": measure.label.en, "key": key, "able": able,
            })  # fmt: skip
    if len(keys) > 1:
        raise InputError(_("%(label)s is given by one group at a time: ask for one of them.") % {"label": measure.label.en})


def compute(asked: Asked, build: int) -> MeasureTable:
    """The table of typed values, survey items and gaps, without signals."""
    check_period(asked.measure, asked.period, asked.fiscal)
    check_groups(asked.measure, asked.by, asked.where)
    own = asked.periods(asked.measure.period) if asked.period == asked.measure.period else _own_periods(asked)
    groups, numerator, denominator, value = _recorded(asked, own)
    if asked.period != asked.measure.period:
        numerator, denominator, value = _longer(asked, own, numerator, denominator, value)
    value = _divided(asked.measure, numerator, denominator, value)
    return finished(asked, groups, build, numerator, denominator, value, asked.periods())


def finished(
    asked: Asked,
    groups: tuple[Group, ...],
    build: int,
    numerator: FloatArray,
    denominator: FloatArray,
    value: FloatArray,
    periods: tuple[Period, ...],
) -> MeasureTable:
    """The table of these grids: its intervals and states."""
    measure, day = asked.measure, today()
    lower, upper = intervals(measure, numerator, denominator)
    table = MeasureTable(
        measure=measure, cohort=None, build=build, as_of=day, keys=asked.by, groups=groups, periods=periods,
        complete=np.array([is_complete(measure, one.end, day) for one in periods], dtype=bool),
        numerator=numerator, denominator=denominator, value=value, lower=lower, upper=upper,
        state=np.full(value.shape, OK, dtype=np.int8), signal=np.zeros(value.shape, dtype=np.int8),
        population_years=(None,) * len(periods),
    )  # fmt: skip
    return with_states(table)


def is_complete(measure: Measure, end: date, day: date) -> bool:
    """Whether the period is over and the days its definition waits have passed."""
    return (day - end).days > measure.follow_up_days


def with_states(table: MeasureTable) -> MeasureTable:
    """Not given is missing; before its time it is incomplete; under the minimum it is too few, and shows no number."""
    state = np.full(table.value.shape, OK, dtype=np.int8)
    state[:, ~table.complete] = INCOMPLETE
    measure = table.measure
    least = measure.minimum_denominator
    if least is None:
        least = current_city().minimum_denominator if measure.is_share else 0
    with np.errstate(invalid="ignore"):
        few = np.isfinite(table.denominator) & ((table.denominator < least) | (table.denominator == 0))
    state[few] = TOO_FEW
    state[~few & ~np.isfinite(table.value)] = MISSING
    hidden = (state == TOO_FEW) | (state == MISSING)
    value, lower, upper = (np.where(hidden, np.nan, grid) for grid in (table.value, table.lower, table.upper))
    return replace(table, state=state, value=value, lower=lower, upper=upper)


def intervals(measure: Measure, numerator: FloatArray, denominator: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Wilson for shares, Byar for counts and for the counts behind rates; none where the parts are not known or no counts."""
    lower, upper = np.full(numerator.shape, np.nan), np.full(numerator.shape, np.nan)
    with np.errstate(invalid="ignore"):
        counts = np.isfinite(numerator) & (numerator >= 0) & (numerator == np.floor(numerator))
        divided = counts & (denominator > 0)
    if measure.is_share:
        at = divided & (numerator <= np.where(divided, denominator, 0)) & (denominator == np.floor(np.where(divided, denominator, 0)))
        found = rates.wilson(numerator[at], denominator[at])
        lower[at], upper[at] = found.lower, found.upper
    elif measure.format == "count":
        found = rates.byar(numerator[counts])
        lower[counts], upper[counts] = found.lower, found.upper
    elif measure.format == "rate" and measure.registered:
        found = rates.byar(numerator[divided])
        scale = measure.registered.per / denominator[divided]
        lower[divided], upper[divided] = found.lower * scale, found.upper * scale
    return lower, upper


def recorded(measure: Measure, periods: Sequence[Period], as_known_on: datetime | None = None) -> list[RecordedValue]:
    """The rows that stand (or stood on an instant) for the periods."""
    if measure.registered is None or not periods:
        return []
    standing = Q(superseded_at__isnull=True)
    if as_known_on is not None:
        standing = Q(entered_at__lte=as_known_on) & (standing | Q(superseded_at__gt=as_known_on))
    found = RecordedValue.objects.filter(
        standing, measure_id=measure.registered.id, period_start__gte=periods[0].start, period_end__lte=periods[-1].end
    )
    return list(found.order_by("period_start", "group_value", "id"))


def _recorded(asked: Asked, own: tuple[Period, ...]) -> tuple[tuple[Group, ...], FloatArray, FloatArray, FloatArray]:
    key = next(iter([*asked.by, *asked.where]), "")
    wanted = {str(one) for one in values_of(asked.where[key])} if key in asked.where else None
    rows = [row for row in recorded(asked.measure, own, asked.as_known_on) if row.group_key == key]
    rows = [row for row in rows if wanted is None or row.group_value in wanted]
    # What was answered to another question stays out of the trend.
    rows = [row for row in rows if row.version >= asked.registered.comparable_from]
    if asked.by:
        names = sorted(
            {row.group_value for row in rows}, key=lambda text: (not text.isdecimal(), int(text) if text.isdecimal() else 0, text)
        )
        groups: tuple[Group, ...] = tuple((name,) for name in names)
        place = {name: index for index, name in enumerate(names)}
    else:
        groups, place = ((),), {row.group_value: 0 for row in rows}
        _check_can_join(asked, wanted)
    return groups, *_grids(rows, own, place, len(groups))


def _check_can_join(asked: Asked, wanted: set[str] | None) -> None:
    if wanted is not None and len(wanted) > 1 and not _has_parts(asked.measure) and asked.registered.over_periods != "sum":
        raise InputError(_("Values of %(label)s cannot be added up over groups: ask for one group.") % {"label": asked.measure.label.en})


def _grids(
    rows: Iterable[RecordedValue], own: Sequence[Period], place: dict[str, int], n: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    numerator, denominator, value = (np.full((n, len(own)), np.nan) for _one in range(3))
    at = {(period.start, period.end): index for index, period in enumerate(own)}
    for row in rows:
        column = at.get((row.period_start, row.period_end))
        if column is None:
            continue
        cell = place[row.group_value], column
        for grid, number in ((numerator, row.numerator), (denominator, row.denominator), (value, row.value)):
            if number is not None:
                grid[cell] = number if np.isnan(grid[cell]) else grid[cell] + number
    return numerator, denominator, value


def _own_periods(asked: Asked) -> tuple[Period, ...]:
    """The measure's own periods inside every longer period of the range."""
    longer = asked.periods()
    return calendar.periods_between(asked.measure.period, longer[0].start, longer[-1].end, asked.fiscal)


def _longer(
    asked: Asked, own: tuple[Period, ...], numerator: FloatArray, denominator: FloatArray, value: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Longer periods: parts added up, or the last value; one missing part leaves the whole missing."""
    inside = [np.array([one.start <= part.start and part.end <= one.end for part in own]) for one in asked.periods()]
    last_only = asked.registered.over_periods == "last"
    grids = []
    for grid in (numerator, denominator, value):
        columns = [grid[:, at][:, -1] if last_only else grid[:, at].sum(axis=1) for at in inside]
        grids.append(np.stack(columns, axis=1))
    if not last_only and asked.registered.over_periods != "sum":
        grids[2] = np.full(grids[2].shape, np.nan)
    return grids[0], grids[1], grids[2]


def _divided(measure: Measure, numerator: FloatArray, denominator: FloatArray, value: FloatArray) -> FloatArray:
    """The value from its parts where they are known, else as it was given."""
    per = measure.registered.per if measure.registered and measure.format == "rate" else 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        made: FloatArray = numerator * per / denominator
    return np.where(np.isfinite(made), made, value)


def _has_parts(measure: Measure) -> bool:
    return bool(measure.registered and measure.registered.denominator_words)


def unit_word(unit: str) -> str:
    """A kind of period in words."""
    words = {
        "day": _("day"), "week": _("week"), "month": _("month"), "quarter": _("quarter"), "year": _("year"),
        "fiscal_year": _("fiscal year"),
    }  # fmt: skip
    return words[unit]
