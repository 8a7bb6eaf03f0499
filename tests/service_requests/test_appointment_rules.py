"""Which times of appointment are offered, by rules alone."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citystat.core.errors import InputError
from citystat.service_requests import appointment_rules
from citystat.service_requests.appointment_rules import SlotKey

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("America/Chicago"))
THANKSGIVING = date(2026, 11, 26)
WEST = {"council_district": "1", "neighborhood": "1A"}


@dataclass
class Rule:
    area_kind: str = "council_district"
    areas: list[str] = field(default_factory=list)
    weekdays: list[int] = field(default_factory=lambda: [0, 3])
    on_date: date | None = None
    starts: time = time(7)
    ends: time = time(12)
    capacity: int = 4
    lead_days: int = 0
    horizon_days: int = 7
    on_holidays: bool = False


def business_day(day: date) -> bool:
    return day.weekday() < 5 and day != THANKSGIVING


def offered(*rules: Rule, places: dict[str, str] | None = None, now: datetime = MONDAY) -> list[tuple[date, str, int]]:
    found = appointment_rules.slot_times(
        rules, WEST if places is None else places, now, is_business_day=business_day, is_holiday=lambda day: day == THANKSGIVING
    )
    return [(one.key.day, one.key.area, one.capacity) for one in found]


def test_slot_times_takes_weekdays_and_leaves_out_holidays():
    assert offered(Rule(horizon_days=14)) == [(date(2026, 11, 30), "1", 4), (date(2026, 12, 3), "1", 4), (date(2026, 12, 7), "1", 4)]


def test_slot_times_on_holidays_where_the_rule_says_so():
    assert offered(Rule(on_holidays=True))[0] == (THANKSGIVING, "1", 4)


@pytest.mark.parametrize(
    ("lead", "first"),
    [(0, date(2026, 11, 23)), (1, date(2026, 11, 24)), (3, date(2026, 11, 27)), (4, date(2026, 11, 30))],
)
def test_first_day_counts_business_days(lead, first):
    assert appointment_rules.first_day(MONDAY.date(), lead, business_day) == first


def test_slot_times_of_today_only_before_the_window_begins():
    rule = Rule(weekdays=[0], horizon_days=0)
    assert offered(rule) == []
    assert offered(rule, now=MONDAY.replace(hour=6)) == [(date(2026, 11, 23), "1", 4)]


def test_slot_times_by_area_keeps_seats_apart_and_leaves_out_other_areas():
    assert offered(Rule(areas=["2"])) == []
    assert offered(Rule(areas=["2"]), places={"council_district": "2"}) == [(date(2026, 11, 30), "2", 4)]
    assert offered(Rule(), places={}) == []
    assert offered(Rule(area_kind=""), places={}) == [(date(2026, 11, 30), "", 4)]


def test_slot_times_rule_of_a_date_replaces_the_weekday_whichever_comes_first():
    dated = Rule(on_date=date(2026, 11, 30), weekdays=[], capacity=9)
    assert offered(Rule(), dated) == offered(dated, Rule()) == [(date(2026, 11, 30), "1", 9)]
    assert offered(Rule(), Rule(on_date=date(2026, 11, 30), weekdays=[], capacity=0)) == []


def test_slot_times_rule_of_a_date_holds_on_a_holiday():
    assert offered(Rule(on_date=THANKSGIVING, weekdays=[])) == [(THANKSGIVING, "1", 4)]


def test_slot_times_same_window_twice_is_one_window():
    assert offered(Rule(capacity=4), Rule(capacity=6)) == [(date(2026, 11, 30), "1", 4)]


def test_slot_times_never_looks_further_than_half_a_year():
    rule = Rule(weekdays=list(range(7)), horizon_days=10_000, on_holidays=True)
    assert max(day for day, _area, _capacity in offered(rule)) == MONDAY.date() + timedelta(days=180)


def test_slot_key_survives_a_form():
    key = SlotKey(date(2026, 12, 1), time(7), time(12, 30), "council_district", "3.b")
    assert key.text == "2026-12-01.0700.1230.council_district.3.b"
    assert SlotKey.parse(key.text) == key


@pytest.mark.parametrize("text", ["", "nothing", "2026-13-01.0700.1200..", "2026-12-01.2500.1200..", "2026-12-01.0700.1200", "\x00"])
def test_slot_key_refuses_what_is_none(text):
    with pytest.raises(InputError, match="Choose one"):
        SlotKey.parse(text)


@pytest.mark.slow
@given(st.sets(st.integers(1, 12)), st.integers(0, 10))
def test_free_seat_is_free_within_capacity_and_none_when_full(taken, capacity):
    seat = appointment_rules.free_seat(taken, capacity)
    if len(taken) >= capacity:
        assert seat is None
    else:
        assert seat is not None
        assert seat not in taken
        assert 1 <= seat <= capacity
