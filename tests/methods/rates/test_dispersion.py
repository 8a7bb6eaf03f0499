"""Dispersion of counts: a published number, the edges, a property."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citystat.methods.rates import poisson_dispersion

# Beall (1942), insect counts under six sprays, as in R's InsectSprays; `glm(count ~ spray, quasipoisson)` gives 1.507713.
SPRAYS = [
    [10, 7, 20, 14, 14, 12, 10, 23, 17, 20, 14, 13],
    [11, 17, 21, 11, 16, 14, 17, 17, 19, 21, 7, 13],
    [0, 1, 7, 2, 3, 1, 2, 1, 3, 0, 1, 4],
    [3, 5, 12, 6, 4, 3, 5, 5, 5, 5, 2, 4],
    [3, 5, 3, 5, 3, 6, 1, 1, 3, 2, 6, 4],
    [11, 9, 15, 22, 15, 16, 13, 10, 26, 26, 24, 13],
]


def test_poisson_dispersion_of_the_insect_sprays_is_the_published_one() -> None:
    assert poisson_dispersion(SPRAYS) == pytest.approx(1.507713, abs=5e-7)


@pytest.mark.parametrize("counts", [[], [[]], [[3]], [[0, 0, 0]], [[2, 2, 2, 2]], [[3], [4]]])
def test_poisson_dispersion_without_anything_to_tell_is_one(counts: list[list[int]]) -> None:
    assert poisson_dispersion(counts) == 1.0


@pytest.mark.parametrize("counts", [[[1, float("nan")]], [[1, float("inf")]], [[-1, 2]]])
def test_poisson_dispersion_refuses_counts_that_are_none(counts: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        poisson_dispersion(counts)


def test_poisson_dispersion_of_independent_events_is_near_one() -> None:
    random = np.random.default_rng(7)
    assert poisson_dispersion([random.poisson(20, 5_000), random.poisson(3, 5_000)]) == pytest.approx(1.0, abs=0.05)


@pytest.mark.slow
@given(st.lists(st.lists(st.integers(0, 50), min_size=2, max_size=12), min_size=1, max_size=4), st.integers(2, 5))
def test_poisson_dispersion_of_bursts_grows_with_their_size(counts: list[list[int]], size: int) -> None:
    once = poisson_dispersion(counts)
    assert once >= 1.0
    assert poisson_dispersion([[size * one for one in group] for group in counts]) >= once
