"""The `appointments` part of a service's form, from YAML to rows of rules.

appointments:
  area: council_district        # kind of place with seats of its own; left out: the whole city
  lead_days: 2                  # business days between booking and the first day offered
  horizon_days: 28
  windows:
    - {areas: ["1", "2"], days: [mon, thu], from: "07:00", to: "12:00", capacity: 12}
    - {date: 2026-12-26, from: "08:00", to: "12:00", capacity: 6}
"""

from collections.abc import Mapping
from datetime import date, time
from typing import Any, Final

from citystat.core.errors import InputError
from citystat.service_requests.appointment_rules import LONGEST_HORIZON_DAYS, WEEKDAYS

FIELDS: Final = frozenset({"area", "lead_days", "horizon_days", "on_holidays", "windows"})
WINDOW_FIELDS: Final = frozenset({"areas", "days", "date", "from", "to", "capacity"})
MOST_SEATS: Final = 10_000


def rows(values: Any, where: str) -> list[dict[str, Any]]:
    """Fields of AppointmentRule, one row a window; nothing for a service that takes none. Raises InputError naming what is wrong."""
    if not values:
        return []
    if not isinstance(values, Mapping):
        raise InputError(f"{where}: appointments must have `windows`.")
    _check_names(values, FIELDS, where)
    windows = values.get("windows")
    if not isinstance(windows, list) or not windows:
        raise InputError(f"{where}: appointments without `windows` offer nothing.")
    common = {
        "area_kind": str(values.get("area") or ""),
        "lead_days": _whole(values.get("lead_days", 1), "lead_days", where, LONGEST_HORIZON_DAYS),
        "horizon_days": _whole(values.get("horizon_days", 28), "horizon_days", where, LONGEST_HORIZON_DAYS),
        "on_holidays": bool(values.get("on_holidays", False)),
    }
    return [common | _window(one, f"{where}, window {number}") for number, one in enumerate(windows, start=1)]


def _window(values: Any, where: str) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        raise InputError(f"{where} is not a list of `name: value`.")
    _check_names(values, WINDOW_FIELDS, where)
    starts, ends = _clock(values.get("from"), "from", where), _clock(values.get("to"), "to", where)
    if ends <= starts:
        raise InputError(f"{where} ends before it begins.")
    day, days = values.get("date"), [_weekday(one, where) for one in values.get("days") or ()]
    if (day is None) == (not days):
        raise InputError(f"{where}: give either `days` or a `date`.")
    if day is not None and not isinstance(day, date):
        raise InputError(f"{where}: date must be a day such as 2026-12-26.")
    return {
        "areas": [str(one) for one in values.get("areas") or ()], "weekdays": sorted(set(days)), "on_date": day,
        "starts": starts, "ends": ends, "capacity": _whole(values.get("capacity"), "capacity", where, MOST_SEATS),
    }  # fmt: skip


def _weekday(value: Any, where: str) -> int:
    name = str(value).strip().lower()[:3]
    if name not in WEEKDAYS:
        raise InputError(f"{where}: {str(value)!r} is no weekday; use {', '.join(WEEKDAYS)}.")
    return WEEKDAYS.index(name)


def _clock(value: Any, name: str, where: str) -> time:
    # YAML reads 07:00 without quotes as a number of minutes.
    text = f"{value // 60:02d}:{value % 60:02d}" if isinstance(value, int) and 0 <= value < 1440 else str(value)
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise InputError(f"{where}: {name} must be a time of day such as 07:00.") from None


def _whole(value: Any, name: str, where: str, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise InputError(f"{where}: {name} must be a whole number from 0 to {most:,}.")
    return value


def _check_names(values: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    strange = sorted(str(name) for name in set(values) - known)
    if strange:
        raise InputError(f"{where}: {strange[0]!r} is not known; use {', '.join(sorted(known))}.")
