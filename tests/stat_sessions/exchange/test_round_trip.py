"""Performance data leave a city and come into an empty one without loss."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

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
def city(city_home: Path) -> Any:
    write_build([request(opened_on=date(2017, 1, 1) + timedelta(days=n)) for n in range(365)], as_of=date(2017, 12, 31))
    with clock.at(program.NOW):
        program.make_program()
        yield


def table(made: writing.Package, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.files[f"{name}.csv"].decode(), newline="")))


def without_warehouse(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home of its own, without any build."""
    from citystat.warehouse.connections import forget_builds

    monkeypatch.setenv("CITYSTAT_HOME", str(tmp_path / "other"))
    forget_builds()


@pytest.mark.parametrize("staff", [False, True])
def test_package_imported_into_an_empty_city_is_exported_with_the_same_bytes(
    staff: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = exchange.package(staff=staff)
    writing.store(before, tmp_path / "data")
    program.empty()
    without_warehouse(monkeypatch, tmp_path)
    exchange.load(tmp_path / "data")
    after = exchange.package(staff=staff)
    assert {name for name in before.files if before.files[name] != after.files[name]} == set()
    empty = {name for name, count in before.counts.items() if not count}
    assert empty == (set() if staff else FOR_STAFF)


def test_package_of_the_same_data_has_the_same_bytes() -> None:
    assert writing.zipped(exchange.package(staff=True)) == writing.zipped(exchange.package(staff=True))


def test_package_for_the_public_names_nobody_and_holds_no_rows_of_the_staff() -> None:
    made = exchange.package()
    text = b"\n".join(made.files.values()).decode()
    for word in ("owner@city.example", "Olga", "Ana Ruiz", "Officer Reed", "trees_planted", "not_ready", "Secret draft", "Look at overtime",
                 "Among us", "Not out yet", "Quiet houses", "Hidden program", "Counted twice", "Nina Silent", "Open weakness", "Two forms",
                 "Kim Lee", "Lamp repair", "Roof", "Cardiac arrest"):  # fmt: skip
        assert word not in text or (word == "Olga" and "Order 4, Olga" in text), word
    assert [row["number"] for row in table(made, "plans")] == ["1", "2"]
    assert table(made, "people") == []


def test_package_keeps_missing_and_zero_apart() -> None:
    rows = {(row["measure"], row["period"], row["group_key"]): row for row in table(exchange.package(staff=True), "values")}
    given, missing = rows["trees_planted", "2017-02", ""], rows["street_lights", "2017-10", ""]
    assert (given["value"], given["state"]) == ("0", "ok")
    assert (missing["value"], missing["state"]) == ("", "missing")


def test_package_of_chosen_measures_and_months_holds_their_values_alone() -> None:
    rows = table(exchange.package(chosen=["street_lights"], first=date(2017, 6, 1)), "values")
    assert {row["measure"] for row in rows} == {"street_lights"}
    assert min(row["period"] for row in rows) == "2017-06"


def test_package_rows_are_valid_by_their_schemas() -> None:
    made = exchange.package(staff=True)
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


CHANGES = [
    (
        "goal_measures.csv",
        "street_lights",
        "street_lamps",
        r"goal_measures.csv, line 2: measure names “street_lamps”, which is not in measures.csv",
    ),
    ("goals.csv", "1,streets,priority,,", "1,streets,priority,a-lights,", r"goals.csv, line \d: .* stands above itself"),
    ("plans.csv", ",superseded,", ",adopted,", r"plans.csv, line \d: .*(second adopted|two cannot)"),
    ("commitments.csv", "Order the", "\xff", "UTF-8"),
    ("recorded_values.csv", ",0.9,", ",nine,", r"recorded_values.csv, line 2: value is “nine”"),
    ("values.csv", ",ok,", ",good,", r"values.csv, line \d+: state is “good”, which is not one of ok, too_few"),
    ("sessions.csv", "id,series", "id,row", r"sessions.csv, line 1: there is no column row"),
    ("decisions.csv", "\r\n1,", "\r\n1,1,", r"decisions.csv, line 2: it has 16 cells"),
    ("datapackage.json", '"version": "1.2"', '"version": "2.0"', r"datapackage.json, line 1: its format version is 2.0"),
    ("countdowns.csv", ",0.25,", ",25,", r"countdowns.csv, line 2: check_share is 25.0, and a share is between 0 and 1"),
    ("countdowns.csv", ",300,", ",-300,", r"countdowns.csv, line 2: target_count is -300, and it cannot be less than 0"),
    ("countdown_items.csv", "Permit 7", "", r"countdown_items.csv, line 2: P-0 is counted without proof"),
    ("countdown_items.csv", "1250.10", "1250.105", r"countdown_items.csv, line 2: cost is “1250.105”, which is not a decimal"),
    ("processes.csv", "Lamp repair", "Lamp\x00repair", r"processes.csv, line 2: name holds the character NUL"),
    ("process_findings.csv", ",Lamp repair,", ",Pump repair,", r"process_findings.csv, line 2: process names .*not in processes"),
    ("programs.csv", '[""lamp""]', "{}", r"programs.csv, line \d: services is not a list"),
    ("council_members.csv", "2017-06-30", "2015-06-30", r"council_members.csv, line 2: until lies before since"),
    ("incidents.csv", "431.5", "86401", r"incidents.csv, line 3: 86401.0 seconds is no response time"),
    ("record_corrections.csv", "\r\n1,1,,", "\r\n1,,,", r"record_corrections.csv, line 2: it must name either decision or commitment"),
    ("weak_points.csv", "process", "somebody", r"weak_points.csv, line \d: cause is “somebody”, which is not one of process"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), CHANGES)
def test_import_of_a_wrong_package_is_one_sentence_and_stores_nothing(file: str, old: str, new: str, said: str, tmp_path: Path) -> None:
    made = exchange.package(staff=True)
    content = made.files[file].decode()
    assert old in content
    changed = content.replace(old, new, 5 if file in ("plans.csv", "datapackage.json") else 1)
    changed = changed.replace(",2016-12-31,", ",,") if file == "plans.csv" else changed
    files = {**made.files, file: changed.encode("latin-1" if new == "\xff" else "utf-8", "replace")}
    without_hashes = json.loads(files["datapackage.json"])
    for one in without_hashes["resources"]:
        one.pop("hash" if one["path"].endswith(".csv") else "description")
    files["datapackage.json"] = json.dumps(without_hashes).encode()
    writing.store(replace(made, files=files), tmp_path / "p.zip")
    program.empty()
    with pytest.raises(reading.PackageError, match=said):
        exchange.load(tmp_path / "p.zip")
    assert not Plan.objects.exists()
    assert not RegisteredMeasure.objects.exists()


def test_import_of_a_file_changed_on_the_way_is_refused(tmp_path: Path) -> None:
    made = exchange.package()
    writing.store(made, tmp_path / "data")
    (tmp_path / "data" / "plans.csv").write_bytes(made.files["plans.csv"].replace(b"Second", b"Third"))
    with pytest.raises(reading.PackageError, match=r"plans.csv does not have the checksum"):
        exchange.load(tmp_path / "data")


def test_import_of_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    whole = writing.zipped(exchange.package())
    for damaged in (whole[: len(whole) // 2], b"PK" + bytes(200), whole[:200] + bytes(400) + whole[600:]):
        (tmp_path / "p.zip").write_bytes(damaged)
        with pytest.raises(reading.PackageError, match=r"p\.zip|checksum|hold"):
            exchange.load(tmp_path / "p.zip")


def test_import_of_a_second_adopted_plan_names_the_one_in_force_and_stores_nothing(tmp_path: Path) -> None:
    writing.store(exchange.package(), tmp_path / "p.zip")
    before = RegisteredMeasure.objects.count()
    with pytest.raises(
        reading.PackageError, match=r"plans.csv, line 3: plan 2 would be a second adopted plan in force: plan 2 is in force here"
    ):
        exchange.load(tmp_path / "p.zip")
    assert RegisteredMeasure.objects.count() == before


def test_import_dry_run_stores_nothing(tmp_path: Path) -> None:
    writing.store(exchange.package(staff=True), tmp_path / "p.zip")
    program.empty()
    counts = exchange.load(tmp_path / "p.zip", dry_run=True)
    assert counts["commitments"] == 3
    assert not Plan.objects.exists()
    assert not Commitment.objects.exists()


def test_import_of_warehouse_values_as_typed_makes_measures_people_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from citystat.plan.registered import tables
    from citystat.plan.registered.tables import Asked

    made = exchange.package(staff=True)
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


def test_zipped_has_one_time_for_every_file() -> None:
    with zipfile.ZipFile(io.BytesIO(writing.zipped(exchange.package()))) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
