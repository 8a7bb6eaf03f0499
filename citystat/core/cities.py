"""The city this installation serves: a small file of facts, `city.yaml` in the home folder."""

from dataclasses import asdict, dataclass, fields, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import yaml

from citystat.core import whole_files, yaml_files
from citystat.core.errors import InputError
from citystat.core.home import home, make_home

CITY_FILE = "city.yaml"


@dataclass(frozen=True)
class City:
    """Facts that differ between cities. `time_zone` is an IANA name; months run 1 to 12."""

    name: str = "Your city"
    state: str = ""
    time_zone: str = ""
    languages: tuple[str, ...] = ("en", "es")
    fiscal_year_start_month: int = 1
    minimum_numerator: int = 5
    minimum_denominator: int = 20
    holiday_subdivision: str = ""
    accent_color: str = "#005ea2"
    contact: str = ""
    shares_staff_names: bool = False
    demo: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone; UTC until one is set."""
        return ZoneInfo(self.time_zone or "UTC")


def current_city() -> City:
    """The city of this installation, with defaults where city.yaml says nothing."""
    path = home() / CITY_FILE
    try:
        found = path.stat()
    except FileNotFoundError:
        return City()
    return _read(path, (found.st_ino, found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=8)
def _read(path: Path, version: tuple[int, ...]) -> City:
    """The facts of one version of the file, which every page asks for several times."""
    values = yaml_files.read(path) or {}
    return city_from(values)


def city_from(values: dict[str, Any]) -> City:
    """A City from plain values; unknown names and impossible values are refused by name."""
    known = {field.name for field in fields(City)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise InputError(f"{CITY_FILE} has a setting that does not exist: {unknown[0]}. Known ones: {', '.join(sorted(known))}.")
    if "languages" in values:
        values = {**values, "languages": tuple(values["languages"])}
    city = City(**values)
    if city.time_zone and city.time_zone not in _time_zones():
        raise InputError(f"{city.time_zone!r} is not a time zone: use a name such as America/Chicago.")
    if not 1 <= city.fiscal_year_start_month <= 12:
        raise InputError("fiscal_year_start_month must be a month from 1 to 12.")
    return city


@cache
def _time_zones() -> frozenset[str]:
    """Every IANA name; listing them reads hundreds of files, so once is enough."""
    return frozenset(available_timezones())


def write_city(**changes: Any) -> City:
    """Change facts of the city and return it."""
    city = replace(current_city(), **changes)
    city_from(asdict(city))
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(city).items()}
    text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True)
    whole_files.write(make_home() / CITY_FILE, text.encode())
    return city
