"""The four on-time cohorts."""

import itertools

import numpy as np
import pytest

from citystat.methods.durations import Cohort, on_time_cohorts
from tests.oracles import duration_numbers as published

JUNE = (np.datetime64("2024-06-01"), np.datetime64("2024-07-01"))
AS_OF = np.datetime64("2024-06-30")


def t1_columns(unit: str = "D") -> list[np.ndarray]:
    return [np.array([case[i] or "NaT" for case in published.T1_CASES], dtype=f"M8[{unit}]") for i in range(3)]


@pytest.mark.parametrize(("name", "counts"), published.T1_COHORTS.items())
def test_on_time_cohorts_counts_t1(name, counts):
    cohort = getattr(on_time_cohorts(*t1_columns(), *JUNE, AS_OF), name)
    assert (cohort.on_time, cohort.denominator) == counts


@pytest.mark.parametrize(("name", "share"), published.T1_SHARES.items())
def test_on_time_cohorts_shares_t1(name, share):
    assert getattr(on_time_cohorts(*t1_columns(), *JUNE, AS_OF), name).share == pytest.approx(share, abs=5e-4)


def test_on_time_cohorts_open_overdue_cases_are_misses():
    opened, due, closed = t1_columns()
    due_cohort = on_time_cohorts(opened, due, closed, *JUNE, AS_OF).due
    without_open = on_time_cohorts(*(column[~np.isnat(closed)] for column in (opened, due, closed)), *JUNE, AS_OF).due
    assert (due_cohort.denominator - without_open.denominator, due_cohort.on_time) == (2, without_open.on_time)


def test_on_time_cohorts_of_instants_equal_those_of_dates():
    opened, due, closed = t1_columns("us")
    end_of_day = np.timedelta64(86_400_000_000 - 1, "us")
    found = on_time_cohorts(opened, due + end_of_day, closed, *JUNE, AS_OF.astype("M8[us]") + end_of_day)
    assert found == on_time_cohorts(*t1_columns(), *JUNE, AS_OF)


def test_on_time_cohorts_do_not_see_closings_after_the_as_of():
    opened, due, closed = t1_columns()
    known_later = np.where(np.isnat(closed), np.datetime64("2024-07-05"), closed)
    assert on_time_cohorts(opened, due, known_later, *JUNE, AS_OF) == on_time_cohorts(opened, due, closed, *JUNE, AS_OF)


@pytest.mark.parametrize(("as_of", "complete"), [("2024-06-29", False), ("2024-06-30", True), ("2024-08-01", True)])
def test_on_time_cohorts_complete(as_of, complete):
    assert on_time_cohorts(*t1_columns(), *JUNE, np.datetime64(as_of)).complete is complete


def test_on_time_cohorts_running_period_counts_only_what_came_due():
    found = on_time_cohorts(*t1_columns(), *JUNE, np.datetime64("2024-06-14"))
    assert found.due == Cohort(on_time=2, denominator=5)


def test_on_time_cohorts_open_and_due_on_the_as_of_day_is_undecided():
    """T1 as of 13 June: of A, B, C, I and J, due by then, C is open and due that very day."""
    found = on_time_cohorts(*t1_columns(), *JUNE, np.datetime64("2024-06-13"))
    assert found.due == Cohort(on_time=2, denominator=4)
    # Opened by then: A on time, B late; C is not known yet.
    assert found.outcome_known == Cohort(on_time=1, denominator=2)


def test_on_time_cohorts_counts_cases_without_a_due_date_beside():
    opened, due, closed = t1_columns()
    due[0] = np.datetime64("NaT")
    found = on_time_cohorts(opened, due, closed, *JUNE, AS_OF)
    assert (found.without_due, found.closed.denominator, found.opened.denominator) == (1, 6, 6)


def test_on_time_cohorts_of_an_empty_period_have_no_share():
    found = on_time_cohorts(*t1_columns(), np.datetime64("2020-01-01"), np.datetime64("2020-02-01"), AS_OF)
    assert [found.closed.share, found.due.share] == [None, None]


@pytest.mark.parametrize("seed", range(5))
def test_on_time_cohorts_due_in_each_month_sum_to_all_due(seed):
    generator = np.random.default_rng(seed)
    opened = np.datetime64("2024-01-01") + generator.integers(0, 170, 200)
    due, closed = opened + generator.integers(0, 20, 200), opened + generator.integers(0, 40, 200)
    months = [np.datetime64(f"2024-{month:02d}-01") for month in range(1, 8)]
    parts = [on_time_cohorts(opened, due, closed, start, end, AS_OF).due for start, end in itertools.pairwise(months)]
    whole = on_time_cohorts(opened, due, closed, months[0], months[-1], AS_OF).due
    assert sum(part.denominator for part in parts) == whole.denominator == int((due <= AS_OF).sum())
    assert sum(part.on_time for part in parts) == whole.on_time


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda c: [c[0], c[1], c[2][:3]], "unequal lengths"),
        (lambda c: [np.where(np.arange(10) == 0, np.datetime64("NaT"), c[0]), c[1], c[2]], "opening time"),
        (lambda c: [c[0], c[1].astype("M8[us]"), c[2]], "all of them as instants"),
        (lambda c: [c[0], c[1], np.arange(10)], "datetime64"),
    ],
)
def test_on_time_cohorts_refuses_bad_columns(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        on_time_cohorts(*change(t1_columns()), *JUNE, AS_OF)


def test_on_time_cohorts_refuses_a_period_that_ends_first():
    with pytest.raises(ValueError, match="end after it begins"):
        on_time_cohorts(*t1_columns(), JUNE[1], JUNE[0], AS_OF)
