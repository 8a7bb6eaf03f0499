"""A city in Chicago's time zone."""

from pathlib import Path

import pytest

from citystat.core.cities import write_city


@pytest.fixture(autouse=True)
def rivertown(city_home: Path) -> None:
    write_city(name="Rivertown", time_zone="America/Chicago")
