"""Performance data leave a city and come into an empty one without loss."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from citystat.core import clock
from citystat.plan.exchange import cells, reading, writing
from citystat.plan.models import Plan, RecordedValue, RegisteredMeasure
from citystat.stat_sessions import exchange
from citystat.stat_sessions.models import Commitment
from tests.factories.requests import request, write_build
from tests.stat_sessions.exchange import program

pytestmark = pytest.mark.django_db
# Tables whose pages are for the staff too.
FOR_STAFF = {"people", "countdown_events", "processes", "process_measures", "process_findings", "trained_leads", "incidents", "photos"}


@pytest.fixture(autouse=True)
def now(city_home: Path) -> Iterator[None]:
    with clock.at(program.NOW):
        yield


@pytest.fixture
def city(now: None) -> None:
    write_build([request(opened_on=date(2017, 1, 1) + timedelta(days=n)) for n in range(365)], as_of=date(2017, 12, 31))
    program.make_program()


_packages: dict[bool, writing.Package] = {}


@pytest.fixture
def package(request: pytest.FixtureRequest) -> Callable[..., writing.Package]:
    """The package of the city, made once for all tests that only read it: making the city and the package takes a second."""

    def made(*, staff: bool = False) -> writing.Package:
        if staff not in _packages:
            request.getfixturevalue("city")
            _packages[staff] = exchange.package(staff=staff)
        return _packages[staff]

    return made


def table(made: writing.Package, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.files[f"{name}.csv"].decode(), newline="")))


def without_warehouse(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home of its own, without any build."""
    from citystat.warehouse.connections import forget_builds

    monkeypatch.setenv("CITYSTAT_HOME", str(tmp_path / "other"))
    forget_builds()


