"""Classic data sets of statistics, with the numbers their books and manuals print."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from citystat.methods import before_after, control_charts, durations, forecasts, rates, staffing
from tests.oracles import classic_numbers as published


def curve(times):
    """Kaplan-Meier of times of which negative ones are censored."""
    return durations.kaplan_meier([abs(time) for time in times], [time > 0 for time in times])


def test_log_log_bounds_of_freireich():
    found = curve(published.REMISSION_WEEKS)
    bounds = dict(zip(found.times.tolist(), zip(found.lower, found.upper, strict=True), strict=True))
    assert bounds.keys() == published.REMISSION_BOUNDS.keys()
    for time, expected in published.REMISSION_BOUNDS.items():
        assert bounds[time] == pytest.approx(expected, abs=5e-5)


def test_kaplan_meier_of_ovarian_cancer():
    found = curve(published.OVARIAN_DAYS)
    rows = zip(found.times.tolist(), zip(found.survival.round(3), found.standard_error.round(4), strict=True), strict=True)
    assert dict(rows) == published.OVARIAN_SURVIVAL
    assert (found.n_cases, found.n_closed, found.median.estimate) == (26, 12, published.OVARIAN_MEDIAN)


@pytest.mark.slow
def test_kaplan_meier_of_lung_cancer():
    from lifelines.datasets import load_lung

    # Loprinzi et al. (1994), 228 patients; the median and its log-log interval as SAS's proc lifetest and R print them.
    patients = load_lung()
    found = durations.kaplan_meier(patients["time"], patients["status"] == published.LUNG["died"])
    assert (found.n_cases, found.n_closed) == (published.LUNG["patients"], published.LUNG["deaths"])
    assert (found.median.estimate, found.median.lower, found.median.upper) == published.LUNG["median"]


@pytest.mark.parametrize("group", [0, 1])
def test_kaplan_meier_medians_of_pike(group):
    assert curve(published.RATS_DAYS[group]).median.estimate == published.RATS_MEDIANS[group]


@pytest.mark.parametrize(("counts", "bounds"), published.NEWCOMBE_ZEROS.items())
def test_difference_of_proportions_of_newcombe_without_events(counts, bounds):
    found = rates.difference_of_proportions(*counts)
    assert (float(found.lower), float(found.upper)) == pytest.approx(bounds, abs=5e-5)


def test_difference_and_ratio_of_proportions_of_agresti():
    gap, ratio = (compare(*published.HEART_ATTACKS) for compare in (rates.difference_of_proportions, rates.ratio_of_proportions))
    assert (round(float(gap.lower), 3), round(float(gap.upper), 3)) == published.HEART_ATTACKS_GAP
    assert [float(ratio.estimate), float(ratio.lower), float(ratio.upper)] == pytest.approx(published.HEART_ATTACKS_RATIO, abs=0.006)


def test_directly_standardized_share_of_berkeley():
    found = rates.directly_standardized_share(published.BERKELEY_ADMITTED, published.BERKELEY_APPLIED)
    assert found.crude == pytest.approx(published.BERKELEY_CRUDE, abs=5e-4)
    assert found.estimate == pytest.approx(published.BERKELEY_WEIGHTED, abs=0.005)


def test_directly_standardized_share_of_kidney_stones():
    found = rates.directly_standardized_share(published.STONES_CURED, published.STONES_TREATED)
    assert found.crude == pytest.approx(published.STONES_CRUDE, abs=0.005)
    # The book multiplies shares rounded to two digits, which moves the second by 0.3 points.
    assert found.estimate == pytest.approx(published.STONES_ADJUSTED, abs=0.004)
    assert found.estimate[0] == pytest.approx(published.STONES_ADJUSTED[0], abs=0.001)


def test_rate_stays_near_the_exact_interval_of_r():
    events, persons, lower, upper = published.PERSONS
    found = rates.per_capita(events, persons, per=1)
    assert float(found.estimate) == pytest.approx(5.661407, abs=5e-7)
    assert (float(found.lower), float(found.upper)) == pytest.approx((lower, upper), rel=1e-3)


def test_ratio_of_counts_of_r():
    after, days_after, before, days_before, ratio, lower, upper = published.TWO_RATES
    found = before_after.ratio_of_counts(after, days_after, before, days_before)
    assert (found.estimate, found.lower, found.upper) == pytest.approx((ratio, lower, upper), abs=5e-7)
    assert found.verdict == "about_the_same"


def test_dispersion_of_horse_kicks_is_that_of_chance():
    assert round(float(np.mean(published.HORSE_KICKS)), 2) == 0.61
    assert rates.poisson_dispersion([published.HORSE_KICKS]) == pytest.approx(1.0016, abs=5e-5)


def test_difference_of_means_of_student():
    found = before_after.difference_of_means(*published.SLEEP)
    assert (found.lower, found.upper) == pytest.approx(published.SLEEP_BOUNDS, abs=5e-8)
    assert found.estimate == pytest.approx(-1.58)


def test_difference_in_differences_of_card_and_krueger():
    def estimate(change, error):
        return before_after.Estimate(change, change - 1.96 * error, change + 1.96 * error, 0.95, "undefined")

    found = before_after.difference_in_differences(estimate(*published.NEW_JERSEY), estimate(*published.PENNSYLVANIA))
    gap, error = published.EMPLOYMENT_GAP
    assert found.estimate == pytest.approx(gap, abs=0.011)
    assert (found.upper - found.lower) / (2 * 1.96) == pytest.approx(error, abs=0.005)


@pytest.mark.parametrize(("n", "ranks"), published.MEDIAN_RANKS.items())
def test_quantile_interval_takes_the_published_ranks(n, ranks):
    found = before_after.quantile_of(range(1, n + 1), 0.5)
    assert (found.lower, found.upper) == ranks


def test_xmr_limits_of_wheeler():
    segment = control_charts.xmr(published.TRADE_DEFICITS, improvement="decrease", screen_outliers=False).segments[0]
    found = {"mean": segment.mean, "moving_range": segment.dispersion, "upper": segment.upper, "lower": segment.lower}
    assert {name: round(value, 2 if name in {"mean", "moving_range"} else 1) for name, value in found.items()} == published.TRADE_LIMITS


def test_autocorrelation_of_box_and_jenkins():
    assert len(published.BATCH_YIELDS) == 70
    assert control_charts.lag_one_autocorrelation(published.BATCH_YIELDS) == pytest.approx(published.BATCH_AUTOCORRELATION, abs=0.005)


def test_season_of_airline_passengers():
    found = control_charts.seasonally_adjusted(published.PASSENGERS)
    assert found.effects == pytest.approx(published.PASSENGERS_SEASON, abs=5e-7)
    assert found.n_seasons == 11


def test_additive_holt_winters_of_hyndman():
    found = forecasts.exponential_smoothing(published.VISITOR_NIGHTS, 3, season_length=4, damped=False)
    # The book chooses the first level and season by likelihood as well, which moves a forecast by under one percent.
    assert found == pytest.approx(published.VISITOR_NIGHTS_2016, rel=0.01)


@pytest.mark.parametrize(("agents", "answer"), published.CLEVELAND.items())
def test_erlang_c_of_cleveland(agents, answer):
    found = staffing.erlang_c(250, agents, handle_seconds=210)
    assert (round(100 * found.service_level), round(found.mean_wait_seconds, 1)) == answer


def test_agents_needed_of_cleveland():
    assert staffing.agents_needed(250, handle_seconds=210).agents == 34


def test_third_business_day_of_regulation_z():
    # 12 CFR 1026, official interpretation 19(e)(1)(iii)-1: what must be sent within three business days of Monday is sent by Thursday.
    calendar = durations.weekday_calendar("America/New_York")
    monday = datetime(2015, 10, 5, 11, tzinfo=ZoneInfo("America/New_York"))
    assert durations.due_at(monday, 3, "business_days", calendar).date() == date(2015, 10, 8)
