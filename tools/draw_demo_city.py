"""Draw the invented city's boundaries: two layers of GeoJSON, the same every time (the committed files came from here)."""

import json
import sys
from pathlib import Path

import numpy as np
import shapely
import shapely.ops
from shapely import affinity
from shapely.geometry import LineString, MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "examples" / "calder-bend"
SEED = 1873
CENTER_LATITUDE, CENTER_LONGITUDE = 39.6150, -93.2400
KM_PER_DEGREE_LATITUDE = 111.2
KM_PER_DEGREE_LONGITUDE = KM_PER_DEGREE_LATITUDE * float(np.cos(np.radians(CENTER_LATITUDE)))

# District number, name, rough center in km east and north of the city center, number of neighborhoods.
DISTRICTS = (
    ("1", "Northgate", -4.2, 5.8),
    ("2", "Hillcrest", 4.6, 5.6),
    ("3", "Old Town", -0.6, 0.6),
    ("4", "Eastbank", 6.6, -1.2),
    ("5", "Westfield", -6.4, -2.6),
    ("6", "Southport", 1.6, -6.2),
)
NEIGHBORHOODS = {
    "1": ("Larkspur", "Quarry Heights", "North Ferry", "Beacon Park", "Mill Creek", "Fairgrounds"),
    "2": ("Hillcrest", "Orchard Ridge", "Sycamore Glen", "College Hill", "Reservoir", "Upper Bend"),
    "3": ("Old Town", "Riverfront", "Market Square", "Foundry", "Cathedral Hill", "Union Yards"),
    "4": ("Eastbank", "Tannery", "Depot Hill", "Cottonwood", "Locust Grove", "Brickworks"),
    "5": ("Westfield", "Prairie View", "Airport West", "Meadowlark", "Stockyards", "Clover Hill"),
    "6": ("Southport", "Levee", "Ferry Landing", "Sandbar", "Pecan Bottoms", "South Calder"),
}


def outline() -> Polygon:
    """The city limits: round and lobed, with an arm annexed to the southwest and a bite in the northeast."""
    angle = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    radius = 9.2 + 1.1 * np.sin(2 * angle + 0.5) + 0.7 * np.sin(3 * angle + 2.0) + 0.45 * np.sin(5 * angle + 1.0) + 0.25 * np.sin(9 * angle)
    body = Polygon(np.column_stack([1.12 * radius * np.cos(angle), 0.92 * radius * np.sin(angle)]))
    arm = affinity.rotate(affinity.scale(Point(-10.2, -3.9).buffer(1), 3.4, 1.35), -8)
    bite = affinity.rotate(shapely.box(6.8, 6.0, 12.0, 10.5), -20)
    return shapely.union(body, arm).difference(bite).buffer(-0.15).buffer(0.15)


def river() -> LineString:
    """The Calder: in from the northwest, one large bend around Old Town, out to the southeast."""
    east = np.linspace(-16, 16, 400)
    north = (
        2.2
        - 0.16 * east
        + 1.9 * np.exp(-(((east + 0.8) / 2.6) ** 2))
        - 1.5 * np.exp(-(((east - 5.2) / 2.2) ** 2))
        + 0.35 * np.sin(east * 0.9)
    )
    return LineString(np.column_stack([east, north]))


def blocks(city: Polygon, stream: LineString, random: np.random.Generator) -> list[Polygon]:
    """Street blocks within the city limits: a turned grid on each bank, a little uneven, parted by the river, every corner shared."""
    edges: list[BaseGeometry] = [stream]
    for bank in shapely.ops.split(city.buffer(2.5), stream).geoms:
        turn = 24.0 if crosses(stream, bank.representative_point()) else -6.0
        grid = np.stack(np.meshgrid(np.arange(-18, 18, 0.4), np.arange(-18, 18, 0.4)), axis=-1).reshape(-1, 2)
        seeds = affinity.rotate(MultiPoint(grid + random.normal(0, 0.012, grid.shape)), turn, origin=(0, 0))
        cells = np.array(list(shapely.voronoi_polygons(seeds, extend_to=bank.envelope.buffer(3)).geoms))
        edges += list(shapely.boundary(shapely.intersection(cells, bank)))
    noded = shapely.union_all(np.array(edges), grid_size=1e-4)
    pieces = [piece for piece in shapely.get_parts(shapely.polygonize([noded])) if city.contains(piece.representative_point())]
    whole = max(shapely.get_parts(shapely.coverage_union_all(np.array(pieces))), key=lambda part: part.area)
    return [piece for piece in pieces if whole.contains(piece.representative_point())]


