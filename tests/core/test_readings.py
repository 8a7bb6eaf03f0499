"""Rows read by a statement that is built once are those the queryset gives."""

from datetime import UTC, datetime

import pytest
from django.db.models import F, Q

from citystat.core import readings
from citystat.core.models import OutboxMessage

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 30, 12, tzinfo=UTC)


def _messages(kind: str, text: str):
    return OutboxMessage.objects.filter(Q(kind=kind) | Q(text=text), pk__gt=0).annotate(said=F("text")).order_by("-id")


def _store(*texts: str) -> None:
    for number, text in enumerate(texts):
        kind = "email" if number % 2 else "sms"
        OutboxMessage.objects.create(key=f"{number} {text}", kind=kind, to_sealed="sealed", text=text, next_attempt_at=NOON)


def test_rows_are_those_of_the_queryset_for_any_values():
    _store("one", "two %s 100 %", "three'", "")
    reading = readings.Reading(_messages, "a kind", "a text")

    for values in (("email", "one"), ("sms", "two %s 100 %"), ("none", "three'"), ("", "")):
        found, wanted = reading.rows(*values), list(_messages(*values))
        fields = [field.attname for field in OutboxMessage._meta.concrete_fields]
        assert [[getattr(one, name) for name in fields] + [one.said] for one in found] == [
            [getattr(one, name) for name in fields] + [one.said] for one in wanted
        ]


def test_rows_can_be_saved_again():
    _store("one")
    row = readings.Reading(_messages, "a kind", "a text").rows("sms", "")[0]
    row.text = "other"
    row.save()
    assert OutboxMessage.objects.get().text == "other"


def test_rows_take_one_statement(django_assert_num_queries):
    _store("one")
    with django_assert_num_queries(1):
        readings.Reading(_messages, "a kind", "a text").rows("sms", "one")


@pytest.mark.parametrize("samples", [("same", "same"), (7, "a text")])
def test_reading_refuses_samples_it_cannot_tell_apart(samples):
    with pytest.raises(TypeError, match="told apart"):
        readings.Reading(_messages, *samples).rows("sms", "one")
