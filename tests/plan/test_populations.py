"""Per-resident figures divide by the residents of the place and of the stated year."""

from datetime import date
from pathlib import Path

import pytest

from citystat.plan import queries
from tests.factories.requests import request, write_build


def residents(code: str, year: int, population: float, kind: str = "council_district") -> dict[str, object]:
    return {"kind": kind, "version": "2012", "code": code, "year": year, "population": population, "source": "census"}


@pytest.fixture
def city(city_home: Path) -> None:
    """Twelve requests in district 1 and six nowhere, in each of three years; residents of 2010 and 2016."""
    rows = [request(opened_on=date(year, 3, 1), place_council_district="1") for year in (2012, 2016, 2017) for _ in range(12)]
    rows += [request(opened_on=date(year, 3, 1), place_council_district=None) for year in (2012, 2016, 2017) for _ in range(6)]
    people = [
        residents("1", 2010, 4000),
        residents("1", 2016, 8000),
        residents("city", 2010, 40000, "city"),
        residents("city", 2016, 45000, "city"),
    ]
    places = [{"kind": "council_district", "version": "2012", "code": "1", "name": "District 1", "is_current": True}]
    write_build(rows, as_of=date(2017, 12, 31), population=people, places=places)


YEARS = {"start": date(2016, 1, 1), "end": date(2017, 12, 31), "period": "year"}
SINCE_2012 = YEARS | {"start": date(2012, 1, 1)}


@pytest.mark.usefixtures("city")
@pytest.mark.feature("F126")
def test_rate_uses_the_population_of_the_stated_year() -> None:
    table = queries.measure_table("requests_per_1000", **SINCE_2012, where={"council_district": "1"})
    by_year = {row.period: (year, row.denominator, row.value) for year, row in zip(table.population_years, table.rows(), strict=True)}
    assert by_year["2016"] == (2016, 8000, 1.5)
    assert by_year["2012"] == (2010, 4000, 3.0)


@pytest.mark.usefixtures("city")
def test_rate_has_the_published_byar_interval() -> None:
    row = queries.measure_rows("requests_per_1000", **YEARS, where={"council_district": "1"})[0]
    assert (row.numerator, row.denominator) == (12, 8000)
    assert (row.lower, row.upper) == pytest.approx((0.774, 2.620), abs=5e-4)


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_rate_of_the_city_divides_by_the_city() -> None:
    assert [row.denominator for row in queries.measure_rows("requests_per_1000", **YEARS)] == [45000, 45000]


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_unlocated_requests_are_counted_but_have_no_rate() -> None:
    rows = queries.measure_rows("requests_per_1000", **YEARS, by=["council_district"])
    nowhere = [row for row in rows if row.group["council_district"] is None]
    assert {(row.numerator, row.value, row.state) for row in nowhere} == {(6, None, "missing")}


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_trace_of_a_rate_names_the_year_and_its_source() -> None:
    found = queries.trace("requests_per_1000", period="2017", group={"council_district": "1"})
    assert found.agrees
    assert "Residents of 2016: 8,000 (census)." in found.criteria
