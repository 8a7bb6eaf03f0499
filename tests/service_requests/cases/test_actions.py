"""The life of a live request, through the one write path."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from citystat.core.errors import InputError, NotAllowed
from citystat.core.models import OutboxMessage
from citystat.service_requests.cases import actions, queries, work_orders
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import Contact, Event, Feedback, Photo, RoutingRule, ServiceRequest, WorkOrder
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city():
    cases.make_districts()
    cases.make_service()


@pytest.fixture
def worker():
    return cases.make_user("worker@city.example", "department_worker", department="Streets", name="Will Works")


@pytest.mark.feature("F001")
def test_file_request_gets_number_department_due_date_and_tracking_link():
    request = cases.file_request()

    assert request.number == f"{timezone.now():%y}-{request.pk:06d}"
    assert (request.department, request.district, request.status) == ("Streets", "1", "new")
    assert timedelta(days=4) < request.due_at - request.opened_at < timedelta(days=7)
    told = OutboxMessage.objects.get()
    assert f"/r/{request.tracking_token}/" in told.text
    assert request.number in told.subject


def test_file_request_takes_five_writes(django_assert_num_queries, settings):
    settings.CITYSTAT_SECONDS_KEPT = 60
    cases.file_request()
    with django_assert_num_queries(4):
        cases.file_request()


def test_file_request_keeps_contact_data_encrypted_and_apart():
    request = cases.file_request(email="ana@example.org")

    row = Contact.objects.values().get(pk=request.reporter_id)
    assert "ana" not in str(row)
    assert request.reporter.email == "ana@example.org"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"point": cases.SEA_POINT}, "outside"),
        ({"point": None, "address": " "}, "Say where it is"),
        ({"description": "x" * 4001}, "4,000"),
        ({"email": "not an address"}, "not an e-mail address"),
        ({"service": "nothing"}, "no service"),
    ],
)
def test_file_request_says_what_is_wrong_and_stores_nothing(values, words):
    with pytest.raises(Exception, match=words):
        cases.file_request(**values)
    assert not ServiceRequest.objects.exists()
    assert not Contact.objects.exists()


def test_file_request_same_key_twice_is_one_request():
    from citystat.service_requests.models import ApiClient

    client = ApiClient.objects.create(name="app", key_sha256="k")
    first = cases.file_request(client=client, idempotency_key="abc")
    assert cases.file_request(client=client, idempotency_key="abc").pk == first.pk
    assert ServiceRequest.objects.count() == 1


def test_file_request_first_matching_rule_decides_and_says_why():
    RoutingRule.objects.create(order=1, name="Parks at night", when={"hours": ["0", "0"]}, department="Parks")
    RoutingRule.objects.create(order=2, name="East side crew", when={"place_council_district": "2"}, team="East")
    RoutingRule.objects.create(order=3, name="Everything", when={}, team="All")

    request = cases.file_request(point=cases.EAST_POINT)

    assert (request.department, request.team) == ("Streets", "East")
    assert Event.objects.get(request=request).data["route"] == "Rule 2: East side crew."


def test_hold_stops_the_clock_and_gives_the_time_back(worker):
    request = cases.file_request()
    actions.hold(by=worker, request_id=request.pk, reason="Waiting for parts")
    ServiceRequest.objects.filter(pk=request.pk).update(held_since=timezone.now() - timedelta(days=3))

    resumed = actions.resume(by=worker, request_id=request.pk)

    assert timedelta(days=2.9) < resumed.due_at - request.due_at < timedelta(days=3.1)
    assert resumed.held_seconds >= 3 * 86_400 - 60


def test_resume_goes_on_where_it_stood_and_takes_the_reason_back(worker):
    request = cases.file_request()
    actions.start(by=worker, request_id=request.pk)
    actions.hold(by=worker, request_id=request.pk, reason="Waiting for parts")
    actions.ask(by=worker, request_id=request.pk, question="Which lane?")

    resumed = actions.resume(by=worker, request_id=request.pk)

    assert (resumed.status, resumed.status_note) == ("started", "")


def test_resume_keeps_news_told_during_the_wait(worker):
    request = cases.file_request()
    actions.hold(by=worker, request_id=request.pk, reason="Waiting for parts")
    actions.comment(by=worker, request_id=request.pk, text="They come on Monday", public=True)

    assert actions.resume(by=worker, request_id=request.pk).status_note == "They come on Monday"


def test_ask_needs_somebody_whose_contact_was_not_removed(worker):
    request = cases.file_request()
    Contact.objects.update(removed_at=timezone.now())
    with pytest.raises(InputError, match="nobody to ask"):
        actions.ask(by=worker, request_id=request.pk, question="Which lane?")


def test_not_fixed_is_told_in_the_language_of_each_reader(worker):
    request = cases.file_request(email="a@example.org")
    actions.join(request_id=request.pk, reporter=Details(email="f@example.org"), channel="web", adds_voice=False)
    actions.close(by=worker, request_id=request.pk, resolution="work_done")
    with translation.override("es"):
        actions.answer_feedback(request_id=request.pk, channel="web", is_fixed=False)
    reporter, follower = OutboxMessage.objects.filter(about=request.number).order_by("-pk")[:2][::-1]
    assert "You said that it is not fixed." in reporter.text
    assert "Whoever reported it says that it is not fixed." in follower.text


def test_close_without_a_note_stores_no_words_of_the_staffs_language(worker):
    request = cases.file_request()
    with translation.override("es"):
        closed = actions.close(by=worker, request_id=request.pk, resolution="work_done")
    assert closed.status_note == ""


def test_close_needs_the_reason_a_resolution_asks_for(worker):
    request = cases.file_request()
    with pytest.raises(InputError, match="what was found"):
        actions.close(by=worker, request_id=request.pk, resolution="inspected_no_action")
    closed = actions.close(by=worker, request_id=request.pk, resolution="inspected_no_action", note="The road is sound.")
    assert (closed.status, closed.resolution) == ("closed", "inspected_no_action")
    assert queries.timeline(closed, public_only=True)[-1].text == "The road is sound."


@pytest.mark.feature("F026")
def test_close_without_the_photo_the_service_asks_for_is_refused(worker):
    cases.make_service("Graffiti", "GRA", form={"completion_photo": True})
    request = cases.file_request("graffiti")
    with pytest.raises(InputError, match="photo"):
        actions.close(by=worker, request_id=request.pk, resolution="work_done")

    actions.close(by=worker, request_id=request.pk, resolution="work_done", pictures=[cases.photo()])

    photo = Photo.objects.get(request=request, kind="completion")
    assert photo.added_at
    assert queries.photos_of(request, public_only=True) == [photo]


@pytest.mark.feature("F025")
def test_finish_order_with_an_unanswered_required_item_is_refused_and_syncs_once(worker):
    cases.make_service("Inspection", "INS", form={"checklist": [{"code": "a", "text": "Gas is off", "required": True}]})
    crew = cases.make_user("crew@city.example", "crew", department="Streets", team="North")
    request = cases.file_request("inspection")
    actions.assign(by=worker, request_id=request.pk, assignee=crew)
    order = WorkOrder.objects.get(request=request)
    with pytest.raises(InputError, match="Gas is off"):
        work_orders.finish_order(by=crew, order_id=order.pk, answers={})

    for _ in range(2):
        work_orders.finish_order(by=crew, order_id=order.pk, answers={"a": "yes"}, done_key="phone-1")

    request.refresh_from_db()
    assert (request.status, request.resolution) == ("closed", "work_done")
    assert Event.objects.filter(request=request, kind="order_done").count() == 1


def test_finish_order_of_a_request_the_office_closed_keeps_the_work_and_closes_nothing_twice(worker):
    crew = cases.make_user("crew@city.example", "crew", department="Streets", team="North")
    request = cases.file_request()
    actions.assign(by=worker, request_id=request.pk, team="North")
    order = WorkOrder.objects.get(request=request)
    actions.close(by=worker, request_id=request.pk, resolution="inspected_no_action", note="Nothing there")
    WorkOrder.objects.filter(pk=order.pk).update(status="waiting")

    done = work_orders.finish_order(by=crew, order_id=order.pk, answers={}, note="Filled it")

    request.refresh_from_db()
    assert (done.status, request.resolution) == ("done", "inspected_no_action")
    assert Event.objects.filter(request=request, kind="closed").count() == 1


def test_refer_of_a_started_request_takes_its_started_work_order_along(worker):
    crew = cases.make_user("crew@city.example", "crew", department="Streets", team="North", name="Nora North")
    request = cases.file_request()
    actions.assign(by=worker, request_id=request.pk, team="North", assignee=crew)
    order = work_orders.start_order(by=crew, order_id=WorkOrder.objects.get(request=request).pk)

    actions.refer(by=worker, request_id=request.pk, department="Solid Waste")

    order.refresh_from_db()
    request.refresh_from_db()
    assert (request.status, request.department) == ("new", "Solid Waste")
    assert (order.department, order.team, order.assignee, order.status, order.started_at) == ("Solid Waste", "", None, "waiting", None)
    assert queries.orders_for(crew) == []
    told = Event.objects.get(request=request, kind="referred").data["along"]
    assert told == [{"order": order.pk, "title": "", "status": "started", "crew": "Nora North"}]
    with pytest.raises(NotAllowed):
        work_orders.finish_order(by=crew, order_id=order.pk, answers={})


def test_finish_order_with_the_key_of_another_order_finishes_this_one(worker):
    crew = cases.make_user("crew@city.example", "crew", department="Streets", team="North")
    request = cases.file_request()
    work_orders.split(by=worker, request_id=request.pk, titles=["Dig", "Fill"])
    first, second = WorkOrder.objects.filter(request=request).order_by("pk")
    WorkOrder.objects.filter(request=request).update(team="North")

    for order in (first, second):
        work_orders.finish_order(by=crew, order_id=order.pk, answers={}, done_key="same")

    assert set(WorkOrder.objects.values_list("status", flat=True)) == {"done"}


def test_file_request_with_too_many_photos_stores_nothing():
    with pytest.raises(InputError, match="at most 12 photos"):
        cases.file_request(pictures=[b"x"] * 13)
    assert not ServiceRequest.objects.exists()


@pytest.mark.feature("F096")
def test_status_in_the_field_updates_the_case(worker):
    crew = cases.make_user("crew@city.example", "crew", department="Streets", team="North")
    request = cases.file_request()
    actions.assign(by=worker, request_id=request.pk, team="North")
    order = WorkOrder.objects.get(request=request)

    work_orders.start_order(by=crew, order_id=order.pk)

    request.refresh_from_db()
    assert request.status == "started"


def test_not_fixed_reopens_with_a_clock_of_its_own(worker):
    request = cases.file_request()
    actions.close(by=worker, request_id=request.pk, resolution="work_done")

    again = actions.answer_feedback(request_id=request.pk, channel="web", is_fixed=False, score=1)

    assert (again.status, again.reopened, again.resolution) == ("new", 1, "")
    assert again.due_at > timezone.now()
    assert Feedback.objects.get(request=request).is_fixed is False


@pytest.mark.feature("F157")
def test_follower_gets_changes_and_can_stop(worker):
    request = cases.file_request(email="")
    subscription = actions.join(request_id=request.pk, reporter=Details(email="f@example.org"), channel="web", adds_voice=False)
    actions.start(by=worker, request_id=request.pk)
    assert OutboxMessage.objects.filter(about=request.number).count() == 1

    assert actions.stop_following(token=subscription.token)
    actions.comment(by=worker, request_id=request.pk, text="Nearly there", public=True)

    assert OutboxMessage.objects.filter(about=request.number).count() == 1


def test_follower_is_not_given_the_token_of_the_reporter(worker):
    request = cases.file_request(email="a@example.org")
    actions.join(request_id=request.pk, reporter=Details(email="f@example.org"), channel="web", adds_voice=False)
    actions.start(by=worker, request_id=request.pk)

    reporters, followers = OutboxMessage.objects.filter(about=request.number, text__contains="has started").order_by("id")

    assert (reporters.reply_token, followers.reply_token) == (request.tracking_token, "")
    assert request.tracking_token not in followers.text


@pytest.mark.feature("F106")
def test_a_case_escalated_twice_is_one_case_and_two_escalations():
    boss = cases.make_user("boss@city.example", "supervisor", department="")
    request = cases.file_request()
    for _ in range(2):
        actions.escalate(by=boss, request_id=request.pk, reason="Overdue")

    index = queries.escalation_index(timezone.now() - timedelta(days=1))

    assert (index["escalated_requests"], index["escalations"], index["requests"]) == (1, 2, 1)


def test_escalations_are_bounded():
    boss = cases.make_user("boss@city.example", "supervisor", department="")
    request = cases.file_request()
    for _ in range(3):
        actions.escalate(by=boss, request_id=request.pk, reason="Overdue")
    with pytest.raises(InputError, match="top"):
        actions.escalate(by=boss, request_id=request.pk, reason="Overdue")


def test_queue_and_place_must_both_fit(worker):
    request = cases.file_request()
    elsewhere = cases.make_user("east@city.example", "department_worker", department="Streets", district="2")
    other = cases.make_user("water@city.example", "department_worker", department="Water")
    for person in (elsewhere, other, cases.make_user("none@city.example", "department_worker")):
        with pytest.raises(NotAllowed):
            actions.start(by=person, request_id=request.pk)
        assert queries.queue(person, queries.QueueFilters()) == ([], 0)
    assert queries.queue(worker, queries.QueueFilters())[1] == 1


def test_two_agents_closing_at_once_second_gets_a_sentence(worker):
    request = cases.file_request()
    actions.close(by=worker, request_id=request.pk, resolution="work_done")
    with pytest.raises(InputError, match="is closed cannot become closed"):
        actions.close(by=worker, request_id=request.pk, resolution="work_done")


def test_events_are_never_edited():
    event = Event.objects.get(request=cases.file_request())
    event.text = "changed"
    with pytest.raises(NotAllowed):
        event.save()
    with pytest.raises(NotAllowed):
        event.delete()


def test_redact_leaves_a_tombstone():
    boss = cases.make_user("boss@city.example", "supervisor", department="")
    request = cases.file_request(description="Call Bob at 816 555 0100", pictures=[cases.photo()])
    photo = Photo.objects.get()

    actions.redact(by=boss, request_id=request.pk, what="description", why="A name and a number")
    actions.redact(by=boss, request_id=request.pk, what="photo", why="A face", photo_id=photo.pk)

    request.refresh_from_db()
    assert request.description == ""
    assert queries.photos_of(request, public_only=False) == []
    assert [event.data["what"] for event in Event.objects.filter(kind="redacted")] == ["description", "photo"]


def test_near_finds_open_reports_of_the_kind_nearest_first():
    far = cases.file_request(point=(cases.WEST_POINT[0] + 0.0008, cases.WEST_POINT[1]))
    close = cases.file_request(point=(cases.WEST_POINT[0] + 0.0001, cases.WEST_POINT[1]))
    cases.file_request(point=cases.EAST_POINT)

    assert [one.request.pk for one in queries.near("pothole", *cases.WEST_POINT)] == [close.pk, far.pk]


def test_queue_page_takes_two_statements(worker, django_assert_num_queries):
    for _ in range(3):
        cases.file_request()
    worker.role_names(), worker.scopes()
    with django_assert_num_queries(2):
        rows, total = queries.queue(worker, queries.QueueFilters())
        assert [row.service.name for row in rows] == ["Pothole"] * 3
        assert total == 3


@pytest.mark.feature("F093")
def test_services_without_an_owner_are_listed():
    cases.make_service("Lost dog", "DOG", department="")
    assert queries.orphans() == ["Lost dog"]


@pytest.mark.feature("F098")
def test_match_orders_shows_what_is_on_one_side_only(worker):
    first, second = cases.file_request(), cases.file_request()
    actions.assign(by=worker, request_id=first.pk, team="North")
    WorkOrder.objects.filter(request=first).update(external_id="W-1")

    found = queries.match_orders(["W-1", "W-9"])

    assert found == {"matched": ["W-1"], "orders_without_request": ["W-9"], "requests_without_order": [second.number]}


def test_step_is_told_once_to_whoever_reports_joins_and_follows_under_one_address(worker):
    request = cases.file_request(email="ana@example.org")
    actions.join(request_id=request.pk, reporter=Details(email="ANA@example.org"), channel="web")
    first = actions.join(request_id=request.pk, reporter=Details(email="ben@example.org"), channel="web")
    actions.join(request_id=request.pk, reporter=Details(email="ben@example.org"), channel="web", adds_voice=False)
    OutboxMessage.objects.all().delete()

    actions.start(by=worker, request_id=request.pk)
    assert OutboxMessage.objects.filter(about=request.number, text__contains="has started").count() == 2

    actions.stop_following(token=first.token)
    actions.comment(by=worker, request_id=request.pk, text="Nearly there", public=True)
    assert OutboxMessage.objects.filter(about=request.number, text__contains="Nearly there").count() == 1
