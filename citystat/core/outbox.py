"""Messages to people: written with what caused them, sent afterwards by `citystat messages send`, each once.

    outbox.put(kind="email", to=address, subject=..., text=..., key="closed:123:45", reply_token=token, about="26-000123")

A message whose key is already there is not written again. Who sends is the channels' room; it calls `due`, then `mark_sent` or
`mark_failed`, which tries again later and longer each time, and after the last try leaves the message stuck, where people see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone

from citystat.core import inserts, vault
from citystat.core.models import OutboxMessage

# Minutes until the next try after each failure; after the last one a person must look.
WAITS = (1, 5, 15, 60, 240, 720, 1440)


@dataclass(frozen=True)
class Draft:
    """A message to write: `kind` email or sms, `to` in clear, `key` the same for the same cause and reader."""

    kind: str
    to: str
    text: str
    key: str
    subject: str = ""
    reply_token: str = ""
    about: str = ""


def put(drafts: Sequence[Draft]) -> None:
    """Write messages in one statement, inside the caller's transaction; keys already there are left as they are."""
    now = timezone.now()
    rows = [
        OutboxMessage(
            key=draft.key,
            kind=draft.kind,
            to_sealed=vault.encrypt(draft.to),
            to_index=index_of(draft.kind, draft.to),
            subject=" ".join(draft.subject.split())[:200],
            text=draft.text,
            reply_token=draft.reply_token,
            about=draft.about[:60],
            next_attempt_at=now,
        )
        for draft in drafts
        if draft.to
    ]
    if len(rows) == 1:
        inserts.insert_unless_there(rows[0])
    elif rows:
        OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)


def claim(limit: int = 50, kind: str | None = None) -> list[OutboxMessage]:
    """Messages to send now; each is put off for five minutes, so that two senders do not take the same one."""
    with transaction.atomic():
        waiting = OutboxMessage.objects.filter(status=OutboxMessage.Status.WAITING, next_attempt_at__lte=timezone.now())
        if kind:
            waiting = waiting.filter(kind=kind)
        found = list(waiting.select_for_update(skip_locked=_can_skip()).order_by("next_attempt_at", "id")[:limit])
        OutboxMessage.objects.filter(pk__in=[one.pk for one in found]).update(
            next_attempt_at=timezone.now() + timedelta(minutes=5), attempts=models.F("attempts") + 1
        )
    for one in found:
        one.attempts += 1
    return found


def mark_sent(message: OutboxMessage) -> None:
    """The message has gone out."""
    OutboxMessage.objects.filter(pk=message.pk).update(status=OutboxMessage.Status.SENT, sent_at=timezone.now(), last_error="")


def mark_failed(message: OutboxMessage, reason: str, *, is_final: bool = False) -> None:
    """Try again later, or leave it stuck after the last try or a refusal for good."""
    is_over = is_final or message.attempts > len(WAITS)
    later: datetime = timezone.now() + timedelta(minutes=WAITS[min(message.attempts, len(WAITS)) - 1])
    OutboxMessage.objects.filter(pk=message.pk).update(
        status=OutboxMessage.Status.STUCK if is_over else OutboxMessage.Status.WAITING, next_attempt_at=later, last_error=reason[:500]
    )


def drop(message: OutboxMessage, reason: str) -> None:
    """Give a message up: its reader wants no more, or a person decided so."""
    waiting = (OutboxMessage.Status.WAITING, OutboxMessage.Status.STUCK)
    OutboxMessage.objects.filter(pk=message.pk, status__in=waiting).update(status=OutboxMessage.Status.DROPPED, last_error=reason[:500])


def try_again(message_id: int) -> None:
    """Put a stuck message back into the line."""
    OutboxMessage.objects.filter(pk=message_id, status=OutboxMessage.Status.STUCK).update(
        status=OutboxMessage.Status.WAITING, attempts=0, next_attempt_at=timezone.now()
    )


def try_all_again() -> int:
    """Put all stuck messages back into the line; how many."""
    stuck = OutboxMessage.objects.filter(status=OutboxMessage.Status.STUCK)
    return stuck.update(status=OutboxMessage.Status.WAITING, attempts=0, next_attempt_at=timezone.now())


def index_of(kind: str, to: str) -> str:
    """The keyed checksum contacts are found by, of where a message goes."""
    return vault.index_of("phone", to) if kind == "sms" else vault.index_of("email", to.strip().casefold())


def index_old() -> None:
    """Give messages written before there was an index theirs; those whose key is gone stay as they are."""
    old = OutboxMessage.objects.filter(to_index="").exclude(to_sealed="").order_by("id")
    for message in old.iterator(chunk_size=500):
        OutboxMessage.objects.filter(pk=message.pk).update(to_index=index_of(message.kind, vault.decrypt(message.to_sealed)))


def wipe(found: "models.QuerySet[OutboxMessage]") -> int:
    """Take words and addresses out of messages and drop those that wait; the rows stay, so that answers still find their thread."""
    waiting = (OutboxMessage.Status.WAITING, OutboxMessage.Status.STUCK)
    with transaction.atomic():
        keys = list(found.exclude(to_sealed="").values_list("pk", flat=True))
        wiped = OutboxMessage.objects.filter(pk__in=keys)
        wiped.filter(status__in=waiting).update(status=OutboxMessage.Status.DROPPED, last_error="Its reader's data were removed.")
        return wiped.update(to_sealed="", to_index="", subject="", text="")


def wipe_old(before: datetime, batch: int = 500) -> int:
    """Wipe messages that went out, or were given up, before an instant."""
    over = (OutboxMessage.Status.SENT, OutboxMessage.Status.DROPPED)
    old = OutboxMessage.objects.filter(status__in=over, created_at__lt=before).exclude(to_sealed="").order_by("id")
    done = 0
    while count := wipe(OutboxMessage.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:batch]))):
        done += count
    return done


def _can_skip() -> bool:
    return bool(transaction.get_connection().features.has_select_for_update_skip_locked)
