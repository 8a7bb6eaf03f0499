"""Places compared fairly: at one mix of services, with intervals, against what their size explains; never a bare ranking."""

from dataclasses import dataclass, replace
from typing import Literal, cast

import numpy as np

from citystat.core.errors import InputError
from citystat.methods import rates
from citystat.plan.definitions import Measure
from citystat.plan.periods import Period
from citystat.plan.results import MISSING, FloatArray, MeasureTable

Verdict = Literal["higher", "lower", "about_the_same", "undefined"]
# Under this share of the standard mix present, a place cannot be compared at that mix.
LEAST_COVERED = 0.8


@dataclass(frozen=True)
class StandardisedPlace:
    """One place. `value` is at the city's mix of services; `crude` as counted; `weight_covered` the share of the mix it has.

    `verdict` compares its interval with the city's value; `position` says where it lies in the funnel ("inside", "high_95",
    "high_998", "low_95", "low_998", "undefined"). `state` is ok, too_few or missing.
    """

    code: str | None
    numerator: float
    denominator: float
    crude: float | None
    value: float | None
    lower: float | None
    upper: float | None
    weight_covered: float
    verdict: Verdict
    position: str
    limits_95: tuple[float, float] | None
    limits_998: tuple[float, float] | None
    state: str


@dataclass(frozen=True)
class StandardisedComparison:
    """All places of a kind in one period, in the order of their codes, with the funnel's target (the pooled share)."""

    measure: Measure
    kind: str
    period: str
    build: int
    places: tuple[StandardisedPlace, ...]
    target: float | None
    dispersion: float
    n_services: int


def check_share(measure: Measure) -> None:
    """Only shares can be compared at one mix of services."""
    if not measure.is_share:
        raise InputError(f"{measure.name} is not a share: only shares can be compared at one mix of services.")


def pooled(table: MeasureTable) -> MeasureTable:
    """The table with all its periods in one: counts added up; of what is open at a period's end, the last one only."""
    first, last = table.periods[0], table.periods[-1]
    stock = table.measure.time == "period_end"
    grids = {}
    for name in ("numerator", "denominator"):
        grid = getattr(table, name)
        grids[name] = grid[:, -1:] if stock else np.nansum(grid, axis=1, keepdims=True)
    interval = rates.wilson(grids["numerator"], grids["denominator"])
    whole = Period(first.unit, last.index, last.key if stock or first == last else f"{first.key} to {last.key}", first.start, last.end)
    return replace(
        table,
        periods=(whole,),
        complete=np.array([bool(table.complete[-1] if stock else table.complete.all())]),
        value=interval.estimate,
        lower=interval.lower,
        upper=interval.upper,
        state=table.state.min(axis=1, keepdims=True) if not stock else table.state[:, -1:],
        signal=np.zeros((len(table.groups), 1), dtype=np.int8),
        **grids,
    )


def standardise(table: MeasureTable, minimum_denominator: int) -> StandardisedComparison:
    """Direct standardization of a share by service mix; the table has one period and the keys (place, service).

    The funnel is drawn about the standardized value: each place keeps its denominator, and its numerator is the
    standardized share of it.
    """
    check_share(table.measure)
    places, counts, totals = _by_place_and_service(table)
    if not places or not totals.sum() or (table.state == MISSING).all():
        return StandardisedComparison(table.measure, table.keys[0], table.periods[0].key, table.build, (), None, 1.0, 0)
    located = np.array([code is not None for code in places])
    fair = rates.directly_standardized_share(counts, totals, weights=totals[located].sum(axis=0) if located.any() else None)
    n_cases, n_hits = totals.sum(axis=1), counts.sum(axis=1)
    target = float(n_hits[located].sum() / n_cases[located].sum()) if n_cases[located].sum() else None
    funnel = rates.proportion_funnel(
        np.nan_to_num(fair.estimate) * n_cases, n_cases, target=target, method="normal", overdispersion=len(places) >= 10
    )
    found = []
    for index, code in enumerate(places):
        enough = n_cases[index] >= minimum_denominator and fair.weight_covered[index] >= LEAST_COVERED
        found.append(
            StandardisedPlace(
                code=code,
                numerator=float(n_hits[index]),
                denominator=float(n_cases[index]),
                crude=_number(fair.crude[index]) if n_cases[index] >= minimum_denominator else None,
                value=_number(fair.estimate[index]) if enough else None,
                lower=_number(fair.lower[index]) if enough else None,
                upper=_number(fair.upper[index]) if enough else None,
                weight_covered=float(fair.weight_covered[index]),
                verdict=_verdict(fair, index, target) if enough else "undefined",
                position=str(funnel.position[index]) if enough else "undefined",
                limits_95=_pair(funnel.lower_95[index], funnel.upper_95[index]),
                limits_998=_pair(funnel.lower_998[index], funnel.upper_998[index]),
                state="ok" if enough else "too_few",
            )
        )
    return StandardisedComparison(
        table.measure, table.keys[0], table.periods[0].key, table.build, tuple(found), target, funnel.dispersion, counts.shape[1]
    )


