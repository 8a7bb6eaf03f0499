"""Quality of closings: which were sampled, what the analyst found, what stands in the queue, what counts as resolved.

A closing is a request with the day it was closed: closed again later, it is another closing and is judged anew. A mass closure (many
marked done at one instant) is no proof of work: none of it counts as resolved until somebody has passed it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db.models import Count
from django.utils.translation import gettext as _

from citystat.core.errors import NotFound
from citystat.methods import rates
from citystat.service_requests.models import QualityReview, QualitySample
from citystat.warehouse import sql
from citystat.warehouse.connections import Warehouse

PACKAGE = "citystat.service_requests"
RANDOM, MASS_CLOSED, ASKED = "random", "mass_closed", "asked"
# Why a closing stands in the queue; one that could stand for two reasons is counted under the first.
KINDS = ("returned", "mass_closed", "sampled")
PENDING, PASSED, RETURNED = QualityReview.Verdict.PENDING, QualityReview.Verdict.PASSED, QualityReview.Verdict.RETURNED
_SEPARATOR = "\x1f"
REVIEWS = pa.schema(
    [
        ("source", pa.string()),
        ("request_id", pa.string()),
        ("closed_on", pa.date32()),
        ("verdict", pa.string()),
        ("reviewed_on", pa.date32()),
    ]
)


@dataclass(frozen=True)
class Closing:
    """One closing as the build shows it."""

    source: str
    request_id: str
    closed_on: date
    service: str | None
    department: str | None


@dataclass(frozen=True)
class StandingClosing(Closing):
    """A closing in the analyst's queue. `state` is pending or returned, `picked_by` the reason it is there."""

    service_slug: str
    opened_on: date | None
    state: str
    picked_by: str
    note: str


@dataclass(frozen=True)
class StandingMassClosure:
    """Requests of a department closed in one minute (`closed_at`, UTC) or on one day; `waiting` and `returned` of them are not passed."""

    source: str
    closed_on: date
    closed_at: datetime | None
    department: str | None
    requests: int
    waiting: int
    returned: int
    services: int
    oldest_opened_on: date | None


@dataclass(frozen=True)
class ErrorRate:
    """What reviews of a sample say. `share` (of the random part) is None while none of it is reviewed; bounds are Wilson, 95 %.

    Closings picked by rule are suspicious on purpose, so they never enter the share.
    """

    population: int
    sampled: int
    reviewed: int
    returned: int
    share: float | None
    lower: float | None
    upper: float | None
    picked_by_rule: int
    picked_by_rule_reviewed: int
    picked_by_rule_returned: int


@dataclass(frozen=True)
class Resolved:
    """Closings of a period: all, held back (mass closures nobody passed), returned, and those that count as resolved."""

    closed: int
    held: int
    returned: int

    @property
    def resolved(self) -> int:
        """Closings that may be shown as resolved in public."""
        return self.closed - self.held - self.returned


@dataclass(frozen=True)
class _Verdicts:
    """Keys of closings by verdict."""

    waiting: list[str]
    passed: list[str]
    returned: list[str]


def samples() -> tuple[QualitySample, ...]:
    """Samples drawn, the newest first."""
    return tuple(QualitySample.objects.select_related("drawn_by"))


def sample(number: int) -> QualitySample:
    """One sample; raises NotFound."""
    found = QualitySample.objects.filter(pk=number).first()
    if found is None:
        raise NotFound(_("There is no quality sample number %(number)s.") % {"number": number})
    return found


def error_rate(one: QualitySample) -> ErrorRate:
    """The share of sampled closings that were not done, with the number reviewed and its interval."""
    return error_rates([one])[one.pk]


def error_rates(drawn: Sequence[QualitySample]) -> dict[int, ErrorRate]:
    """The error rate of each sample by its number, in one question to the database."""
    tallies: dict[int, Counter[tuple[bool, str]]] = {one.pk: Counter() for one in drawn}
    grouped = QualityReview.objects.filter(sample__in=drawn).order_by().values_list("sample_id", "picked_by", "verdict")
    for number, picked_by, verdict, count in grouped.annotate(count=Count("id")):
        tallies[number][(picked_by == RANDOM, verdict)] += count
    return {one.pk: _rate(one.population, tallies[one.pk]) for one in drawn}


