"""Promises suggested from history: the time by which 8 in 10 requests of a service were closed, open ones counted."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from citystat.methods import durations
from citystat.service_requests.calendars import calendar_table
from citystat.service_requests.models import Service
from citystat.warehouse import sql
from citystat.warehouse.connections import Warehouse

PERCENTILE = 0.8
BUSINESS_DAYS_UP_TO = 20
STEPS = ((10, 1), (30, 5), (90, 10), (math.inf, 30))


@dataclass(frozen=True)
class Suggestion:
    """What history says about one service. Days are calendar days; `outcome` says what became of it.

    outcome: suggested; published (the city's own promise stands); too_few (closings); not_reached (fewer than 8 in 10 ever closed).
    """

    service: str
    slug: str
    department: str | None
    category: str | None
    closings: int
    still_open: int
    outcome: str
    percentile_days: float | None = None
    percentile_days_lower: float | None = None
    percentile_days_upper: float | None = None
    promise_value: int | None = None
    promise_unit: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """All fields, for JSON."""
        return asdict(self)

    def basis(self, build: Warehouse) -> dict[str, Any]:
        """What the suggestion rests on, kept with the promise."""
        return {
            "percentile": PERCENTILE,
            "days": self.percentile_days,
            "lower": self.percentile_days_lower,
            "upper": self.percentile_days_upper,
            "closings": self.closings,
            "still_open": self.still_open,
            "build": build.number,
            "as_of": build.as_of.isoformat(),
        }


@dataclass(frozen=True)
class _History:
    """Grouped cases: service, days open in calendar and in business days, closed or not, how many."""

    names: tuple[Mapping[str, Any], ...]
    group: npt.NDArray[np.int64]
    days: npt.NDArray[np.float64]
    business_days: npt.NDArray[np.float64]
    closed: npt.NDArray[np.bool_]
    count: npt.NDArray[np.float64]


def suggest(build: Warehouse, *, minimum_closings: int = 30, months: int | None = 24) -> tuple[Suggestion, ...]:
    """A suggestion, or the reason for none, for each field service with requests opened in the last `months` (None: ever).

    Kaplan-Meier 80th percentile of time to close, requests still open counted as open so far; mass closures and impossible dates
    are left out, as nobody's work stands behind them.
    """
    history = _history(build, months)
    if not history.names:
        return ()
    size = len(history.names)
    arguments = {"counts": history.count, "probabilities": (PERCENTILE,), "n_groups": size}
    calendar = durations.kaplan_meier_percentiles(history.group, history.days, history.closed, **arguments)  # type: ignore[arg-type]
    business = durations.kaplan_meier_percentiles(history.group, history.business_days, history.closed, **arguments)  # type: ignore[arg-type]
    published = set(Service.objects.filter(promise_source=Service.Source.PUBLISHED, in_force_to=None).values_list("slug", flat=True))
    found = []
    for number, names in enumerate(history.names):
        days = [_number(table[number, 0]) for table in (calendar.estimate, calendar.lower, calendar.upper)]
        closings = round(calendar.n_closed[number])
        one = Suggestion(
            service=names["service"],
            slug=names["service_slug"],
            department=names["department"],
            category=names["category"],
            closings=closings,
            still_open=round(calendar.n_cases[number]) - closings,
            outcome=_outcome(names["service_slug"] in published, closings, minimum_closings, days[0]),
            percentile_days=days[0],
            percentile_days_lower=days[1],
            percentile_days_upper=days[2],
        )
        found.append(_with_promise(one, business.estimate[number, 0]))
    return tuple(found)


def _with_promise(one: Suggestion, business_days: float) -> Suggestion:
    if one.outcome != "suggested" or one.percentile_days is None:
        return one
    value, unit = sensible_promise(business_days, one.percentile_days)
    return replace(one, promise_value=value, promise_unit=unit)


def _outcome(is_published: bool, closings: int, minimum: int, days: float | None) -> str:
    if is_published:
        return "published"
    if closings < minimum:
        return "too_few"
    return "not_reached" if days is None else "suggested"


def sensible_promise(business_days: float, calendar_days: float) -> tuple[int, str]:
    """A promise people would say: up to 20 business days as such, longer ones in calendar days; never rounded down.

    >>> sensible_promise(2.3, 4.0), sensible_promise(11, 15), sensible_promise(40, 58), sensible_promise(0, 0.2)
    ((3, 'business_days'), (15, 'business_days'), (60, 'calendar_days'), (1, 'business_days'))
    """
    in_business_days = business_days <= BUSINESS_DAYS_UP_TO
    days = max(business_days if in_business_days else calendar_days, 1)
    step = next(step for limit, step in STEPS if days <= limit)
    return math.ceil(days / step) * step, "business_days" if in_business_days else "calendar_days"


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _history(build: Warehouse, months: int | None) -> _History:
    """Cases of the build, counted by service, opening day and closing day."""
    since = date(1, 1, 1) if months is None else _months_before(build.as_of, months)
    cases = build.arrow(sql.load("citystat.service_requests", "closing_history"), {"since": since, "as_of": build.as_of})
    if not cases.num_rows:
        return _History((), *(np.zeros(0) for _ in range(5)))  # type: ignore[arg-type]
    # Rows come in order of service, so each name stands at its group's first row.
    slugs = cases["service_slug"].combine_chunks().dictionary_encode()
    group = slugs.indices.to_numpy()
    first = np.unique(group, return_index=True)[1]
    names = cases.select(["service", "service_slug", "department", "category"]).take(pa.array(first)).to_pylist()
    opened, until = (cases[name].to_numpy().astype("datetime64[D]") for name in ("opened_on", "until"))
    table = calendar_table(opened.min().item(), until.max().item())
    business_day_number = table["business_day_number"].to_numpy()
    positions = [(days - opened.min()).astype(int) for days in (opened, until)]
    business = business_day_number[positions[1]] - business_day_number[positions[0]]
    return _History(
        names=tuple(names),
        group=group.astype(np.int64),
        days=cases["days"].to_numpy().astype(np.float64),
        business_days=np.maximum(business, 0).astype(np.float64),
        closed=cases["is_closed"].to_numpy(zero_copy_only=False),
        count=cases["cases"].to_numpy().astype(np.float64),
    )


def _months_before(day: date, months: int) -> date:
    """The first day of the month so many months before."""
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)
