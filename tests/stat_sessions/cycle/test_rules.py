"""The clock, the stages, what a series should have held."""

import itertools
from datetime import date

import pytest

from citystat.stat_sessions.cycle import rules
from citystat.stat_sessions.cycle.rules import Expected, Meeting
from citystat.stat_sessions.models import Session

HOLIDAY = date(2026, 7, 3)


def is_open(day: date) -> bool:
    return day.weekday() < 5 and day != HOLIDAY


def forum(name: str, goal: str = "") -> Expected:
    return Expected(name, f"Department {name}", goal, 4, date(2024, 1, 1), None)


def test_clock_of_a_public_session_is_the_published_one() -> None:
    offsets = rules.clock_of("public", {})

    assert offsets == {"frame": -9, "frame_shared": -8, "draft": -5, "review": -4, "refresh": -3, "release": -2, "room": -1, "meeting": 0,
                       "memo": 1, "memo_latest": 2}  # fmt: skip


def test_clock_of_a_series_may_differ_and_stays_in_order() -> None:
    offsets = rules.clock_of("public", {"release": -4, "unheard_of": 3})

    assert offsets["release"] == -4
    assert "unheard_of" not in offsets
    assert list(offsets.values()) == sorted(offsets.values())


@pytest.mark.parametrize(
    ("own", "problem"),
    [({}, None), ({"release": -3}, None), ({"lunch": 1}, "unknown"), ({"release": "x"}, "number"), ({"release": 2}, "order"),
     ({"release": -90}, "far"), ({"meeting": 1}, "unknown"), ({"memo": True}, "number")],
)  # fmt: skip
def test_clock_problem_names_what_is_wrong(own: dict[str, object], problem: str | None) -> None:
    assert rules.clock_problem(own) == problem


def test_deadlines_count_business_days_and_skip_the_holiday() -> None:
    found = {one.step: one.due_on for one in rules.deadlines(date(2026, 7, 8), rules.clock_of("public", {}), is_open)}

    assert found["room"] == date(2026, 7, 7)
    assert found["refresh"] == date(2026, 7, 2)
    assert found["frame"] == date(2026, 6, 24)
    assert found["memo_latest"] == date(2026, 7, 10)


def test_business_day_of_a_calendar_that_is_always_closed_ends() -> None:
    with pytest.raises(ValueError, match="no business days"):
        rules.business_day(date(2026, 7, 8), -1, lambda day: False)


def test_late_names_what_is_open_and_over() -> None:
    steps = rules.deadlines(date(2026, 7, 8), rules.clock_of("public", {}), is_open)

    assert [one.step for one in rules.late(steps, {"frame", "frame_shared"}, date(2026, 7, 2))] == ["draft", "review"]


def test_late_says_the_memo_once_after_its_latest_day() -> None:
    steps = rules.deadlines(date(2026, 7, 8), {"meeting": 0, "memo": 1, "memo_latest": 2}, is_open)

    assert rules.late(steps, {"meeting"}, date(2026, 7, 10)) == ()
    assert [one.step for one in rules.late(steps, {"meeting"}, date(2026, 7, 13))] == ["memo_latest"]
    assert rules.late(steps, {"meeting", "memo"}, date(2026, 7, 13)) == ()


def test_stages_and_statuses_are_those_of_the_table() -> None:
    assert set(rules.NEXT_STAGES) == set(Session.Stage.values) == set(rules.STAGES)
    assert set(rules.NEXT_STATUSES) == set(Session.Status.values)


@pytest.mark.parametrize(
    ("stage", "to", "may"),
    [("draft", "review", True), ("draft", "followed_up", False), ("review", "draft", True), ("released", "draft", False),
     ("released", "followed_up", True), ("followed_up", "released", False)],
)  # fmt: skip
def test_can_move_follows_the_table(stage: str, to: str, may: bool) -> None:
    assert rules.can_move(stage, to) is may


def test_can_become_never_takes_a_held_session_back() -> None:
    assert not any(rules.can_become("held", to) for to in Session.Status.values)


@pytest.mark.parametrize("times", [1, 2, 3, 4, 6, 8, 10, 12, 24, 26, 52])
@pytest.mark.parametrize("year", [2024, 2026])
def test_slots_lie_side_by_side(times: int, year: int) -> None:
    found = rules.slots(times, year)

    assert len(found) == times
    assert all((later.start - earlier.end).days == 1 for earlier, later in itertools.pairwise(found))
    assert len({slot.label for slot in found}) == times


def test_slots_of_a_quarterly_series_are_quarters() -> None:
    assert [slot.label for slot in rules.slots(4, 2026)] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert rules.slots(4, 2026)[3].end == date(2026, 12, 31)


