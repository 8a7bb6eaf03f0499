"""The grouped entry point gives, group by group, what one estimate at a time gives."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citystat.methods.durations import kaplan_meier, kaplan_meier_percentiles

PROBABILITIES = (0.25, 0.5, 0.8, 0.9)


def _one_at_a_time(group, durations, events, counts, n_groups):
    rows = []
    for index in range(n_groups):
        chosen = np.array(group) == index
        curve = kaplan_meier(np.array(durations)[chosen], np.array(events)[chosen], counts=np.array(counts)[chosen])
        rows.append([curve.percentile(probability) for probability in PROBABILITIES])
    return rows


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 12), st.booleans(), st.integers(0, 5)), min_size=1, max_size=60))
def test_kaplan_meier_percentiles_equal_one_at_a_time(rows):
    group, durations, events, counts = (list(column) for column in zip(*rows, strict=True))
    found = kaplan_meier_percentiles(group, durations, events, counts, PROBABILITIES, n_groups=6)
    expected = _one_at_a_time(group, durations, events, counts, 6)
    for table, name in ((found.estimate, "estimate"), (found.lower, "lower"), (found.upper, "upper")):
        values = [[getattr(percentile, name) for percentile in row] for row in expected]
        np.testing.assert_array_equal(table, np.array(values, dtype=float))


def test_kaplan_meier_percentiles_of_a_large_table_equal_one_at_a_time():
    generator = np.random.default_rng(2)
    n_rows = 60_000
    group, durations = generator.integers(0, 40, n_rows), generator.integers(0, 300, n_rows)
    events, counts = generator.random(n_rows) < 0.8, generator.integers(1, 30, n_rows)
    found = kaplan_meier_percentiles(group, durations, events, counts, PROBABILITIES)
    expected = _one_at_a_time(group, durations, events, counts, 40)
    assert found.lower.tolist() == [[percentile.lower for percentile in row] for row in expected]
    assert found.estimate.tolist() == [[percentile.estimate for percentile in row] for row in expected]
    assert found.upper.tolist() == [[percentile.upper for percentile in row] for row in expected]


def test_kaplan_meier_percentiles_exactly_at_the_level_survive_rounding():
    # Group g closes one case a day for 2g days: half are closed after exactly g of them.
    halves = np.arange(1, 200)
    group = np.repeat(halves, 2 * halves)
    durations = np.concatenate([np.arange(1, 2 * half + 1) for half in halves])
    found = kaplan_meier_percentiles(group, durations, np.ones(group.size), probabilities=(0.5,))
    assert found.estimate[1:, 0].tolist() == halves.tolist()


def test_kaplan_meier_percentiles_counts_cases_and_closings():
    found = kaplan_meier_percentiles([2, 0, 2], [1, 1, 4], [1, 0, 0], [3, 2, 5], n_groups=4)
    assert found.n_cases.tolist() == [2, 0, 8, 0]
    assert found.n_closed.tolist() == [0, 0, 3, 0]


@pytest.mark.parametrize("n_groups", [0, 3])
def test_kaplan_meier_percentiles_of_no_rows(n_groups):
    found = kaplan_meier_percentiles(np.array([], dtype=int), [], [], [], n_groups=n_groups)
    assert found.estimate.shape == (n_groups, 2)
    assert np.isnan(found.estimate).all()


@pytest.mark.slow
def test_kaplan_meier_percentiles_of_a_million_rows_cost_little_more_than_sorting_them():
    generator = np.random.default_rng(0)
    n_rows = 1_000_000
    group, durations = generator.integers(0, 5000, n_rows), generator.integers(0, 400, n_rows)
    events, counts = generator.random(n_rows) < 0.8, generator.integers(1, 20, n_rows)
    # Processor time and a ratio, so that a busy machine does not fail it.
    started = time.process_time()
    np.lexsort((durations, group))
    sorting = time.process_time() - started
    started = time.process_time()
    kaplan_meier_percentiles(group, durations, events, counts, (0.5, 0.8, 0.9))
    assert time.process_time() - started < 8 * sorting


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"group_index": [0, -1]}, "whole numbers from 0"),
        ({"group_index": [0.5, 1.0]}, "whole numbers from 0"),
        ({"group_index": [0]}, "same length"),
        ({"durations": [1, -2]}, "not negative"),
        ({"counts": [1, float("nan")]}, "Counts"),
        ({"probabilities": [90]}, "between 0 and 1"),
        ({"n_groups": 1}, "does not fit"),
    ],
)
def test_kaplan_meier_percentiles_refuses_bad_input(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        kaplan_meier_percentiles(**{"group_index": [0, 1], "durations": [1, 2], "events": [1, 1], **arguments})
