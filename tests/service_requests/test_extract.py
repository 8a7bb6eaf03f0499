"""From landed states to the table `requests`: the current state, as of a day, with due dates, durations and places."""

import json
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from citystat.core.errors import InputError, NotFound
from citystat.methods.durations import due_at
from citystat.ops.management.commands.build import make_build
from citystat.places.actions import load_layer
from citystat.plan import queries as plan
from citystat.service_requests import extract, schema
from citystat.service_requests.loading import vocabulary
from citystat.service_requests.models import Service
from citystat.warehouse.connections import open_build
from tests.factories.landing import TIME_ZONE, instant, land, state
from tests.factories.requests import slug

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_home")]
AS_OF = date(2017, 12, 31)
Row = dict[str, Any]


def built(*rows: Row, as_of: date = AS_OF) -> dict[str, Row]:
    """Land the rows as one load, build, and return the requests by id."""
    land(rows, as_of=as_of)
    make_build()
    return requests()


def requests() -> dict[str, Row]:
    return {row["request_id"]: row for row in open_build().dicts("SELECT * FROM requests")}


def one(**values: Any) -> Row:
    """The built row of one request."""
    return built(state(request_id="A", **values))["A"]


def test_gather_nothing_loaded_says_what_to_run() -> None:
    with pytest.raises(NotFound, match="run `citystat load requests"):
        extract.gather()


def test_gather_day_before_the_first_load_is_refused() -> None:
    land([state()], as_of=AS_OF)
    with pytest.raises(InputError, match="Nothing was loaded as of 2017-01-01"):
        extract.gather(date(2017, 1, 1))


@pytest.mark.slow
def test_extract_columns_follow_the_contract() -> None:
    built(state())
    assert open_build().columns("requests") == list(schema.REQUEST_COLUMNS)
    assert [row[1] for row in open_build().rows("DESCRIBE requests")] == list(schema.REQUEST_COLUMNS.values())


def test_schema_agrees_with_what_loading_writes() -> None:
    assert schema.RECORDED_COLUMNS == vocabulary.STATE_TYPES
    assert set(schema.STATE_COLUMNS) <= set(vocabulary.ALL_TYPES)
    assert set(vocabulary.ALL_TYPES) - set(schema.STATE_COLUMNS) == set(schema.BUILD_FLAGS)


@pytest.mark.slow
def test_extract_keeps_what_was_recorded_and_a_request_without_an_opening_date() -> None:
    given = state(request_id="A", description="Big hole", extra={"ward": "9"}, recorded_places={"zip": "64110"}, transfers=2)
    rows = built(given, state(request_id="B", opened_on=None))
    row, undated = rows["A"], rows["B"]
    assert (undated["opened_on"], undated["opened_month"], undated["age_days"]) == (None, None, None)
    assert {name: row[name] for name in ("description", "extra", "recorded_places", "transfers", "address")} == {
        name: given[name] for name in ("description", "extra", "recorded_places", "transfers", "address")
    }


# The current state


@pytest.mark.slow
def test_extract_takes_the_state_of_the_latest_as_of_date() -> None:
    land([state(request_id="A", closed_on=date(2017, 7, 9), outcome="new")], as_of=date(2017, 7, 31))
    land([state(request_id="A", outcome="old")], as_of=date(2017, 6, 30))
    make_build()
    assert requests()["A"]["outcome"] == "new"


@pytest.mark.slow
def test_extract_takes_the_later_load_of_one_as_of_date() -> None:
    land([state(request_id="A", outcome="first")], as_of=AS_OF)
    land([state(request_id="A", outcome="second")], as_of=AS_OF)
    make_build()
    assert requests()["A"]["outcome"] == "second"


