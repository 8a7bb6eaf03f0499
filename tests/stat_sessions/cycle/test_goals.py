"""Sessions about goals of the plan, and what a year should have held."""

from datetime import date, datetime, time
from typing import Any

import pytest
from django.test import Client

from citystat.people.models import User
from citystat.plan.models import Goal, GoalMeasure, Plan
from citystat.stat_sessions.cycle import actions, packets, queries
from citystat.stat_sessions.models import Series, Session
from tests.stat_sessions.cycle.conftest import ZONE, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(db: None) -> Plan:
    """Three goals: one with a value, one whose measure has none, one without a measure."""
    made = Plan.objects.create(
        number=1, title="Plan", starts_on=date(2016, 1, 1), ends_on=date(2020, 12, 31), status="adopted", adopted_on=date(2015, 12, 1),
        in_force_from=date(2016, 1, 1),
    )  # fmt: skip
    for position, (code, measure) in enumerate((("on-time", "closed_on_time"), ("unheard", "no_such_measure"), ("bare", ""))):
        goal = Goal.objects.create(plan=made, code=code, level="priority", title=f"Goal {code}", title_es=f"Meta {code}", position=position)
        if measure:
            GoalMeasure.objects.create(goal=goal, measure=measure, target_value=0.9, target_on=date(2018, 12, 31))
    return made


@pytest.mark.slow
@pytest.mark.feature("F005")
def test_packet_has_every_goal_of_the_plan_and_missing_is_not_green(plan: Plan, session: Session) -> None:
    packet = packets.Drafting(session).packet("en", "public")

    known = {one.goal_code: one for one in packet.measures}
    assert known["on-time"].headline.figure.now.is_known
    assert known["on-time"].weakness in {"misses", "misses_and_worsens"}
    assert known["unheard"].weakness == "not_known"
    assert [(one.code, one.title) for one in packet.missing_goals] == [("unheard", "Goal unheard"), ("bare", "Goal bare")]


@pytest.mark.slow
def test_packet_of_one_goal_keeps_to_its_measures(plan: Plan, session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(goal_code="on-time")
    session.refresh_from_db()

    drafting = packets.Drafting(session)

    assert [one.headline.measure for one in drafting.packet("es", "public").measures] == ["closed_on_time"]
    assert drafting.packet("es", "public").subject == "Meta on-time"
    assert {one.measure for one in drafting.draft("en").proposals} <= {"closed_on_time", ""}


def test_packet_of_a_department_the_data_do_not_know_says_so(july: None, analyst: User) -> None:
    series = Series.objects.create(
        slug="gone", title="Gone", kind="forum", department="Parks", times_a_year=4, starts_on=date(2017, 1, 1)
    )  # fmt: skip
    session = actions.plan_session(by=analyst, series_id=series.pk, on=date(2017, 7, 20), at=time(9))

    packet = packets.Drafting(session).packet("en", "staff")

    assert "There is no department Parks" in packet.no_data
    assert all(one.weakness == "not_known" for one in packet.measures)


@pytest.mark.slow
@pytest.mark.feature("F062")
def test_coverage_page_of_eighteen_departments_names_the_two_missing(db: None, analyst: User, client: Client) -> None:
    for number in range(1, 19):
        name = f"Department {number:02d}"
        series = Series.objects.create(
            slug=f"d{number}", title=name, kind="forum", department=name, times_a_year=4, starts_on=date(2015, 1, 1)
        )  # fmt: skip
        for month in (2, 5, 8, 11):
            status = "missed" if (number, month) in {(7, 5), (11, 11)} else "held"
            starts = datetime(2016, month, 10, 9, tzinfo=ZONE)
            Session.objects.create(series=series, kind="forum", title=name, month="2016-01", starts_at=starts, status=status)
    client.force_login(analyst)

    with at(date(2017, 1, 9)):
        found = queries.coverage(2016, staff=True)
        page = client.get("/stat/coverage/2016/").content.decode()

    assert (found.total.expected, found.total.held) == (72, 70)
    assert [(gone.department, gone.slot.label) for gone in found.missing] == [("Department 07", "2016-Q2"), ("Department 11", "2016-Q4")]
    assert "70 of 72 sessions due so far were held (97%)" in page
    assert "2016-Q2: Department 07 (Department 07), planned and not held" in page


def test_coverage_of_internal_meetings_is_not_told_to_the_public(db: None) -> None:
    Series.objects.create(slug="in", title="In", kind="internal", times_a_year=52, starts_on=date(2015, 1, 1))

    assert queries.coverage(2016, staff=False).total.expected == 0


@pytest.mark.slow
def test_plan_of_nobody_leaves_a_session_with_the_usual_measures(session: Session) -> None:
    packet: Any = packets.Drafting(session).packet("en", "public")

    assert packet.missing_goals == ()
    assert len(packet.measures) > 4
