"""A small city over three years, made by hand: what every packet test counts on."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from citystat.core.cities import write_city
from citystat.stat_sessions import queries
from citystat.stat_sessions.content import PacketContent
from citystat.warehouse.connections import forget_builds
from tests.factories import requests as factory

AS_OF = date(2017, 12, 31)
PLACES = [
    {"kind": "council_district", "version": "2012", "code": code, "name": f"District {code}", "is_current": True} for code in ("1", "2")
]
POPULATION = [
    {"kind": "council_district", "version": "2012", "code": "1", "year": 2010, "population": 8000.0, "source": "census"},
    {"kind": "council_district", "version": "2012", "code": "2", "year": 2010, "population": 4000.0, "source": "census"},
    {"kind": "city", "version": None, "code": "city", "year": 2010, "population": 12000.0, "source": "census"},
]
LOADS = [
    {
        "load_id": 1,
        "as_of": AS_OF,
        "layout": "test-city",
        "source": "test-city",
        "rows_read": 1000,
        "loaded": 990,
        "unchanged": 0,
        "superseded": 4,
        "quarantined": 6,
    }
]


def months(first: date, count: int) -> Iterator[date]:
    for index in range(count):
        year, month = divmod(first.year * 12 + first.month - 1 + index, 12)
        yield date(year, month + 1, 1)


def three_years() -> list[dict[str, Any]]:
    """Every month from July 2014 to December 2017: 21 to 27 potholes (24 in June), one a day, due in five days.

    Of four potholes three are closed in three days and the last in eight.
    """
    rows = []
    for number, month in enumerate(months(date(2014, 7, 1), 42)):
        for index in range(24 if month.month == 6 else 21 + number * 3 % 7):
            opened = month + timedelta(days=index)
            late = index % 4 == 3
            closed = opened + timedelta(days=8 if late else 3)
            rows.append(
                factory.request(
                    request_id=f"P{month:%Y%m}{index:02d}",
                    opened_on=opened,
                    due_on=opened + timedelta(days=5),
                    closed_on=closed if closed <= AS_OF else None,
                    place_council_district="1" if index % 3 else "2",
                    channel="web" if index % 2 else "phone",
                    latitude=39.0 + index / 100,
                    recorded_places={"neighborhood": "Oak Park", "zip": "64110"},
                    address=f"{index} Secret Lane",
                    description="private text of a resident",
                )
            )
    return rows


def abandoned(count: int = 7) -> list[dict[str, Any]]:
    """Old cases of another department that are still open."""
    return [
        factory.request(
            request_id=f"OLD{index}",
            service="Vacant Structure",
            department="Housing",
            opened_on=date(2015, 1, 5) + timedelta(days=index),
            due_on=date(2015, 2, 5),
            place_council_district="2",
            latitude=39.5 + index / 10,
            address="99 Hidden Street",
        )
        for index in range(count)
    ]


def make_build(rows: Any, **tables: Any) -> Any:
    given = {"places": PLACES, "population": POPULATION, "loads": LOADS} | tables
    return factory.write_build(rows, as_of=tables.pop("as_of", AS_OF), **{k: v for k, v in given.items() if k != "as_of"})


@pytest.fixture
def small_city(city_home: Path) -> Any:
    """The three years and the old cases as build 1."""
    forget_builds()
    city_home.mkdir(parents=True, exist_ok=True)
    write_city(name="Rivertown", time_zone="America/Chicago")
    made = make_build(lambda: three_years() + abandoned(), named="small city")
    factory.keep_answers(city_home)
    return made


@cache
def june(audience: str = "public", language: str = "en", kind: str = "city", code: str = "") -> PacketContent:
    """What the packet of June says of the small city: the same in each test, frozen, and long to find. Asked before another build."""
    return queries.packet_content("2017-06", audience=audience, language=language, kind=kind, code=code)
