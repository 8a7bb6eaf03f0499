"""Backlog flow, ages and weeks of work."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citystat.methods.durations import backlog_flow, checked_flow, open_ages, weeks_of_work
from tests.methods.durations.test_cohorts import AS_OF, JUNE, t1_columns
from tests.oracles import duration_numbers as published


def test_backlog_flow_t1():
    opened, _, closed = t1_columns()
    flow = backlog_flow(opened, closed, *JUNE)
    assert (flow.open_at_start, flow.opened, flow.closed, flow.open_at_end) == published.T1_FLOW


def test_open_ages_t1():
    opened, due, closed = t1_columns()
    ages = open_ages(opened, closed, AS_OF, due=due)
    assert ages.ages_days.tolist() == published.T1_AGES_DAYS
    assert (ages.n_open, ages.n_overdue) == (3, published.T1_OVERDUE)


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.integers(0, 60), st.one_of(st.none(), st.integers(0, 60))), min_size=1, max_size=50),
    st.integers(0, 40),
    st.integers(1, 40),
)
def test_backlog_flow_identity_holds_for_any_cases(cases, start, length):
    day_zero = np.datetime64("2024-01-01")
    opened = np.array([day_zero + at for at, _ in cases])
    closed = np.array([np.datetime64("NaT") if wait is None else day_zero + at + wait for at, wait in cases], dtype="M8[D]")
    flow = backlog_flow(opened, closed, day_zero + start, day_zero + start + length)
    assert flow.open_at_start + flow.opened - flow.closed == flow.open_at_end


def test_backlog_flow_refuses_cases_closed_before_they_opened():
    opened, closed = np.array(["2024-06-10"], "M8[D]"), np.array(["2024-05-10"], "M8[D]")
    with pytest.raises(ValueError, match="does not add up"):
        backlog_flow(opened, closed, *JUNE)


def test_backlog_flow_closing_at_the_period_start_belongs_to_the_period():
    opened, closed = np.array(["2024-05-10"], "M8[D]"), np.array(["2024-06-01"], "M8[D]")
    flow = backlog_flow(opened, closed, *JUNE)
    assert (flow.open_at_start, flow.closed) == (1, 1)


@pytest.mark.parametrize(("counts", "sentence"), [((3, 7, 7, 4), "does not add up"), ((-1, 2, 1, 0), "negative")])
def test_checked_flow_refuses(counts, sentence):
    with pytest.raises(ValueError, match=sentence):
        checked_flow(*counts)


def test_open_ages_percentiles_and_thresholds():
    opened = AS_OF - np.array([10, 20, 31, 60, 61, 100])
    ages = open_ages(opened, np.full(6, np.datetime64("NaT"), dtype="M8[D]"), AS_OF)
    assert ages.percentiles_days == pytest.approx({0.5: 45.5, 0.8: 61.0, 0.9: 80.5})
    assert ages.n_over_days == {30: 4, 60: 2, 90: 1}


def test_open_ages_of_instants_have_fractions_of_a_day():
    opened = np.array(["2024-06-29T12:00"], dtype="M8[us]")
    ages = open_ages(opened, np.array(["NaT"], dtype="M8[us]"), np.datetime64("2024-06-30T18:00", "us"))
    assert ages.ages_days.tolist() == [1.25]


def test_open_ages_of_a_past_day_counts_what_was_open_then():
    opened, _, closed = t1_columns()
    assert open_ages(opened, closed, np.datetime64("2024-06-03")).n_open == 4


def test_open_ages_when_nothing_is_open():
    ages = open_ages(*(np.array(["2024-06-01"], "M8[D]"),) * 2, AS_OF)
    assert (ages.n_open, ages.percentiles_days[0.5]) == (0, None)


@pytest.mark.parametrize(("closures", "weeks"), [([40], 3.0), ([38, 42], 3.0), ([0, 0], None)])
def test_weeks_of_work_table(closures, weeks):
    assert weeks_of_work(120, closures) == weeks


@pytest.mark.parametrize("closures", [[], [-1], [float("nan")]])
def test_weeks_of_work_refuses(closures):
    with pytest.raises(ValueError, match="at least one week"):
        weeks_of_work(120, closures)
