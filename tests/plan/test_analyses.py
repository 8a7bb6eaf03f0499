"""Saved analyses: one person saves a question, another opens it later and gets the numbers of that day."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from citystat.core.errors import InputError, NotAllowed
from citystat.core.models import AuditEvent
from citystat.people.models import RoleGrant, User
from citystat.plan import access, actions, queries
from citystat.plan.models import SavedAnalysis
from tests.factories.requests import request, write_build

pytestmark = pytest.mark.django_db
QUESTION = {"by": ["council_district"], "where": {"service": ["pothole"]}, "last": 3}


def person(email: str, *roles: str) -> User:
    user = User.objects.create(email=email)
    for role in roles:
        RoleGrant.objects.create(user=user, role=role)
    return user


def build(n: int, as_of: date) -> None:
    write_build([request(opened_on=date(2017, 6, 1), place_council_district="1") for _ in range(n)], as_of=as_of, by_month=False)


@pytest.fixture
def analyst(city_home: Path) -> User:
    build(4, date(2017, 6, 30))
    return person("ana@city.example", "analyst")


def save(by: User, **changes: Any) -> SavedAnalysis:
    values: dict[str, Any] = {"name": "Potholes by district", "measure": "requests_opened", "parameters": QUESTION}
    return actions.save_analysis(by=by, **(values | changes))


@pytest.mark.slow
@pytest.mark.feature("F003")
def test_second_person_opens_a_saved_chart_and_gets_refreshed_numbers(analyst: User) -> None:
    saved = save(analyst)
    head = person("head@city.example", "department_head")
    assert [row.value for row in queries.open_analysis(saved, by=head).rows()][-1] == 4
    build(7, date(2017, 7, 31))
    reopened = queries.open_analysis(SavedAnalysis.objects.get(pk=saved.pk), by=head)
    assert {row.period: row.value for row in reopened.rows()} == {"2017-05": None, "2017-06": 7, "2017-07": 0}


def test_save_analysis_writes_an_audit_event(analyst: User) -> None:
    save(analyst)
    event = AuditEvent.objects.get(action="plan.save_analysis")
    assert (event.by, event.target, event.details["measure"]) == (analyst, "Potholes by district", "requests_opened")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "  "}, "Give the analysis a name"),
        ({"parameters": {"by": ["mood"]}}, "cannot be grouped by 'mood'"),
        ({"parameters": {"color": "red"}}, "has no setting 'color'"),
        ({"parameters": {"from": "2018-01", "to": "2017-01"}}, "swap the two dates"),
        ({"parameters": {"last": 0}}, "`last` must be a number of periods"),
        ({"parameters": {"cohort": "due"}}, "requests_opened has no cohorts"),
    ],
)
def test_save_analysis_refuses_a_question_that_cannot_be_asked(analyst: User, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        save(analyst, **changes)
    assert not AuditEvent.objects.exists()


def test_save_analysis_refuses_a_second_one_of_the_same_name(analyst: User) -> None:
    save(analyst)
    with pytest.raises(InputError, match="You already have an analysis called"):
        save(analyst)


@pytest.mark.parametrize("role", ["department_head", "executive", None])
def test_only_those_with_the_right_may_save(analyst: User, role: str | None) -> None:
    with pytest.raises(NotAllowed):
        save(person("other@city.example", *([role] if role else [])))


def test_only_owner_and_administrator_may_change_or_delete(analyst: User) -> None:
    saved = save(analyst)
    other, chief = person("b@city.example", "analyst"), person("c@city.example", "administrator")
    assert [access.can_change(one, saved) for one in (analyst, other, chief)] == [True, False, True]
    with pytest.raises(NotAllowed, match="Only the person who saved an analysis"):
        actions.delete_analysis(by=other, analysis=saved)
    actions.change_analysis(by=analyst, analysis=saved, name="Renamed", parameters={"last": 12})
    actions.delete_analysis(by=chief, analysis=saved)
    assert list(AuditEvent.objects.values_list("action", flat=True))[:2] == ["plan.delete_analysis", "plan.change_analysis"]


def test_people_without_staff_access_may_not_open(analyst: User) -> None:
    with pytest.raises(NotAllowed):
        queries.open_analysis(save(analyst), by=person("resident@city.example"))
