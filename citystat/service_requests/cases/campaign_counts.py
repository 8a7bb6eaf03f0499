"""Requests before, during and after a campaign, from the warehouse: equal windows, the same weeks a year earlier, rates with intervals.

A rate's interval is Byar's, widened by how much more the days vary than independent events would; without that, one stormy week
would pass for the work of a leaflet. Windows a year earlier lie 364 days back, so that they hold the same days of the week.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import shapely

from citystat.methods import rates
from citystat.service_requests.cases import covering, offers
from citystat.service_requests.models import Campaign
from citystat.warehouse.connections import Warehouse

YEAR: Final = timedelta(days=364)
EARLIEST: Final = date(1990, 1, 1)
NAMES: Final = ("before", "during", "after")


@dataclass(frozen=True)
class Window:
    """Requests of some days. `days` are those the data cover: 0 when they cover none; `is_whole` when they cover all."""

    name: str
    is_year_before: bool
    start: date
    end: date
    days: int
    requests: int
    per_day: float | None
    lower: float | None
    upper: float | None

    @property
    def is_whole(self) -> bool:
        """Whether the data cover every day of it."""
        return self.days == (self.end - self.start).days + 1


@dataclass(frozen=True)
class Compared:
    """One rate against another: how many times as high, with its interval, and whether chance explains it."""

    name: str
    ratio: float | None
    lower: float | None
    upper: float | None
    verdict: str


@dataclass(frozen=True)
class Counts:
    """The six windows, what they say of each other, and how bursty the days are (1: like independent events)."""

    windows: tuple[Window, ...]
    compared: tuple[Compared, ...]
    dispersion: float
    build: int
    as_of: date

    def window(self, name: str, *, year_before: bool = False) -> Window:
        """One of the windows."""
        return next(one for one in self.windows if (one.name, one.is_year_before) == (name, year_before))


def counts(warehouse: Warehouse, campaign: Campaign) -> Counts:
    """What the build knows of the campaign's requests."""
    spans = _spans(campaign)
    by_day = _by_day(warehouse, campaign, min(start for _, _, start, _ in spans), max(end for *_, end in spans))
    first = _first_day(warehouse)
    cut = [(name, earlier, start, end, _covered(start, end, first, warehouse.as_of)) for name, earlier, start, end in spans]
    days = [[by_day.get(day, 0) for day in covered] for *_, covered in cut]
    dispersion = rates.poisson_dispersion(days)
    windows = tuple(
        _window(name, earlier, start, end, numbers, dispersion)
        for (name, earlier, start, end, _covered_days), numbers in zip(cut, days, strict=True)
    )
    found = {(one.name, one.is_year_before): one for one in windows}
    pairs = (
        ("during_before", found["during", False], found["before", False]),
        ("during_year_before", found["during", False], found["during", True]),
        ("after_before", found["after", False], found["before", False]),
        ("usual_during_before", found["during", True], found["before", True]),
    )
    compared = tuple(_compared(name, one, other, dispersion) for name, one, other in pairs)
    return Counts(windows, compared, dispersion, warehouse.number, warehouse.as_of)


def _spans(campaign: Campaign) -> list[tuple[str, bool, date, date]]:
    """Name, whether a year earlier, first and last day of each window."""
    length = campaign.ends_on - campaign.starts_on
    day = timedelta(days=1)
    now = [
        ("before", campaign.starts_on - length - day, campaign.starts_on - day),
        ("during", campaign.starts_on, campaign.ends_on),
        ("after", campaign.ends_on + day, campaign.ends_on + day + length),
    ]
    return [(name, False, start, end) for name, start, end in now] + [(name, True, start - YEAR, end - YEAR) for name, start, end in now]


def _covered(start: date, end: date, first: date | None, as_of: date) -> list[date]:
    """Days of a window the data hold: none when they begin later than the window."""
    if first is None or start < first:
        return []
    last = min(end, as_of)
    return [start + timedelta(days=number) for number in range((last - start).days + 1)]


def _first_day(warehouse: Warehouse) -> date | None:
    [(first,)] = warehouse.rows("SELECT min(opened_on) FROM requests WHERE opened_on >= ?", (EARLIEST,))
    return first  # type: ignore[no-any-return]


def _by_day(warehouse: Warehouse, campaign: Campaign, first: date, last: date) -> dict[date, int]:
    """Counted requests by day of opening."""
    cover = covering.cover_of(campaign)
    parts, values = ["is_counted", "opened_on BETWEEN ? AND ?"], [first, last]
    conditions: list[Any] = values
    if cover.names_services:
        slugs = sorted(one.slug for one in offers.all_offers() if cover.fits_service(one.slug))
        parts.append(f"service_slug IN ({', '.join('?' * len(slugs))})" if slugs else "FALSE")
        conditions += slugs
    if cover.codes:
        column = f"place_{cover.kind}"
        if column not in warehouse.columns("requests"):
            return {}
        parts.append(f'"{column}" IN ({", ".join("?" * len(cover.codes))})')
        conditions += sorted(cover.codes)
    where = " AND ".join(parts)
    if cover.area is None:
        return dict(warehouse.rows(f"SELECT opened_on, count(*) FROM requests WHERE {where} GROUP BY opened_on", conditions))
    return _inside(warehouse, where, conditions, cover.area)


def _inside(warehouse: Warehouse, where: str, conditions: list[Any], area: Any) -> dict[date, int]:
    west, south, east, north = area.bounds
    rows = warehouse.rows(
        f"""SELECT opened_on, longitude, latitude FROM requests
            WHERE {where} AND is_located AND longitude BETWEEN ? AND ? AND latitude BETWEEN ? AND ?""",
        [*conditions, west, east, south, north],
    )
    if not rows:
        return {}
    inside = shapely.intersects_xy(area, [row[1] for row in rows], [row[2] for row in rows])
    found: dict[date, int] = {}
    for (day, _longitude, _latitude), is_inside in zip(rows, np.atleast_1d(inside), strict=True):
        found[day] = found.get(day, 0) + int(is_inside)
    return found


def _window(name: str, earlier: bool, start: date, end: date, days: list[int], dispersion: float) -> Window:
    total = sum(days)
    if not days:
        return Window(name, earlier, start, end, 0, 0, None, None, None)
    rate = rates.per_capita(total / dispersion, len(days) / dispersion, per=1.0)
    return Window(name, earlier, start, end, len(days), total, total / len(days), float(rate.lower), float(rate.upper))


def _compared(name: str, one: Window, other: Window, dispersion: float) -> Compared:
    if not one.days or not other.days or not other.requests:
        return Compared(name, None, None, None, "undefined")
    found = rates.ratio_of_rates(one.requests / dispersion, one.days / dispersion, other.requests / dispersion, other.days / dispersion)
    return Compared(name, float(found.estimate), float(found.lower), float(found.upper), str(found.verdict))
