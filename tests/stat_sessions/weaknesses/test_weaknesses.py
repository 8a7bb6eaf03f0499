"""Weaknesses have causes that are never people; fixed ones are celebrated with the names of those who agree."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from citystat.core import clock
from citystat.core.errors import InputError, NotAllowed
from citystat.plan.definitions import Text
from citystat.plan.weak_points import WeakPoint
from citystat.stat_sessions.models import WeakPointCase
from citystat.stat_sessions.weaknesses import actions, queries
from citystat.stat_sessions.weaknesses.actions import Weakness
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with clock.at(datetime(2026, 6, 1, 12, tzinfo=ZoneInfo("America/Chicago"))):
        yield


@pytest.fixture
def analyst():
    return cases.make_user("analyst@city.example", "analyst")


@pytest.fixture
def fixed(analyst) -> WeakPointCase:
    row = actions.take_up(by=analyst, weakness=Weakness("Permits wait", cause="process", fix="Two desks instead of one"))
    return actions.fix(by=analyst, row=row, fixed_on=date(2026, 5, 20))


@pytest.mark.feature("F064")
@pytest.mark.parametrize("cause", ["person", "Mara Ellison", "employee", "bad supervisor"])
def test_take_up_with_a_person_as_the_cause_is_refused(analyst, cause):
    with pytest.raises(InputError, match="never a person"):
        actions.take_up(by=analyst, weakness=Weakness("Slow", cause=cause))
    assert not WeakPointCase.objects.exists()


@pytest.mark.feature("F064")
@pytest.mark.parametrize("cause", ["process", "data", "resource", "outside"])
def test_take_up_with_one_of_the_four_causes(analyst, cause):
    assert actions.take_up(by=analyst, weakness=Weakness("Slow", cause=cause)).cause == cause


def test_cases_begin_with_the_open_ones_on_either_database(analyst, fixed):
    waiting = actions.take_up(by=analyst, weakness=Weakness("Lights wait", cause="data", fix="One list"))
    assert list(queries.cases()) == [waiting, fixed]


def test_take_up_by_a_department_head_is_refused():
    with pytest.raises(NotAllowed):
        actions.take_up(by=cases.make_user("h@city.example", "department_head"), weakness=Weakness("Slow"))


@pytest.mark.parametrize("weakness", [Weakness("Slow"), Weakness("Slow", cause="data"), Weakness("Slow", fix="More desks")])
def test_fix_without_cause_or_fix_is_refused(analyst, weakness):
    row = actions.take_up(by=analyst, weakness=weakness)
    with pytest.raises(InputError):
        actions.fix(by=analyst, row=row, fixed_on=date(2026, 5, 20))


def test_celebrate_before_it_is_fixed_is_refused(analyst):
    row = actions.take_up(by=analyst, weakness=Weakness("Slow", cause="data"))
    with pytest.raises(InputError, match="Only what is fixed"):
        actions.celebrate(by=analyst, row=row, text="Well done")


@pytest.mark.feature("F064")
def test_celebrations_name_only_those_who_agreed(analyst, fixed, client):
    people = [{"name": "Ivy Castellano", "agreed": True}, {"name": "Sam Okafor", "agreed": False}, {"name": "Lena Fischer"}]
    actions.celebrate(by=analyst, row=fixed, text="Permits in a week", people=people)
    page = client.get("/celebrations/").content.decode()
    assert "Permits in a week" in page
    assert "Ivy Castellano" in page
    assert "Sam Okafor" not in page
    assert "Lena Fischer" not in page


@pytest.mark.slow
def test_pages_lead_from_a_weakness_to_its_celebration(analyst, client):
    client.force_login(analyst)
    client.post("/weak-points/new/", {"title": "Permits wait", "cause": "process", "fix": "Two desks"})
    row = WeakPointCase.objects.get()
    client.post(f"/weak-points/{row.pk}/fix/", {"fixed_on": "2026-05-20"})
    client.post(f"/weak-points/{row.pk}/celebrate/", {"text": "Done", "agreed": "Ivy", "others": "Sam"})
    row.refresh_from_db()
    assert row.people == [{"name": "Ivy", "agreed": True}, {"name": "Sam", "agreed": False}]
    assert "Permits wait" in client.get("/weak-points/").content.decode()


def test_change_by_the_second_editor_keeps_what_was_typed(analyst, client):
    client.force_login(analyst)
    row = actions.take_up(by=analyst, weakness=Weakness("Slow"))
    actions.change(by=analyst, row=queries.case(row.pk), weakness=Weakness("Theirs"), revision=1)
    answer = client.post(f"/weak-points/{row.pk}/change/", {"title": "Mine", "revision": "1"})
    assert (answer.status_code, queries.case(row.pk).title) == (400, "Theirs")
    assert 'value="Mine"' in answer.content.decode()


def test_take_up_of_a_point_no_rule_finds_is_refused(analyst, client, city_home):
    client.force_login(analyst)
    answer = client.post("/weak-points/take-up/", {"measure": "closed_on_time", "where": "{}"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("group", "title"),
    [
        ({"council_district": "2"}, "District 2: Closed on time"),
        ({"department": "Streets"}, "Streets: Closed on time"),
        ({}, "Closed on time"),
    ],
)
def test_found_names_the_district_or_department(monkeypatch, group, title):
    sentence = Text("Missed twice", "Dos veces")
    point = WeakPoint("two_misses", (), "closed_on_time", group, "2026-05", None, 0.6, 0.9, 0.6, sentence, 1.0, 1)
    monkeypatch.setattr(queries.plan, "weak_points", lambda: (point,))
    assert [one.title for one in queries.found()] == [title]
