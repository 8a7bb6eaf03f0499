"""The city's business calendar."""

from datetime import date, time
from pathlib import Path

import pytest

from citystat.core.cities import write_city
from citystat.core.errors import InputError, NotAllowed
from citystat.people.models import User
from citystat.service_requests import calendars, catalog_actions
from citystat.service_requests.models import Calendar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_home")]

CALENDAR = """
hours:
  monday-thursday: 07:00-18:00
  friday: closed
holidays:
  federal: true
  state: MO
  add:
    2024-12-24: Christmas Eve
  remove: [2024-10-14]
"""


@pytest.fixture
def calendar_file(tmp_path: Path) -> Path:
    path = tmp_path / "calendar.yaml"
    path.write_text(CALENDAR)
    return path


def test_business_calendar_usual_weekdays_and_federal_holidays() -> None:
    calendar = calendars.business_calendar()
    assert calendar.hours_on(date(2024, 5, 24)).opens == time(8)
    assert calendar.hours_on(date(2024, 5, 25)) is None
    # Memorial Day, and the Monday on which New Year's Day 2023, a Sunday, was kept.
    assert calendar.hours_on(date(2024, 5, 27)) is None
    assert calendar.hours_on(date(2023, 1, 2)) is None


def test_business_calendar_state_holidays_only_where_the_city_says_so() -> None:
    truman_day = date(2024, 5, 8)
    assert calendars.business_calendar().hours_on(truman_day) is not None
    write_city(holiday_subdivision="MO")
    assert calendars.business_calendar().hours_on(truman_day) is None


def test_business_calendar_unknown_state_is_told() -> None:
    write_city(holiday_subdivision="QQ")
    with pytest.raises(InputError, match="holiday_subdivision"):
        calendars.business_calendar()


@pytest.mark.slow
def test_load_calendar_hours_own_days_and_days_worked(calendar_file: Path) -> None:
    assert catalog_actions.load_calendar(calendar_file)["outcome"] == "loaded"
    calendar = calendars.business_calendar()
    assert (calendar.hours_on(date(2024, 5, 23)).opens, calendar.hours_on(date(2024, 5, 24))) == (time(7), None)
    assert calendar.hours_on(date(2024, 12, 24)) is None
    assert calendar.hours_on(date(2024, 5, 8)) is None
    # Columbus Day, on which this city works.
    assert calendar.hours_on(date(2024, 10, 14)) is not None


def test_load_calendar_own_dates_from_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("date,name\n2024-03-15,Founders Day\n")
    path = tmp_path / "calendar.yaml"
    path.write_text("holidays: {federal: false, file: own.csv}\n")
    catalog_actions.load_calendar(path)
    assert calendars.holiday_names(2024) == {date(2024, 3, 15): "Founders Day"}


def test_load_calendar_again_changes_nothing(calendar_file: Path) -> None:
    catalog_actions.load_calendar(calendar_file)
    assert catalog_actions.load_calendar(calendar_file)["outcome"] == "unchanged"


@pytest.mark.slow
def test_load_calendar_replaces_the_one_in_use(calendar_file: Path) -> None:
    catalog_actions.load_calendar(calendar_file)
    assert calendars.business_calendar().hours_on(date(2024, 5, 24)) is None
    calendar_file.write_text("hours: {monday-friday: 09:00-16:00}\n")
    assert catalog_actions.load_calendar(calendar_file)["outcome"] == "replaced"
    assert calendars.business_calendar().hours_on(date(2024, 5, 24)).opens == time(9)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hours: {funday: 08:00-17:00}", "'funday'.*is not a day"),
        ("hours: {monday: 17:00-08:00}", "are no opening hours"),
        ("hours: {monday: morning}", "are no opening hours"),
        ("hours: {monday: closed}", "at least one weekday"),
        ("holidays: {state: XX}", "'XX'.*is not a state"),
        ("holidays: {add: {soon: x}}", "'soon'.*is not a date"),
        ("holidays: {file: nowhere.csv}", r"nowhere\.csv, cannot be read"),
        ("due_clock: noon", "due_clock.*one of end_of_day"),
        ("ours: {}", "setting that does not exist: ours"),
        ("- a", "must hold names and values"),
        ("hours: [", "not valid YAML"),
    ],
)
def test_load_calendar_bad_file_is_one_sentence_and_nothing_saved(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "calendar.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=sentence):
        catalog_actions.load_calendar(path)
    assert not Calendar.objects.exists()


def test_load_calendar_is_refused_without_the_right(calendar_file: Path) -> None:
    with pytest.raises(NotAllowed):
        catalog_actions.load_calendar(calendar_file, by=User.objects.create_user("resident@example.org"))


def test_calendar_table_differences_are_business_days_and_open_time() -> None:
    rows = calendars.calendar_table(date(2024, 5, 24), date(2024, 5, 30)).to_pylist()
    # Friday, a weekend, Memorial Day, Tuesday to Thursday.
    assert [row["is_business_day"] for row in rows] == [True, False, False, False, True, True, True]
    assert rows[-1]["business_day_number"] - rows[0]["business_day_number"] == 3
    assert [row["business_seconds_before"] // 3600 for row in rows] == [0, 9, 9, 9, 9, 18, 27]


def test_calendar_table_backwards_is_refused() -> None:
    with pytest.raises(InputError, match="ends before it starts"):
        calendars.calendar_table(date(2024, 5, 2), date(2024, 5, 1))