@pytest.mark.slow
def test_extract_counts_a_request_once_when_its_opening_month_changed() -> None:
    land([state(request_id="A", opened_on=date(2017, 6, 30)), state(request_id="B")], as_of=date(2017, 6, 30))
    moved = state(request_id="A", opened_on=date(2017, 7, 1))
    land([moved, state(request_id="A", opened_on=date(2017, 6, 30), moved_away=True)], as_of=date(2017, 7, 31))
    make_build()
    assert {key: row["opened_on"] for key, row in requests().items()} == {"A": date(2017, 7, 1), "B": date(2017, 6, 1)}


@pytest.mark.slow
def test_extract_keeps_registers_apart() -> None:
    land([state(request_id="A", source="old system"), state(request_id="A", source="new system")], as_of=AS_OF)
    make_build()
    assert open_build().rows("SELECT count(*) FROM requests") == [(2,)]


@pytest.mark.slow
def test_extract_reads_a_load_that_lacks_columns() -> None:
    lacking = {
        name: kind for name, kind in schema.STATE_COLUMNS.items() if name not in ("transfers", "team", "flag_default_date", "moved_away")
    }
    land([state(request_id="old")], as_of=date(2017, 6, 30), columns=lacking)
    land([state(request_id="new", transfers=2, team="North")], as_of=AS_OF)
    make_build()
    found = {key: (row["transfers"], row["team"], row["flag_default_date"]) for key, row in requests().items()}
    assert found == {"old": (None, None, False), "new": (2, "North", False)}


# As of a day


@pytest.mark.slow
def test_extract_what_happens_after_the_as_of_date_has_not_happened() -> None:
    rows = built(
        state(request_id="closed after", opened_on=date(2017, 12, 1), closed_on=date(2018, 1, 2)),
        state(request_id="closed that day", opened_on=date(2017, 12, 1), closed_on=AS_OF),
        state(request_id="opened after", opened_on=date(2018, 1, 1)),
    )
    after, that_day = rows["closed after"], rows["closed that day"]
    assert (after["status"], after["closed_on"], after["closed_at"]) == ("open", None, None)
    assert (after["closed_recorded_on"], after["flag_closed_after_as_of"], after["age_days"]) == (date(2018, 1, 2), True, 30.0)
    assert (that_day["status"], that_day["closed_on"], that_day["flag_closed_after_as_of"]) == ("closed", AS_OF, False)
    assert {key: row["flag_opened_after_as_of"] for key, row in rows.items()} == {
        "closed after": False, "closed that day": False, "opened after": True,
    }  # fmt: skip


@pytest.mark.slow
def test_extract_as_of_an_earlier_day_leaves_later_loads_out() -> None:
    land([state(request_id="A")], as_of=date(2017, 6, 30))
    land([state(request_id="A", closed_on=date(2017, 6, 20)), state(request_id="B")], as_of=date(2017, 7, 31))
    make_build(date(2017, 6, 30))
    assert {key: row["status"] for key, row in requests().items()} == {"A": "open"}
    assert open_build().as_of == date(2017, 6, 30)


# Status


@pytest.mark.slow
def test_extract_says_what_is_counted() -> None:
    counted_and_field = {
        "open": (True, True),
        "closed": (True, True),
        "cancelled": (False, True),
        "duplicate": (False, True),
        "invalid": (False, True),
        "information_only": (True, False),
    }
    rows = built(*(state(request_id=status, status=status) for status in counted_and_field))
    assert {status: (row["is_counted"], row["is_field_service"]) for status, row in rows.items()} == counted_and_field


@pytest.mark.slow
def test_extract_information_service_of_the_catalog_is_no_field_service() -> None:
    Service.objects.create(name="Office hours", slug="office-hours", kind="information")
    rows = built(state(request_id="A", service="Office Hours"), state(request_id="B", service="Pothole"))
    assert {key: row["is_field_service"] for key, row in rows.items()} == {"A": False, "B": True}


# Durations


