"""Every time somebody turns to the city: kept with who answered, what came of it, and whether the office was open."""

from datetime import datetime, time
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from citystat.core.errors import InputError
from citystat.service_requests import access, rules
from citystat.service_requests.cases import offers
from citystat.service_requests.models import ContactRecord, ServiceRequest

OUTCOMES = ContactRecord.Outcome


def is_open(at: datetime) -> bool:
    """Whether the city's office is open at the instant, by its business calendar."""
    calendar = offers.business_calendar()
    local = at.astimezone(calendar.zone)
    hours = calendar.hours_on(local.date())
    return hours is not None and hours.opens <= local.time() and (hours.closes == time(0) or local.time() < hours.closes)


def record(
    *, by: Any, channel: str, outcome: str, request: ServiceRequest | None = None, article: str = "", topic: str = "",
    transferred_to: str = "", note: str = "", via_office: str = "", at: datetime | None = None,
) -> ContactRecord:  # fmt: skip
    """Log one contact. Raises InputError when what the outcome needs is missing; `by` None is the city's own machinery."""
    if by is not None:
        access.check_can_take_contacts(by)
    check(channel, outcome, request, topic or article, transferred_to)
    when = at or timezone.now()
    return ContactRecord.objects.create(
        at=when, by=by, channel=channel, outcome=outcome, request=request, article=article[:200], topic=topic.strip()[:200],
        transferred_to=transferred_to.strip()[:200], note=note.strip(), via_office=via_office.strip()[:120], after_hours=not is_open(when),
    )  # fmt: skip


def check(channel: str, outcome: str, request: ServiceRequest | None, topic: str, transferred_to: str) -> None:
    """Raise InputError for a contact nobody could understand later."""
    if channel not in rules.CHANNELS:
        raise InputError(_("“%(channel)s” is not a channel.") % {"channel": channel[:20]})
    if outcome not in OUTCOMES.values:
        raise InputError(_("Say what came of the contact."))
    if outcome in {OUTCOMES.REQUEST, OUTCOMES.STATUS} and request is None:
        raise InputError(_("Give the number of the request."))
    if outcome == OUTCOMES.ANSWERED and not topic.strip():
        raise InputError(_("Say what the question was about."))
    if outcome == OUTCOMES.TRANSFERRED and not transferred_to.strip():
        raise InputError(_("Say who the caller was handed to."))


def counts(since: datetime, *, by: Any = None) -> dict[str, int]:
    """Contacts since an instant by outcome, `total` and `after_hours`; of one person where given."""
    found = ContactRecord.objects.filter(at__gte=since)
    if by is not None:
        found = found.filter(by=by)
    rows = found.values("outcome", "after_hours").annotate(count=Count("id")).order_by("outcome", "after_hours")
    total: dict[str, int] = {"total": 0, "after_hours": 0, **dict.fromkeys(OUTCOMES.values, 0)}
    for row in rows:
        total["total"] += row["count"]
        total[row["outcome"]] += row["count"]
        total["after_hours"] += row["count"] if row["after_hours"] else 0
    return total
