"""Which place a point is in. Pure: arrays in, arrays out.

Boundary rule: places are closed, so a point on an edge is inside; where several places hold a point (a shared edge, an overlap)
it belongs to the smallest code, 2 before 10. A point that no place holds, or that is no point, belongs to none.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from citystat.places.prepared import for_threads

Points = npt.NDArray[np.float64]
Degrees = Sequence[float] | Points
Positions = npt.NDArray[np.int32]
Geometries = npt.NDArray[np.object_]
NOWHERE = -1
_UNDECIDED = -2
GRID_SIDE = 512
POINTS_WORTH_A_GRID = 200_000
CHUNK = 500_000
_ONE_LOCATOR = threading.Lock()


@dataclass(frozen=True, eq=False)
class LayerShapes:
    """One version of a kind of place, ready to locate points; `codes` and `geometries` run in order of code.

    `in_force_from` and `in_force_to` are the days on which this version decides (no two versions of a kind share one).
    """

    kind: str
    version: str
    in_force_from: date | None
    in_force_to: date | None
    is_current: bool
    codes: tuple[str, ...]
    names: tuple[str, ...]
    geometries: Geometries
    areas_km2: tuple[float, ...]
    checksum: str

    @property
    def column(self) -> str:
        """Column of the warehouse that holds this version's code of each request."""
        return f"place_{self.kind}_{self.version}"

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        west, south, east, north = (float(value) for value in shapely.total_bounds(self.geometries))
        return west, south, east, north


def assign(longitudes: Degrees, latitudes: Degrees, layer: LayerShapes) -> pa.Array:
    """Code of the place of each point (WGS 84 degrees), null where there is none: an Arrow dictionary of strings."""
    found = assign_positions(longitudes, latitudes, layer)
    indices = pa.array(found, type=pa.int32(), mask=found == NOWHERE)
    return pa.DictionaryArray.from_arrays(indices, pa.array(layer.codes, type=pa.string()))


def assign_positions(longitudes: Sequence[float] | Points, latitudes: Sequence[float] | Points, layer: LayerShapes) -> Positions:
    """Position in `layer.codes` of the place of each point, -1 where there is none."""
    x = np.asarray(longitudes, dtype=np.float64)
    y = np.asarray(latitudes, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError("longitudes and latitudes must be two rows of numbers of one length")
    with _ONE_LOCATOR:
        locator = _locator(layer)
    return locator.positions(x, y)


def code_at(longitude: float, latitude: float, layer: LayerShapes) -> str | None:
    """Code of the place of one point, None where there is none: the answer of `assign` without the arrays, for requests as they come."""
    for code, shape, (west, south, east, north) in _boxed(layer):
        if west <= longitude <= east and south <= latitude <= north and shapely.intersects_xy(shape, longitude, latitude):
            return code
    return None


@lru_cache(maxsize=16)
def _boxed(layer: LayerShapes) -> tuple[tuple[str, Any, tuple[float, ...]], ...]:
    """Code, shape and box of each place, smallest code first; the shapes are prepared."""
    for_threads(layer.geometries)
    boxes = (tuple(float(side) for side in box) for box in shapely.bounds(layer.geometries))
    return tuple(zip(layer.codes, layer.geometries, boxes, strict=True))


class _Locator:
    """Locates points in one layer: exactly at first, through a grid once so many have come that making it pays."""

    def __init__(self, layer: LayerShapes) -> None:
        self.layer = layer
        self.points_seen = 0
        self.grid: _Grid | None = None
        self._making_grid = threading.Lock()
        for_threads(layer.geometries)

    def positions(self, x: Points, y: Points) -> Positions:
        """Position of the place of each point."""
        self.points_seen += len(x)
        if self.points_seen >= POINTS_WORTH_A_GRID and self.layer.codes:
            with self._making_grid:
                self.grid = self.grid or _grid(self.layer)
        if self.grid is None:
            return _exact(x, y, self.layer)
        parts = [_by_grid(x[at : at + CHUNK], y[at : at + CHUNK], self.grid, self.layer) for at in range(0, len(x), CHUNK)]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int32)


@lru_cache(maxsize=16)
def _locator(layer: LayerShapes) -> _Locator:
    """One locator a layer object, so that many small batches share the grid; called under `_ONE_LOCATOR`, or two threads would make two."""
    return _Locator(layer)


