"""What no method can answer is refused in one sentence: never a number that looks like an answer, never a bare traceback."""

import math
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest

from citystat.methods import before_after, control_charts, durations, forecasts, money, pace, rates, staffing

NAN, INF = math.nan, math.inf
ONE_DAY, OPEN = np.array(["2024-06-03"], "M8[D]"), np.array(["NaT"], "M8[D]")
MONTHS = np.array(["2024-06"], "M8[M]")
DAY, MONTH, NO_DAY = np.datetime64("2024-06-30"), np.datetime64("2024-06"), np.datetime64("NaT", "D")
SERIES = [1.0, 2.0] * 10
JANUARY = date(2024, 1, 1)

REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "rebase between points": (lambda: control_charts.xmr(SERIES, improvement="decrease", rebase_at=[1.5]), "whole number"),
    "baseline that is no number": (
        lambda: control_charts.xmr(SERIES, improvement="decrease", baseline_points=NAN),
        "baseline_points must be",
    ),
    "bounds the wrong way round": (lambda: control_charts.xmr(SERIES, improvement="decrease", natural_bounds=(5, 0)), "natural bounds"),
    "run chart about nothing": (lambda: control_charts.run_chart(SERIES, median=NAN), "median must be a finite number"),
    "limits of no points": (lambda: control_charts.run_chart_limits(NAN), "at least 2 points"),
    "break before the series": (lambda: control_charts.lag_one_autocorrelation(SERIES, breaks=[0]), "between 1 and 19"),
    "break after the series": (lambda: control_charts.lag_one_autocorrelation(SERIES, breaks=[99]), "between 1 and 19"),
    "season of half months": (lambda: control_charts.seasonally_adjusted(SERIES, season_length=2.5), "whole ones"),
    "effect of no season": (lambda: control_charts.seasonally_adjusted(SERIES, minimum_seasons=0), "at least 1 season"),
    "false signals of no count": (lambda: control_charts.expected_false_signals(NAN, 24), "cannot be negative"),
    "run length of an unknown rule": (lambda: control_charts.average_run_length(7, ("surprise",)), "is defined here for"),
    "run length out of range": (lambda: control_charts.average_run_length(2), "between 5 and 12"),
    "closing not known": (lambda: durations.kaplan_meier([1, 2], [NAN, 1]), "true or false"),
    "closing not told": (lambda: durations.kaplan_meier([1, 2], [None, 1]), "true or false"),
    "closing in words": (lambda: durations.kaplan_meier([1, 2], ["no", "yes"]), "true or false"),
    "closing of a group not known": (lambda: durations.kaplan_meier_percentiles([0, 0], [1, 2], [NAN, 1]), "true or false"),
    "curve at no age": (lambda: durations.kaplan_meier([1, 2], [1, 1]).survival_at(NAN), "the age at which"),
    "cohorts as of no day": (lambda: durations.on_time_cohorts(ONE_DAY, ONE_DAY, OPEN, DAY - 9, DAY, NO_DAY), "Give the as-of"),
    "cohorts in months": (lambda: durations.on_time_cohorts(MONTHS, MONTHS, MONTHS, MONTH, MONTH + 1, MONTH), "not as whole months"),
    "ages as of no day": (lambda: durations.open_ages(ONE_DAY, OPEN, NO_DAY), "Give the as-of"),
    "flow from no day": (lambda: durations.backlog_flow(ONE_DAY, OPEN, NO_DAY, DAY), "must end after it begins"),
    "endless backlog": (lambda: durations.weeks_of_work(INF, [1]), "endless"),
    "endless closings": (lambda: durations.weeks_of_work(3, [INF]), "endless"),
    "rate per endless residents": (lambda: rates.per_capita(1, 2, per=INF), "per a positive number"),
    "funnel of an unknown method": (lambda: rates.proportion_funnel([1], [2], method="guess"), "'exact' or 'normal'"),
    "rate funnel of an unknown method": (lambda: rates.rate_funnel([1], [2], method="guess"), "'exact' or 'normal'"),
    "funnel about an endless rate": (lambda: rates.rate_funnel([1], [2], target=INF), "endless"),
    "ratio of a missing count": (lambda: before_after.ratio_of_counts(NAN, 1, 2, 1), "missing or endless"),
    "ratio over endless days": (lambda: before_after.ratio_of_counts(1, INF, 2, 1), "missing or endless"),
    "mean of endless values": (lambda: before_after.difference_of_means([INF, 1], [1, 2]), "finite"),
    "percentile of words": (lambda: before_after.quantile_of(["a"], 0.5), "must be numbers"),
    "finish of a missing count": (lambda: pace.projected_finish(NAN, 30, 4, on=JANUARY), "must not be negative"),
    "standing of a missing count": (lambda: pace.standing(NAN, 9, starts_on=JANUARY, ends_on=JANUARY, on=JANUARY), "must not be negative"),
    "forecast of half a month": (lambda: forecasts.seasonal_naive(SERIES, 2.5), "whole numbers"),
    "half an agent": (lambda: staffing.erlang_c(10, 2.5, handle_seconds=100), "whole number"),
    "no agents at all": (lambda: staffing.erlang_a(10, NAN, handle_seconds=100, patience_seconds=60), "whole number"),
    "callers without patience": (lambda: staffing.agents_needed(10, handle_seconds=100, patience_seconds=0), "Patience"),
    "missing calls": (lambda: staffing.agents_needed(NAN, handle_seconds=100), "Calls and the target"),
    "interval of no time": (lambda: staffing.agents_needed(10, handle_seconds=100, interval_seconds=0), "more than nothing"),
    "endless volume": (lambda: money.unit_cost(1, INF), "whole number"),
    "missing volume": (lambda: money.unit_cost(1, NAN), "whole number"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_method_refuses_in_one_sentence(what: str) -> None:
    asked, words = REFUSED[what]
    with pytest.raises(ValueError, match=words) as refusal:
        asked()
    said = str(refusal.value)
    assert said.endswith(".")
    assert "\n" not in said


def test_pace_past_the_end_of_the_calendar_names_no_day() -> None:
    found = pace.projected_finish(1, 30, 1000, on=date(9999, 1, 1))
    assert (found.answer, found.on, found.latest_on) == ("projected", None, None)


def test_autocorrelation_of_enormous_values_does_not_overflow() -> None:
    assert control_charts.lag_one_autocorrelation([1e300, -1e300] * 10) == pytest.approx(-0.95)
