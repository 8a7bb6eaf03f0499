"""Follow-ups drawn, escalations by the clock, thanks that reach people."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from citystat.core.errors import InputError, NotAllowed
from citystat.service_requests.cases import actions, escalations, follow_ups, recognition, work_orders
from citystat.service_requests.models import Event, FollowUp, ServiceRequest, WorkOrder
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city():
    cases.make_districts()
    cases.make_service()


@pytest.fixture
def boss():
    return cases.make_user("boss@city.example", "supervisor", department="Streets", name="Berta Boss")


def closed(boss, count):
    made = [cases.file_request(email="") for _ in range(count)]
    for one in made:
        actions.close(by=boss, request_id=one.pk, resolution="work_done")
    return made


def overdue(days, **values):
    one = cases.file_request(email="")
    ServiceRequest.objects.filter(pk=one.pk).update(due_at=timezone.now() - timedelta(days=days), **values)
    return one


@pytest.mark.slow
def test_draw_same_seed_draws_the_same_and_a_closing_only_once(boss):
    closed(boss, 12)
    numbers = list(ServiceRequest.objects.order_by("pk").values_list("pk", flat=True))
    first = [one.request_id for one in follow_ups.draw(by=boss, size=4, seed=7)]
    FollowUp.objects.all().delete()
    again = [one.request_id for one in follow_ups.draw(by=boss, size=4, seed=7)]
    rest = [one.request_id for one in follow_ups.draw(by=boss, size=100, seed=7)]
    assert first == again
    assert len(first) == 4
    assert sorted(again + rest) == numbers


def test_draw_leaves_open_and_foreign_requests(boss):
    cases.make_service("Leak", "LEA", department="Water")
    cases.file_request()
    foreign = cases.file_request("leak")
    actions.close(by=None, request_id=foreign.pk, resolution="work_done")
    assert follow_ups.draw(by=boss, size=5, seed=1) == []
    assert [one.request_id for one in follow_ups.draw(by=None, size=5, seed=1)] == [foreign.pk]


@pytest.mark.parametrize("size", [0, -1, 501])
def test_draw_of_an_impossible_size_is_refused(boss, size):
    with pytest.raises(InputError):
        follow_ups.draw(by=boss, size=size, seed=1)


def test_draw_needs_the_right():
    with pytest.raises(NotAllowed):
        follow_ups.draw(by=cases.make_user("w@city.example", "department_worker", department=""), size=1, seed=1)


def test_follow_ups_command_draws(boss, capsys):
    closed(boss, 3)
    call_command("follow-ups", "draw", "--size", "2", "--seed", "3", "--json")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["drawn"] == FollowUp.objects.count() == 2


@pytest.mark.slow
def test_escalate_raises_once_an_interval_and_stops_at_three():
    one, now = overdue(2), timezone.now()
    for day in range(6):
        for _ in range(2):
            Event.objects.filter(kind="escalated").update(at=now - timedelta(days=day and 2)) if day else None
            escalations.escalate_overdue(now=timezone.now())
    one.refresh_from_db()
    assert one.escalation_level == 3
    assert Event.objects.filter(request=one, kind="escalated").count() == 3


def test_escalate_twice_in_a_night_raises_once():
    one = overdue(2)
    assert [escalations.escalate_overdue()["escalated"] for _ in range(3)] == [1, 0, 0]
    one.refresh_from_db()
    assert one.escalation_level == 1


@pytest.mark.parametrize("status", ["held", "asked", "closed", "cancelled"])
def test_escalate_leaves_requests_whose_clock_stands_still(status):
    overdue(5, status=status)
    assert escalations.escalate_overdue()["escalated"] == 0


def test_escalate_leaves_what_is_not_due_and_is_bounded_longest_overdue_first():
    cases.file_request()
    late, later = overdue(3), overdue(9)
    assert escalations.escalate_overdue(most=1) == {"escalated": 1, "left": 1}
    late.refresh_from_db()
    later.refresh_from_db()
    assert (late.escalation_level, later.escalation_level) == (0, 1)


def test_escalate_names_who_is_above_whoever_has_it(boss):
    worker = cases.make_user("w@city.example", "department_worker", department="Streets")
    worker.work_scopes.update(reports_to=boss)
    overdue(2, assignee=worker)
    call_command("escalate")
    assert "Goes to Berta Boss." in Event.objects.get(kind="escalated").text


@pytest.mark.feature("F165")
def test_thanks_reach_the_employee_and_the_supervisor(boss):
    crew = cases.make_user("crew@city.example", "crew", department="Streets", team="North", name="Cora Crew")
    other = cases.make_user("other@city.example", "crew", department="Streets", team="South")
    one = cases.file_request()
    actions.assign(by=boss, request_id=one.pk, assignee=crew)
    work_orders.finish_order(by=crew, order_id=WorkOrder.objects.get().pk, answers={})
    actions.answer_feedback(request_id=one.pk, channel="web", is_fixed=True, score=5, thanks="So quick!")
    since = timezone.now() - timedelta(days=1)

    assert [thanks.text for thanks in recognition.thanks_for(crew, since)] == ["So quick!"]
    assert recognition.thanks_for(other, since) == []
    found = recognition.thanks_in(boss, since)
    assert recognition.by_person(found) == [("Cora Crew", 1)]
