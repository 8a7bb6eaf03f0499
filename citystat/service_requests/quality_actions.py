"""Draw closings for review, and judge them. Each act is one transaction with its audit row."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from citystat.core import audit
from citystat.core.errors import InputError, NotFound
from citystat.service_requests import access, quality
from citystat.service_requests.models import QualityReview, QualitySample
from citystat.service_requests.quality import Closing
from citystat.warehouse import sql
from citystat.warehouse.connections import Warehouse

LARGEST_SAMPLE = 2000


def draw_sample(
    build: Warehouse, *, start: date, end: date, size: int = 30, seed: int = 1, per_rule: int = 10, by: Any = None
) -> QualitySample:
    """Draw closings of a period (both days included) for review: `size` at random, and up to `per_rule` for each suspicious pattern.

    The same seed, size and build draw the same closings; asking again returns the sample already drawn.
    """
    access.check_can_draw_sample(by)
    if not 1 <= size <= LARGEST_SAMPLE or not 0 <= per_rule <= LARGEST_SAMPLE:
        raise InputError(_("A sample has between 1 and %(most)s closings.") % {"most": f"{LARGEST_SAMPLE:,}"})
    if end < start:
        raise InputError(_("The period from %(start)s to %(end)s ends before it starts.") % {"start": start, "end": end})
    known = {"period_start": start, "period_end": end, "seed": seed, "size": size, "build": build.number}
    with transaction.atomic():
        drawn = QualitySample.objects.filter(**known).first()
        return drawn or _draw(build, known, per_rule, by)


def _draw(build: Warehouse, known: Mapping[str, Any], per_rule: int, by: Any) -> QualitySample:
    period = {"start": known["period_start"], "end": known["period_end"], "seed": known["seed"]}
    at_random = build.dicts(sql.load(quality.PACKAGE, "random_closings"), period | {"size": known["size"]})
    if not at_random:
        raise NotFound(_("No request was closed from %(start)s to %(end)s in build %(build)s.") % (period | {"build": build.number}))
    by_rule = build.dicts(sql.load(quality.PACKAGE, "suspicious_closings"), period | {"per_rule": per_rule})
    sample = QualitySample.objects.create(**known, population=at_random[0]["population"], drawn_by=by)
    picked = {(row["source"], row["request_id"]): {"picked_by": quality.RANDOM, **row} for row in at_random}
    for row in by_rule:
        picked.setdefault((row["source"], row["request_id"]), row)
    QualityReview.objects.bulk_create(_waiting(row, sample) for row in picked.values())
    details = {"random": len(at_random), "by_rule": len(picked) - len(at_random), "population": sample.population, "build": build.number}
    audit.record(by=by, action="service_requests.draw_sample", target=str(sample), details=details)
    return sample


def _waiting(row: Mapping[str, Any], sample: QualitySample) -> QualityReview:
    fields = {name: row[name] or "" for name in ("service", "department")} | {
        name: row[name] for name in ("source", "request_id", "closed_on")
    }
    return QualityReview(sample=sample, picked_by=row["picked_by"], **fields)


def review(build: Warehouse, *, source: str, request_id: str, verdict: str, note: str = "", by: Any) -> QualityReview:
    """Pass a closing, or return it to the department with a note saying what is missing."""
    access.check_can_review(by)
    note = _checked_note(verdict, note)
    one, is_mass_closed = quality.closing(build, source, request_id)
    with transaction.atomic():
        earlier = _reviews_of(one).values_list("verdict", flat=True).first()
        _judge([one], quality.MASS_CLOSED if is_mass_closed else quality.ASKED, verdict, note, by)
        details = {"verdict": verdict, "note": note, "closed_on": one.closed_on.isoformat(), "earlier": earlier}
        audit.record(by=by, action="service_requests.review_closing", target=f"{source} {request_id}", details=details)
        found = _reviews_of(one).first()
    if found is None:
        raise NotFound(_("The review of %(request)s was not saved.") % {"request": request_id})
    return found


def review_mass_closure(
    build: Warehouse,
    *,
    source: str,
    closed_on: date,
    closed_at: Any = None,
    department: str | None = None,
    verdict: str,
    note: str,
    by: Any,
) -> int:
    """Judge all requests closed together at once; the note must say what proves it, or what is missing. Returns how many."""
    access.check_can_review(by)
    note = _checked_note(verdict, note)
    if not note:
        raise InputError(_("Say in the note what proves that all of them were done, or what is missing."))
    together = quality.mass_closure(build, source=source, closed_on=closed_on, closed_at=closed_at, department=department)
    if not together:
        known = {"build": build.number, "source": source, "day": closed_on}
        raise NotFound(_("Build %(build)s has no mass closure of %(source)s on %(day)s.") % known)
    with transaction.atomic():
        _judge(together, quality.MASS_CLOSED, verdict, note, by)
        details = {"verdict": verdict, "note": note, "closings": len(together), "department": department}
        audit.record(by=by, action="service_requests.review_mass_closure", target=f"{source} {closed_on}", details=details)
    return len(together)


def _checked_note(verdict: str, note: str) -> str:
    note = note.strip()
    if verdict not in {quality.PASSED, quality.RETURNED}:
        raise InputError(_("A closing is passed or returned, not %(verdict)s.") % {"verdict": repr(verdict)})
    if verdict == quality.RETURNED and not note:
        raise InputError(_("Say in the note what is missing, so that the department knows what to do."))
    return note


def _judge(closings: Iterable[Closing], picked_by: str, verdict: str, note: str, by: Any) -> None:
    """Set the verdict on every review of each closing; a closing nobody sampled gets a review of its own."""
    now = timezone.now()
    judged = {"verdict": verdict, "note": note, "reviewed_at": now, "reviewed_by": by}
    new = []
    for one in closings:
        if not _reviews_of(one).update(**judged):
            names = {"service": one.service or "", "department": one.department or ""}
            key = {"source": one.source, "request_id": one.request_id, "closed_on": one.closed_on}
            new.append(QualityReview(picked_by=picked_by, **key, **names, **judged))
    QualityReview.objects.bulk_create(new, batch_size=500)


def _reviews_of(one: Closing) -> QuerySet[QualityReview]:
    return QualityReview.objects.filter(source=one.source, request_id=one.request_id, closed_on=one.closed_on)