@pytest.mark.slow
def test_extract_days_to_close() -> None:
    spring = {"opened_on": date(2017, 3, 11), "opened_clock": time(12), "closed_on": date(2017, 3, 12), "closed_clock": time(12)}
    cases: dict[str, tuple[Row, float | None]] = {
        "parts of days with clock times": (
            {"opened_clock": time(8), "closed_on": date(2017, 6, 2), "closed_clock": time(20)},
            pytest.approx(1.5),
        ),
        "whole days without one": ({"opened_clock": time(18), "closed_on": date(2017, 6, 2)}, 1.0),
        "zero on the same day without one": ({"opened_clock": time(18), "closed_on": date(2017, 6, 1)}, 0.0),
        "unknown before opening": ({"closed_on": date(2017, 5, 1)}, None),
        "elapsed time across the clock change": (spring, pytest.approx(23 / 24)),
    }
    rows = built(*(state(request_id=name, **values) for name, (values, _) in cases.items()))
    assert {name: row["days_to_close"] for name, row in rows.items()} == {name: expected for name, (_, expected) in cases.items()}


# Due dates


@pytest.mark.slow
def test_extract_recorded_due_date_goes_before_the_catalog() -> None:
    Service.objects.create(name="Pothole", slug="pothole", promise_value=3, promise_unit="business_days", promise_source="published")
    row = one(due_on=date(2017, 6, 2))
    assert (row["due_on"], row["due_source"]) == (date(2017, 6, 2), "recorded")


@pytest.mark.slow
def test_extract_promise_nobody_made_is_told_from_one_the_city_made() -> None:
    Service.objects.create(name="Pothole", slug="pothole", promise_value=3, promise_unit="business_days", promise_source="suggested")
    assert one()["due_source"] == "suggested"
    assert plan.share_of_suggested_promises("closed_on_time") == 1.0
    assert plan.share_of_suggested_promises("requests_opened") == 0.0


@pytest.mark.slow
def test_extract_without_promise_has_no_due_date() -> None:
    row = one()
    assert (row["due_on"], row["due_source"], row["is_overdue"], row["on_time"]) == (None, "none", False, None)


@pytest.mark.slow
def test_extract_promise_of_three_business_days_over_memorial_day() -> None:
    Service.objects.create(name="Pothole", slug="pothole", promise_value=3, promise_unit="business_days", promise_source="published")
    opened = {"Friday": date(2024, 5, 24), "Saturday": date(2024, 5, 25)}
    rows = built(*(state(request_id=key, opened_on=day, opened_clock=time(10)) for key, day in opened.items()), as_of=date(2024, 6, 30))
    assert {key: (row["due_on"], row["due_source"]) for key, row in rows.items()} == dict.fromkeys(opened, (date(2024, 5, 30), "catalog"))


@pytest.mark.slow
def test_extract_due_dates_agree_with_the_method() -> None:
    promises: list[tuple[float, Any]] = [
        (3, "business_days"), (11, "business_hours"), (10, "calendar_days"), (30, "calendar_hours"), (0, "business_days"),
    ]  # fmt: skip
    for value, unit in promises:
        name = f"{value} {unit}"
        Service.objects.create(name=name, slug=slug(name), promise_value=value, promise_unit=unit, promise_source="published")
    # Before and after the clock change, out of hours, on a weekend, before a holiday.
    openings = [(date(2017, 3, 10), time(16, 30)), (date(2017, 3, 11), time(9)), (date(2017, 11, 3), time(22)), (date(2017, 7, 3), time(7))]
    rows = built(
        *(
            state(request_id=f"{value} {unit} {n}", service=f"{value} {unit}", opened_on=day, opened_clock=clock)
            for value, unit in promises
            for n, (day, clock) in enumerate(openings)
        )
    )
    calendar = extract.gather().calendar
    for value, unit in promises:
        for number, (day, clock) in enumerate(openings):
            row = rows[f"{value} {unit} {number}"]
            expected = due_at(datetime.combine(day, clock, tzinfo=calendar.zone), value, unit, calendar)
            assert row["due_at"].replace(tzinfo=ZoneInfo("UTC")) == expected, (value, unit, day)
            assert row["due_on"] == expected.astimezone(ZoneInfo(TIME_ZONE)).date(), (value, unit, day)