def _exact(x: Points, y: Points, layer: LayerShapes) -> Positions:
    """Test each point against each place whose box holds it; later (greater) codes are tested first, so the smallest stays."""
    found = np.full(len(x), NOWHERE, dtype=np.int32)
    boxes = shapely.bounds(layer.geometries)
    order = np.argsort(x, kind="stable")
    sorted_x = x[order]
    for position in range(len(layer.codes) - 1, -1, -1):
        west, south, east, north = boxes[position]
        within = order[np.searchsorted(sorted_x, west, "left") : np.searchsorted(sorted_x, east, "right")]
        within = within[(y[within] >= south) & (y[within] <= north)]
        if len(within):
            found[within[shapely.intersects_xy(layer.geometries[position], x[within], y[within])]] = position
    return found


@dataclass(frozen=True, eq=False)
class _Grid:
    """Cells that lie wholly in one place, wholly outside, or must be decided point by point."""

    west: float
    south: float
    width: float
    height: float
    cells: Positions


def _by_grid(x: Points, y: Points, grid: _Grid, layer: LayerShapes) -> Positions:
    with np.errstate(invalid="ignore"):
        column = np.floor((x - grid.west) / grid.width)
        row = np.floor((y - grid.south) / grid.height)
        inside = (column >= 0) & (column < GRID_SIDE) & (row >= 0) & (row < GRID_SIDE)
    found = np.full(len(x), NOWHERE, dtype=np.int32)
    found[inside] = grid.cells[row[inside].astype(np.intp), column[inside].astype(np.intp)]
    undecided = np.flatnonzero(found == _UNDECIDED)
    found[undecided] = _exact(x[undecided], y[undecided], layer)
    return found


def _grid(layer: LayerShapes) -> _Grid:
    """Cells by quartering: a box inside exactly one place, or touching none, is settled at once; others are quartered again."""
    west, south, east, north = layer.bounds
    margin = 1e-9 + 1e-6 * max(east - west, north - south)
    west, south = west - margin, south - margin
    width, height = (east + margin - west) / GRID_SIDE, (north + margin - south) / GRID_SIDE
    cells = np.full((GRID_SIDE, GRID_SIDE), _UNDECIDED, dtype=np.int32)
    tree = shapely.STRtree(layer.geometries)
    side, hair = GRID_SIDE, margin / 10
    columns = rows = np.zeros(1, dtype=np.intp)
    while side >= 1 and len(columns):
        # A hair wider than the cell, so that rounding of a point's own cell number cannot place it across an edge.
        left, low = west + columns * width - hair, south + rows * height - hair
        boxes = shapely.box(left, low, left + side * width + 2 * hair, low + side * height + 2 * hair)
        settled = _settle(boxes, tree, layer.geometries)
        for index in np.flatnonzero(settled != _UNDECIDED):
            cells[rows[index] : rows[index] + side, columns[index] : columns[index] + side] = settled[index]
        open_ones = np.flatnonzero(settled == _UNDECIDED)
        side //= 2
        columns, rows = _quarters(columns[open_ones], rows[open_ones], side)
    return _Grid(west, south, width, height, cells)


def _settle(boxes: Geometries, tree: shapely.STRtree, places: Geometries) -> Positions:
    """For each box the one place that holds it whole while no other touches it, -1 where none touches it, else undecided."""
    settled = np.full(len(boxes), NOWHERE, dtype=np.int32)
    box, place = tree.query(boxes)
    touching = shapely.intersects(places[place], boxes[box])
    box, place = box[touching], place[touching]
    settled[box] = _UNDECIDED
    alone = np.bincount(box, minlength=len(boxes))[box] == 1
    box, place = box[alone], place[alone]
    whole = shapely.contains_properly(places[place], boxes[box])
    settled[box[whole]] = place[whole]
    return settled


def _quarters(columns: npt.NDArray[np.intp], rows: npt.NDArray[np.intp], side: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    shifts_x, shifts_y = np.array([0, side, 0, side]), np.array([0, 0, side, side])
    return (columns[:, None] + shifts_x).ravel(), (rows[:, None] + shifts_y).ravel()
