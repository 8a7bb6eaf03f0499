"""How much more counts vary than independent events would."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike


def poisson_dispersion(counts: Sequence[ArrayLike]) -> float:
    """Dispersion of counts around one mean for each group: 1 as independent events vary, more where they come in bursts.

    Formula: Pearson's X^2 / (n - g), X^2 = sum over groups and members of (y - m)^2 / m with the group's mean m; n members in g groups
    whose mean is above zero. Never below 1.
    Assumptions: members of a group have the same exposure (days), and the mean is steady within it; a trend or a weekly rhythm inside a
    group makes it larger. An interval for a rate is widened by the square root: divide counts and exposures by it before ``byar``,
    ``per_capita`` or ``ratio_of_rates`` (quasi-likelihood). When not to use it: with few members, where it is itself uncertain.
    Source: McCullagh and Nelder, Generalized Linear Models, 2nd edition (1989), sections 4.5 and 6.2.3.
    Arguments: one array of counts for each group. Returns a number of at least 1; 1 too where nothing varies or too little is known.
    Raises ValueError for counts that are missing, negative or not finite.

    >>> round(poisson_dispersion([[0, 8, 1, 9, 2], [3, 3, 4, 2, 3]]), 2)
    2.27
    """
    groups = [np.asarray(group, dtype=np.float64).ravel() for group in counts]
    if any(not np.isfinite(group).all() or (group < 0).any() for group in groups):
        raise ValueError("The counts must be finite and not negative.")
    told = [group for group in groups if group.size and group.mean() > 0]
    free = sum(group.size for group in told) - len(told)
    if free <= 0:
        return 1.0
    pearson = sum(float(((group - group.mean()) ** 2 / group.mean()).sum()) for group in told)
    return max(pearson / free, 1.0)
