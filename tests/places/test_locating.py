"""Points in places: the boundary rule, and the fast way against the slow one."""

import subprocess
import sys
from unittest.mock import patch

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from citystat.places import locating
from citystat.places.locating import LayerShapes


def layer_of(shapes: dict[str, shapely.Geometry]) -> LayerShapes:
    codes = tuple(shapes)
    geometries = np.asarray(list(shapes.values()), dtype=object)
    return LayerShapes("ward", "2020", None, None, True, codes, codes, geometries, (0.0,) * len(codes), "x")


@pytest.fixture
def two_squares() -> LayerShapes:
    return layer_of({"2": shapely.box(0, 0, 1, 1), "10": shapely.box(1, 0, 2, 1)})


def test_assign_point_inside(two_squares: LayerShapes) -> None:
    assert locating.assign([0.5, 1.5], [0.5, 0.5], two_squares).to_pylist() == ["2", "10"]


def test_assign_point_on_the_shared_edge_goes_to_the_smallest_code(two_squares: LayerShapes) -> None:
    assert locating.assign([1.0, 1.0, 1.0], [0.5, 0.0, 1.0], two_squares).to_pylist() == ["2", "2", "2"]


def test_assign_point_on_the_outer_edge_is_inside(two_squares: LayerShapes) -> None:
    assert locating.assign([0.0, 2.0], [0.5, 1.0], two_squares).to_pylist() == ["2", "10"]


def test_assign_outside_and_no_point_are_nowhere(two_squares: LayerShapes) -> None:
    found = locating.assign([3.0, float("nan"), 0.5], [0.5, 0.5, float("inf")], two_squares)
    assert found.to_pylist() == [None, None, None]


def test_assign_point_in_a_hole_is_nowhere() -> None:
    ring = layer_of({"1": shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))})
    assert locating.assign([1.5, 0.5], [1.5, 0.5], ring).to_pylist() == [None, "1"]


def test_assign_layer_without_places_finds_nothing() -> None:
    assert locating.assign([0.5], [0.5], layer_of({})).to_pylist() == [None]


def test_assign_no_points_at_all(two_squares: LayerShapes) -> None:
    assert len(locating.assign([], [], two_squares)) == 0


def slow_twin(x: np.ndarray, y: np.ndarray, layer: LayerShapes) -> list[int]:
    """Every area is asked about every point."""
    inside = shapely.intersects(layer.geometries[:, None], shapely.points(x, y))
    return [int(number) for number in np.where(inside.any(axis=0), inside.argmax(axis=0), -1)]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_assign_through_the_grid_equals_the_slow_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    discs = {str(number): shapely.Point(rng.uniform(0, 10, 2)).buffer(rng.uniform(0.3, 4)) for number in range(5)}
    layer = layer_of(discs)
    edges = np.concatenate([shapely.get_coordinates(disc) for disc in discs.values()])
    x = np.concatenate([rng.uniform(-1, 11, 200), edges[:, 0]])
    y = np.concatenate([rng.uniform(-1, 11, 200), edges[:, 1]])
    # A coarser grid takes a sixtieth of the time to lay and has as many kinds of cells; the fine one is asked in the test below.
    with patch.object(locating, "GRID_SIDE", 64):
        found = locating._by_grid(x, y, locating._grid(layer), layer)
    assert found.tolist() == slow_twin(x, y, layer)


def test_assign_many_points_take_the_grid_and_agree(two_squares: LayerShapes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locating, "POINTS_WORTH_A_GRID", 100)
    monkeypatch.setattr(locating, "CHUNK", 64)
    x, y = np.random.default_rng(3).uniform(-0.5, 2.5, (2, 300))
    found = locating.assign_positions(x, y, two_squares)
    assert locating._locator(two_squares).grid is not None
    assert found.tolist() == slow_twin(x, y, two_squares)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25)
def test_code_at_of_each_point_is_what_assign_gives(seed: int) -> None:
    random = np.random.default_rng(seed)
    corners = random.integers(0, 5, (6, 4)).astype(float)
    layer = layer_of({str(code): shapely.box(x, y, x + width + 1, y + height + 1) for code, (x, y, width, height) in enumerate(corners)})
    points = np.concatenate([random.uniform(-1, 11, (40, 2)), random.integers(-1, 11, (40, 2)).astype(float), [[np.nan, 1.0]]])

    one_by_one = [locating.code_at(float(x), float(y), layer) for x, y in points]

    assert one_by_one == locating.assign(points[:, 0], points[:, 1], layer).to_pylist()


def test_shapes_are_made_ready_for_many_threads_before_the_first_point_is_asked(two_squares: LayerShapes) -> None:
    other = layer_of({"1": shapely.box(0, 0, 2, 2)})
    assert not shapely.is_prepared(two_squares.geometries).any()
    locating.code_at(0.5, 0.5, two_squares)
    locating.assign([0.5], [0.5], other)
    assert shapely.is_prepared(two_squares.geometries).all()
    assert shapely.is_prepared(other.geometries).all()


# Eight threads, each asking for the first time, of shapes of many corners: what ended the process before shapes were made ready for it.
MANY_THREADS = """
import sys, threading
import numpy as np, shapely
from citystat.places import locating

random = np.random.default_rng(1)

def star(west, south):
    angles, reach = np.linspace(0, 2 * np.pi, 4000, endpoint=False), 0.5 + 0.4 * random.random(4000)
    return shapely.Polygon(np.c_[west + reach * np.cos(angles), south + reach * np.sin(angles)])

x, y = random.random(3000) * 4 - 1, random.random(3000) * 3 - 1
locating.POINTS_WORTH_A_GRID, locating.GRID_SIDE = 5000, 16
for turn in range(30):
    shapes = np.array([star(number % 3, number // 3) for number in range(6)], dtype=object)
    layer = locating.LayerShapes("ward", "2020", None, None, True, tuple("123456"), tuple("123456"), shapes, (1.0,) * 6, "x")
    start, answers = threading.Barrier(8), []

    def ask():
        start.wait()
        if turn % 2:
            answers.append(list(locating.assign_positions(x, y, layer)))
        else:
            answers.append([locating.code_at(one, other, layer) for one, other in zip(x[:50], y[:50])])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert len(answers) == 8 and all(answer == answers[0] for answer in answers)
"""


@pytest.mark.slow
def test_places_asked_by_many_threads_at_once_answer_alike_and_end_no_process() -> None:
    done = subprocess.run([sys.executable, "-c", MANY_THREADS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
