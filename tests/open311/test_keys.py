"""Keys of programs: shown once, kept as a checksum, revoked for good."""

import pytest

from citystat.core.errors import InputError, NotAllowed, NotFound
from citystat.core.models import AuditEvent
from citystat.open311 import actions
from citystat.service_requests.models import ApiClient
from tests.factories import cases

pytestmark = pytest.mark.django_db


def test_add_key_keeps_its_checksum_alone_and_leaves_a_trace():
    key = actions.add_key(by=None, name="  City   app ", email="a@city.example")
    row = ApiClient.objects.values().get()
    assert row["name"] == "City app"
    assert key not in str(row)
    assert row["key_sha256"] == actions.checksum(key)
    event = AuditEvent.objects.get(action="add key")
    assert event.target == "program City app"
    assert key not in str(event.details)


def test_add_key_gives_each_program_another():
    assert actions.add_key(by=None, name="One") != actions.add_key(by=None, name="Two")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": " "}, "name"),
        ({"name": "Taken"}, "already"),
        ({"name": "App", "channel": "pigeon"}, "pigeon"),
        ({"name": "App", "email": "nobody"}, "e-mail"),
        ({"name": "App", "a_minute": 0}, "at least one"),
    ],
)
def test_add_key_says_what_is_wrong(values, words):
    actions.add_key(by=None, name="Taken")
    with pytest.raises(InputError, match=words):
        actions.add_key(by=None, **values)
    assert ApiClient.objects.count() == 1


def test_revoke_key_of_nobody_is_not_found():
    with pytest.raises(NotFound, match="Nobody"):
        actions.revoke_key(by=None, name="Nobody")


def test_keys_are_for_the_manager_of_311_only():
    worker = cases.make_user("w@city.example", "department_worker", department="Streets")
    for act in (actions.add_key, actions.revoke_key):
        with pytest.raises(NotAllowed):
            act(by=worker, name="App")
    assert not ApiClient.objects.exists()
