"""Builds are incremental: a month whose inputs did not change keeps its file; and the same inputs give the same content."""

import json
from datetime import date
from io import StringIO
from itertools import count
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from django.core.management import call_command

from citystat.core.errors import InputError, NotFound
from citystat.ops.management.commands.build import make_build
from citystat.service_requests.building import facts, rows
from citystat.service_requests.models import Service
from citystat.warehouse.connections import open_build
from tests.factories.landing import land, state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_home")]
_seconds = count()
JUNE, JULY, AUGUST = date(2017, 6, 3), date(2017, 7, 3), date(2017, 8, 3)


def land_three_months(as_of: date = date(2017, 8, 31)) -> None:
    """One closed request in each of June and July, an open one in August."""
    rows = [
        state(request_id="A", opened_on=JUNE, closed_on=date(2017, 6, 9), address="1 Main St"),
        state(request_id="B", opened_on=JULY, closed_on=date(2017, 7, 9), address="2 Main St"),
        state(request_id="C", opened_on=AUGUST, address="3 Main St"),
    ]
    land(rows, as_of=as_of, loaded_at=f"2017-12-31T12:00:{next(_seconds):02d}+00:00")


def refuse(*_: object) -> None:
    raise AssertionError("The landing was looked at.")


def counts(result: dict[str, object]) -> tuple[object, object]:
    return result["months_rebuilt"], result["months_reused"]


def test_build_first_makes_every_month() -> None:
    land_three_months()
    assert counts(make_build()) == (3, 0)


def test_build_again_without_change_is_the_same_build() -> None:
    land_three_months()
    first, second = make_build(), make_build()
    assert counts(second) == (0, 3)
    assert (second["build"], second["checksum"]) == (first["build"], first["checksum"])


def test_build_again_without_change_looks_at_no_landed_row(monkeypatch: pytest.MonkeyPatch) -> None:
    land_three_months()
    first = make_build()
    monkeypatch.setattr(facts, "gather", refuse)
    assert make_build() | {"months_rebuilt": 3, "months_reused": 0} == first


def test_build_again_after_a_promise_nobody_was_made_looks_at_no_landed_row(monkeypatch: pytest.MonkeyPatch) -> None:
    land_three_months()
    first = make_build()
    Service.objects.create(name="Street light", slug="street-light", sensitive=False)
    second = make_build()
    assert counts(second) == (3, 0)
    monkeypatch.setattr(facts, "gather", refuse)
    assert counts(make_build()) == (0, 3)
    assert open_build().rows("SELECT count(*) FROM requests") == [(first["requests"],)]


def test_build_after_a_load_without_a_change_looks_again_whether_anything_came_back() -> None:
    land_three_months()
    make_build()
    assert open_build().rows("SELECT DISTINCT reopened FROM requests") == [(None,)]
    land([], as_of=date(2017, 9, 30))
    make_build()
    assert open_build().rows("SELECT DISTINCT reopened FROM requests") == [(False,)]


def test_build_of_one_day_loaded_twice_does_not_know_what_was_reopened() -> None:
    land_three_months()
    day = make_build()["as_of"]
    land([], as_of=day)
    make_build()
    assert open_build().rows("SELECT DISTINCT reopened FROM requests") == [(None,)]


def test_build_after_a_change_in_one_month_makes_that_month() -> None:
    land_three_months()
    make_build()
    land([state(request_id="B2", opened_on=JULY, closed_on=date(2017, 7, 20))], as_of=date(2017, 8, 31))
    result = make_build()
    assert counts(result) == (1, 2)
    assert result["requests"] == 4


def test_build_as_of_a_later_day_makes_only_months_with_open_requests() -> None:
    land_three_months()
    make_build()
    land([state(request_id="D", opened_on=date(2017, 9, 1), closed_on=date(2017, 9, 2))], as_of=date(2017, 9, 30))
    assert counts(make_build()) == (2, 2)
    assert open_build().rows("SELECT age_days FROM requests WHERE request_id = 'C'") == [(58.0,)]


