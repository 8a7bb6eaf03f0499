"""Every starter measure agrees with a slow second implementation on random cities."""

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from citystat.core.cities import write_city
from citystat.core.home import make_home
from citystat.plan import queries
from citystat.plan.definitions import Measure
from citystat.warehouse.connections import forget_builds
from tests.factories.requests import finished, request, write_build
from tests.oracles import measures_slow

# Requests begin before the range asked for; the range ends with a month that is not over.
START, FIRST, AS_OF = date(2023, 8, 1), date(2023, 9, 15), date(2024, 1, 20)
DAYS = st.integers(0, (AS_OF - START).days)
FLAGS = ("flag_mass_closed", "flag_closed_in_minutes", "flag_default_date", "flag_closed_before_opened")
COHORTS = {"closed_on_time": ("due", "closed", "opened", "outcome_known")}
# Populations are tested on their own.
MEASURES = [measure for measure in queries.measures() if measure.kind != "per_capita" and measure.duration == "close"]
GROUPINGS = ((), ("service",), ("council_district",), ("channel", "council_district"))


@st.composite
def a_request(draw: st.DrawFn) -> dict[str, Any]:
    opened_on = START + timedelta(days=draw(DAYS))
    took = draw(st.none() | st.integers(0, 120))
    closed_on = opened_on + timedelta(days=took) if took is not None and opened_on + timedelta(days=took) <= AS_OF else None
    ended = ["closed", "closed", "closed", "cancelled", "duplicate", "information_only"]
    promise = draw(st.none() | st.integers(0, 40))
    with_clock = draw(st.booleans()) and closed_on is not None
    return request(
        service=draw(st.sampled_from(["Pothole", "Graffiti", "Missed trash"])),
        channel=draw(st.sampled_from(["phone", "web", None])),
        origin=draw(st.sampled_from(["resident", "internal", "unknown"])),
        status=draw(st.sampled_from(ended)) if closed_on else draw(st.sampled_from(["open", "open", "cancelled", "closed"])),
        opened_on=opened_on,
        opened_at=datetime.combine(opened_on, datetime.min.time()) if with_clock else None,
        closed_on=closed_on,
        closed_at=datetime.combine(closed_on, datetime.max.time().replace(microsecond=0)) if with_clock and closed_on else None,
        due_on=opened_on + timedelta(days=promise) if promise is not None else None,
        on_time_recorded=draw(st.sampled_from([True, False, None])),
        outcome=draw(st.sampled_from([None, "Repaired", "No action taken"])),
        reopened=draw(st.sampled_from([True, False, None])),
        transfers=draw(st.sampled_from([None, 0, 2])),
        place_council_district=draw(st.sampled_from(["1", "2", "10", None])),
        latitude=draw(st.sampled_from([39.1, None])),
        **{flag: draw(st.integers(0, 9)) == 0 for flag in FLAGS},
    )


def compared(measure: Measure, cohort: str | None, by: Sequence[str], rows: list[dict[str, Any]]) -> None:
    slow = measures_slow.values(measure.for_cohort(cohort), rows, as_of=AS_OF, start=FIRST, end=AS_OF, by=by)
    table = queries.measure_rows(measure.name, start=FIRST, end=AS_OF, by=by, cohort=cohort)
    for row in table:
        if row.numerator is None:
            continue
        nothing = (0, None, 0) if row.denominator is None else (0, 0, None)
        numerator, denominator, value = slow.pop((row.period, tuple(row.group.values())), nothing)
        name = (measure.name, cohort, row)
        assert row.numerator == numerator, name
        assert row.denominator == pytest.approx(denominator) if denominator is not None else row.denominator is None, name
        if row.value is not None:
            assert row.value == pytest.approx(value), name
    if any(row.numerator is not None for row in table):
        left = {key: found for key, found in slow.items() if found[0] or found[1]}
        known_periods = {row.period for row in table if row.numerator is not None}
        assert not {key for key in left if key[0] in known_periods}, measure.name


@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(a_request(), min_size=30, max_size=60))
def test_measures_agree_with_the_slow_twin(city_home: Path, rows: list[dict[str, Any]]) -> None:
    make_home()
    write_city(minimum_numerator=0, minimum_denominator=1)
    write_build(rows, as_of=AS_OF, by_month=False)
    full = [finished(row, AS_OF) for row in rows]
    for measure in MEASURES:
        for cohort in COHORTS.get(measure.name, (None,)):
            for by in GROUPINGS:
                if "place" in measure.groups or "council_district" not in by:
                    compared(measure, cohort, [key for key in by if key in ("council_district", *measure.groups)], full)
    forget_builds()


@settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(a_request(), min_size=30, max_size=60))
def test_sums_over_groups_equal_the_total(city_home: Path, rows: list[dict[str, Any]]) -> None:
    write_build(rows, as_of=AS_OF, by_month=False)
    for measure in MEASURES:
        if measure.kind in ("percentile", "stock_percentile") or "place" not in measure.groups:
            continue
        total = queries.measure_table(measure.name, start=START, end=AS_OF)
        split = queries.measure_table(measure.name, start=START, end=AS_OF, by=["council_district", "service"])
        for name in ("numerator", "denominator"):
            whole, parts = getattr(total, name)[0], getattr(split, name).sum(axis=0)
            assert all(math.isnan(one) or one == pytest.approx(sum_) for one, sum_ in zip(whole, parts, strict=True)), measure.name
    forget_builds()
