"""From values and limits to labels, color roles, variation, assurance and the latest finding."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.control_charts.autocorrelation import lag_one_autocorrelation
from citystat.methods.control_charts.rare import Bounds, runs_needed
from citystat.methods.control_charts.results import (
    IMPROVEMENT_SIGN,
    RULES,
    Assurance,
    ChartOptions,
    ControlChart,
    Finding,
    FloatArray,
    Improvement,
    Label,
    PointLimits,
    Role,
    Rule,
    Segment,
    Signal,
)
from citystat.methods.control_charts.rules import Run, runs_by_rule
from citystat.methods.control_charts.series import baseline_of

AUTOCORRELATION_LIMIT = 0.4


@dataclass(frozen=True)
class _PointVerdict:
    label: Label
    direction: int
    role: Role


_COMMON_CAUSE = _PointVerdict("common_cause", 0, "common_cause")


def improvement_sign(improvement: Improvement) -> int:
    """+1, -1 or 0; raises ValueError for anything but the three words."""
    if improvement not in IMPROVEMENT_SIGN:
        raise ValueError(f"improvement must be 'increase', 'decrease' or 'neutral', not {improvement!r}.")
    return IMPROVEMENT_SIGN[improvement]


def judge(
    values: FloatArray,
    limits: PointLimits,
    segments: Sequence[Segment],
    improvement: Improvement,
    target: ArrayLike | None,
    options: ChartOptions,
    bounds: Bounds = (None, None),
) -> ControlChart:
    """Apply the rules in each segment that has enough points, and read off the verdict on the last present point."""
    sign = improvement_sign(improvement)
    verdicts: list[_PointVerdict] = []
    signals: list[Signal] = []
    for segment in segments:
        found, runs = _judge_segment(values, limits, segment, sign, options, bounds)
        verdicts += found
        signals += runs
    last = last_present(values)
    last_target = _last_target(target, values.size, last)
    state = segments[-1].state
    current = verdicts[last] if last is not None and state == "ok" else _PointVerdict("missing", 0, "not_judged")
    r = lag_one_autocorrelation(_residuals(values, segments), [segment.first for segment in segments[1:]])
    return ControlChart(
        values=values,
        limits=limits,
        labels=tuple(verdict.label for verdict in verdicts),
        directions=tuple(verdict.direction for verdict in verdicts),
        roles=tuple(verdict.role for verdict in verdicts),
        segments=tuple(segments),
        signals=tuple(sorted(signals, key=lambda signal: (signal.first, RULES.index(signal.rule)))),
        state=state,
        variation=current.role,
        variation_direction=current.direction,
        assurance=assurance_of(segments[-1], last_target, improvement),
        improvement=improvement,
        target=last_target,
        autocorrelation=r,
        autocorrelated=r is not None and r > AUTOCORRELATION_LIMIT,
        options=options,
    )


def last_present(values: FloatArray) -> int | None:
    """Index of the last value that is not missing."""
    present = np.flatnonzero(np.isfinite(values))
    return int(present[-1]) if present.size else None


def assurance_of(segment: Segment, target: float | None, improvement: Improvement) -> Assurance | None:
    """Will the process, left alone, keep missing or meeting the target? None without a target, verdict or direction.

    Strict inequalities against the segment's limits: with higher better, a target above the upper limit is a
    consistent fail and one below the lower limit a consistent pass; the reverse with lower better. Where every value
    of the baseline is the target, so that the limits fall on it, it is met: a consistent pass.
    """
    sign = improvement_sign(improvement)
    if target is None or sign == 0 or segment.state != "ok" or not np.isfinite(segment.lower):
        return None
    if segment.lower == target == segment.upper:
        return "consistent_pass"
    if segment.lower <= target <= segment.upper:
        return "hit_or_miss"
    above = target > segment.upper
    return "consistent_fail" if above == (sign > 0) else "consistent_pass"


def latest_finding(chart: ControlChart) -> Finding:
    """The verdict on the last present point as data: which rule, which direction, since which index.

    Formula: none; the run behind the label of the last present point. Assumptions: those of the chart.
    When not to use it: to describe past points; read ``chart.signals`` for those.
    Source: precedence of rules of NHS England, Making Data Count. Returns a ``Finding``: ``since`` is the first
    index of the run that rule found, ``through`` the last point it flagged, ``n_flagged`` how many. Raises nothing.

    >>> from citystat.methods.control_charts import xmr
    >>> finding = latest_finding(xmr([4, 8, 5, 7, 4, 8, 5, 7, 4, 8, 9, 8, 9, 8, 9, 8], improvement="decrease"))
    >>> finding.rule, finding.direction, finding.role, finding.since
    ('shift', 1, 'concern', 9)
    """
    last = last_present(chart.values)
    if last is None or chart.state != "ok" or chart.labels[last] not in RULES:
        role: Role = "common_cause" if last is not None and chart.state == "ok" else "not_judged"
        return Finding(chart.state, None, 0, role, last, last, 0, chart.assurance)
    signal = next(
        signal
        for signal in chart.signals
        if signal.rule == chart.labels[last] and signal.direction == chart.directions[last] and last in signal.points
    )
    return Finding(
        state=chart.state,
        rule=signal.rule,
        direction=signal.direction,
        role=signal.role,
        since=signal.first,
        through=signal.last,
        n_flagged=len(signal.points),
        assurance=chart.assurance,
    )


def _judge_segment(
    values: FloatArray, limits: PointLimits, segment: Segment, sign: int, options: ChartOptions, bounds: Bounds
) -> tuple[list[_PointVerdict], list[Signal]]:
    part = slice(segment.first, segment.last + 1)
    present = np.isfinite(values[part]).tolist()
    if segment.state != "ok":
        return [_unjudged("too_few_points" if here else "missing") for here in present], []
    window = PointLimits(*(line[part] for line in _lines(limits)))
    needed = runs_needed(baseline_of(values[part], options.baseline_points), segment.mean, bounds, options.run_length)
    runs = runs_by_rule(values[part], window, options, needed)
    verdicts = [_COMMON_CAUSE if here else _unjudged("missing") for here in present]
    for point, found in _rules_by_point(runs).items():
        verdicts[point] = _verdict(found, sign, options)
    signals = [_signal(rule, run, segment.first, sign) for rule in RULES for run in runs[rule]]
    return verdicts, signals


def _rules_by_point(runs: dict[Rule, list[Run]]) -> dict[int, list[tuple[Rule, int]]]:
    """The rules that flag each point, with direction, in order of precedence; an earlier run stands before a later one."""
    found: dict[int, list[tuple[Rule, int]]] = {}
    for rule in RULES:
        for run in runs[rule]:
            for point in run.points:
                found.setdefault(point, []).append((rule, run.direction))
    return found


def _verdict(found: list[tuple[Rule, int]], sign: int, options: ChartOptions) -> _PointVerdict:
    rule, direction = found[0]
    if options.conflict == "improvement" and sign:
        rule, direction = next((item for item in found if item[1] == sign), found[0])
    return _PointVerdict(rule, direction, _role(direction, sign))


def _role(direction: int, sign: int) -> Role:
    if sign == 0:
        return "neutral"
    return "improvement" if direction == sign else "concern"


def _unjudged(label: Label) -> _PointVerdict:
    return _PointVerdict(label, 0, "not_judged")


def _signal(rule: Rule, run: Run, offset: int, sign: int) -> Signal:
    points = tuple(point + offset for point in run.points)
    return Signal(rule, run.direction, _role(run.direction, sign), run.first + offset, run.last + offset, points)


def _lines(limits: PointLimits) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    return limits.center, limits.lower, limits.upper, limits.near_lower, limits.near_upper


def _residuals(values: FloatArray, segments: Sequence[Segment]) -> FloatArray:
    residuals = values.copy()
    for segment in segments:
        part = residuals[segment.first : segment.last + 1]
        if np.isfinite(part).any():
            part -= np.nanmean(part)
    return residuals


def _last_target(target: ArrayLike | None, n_points: int, last: int | None) -> float | None:
    """The target in force at the last present point."""
    if target is None:
        return None
    targets = np.asarray(target, dtype=np.float64)
    if targets.ndim == 0:
        return float(targets) if np.isfinite(targets) else None
    if targets.shape != (n_points,):
        raise ValueError(f"The target must be one number or one a point: got {targets.size} for {n_points} points.")
    return float(targets[last]) if last is not None and np.isfinite(targets[last]) else None
