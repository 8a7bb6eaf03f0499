"""How a commitment stands, and who may close it."""

from datetime import date, timedelta

import pytest

from citystat.core.errors import InputError, NotAllowed
from citystat.stat_sessions.commitments import rules
from citystat.stat_sessions.models import Commitment

DUE = date(2026, 6, 10)


@pytest.mark.parametrize(
    ("status", "done_on", "today", "state"),
    [
        ("open", None, DUE, "not_yet_due"),
        ("open", None, DUE + timedelta(1), "overdue"),
        ("in_review", DUE, DUE + timedelta(9), "in_review"),
        ("done", DUE, DUE + timedelta(9), "completed_on_time"),
        ("done", DUE + timedelta(1), DUE + timedelta(9), "completed_late"),
        ("on_hold", None, DUE + timedelta(9), "on_hold"),
        ("overtaken", None, DUE + timedelta(9), "overtaken"),
        ("merged", None, DUE + timedelta(9), "merged"),
    ],
)
def test_standing(status, done_on, today, state):
    assert rules.standing(status, DUE, done_on, today).state == state


def test_transitions_name_every_status_and_no_other():
    assert set(rules.TRANSITIONS) == set(Commitment.Status.values)
    assert {after for targets in rules.TRANSITIONS.values() for after in targets} <= set(Commitment.Status.values)


@pytest.mark.parametrize(("before", "after"), [("open", "done"), ("merged", "open"), ("done", "in_review"), ("on_hold", "done")])
def test_check_transition_refuses_what_may_not_follow(before, after):
    with pytest.raises(InputError, match="cannot become"):
        rules.check_transition(before, after)


@pytest.mark.parametrize("closer", [1, 2])
def test_check_other_eyes_refuses_the_owner_and_who_handed_in(closer):
    with pytest.raises(NotAllowed, match="Somebody else"):
        rules.check_other_eyes(1, 2, closer)


def test_check_other_eyes_lets_a_third_person_close():
    rules.check_other_eyes(1, 2, 3)


@pytest.mark.parametrize(
    ("days", "wanted"),
    [(-8, False), (-7, True), (-6, False), (-1, True), (0, True), (1, False), (6, False), (7, True), (14, True), (15, False)],
)
def test_is_reminder_day(days, wanted):
    assert rules.is_reminder_day(DUE, DUE + timedelta(days)) is wanted


@pytest.mark.parametrize(("days", "level"), [(-3, 0), (6, 0), (7, 1), (13, 1), (14, 2), (29, 2), (30, 3), (400, 3)])
def test_level_due(days, level):
    assert rules.level_due(DUE, DUE + timedelta(days)) == level