@pytest.mark.slow
@pytest.mark.parametrize("staff", [False, True])
def test_package_imported_into_an_empty_city_is_exported_with_the_same_bytes(
    staff: bool, package: Callable[..., writing.Package], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = package(staff=staff)
    writing.store(before, tmp_path / "data")
    program.empty()
    without_warehouse(monkeypatch, tmp_path)
    exchange.load(tmp_path / "data")
    after = exchange.package(staff=staff)
    assert {name for name in before.files if before.files[name] != after.files[name]} == set()
    empty = {name for name, count in before.counts.items() if not count}
    assert empty == (set() if staff else FOR_STAFF)


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_package_of_the_same_data_has_the_same_bytes() -> None:
    assert writing.zipped(exchange.package(staff=True)) == writing.zipped(exchange.package(staff=True))


@pytest.mark.slow
def test_package_for_the_public_names_nobody_and_holds_no_rows_of_the_staff(package: Callable[..., writing.Package]) -> None:
    made = package()
    text = b"\n".join(made.files.values()).decode()
    for word in ("owner@city.example", "Olga", "Ana Ruiz", "Officer Reed", "trees_planted", "not_ready", "Secret draft", "Look at overtime",
                 "Among us", "Not out yet", "Quiet houses", "Hidden program", "Counted twice", "Nina Silent", "Open weakness", "Two forms",
                 "Kim Lee", "Lamp repair", "Roof", "Cardiac arrest"):  # fmt: skip
        assert word not in text or (word == "Olga" and "Order 4, Olga" in text), word
    assert [row["number"] for row in table(made, "plans")] == ["1", "2"]
    assert table(made, "people") == []


@pytest.mark.slow
def test_package_keeps_missing_and_zero_apart(package: Callable[..., writing.Package]) -> None:
    rows = {(row["measure"], row["period"], row["group_key"]): row for row in table(package(staff=True), "values")}
    given, missing = rows["trees_planted", "2017-02", ""], rows["street_lights", "2017-10", ""]
    assert (given["value"], given["state"]) == ("0", "ok")
    assert (missing["value"], missing["state"]) == ("", "missing")


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_package_of_chosen_measures_and_months_holds_their_values_alone() -> None:
    rows = table(exchange.package(chosen=["street_lights"], first=date(2017, 6, 1)), "values")
    assert {row["measure"] for row in rows} == {"street_lights"}
    assert min(row["period"] for row in rows) == "2017-06"


@pytest.mark.slow
def test_package_rows_are_valid_by_their_schemas(package: Callable[..., writing.Package]) -> None:
    made = package(staff=True)
    known = {one.name: one for one in exchange.TABLES}
    jsonschema.Draft202012Validator(json.loads(made.files["schemas/package.json"])).validate(json.loads(made.files["datapackage.json"]))
    for name, some in known.items():
        validator = jsonschema.Draft202012Validator(json.loads(made.files[f"schemas/{name}.json"]))
        for row in table(made, name):
            typed = {column.name: cells.value(row[column.name], column) for column in some.columns if row[column.name]}
            validator.validate(
                {
                    key: cells.text(cell) if not isinstance(cell, int | float | Decimal | dict | list) else cell
                    for key, cell in typed.items()
                }
            )


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_import_keeps_corrections_versions_and_history(tmp_path: Path) -> None:
    made = exchange.package(staff=True)
    old = list(RecordedValue.objects.order_by("id").values_list("value", "entered_at", "superseded_at"))
    events = list(Commitment.objects.order_by("number").values_list("number", "status", "events__kind"))
    writing.store(made, tmp_path / "p.zip")
    program.empty()
    exchange.load(tmp_path / "p.zip")
    assert list(RecordedValue.objects.order_by("id").values_list("value", "entered_at", "superseded_at")) == old
    assert list(Commitment.objects.order_by("number").values_list("number", "status", "events__kind")) == events
    assert Plan.objects.get(number=2).adopted_on == date(2017, 1, 1)


def test_import_of_a_file_changed_on_the_way_is_refused(package: Callable[..., writing.Package], tmp_path: Path) -> None:
    made = package()
    writing.store(made, tmp_path / "data")
    (tmp_path / "data" / "plans.csv").write_bytes(made.files["plans.csv"].replace(b"Second", b"Third"))
    with pytest.raises(reading.PackageError, match=r"plans.csv does not have the checksum"):
        exchange.load(tmp_path / "data")


def test_import_of_a_damaged_zip_is_refused(package: Callable[..., writing.Package], tmp_path: Path) -> None:
    whole = writing.zipped(package())
    for damaged in (whole[: len(whole) // 2], b"PK" + bytes(200), whole[:200] + bytes(400) + whole[600:]):
        (tmp_path / "p.zip").write_bytes(damaged)
        with pytest.raises(reading.PackageError, match=r"p\.zip|checksum|hold"):
            exchange.load(tmp_path / "p.zip")


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_import_of_a_second_adopted_plan_names_the_one_in_force_and_stores_nothing(
    package: Callable[..., writing.Package], tmp_path: Path
) -> None:
    writing.store(package(), tmp_path / "p.zip")
    before = RegisteredMeasure.objects.count()
    with pytest.raises(
        reading.PackageError, match=r"plans.csv, line 3: plan 2 would be a second adopted plan in force: plan 2 is in force here"
    ):
        exchange.load(tmp_path / "p.zip")
    assert RegisteredMeasure.objects.count() == before


@pytest.mark.slow
def test_import_dry_run_stores_nothing(package: Callable[..., writing.Package], tmp_path: Path) -> None:
    writing.store(package(staff=True), tmp_path / "p.zip")
    program.empty()
    counts = exchange.load(tmp_path / "p.zip", dry_run=True)
    assert counts["commitments"] == 3
    assert not Plan.objects.exists()
    assert not Commitment.objects.exists()


@pytest.mark.slow
def test_import_of_warehouse_values_as_typed_makes_measures_people_give(
    package: Callable[..., writing.Package], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from citystat.plan.registered import tables
    from citystat.plan.registered.tables import Asked

    made = package(staff=True)
    wanted = [
        row for row in table(made, "values") if row["measure"] == "requests_opened" and row["period"] == "2017-06" and not row["group_key"]
    ]
    writing.store(made, tmp_path / "p.zip")
    program.empty()
    without_warehouse(monkeypatch, tmp_path)
    exchange.load(tmp_path / "p.zip", values_as_typed=True)
    from citystat.plan import known

    measure = known.find("imported_requests_opened")
    found = tables.compute(Asked(measure, date(2017, 6, 1), date(2017, 6, 30), "month", (), {}), 0).rows()
    assert [str(int(row.value or 0)) for row in found] == [row["value"] for row in wanted] == ["30"]
    assert set(RecordedValue.objects.filter(measure__name=measure.name).values_list("channel", flat=True)) == {"import"}


def test_zipped_has_one_time_for_every_file(package: Callable[..., writing.Package]) -> None:
    with zipfile.ZipFile(io.BytesIO(writing.zipped(package()))) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
