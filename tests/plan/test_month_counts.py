"""What is answered from the counts of a build is what the rows answer; the counts are kept by what they count."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from citystat.core.errors import InputError
from citystat.plan import build_cache, build_facts, computation, counts_in_range, month_counts, queries
from citystat.plan.definitions import Measure
from citystat.plan.groups import Where
from citystat.plan.results import MeasureTable
from citystat.warehouse.connections import Warehouse, open_build
from tests.factories.requests import request, write_build
from tests.plan.splits import AS_OF, BEGINS, SPLITS

RANGES = (
    ("month", date(2020, 11, 2), date(2021, 9, 30)),
    ("quarter", date(2022, 2, 1), AS_OF),
    ("fiscal_year", date(2021, 7, 1), date(2023, 12, 31)),
)


def a_request(chance: Random) -> dict[str, Any]:
    """Any request, also one whose dates or states contradict each other."""
    opened_on = BEGINS + timedelta(days=chance.randrange((AS_OF - BEGINS).days + 10))
    closed_on = chance.choice([None, opened_on + timedelta(days=chance.randrange(-20, 200))])
    is_default = chance.random() < 0.02
    return request(
        service=chance.choice(["Pothole", "Graffiti", "Missed trash", None]),
        category=chance.choice(["Streets", "Waste", None]),
        department=chance.choice(["Public Works", "Parks", None]),
        channel=chance.choice(["phone", "web"]),
        origin=chance.choice(["resident", "internal"]),
        status=chance.choice(["open", "closed", "closed", "cancelled"]),
        opened_on=date(1900, 1, 1) if is_default else opened_on,
        closed_on=closed_on,
        due_on=chance.choice([None, opened_on + timedelta(days=chance.randrange(-400, 90))]),
        on_time_recorded=chance.choice([True, False, None]),
        outcome=chance.choice([None, "Repaired", "No action taken"]),
        reopened=chance.choice([True, False, None]),
        recurred=chance.choice([True, False]),
        transfers=chance.choice([None, 0, 2]),
        place_council_district=chance.choice(["1", "2", "10", None]),
        flag_default_date=is_default,
        flag_mass_closed=chance.random() < 0.1,
        flag_closed_before_opened=closed_on is not None and closed_on < opened_on,
    )


@pytest.fixture
def build(city_home: Path) -> Warehouse:
    """What every test here counts."""
    write_build(requests, as_of=AS_OF, named="contradictory requests")
    return open_build()


def requests() -> list[dict[str, Any]]:
    """Nine hundred requests, three of them alone in their group."""
    chance = Random(11)
    rows = [a_request(chance) for _ in range(900)]
    for opened_on, closed_on in ((date(2021, 5, 1), date(2021, 4, 1)), (date(2022, 3, 31), date(2022, 4, 1)), (AS_OF, None)):
        rows.append(request(service=f"Alone {opened_on}", department="Alone", opened_on=opened_on, closed_on=closed_on))
    return rows


@pytest.fixture
def without_counts(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A way to let the rows answer instead."""
    with monkeypatch.context() as patch:
        yield patch


def every_measure() -> list[tuple[Measure, str | None]]:
    """Each measure that has monthly counts, once a cohort."""
    chosen = [measure for measure in queries.measures() if measure.kind in month_counts.KINDS]
    return [(measure, cohort) for measure in chosen for cohort in [one.name for one in measure.cohorts] or [None]]


def same(one: MeasureTable, other: MeasureTable) -> bool:
    """Whether two tables hold the same groups and numbers."""
    names = ("numerator", "denominator", "value", "lower", "upper", "state", "complete")
    equal = (np.allclose(getattr(one, name), getattr(other, name), equal_nan=True) for name in names)
    return one.groups == other.groups and one.periods == other.periods and all(equal)


# Every split by one range and every range by two splits; `make test` asks all of them.
EACH_BY_EACH = [
    pytest.param(split, asked_range, marks=() if index % len(RANGES) == other else pytest.mark.slow, id=f"split{index}-{asked_range[0]}")
    for index, split in enumerate(SPLITS)
    for other, asked_range in enumerate(RANGES)
]


@pytest.mark.slow
@pytest.mark.parametrize(("split", "asked_range"), EACH_BY_EACH)
def test_compute_from_counts_is_what_the_rows_answer(
    build: Warehouse, without_counts: pytest.MonkeyPatch, split: tuple[tuple[str, ...], Where], asked_range: tuple[str, date, date]
) -> None:
    (by, where), (unit, start, end) = split, asked_range
    asked = [
        {"start": start, "end": end, "by": by, "where": where, "period": unit, "measure": measure, "cohort": cohort}
        for measure, cohort in every_measure()
        if not {*by, *where} - set(queries.group_keys(measure.name))
    ]
    counted = [computation.compute(build=build, **one) for one in asked]
    without_counts.setattr(counts_in_range, "frame_for", lambda *_: None)
    differing = [
        one["measure"].name for one, table in zip(asked, counted, strict=True) if not same(table, computation.compute(build=build, **one))
    ]
    assert len(asked) >= 20
    assert not differing


