"""Which requests count as open and whose they are; that lists of open requests are read from the index of open requests."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citystat.service_requests import rules
from citystat.service_requests.cases import live, queries, scopes
from citystat.service_requests.cases.queries import QueueFilters
from citystat.service_requests.models import FollowUp, ServiceRequest
from tests.factories import cases

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
QUESTIONS = {
    "queue": lambda user: queries.queue(user, QueueFilters()),
    "queue of a status": lambda user: queries.queue(user, QueueFilters(status="held")),
    "queue of a department": lambda user: queries.queue(user, QueueFilters(department="Streets", district="1")),
    "overdue": lambda user: queries.queue(user, QueueFilters(overdue=True)),
    "counts": queries.counts,
    "workload": queries.workload,
    "due within a day": lambda user: live.due_within(user, NOW, timedelta(days=1)),
    "escalated": live.escalated,
}


@pytest.fixture
def city():
    cases.make_districts()
    cases.make_service()
    cases.make_service("Leak", "LEAK", "Water")


def boss(**scope):
    return cases.make_user("boss@city.example", "supervisor", **{"department": ""} | scope)


def plans_of(work):
    """How the database would answer each statement that reads requests."""
    with CaptureQueriesContext(connection) as captured:
        work()
    asked = [one["sql"] for one in captured.captured_queries if 'FROM "service_requests_servicerequest"' in one["sql"]]
    with connection.cursor() as cursor:
        return [" ".join(str(row) for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()) for sql in asked]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads a table of a few rows as a whole, whatever the index")
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("scope", [{}, {"department": "Streets", "district": "1"}], ids=["all", "district"])
def test_open_requests_are_read_from_their_index(city, question, scope):
    user = boss(**scope)
    user.scopes()

    plans = plans_of(lambda: QUESTIONS[question](user))

    assert plans
    assert all("request_open" in plan for plan in plans), plans


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads a table of a few rows as a whole, whatever the index")
def test_queue_is_not_sorted(city):
    user = boss()
    for filters in (QueueFilters(), QueueFilters(status="closed"), QueueFilters(status="")):
        plans = plans_of(lambda filters=filters: queries.queue(user, filters))
        assert not any("TEMP B-TREE" in plan for plan in plans), plans


def test_still_open_is_every_status_but_the_ended_ones(city):
    for status in rules.CASE_STATUSES:
        ServiceRequest.objects.filter(pk=cases.file_request(email="").pk).update(status=status)

    found = ServiceRequest.objects.filter(scopes.still_open()).values_list("status", flat=True)

    assert sorted(found) == sorted(rules.OPEN_STATUSES)
    assert sorted(rules.OPEN_STATUSES + rules.ENDED_STATUSES) == sorted(rules.CASE_STATUSES)


def test_queue_order_is_due_then_priority_then_number_and_no_promise_last(city):
    made = [cases.file_request(email="") for _ in range(5)]
    given = [(None, 1), (NOW, 3), (NOW - timedelta(days=1), 3), (NOW, 1), (NOW, 1)]
    for one, (due, priority) in zip(made, given, strict=True):
        ServiceRequest.objects.filter(pk=one.pk).update(due_at=due, priority=priority)

    rows, total = queries.queue(boss(), QueueFilters())

    assert [made.index(row) for row in rows] == [2, 3, 4, 1, 0]
    assert total == 5


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"department": ""}, {"west", "east", "leak"}),
        ({"department": "Streets"}, {"west", "east"}),
        ({"department": "", "district": "1"}, {"west", "leak"}),
        ({"department": "Streets", "district": "2"}, {"east"}),
        ({"department": None}, set()),
    ],
)
def test_of_gives_the_same_requests_directly_and_from_another_table(city, scope, expected):
    made = {"west": cases.file_request(), "east": cases.file_request(point=cases.EAST_POINT), "leak": cases.file_request("leak")}
    for one in made.values():
        FollowUp.objects.create(request=one, drawn_at=NOW, drawn_by_rule="test")
    user = boss(**scope)

    direct = set(ServiceRequest.objects.filter(scopes.of(user)))
    through = {one.request for one in queries.waiting_follow_ups(user)}

    assert direct == through == {made[name] for name in expected}


def test_of_somebody_without_the_right_is_nothing(city):
    cases.file_request()
    caller = cases.make_user("calls@city.example", "call_taker", department="")
    assert not ServiceRequest.objects.filter(scopes.of(caller)).exists()


def test_workload_counts_each_person_and_what_nobody_has(city):
    user, worker = boss(), cases.make_user("desk@city.example", "department_worker", name="Ivy")
    own, *others = [cases.file_request(email="") for _ in range(3)]
    ServiceRequest.objects.filter(pk=own.pk).update(assignee=worker, due_at=NOW - timedelta(days=999))

    nobody, ivy = queries.workload(user)

    assert (nobody["assignee"], nobody["open"], nobody["overdue"]) == (None, len(others), 0)
    assert (str(ivy["assignee"]), ivy["assignee_id"], ivy["open"], ivy["overdue"]) == ("Ivy", worker.pk, 1, 1)


def test_totals_count_open_opened_and_closed_of_a_time(city):
    old, new, closed = [cases.file_request(email="") for _ in range(3)]
    ServiceRequest.objects.filter(pk=old.pk).update(opened_at=NOW - timedelta(days=400))
    ServiceRequest.objects.filter(pk=closed.pk).update(status="closed", closed_at=new.opened_at)

    assert live.totals(ServiceRequest.objects.all(), NOW - timedelta(days=300)) == {"open": 2, "opened": 2, "closed": 1}
    assert live.totals(ServiceRequest.objects.none(), NOW) == {"open": 0, "opened": 0, "closed": 0}