@pytest.mark.slow
def test_extract_promise_is_the_one_in_force_on_the_opening_day() -> None:
    Service.objects.create(name="Pothole", slug="pothole", promise_value=10, promise_unit="calendar_days", promise_source="published")
    Service.objects.create(
        name="Pothole",
        slug="pothole",
        promise_value=2,
        promise_unit="calendar_days",
        promise_source="published",
        in_force_from=date(2017, 7, 1),
    )
    rows = built(state(request_id="before", opened_on=date(2017, 6, 30)), state(request_id="after", opened_on=date(2017, 7, 1)))
    assert {key: row["due_on"] for key, row in rows.items()} == {"before": date(2017, 7, 10), "after": date(2017, 7, 3)}


@pytest.mark.slow
def test_extract_on_time_and_overdue() -> None:
    cases: list[tuple[Row, bool | None, bool]] = [
        ({"due_on": date(2017, 6, 5), "closed_on": date(2017, 6, 5)}, True, False),
        ({"due_on": date(2017, 6, 5), "closed_on": date(2017, 6, 6)}, False, False),
        ({"due_on": date(2017, 6, 5)}, False, True),
        ({"due_on": AS_OF}, None, False),
        ({"due_on": date(2018, 1, 5)}, None, False),
        ({"closed_on": date(2017, 6, 6), "on_time_recorded": True}, True, False),
        ({"closed_on": date(2017, 6, 6), "on_time_recorded": False, "due_on": date(2017, 6, 9)}, True, False),
        ({"on_time_recorded": True}, None, False),
        # Clock times decide where both are known.
        ({"due_on": date(2017, 6, 5), "due_clock": time(12), "closed_on": date(2017, 6, 5), "closed_clock": time(11)}, True, False),
        ({"due_on": date(2017, 6, 5), "due_clock": time(12), "closed_on": date(2017, 6, 5), "closed_clock": time(13)}, False, False),
    ]
    rows = built(*(state(request_id=str(number), **values) for number, (values, _, _) in enumerate(cases)))
    for number, (values, on_time, is_overdue) in enumerate(cases):
        row = rows[str(number)]
        assert (row["on_time"], row["is_overdue"]) == (on_time, is_overdue), values


# Services and departments


@pytest.mark.slow
def test_extract_spellings_with_one_slug_are_one_service() -> None:
    built(state(service="Pot hole"), state(service="Pot Hole"), state(service="Pot hole"), state(service=None))
    assert open_build().rows("SELECT service, service_slug, requests FROM services") == [("Pot hole", "pot-hole", 3)]
    assert open_build().rows("SELECT count(*) FROM requests WHERE service_slug IS NULL") == [(1,)]


@pytest.mark.slow
def test_extract_services_join_catalog_and_requests() -> None:
    Service.objects.create(
        name="Pothole", slug="pothole", department="Streets", promise_value=3, promise_unit="business_days", promise_source="published"
    )
    Service.objects.create(name="Never asked for", slug="never-asked-for")
    built(state(service="POTHOLE", category="Roads"))
    found = open_build().dicts("SELECT service, department, category, promise_value, requests FROM services ORDER BY service_slug DESC")
    assert found[0] == {"service": "Pothole", "department": "Streets", "category": "Roads", "promise_value": 3.0, "requests": 1}
    assert found[1]["requests"] == 0


@pytest.mark.slow
def test_extract_departments_count_their_requests() -> None:
    built(state(department="Water"), state(department="Water"), state(department="Parks & Rec"), state(department=None))
    found = open_build().rows("SELECT department, department_slug, requests FROM departments ORDER BY department")
    assert found == [("Parks & Rec", "parks-rec", 1), ("Water", "water", 2)]


