"""Reality check: does "closed" mean "fixed"? Questions to the warehouse that look for closings no resident would recognize."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from citystat.methods.durations import kaplan_meier_percentiles
from citystat.warehouse.connections import Warehouse

MONTHS_LOOKED_AT = 12
FEWEST_REQUESTS = 30
PADDED_FACTOR = 3.0
DAYS_PER_UNIT = {"business_days": 7 / 5, "calendar_days": 1.0, "business_hours": 7 / 5 / 8, "calendar_hours": 1 / 24}


@dataclass(frozen=True)
class FastClosing:
    """A field service and how many of its closings came within ten minutes of opening."""

    service: str
    service_slug: str
    closed: int
    within_ten_minutes: int


@dataclass(frozen=True)
class MassClosure:
    """Many requests closed at one instant or on one day."""

    closed_on: date
    closed_at: Any
    department: str | None
    requests: int
    services: int
    oldest_opened_on: date | None


@dataclass(frozen=True)
class Reopening:
    """A service and how many of its closed requests were open again in a later export."""

    service: str
    service_slug: str
    closed: int
    reopened: int


@dataclass(frozen=True)
class RecurrentPlace:
    """One place where the same service was asked for again and again."""

    service: str
    service_slug: str
    address: str | None
    requests: int
    first_opened_on: date
    last_opened_on: date


@dataclass(frozen=True)
class PromiseGap:
    """A promise beside how long it really takes (Kaplan-Meier, open requests counted). Days are calendar days."""

    service: str
    service_slug: str
    promise_value: float
    promise_unit: str
    promise_source: str
    promise_days: float
    median_days: float | None
    p90_days: float | None
    requests: int
    verdict: str


def closed_too_fast(warehouse: Warehouse, at_most: int = 20) -> tuple[FastClosing, ...]:
    """Field services by closings within ten minutes, most first."""
    rows = warehouse.rows(
        """SELECT service, service_slug, count(*), count(*) FILTER (WHERE flag_closed_in_minutes)
           FROM requests WHERE status = 'closed' AND is_field_service AND opened_has_time AND closed_has_time
           GROUP BY service, service_slug HAVING count(*) FILTER (WHERE flag_closed_in_minutes) > 0
           ORDER BY 4 DESC, 1 LIMIT ?""",
        (at_most,),
    )
    return tuple(FastClosing(*row) for row in rows)


def has_clock_times(warehouse: Warehouse) -> bool:
    """Whether closings carry a clock time at all; without one nothing can be said about minutes."""
    return bool(warehouse.rows("SELECT coalesce(bool_or(closed_has_time), FALSE) FROM requests")[0][0])


def mass_closures(warehouse: Warehouse, at_most: int = 20) -> tuple[MassClosure, ...]:
    """Instants (days, where no clock time is recorded) with an unlikely number of closings, largest first."""
    rows = warehouse.rows(
        """SELECT closed_on, CASE WHEN closed_has_time THEN date_trunc('minute', closed_at) END AS instant, department,
                  count(*), count(DISTINCT service_slug), min(opened_on)
           FROM requests WHERE flag_mass_closed AND closed_on IS NOT NULL
           GROUP BY ALL ORDER BY 4 DESC, 1 DESC, 3 LIMIT ?""",
        (at_most,),
    )
    return tuple(MassClosure(*row) for row in rows)


def reopened(warehouse: Warehouse, at_most: int = 20) -> tuple[Reopening, ...] | None:
    """Services by requests found open again after a closing; None where one export only is loaded, so nothing can be known."""
    known = warehouse.rows("SELECT count(reopened) FROM requests")[0][0]
    if not known:
        return None
    rows = warehouse.rows(
        """SELECT service, service_slug, count(*) FILTER (WHERE status = 'closed' OR reopened), count(*) FILTER (WHERE reopened)
           FROM requests GROUP BY service, service_slug HAVING count(*) FILTER (WHERE reopened) > 0
           ORDER BY 4 DESC, 1 LIMIT ?""",
        (at_most,),
    )
    return tuple(Reopening(*row) for row in rows)


def recurrent_places(warehouse: Warehouse, at_most: int = 20) -> tuple[RecurrentPlace, ...]:
    """Places of about 50 meters where the same service kept coming back after being closed, most often first."""
    rows = warehouse.rows(
        """SELECT service, service_slug, mode(address), count(*), min(opened_on), max(opened_on)
           FROM requests WHERE recurred AND is_counted AND NOT flag_default_point
           GROUP BY service, service_slug, round(latitude * 2000), round(longitude * 1500)
           HAVING count(*) >= 3 ORDER BY 4 DESC, 6 DESC, 1 LIMIT ?""",
        (at_most,),
    )
    return tuple(RecurrentPlace(*row) for row in rows)


def promise_gaps(warehouse: Warehouse) -> tuple[PromiseGap, ...]:
    """Every promise beside the last year's real times; `padded`, `broken` or `fair`, the furthest from fair first."""
    promised = warehouse.dicts(
        """SELECT service, service_slug, promise_value, promise_unit, promise_source FROM services
           WHERE promise_value IS NOT NULL AND promise_source <> 'none' ORDER BY service_slug"""
    )
    if not promised:
        return ()
    real = _percentiles(warehouse)
    gaps = [_gap(row, *real[row["service_slug"]]) for row in promised if row["service_slug"] in real]
    return tuple(sorted(gaps, key=lambda gap: (gap.verdict == "fair", -gap.requests, gap.service)))


def _gap(row: dict[str, Any], requests: int, median: float | None, p90: float | None) -> PromiseGap:
    days = float(row["promise_value"]) * DAYS_PER_UNIT.get(row["promise_unit"], 1.0)
    verdict = "fair"
    if p90 is not None and days > PADDED_FACTOR * max(p90, 0.5):
        verdict = "padded"
    elif median is None or median > days:
        verdict = "broken"
    return PromiseGap(promise_days=days, median_days=median, p90_days=p90, requests=requests, verdict=verdict, **row)


def _percentiles(warehouse: Warehouse) -> dict[str, tuple[int, float | None, float | None]]:
    """By service slug: requests of the last twelve months, median and 90th percentile of days to close."""
    table = warehouse.arrow(
        """SELECT service_slug, round(coalesce(days_to_close, age_days), 1) AS days, status = 'closed' AS is_closed, count(*) AS requests
           FROM requests WHERE is_counted AND is_field_service AND status IN ('open', 'closed')
             AND opened_on > (SELECT max(opened_on) FROM requests WHERE NOT flag_opened_after_as_of) - INTERVAL 1 YEAR
             AND coalesce(days_to_close, age_days) >= 0
           GROUP BY ALL ORDER BY ALL"""
    )
    slugs, index = np.unique(table["service_slug"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True)
    counts = table["requests"].to_numpy()
    totals = np.bincount(index, weights=counts, minlength=len(slugs))
    result = kaplan_meier_percentiles(
        index, table["days"].to_numpy(), table["is_closed"].to_numpy(zero_copy_only=False), counts, (0.5, 0.9)
    )
    return {
        slug: (int(totals[place]), _or_none(result.estimate[place, 0]), _or_none(result.estimate[place, 1]))
        for place, slug in enumerate(slugs)
        if totals[place] >= FEWEST_REQUESTS
    }


def _or_none(value: Any) -> float | None:
    return None if value is None or np.isnan(value) else float(value)
