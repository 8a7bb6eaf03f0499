"""Direct and indirect standardization."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citystat.methods.rates import (
    directly_standardized_rate,
    directly_standardized_share,
    indirectly_standardized_ratio,
    per_capita,
    wilson,
)
from tests.oracles import rate_numbers as published


def test_directly_standardized_share_turns_simpsons_paradox_around():
    result = directly_standardized_share(published.SIMPSON_ON_TIME, published.SIMPSON_CLOSED)
    assert result.crude == pytest.approx(published.SIMPSON_CRUDE, abs=5e-4)
    assert result.estimate == pytest.approx(published.SIMPSON_STANDARDIZED, abs=5e-5)


def test_directly_standardized_share_takes_given_weights():
    result = directly_standardized_share(published.SIMPSON_ON_TIME, published.SIMPSON_CLOSED, weights=[1, 0])
    assert result.estimate == pytest.approx([0.9, 800 / 900])


def test_directly_standardized_share_of_one_stratum_is_wilson():
    result = directly_standardized_share([[8], [81]], [[10], [263]])
    expected = wilson([8, 81], [10, 263])
    assert result.lower == pytest.approx(expected.lower)
    assert result.upper == pytest.approx(expected.upper)


def test_directly_standardized_share_coverage_is_near_the_confidence():
    generator = np.random.default_rng(12)
    trials = np.tile([60, 150, 30], (3000, 1))
    successes = generator.binomial(trials, [0.9, 0.5, 0.2])
    result = directly_standardized_share(successes, trials, weights=[0.2, 0.3, 0.5])
    truth = 0.2 * 0.9 + 0.3 * 0.5 + 0.5 * 0.2
    assert ((result.lower <= truth) & (truth <= result.upper)).mean() == pytest.approx(0.95, abs=0.015)


def test_directly_standardized_share_says_how_much_weight_a_group_covers():
    result = directly_standardized_share([[5, 0], [5, 8]], [[10, 0], [10, 10]], weights=[1, 3])
    assert result.weight_covered.tolist() == [0.25, 1.0]
    assert result.estimate == pytest.approx([0.5, 0.725])


def test_directly_standardized_share_of_a_group_without_cases_is_undefined():
    result = directly_standardized_share([[0, 0], [5, 8]], [[0, 0], [10, 10]])
    assert np.isnan([result.estimate[0], result.lower[0], result.upper[0], result.crude[0]]).all()
    assert result.weight_covered[0] == 0


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(20, 40)), min_size=1, max_size=5), st.integers(1, 9))
def test_directly_standardized_share_does_not_depend_on_the_scale_of_weights(strata, factor):
    counts, trials = [[one for one, _ in strata]], [[n for _, n in strata]]
    weights = np.arange(1, len(strata) + 1)
    one = directly_standardized_share(counts, trials, weights=weights)
    other = directly_standardized_share(counts, trials, weights=factor * weights)
    assert one.estimate == pytest.approx(other.estimate)
    assert one.lower == pytest.approx(other.lower)


def test_directly_standardized_rate_of_one_stratum_is_byar():
    result, expected = directly_standardized_rate([[12]], [[8000]]), per_capita(12, 8000)
    found = [result.estimate[0], result.lower[0], result.upper[0]]
    assert found == pytest.approx([expected.estimate, expected.lower, expected.upper])


def test_directly_standardized_rate_coverage_is_near_the_confidence():
    generator = np.random.default_rng(13)
    residents = np.tile([2000, 5000, 900], (3000, 1))
    counts = generator.poisson(residents * np.array([0.004, 0.01, 0.02]))
    result = directly_standardized_rate(counts, residents, weights=[1, 1, 1])
    truth = 1000 * (0.004 + 0.01 + 0.02) / 3
    assert ((result.lower <= truth) & (truth <= result.upper)).mean() == pytest.approx(0.95, abs=0.02)


def test_directly_standardized_rate_without_events_has_no_interval():
    result = directly_standardized_rate([[0, 0]], [[100, 100]])
    assert result.estimate[0] == 0
    assert np.isnan(result.upper[0])


def test_indirectly_standardized_ratio_of_the_reference_itself_is_one():
    result = indirectly_standardized_ratio([30], [[1000, 500]], [0.02, 0.02])
    assert (result.estimate[0], result.expected[0]) == (1.0, 30.0)
    assert result.lower[0] < 1 < result.upper[0]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: directly_standardized_share([1, 2], [3, 4]), "groups by strata"),
        (lambda: directly_standardized_share([[1, 2]], [[3, 4]], weights=[1]), "1 weights for 2 strata"),
        (lambda: directly_standardized_share([[1, 2]], [[3, 4]], weights=[0, 0]), "at least one above 0"),
        (lambda: directly_standardized_share([[1, 2]], [[3, 4]], weights=[-1, 2]), "not negative"),
        (lambda: indirectly_standardized_ratio([1, 2], [[3, 4]], [0.1, 0.1]), "one observed count a group"),
        (lambda: indirectly_standardized_ratio([1], [[3, -4]], [0.1, 0.1]), "not negative"),
    ],
)
def test_standardization_refuses_bad_input(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_directly_standardized_share_is_never_above_one():
    # 100 % in every stratum, with weights whose shares add up to one only to the last bit.
    trials = np.array([[3, 7, 11, 13, 17, 19, 23]])
    weights = [[0.1, 0.2, 0.3, 0.7, 0.6, 0.15, 0.35], [1 / 3, 1 / 7, 1 / 11, 1 / 13, 1 / 17, 1 / 19, 1 / 23]]
    for shares in (*weights, *np.random.default_rng(7).random((200, 7))):
        assert directly_standardized_share(trials, trials, weights=shares).estimate[0] <= 1.0