def test_counted_is_left_to_the_rows_for_keys_periods_and_ranges_it_does_not_hold(build: Warehouse) -> None:
    measure = queries.measure("requests_opened")

    def holds(unit: str, start: date, by: tuple[str, ...]) -> bool:
        chosen = computation.calendar.periods_between(unit, start, AS_OF)
        return counts_in_range.counted(computation.scope_of(measure, build, chosen, by, {}), build, {}) is not None

    assert holds("month", date(2021, 3, 1), ("service",))
    assert not holds("week", date(2021, 3, 1), ("service",))
    assert not holds("month", date(2021, 3, 1), ("channel",))
    assert not holds("month", date(2011, 3, 1), ())


def test_counts_of_reads_the_table_once_and_then_the_file(build: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    measure = queries.measure("requests_opened")
    frame = month_counts.frame_of(build)
    assert frame is not None
    first = month_counts.counts_of(measure, build, frame)
    month_counts.forget()
    monkeypatch.setattr(build, "arrow", lambda *_: pytest.fail("the table was read again"))
    again = month_counts.counts_of(measure, build, frame)
    assert np.array_equal(first.denominator, again.denominator)


def test_counts_of_a_changed_definition_are_counted_anew(build: Warehouse) -> None:
    measure = queries.measure("requests_opened")
    frame = month_counts.frame_of(build)
    assert frame is not None
    changed = replace(measure, rows=(*measure.rows, *queries.measure("requests_per_1000").rows), exclude_flags=("flag_mass_closed",))
    all_of_them, fewer = (month_counts.counts_of(one, build, frame).denominator.sum() for one in (measure, changed))
    assert fewer < all_of_them


def test_counts_of_a_damaged_file_are_counted_anew(build: Warehouse) -> None:
    measure = queries.measure("requests_opened")
    frame = month_counts.frame_of(build)
    assert frame is not None
    first = month_counts.counts_of(measure, build, frame)
    for file in build_cache.folder(build).glob("*.npz"):
        file.write_bytes(b"PK damaged")
    month_counts.forget()
    assert np.array_equal(first.denominator, month_counts.counts_of(measure, build, frame).denominator)


@pytest.mark.slow
def test_folder_differs_between_builds_and_keeps_the_newest_few(city_home: Path) -> None:
    folders = []
    for day in range(1, build_cache.BUILDS_KEPT + 3):
        write_build([request(opened_on=date(2017, 1, day))])
        folders.append(build_cache.folder(open_build()))
        assert build_facts.first_day(open_build()) == date(2017, 1, day)
    kept = [one for one in folders if one.is_dir()]
    assert kept == folders[-build_cache.BUILDS_KEPT :]


@pytest.mark.slow
def test_filled_columns_names_those_with_a_value(city_home: Path) -> None:
    write_build([request(transfers=2, opened_at=None, outcome=None)])
    assert build_facts.filled_columns(open_build(), ("transfers", "outcome", "opened_has_time")) == {"transfers"}


def test_measure_table_of_an_unknown_group_says_which_there_are(build: Warehouse) -> None:
    with pytest.raises(InputError, match="cannot be grouped by"):
        queries.measure_table("requests_opened", start=BEGINS, end=AS_OF, by=("ward",))


def test_weeks_of_work_divides_by_the_closings_of_the_13_weeks_up_to_each_end(build: Warehouse) -> None:
    days = [
        closed_on
        for (closed_on,) in build.rows(
            "SELECT closed_on FROM requests WHERE is_counted AND status <> 'open' AND closed_on IS NOT NULL "
            "AND NOT flag_closed_before_opened AND NOT flag_default_date"
        )
    ]
    for unit, start in (("month", date(2023, 3, 1)), ("quarter", date(2022, 1, 1)), ("week", date(2023, 6, 1))):
        table = computation.compute(queries.measure("backlog_in_weeks"), build, start=start, end=AS_OF, period=unit)
        ends = [min(period.end, AS_OF) for period in table.periods]
        expected = [sum(end - timedelta(days=91) < day <= end for day in days) * 7 / 91 for end in ends]
        assert table.denominator[0].tolist() == pytest.approx(expected)