@pytest.mark.slow
def test_extract_loads_tell_their_accounting() -> None:
    land([state(), state()], as_of=AS_OF, quarantined=1, rows_read=3, flags={"default_date": 1})
    make_build()
    (row,) = open_build().dicts("SELECT * FROM loads")
    assert (row["load_id"], row["as_of"], row["rows_read"], row["loaded"], row["quarantined"]) == (1, AS_OF, 3, 2, 1)
    assert json.loads(row["flags"]) == {"default_date": 1}


# Places


@pytest.fixture
def load_squares(tmp_path: Path) -> Callable[..., Any]:
    """Load a layer of two one-degree squares side by side, the border at a longitude; codes `2` in the west and `10` in the east."""

    def load(version: str, border: float, **dates: Any) -> Any:
        features = [_square("2", border - 1, border), _square("10", border, border + 1)]
        path = tmp_path / f"districts-{version}.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return load_layer(path, kind="council_district", code="code", version=version, **dates)

    return load


def _square(code: str, west: float, east: float) -> Row:
    ring = [[west, 39], [east, 39], [east, 40], [west, 40], [west, 39]]
    return {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


@pytest.mark.slow
def test_extract_places_points_and_gives_border_points_to_the_smaller_code(load_squares: Callable[..., Any]) -> None:
    load_squares("2012", -94.0)
    points = {"west": -94.5, "east": -93.5, "border": -94.0, "outside": -90.0, "none": None}
    rows = built(*(state(request_id=key, latitude=39.5, longitude=x) for key, x in points.items()))
    assert {key: row["place_council_district"] for key, row in rows.items()} == {
        "west": "2", "east": "10", "border": "2", "outside": None, "none": None,
    }  # fmt: skip
    assert {key: row["is_located"] for key, row in rows.items() if not row["is_located"]} == {"outside": False, "none": False}
    assert [key for key, row in rows.items() if row["flag_off_city"]] == ["outside"]


@pytest.mark.slow
def test_extract_places_by_the_version_in_force_on_the_opening_day(load_squares: Callable[..., Any]) -> None:
    load_squares("2012", -94.0)
    load_squares("2017", -94.6, in_force_from=date(2017, 7, 1))
    point = {"latitude": 39.5, "longitude": -94.3}
    rows = built(state(request_id="A", opened_on=date(2017, 6, 30), **point), state(request_id="B", opened_on=date(2017, 7, 1), **point))
    names = ("place_council_district", "place_council_district_2012", "place_council_district_2017")
    assert {key: tuple(row[name] for name in names) for key, row in rows.items()} == {"A": ("2", "2", "10"), "B": ("10", "2", "10")}


@pytest.mark.slow
def test_extract_agreement_compares_recorded_codes_with_points(load_squares: Callable[..., Any]) -> None:
    load_squares("2012", -94.0)
    west = {"latitude": 39.5, "longitude": -94.5}
    codes = ["02", "2", "10", None]
    built(
        *(state(recorded_places={"council_district": code} if code else {}, **west) for code in codes),
        state(latitude=39.5, longitude=-93.5),
    )
    assert open_build().rows("FROM place_agreement") == [("council_district", "2012", 3, 2)]


@pytest.mark.slow
def test_extract_new_boundaries_rebuild_every_month(load_squares: Callable[..., Any]) -> None:
    built(state(closed_on=date(2017, 6, 9)), state(opened_on=date(2017, 7, 1), closed_on=date(2017, 7, 9)))
    load_squares("2012", -94.0)
    assert make_build()["months_rebuilt"] == 2


# The calendar


@pytest.mark.slow
def test_extract_calendar_covers_the_requests_and_a_year_more() -> None:
    built(state(opened_on=date(2015, 3, 1)), state())
    assert open_build().rows("SELECT min(day), max(day) FROM calendar") == [(date(2015, 1, 1), date(2018, 12, 31))]


@pytest.mark.slow
def test_extract_instants_are_utc() -> None:
    row = one(opened_clock=time(23, 30))
    assert row["opened_at"] == instant(date(2017, 6, 1), time(23, 30)) == datetime(2017, 6, 2, 4, 30)
    assert row["opened_on"] == date(2017, 6, 1)
