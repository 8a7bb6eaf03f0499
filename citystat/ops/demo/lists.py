"""Lists the demo city keeps: addresses, names of places, permits and the like. Written as files and loaded as any city's are."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from citystat.ops.demo.addresses import BLOCK_DEGREES, ENDINGS, STREETS_FILE, make_addresses
from citystat.ops.demo.city import DemoCity, Floats
from citystat.places import list_actions

SEED = 1201
REQUESTS_FOR_ADDRESSES = 30_000
BUSY_EVERY = 40
CORNERS = 300
SOURCE = "Calder Bend address file"
# Kind, source, how many, whether everyone may see it, what there is, how it stands.
RECORDS: tuple[tuple[str, str, int, bool, tuple[str, ...], tuple[str, ...]], ...] = (
    ("permit", "Calder Bend permit office", 240, True, ("New roof", "Fence", "Electrical work", "Deck", "Demolition"), ("Issued", "Final")),
    ("license", "Calder Bend licensing", 120, True, ("Food service", "Short-term rental", "Barber", "Day care"), ("Active", "Expired")),
    ("inspection", "Calder Bend fire marshal", 90, False, ("Boiler", "Sprinklers", "Food safety"), ("Passed", "To be repeated")),
    ("work_order", "Calder Bend Water", 60, False, ("Replace hydrant", "Leak on service line", "Meter change"), ("Planned", "Done")),
)


@dataclass(frozen=True)
class Homes:
    """Addresses of the city, each once."""

    text: tuple[str, ...]
    longitude: Floats
    latitude: Floats

    def busy(self) -> "Homes":
        """The few at which much happens."""
        chosen = slice(None, None, BUSY_EVERY)
        return Homes(self.text[chosen], self.longitude[chosen], self.latitude[chosen])

    def nearest(self, longitude: float, latitude: float) -> int:
        """Position of the address nearest to a point."""
        return int(np.argmin((self.longitude - longitude) ** 2 + (self.latitude - latitude) ** 2))


def homes(city: DemoCity) -> Homes:
    """The city's addresses; the same city gives the same ones."""
    found = make_addresses(city, REQUESTS_FOR_ADDRESSES, np.random.default_rng(SEED))
    texts: list[str] = found.text.to_pylist()
    once = sorted({text: at for at, text in reversed(list(enumerate(texts)))}.values())
    return Homes(tuple(texts[at] for at in once), found.longitude[once], found.latitude[once])


def load_lists(city: DemoCity, folder: Path) -> dict[str, int]:
    """Write every list to the folder, load it, remove the file; how many of each there are."""
    folder.mkdir(parents=True, exist_ok=True)
    known, random, as_of = homes(city), np.random.default_rng(SEED), city.facts.as_of
    places = zip(known.text, known.longitude.tolist(), known.latitude.tolist(), strict=True)
    path = _write(folder / "addresses.csv", ("FULL_ADDRESS", "LON", "LAT"), places)
    counts = {"addresses": list_actions.load_addresses(path, source=SOURCE, as_of=as_of)["loaded"]}
    path = _write(folder / "place_names.csv", ("NAME", "TYPE", "ALIASES", "LON", "LAT"), [*_named(city), *_corners(city, random)])
    counts["place_names"] = list_actions.load_place_names(path, source="Calder Bend place names", as_of=as_of)["loaded"]
    for kind, source, number, public, titles, states in RECORDS:
        rows = _records(kind, number, titles, states, known.busy(), as_of, random)
        path = _write(folder / f"{kind}.csv", ("RECORD_NUMBER", "TITLE", "STATUS", "ADDRESS", "OPENED", "CLOSE_DATE"), rows)
        counts[kind] = list_actions.load_records(path, kind=kind, source=source, public=public, as_of=as_of)["loaded"]
    for name in ("addresses", "place_names", *(one[0] for one in RECORDS)):
        (folder / f"{name}.csv").unlink(missing_ok=True)
    return counts


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def _named(city: DemoCity) -> list[tuple[str, str, str, float, float]]:
    """A park in each neighborhood, a school or library in every second one."""
    features = json.loads((city.folder / "neighborhoods.geojson").read_text(encoding="utf-8"))["features"]
    names = {one["properties"]["CODE"]: one["properties"]["NAME"] for one in features}
    found = []
    for at, (code, shape) in enumerate(zip(city.neighborhoods, city.shapes, strict=True)):
        middle = shape.representative_point()
        name = str(names[code])
        found.append((f"{name} Park", "Park", f"{name} Playground", round(middle.x, 6), round(middle.y, 6)))
        kind = "School" if at % 2 else "Library"
        found.append((f"{name} {kind}", kind, "", round(middle.x + 0.001, 6), round(middle.y + 0.001, 6)))
    return found


def _corners(city: DemoCity, random: np.random.Generator) -> list[tuple[str, str, str, float, float]]:
    """Corners of the street lattice that addresses are named by."""
    streets = (city.folder / STREETS_FILE).read_text(encoding="utf-8").split()

    def street(line: int) -> str:
        at = abs(line * 7) % len(streets)
        return f"{streets[at]} {ENDINGS[at % len(ENDINGS)]}"

    whole = shapely.union_all(list(city.shapes))
    west, south, east, north = whole.bounds
    found: dict[str, tuple[str, str, str, float, float]] = {}
    for x, y in random.uniform((west, south), (east, north), size=(CORNERS, 2)).tolist():
        column, row = round(x / BLOCK_DEGREES), round(y / BLOCK_DEGREES)
        longitude, latitude = round(column * BLOCK_DEGREES, 6), round(row * BLOCK_DEGREES, 6)
        name = " & ".join(sorted((street(column), street(row))))
        if street(column) != street(row) and shapely.contains_xy(whole, longitude, latitude):
            found.setdefault(name, (name, "Intersection", "", longitude, latitude))
    return list(found.values())


def _records(
    kind: str, number: int, titles: Sequence[str], states: Sequence[str], places: Homes, as_of: date, random: np.random.Generator
) -> list[tuple[str, str, str, str, str, str]]:
    rows = []
    for at in range(number):
        opened = as_of - timedelta(days=int(random.integers(0, 900)))
        is_over = bool(random.random() < 0.5)
        closed = str(min(opened + timedelta(days=int(random.integers(10, 200))), as_of)) if is_over else ""
        text = places.text[int(random.integers(len(places.text)))]
        title = str(random.choice(list(titles)))
        rows.append((f"{kind[0].upper()}{opened:%y}-{at + 1:04d}", title, states[int(is_over)], text, str(opened), closed))
    return rows