def crosses(stream: LineString, point: Point) -> bool:
    """North of the river or not."""
    return point.y > stream.interpolate(stream.project(point)).y


def nearest(point: Point, centers: np.ndarray, stretch: float) -> int:
    """Index of the nearest center; north-south distance counts a little more than east-west."""
    return int(np.argmin(np.hypot(centers[:, 0] - point.x, stretch * (centers[:, 1] - point.y))))


def assign(pieces: list[Polygon], stream: LineString, random: np.random.Generator) -> tuple[list[str], list[str]]:
    """District and neighborhood of each block: nearest center; districts 1 and 2 alone lie beyond the river, apart from Old Town's quay."""
    centers = np.array([[east, north] for _, _, east, north in DISTRICTS])
    north_bank = [0, 1]
    districts = []
    for piece in pieces:
        point = piece.representative_point()
        allowed = north_bank if crosses(stream, point) else [2, 3, 4, 5]
        districts.append(DISTRICTS[allowed[nearest(point, centers[allowed], 1.15)]][0])
    neighborhoods = [""] * len(pieces)
    for code, names in NEIGHBORHOODS.items():
        members = [index for index, district in enumerate(districts) if district == code]
        points = np.array([pieces[index].representative_point().coords[0] for index in members])
        seeds = spread(points, len(names), random)
        for index, point in zip(members, points, strict=True):
            neighborhoods[index] = names[nearest(Point(point), seeds, 1.0)]
    return districts, neighborhoods


def spread(points: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """Centers of `count` groups of points (Lloyd's iterations)."""
    centers = points[random.choice(len(points), count, replace=False)]
    for _ in range(25):
        owner = np.argmin(((points[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2), axis=1)
        centers = np.array([points[owner == index].mean(axis=0) if (owner == index).any() else centers[index] for index in range(count)])
    return centers


def to_degrees(shape: BaseGeometry) -> BaseGeometry:
    """Kilometers from the center to longitude and latitude, to a tenth of a meter."""
    moved = shapely.transform(
        shape, lambda km: km / [KM_PER_DEGREE_LONGITUDE, KM_PER_DEGREE_LATITUDE] + [CENTER_LONGITUDE, CENTER_LATITUDE]
    )
    return shapely.set_precision(moved, 1e-6)


def layer(pieces: list[Polygon], labels: list[str], properties: dict[str, dict[str, str]]) -> dict[str, object]:
    """A FeatureCollection: blocks of one label joined, edges simplified together so that no gap opens."""
    codes = list(properties)
    joined = np.array(
        [shapely.coverage_union_all([piece for piece, label in zip(pieces, labels, strict=True) if label == code]) for code in codes]
    )
    joined = shapely.coverage_simplify(joined, 0.02)
    features = [
        {"type": "Feature", "properties": properties[code], "geometry": json.loads(shapely.to_geojson(to_degrees(shape)))}
        for code, shape in zip(codes, joined, strict=True)
    ]
    return {"type": "FeatureCollection", "name": "Calder Bend (an invented city)", "features": features}


def main() -> None:
    """Write the two layers."""
    random = np.random.default_rng(SEED)
    stream = river()
    pieces = blocks(outline(), stream, random)
    districts, neighborhoods = assign(pieces, stream, random)
    district_properties = {code: {"DISTRICT": code, "NAME": f"District {code}", "AREA": name} for code, name, _, _ in DISTRICTS}
    neighborhood_properties = {
        name: {"CODE": f"{code}{number:02d}", "NAME": name, "DISTRICT": code}
        for code, names in NEIGHBORHOODS.items()
        for number, name in enumerate(names, start=1)
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, labels, properties in (
        ("council_districts.geojson", districts, district_properties),
        ("neighborhoods.geojson", neighborhoods, neighborhood_properties),
    ):
        (FOLDER / name).write_text(json.dumps(layer(pieces, labels, properties)) + "\n")
        sys.stdout.write(f"{name}: {len(properties)} places\n")


if __name__ == "__main__":
    main()
