"""Read-only connections to builds."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pytest

from citystat.core.errors import NotFound
from citystat.warehouse.connections import open_build
from tests.factories.requests import request, write_build


def test_open_build_before_the_first_build_says_what_to_run(city_home: Path) -> None:
    with pytest.raises(NotFound, match="run `citystat build` after loading requests"):
        open_build()


def test_open_build_unknown_number_is_not_found(city_home: Path) -> None:
    write_build([request()])
    with pytest.raises(NotFound, match="build 7"):
        open_build(7)


@pytest.mark.slow
def test_open_build_reads_every_table_of_the_manifest(city_home: Path) -> None:
    write_build([request(), request(opened_on=date(2017, 7, 2))], as_of=date(2017, 8, 1))
    warehouse = open_build()
    assert warehouse.number == 1
    assert warehouse.as_of == date(2017, 8, 1)
    assert warehouse.rows("SELECT count(*) FROM requests") == [(2,)]
    assert all(warehouse.rows(f"SELECT count(*) FROM {name}")[0][0] == table.rows for name, table in warehouse.manifest.tables.items())


@pytest.mark.slow
def test_open_build_is_the_same_object_until_a_new_build_serves(city_home: Path) -> None:
    write_build([request()])
    first = open_build()
    assert open_build() is first
    write_build([request(), request()])
    assert open_build().rows("SELECT count(*) FROM requests") == [(2,)]
    assert open_build(1).rows("SELECT count(*) FROM requests") == [(1,)]


@pytest.mark.slow
def test_dicts_takes_named_parameters(city_home: Path) -> None:
    write_build([request(service="Pothole"), request(service="Tree")])
    found = open_build().dicts("SELECT service, count(*) AS n FROM requests WHERE service = $service GROUP BY ALL", {"service": "Tree"})
    assert found == [{"service": "Tree", "n": 1}]


@pytest.mark.slow
def test_arrow_returns_a_table(city_home: Path) -> None:
    write_build([request(service="Tree")])
    assert open_build().arrow("SELECT service FROM requests WHERE service = ?", ["Tree"]).to_pydict() == {"service": ["Tree"]}


@pytest.mark.slow
def test_columns_and_has_table_follow_the_manifest(city_home: Path) -> None:
    write_build([request(place_council_district="4")])
    warehouse = open_build()
    assert "place_council_district" in warehouse.columns("requests")
    assert warehouse.has_table("calendar")
    assert not warehouse.has_table("surveys")
    assert warehouse.columns("surveys") == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/hostname')",
        "INSTALL spatial",
        "LOAD spatial",
        "SET enable_external_access = true",
        "SET memory_limit = '64GB'",
        "COPY (SELECT 1) TO '/tmp/citystat-escape.csv'",
        "ATTACH '/tmp/citystat-escape.db'",
    ],
)
def test_open_build_is_closed_to_the_outside(city_home: Path, statement: str) -> None:
    write_build([request()])
    with pytest.raises(duckdb.Error):
        open_build().rows(statement)


@pytest.mark.slow
def test_open_build_serves_threads_at_once(city_home: Path) -> None:
    write_build([request(service=f"Service {n % 7}") for n in range(200)])
    warehouse = open_build()
    count = "SELECT count(*) FROM requests WHERE service = ?"
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda n: warehouse.rows(count, [f"Service {n}"])[0][0], range(7)))
    assert sum(counts) == 200
