"""Rows added by a statement that is built once are those `save` would have written."""

from datetime import UTC, datetime

import pytest

from citystat.core import inserts
from citystat.core.models import AuditEvent, OutboxMessage

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 30, 12, tzinfo=UTC)


def _message(key: str, text: str) -> OutboxMessage:
    return OutboxMessage(key=key, kind="email", to_sealed="sealed", text=text, next_attempt_at=NOON)


def _columns(row: OutboxMessage) -> dict[str, object]:
    found = OutboxMessage.objects.filter(pk=row.pk).values().get()
    return {name: value for name, value in found.items() if name not in {"id", "key", "created_at"}}


def test_insert_writes_what_save_writes():
    saved, inserted = _message("saved", "“Words” with 100 %"), inserts.insert(_message("inserted", "“Words” with 100 %"))
    saved.save(force_insert=True)

    assert _columns(inserted) == _columns(saved)
    assert OutboxMessage.objects.get(pk=inserted.pk).created_at is not None


def test_insert_gives_the_key_and_a_row_that_can_be_saved_again():
    made = inserts.insert(_message("one", "first"))

    made.text = "second"
    made.save()

    assert list(OutboxMessage.objects.values_list("pk", "text")) == [(made.pk, "second")]


def test_insert_keeps_json_as_json():
    made = inserts.insert(AuditEvent(action="write", target="x", details={"places": ["a", 1, None]}))

    assert AuditEvent.objects.get(pk=made.pk).details == {"places": ["a", 1, None]}


def test_insert_unless_there_leaves_the_earlier_row():
    inserts.insert_unless_there(_message("same", "first"))
    inserts.insert_unless_there(_message("same", "second"))

    assert list(OutboxMessage.objects.values_list("text", flat=True)) == ["first"]
