"""Links that allow one act without a password."""

from datetime import timedelta

import pytest

from citystat.core import act_links, clock
from citystat.core.errors import Busy, InputError, NotFound
from citystat.core.models import ActLink, AuditEvent
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return cases.make_user("owner@city.example", "department_worker")


def make(person, days: int = 10) -> str:
    return act_links.make(act="update_commitment", target="26-001", person=person, days=days)


def test_find_gives_the_link_once_made_and_keeps_no_secret(person):
    secret = make(person)
    found = act_links.find(secret, act="update_commitment")
    assert (found.target, found.person) == ("26-001", person)
    assert not ActLink.objects.filter(secret_hash=secret).exists()


@pytest.mark.parametrize("act", ["close_commitment", ""])
def test_find_for_another_act_is_refused(person, act):
    with pytest.raises(NotFound, match="not valid"):
        act_links.find(make(person), act=act)


def test_find_after_its_day_is_refused(person):
    secret = make(person, days=1)
    ActLink.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(NotFound, match="expired"):
        act_links.find(secret, act="update_commitment")


def test_find_for_somebody_who_left_is_refused(person):
    secret = make(person)
    person.is_active = False
    person.save()
    with pytest.raises(NotFound, match="not valid"):
        act_links.find(secret, act="update_commitment")


def test_use_counts_once_and_is_logged(person):
    secret = make(person)
    link = act_links.find(secret, act="update_commitment")
    act_links.use(link)
    with pytest.raises(Busy):
        act_links.use(link)
    with pytest.raises(NotFound, match="used already"):
        act_links.find(secret, act="update_commitment")
    assert AuditEvent.objects.filter(action="link update_commitment", target="26-001", by=person).count() == 1


def test_withdraw_ends_every_unused_link(person):
    secret = make(person)
    assert act_links.withdraw(act="update_commitment", target="26-001") == 1
    with pytest.raises(NotFound, match="not valid"):
        act_links.find(secret, act="update_commitment")


def test_make_for_too_long_is_refused(person):
    with pytest.raises(InputError, match="from 1 to 90"):
        make(person, days=365)
