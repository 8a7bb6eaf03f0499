"""What is in use, counted from the data themselves."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from citystat.core.errors import NotFound
from citystat.core.models import OutboxMessage
from citystat.knowledge import queries as knowledge
from citystat.service_requests.cases import offers
from citystat.service_requests.cases import queries as cases
from citystat.service_requests.models import Campaign, ContactRecord, Feedback, Notice, ServiceRequest
from citystat.stat_sessions.maturity import rules
from citystat.stat_sessions.maturity.rules import Maturity, Use
from citystat.stat_sessions.models import Packet
from citystat.warehouse.connections import open_build

# Ways residents use; staff and what nobody knows are none.
NO_CHANNEL = frozenset({"staff", "unknown", "other", ""})
LIVE_SOURCE = "action-center"
# Of the newest closings so many are looked up in the messages: a share needs no more.
MOST_CLOSED = 2_000
WRITTEN = ("waiting", "sent")


def maturity(now: datetime | None = None) -> Maturity:
    """The step reached now, with the reasons."""
    return rules.judge(use(now or timezone.now()))


def use(now: datetime) -> Use:
    """Counts of the last 90 days; packets of twelve months; the build that serves."""
    since = now - timedelta(days=rules.DAYS)
    closed, told = _told(since)
    age, live = _build(now)
    feedback = Feedback.objects.filter(asked_at__gte=since).aggregate(
        asked=Count("id"), judged=Count("id", filter=Q(answered_at__isnull=False))
    )
    return Use(
        requests=ServiceRequest.objects.filter(opened_at__gte=since).count(),
        services=len(offers.all_offers()),
        orphans=tuple(cases.orphans()),
        channels=_channels(since),
        closed_with_contact=closed,
        told=told,
        answers=ContactRecord.objects.filter(at__gte=since, outcome="answered").count(),
        public_articles=len(knowledge.answers("en")),
        notices=Notice.objects.filter(published_at__isnull=False, starts_at__lte=now, ends_at__gte=since).count(),
        campaigns=Campaign.objects.filter(starts_on__lte=now.date(), ends_on__gte=since.date()).count(),
        asked=feedback["asked"],
        judged=feedback["judged"],
        build_age_days=age,
        live_in_build=live,
        packets_in_year=Packet.objects.filter(released_at__gte=now - timedelta(days=365)).count(),
    )


def _channels(since: datetime) -> dict[str, int]:
    rows = ServiceRequest.objects.filter(opened_at__gte=since).values("channel").annotate(count=Count("id")).order_by("-count", "channel")
    return {row["channel"]: row["count"] for row in rows if row["channel"] not in NO_CHANNEL}


def _told(since: datetime) -> tuple[int, int]:
    """Closed requests whose reporter can be reached, and how many of them a message was written about since they were closed."""
    found = ServiceRequest.objects.filter(status="closed", closed_at__gte=since, reporter__isnull=False, reporter__removed_at__isnull=True)
    reachable = found.exclude(reporter__email_index="", reporter__phone_index="").order_by("-closed_at", "-id")[:MOST_CLOSED]
    closed = {one.number: one.closed_at for one in reachable if one.closed_at}
    about = OutboxMessage.objects.filter(about__in=list(closed), status__in=WRITTEN).values_list("about", "created_at")
    told = {number for number, at in about if at >= closed[number]}
    return len(closed), len(told)


def _build(now: datetime) -> tuple[int | None, int]:
    """Age in days of the data that serve, and the live requests in them."""
    try:
        build = open_build()
    except NotFound:
        return None, 0
    rows = build.rows("SELECT count(*) FROM requests WHERE source = ?", (LIVE_SOURCE,))
    return max(0, (now.date() - build.as_of).days), int(rows[0][0])


def as_dict(found: Maturity) -> dict[str, Any]:
    """For `--json`: the step reached, its name, every check with its reason, the next step."""
    steps = [
        {"step": step.number, "name": step.name, "holds": step.holds,
         "checks": [{"check": one.code, "label": one.label, "found": one.found, "met": one.met} for one in step.checks]}
        for step in found.steps
    ]  # fmt: skip
    following = found.next
    return {
        "step": found.reached,
        "name": found.steps[found.reached - 1].name if found.reached else "",
        "next": following.name if following else "",
        "to_do": [one.label for one in following.checks if not one.met] if following else [],
        "steps": steps,
    }
