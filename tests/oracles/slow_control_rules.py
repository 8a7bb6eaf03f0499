"""The XmR rules written window by window: mark the last point of each full window, then spread the mark back."""

import itertools
from collections.abc import Sequence
from math import isnan, nan


def moving_range_limits(values: Sequence[float], screen: bool) -> tuple[float, float, float, float]:
    """Mean, average moving range, lower and upper limit of one segment without a fixed baseline."""
    present = [value for value in values if not isnan(value)]
    mean = sum(present) / len(present)
    ranges = [abs(b - a) for a, b in itertools.pairwise(values) if not isnan(a) and not isnan(b)]
    average = sum(ranges) / len(ranges)
    if screen and average > 0:
        kept = [value for value in ranges if value < 3.267 * average]
        if any(kept):
            average = sum(kept) / len(kept)
    return mean, average, mean - 2.66 * average, mean + 2.66 * average


def shift_marks(sides: Sequence[int], length: int) -> list[int]:
    """+1 or -1 at each point that ends a full window on one side."""
    marks = [0] * len(sides)
    for end in range(length - 1, len(sides)):
        window = sides[end - length + 1 : end + 1]
        if abs(sum(window)) == length:
            marks[end] = window[0]
    return marks


def trend_marks(values: Sequence[float], length: int) -> list[int]:
    """+1 or -1 at each point that ends a window of strict steps one way."""
    marks = [0] * len(values)
    for end in range(length - 1, len(values)):
        window = values[end - length + 1 : end + 1]
        steps = [b - a for a, b in itertools.pairwise(window)]
        if all(step > 0 for step in steps):
            marks[end] = 1
        elif all(step < 0 for step in steps):
            marks[end] = -1
    return marks


def spread(marks: Sequence[int], length: int) -> list[set[int]]:
    """The directions marked on each point once every mark covers its whole window."""
    covered: list[set[int]] = [set() for _ in marks]
    for end, mark in enumerate(marks):
        if mark:
            for point in range(end - length + 1, end + 1):
                covered[point].add(mark)
    return covered


def two_in_three(close: Sequence[bool], sides: Sequence[int], present: Sequence[bool], same_side: bool) -> list[set[int]]:
    """The directions in which each close point is flagged."""
    flagged: list[set[int]] = [set() for _ in close]
    for start in range(len(close) - 2):
        window = range(start, start + 3)
        if not all(present[i] for i in window):
            continue
        for direction in (1, -1):
            near = [i for i in window if close[i] and sides[i] == direction]
            if len(near) >= 2 and (not same_side or all(sides[i] == direction for i in window)):
                for i in near:
                    flagged[i].add(direction)
    return flagged


def labels(values: Sequence[float], run_length: int = 7, same_side: bool = True, screen: bool = True) -> list[str]:
    """The label of each point of one segment, by precedence."""
    mean, average, lower, upper = moving_range_limits(values, screen)
    near = 2 * 2.66 / 3 * average
    present = [not isnan(value) for value in values]
    sides = [(value > mean) - (value < mean) for value in values]
    outside = [value > upper or value < lower for value in values]
    close = [not out and abs(value - mean) > near for value, out in zip(values, outside, strict=True)]
    trend = spread(trend_marks([value if here else nan for value, here in zip(values, present, strict=True)], run_length), run_length)
    pairs = two_in_three(close, sides, present, same_side)
    shift = spread(shift_marks(sides, run_length), run_length)
    found = []
    for index in range(len(values)):
        if not present[index]:
            found.append("missing")
        elif outside[index]:
            found.append("astronomical")
        elif trend[index]:
            found.append("trend")
        elif pairs[index]:
            found.append("two_in_three")
        else:
            found.append("shift" if shift[index] else "common_cause")
    return found
