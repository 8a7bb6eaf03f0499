"""The health of the measures of a session, which heads its data notes: stale, without an owner, review overdue, not seen before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.plan import queries as plan
from citystat.plan.definitions import Measure
from citystat.plan.models import RegisteredMeasure
from citystat.stat_sessions import words
from citystat.stat_sessions.content import Note
from citystat.stat_sessions.cycle.key_measures import Judged
from citystat.stat_sessions.figures import month_end
from citystat.stat_sessions.models import Release, Report

STALE_AFTER_DAYS: Final = 31
MONTHS_ON_PACKETS: Final = 12
MOST_NAMED: Final = 8


@dataclass(frozen=True)
class Ailment:
    """One thing wrong with a measure: stale, ownerless or review_overdue."""

    kind: str
    measure: str
    label: str
    since: date | None = None


def ailments(found: Sequence[Judged], month: date) -> tuple[Ailment, ...]:
    """What is wrong with the measures of a session."""
    owners = dict(RegisteredMeasure.objects.filter(owner__isnull=False).values_list("name", "owner_id"))
    return tuple(one for item in found for one in _of(item, month, owners))


def _of(item: Judged, month: date, owners: dict[str, int]) -> Iterable[Ailment]:
    label, name = item.key.headline.label, item.key.headline.measure
    if item.last_known is not None and item.last_known < month_end(month) - timedelta(days=STALE_AFTER_DAYS):
        yield Ailment("stale", name, label, item.last_known)
    if item.measure is not None and not item.measure.owner.strip() and name not in owners:
        yield Ailment("ownerless", name, label)
    if item.measure is not None and item.measure.review_by < month_end(month):
        yield Ailment("review_overdue", name, label, item.measure.review_by)


def never_on_a_packet(on: date, *, but: Iterable[str] = ()) -> tuple[Measure, ...]:
    """Measures of everyone that no released packet of the last twelve months had, and this one has not."""
    since = on - timedelta(days=31 * MONTHS_ON_PACKETS)
    rows = Release.objects.filter(released_at__date__gte=since, language="en").order_by("pk").values_list("content__measures", flat=True)
    seen = {one["headline"]["measure"] for measures in rows for one in measures or ()} | set(but)
    return tuple(one for one in plan.measures("public") if one.name not in seen)


def note(found: Sequence[Judged], month: date, on: date) -> Note:
    """The health of the measures in words."""
    ills, lines = ailments(found, month), []
    unknown = [item.key.headline.label for item in found if not item.key.headline.figure.now.is_known]
    if unknown:
        lines.append(_("Without a value this month: %(names)s.") % {"names": ", ".join(unknown)})
    for ill in ills:
        if ill.kind == "stale" and ill.since:
            lines.append(_("%(name)s is stale: its last value is of %(month)s.") % {"name": ill.label, "month": formats.month(ill.since)})
        elif ill.kind == "review_overdue" and ill.since:
            day = formats.day(ill.since)
            lines.append(_("The definition of %(name)s should have been reviewed by %(day)s.") % {"name": ill.label, "day": day})
        elif ill.kind == "ownerless":
            lines.append(_("%(name)s has no owner.") % {"name": ill.label})
    unseen = never_on_a_packet(on, but=[item.key.headline.measure for item in found])
    if unseen:
        named = ", ".join(one.label.in_(words.language()) for one in unseen[:MOST_NAMED])
        lines.append(
            _("%(n)s public measures were on no packet in twelve months, among them: %(names)s.")
            % {"n": formats.number(len(unseen)), "names": named}
        )
    return Note(
        _("Health of the measures"),
        tuple(lines or [_("Every measure here has an owner, a value for the month and a reviewed definition.")]),
    )


def missing_reports(month: str, departments: Iterable[str]) -> tuple[str, ...]:
    """Departments whose report of the month has not been released."""
    there = set(Report.objects.filter(kind=Report.Kind.DEPARTMENT_MONTH, period=month).values_list("department", flat=True))
    return tuple(name for name in sorted(departments) if name not in there)
