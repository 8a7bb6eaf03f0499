"""Laney's p-prime chart: shares with large or uneven denominators."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.control_charts.judgement import judge, last_present
from citystat.methods.control_charts.rare import is_mostly_at, most_cases_each
from citystat.methods.control_charts.results import (
    ChartOptions,
    FloatArray,
    Improvement,
    PointLimits,
    PPrimeChart,
    Segment,
)
from citystat.methods.control_charts.series import as_series, average_moving_range, baseline_of, segment_slices

# Expected moving range of two standard normal values.
D2 = 1.128
BOUNDS = (0.0, 1.0)


def p_prime(
    numerators: ArrayLike,
    denominators: ArrayLike,
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
) -> PPrimeChart:
    """Laney's p-prime chart of shares r_i / n_i, judged by the same four rules as ``xmr``.

    Formula: p = sum r / sum n over the baseline; s_i = sqrt(p (1 - p) / n_i); z_i = (r_i / n_i - p) / s_i;
    sigma_z = average |z_i - z_(i-1)| / 1.128; limits p +/- 3 sigma_z s_i, near limits p +/- 2 sigma_z s_i, cut to
    0..1. With sigma_z = 1 it is the p-chart, whose limits are returned as ``plain_lower`` and ``plain_upper``.
    Assumptions: as for ``xmr``; every case counted once, in the numerator or not.
    When not to use it: plain p-chart limits flag nearly everything once denominators reach thousands, which is why
    this chart exists; use ``xmr`` for counts, rates and times. Shares near 0 or 1 with small denominators are too
    skew for it; pool periods. Where more than half of a baseline is exactly 0 or 1, ``rare`` keeps it from false signals.
    Source: Laney, Improved control charts for attributes, Quality Engineering 14 (2002) 531-537.

    numerators, denominators: n counts each; a missing value or a zero denominator is a missing point. Limits are
    shares between 0 and 1, one a point; ``segments[i].dispersion`` is sigma_z, ``lower`` and ``upper`` those of the
    segment's last present point. Other arguments: see ``xmr`` (the target is a share).
    Raises ValueError for unequal lengths, negative counts, a numerator over its denominator, a bad option or rebase.

    >>> late = [30, 28, 35, 31, 29, 33, 30, 27, 34, 31, 30, 32, 60]
    >>> chart = p_prime(late, [300] * 13, improvement="decrease", target=0.05, baseline_points=12)
    >>> chart.labels[-1], chart.variation, chart.assurance
    ('astronomical', 'concern', 'consistent_fail')
    """
    options = ChartOptions(baseline_points, screen_outliers, run_length, equal_neighbours, two_in_three_same_side, conflict, minimum_points)
    counts, totals = _checked_counts(numerators, denominators)
    shares = np.divide(counts, totals, out=np.full(counts.size, np.nan), where=totals > 0)
    lines, plain = np.full((5, counts.size), np.nan), np.full((2, counts.size), np.nan)
    segments = []
    for part in segment_slices(counts.size, rebase_at):
        segment, lines[:, part], plain[:, part] = _segment_limits(shares, counts, totals, part, options)
        segments.append(segment)
    chart = judge(shares, PointLimits(*lines), segments, improvement, target, options, BOUNDS)
    judged = {field.name: getattr(chart, field.name) for field in fields(chart)}
    return PPrimeChart(**judged, numerators=counts, denominators=totals, plain_lower=plain[0], plain_upper=plain[1])


def _checked_counts(numerators: ArrayLike, denominators: ArrayLike) -> tuple[FloatArray, FloatArray]:
    counts, totals = as_series(numerators, "numerators"), as_series(denominators, "denominators")
    if counts.size != totals.size:
        raise ValueError(f"There are {counts.size} numerators and {totals.size} denominators; give one of each a point.")
    if (counts < 0).any() or (totals < 0).any():
        raise ValueError("Numerators and denominators are counts and cannot be negative.")
    if (counts > totals).any():
        index = int(np.flatnonzero(counts > totals)[0])
        raise ValueError(f"The numerator is larger than its denominator at index {index}.")
    missing = np.isnan(counts) | np.isnan(totals) | (totals == 0)
    return np.where(missing, np.nan, counts), np.where(missing, np.nan, totals)


def _segment_limits(
    shares: FloatArray, counts: FloatArray, totals: FloatArray, part: slice, options: ChartOptions
) -> tuple[Segment, FloatArray, FloatArray]:
    """The segment, its five lines (center, lower, upper, near lower, near upper), and the two plain p limits."""
    share, total = shares[part], totals[part]
    length = baseline_of(share, options.baseline_points).size
    n_cases = np.nansum(total[:length])
    mean = float(np.nansum(counts[part][:length]) / n_cases) if n_cases else float("nan")
    sigma = np.sqrt(mean * (1 - mean) / total)
    z = np.divide(share - mean, sigma, out=np.where(np.isnan(share), np.nan, 0.0), where=sigma > 0)
    moving_range, n_screened = average_moving_range(z[:length], options.screen_outliers)
    sigma_z = moving_range / D2
    spread = np.array([0.0, -3.0, 3.0, -2.0, 2.0])[:, None] * sigma_z * sigma
    lines = np.clip(mean + spread, 0.0, 1.0)
    lines[0] = np.where(np.isnan(share), np.nan, mean)
    if is_mostly_at(share[:length], 0.0):
        lines[2] = np.fmax(lines[2], np.fmin(most_cases_each(mean * total) / total, 1.0))
    if is_mostly_at(share[:length], 1.0):
        lines[1] = np.fmin(lines[1], np.fmax(1 - most_cases_each((1 - mean) * total) / total, 0.0))
    last = last_present(share)
    n_present = int(np.isfinite(share).sum())
    segment = Segment(
        first=part.start,
        last=part.stop - 1,
        n_present=n_present,
        n_screened=n_screened,
        state="ok" if n_present >= options.minimum_points and np.isfinite(sigma_z) else "too_few_points",
        mean=mean,
        dispersion=sigma_z,
        lower=float(lines[1, last]) if last is not None else float("nan"),
        upper=float(lines[2, last]) if last is not None else float("nan"),
    )
    plain = np.clip(mean + np.array([-3.0, 3.0])[:, None] * sigma, 0.0, 1.0)
    return segment, lines, plain
