"""How many requests each month brings, of which service, where and when."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from citystat.ops.demo.city import DemoCity, Floats, Integers
from citystat.ops.demo.facts import add_months

GROWTH_PER_MONTH = 0.0016
STEEP_SWING, STEEP, GENTLE = 1.0, 4.0, 1.2
WEEKDAY = np.array([1.28, 1.14, 1.08, 1.04, 1.0, 0.42, 0.34])
# Share of requests by hour of the day: a morning rush, a dip at noon, few at night.
HOUR = np.array([4, 3, 2, 2, 3, 8, 22, 52, 88, 98, 96, 90, 74, 80, 82, 78, 66, 48, 34, 26, 20, 14, 9, 6], dtype=float)
HOUR /= HOUR.sum()

Times = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class MonthPlan:
    """One month of history: its first and last day and the rows to draw, `moved` meaning moved from the old system."""

    first: date
    last: date
    rows: int
    moved: bool = False


def month_plans(city: DemoCity, requests: int, random: np.random.Generator) -> list[MonthPlan]:
    """Rows of every month, summing exactly to `requests`; the moved months of the old system come first."""
    facts = city.facts
    migration = facts["migration"]
    go_live = add_months(facts.as_of.replace(day=1), 1 - facts.months_of_history)
    moved = round(requests * float(migration["share_of_rows"]))
    old = [add_months(go_live, -back) for back in range(int(migration["months_before"]), 0, -1)]
    survivors = np.exp(np.linspace(-2.5, 0, len(old)))
    firsts = [add_months(go_live, number) for number in range(facts.months_of_history)]
    weights = np.array(
        [
            month_weights(city, first).sum() * (1 + GROWTH_PER_MONTH * number) * _days(first, facts.as_of)
            for number, first in enumerate(firsts)
        ]
    )
    plans = [
        MonthPlan(first, _last(first, facts.as_of), int(rows), moved=True)
        for first, rows in zip(old, _split(moved, survivors, random), strict=True)
    ]
    plans += [
        MonthPlan(first, _last(first, facts.as_of), int(rows))
        for first, rows in zip(firsts, _split(requests - moved, weights, random), strict=True)
    ]
    return plans


def month_weights(city: DemoCity, first: date) -> Floats:
    """Relative demand, services by districts, in one month."""
    services, facts = city.services, city.facts
    angle = 2 * np.pi * (first.month - services.peak_month) / 12
    steepness = np.where(services.seasonal_swing >= STEEP_SWING, STEEP, GENTLE * services.seasonal_swing)
    season = np.exp(steepness * np.cos(angle)) / np.i0(steepness)
    weights: Floats = np.outer(services.weight * season, city.people / city.people.sum())
    mix = facts["district_with_other_mix"]
    hard, easy = services.mask(mix["more_of"]), services.mask(mix["less_of"])
    other, opposite = city.districts.index(mix["district"]), city.districts.index(mix["easy_district"])
    weights[hard, other] *= mix["times_more"]
    weights[easy, other] *= mix["times_less"]
    weights[easy, opposite] *= mix["easy_times_more"]
    weights[hard, opposite] *= mix["easy_times_less"]
    rats = facts["rat_control_cut"]
    service, district = services.index(rats["service"]), city.districts.index(rats["district"])
    if first >= rats["rise_from"]:
        weights[service, district] *= rats["times_more"]
    elif first < rats["cut_day"]:
        weights[service, district] /= 1 - rats["share_internal_before"]
    return weights


def draw_opened(city: DemoCity, plan: MonthPlan, random: np.random.Generator) -> tuple[Integers, Integers, Times]:
    """Service, district and local opening time of each row of a month."""
    weights = month_weights(city, plan.first)
    if plan.moved:
        weights = weights * (city.services.median_days[:, None] > 5)
    cell = random.choice(weights.size, plan.rows, p=(weights / weights.sum()).ravel())
    service, district = np.divmod(cell, weights.shape[1])
    days = np.arange(np.datetime64(plan.first), np.datetime64(plan.last) + 1)
    weekday = (days.astype(np.int64) + 3) % 7
    day = days[random.choice(len(days), plan.rows, p=WEEKDAY[weekday] / WEEKDAY[weekday].sum())]
    service, day = _storm(city, plan, service, day, random)
    seconds = random.choice(24, plan.rows, p=HOUR) * 3600 + random.integers(0, 3600, plan.rows)
    return service, district, day.astype("datetime64[s]") + seconds.astype("timedelta64[s]")


def _storm(city: DemoCity, plan: MonthPlan, service: Integers, day: Times, random: np.random.Generator) -> tuple[Integers, Times]:
    """Turn a share of a storm month's rows into the storm's own services and days."""
    storms = city.facts["storms"]
    for on in storms["days"]:
        if (on.year, on.month) != (plan.first.year, plan.first.month) or plan.moved:
            continue
        count = round(plan.rows * storms["share_of_month"])
        chosen = random.choice(plan.rows, count, replace=False)
        names = list(storms["services"])
        share = np.array([float(storms["services"][name]) for name in names])
        which = np.array([city.services.index(name) for name in names])
        service[chosen] = which[random.choice(len(names), count, p=share / share.sum())]
        later = np.minimum(random.geometric(0.42, count) - 1, 6)
        day[chosen] = np.minimum(np.datetime64(on) + later, np.datetime64(plan.last))
    return service, day


def _split(total: int, weights: Floats, random: np.random.Generator) -> Integers:
    return random.multinomial(total, weights / weights.sum())


def _last(first: date, as_of: date) -> date:
    return min(as_of, date.fromordinal(add_months(first, 1).toordinal() - 1))


def _days(first: date, as_of: date) -> int:
    return (_last(first, as_of) - first).days + 1