@pytest.mark.feature("F062")
def test_coverage_of_eighteen_departments_four_times_a_year() -> None:
    series = [forum(f"{number:02d}") for number in range(1, 19)]
    days = (date(2025, 2, 12), date(2025, 5, 14), date(2025, 8, 13), date(2025, 11, 12))
    held = [Meeting(one.series, day, "held") for one in series for day in days]
    held.remove(Meeting("07", days[1], "held"))
    held[held.index(Meeting("11", days[3], "held"))] = Meeting("11", days[3], "cancelled", "Storm")

    found = rules.coverage(series, held, 2025, date(2026, 1, 10))

    assert (found.total.expected, found.total.held) == (72, 70)
    assert found.total.share == pytest.approx(70 / 72)
    assert [(gone.department, gone.slot.label, gone.state, gone.why) for gone in found.missing] == [
        ("Department 07", "2025-Q2", "unplanned", ""),
        ("Department 11", "2025-Q4", "cancelled", "Storm"),
    ]
    assert found.by_department["Department 07"].held == 3


def test_coverage_does_not_count_what_is_still_to_come() -> None:
    found = rules.coverage([forum("01")], [Meeting("01", date(2026, 2, 4), "held")], 2026, date(2026, 3, 1))

    assert (found.total.expected, found.total.due, found.total.held, found.missing) == (4, 1, 1, ())


def test_coverage_counts_a_day_that_passed_without_a_record_as_missed() -> None:
    found = rules.coverage([forum("01")], [Meeting("01", date(2026, 2, 4), "planned")], 2026, date(2026, 2, 5))

    assert (found.total.missed, found.missing[0].state) == (1, "missed")


def test_coverage_begins_with_the_series() -> None:
    late = Expected("new", "", "streets", 4, date(2026, 8, 20), None)

    found = rules.coverage([late], [], 2026, date(2027, 1, 1))

    assert [gone.slot.label for gone in found.missing] == ["2026-Q3", "2026-Q4"]
    assert found.by_goal["streets"].expected == 2


def test_coverage_of_nothing_has_no_share() -> None:
    assert rules.coverage([], [], 2026, date(2026, 7, 1)).total.share is None


def test_repeated_keeps_the_weekday_of_the_month() -> None:
    found = rules.repeated(date(2026, 1, 14), 12, 2026, is_open)

    assert len(found) == 12
    assert {day.weekday() for day in found} == {2}
    assert {(day.day - 1) // 7 for day in found} == {1}


def test_repeated_moves_off_a_closed_day() -> None:
    assert date(2026, 7, 6) in rules.repeated(date(2026, 1, 2), 52, 2026, is_open)


def test_repeated_starts_with_its_first_day() -> None:
    assert rules.repeated(date(2026, 5, 20), 4, 2026, is_open) == (date(2026, 5, 20), date(2026, 8, 19), date(2026, 11, 18))


@pytest.mark.parametrize(("day", "month"), [(date(2026, 1, 14), "2025-12"), (date(2026, 7, 1), "2026-06")])
def test_month_of_figures_is_the_last_complete_one(day: date, month: str) -> None:
    assert rules.month_of_figures(day) == month


@pytest.mark.parametrize(
    ("known", "meets", "signal", "assurance", "expected"),
    [(True, False, "concerning", None, "misses_and_worsens"), (True, False, "improving", None, "misses"),
     (True, True, "concerning", None, "worsens"), (False, None, None, None, "not_known"), (True, True, None, "hit_or_miss", "hit_or_miss"),
     (True, None, "common_cause", None, "no_target"), (True, True, "improving", None, "improves"), (True, True, None, None, "meets")],
)  # fmt: skip
def test_weakness_puts_the_target_first(known: bool, meets: bool | None, signal: str | None, assurance: str | None, expected: str) -> None:
    found = rules.weakness(is_known=known, meets_target=meets, signal=signal, assurance=assurance)

    assert found == expected
    assert found in rules.WEAKNESS


@pytest.mark.parametrize(
    ("target", "direction", "misses"),
    [(0.9, "increase", True), (0.8, "increase", False), (0.4, "decrease", True), (0.6, "decrease", False), (None, "increase", False),
     (0.9, "neutral", False)],
)  # fmt: skip
def test_projected_miss_needs_even_the_best_month_to_fail(target: float | None, direction: str, misses: bool) -> None:
    assert rules.projected_miss(0.5, 0.85, target, direction) is misses


def test_minute_marks_follow_each_other() -> None:
    assert rules.minute_marks([10, 20, 5], 15) == ((15, 25), (25, 45), (45, 50))