def _rate(population: int, tally: Mapping[tuple[bool, str], int]) -> ErrorRate:
    sampled, reviewed, returned = _judged(tally, at_random=True)
    by_rule, rule_reviewed, rule_returned = _judged(tally, at_random=False)
    interval = rates.wilson(returned, reviewed) if reviewed else None
    return ErrorRate(
        population=population,
        sampled=sampled,
        reviewed=reviewed,
        returned=returned,
        share=float(interval.estimate) if interval else None,
        lower=float(interval.lower) if interval else None,
        upper=float(interval.upper) if interval else None,
        picked_by_rule=by_rule,
        picked_by_rule_reviewed=rule_reviewed,
        picked_by_rule_returned=rule_returned,
    )


def _judged(tally: Mapping[tuple[bool, str], int], *, at_random: bool) -> tuple[int, int, int]:
    """How many were picked, how many of them are reviewed, and how many of those returned."""
    passed, returned = (tally.get((at_random, str(verdict)), 0) for verdict in (PASSED, RETURNED))
    return passed + returned + tally.get((at_random, str(PENDING)), 0), passed + returned, returned


def pending(
    build: Warehouse, *, department: str | None = None, kind: str | None = None, limit: int | None = 100, offset: int = 0
) -> tuple[StandingClosing, ...]:
    """The analyst's queue: returned closings first, then sampled ones not yet judged and mass closures nobody passed.

    `kind` (of KINDS) leaves those that stand there for one reason.
    """
    notes = {
        _key(source, request_id, closed_on): (picked_by, note)
        for source, request_id, closed_on, picked_by, note in QualityReview.objects.exclude(verdict=PASSED)
        .order_by("id")
        .values_list("source", "request_id", "closed_on", "picked_by", "note")
    }
    return tuple(_standing(row, notes) for row in build.dicts(_statement("standing_closings"), _queue(department, kind, limit, offset)))


def pending_count(build: Warehouse, *, department: str | None = None) -> int:
    """How many closings stand in the queue."""
    return sum(pending_counts(build, department=department).values())


def pending_counts(build: Warehouse, *, department: str | None = None) -> dict[str, int]:
    """How many closings stand in the queue for each reason of KINDS, none counted twice."""
    counted = f"SELECT kind, count(*) FROM ({_statement('standing_closings')}) AS standing GROUP BY kind"
    return dict.fromkeys(KINDS, 0) | dict(build.rows(counted, _queue(department, None, None, 0)))


def _queue(department: str | None, kind: str | None, limit: int | None, offset: int) -> dict[str, Any]:
    known = _verdicts()
    keys = {"waiting": known.waiting, "passed": known.passed, "returned": known.returned}
    return keys | {"department": department, "kind": kind, "limit": limit, "offset": offset}


def _standing(row: dict[str, Any], notes: dict[str, tuple[str, str]]) -> StandingClosing:
    picked_by, note = notes.get(_key(row["source"], row["request_id"], row["closed_on"]), (MASS_CLOSED, ""))
    names = ("source", "request_id", "closed_on", "service", "department", "service_slug", "opened_on")
    state = RETURNED if row["kind"] == RETURNED else PENDING
    return StandingClosing(**{name: row[name] for name in names}, state=str(state), picked_by=picked_by, note=note)


def resolved(build: Warehouse, start: date, end: date) -> Resolved:
    """Closings of a period (both days included) and how many of them count as resolved, by the verdicts known now."""
    known = _verdicts()
    parameters = {"start": start, "end": end, "passed": known.passed, "returned": known.returned}
    return Resolved(*build.rows(_statement("resolved_closings"), parameters)[0])


