"""Small boundaries and figures written for one test."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Writer = Callable[..., Path]


def square(west: float, south: float, side: float = 1.0) -> dict[str, Any]:
    ring = [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry: dict[str, Any] | None, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


@pytest.fixture
def write_geojson(tmp_path: Path) -> Writer:
    """Write features as a FeatureCollection and return the path."""

    def write(*features: dict[str, Any], name: str = "wards_2020.geojson", **members: Any) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": list(features)}))
        return path

    return write


@pytest.fixture
def write_file(tmp_path: Path) -> Writer:
    """Write text or bytes and return the path."""

    def write(content: str | bytes, name: str = "population.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
