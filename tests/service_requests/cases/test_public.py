"""Reads for everyone, following a service or a place, and what a resident may do without an account."""

from datetime import timedelta

import pytest
from django.utils import timezone

from citystat.core.errors import NotFound
from citystat.core.models import OutboxMessage
from citystat.service_requests.cases import actions, public, queries
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.cases.public import PublicFilters
from citystat.service_requests.models import Event, Photo, ServiceRequest
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city():
    cases.make_districts()
    cases.make_service()
    cases.make_service("Missed trash", "TRA", form={"visibility": "no_place"})
    cases.make_service("Elder abuse", "ELD", form={"visibility": "private"})


def slugs(**filters):
    return [one.service_slug for one in public.recent(PublicFilters(**filters))[0]]


def test_recent_leaves_out_private_requests_and_is_newest_first():
    for service in ("pothole", "missed-trash", "elder-abuse"):
        cases.file_request(service)
    assert slugs() == ["missed-trash", "pothole"]


def test_recent_by_place_leaves_out_requests_that_hide_their_place():
    cases.file_request("missed-trash")
    cases.file_request("pothole")
    assert slugs(district="1") == slugs(near=cases.WEST_POINT) == ["pothole"]
    assert slugs(district="2") == []


def test_recent_filters_by_status_and_service():
    worker = cases.make_user("w@city.example", "department_worker", department="Streets")
    closed = cases.file_request()
    cases.file_request("missed-trash")
    actions.close(by=worker, request_id=closed.pk, resolution="work_done")
    assert slugs(status="closed") == ["pothole"]
    assert slugs(status="open") == ["missed-trash"]
    assert slugs(service="pothole") == ["pothole"]


def test_recent_pages_go_on_after_the_last_number():
    made = [cases.file_request() for _ in range(5)]
    ServiceRequest.objects.update(opened_at=timezone.now() - timedelta(hours=1))
    first, after = public.recent(PublicFilters(), limit=3)
    second, end = public.recent(PublicFilters(before=after), limit=3)
    assert [one.pk for one in (*first, *second)] == sorted((one.pk for one in made), reverse=True)
    assert end == ""


def test_recent_ends_a_year_back():
    old = cases.file_request()
    ServiceRequest.objects.filter(pk=old.pk).update(opened_at=timezone.now() - timedelta(days=400))
    assert slugs() == []


def test_recent_takes_one_statement(django_assert_num_queries):
    cases.file_request()
    with django_assert_num_queries(1):
        assert [one.service.name for one in public.recent(PublicFilters(district="1"))[0]] == ["Pothole"]


def test_photo_that_was_removed_is_not_found():
    cases.file_request(pictures=[cases.photo()])
    photo = Photo.objects.get()
    assert public.photo(photo.token) == photo
    Photo.objects.update(removed_at=timezone.now())
    with pytest.raises(NotFound):
        public.photo(photo.token)


def test_story_has_the_reporters_words_and_no_staff_notes():
    worker = cases.make_user("w@city.example", "department_worker", department="Streets")
    request = cases.file_request()
    actions.comment(by=worker, request_id=request.pk, text="Rude caller", public=False)
    actions.add_reply(request_id=request.pk, text="It got worse", channel="web")
    assert [event.text for event in public.story(request)] == ["", "It got worse"]


def test_file_request_of_a_resident_with_one_key_is_one_request():
    first, second = (cases.file_request(idempotency_key="form-1") for _ in range(2))
    assert first.pk == second.pk
    assert ServiceRequest.objects.count() == 1
    assert "form-1" not in first.tracking_token
    assert cases.file_request(idempotency_key="form-2").pk != first.pk


def test_follower_of_a_service_is_told_of_a_new_request_and_can_stop():
    subscription = actions.follow(reporter=Details(email="f@example.org"), service_slug="pothole")
    request = cases.file_request(email="")
    told = OutboxMessage.objects.get()
    assert f"/follow/stop/{subscription.token}/" in told.text
    assert "new request" in told.text
    assert told.reply_token != request.tracking_token

    actions.stop_following(token=subscription.token)
    cases.file_request(email="")
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize(("code", "expected"), [("1", 1), ("2", 0)])
def test_follower_of_a_district_is_told_of_its_requests_only(code, expected):
    actions.follow(reporter=Details(email="f@example.org"), place_kind="council_district", place_code=code)
    cases.file_request(email="")
    assert OutboxMessage.objects.count() == expected


def test_follower_of_service_and_district_needs_both():
    actions.follow(reporter=Details(email="f@example.org"), service_slug="pothole", place_kind="council_district", place_code="1")
    cases.file_request(email="", point=cases.EAST_POINT)
    assert not OutboxMessage.objects.exists()
    cases.file_request(email="", point=cases.WEST_POINT)
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize("service", ["missed-trash", "elder-abuse"])
def test_follower_of_a_district_is_not_told_where_a_hidden_request_is(service):
    actions.follow(reporter=Details(email="f@example.org"), place_kind="council_district", place_code="1")
    cases.file_request(service, email="")
    assert not OutboxMessage.objects.exists()


def test_file_request_with_followers_elsewhere_takes_no_more_statements(django_assert_num_queries, settings):
    settings.CITYSTAT_SECONDS_KEPT = 60
    actions.follow(reporter=Details(email="f@example.org"), service_slug="missed-trash")
    cases.file_request()
    with django_assert_num_queries(4):
        cases.file_request()


def test_follower_never_gets_the_reporters_private_address_whatever_happens():
    worker = cases.make_user("w@city.example", "department_worker", department="Streets")
    actions.follow(reporter=Details(email="f@example.org"), service_slug="pothole")
    request = cases.file_request(email="")
    actions.join(request_id=request.pk, reporter=Details(email="f@example.org"), channel="web")
    actions.start(by=worker, request_id=request.pk)
    actions.close(by=worker, request_id=request.pk, resolution="work_done")
    told = list(OutboxMessage.objects.order_by("pk"))
    assert len(told) == 3
    assert all(request.tracking_token not in one.text + one.reply_token for one in told)


def test_stop_telling_ends_the_reporters_messages():
    worker = cases.make_user("w@city.example", "department_worker", department="Streets")
    request = cases.file_request()
    actions.stop_telling(request_id=request.pk, channel="web")
    actions.start(by=worker, request_id=request.pk)
    assert OutboxMessage.objects.count() == 1
    assert Event.objects.filter(request=request, kind="stopped").count() == 1


def test_join_with_a_photo_keeps_it_for_staff():
    request = cases.file_request()
    actions.join(request_id=request.pk, reporter=Details(), channel="web", pictures=[cases.photo()])
    assert queries.photos_of(request, public_only=True) == []
    assert len(queries.photos_of(request, public_only=False)) == 1