def closing(build: Warehouse, source: str, request_id: str) -> tuple[Closing, bool]:
    """A closed request of the build, and whether it is part of a mass closure; raises NotFound."""
    rows = build.dicts(_statement("one_closing"), {"source": source, "request_id": request_id})
    if not rows:
        raise NotFound(_("Request %(request)s is not closed in build %(build)s.") % {"request": request_id, "build": build.number})
    row = rows[0]
    return Closing(**{name: row[name] for name in Closing.__dataclass_fields__}), bool(row["is_mass_closed"])


def mass_closure(
    build: Warehouse, *, source: str, closed_on: date, closed_at: Any = None, department: str | None = None
) -> tuple[Closing, ...]:
    """The requests closed together: on one day, in one minute (UTC) where given, of one department (empty: none recorded) where given."""
    parameters = {"source": source, "closed_on": closed_on, "closed_at": closed_at, "department": department}
    return tuple(Closing(**row) for row in build.dicts(_statement("one_mass_closure"), parameters))


def standing_mass_closures(build: Warehouse, limit: int = 50) -> tuple[StandingMassClosure, ...]:
    """Mass closures not passed as a whole, the largest first."""
    known = _verdicts()
    parameters = {"passed": known.passed, "returned": known.returned, "limit": limit}
    return tuple(StandingMassClosure(**row) for row in build.dicts(_statement("standing_mass_closures"), parameters))


def closing_details(build: Warehouse, source: str, request_id: str, *, exact: bool) -> dict[str, Any]:
    """What the build knows of one closing; address and free text only with `exact`. Raises NotFound."""
    rows = build.dicts(_statement("closing_details"), {"source": source, "request_id": request_id})
    if not rows:
        raise NotFound(_("Request %(request)s is not closed in build %(build)s.") % {"request": request_id, "build": build.number})
    return rows[0] if exact else rows[0] | {"address": None, "description": None}


def reviews_of(source: str, request_id: str) -> tuple[QualityReview, ...]:
    """Every review of a request's closings, the latest first."""
    found = QualityReview.objects.filter(source=source, request_id=request_id).select_related("reviewed_by", "sample")
    return tuple(found.order_by("-closed_on", "-reviewed_at", "id"))


def verdicts_of(closings: Sequence[Closing]) -> dict[str, str]:
    """The verdict of each closing of one source that has one, by request id."""
    known = _verdicts()
    by_key = dict.fromkeys(known.waiting, PENDING) | dict.fromkeys(known.passed, PASSED) | dict.fromkeys(known.returned, RETURNED)
    keys = {one.request_id: _key(one.source, one.request_id, one.closed_on) for one in closings}
    return {request_id: by_key[key] for request_id, key in keys.items() if key in by_key}


def reviews_table() -> pa.Table:
    """Table `quality_reviews` for the build: one row per closing sampled or judged, with the verdict known now."""
    found: dict[tuple[str, str, date], dict[str, Any]] = {}
    for one in QualityReview.objects.order_by("id"):
        key = (one.source, one.request_id, one.closed_on)
        if key not in found or one.verdict != PENDING:
            day = one.reviewed_at.date() if one.reviewed_at else None
            found[key] = dict(zip(REVIEWS.names, (*key, str(one.verdict), day), strict=True))
    return pa.Table.from_pylist([found[key] for key in sorted(found)], schema=REVIEWS)


def _verdicts() -> _Verdicts:
    """Every closing with a review, by verdict; a judgement counts before a review that still waits."""
    known: dict[str, str] = {}
    rows = QualityReview.objects.order_by("id").values_list("source", "request_id", "closed_on", "verdict")
    for source, request_id, closed_on, verdict in rows:
        key = _key(source, request_id, closed_on)
        if key not in known or verdict != PENDING:
            known[key] = verdict
    by_verdict = {state: [key for key, verdict in known.items() if verdict == state] for state in (PENDING, PASSED, RETURNED)}
    return _Verdicts(by_verdict[PENDING], by_verdict[PASSED], by_verdict[RETURNED])


def _key(source: str, request_id: str, closed_on: date) -> str:
    return _SEPARATOR.join((source, request_id, closed_on.isoformat()))


def _statement(name: str) -> str:
    return sql.load(PACKAGE, name)
