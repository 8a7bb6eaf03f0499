"""A package somebody changed is refused in one sentence that names its line, and nothing of it is stored."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from citystat.core import clock
from citystat.plan.exchange import reading, writing
from citystat.plan.models import Plan, RegisteredMeasure
from citystat.stat_sessions import exchange
from tests.factories.requests import request, write_build
from tests.stat_sessions.exchange import program

pytestmark = pytest.mark.django_db
_made: list[writing.Package] = []


@pytest.fixture
def made(city_home: Path) -> Iterator[writing.Package]:
    """The package of a whole program, made by the first of these tests for all of them; the city is empty again."""
    write_build([request(opened_on=date(2017, 1, 1) + timedelta(days=n)) for n in range(365)], as_of=date(2017, 12, 31))
    with clock.at(program.NOW):
        if not _made:
            program.make_program()
            _made.append(exchange.package(staff=True))
            program.empty()
        yield _made[0]


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
    ("datapackage.json", '"version": "1.3"', '"version": "2.0"', r"datapackage.json, line 1: its format version is 2.0"),
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
    ("plans.csv", ",2022-12-31,", ",2009-12-31,", r"plans.csv, line \d: ends_on lies before starts_on"),
    ("goals.csv", ",objective,", ",priority,", r"goals.csv, line \d: A priority is the top of the plan"),
    ("goal_measures.csv", ",0.97,2019-12-31,", ",0.97,,", r"goals.csv, line \d: A goal is measurable only with .* a date for the target"),
    ("goal_measures.csv", ",0.97,", ",97,", r"goal_measures.csv, line 2: target_value is 97, and a share lies between 0 and 1: 61% is"),
    ("targets.csv", ",set,0.95,", ",set,95,", r"targets.csv, line \d: value is 95, and a share lies between 0 and 1"),
    ("recorded_values.csv", ",1000,0.9,", ",1000,90,", r"recorded_values.csv, line 2: value is 90, and its .* make 0.9"),
    ("recorded_values.csv", "street_lights,1,", "street_lights,7,", r"line 2: version 7 of street_lights is not in measure_versions.csv"),
    ("recorded_values.csv", "2016-07-01,2016-07-31", "2016-07-01,2016-07-15", r"line 2: 2016-07-01 to 2016-07-15 is not one period of"),
    ("recorded_values.csv", "2016-07-01,2016-07-31", "2018-07-01,2018-07-31", r"line 2: 2018-07-31 is still to come"),
    ("recorded_values.csv", "2016-08-01,2016-08-31", "2016-07-01,2016-07-31", r"line 3: the value of line 2 stands for the same period"),
    ("values.csv", ",missing,", ",ok,", r"values.csv, line \d+: state is ok, and there is no value"),
    ("weak_points.csv", "process", "somebody", r"weak_points.csv, line \d: cause is “somebody”, which is not one of process"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), CHANGES)
def test_import_of_a_wrong_package_is_one_sentence_and_stores_nothing(
    file: str, old: str, new: str, said: str, tmp_path: Path, made: writing.Package
) -> None:
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
    with pytest.raises(reading.PackageError, match=said):
        exchange.load(tmp_path / "p.zip")
    assert not Plan.objects.exists()
    assert not RegisteredMeasure.objects.exists()
