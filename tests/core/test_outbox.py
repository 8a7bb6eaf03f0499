"""The outbox: what can still be given up."""

import pytest

from citystat.core import outbox
from citystat.core.models import OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("status", "afterwards"), [("waiting", "dropped"), ("stuck", "dropped"), ("sent", "sent")])
def test_drop_gives_up_what_has_not_gone_out(status: str, afterwards: str) -> None:
    outbox.put([outbox.Draft("email", "ana@example.org", "Hello", "key")])
    OutboxMessage.objects.update(status=status)
    outbox.drop(OutboxMessage.objects.get(), "Nobody wants it.")
    assert OutboxMessage.objects.get().status == afterwards
    assert outbox.claim() == []
