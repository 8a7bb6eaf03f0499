"""Measures that are nearly always 0, or nearly always 100 %: no false praise, and no alarm at each single case.

Numbers by hand: (34/36)^L <= 0.5^7 needs L >= 84.9; a Poisson count of mean 2/36 exceeds 1 with 1 - e^-m (1 + m) = 0.00149, over 0.00135,
and 2 with 0.00003. SAS/QC 14.1, The RAREEVENTS Procedure, figure 16.1, describes the fault: with an upper limit under 1 each single
case signals.
"""

from math import exp, factorial

import pytest

from citystat.methods.control_charts import p_prime, xmr
from citystat.methods.control_charts.rare import most_cases, run_needed

TWO_IN_THREE_YEARS = [0.0] * 10 + [1.0] + [0.0] * 11 + [1.0] + [0.0] * 13


def counted(values, **options):
    return xmr(values, improvement="decrease", natural_bounds=(0, None), **options)


@pytest.mark.parametrize("screen", [True, False])
def test_xmr_two_cases_in_three_years_are_no_signal(screen):
    chart = counted(TWO_IN_THREE_YEARS, screen_outliers=screen)
    assert set(chart.labels) == {"common_cause"}
    assert chart.segments[0].upper == 2


def test_xmr_screening_never_leaves_limits_without_width():
    """35 ranges, four of them 1: 4/35 = 0.114; screened they would all go, and every 0 would be outside."""
    segment = xmr(TWO_IN_THREE_YEARS, improvement="decrease").segments[0]
    assert (segment.dispersion, segment.n_screened) == (pytest.approx(4 / 35), 0)


def test_xmr_three_cases_in_a_month_are_a_concern():
    chart = counted([*TWO_IN_THREE_YEARS[:-1], 3.0])
    assert (chart.labels[-1], chart.variation) == ("astronomical", "concern")


def test_xmr_cases_that_stopped_are_an_improvement():
    """Half of the points at 0: seven of them would be enough, as for any measure."""
    chart = counted([2.0, 1, 3, 2, 2, 1, 2, 3, 1, 2, 2, 1, 2, 3, 2, 1, 2, 2] + [0.0] * 18)
    assert chart.variation == "improvement"


def test_xmr_cases_that_began_are_a_concern():
    chart = counted([0.0] * 24 + [5.0, 6, 7, 5, 6, 7, 6, 5, 7, 6, 5, 6])
    assert chart.variation == "concern"
    assert ("shift", 1, 24, 35) in [(one.rule, one.direction, one.first, one.last) for one in chart.signals]


@pytest.mark.parametrize(("zeros", "label"), [(11, "common_cause"), (12, "shift")])
def test_xmr_run_at_zero_must_be_long_where_zero_is_usual(zeros, label):
    """Zero in two of three months of the baseline: (2/3)^11 = 0.0116, (2/3)^12 = 0.0077, and 0.5^7 = 0.0078."""
    assert counted([0.0, 0, 1] * 4 + [0.0] * zeros, baseline_points=12).labels[-1] == label


def test_p_prime_share_nearly_always_zero_is_no_signal():
    late = [0] * 10 + [1] + [0] * 11 + [1] + [0] * 13
    assert set(p_prime(late, [40] * 36, improvement="decrease").labels) == {"common_cause"}
    kept = [40 - one for one in late]
    assert set(p_prime(kept, [40] * 36, improvement="increase").labels) == {"common_cause"}


def test_p_prime_many_late_at_once_are_a_concern():
    late = [0] * 10 + [1] + [0] * 11 + [1] + [0] * 12 + [9]
    chart = p_prime(late, [40] * 36, improvement="decrease")
    assert (chart.labels[-1], chart.variation) == ("astronomical", "concern")


@pytest.mark.parametrize("mean", [0.0, 0.01, 0.0555, 0.4, 1.0, 2.5, 9.0])
def test_most_cases_is_the_first_count_seldom_exceeded(mean):
    def exceeded(cases):
        return 1 - sum(exp(-mean) * mean**k / factorial(k) for k in range(cases + 1))

    found = most_cases(mean)
    assert exceeded(found) <= 0.00135
    assert found == 0 or exceeded(found - 1) > 0.00135


@pytest.mark.parametrize("share", [0.55, 0.6, 0.75, 0.9, 0.99])
def test_run_needed_is_the_first_run_improbable_enough(share):
    found = run_needed(share, 7)
    assert share**found <= 0.5**7 + 1e-12 < share ** (found - 1)


def test_refusals():
    with pytest.raises(ValueError, match="between 0 and 1"):
        run_needed(1.2, 7)
    with pytest.raises(ValueError, match="cannot be"):
        most_cases(-1)
