"""Addresses of the invented city: points on its street lattice, denser where more people live."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from citystat.ops.demo.city import DemoCity, Integers

FEWEST, MOST, REQUESTS_PER_ADDRESS = 6_000, 250_000, 6
BLOCK_DEGREES = 0.0011
STREETS_FILE = "streets.txt"
ENDINGS = ("St", "Ave", "Ct", "Dr", "Ln", "Blvd")


@dataclass(frozen=True)
class Addresses:
    """Parallel arrays, sorted by district; `first[d]` to `first[d + 1]` are the addresses of district d."""

    longitude: npt.NDArray[np.float64]
    latitude: npt.NDArray[np.float64]
    neighborhood: Integers
    first: Integers
    text: pa.Array


def make_addresses(city: DemoCity, requests: int, random: np.random.Generator) -> Addresses:
    """Addresses in proportion to the people of each neighborhood; their number grows with the history, within bounds."""
    total = int(np.clip(requests // REQUESTS_PER_ADDRESS, FEWEST, MOST))
    counts = np.maximum(1, np.round(total * city.neighborhood_people / city.neighborhood_people.sum())).astype(np.int64)
    order = np.argsort(city.neighborhood_district, kind="stable")
    points = np.concatenate([_points(city.shapes[index], counts[index], random) for index in order])
    neighborhood = np.repeat(order, counts[order])
    per_district = np.bincount(city.neighborhood_district[neighborhood], minlength=len(city.districts))
    return Addresses(
        longitude=points[:, 0],
        latitude=points[:, 1],
        neighborhood=neighborhood,
        first=np.concatenate([[0], np.cumsum(per_district)]),
        text=_texts(points, (city.folder / STREETS_FILE).read_text(encoding="utf-8").split()),
    )


def _points(shape: shapely.Geometry, count: int, random: np.random.Generator) -> npt.NDArray[np.float64]:
    west, south, east, north = shape.bounds
    kept = np.empty((0, 2))
    inside = shape.buffer(-0.0004)
    shapely.prepare(inside)
    while len(kept) < count:
        tried = random.uniform((west, south), (east, north), size=(2 * count + 16, 2))
        along = random.integers(0, 2, len(tried))
        tried[np.arange(len(tried)), along] = np.round(tried[np.arange(len(tried)), along] / BLOCK_DEGREES) * BLOCK_DEGREES + random.normal(
            0, 0.00006, len(tried)
        )
        kept = np.concatenate([kept, tried[shapely.contains_xy(inside, tried[:, 0], tried[:, 1])]])
    return np.round(kept[:count], 6)


def _texts(points: npt.NDArray[np.float64], streets: list[str]) -> pa.Array:
    """House number and street by position: near points share a street, numbers rise to the north and east."""
    column = np.floor(points[:, 0] / BLOCK_DEGREES).astype(np.int64)
    row = np.floor(points[:, 1] / BLOCK_DEGREES).astype(np.int64)
    along = np.where((column + row) % 2 == 0, column, row)
    across = points[:, 1] - points[:, 1].min() + points[:, 0] - points[:, 0].min()
    number = pa.array((100 + across * 30_000).astype(np.int64)).cast(pa.string())
    names = pa.array([f"{name} {ENDINGS[index % len(ENDINGS)]}" for index, name in enumerate(streets)])
    return pc.binary_join_element_wise(number, names.take(pa.array(np.abs(along * 7) % len(streets))), " ")