def test_build_month_whose_fact_changed_is_made_again() -> None:
    point = {"latitude": 39.1, "longitude": -94.6}
    land([state(request_id="A", opened_on=JUNE, closed_on=date(2017, 6, 30), **point)], as_of=date(2017, 6, 30))
    make_build()
    land([state(request_id="B", opened_on=JULY, closed_on=date(2017, 7, 9), **point)], as_of=date(2017, 7, 31))
    assert counts(make_build()) == (2, 0)
    assert open_build().rows("SELECT request_id FROM requests WHERE recurred") == [("A",)]


def test_build_after_a_new_promise_makes_every_month() -> None:
    land_three_months()
    make_build()
    Service.objects.create(name="Pothole", slug="pothole", promise_value=3, promise_unit="calendar_days", promise_source="published")
    assert counts(make_build()) == (3, 0)


def test_build_all_makes_the_same_content_again() -> None:
    land_three_months()
    first = make_build()
    again = make_build(rebuild_all=True)
    assert counts(again) == (3, 0)
    assert again["checksum"] == first["checksum"]


def test_build_incremental_equals_a_build_from_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checksums = []
    for name, builds_between in (("step by step", True), ("at once", False)):
        monkeypatch.setenv("CITYSTAT_HOME", str(tmp_path / name))
        land_three_months(date(2017, 8, 10))
        if builds_between:
            make_build()
        land([state(request_id="C", opened_on=AUGUST, closed_on=date(2017, 8, 20), address="1 Main St")], as_of=date(2017, 8, 31))
        checksums.append(make_build()["checksum"])
    assert checksums[0] == checksums[1]


def test_build_month_everybody_moved_away_from_has_no_rows() -> None:
    land([state(request_id="A", opened_on=JUNE)], as_of=date(2017, 6, 30))
    make_build()
    land([state(request_id="A", opened_on=JULY), state(request_id="A", opened_on=JUNE, moved_away=True)], as_of=date(2017, 7, 31))
    make_build()
    assert open_build().rows("SELECT opened_month, count(*) FROM requests GROUP BY ALL") == [(date(2017, 7, 1), 1)]


def test_build_command_prints_one_json_object() -> None:
    land_three_months()
    out = StringIO()
    call_command("build", "--json", stdout=out)
    result = json.loads(out.getvalue())
    assert {"build", "as_of", "requests", "months_rebuilt", "months_reused", "seconds", "checksum"} == set(result)
    assert (result["build"], result["as_of"], result["requests"]) == (1, "2017-08-31", 3)


def test_build_command_says_what_serves() -> None:
    land_three_months()
    out = StringIO()
    call_command("build", stdout=out)
    assert out.getvalue().startswith("Build 1 serves: 3 requests as of 2017-08-31 (3 months made, 0 reused")


def test_build_command_with_nothing_loaded_is_refused() -> None:
    with pytest.raises(NotFound, match="No requests have been loaded yet"):
        call_command("build")


def test_build_command_verify_finds_damage(city_home: Path) -> None:
    land_three_months()
    make_build()
    out = StringIO()
    call_command("build", "--verify", stdout=out)
    assert out.getvalue().startswith("Build 1 is whole")
    next((city_home / "warehouse" / "data" / "requests").iterdir()).write_bytes(b"damaged")
    with pytest.raises(InputError, match="Build 1 is damaged"):
        call_command("build", "--verify")


def test_rows_in_order_are_the_same_rows_in_one_piece_however_they_are_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pa.concat_tables([pa.table({"row": [0, 1, 2]}), pa.table({"row": [3, 4, 5]})])
    for positions in ([0, 1, 2, 3, 4, 5], [2, 3, 4, 0, 1, 5], []):
        for rows_of_a_run in (1, 1_000):
            monkeypatch.setattr(rows, "ROWS_OF_A_RUN", rows_of_a_run)
            found = rows._in_order(table, np.array(positions, dtype=np.int64))["row"]
            assert (found.to_pylist(), found.num_chunks <= 1) == (positions, True)
