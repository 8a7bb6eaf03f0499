"""A crew's day: the list by place, the checklist, the photo, a report that counts once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from citystat.service_requests.cases import actions
from citystat.service_requests.models import Event, Photo, ServiceForm, WorkOrder
from tests.factories import cases

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def inspection(city):
    cases.make_service(
        "Inspection",
        "INS",
        form={
            "checklist": [{"code": "gas", "text": "Gas is off", "required": True}, {"code": "two", "text": "Come again", "required": False}]
        },
    )


def order_for(worker, crew, service="pothole", **values):
    one = cases.file_request(service, **values)
    actions.assign(by=worker, request_id=one.pk, team="North", assignee=crew)
    return WorkOrder.objects.get(request=one)


def upload():
    return SimpleUploadedFile("fix.jpg", cases.photo(), content_type="image/jpeg")


@pytest.mark.slow
def test_today_lists_own_work_by_place_and_nobody_elses(worker, crew, sign_in):
    east = order_for(worker, crew, point=cases.EAST_POINT, address="9 East St")
    west = order_for(worker, crew, address="1 West St")
    other = cases.make_user("other@city.example", "crew", department="Streets", team="South")

    page = sign_in(crew).get("/crew/")

    assert [(name, [stop["number"] for stop in stops]) for name, stops in page.context["groups"]] == [
        ("District 1", [west.request.number]),
        ("District 2", [east.request.number]),
    ]
    assert sign_in(other).get("/crew/").context["left"] == 0
    assert sign_in(other).get(f"/crew/{west.pk}/").status_code == 403


@pytest.mark.slow
def test_today_takes_few_statements(worker, crew, sign_in, settings, django_assert_max_num_queries):
    settings.CITYSTAT_SECONDS_KEPT = 60
    for _ in range(5):
        order_for(worker, crew)
    browser = sign_in(crew)
    browser.get("/crew/")
    with django_assert_max_num_queries(6):
        browser.get("/crew/")


def test_start_changes_the_request(worker, crew, sign_in):
    order = order_for(worker, crew)
    sign_in(crew).post(f"/crew/{order.pk}/start/")
    order.refresh_from_db()
    assert (order.status, order.request.status) == ("started", "started")


def test_unanswered_required_item_is_refused_and_what_was_typed_is_kept(worker, crew, sign_in, inspection):
    order = order_for(worker, crew, "inspection")
    page = sign_in(crew).post(f"/crew/{order.pk}/done/", {"done_key": "k", "note": "Valve was stuck", "item-two": "no"})
    text = page.content.decode()
    assert page.status_code == 400
    assert "Gas is off" in text
    assert "Valve was stuck" in text
    assert 'name="item-two" value="no" checked' in text
    order.refresh_from_db()
    assert order.status == "waiting"


@pytest.mark.feature("F096")
def test_done_closes_the_request_without_typing_it_again(worker, crew, sign_in, inspection):
    order = order_for(worker, crew, "inspection")
    response = sign_in(crew).post(f"/crew/{order.pk}/done/", {"done_key": "k", "item-gas": "yes"})
    order.refresh_from_db()
    assert response.status_code == 302
    assert (order.status, order.request.status, order.request.resolution) == ("done", "closed", "work_done")
    assert order.checklist[0]["answer"] == "yes"


def test_report_sent_twice_by_the_phone_counts_once(worker, crew, sign_in):
    order, browser = order_for(worker, crew), sign_in(crew)
    for _ in range(2):
        answer = browser.post(f"/crew/{order.pk}/done/", {"done_key": "phone-1", "photos": upload()}, headers=JSON)
        assert (answer.status_code, answer.json()["next"]) == (200, "/crew/")
    assert Event.objects.filter(request=order.request, kind="order_done").count() == 1
    assert Photo.objects.filter(request=order.request).count() == 1


@pytest.mark.slow
def test_key_of_another_order_does_not_swallow_a_report(worker, crew, sign_in):
    first, second, browser = order_for(worker, crew), order_for(worker, crew), sign_in(crew)
    for order in (first, second):
        browser.post(f"/crew/{order.pk}/done/", {"done_key": "same"}, headers=JSON)
    assert set(WorkOrder.objects.values_list("status", flat=True)) == {"done"}


def test_program_gets_the_refusal_as_json(worker, crew, sign_in):
    cases.make_service("Graffiti", "GRA", form={"completion_photo": True})
    order = order_for(worker, crew, "graffiti")
    answer = sign_in(crew).post(f"/crew/{order.pk}/done/", {"done_key": "k"}, headers=JSON)
    assert answer.status_code == 400
    assert "photo" in answer.json()["error"]


def test_photo_keeps_the_time_and_place_the_phone_gives(worker, crew, sign_in):
    order = order_for(worker, crew)
    taken = timezone.now() - timedelta(hours=2)
    data = {"done_key": "k", "photos": upload(), "done_at": taken.isoformat(), "longitude": "-94.59", "latitude": "39.05"}
    sign_in(crew).post(f"/crew/{order.pk}/done/", data)
    photo = Photo.objects.get()
    assert abs(photo.taken_at - taken) < timedelta(seconds=1)
    assert (photo.longitude, photo.latitude) == (-94.59, 39.05)


@pytest.mark.parametrize("told", ["2031-01-01T00:00:00Z", "1999-01-01T00:00:00+00:00", "yesterday", "2026-01-01T00:00:00"])
def test_clock_of_a_phone_that_is_wrong_is_not_believed(worker, crew, sign_in, told):
    order = order_for(worker, crew)
    sign_in(crew).post(f"/crew/{order.pk}/done/", {"done_key": "k", "done_at": told})
    order.refresh_from_db()
    assert abs(order.done_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_office_staff_have_no_crew_page_and_unknown_orders_are_not_found(worker, crew, sign_in):
    assert sign_in(worker).get("/crew/").status_code == 403
    assert sign_in(crew).get("/crew/999/").status_code == 404


def test_report_that_comes_after_the_office_withdrew_the_request_is_still_on_record(worker, crew, sign_in):
    order, browser = order_for(worker, crew), sign_in(crew)
    actions.cancel(by=worker, request_id=order.request_id, reason="Reported by mistake")

    answer = browser.post(f"/crew/{order.pk}/done/", {"done_key": "phone-1"}, headers=JSON)

    order.refresh_from_db()
    assert answer.status_code == 200
    assert (order.status, order.request.status) == ("done", "cancelled")
    assert Event.objects.filter(request=order.request, kind="order_done").count() == 1


@pytest.mark.slow
def test_photo_of_a_report_opens_for_the_crew_that_has_the_work_and_no_other(worker, crew, sign_in):
    ServiceForm.objects.update(visibility="private")
    order = order_for(worker, crew, pictures=[cases.photo()])
    path = f"/queue/photos/{Photo.objects.get().token}.jpg"
    other = cases.make_user("other@city.example", "crew", department="Streets", team="South")
    assert sign_in(crew).get(path).status_code == 200
    assert sign_in(worker).get(path).status_code == 200
    assert sign_in(other).get(path).status_code == 403
    assert sign_in(crew).get("/queue/photos/nothing.jpg").status_code == 404
    assert order.request.visibility == "private"


def test_worker_is_a_program_below_the_list_that_browsers_ask_for_anew(client):
    answer = client.get("/crew/worker.js")

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert b'addEventListener("fetch"' in answer.content


def test_list_names_the_person_its_pages_are_kept_for(crew, sign_in):
    page = sign_in(crew).get("/crew/").content.decode()

    assert f'data-who="{crew.pk}"' in page
    assert 'data-worker="/crew/worker.js"' in page
    assert 'data-from="network"' in page
