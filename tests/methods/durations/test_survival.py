"""Kaplan-Meier against textbook numbers, lifelines and a slow twin."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citystat.methods.durations import kaplan_meier
from tests.oracles import duration_numbers as published
from tests.oracles import slow_durations

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lifelines import KaplanMeierFitter
    from lifelines.utils import median_survival_times, qth_survival_times

CASES = st.lists(st.tuples(st.integers(0, 15), st.booleans()), min_size=1, max_size=60)


def test_kaplan_meier_survival_k1():
    curve = kaplan_meier(published.K1_TIMES, published.K1_EVENTS)
    assert dict(zip(curve.times.tolist(), curve.survival.round(3).tolist(), strict=True)) == published.K1_SURVIVAL


def test_kaplan_meier_greenwood_k1():
    curve = kaplan_meier(published.K1_TIMES, published.K1_EVENTS)
    assert curve.standard_error.round(4).tolist() == published.K1_STANDARD_ERRORS


def test_kaplan_meier_median_and_its_interval_k1():
    median = kaplan_meier(published.K1_TIMES, published.K1_EVENTS).median
    assert median.estimate == published.K1_MEDIAN
    assert (median.lower, median.upper) == published.K1_MEDIAN_INTERVAL


def test_kaplan_meier_log_log_interval_k1():
    curve = kaplan_meier(published.K1_TIMES, published.K1_EVENTS)
    assert (curve.lower[0], curve.upper[0]) == pytest.approx(published.K1_LOG_LOG_AT_6, abs=5e-4)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(CASES)
def test_kaplan_meier_equals_lifelines(cases):
    durations, events = [day for day, _ in cases], [closed for _, closed in cases]
    curve = kaplan_meier(durations, events)
    fitter = KaplanMeierFitter().fit(durations, events)
    assert curve.survival == pytest.approx(fitter.predict(curve.times.tolist()) if curve.times.size else [], abs=1e-9)
    inside = curve.survival > 0
    bounds = fitter.confidence_interval_.loc[curve.times[inside]]
    assert curve.lower[inside] == pytest.approx(bounds.iloc[:, 0].to_numpy(), abs=1e-9)
    assert curve.upper[inside] == pytest.approx(bounds.iloc[:, 1].to_numpy(), abs=1e-9)


def test_kaplan_meier_percentiles_equal_lifelines():
    generator = np.random.default_rng(3)
    durations, events = generator.integers(0, 90, 500), generator.random(500) < 0.7
    curve = kaplan_meier(durations, events)
    fitter = KaplanMeierFitter().fit(durations, events)
    bounds = median_survival_times(fitter.confidence_interval_).iloc[0].tolist()
    assert [curve.median.estimate, curve.median.lower, curve.median.upper] == [fitter.median_survival_time_, *bounds]
    for probability in (0.25, 0.8, 0.9):
        assert curve.percentile(probability).estimate == qth_survival_times(1 - probability, fitter.survival_function_)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(1, 8), st.booleans()), min_size=1, max_size=40))
def test_kaplan_meier_delayed_entry_equals_slow_twin(cases):
    entries, durations = [entry for entry, _, _ in cases], [entry + length for entry, length, _ in cases]
    events = [closed for _, _, closed in cases]
    curve = kaplan_meier(durations, events, entry=entries)
    expected = slow_durations.survival(durations, events, entries)
    assert curve.times.tolist() == list(expected)
    assert curve.survival == pytest.approx(list(expected.values()), abs=1e-12)


def test_kaplan_meier_delayed_entry_equals_lifelines():
    generator = np.random.default_rng(5)
    entries = generator.integers(0, 10, 300)
    durations = entries + generator.integers(1, 60, 300)
    events = generator.random(300) < 0.8
    fitter = KaplanMeierFitter().fit(durations, events, entry=entries)
    curve = kaplan_meier(durations, events, entry=entries)
    assert curve.survival == pytest.approx(fitter.predict(curve.times.tolist()).to_numpy())


def test_kaplan_meier_ignoring_entry_would_hide_slow_cases():
    entries, durations, events = [0, 0, 30, 30], [5, 50, 40, 60], [1, 1, 1, 1]
    assert kaplan_meier(durations, events, entry=entries).survival[0] == 0.5
    assert kaplan_meier(durations, events).survival[0] == 0.75


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.integers(0, 4)), min_size=1, max_size=30))
def test_kaplan_meier_counts_equal_repeated_rows(cases):
    rows = [(day, closed) for day, closed, count in cases for _ in range(count)]
    weighted = kaplan_meier(*zip(*[case[:2] for case in cases], strict=True), counts=[case[2] for case in cases])
    repeated = kaplan_meier([day for day, _ in rows], [closed for _, closed in rows])
    assert weighted.times.tolist() == repeated.times.tolist()
    assert weighted.survival == pytest.approx(repeated.survival)
    assert (weighted.n_cases, weighted.n_closed) == (len(rows), sum(closed for _, closed in rows))


@pytest.mark.slow
@given(st.lists(st.integers(0, 30), min_size=1, max_size=50))
def test_kaplan_meier_without_open_cases_is_the_share_still_open(durations):
    curve = kaplan_meier(durations, [True] * len(durations))
    for time, survival in zip(curve.times, curve.survival, strict=True):
        assert survival == pytest.approx(sum(day > time for day in durations) / len(durations), abs=1e-12)


def test_kaplan_meier_bounds_hold_the_estimate_and_stay_in_range():
    generator = np.random.default_rng(11)
    curve = kaplan_meier(generator.exponential(20, 400), generator.random(400) < 0.6)
    assert (curve.lower >= 0).all()
    assert (curve.lower <= curve.survival).all()
    assert (curve.survival <= curve.upper).all()
    assert (curve.upper <= 1).all()


def test_kaplan_meier_open_cases_raise_the_median():
    closed_only = kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1]).median.estimate
    with_open = kaplan_meier([1, 2, 3, 4, 9, 9, 9], [1, 1, 1, 1, 0, 0, 0]).median.estimate
    assert (closed_only, with_open) == (2, 4)


def test_kaplan_meier_median_exactly_at_half_survives_rounding():
    curve = kaplan_meier([1, 2, 3, 4, 5, 6], [1] * 6)
    assert curve.median.estimate == 3


@pytest.mark.parametrize(("durations", "events"), [([], []), ([3, 4], [0, 0])])
def test_kaplan_meier_without_closings_is_not_yet_reached(durations, events):
    curve = kaplan_meier(durations, events)
    assert (curve.median.estimate, curve.times.size) == (None, 0)
    assert curve.survival_at(100) == 1.0


def test_kaplan_meier_closing_precedes_censoring_at_the_same_time():
    assert kaplan_meier([5, 5], [1, 0]).survival.tolist() == [0.5]


def test_kaplan_meier_survival_at_steps():
    curve = kaplan_meier([2, 4], [1, 1])
    assert [curve.survival_at(time) for time in (0, 2, 3, 4, 9)] == [1.0, 0.5, 0.5, 0.0, 0.0]


def test_kaplan_meier_last_closing_leaves_the_upper_bound_unreached():
    percentile = kaplan_meier([7], [1]).median
    assert (percentile.estimate, percentile.upper) == (7, None)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"durations": [1, -1], "events": [1, 1]}, "not negative"),
        ({"durations": [1, float("nan")], "events": [1, 1]}, "finite"),
        ({"durations": [1, 2], "events": [1]}, "same length"),
        ({"durations": [1, 2], "events": [1, 1], "counts": [1, -2]}, "Counts"),
        ({"durations": [1, 2], "events": [1, 1], "entry": [1, 0]}, "entry age"),
        ({"durations": [1, 2], "events": [1, 1], "entry": [0]}, "one of each"),
        ({"durations": [1], "events": [1], "confidence": 95}, "confidence"),
    ],
)
def test_kaplan_meier_refuses_bad_input(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        kaplan_meier(**arguments)


@pytest.mark.parametrize("probability", [0, 1, 50])
def test_percentile_refuses_what_no_curve_defines(probability):
    with pytest.raises(ValueError, match="between 0 and 1"):
        kaplan_meier([1], [1]).percentile(probability)
