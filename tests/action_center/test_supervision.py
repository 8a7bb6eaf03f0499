"""The supervisor's page: overdue with reasons, workload, looks that reopen, what residents say."""

from datetime import timedelta

import pytest
from django.utils import timezone

from citystat.service_requests.cases import actions, work_orders
from citystat.service_requests.models import FollowUp, ServiceRequest, WorkOrder
from tests.factories import cases

pytestmark = pytest.mark.django_db


def make_overdue(one, days=3):
    ServiceRequest.objects.filter(pk=one.pk).update(due_at=timezone.now() - timedelta(days=days))


def test_overdue_requests_stand_with_what_keeps_them(boss, worker, sign_in):
    waiting, held = cases.file_request(), cases.file_request()
    actions.hold(by=worker, request_id=held.pk, reason="No asphalt before Monday")
    for one in (waiting, held):
        make_overdue(one)
    text = sign_in(boss).get("/supervise/").content.decode()
    assert "Nobody has taken it up." in text
    assert "On hold: No asphalt before Monday" in text


@pytest.mark.slow
def test_page_shows_the_first_overdue_requests_and_leads_to_all(boss, sign_in):
    for _ in range(13):
        make_overdue(cases.file_request())
    page = sign_in(boss).get("/supervise/")
    assert len(page.context["overdue"].rows) == 12
    assert "All 13 overdue requests" in page.content.decode()


def test_workload_by_person_and_escalations(boss, worker, sign_in):
    one, other = cases.file_request(), cases.file_request()
    actions.assign(by=boss, request_id=one.pk, assignee=worker)
    actions.escalate(by=boss, request_id=other.pk, reason="Asked twice")
    context = sign_in(boss).get("/supervise/").context
    assert [(getattr(row[0], "text", row[0]), row[1]) for row in context["workload"].rows] == [("Nobody yet", "1"), ("Will Works", "1")]
    assert [row[0].text for row in context["escalated"].rows] == [other.number]


def test_page_shows_only_the_supervisors_own_queues(boss, sign_in):
    leak = cases.file_request("leak")
    make_overdue(leak)
    assert leak.number not in sign_in(boss).get("/supervise/").content.decode()


@pytest.mark.feature("F117")
def test_queue_samples_closed_requests_and_not_done_reopens(boss, sign_in):
    one = cases.file_request()
    actions.close(by=boss, request_id=one.pk, resolution="work_done")
    browser = sign_in(boss)
    browser.post("/supervise/draw/", {"size": "5", "seed": "3"})
    drawn = FollowUp.objects.get()

    response = browser.post(f"/supervise/looks/{drawn.pk}/", {"outcome": "not_done", "note": "The hole is still there"})

    assert response.status_code == 302
    one.refresh_from_db()
    drawn.refresh_from_db()
    assert (one.status, one.reopened, drawn.outcome, drawn.checked_by) == ("new", 1, "not_done", boss)
    assert browser.post(f"/supervise/looks/{drawn.pk}/", {"outcome": "done"}).status_code == 404


def test_look_at_a_request_of_another_department_is_refused(boss, sign_in):
    leak = cases.file_request("leak")
    actions.close(by=None, request_id=leak.pk, resolution="work_done")
    drawn = FollowUp.objects.create(request=leak, drawn_at=timezone.now(), drawn_by_rule="random")
    assert sign_in(boss).post(f"/supervise/looks/{drawn.pk}/", {"outcome": "not_done"}).status_code == 404
    leak.refresh_from_db()
    assert leak.status == "closed"


def test_look_without_an_outcome_keeps_the_note(boss, sign_in):
    one = cases.file_request()
    actions.close(by=boss, request_id=one.pk, resolution="work_done")
    drawn = FollowUp.objects.create(request=one, drawn_at=timezone.now(), drawn_by_rule="random")
    page = sign_in(boss).post(f"/supervise/looks/{drawn.pk}/", {"outcome": "", "note": "Went there on Monday"})
    assert page.status_code == 400
    assert "Went there on Monday" in page.content.decode()


@pytest.mark.parametrize("size", ["0", "501", "x", ""])
def test_impossible_draw_is_a_sentence(boss, sign_in, size):
    assert sign_in(boss).post("/supervise/draw/", {"size": size, "seed": "1"}).status_code == 400


@pytest.mark.slow
@pytest.mark.feature("F104")
def test_response_rate_stands_beside_the_score_by_department_and_channel(boss, sign_in):
    first, second = cases.file_request(), cases.file_request(channel="phone")
    for one in (first, second):
        actions.close(by=boss, request_id=one.pk, resolution="work_done")
    actions.answer_feedback(request_id=first.pk, channel="web", is_fixed=True, score=4)
    context = sign_in(boss).get("/supervise/").context
    assert list(context["by_department"].rows[0]) == ["Streets", "2", "1", "50%", "4.0", "0"]
    assert [(row[0], row[3]) for row in context["by_channel"].rows] == [("telephone", "0%"), ("web page", "100%")]


@pytest.mark.feature("F106")
def test_request_escalated_twice_is_one_request_and_two_escalations(boss, sign_in):
    one = cases.file_request()
    for _ in range(2):
        actions.escalate(by=boss, request_id=one.pk, reason="Asked again")
    index = sign_in(boss).get("/supervise/").context["index"]
    assert (index["requests"], index["escalated_requests"], index["escalations"]) == (1, 1, 2)


@pytest.mark.slow
@pytest.mark.feature("F165")
def test_thanks_show_to_the_supervisor_and_to_the_employee(boss, crew, sign_in):
    one = cases.file_request()
    actions.assign(by=boss, request_id=one.pk, assignee=crew)
    work_orders.finish_order(by=crew, order_id=WorkOrder.objects.get().pk, answers={})
    actions.answer_feedback(request_id=one.pk, channel="web", is_fixed=True, thanks="Bless you all")
    assert "Bless you all" in sign_in(boss).get("/supervise/").content.decode()
    assert "Bless you all" in sign_in(crew).get("/crew/").content.decode()


@pytest.mark.slow
def test_page_takes_a_fixed_number_of_statements(boss, sign_in, settings, django_assert_max_num_queries):
    settings.CITYSTAT_SECONDS_KEPT = 60
    for _ in range(8):
        make_overdue(cases.file_request(email=""))
    browser = sign_in(boss)
    browser.get("/supervise/")
    with django_assert_max_num_queries(28):
        browser.get("/supervise/")


def test_department_staff_do_not_supervise(worker, sign_in):
    assert sign_in(worker).get("/supervise/").status_code == 403
