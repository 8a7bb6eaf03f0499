"""What a control chart returns: options, limits by segment, signals, and the verdict on the last point."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

Improvement = Literal["increase", "decrease", "neutral"]
Rule = Literal["astronomical", "trend", "two_in_three", "shift"]
Label = Literal["astronomical", "trend", "two_in_three", "shift", "common_cause", "too_few_points", "missing"]
Role = Literal["improvement", "concern", "neutral", "common_cause", "not_judged"]
Assurance = Literal["consistent_pass", "consistent_fail", "hit_or_miss"]
State = Literal["ok", "too_few_points"]

# Order of precedence for the label of a point that several rules flag.
RULES: tuple[Rule, ...] = ("astronomical", "trend", "two_in_three", "shift")

# The colors of the NHS "Making Data Count" charts, which color-blind readers can tell apart.
ROLE_COLORS: dict[Role, str] = {
    "improvement": "#00b0f0",
    "concern": "#e46c0a",
    "neutral": "#490092",
    "common_cause": "#a6a6a6",
    "not_judged": "#a6a6a6",
}

IMPROVEMENT_SIGN: dict[Improvement, int] = {"increase": 1, "decrease": -1, "neutral": 0}


@dataclass(frozen=True)
class ChartOptions:
    """Every choice on which published practice differs, so that a page can say which one was made.

    baseline_points: limits from the first n present points of each segment (at least 12); None uses all of them.
    screen_outliers: drop moving ranges of at least 3.267 times their average, once, before the limits.
    run_length: points that make a trend or a shift (7 usual, 6 in some tools; 5 to 12 accepted).
    equal_neighbours: an equal value "breaks" a trend, or is "ignored" (it neither adds nor breaks).
    two_in_three_same_side: the third point must lie on the same side of the mean as the two close ones.
    conflict: a point flagged both ways follows the "precedence" of rules, or shows the "improvement".
    minimum_points: a segment with fewer present points gets no verdict.
    """

    baseline_points: int | None = None
    screen_outliers: bool = True
    run_length: int = 7
    equal_neighbours: Literal["breaks", "ignored"] = "breaks"
    two_in_three_same_side: bool = True
    conflict: Literal["precedence", "improvement"] = "precedence"
    minimum_points: int = 13

    def __post_init__(self) -> None:
        """Refuse options outside their documented range."""
        for name in ("baseline_points", "run_length", "minimum_points"):
            if not isinstance(getattr(self, name), int | np.integer | None):
                raise ValueError(f"{name} must be a whole number, not {getattr(self, name)!r}.")
        if self.baseline_points is not None and self.baseline_points < 12:
            raise ValueError(f"A baseline needs at least 12 points, not {self.baseline_points}.")
        if not 5 <= self.run_length <= 12:
            raise ValueError(f"The run length must be between 5 and 12 points, not {self.run_length}.")
        if self.minimum_points < 2:
            raise ValueError(f"The minimum number of points must be at least 2, not {self.minimum_points}.")
        if self.equal_neighbours not in ("breaks", "ignored"):
            raise ValueError(f"equal_neighbours must be 'breaks' or 'ignored', not {self.equal_neighbours!r}.")
        if self.conflict not in ("precedence", "improvement"):
            raise ValueError(f"conflict must be 'precedence' or 'improvement', not {self.conflict!r}.")


@dataclass(frozen=True)
class Segment:
    """One stretch between rebases; ``first`` and ``last`` are indices into the values, both included.

    ``dispersion`` is the average moving range of an XmR chart, and sigma z of a p-prime chart.
    The limits are those of the segment's last present point (constant on an XmR chart).
    """

    first: int
    last: int
    n_present: int
    n_screened: int
    state: State
    mean: float
    dispersion: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Signal:
    """One run of points a rule flagged; ``points`` are the flagged indices between ``first`` and ``last``."""

    rule: Rule
    direction: int
    role: Role
    first: int
    last: int
    points: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class PointLimits:
    """Center line, three-sigma limits and two-sigma (near) limits for each point; NaN where undefined."""

    center: FloatArray
    lower: FloatArray
    upper: FloatArray
    near_lower: FloatArray
    near_upper: FloatArray


@dataclass(frozen=True, eq=False)
class ControlChart:
    """A judged chart. Arrays and tuples have one entry a point, in the order given; NaN marks a missing point.

    labels: the rule that names the point, or common_cause, too_few_points, missing.
    directions: +1 above or rising, -1 below or falling, 0 no signal. roles: the color role of the point.
    variation, variation_direction: those of the last present point ("not_judged" when too few points).
    assurance: whether the last segment's limits lie on one side of the target; None without target, or when neutral.
    autocorrelation: lag-1 r about the segment means (None under 3 pairs); ``autocorrelated`` when above 0.4.
    """

    values: FloatArray
    limits: PointLimits
    labels: tuple[Label, ...]
    directions: tuple[int, ...]
    roles: tuple[Role, ...]
    segments: tuple[Segment, ...]
    signals: tuple[Signal, ...]
    state: State
    variation: Role
    variation_direction: int
    assurance: Assurance | None
    improvement: Improvement
    target: float | None
    autocorrelation: float | None
    autocorrelated: bool
    options: ChartOptions


@dataclass(frozen=True, eq=False)
class PPrimeChart(ControlChart):
    """A p-prime chart, with the counts behind it and the plain p-chart limits for comparison (sigma z = 1)."""

    numerators: FloatArray
    denominators: FloatArray
    plain_lower: FloatArray
    plain_upper: FloatArray


@dataclass(frozen=True)
class Finding:
    """What to say about the last present point, as data: which rule, which way, since which index.

    ``rule`` is None for common cause or when there is no verdict; then ``since`` is the last present index.
    """

    state: State
    rule: Rule | None
    direction: int
    role: Role
    since: int | None
    through: int | None
    n_flagged: int
    assurance: Assurance | None
