"""What messages that came in hold of one person: collected, counted, wiped."""

from typing import Any

from django.db.models import QuerySet

from citystat.channels import files
from citystat.channels.models import InboundFile, InboundMessage
from citystat.core import vault
from citystat.core.personal_data import Holdings, Person, Source


def messages_of(person: Person) -> QuerySet[InboundMessage]:
    """Messages from their address or number, oldest first."""
    source = "sms" if person.kind == "phone" else "email"
    index = vault.index_of("sender", f"{source}:{person.address.casefold()}")
    return InboundMessage.objects.filter(sender_index=index).exclude(sender_sealed="").order_by("id")


def collect(person: Person) -> Holdings:
    """Their messages with what was attached."""
    found = Holdings({"messages_to_the_city": []})
    for one in messages_of(person).prefetch_related("files"):
        attached = [_named(file) for file in one.files.all()]
        found.rows["messages_to_the_city"].append(
            {"at": one.received_at, "by": one.source, "subject": one.subject, "text": one.text, "files": attached}
        )
        found.files |= {_named(file): files.read(file) for file in one.files.all() if files.path_of(file).exists()}
    return found


def _named(file: InboundFile) -> str:
    return f"messages/{file.message_id}-{file.pk}.{file.media_type.rpartition('/')[2]}"


def count(person: Person, with_words: bool) -> dict[str, int]:
    """How many would be wiped."""
    return {"messages_to_the_city": messages_of(person).count()}


def erase(person: Person, with_words: bool) -> dict[str, int]:
    """Wipe sender, words and files; the row stays, so that a replay still counts once. One that waits is set aside."""
    done = count(person, with_words)
    for one in messages_of(person).prefetch_related("files"):
        files.remove(one)
        wiped: dict[str, Any] = dict.fromkeys(("sender_sealed", "reporter_sealed", "sender_index", "subject", "text"), "")
        if one.outcome == InboundMessage.Outcome.WAITING:
            wiped |= {"outcome": InboundMessage.Outcome.DISCARDED, "reason": "Its sender's data were removed."}
        InboundMessage.objects.filter(pk=one.pk).update(**wiped)
    return done


SOURCE = Source("messages", collect, erase, count)
