"""The XmR chart: one number a period, limits from the average moving range."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.control_charts.judgement import judge
from citystat.methods.control_charts.rare import Bounds, farthest_usual
from citystat.methods.control_charts.results import (
    ChartOptions,
    ControlChart,
    FloatArray,
    Improvement,
    PointLimits,
    Segment,
)
from citystat.methods.control_charts.series import as_series, average_moving_range, baseline_of, segment_slices

# 3 / 1.128, rounded as published everywhere the chart is used.
LIMIT_FACTOR = 2.66
NEAR_LIMIT_FACTOR = 2 * LIMIT_FACTOR / 3


def xmr(
    values: ArrayLike,
    *,
    improvement: Improvement,
    target: ArrayLike | None = None,
    baseline_points: int | None = None,
    screen_outliers: bool = True,
    rebase_at: Sequence[int] = (),
    run_length: int = 7,
    equal_neighbours: Literal["breaks", "ignored"] = "breaks",
    two_in_three_same_side: bool = True,
    conflict: Literal["precedence", "improvement"] = "precedence",
    minimum_points: int = 13,
    natural_bounds: Bounds = (None, None),
) -> ControlChart:
    """XmR (individuals and moving range) chart, judged by four rules.

    Formula: mean of the baseline; limits mean +/- 2.66 amR, near limits at two thirds of that, with amR the average
    of |y_i - y_(i-1)| over neighbors that are both present, never across a rebase. Rules in order: outside the
    limits; ``run_length`` points rising or falling; two in three close to a limit; ``run_length`` points on one side.
    Assumptions: equally spaced periods, roughly independent, the same definition throughout a segment.
    When not to use it: shares with large or uneven denominators (``p_prime``); strongly seasonal or autocorrelated
    series (``autocorrelated`` is then set); a period still running (pass NaN for it); rare events without ``natural_bounds``.
    Source: Shewhart; Wheeler, Understanding Variation (1993); Nelson (1982) for screening; NHS England, Making Data
    Count, for the rules and icons.

    values: n numbers in time order, NaN or None where missing (never joined across). target: one number, or n, of
    which the one in force at the last present point counts. baseline_points, screen_outliers, run_length,
    equal_neighbours, two_in_three_same_side, conflict, minimum_points: see ``ChartOptions``; a baseline is the start
    of each segment. rebase_at: indices where a new segment begins. natural_bounds: limits are not drawn beyond
    these, e.g. (0, None) for counts; where more than half of a baseline lies at one of them, a shift there needs as many points
    as are improbable at that share, and a usual case stays inside (see ``rare``). Limits are in the units of the values.
    Raises ValueError for infinite values, a rebase outside the series, bounds the wrong way round, or options out of range.

    >>> chart = xmr([1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1], improvement="decrease", target=5)
    >>> round(chart.segments[-1].upper, 4), chart.labels[4], chart.roles[4]
    (4.6044, 'astronomical', 'concern')
    >>> chart.variation, chart.assurance
    ('common_cause', 'consistent_pass')
    """
    lowest, highest = natural_bounds
    if lowest is not None and highest is not None and not lowest <= highest:
        raise ValueError(f"The natural bounds must be the lower and then the upper one, not {lowest} and {highest}.")
    options = ChartOptions(baseline_points, screen_outliers, run_length, equal_neighbours, two_in_three_same_side, conflict, minimum_points)
    series = as_series(values)
    lines = np.full((5, series.size), np.nan)
    segments = []
    for part in segment_slices(series.size, rebase_at):
        segment, lines[:, part] = _segment_limits(series, part, options, natural_bounds)
        segments.append(segment)
    return judge(series, PointLimits(*lines), segments, improvement, target, options, natural_bounds)


def _segment_limits(series: FloatArray, part: slice, options: ChartOptions, bounds: Bounds) -> tuple[Segment, FloatArray]:
    """The segment's description, and its five lines (center, lower, upper, near lower, near upper) as a column."""
    baseline = baseline_of(series[part], options.baseline_points)
    n_present = int(np.isfinite(series[part]).sum())
    mean = float(np.nanmean(baseline)) if n_present else float("nan")
    amr, n_screened = average_moving_range(baseline, options.screen_outliers)
    factors = np.array([0.0, -LIMIT_FACTOR, LIMIT_FACTOR, -NEAR_LIMIT_FACTOR, NEAR_LIMIT_FACTOR])
    lines = mean + factors * amr if np.isfinite(amr) else np.array([mean, *[np.nan] * 4])
    if bounds != (None, None):
        lines = np.clip(lines, *bounds)
        lines = _beyond_usual_cases(lines, baseline, bounds)
    segment = Segment(
        first=part.start,
        last=part.stop - 1,
        n_present=n_present,
        n_screened=n_screened,
        state="ok" if n_present >= options.minimum_points and np.isfinite(amr) else "too_few_points",
        mean=mean,
        dispersion=amr,
        lower=float(lines[1]),
        upper=float(lines[2]),
    )
    return segment, lines[:, None]


def _beyond_usual_cases(lines: FloatArray, baseline: FloatArray, bounds: Bounds) -> FloatArray:
    """Limits that the usual cases of a series mostly at a bound stay within."""
    lowest, highest = (farthest_usual(baseline, bound) for bound in bounds)
    if lowest is not None and bounds[0] is not None:
        lines[2] = max(lines[2], min(bounds[0] + lowest, np.inf if bounds[1] is None else bounds[1]))
    if highest is not None and bounds[1] is not None:
        lines[1] = min(lines[1], max(bounds[1] - highest, -np.inf if bounds[0] is None else bounds[0]))
    return lines
