"""What the generator knows of the invented city: services and their demand, districts and their people, addresses."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely
import yaml

from citystat.core.errors import InputError
from citystat.ops.demo.facts import Facts, read_facts
from citystat.service_requests.catalog import service_slug

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
DEMO_CITY = "calder-bend"

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Services:
    """Parallel arrays, one entry a service, in catalog order."""

    names: tuple[str, ...]
    codes: tuple[str, ...]
    categories: tuple[str, ...]
    departments: tuple[str, ...]
    is_field: npt.NDArray[np.bool_]
    weight: Floats
    peak_month: Integers
    seasonal_swing: Floats
    share_internal: Floats
    median_days: Floats
    spread: Floats

    def index(self, name: str) -> int:
        """Position of a service by name."""
        return self.names.index(name)

    def mask(self, names: "list[str] | tuple[str, ...]") -> npt.NDArray[np.bool_]:
        """True at the named services."""
        return np.isin(np.array(self.names), list(names))


@dataclass(frozen=True)
class DemoCity:
    """Everything the generator draws from."""

    folder: Path
    facts: Facts
    services: Services
    districts: tuple[str, ...]
    people: Floats
    neighborhoods: tuple[str, ...]
    neighborhood_district: Integers
    neighborhood_people: Floats
    shapes: tuple[shapely.Geometry, ...]
    words: tuple[tuple[str, ...], ...] = ()


def read_city(folder: Path | None = None, as_of: date | None = None) -> DemoCity:
    """The demo city from its folder of data."""
    folder = folder or EXAMPLES / DEMO_CITY
    if not (folder / "demand.csv").exists():
        raise InputError("The demo city's folder examples/calder-bend is missing: run this from a checkout of CityStat.")
    districts, people = _population(folder, "council_district")
    neighborhoods, neighborhood_people = _population(folder, "neighborhood")
    shapes = _shapes(folder / "neighborhoods.geojson")
    return DemoCity(
        folder=folder,
        facts=read_facts(folder, as_of),
        services=_services(folder),
        districts=districts,
        people=people,
        neighborhoods=neighborhoods,
        neighborhood_district=np.array([districts.index(code[0]) for code in neighborhoods]),
        neighborhood_people=neighborhood_people,
        shapes=tuple(shapes[code] for code in neighborhoods),
        words=_words(folder),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _services(folder: Path) -> Services:
    catalog = _rows(folder / "services.csv")
    demand = {row["service"]: row for row in _rows(folder / "demand.csv")}
    ordered = [demand[row["service"]] for row in catalog]

    def column(name: str) -> Floats:
        return np.array([float(row[name]) for row in ordered])

    return Services(
        names=tuple(row["service"] for row in catalog),
        codes=tuple(row["service_code"] for row in catalog),
        categories=tuple(row["category"] for row in catalog),
        departments=tuple(row["department"] for row in catalog),
        is_field=np.array([row["kind"] == "field" for row in catalog]),
        weight=column("weight"),
        peak_month=column("peak_month").astype(np.int64),
        seasonal_swing=column("seasonal_swing"),
        share_internal=column("share_internal"),
        median_days=column("median_days"),
        spread=column("spread"),
    )


def _words(folder: Path) -> tuple[tuple[str, ...], ...]:
    """Words residents use for each service, in catalog order."""
    forms = yaml.safe_load((folder / "service_forms.yaml").read_text(encoding="utf-8"))["forms"]
    return tuple(tuple(forms.get(service_slug(row["service"]), {}).get("keywords", ())) for row in _rows(folder / "services.csv"))


def _population(folder: Path, kind: str) -> tuple[tuple[str, ...], Floats]:
    rows = [row for row in _rows(folder / "population.csv") if row["kind"] == kind]
    latest = max(row["year"] for row in rows)
    chosen = sorted((row for row in rows if row["year"] == latest), key=lambda row: row["code"])
    return tuple(row["code"] for row in chosen), np.array([float(row["population"]) for row in chosen])


def _shapes(path: Path) -> dict[str, shapely.Geometry]:
    import json

    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["CODE"]: shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features}
