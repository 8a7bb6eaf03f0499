"""Shapes that many threads may ask at once."""

import threading
from typing import Any

import shapely

QUESTIONS = 3  # a simple locator for the first, the index for the second, one more to be sure
_ONE_AT_A_TIME = threading.Lock()


def for_threads(geometries: Any) -> Any:
    """The same shape or array of shapes, prepared in place, with the index that answers where a point lies already built.

    GEOS builds that index without a lock, and not before the second question about a point (a single one is answered without it):
    two threads that ask a new shape at once get wrong answers or end the process. So each shape is asked here about the middle of
    its box, one thread at a time, as often as it takes until questions change nothing anymore.
    """
    with _ONE_AT_A_TIME:
        shapely.prepare(geometries)
        west, south, east, north = shapely.bounds(geometries).T
        for _ in range(QUESTIONS):
            shapely.intersects_xy(geometries, (west + east) / 2, (south + north) / 2)
    return geometries
