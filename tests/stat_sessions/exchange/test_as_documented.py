"""The reference page suffices: a reader made of it alone finds nothing to say, and what it writes can be imported."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from citystat.core import clock
from citystat.plan.exchange import writing
from citystat.plan.models import RecordedValue
from citystat.stat_sessions import exchange
from tests.factories.requests import request, write_build
from tests.stat_sessions.exchange import program, stranger

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "performance-data.md"


@pytest.fixture
def city(city_home: Path) -> Iterator[None]:
    write_build([request(opened_on=date(2017, 1, 1) + timedelta(days=n)) for n in range(365)], as_of=date(2017, 12, 31))
    with clock.at(program.NOW):
        yield


@pytest.fixture
def made(city: None) -> writing.Package:
    program.make_program()
    return exchange.package(staff=True)


def test_specification_describes_every_table() -> None:
    found = stranger.specification(PAGE)
    assert found.keys() == {one.name for one in exchange.TABLES}
    assert found["goals"].columns["parent"].meaning.endswith("With `plan` names a row of `goals`.")


@pytest.mark.slow
@pytest.mark.parametrize("staff", [True, False])
def test_problems_of_an_export_read_by_the_page_alone_are_none(staff: bool, city: None) -> None:
    program.make_program()
    package = exchange.package(staff=staff)
    assert stranger.problems(package.files, PAGE) == []


@pytest.mark.slow
def test_problems_of_a_changed_value_are_named(made: writing.Package) -> None:
    rows = list(csv.reader(io.StringIO(made.files["values.csv"].decode(), newline="")))
    line = next(row for row in rows if row[0] == "street_lights" and row[rows[0].index("state")] == "ok")
    line[rows[0].index("value")] = "61"
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    found = stranger.problems({**made.files, "values.csv": text.getvalue().encode()}, PAGE)
    assert [one.partition(" ")[0] for one in found] == ["values:", "values:"]


def test_load_of_a_package_written_by_the_page_alone(city: None, tmp_path: Path) -> None:
    exchange.load(stranger.package(tmp_path))
    row = RecordedValue.objects.get()
    assert (row.measure.name, row.value, row.period_end) == ("lights_working", 0.9, date(2017, 1, 31))


@pytest.mark.slow
def test_problems_of_numbers_of_another_city_taken_as_typed_are_none(made: writing.Package, tmp_path: Path) -> None:
    writing.store(made, tmp_path / "p.zip")
    program.empty()
    exchange.load(tmp_path / "p.zip", values_as_typed=True)
    again = exchange.package(staff=True)
    assert b"imported_median_days_to_close" in again.files["recorded_values.csv"]
    assert stranger.problems(again.files, PAGE) == []
    program.empty()
    writing.store(again, tmp_path / "again.zip")
    exchange.load(tmp_path / "again.zip")
    assert RecordedValue.objects.filter(measure__name="imported_median_days_to_close", denominator=None).exists()
