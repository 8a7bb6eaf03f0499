"""Two reports of one thing are joined, and stand apart again with everything that came with them."""

import pytest

from citystat.core.errors import InputError
from citystat.core.models import OutboxMessage
from citystat.service_requests.cases import actions, merging
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import Event, Subscription
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city():
    cases.make_districts()
    cases.make_service()


@pytest.fixture
def worker():
    return cases.make_user("worker@city.example", "department_worker", department="Streets", name="Will Works")


def told(request):
    return OutboxMessage.objects.filter(about=request.number, text__contains="has started").count()


def test_merge_joins_reporters_and_tells_both(worker):
    first, second = cases.file_request(email="a@example.org"), cases.file_request(email="b@example.org")

    merged = merging.merge(by=worker, request_id=second.pk, into_id=first.pk)
    actions.close(by=worker, request_id=first.pk, resolution="work_done")

    first.refresh_from_db()
    assert merged.parent_id == first.pk
    assert first.voices == 2
    assert OutboxMessage.objects.filter(about=first.number, text__contains="work was done").count() == 2


def test_merge_into_itself_or_a_duplicate_is_refused(worker):
    first, second, third = (cases.file_request() for _number in range(3))
    merging.merge(by=worker, request_id=second.pk, into_id=first.pk)
    with pytest.raises(InputError, match="of itself"):
        merging.merge(by=worker, request_id=third.pk, into_id=third.pk)
    with pytest.raises(InputError, match="is itself a duplicate"):
        merging.merge(by=worker, request_id=third.pk, into_id=second.pk)


def test_merge_takes_those_joined_earlier_along(worker):
    first, second, third = (cases.file_request() for _number in range(3))
    merging.merge(by=worker, request_id=third.pk, into_id=second.pk)
    merging.merge(by=worker, request_id=second.pk, into_id=first.pk)

    first.refresh_from_db()
    third.refresh_from_db()
    assert (first.voices, third.parent_id) == (3, first.pk)


def test_reopened_merged_request_stands_alone_again(worker):
    first, second = cases.file_request(), cases.file_request()
    merging.merge(by=worker, request_id=second.pk, into_id=first.pk)

    again = actions.reopen(by=worker, request_id=second.pk, reason="It is another hole")

    first.refresh_from_db()
    assert (again.parent_id, again.status, again.voices, first.voices) == (None, "new", 1, 1)
    assert Event.objects.get(request=first, kind="parted").data == {"request": second.number}


def test_parted_request_takes_its_followers_back(worker):
    first, second = cases.file_request(email="a@example.org"), cases.file_request(email="b@example.org")
    follower = actions.join(request_id=second.pk, reporter=Details(email="f@example.org"), channel="web", adds_voice=False)
    merging.merge(by=worker, request_id=second.pk, into_id=first.pk)
    actions.reopen(by=worker, request_id=second.pk, reason="It is another hole")

    actions.start(by=worker, request_id=first.pk)
    assert told(first) == 1
    actions.start(by=worker, request_id=second.pk)
    assert told(second) == 2
    assert Subscription.objects.get(pk=follower.pk).request_id == second.pk


def test_parting_from_the_middle_lowers_the_count_of_both(worker):
    first, second, third = (cases.file_request() for _number in range(3))
    merging.merge(by=worker, request_id=third.pk, into_id=second.pk)
    merging.merge(by=worker, request_id=second.pk, into_id=first.pk)

    actions.reopen(by=worker, request_id=third.pk, reason="It is another hole")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.voices, second.voices) == (2, 1)

    actions.reopen(by=worker, request_id=second.pk, reason="So is this")
    first.refresh_from_db()
    assert first.voices == 1