@dataclass(frozen=True)
class Difference:
    """Two values compared; `verdict` "about_the_same" when the interval holds no difference."""

    measure: Measure
    first: float | None
    second: float | None
    difference: float | None
    lower: float | None
    upper: float | None
    verdict: Verdict


def difference(first: MeasureTable, second: MeasureTable) -> Difference:
    """The last value of one table minus that of another, for the first group of each.

    Shares and rates by the interval of their difference; other measures only where their intervals do not meet.
    """
    measure = first.measure
    values = [float(table.value[0][-1]) for table in (first, second)]
    if any(value != value for value in values):
        return Difference(measure, _number(values[0]), _number(values[1]), None, None, None, "undefined")
    counts = [float(grid[0][-1]) for table in (first, second) for grid in (table.numerator, table.denominator)]
    if measure.is_share:
        found = rates.difference_of_proportions(*counts)
    elif measure.kind == "per_capita":
        found = rates.difference_of_rates(*counts, per=measure.per)
    else:
        return Difference(measure, values[0], values[1], values[0] - values[1], None, None, _by_overlap(first, second))
    verdict = cast("Verdict", str(found.verdict))
    return Difference(measure, values[0], values[1], values[0] - values[1], float(found.lower), float(found.upper), verdict)


def _by_overlap(first: MeasureTable, second: MeasureTable) -> Verdict:
    """Different only where the two intervals do not meet: cautious, and the only rule for percentiles."""
    low = [float(table.lower[0][-1]) for table in (first, second)]
    high = [float(table.upper[0][-1]) for table in (first, second)]
    if low[0] > high[1]:
        return "higher"
    if high[0] < low[1]:
        return "lower"
    return "undefined" if any(bound != bound for bound in (*low, *high)) else "about_the_same"


def _by_place_and_service(table: MeasureTable) -> tuple[list[str | None], FloatArray, FloatArray]:
    """Places in their order, and numerators and denominators as arrays of places by services."""
    places = list(dict.fromkeys(code for code, _ in table.groups))
    services = {name: index for index, name in enumerate(dict.fromkeys(service for _, service in table.groups))}
    counts, totals = np.zeros((len(places), len(services))), np.zeros((len(places), len(services)))
    for row, (code, service) in enumerate(table.groups):
        at = places.index(code), services[service]
        counts[at], totals[at] = np.nan_to_num(table.numerator[row][0]), np.nan_to_num(table.denominator[row][0])
    used = totals.sum(axis=0) > 0
    return places, counts[:, used], totals[:, used]


def _verdict(fair: rates.Standardized, index: int, target: float | None) -> Verdict:
    """The standardized value against the pooled one."""
    if target is None or not np.isfinite(fair.lower[index]):
        return "undefined"
    if fair.lower[index] > target:
        return "higher"
    return "lower" if fair.upper[index] < target else "about_the_same"


def _pair(low: float, high: float) -> tuple[float, float] | None:
    return (float(low), float(high)) if np.isfinite(low) and np.isfinite(high) else None


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
