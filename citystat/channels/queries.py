"""Reads of the room: messages that went nowhere, and what came in and waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Min, Prefetch, QuerySet
from django.utils import timezone

from citystat.channels.models import InboundFile, InboundMessage
from citystat.core import vault
from citystat.core.errors import NotFound
from citystat.core.models import OutboxMessage

MOST_SHOWN = 200
# What sends looks every few seconds: a message still here so long after its time is not on its way.
SENT_BY_THEN: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class Line:
    """A message of the outbox, with its reader made out only so far that a person can tell two apart."""

    id: int
    kind: str
    to: str
    about: str
    subject: str
    status: str
    attempts: int
    created_at: datetime
    last_error: str


def outgoing(status: str, *, limit: int = MOST_SHOWN) -> list[Line]:
    """Messages of one status, oldest first."""
    rows = OutboxMessage.objects.filter(status=status).order_by("id")[:limit]
    return [_line(row) for row in rows]


def _line(row: OutboxMessage) -> Line:
    to = masked(vault.decrypt(row.to_sealed))
    return Line(row.pk, row.kind, to, row.about, row.subject, row.status, row.attempts, row.created_at, row.last_error)


def masked(address: str) -> str:
    """`a…@example.org`, `…0100`."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}…@{domain}" if at else f"…{address[-4:]}"


def counts() -> dict[str, Any]:
    """Messages waiting, stuck, sent in the last day, and those that were due a while ago with the oldest: nothing sends them."""
    found = dict(
        OutboxMessage.objects.filter(status__in=["waiting", "stuck"]).values_list("status").annotate(Count("id")).order_by("status")
    )
    sent = OutboxMessage.objects.filter(status="sent", sent_at__gte=timezone.now() - timedelta(days=1)).count()
    due = OutboxMessage.objects.filter(status="waiting", next_attempt_at__lt=timezone.now() - SENT_BY_THEN)
    late = due.aggregate(late=Count("id"), oldest=Min("next_attempt_at"))
    return {"waiting": found.get("waiting", 0), "stuck": found.get("stuck", 0), "sent_today": sent, **late}


def waiting() -> QuerySet[InboundMessage]:
    """What came in and waits for a call taker, oldest first, with its files."""
    files = Prefetch("files", queryset=InboundFile.objects.order_by("id"))
    return InboundMessage.objects.filter(outcome=InboundMessage.Outcome.WAITING).prefetch_related(files).order_by("received_at", "id")


def inbound(pk: int) -> InboundMessage:
    """One message; raises NotFound."""
    found = InboundMessage.objects.select_related("request", "request__service", "handled_by").filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such message.")
    return found


def file_of(pk: int, token: str) -> InboundFile:
    """One file of a message; raises NotFound."""
    found = InboundFile.objects.filter(message_id=pk, token=token[:40]).first()
    if found is None:
        raise NotFound("The message has no such file.")
    return found
