"""Every number leads to its rows, and counting the rows again gives the number."""

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from citystat.core.errors import InputError
from citystat.plan import queries
from tests.factories.requests import request, write_build

NAMES = [measure.name for measure in queries.measures()]


@pytest.fixture
def city(city_home: Path) -> None:
    people = [{"kind": "city", "version": "", "code": "city", "year": 2017, "population": 5000.0, "source": "census"}]
    write_build(requests, as_of=date(2017, 12, 31), population=people, named="requests to trace")


def requests() -> list[dict[str, Any]]:
    """Four hundred requests of a year, with everything a measure counts."""
    chance = Random(11)
    rows = []
    for _ in range(400):
        opened_on = date(2017, 1, 1) + timedelta(days=chance.randrange(300))
        took = timedelta(days=int(chance.expovariate(1 / 20)))
        closed_on = opened_on + took if opened_on + took <= date(2017, 12, 31) else None
        rows.append(
            request(
                opened_on=opened_on,
                closed_on=closed_on,
                due_on=opened_on + timedelta(days=15),
                first_response_on=opened_on + timedelta(days=1) if closed_on else None,
                reopened=chance.random() < 0.1,
                transfers=chance.randrange(3),
                place_council_district=chance.choice(["1", "2"]),
            )
        )
    return rows


@pytest.mark.usefixtures("city")
@pytest.mark.feature("F013")
@pytest.mark.parametrize("name", NAMES)
def test_trace_recomputes_the_published_number_from_its_rows(name: str) -> None:
    found = queries.trace(name, period="2017-06", limit=1000)
    (row,) = queries.measure_rows(name, start=date(2017, 6, 1), end=date(2017, 6, 30))
    assert found.row == row
    assert found.agrees
    if row.numerator is not None:
        assert found.n_numerator == row.numerator == len(found.numerator_ids)
    if row.value is not None:
        assert found.recomputed == pytest.approx(row.value)
        assert len(found.rows) == found.n_rows


@pytest.mark.usefixtures("city")
def test_trace_names_definition_build_and_date() -> None:
    found = queries.trace("closed_on_time", period="2017-06", group={"council_district": "1"})
    assert found.description.startswith("Closed on time (of requests due in the period): June 2017, council_district 1, ")
    assert (found.build, found.as_of, found.measure.definition_hash) == (
        1,
        date(2017, 12, 31),
        queries.measure("closed_on_time").definition_hash,
    )
    assert "Data as of December 31, 2017." in found.criteria
    assert not any("SELECT" in line for line in found.criteria)


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_trace_pages_do_not_overlap_and_miss_nothing() -> None:
    pages = [queries.trace("open_backlog", period="2017-06", limit=7, offset=offset) for offset in range(0, 100, 7)]
    ids = [row["request_id"] for page in pages for row in page.rows]
    assert len(ids) == len(set(ids)) == pages[0].n_rows


@pytest.mark.usefixtures("city")
def test_trace_shows_an_address_only_where_it_was_asked_for() -> None:
    hidden, shown = (queries.trace("open_backlog", period="2017-06", with_address=one) for one in (False, True))
    assert {row["address"] for row in hidden.rows} == {None}
    assert {row["address"] for row in shown.rows} == {"1 Main St"}


@pytest.mark.usefixtures("city")
def test_trace_in_spanish_speaks_spanish() -> None:
    found = queries.trace("closed_on_time", period="2017-06", language="es")
    assert found.description.startswith("Cerradas a tiempo (de las que vencían en el período): junio de 2017, toda la ciudad, ")


@pytest.mark.usefixtures("city")
def test_trace_refuses_an_endless_page() -> None:
    with pytest.raises(InputError, match="A page holds from 0 to 10,000 rows"):
        queries.trace("open_backlog", period="2017-06", limit=100_000)
