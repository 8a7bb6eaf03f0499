"""Percentiles from the durations kept of a build are those of the rows; they are read once and kept whole."""

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from citystat.plan import build_cache, computation, counts_in_range, durations_in_range, queries
from citystat.plan.groups import Where
from citystat.plan.results import MeasureTable
from citystat.warehouse.connections import Warehouse, open_build
from tests.factories.requests import request, write_build
from tests.plan.splits import AS_OF, BEGINS, SPLITS

RANGES = (
    ("month", date(2020, 11, 2), date(2021, 9, 30)),
    ("month", date(2023, 12, 3), AS_OF),
    ("quarter", date(2022, 2, 1), AS_OF),
    ("fiscal_year", date(2021, 7, 1), date(2023, 12, 31)),
)
PERCENTILES = ("median_days_to_close", "p90_days_to_close", "first_response_days")


def a_request(chance: Random) -> dict[str, Any]:
    """Any request with a duration to the second; some still open, some closed before they were opened."""
    opened_on = BEGINS + timedelta(days=chance.randrange((AS_OF - BEGINS).days + 10))
    days = chance.choice([None, round(chance.expovariate(0.05), 5), chance.randrange(-3, 9)])
    return request(
        service=chance.choice(["Pothole", "Graffiti", "Missed trash", None]),
        category=chance.choice(["Streets", "Waste", None]),
        department=chance.choice(["Public Works", "Parks", None]),
        opened_on=opened_on,
        closed_on=None if days is None else opened_on + timedelta(days=int(days)),
        days_to_close=days,
        place_council_district=chance.choice(["1", "2", "10", None]),
        flag_closed_before_opened=days is not None and days < 0,
    )


@pytest.fixture
def build(city_home: Path) -> Warehouse:
    """What most tests here ask."""
    write_build(requests, as_of=AS_OF, named="requests with durations")
    return open_build()


def requests() -> list[dict[str, Any]]:
    """Two thousand requests, two of them alone in their groups, one of these closed before the month it was opened in."""
    chance = Random(7)
    rows = [a_request(chance) for _ in range(2_000)]
    rows.append(request(service="Alone", department="Alone", opened_on=date(2022, 3, 31), closed_on=date(2022, 4, 1), days_to_close=0.5))
    before = {"opened_on": date(2023, 12, 5), "closed_on": date(2023, 11, 20), "days_to_close": 0.5}
    rows.append(request(service="Against the clock", department="Against the clock", **before))
    return rows


def tables(build: Warehouse, by: tuple[str, ...] = (), where: Where | None = None) -> list[MeasureTable]:
    """Every percentile by every range."""
    return [
        computation.compute(queries.measure(name), build, start=start, end=end, by=by, where=where, period=unit)
        for name in PERCENTILES
        for unit, start, end in RANGES
    ]


def same(one: MeasureTable, other: MeasureTable) -> bool:
    """Whether two tables hold the same groups and the very same numbers."""
    names = ("numerator", "denominator", "value", "lower", "upper", "state")
    equal = (np.allclose(getattr(one, name), getattr(other, name), rtol=1e-12, equal_nan=True) for name in names)
    return one.groups == other.groups and all(equal)


@pytest.mark.slow
@pytest.mark.parametrize(("by", "where"), SPLITS)
def test_compute_percentiles_from_kept_durations_is_what_the_rows_answer(
    build: Warehouse, monkeypatch: pytest.MonkeyPatch, by: tuple[str, ...], where: Where
) -> None:
    kept = tables(build, by, where)
    assert any(np.isfinite(table.value).any() for table in kept)
    monkeypatch.setattr(counts_in_range, "frame_for", lambda *_: None)
    assert [same(*pair) for pair in zip(kept, tables(build, by, where), strict=True)] == [True] * len(kept)


def test_sorted_rows_reads_the_table_once_and_then_the_file(build: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    first = tables(build)
    monkeypatch.setattr(build, "arrow", lambda *_: pytest.fail("the table was read again"))
    assert all(same(*pair) for pair in zip(first[:8], tables_of_closing(build), strict=True))


def tables_of_closing(build: Warehouse) -> list[MeasureTable]:
    """The median and the 90th percentile, which count the same requests; nothing answers a first response here."""
    return [
        computation.compute(queries.measure(name), build, start=start, end=end, period=unit)
        for name in PERCENTILES[:2]
        for unit, start, end in RANGES
    ]


@pytest.mark.slow
def test_sorted_rows_of_a_damaged_file_are_read_anew(build: Warehouse) -> None:
    first = tables(build)
    (file,) = build_cache.folder(build).glob("durations_*.npz")
    file.write_bytes(file.read_bytes()[:-40])
    assert all(same(*pair) for pair in zip(first, tables(build), strict=True))


@pytest.mark.slow
def test_sorted_rows_of_durations_that_do_not_fit_are_left_to_the_rows_and_not_read_again(
    city_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_build([request(opened_on=date(1900, 1, 1)), request(opened_on=BEGINS, closed_on=AS_OF)], as_of=AS_OF, by_month=False)
    build = open_build()
    assert tables(build)[1].denominator.tolist() == [[0, 0]]
    monkeypatch.setattr(durations_in_range, "_read", lambda *_: pytest.fail("the table was read again"))
    assert tables(build)[1].denominator.tolist() == [[0, 0]]


@pytest.mark.slow
def test_sorted_rows_are_left_to_the_rows_beyond_the_most_there_may_be(build: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durations_in_range, "MOST_ROWS", 100)
    assert np.isfinite(tables(build)[0].value).any()
    assert not list(build_cache.folder(build).glob("durations_*.npz"))


def test_packed_refuses_what_does_not_fit() -> None:
    cells, closed = np.zeros(2, np.int64), np.ones(2, np.int64)
    assert durations_in_range.packed(cells, np.array([1.0, 70 * 366.0]), closed) is None
    assert durations_in_range.packed(cells, np.array([1.0, -0.5]), closed) is None
    assert durations_in_range.packed(cells + (1 << 21), np.array([1.0, 2.0]), closed) is None


def test_parts_keep_the_rows_of_a_cell_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durations_in_range, "ROWS_A_PART", 3)
    cells = np.array([0, 0, 0, 0, 1, 2, 2, 2, 2, 2])
    keys = durations_in_range.packed(cells, np.arange(10.0), np.ones(10, np.int64))
    assert keys is not None
    assert [part[0].tolist() for part in durations_in_range.parts(keys)] == [[0, 0, 0, 0], [1, 2, 2, 2, 2, 2]]


@pytest.mark.slow
def test_the_pages_and_measure_questions_load_neither_pandas_nor_scipy(build: Warehouse) -> None:
    asked = (
        "import sys, django; django.setup()\n"
        "import citystat.config.urls\n"
        "from datetime import date\n"
        "from citystat.plan import queries\n"
        "for name in ('closed_on_time', 'open_backlog', 'backlog_in_weeks', 'median_days_to_close', 'backlog_age_median'):\n"
        "    for by in ((), ('service',), ('channel',)):\n"
        f"        queries.measure_table(name, start={BEGINS!r}, end={AS_OF!r}, by=by)\n"
        "print([name for name in ('pandas', 'scipy') if name in sys.modules])\n"
    ).replace("datetime.date", "date")
    run = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    assert run.stdout == "[]\n", run.stderr
