"""Saved analyses: a question is kept, its numbers never; colleagues open it, its owner deletes it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from citystat.core.models import AuditEvent
from citystat.people.models import RoleGrant, User
from citystat.plan.models import SavedAnalysis
from citystat.service_requests.models import SavedSearch
from tests.factories.requests import request, write_build

pytestmark = pytest.mark.django_db
TYPED = {"name": "Potholes for the mayor", "query": "from=2017-01&to=2017-06&by=department&service=pothole"}


def build(june: int, as_of: date = date(2017, 6, 30)) -> None:
    rows = [request(opened_on=date(2017, 5, 3), closed_on=date(2017, 5, 5)) for _ in range(21)]
    rows += [request(opened_on=date(as_of.year, as_of.month, 3)) for _ in range(june)]
    write_build(rows, as_of=as_of, by_month=False)


@pytest.fixture(autouse=True)
def home(city_home: Path) -> None:
    build(june=43)


def signed_in(role: str, email: str = "") -> Client:
    user = User.objects.create_user(email or f"{role}@example.org", name=role.title())
    RoleGrant.objects.create(user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.slow
@pytest.mark.feature("F003")
def test_a_second_person_opens_a_saved_analysis_and_gets_refreshed_numbers() -> None:
    analyst, executive = signed_in("analyst"), signed_in("executive")
    analyst.post("/analyses/save/requests_opened/", {**TYPED, "follows": "1"})
    saved = SavedAnalysis.objects.get()

    first = text(executive.get(f"/analyses/{saved.pk}/", follow=True))
    assert "“Potholes for the mayor”, saved by Analyst, with the numbers of build 1." in first
    assert "43 requests" in first

    build(june=58, as_of=date(2017, 7, 31))
    opened = executive.get(f"/analyses/{saved.pk}/", follow=True)
    assert "with the numbers of build 2." in text(opened)
    assert "58 requests" in text(opened)
    # Six months were asked for, and the newest six are shown.
    assert opened.redirect_chain[-1][0] == "/measures/requests_opened/?from=2017-02&to=2017-07&service=pothole&by=department"


@pytest.mark.slow
def test_save_keeps_the_question_and_no_number() -> None:
    signed_in("analyst").post("/analyses/save/requests_opened/", TYPED)
    expected = {"by": ["department"], "where": {"service": ["pothole"]}, "cohort": None, "from": "2017-01", "to": "2017-06"}
    assert SavedAnalysis.objects.get().parameters == expected
    assert AuditEvent.objects.get(action="plan.save_analysis").target == "Potholes for the mayor"


@pytest.mark.slow
def test_search_is_saved_and_opened_with_its_filters() -> None:
    signed_in("analyst").post("/analyses/save/explorer/", {"name": "Open ones", "query": "status=open&from=2017-06-01"})
    saved = SavedSearch.objects.get()
    page = text(signed_in("executive").get(f"/analyses/searches/{saved.pk}/", follow=True))
    assert "43 requests match." in page
    assert "“Open ones”, saved by Analyst" in page


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/analyses/save/requests_opened/", "/analyses/save/explorer/"])
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "  ", "query": "from=2017-02"}, "a name of up to 120 characters."),
        ({"name": "June", "query": "from=2017-13"}, "“2017-13” is not a "),
    ],
)
def test_save_keeps_what_was_typed_and_says_one_sentence(path: str, typed: dict[str, str], sentence: str) -> None:
    query = typed["query"] if "13" in typed["query"] or "requests" in path else "from=2017-02-01"
    response = signed_in("analyst").post(path, {"name": typed["name"], "query": query})
    assert response.status_code == 400
    assert sentence in text(response)
    assert f'name="query" value="{query}"' in text(response)
    assert not SavedAnalysis.objects.exists()
    assert not SavedSearch.objects.exists()


def test_save_the_same_name_twice_is_one_sentence() -> None:
    analyst = signed_in("analyst")
    for _ in range(2):
        response = analyst.post("/analyses/save/requests_opened/", TYPED)
    assert "You already have an analysis called “Potholes for the mayor”" in text(response)
    assert 'value="Potholes for the mayor"' in text(response)


@pytest.mark.parametrize("path", ["/analyses/save/requests_opened/", "/analyses/save/explorer/"])
def test_save_is_refused_without_the_right(path: str) -> None:
    assert signed_in("executive").post(path, TYPED).status_code == 403
    assert not SavedAnalysis.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize("page", ["/measures/requests_opened/", "/explore/"])
def test_pages_offer_saving_to_those_who_may(page: str) -> None:
    assert "Save this analysis" in text(signed_in("analyst").get(page))
    assert "Save this analysis" not in text(signed_in("executive").get(page))
    assert "Save this analysis" not in text(Client().get(page))


@pytest.mark.slow
def test_list_says_what_each_asks(django_assert_num_queries: Any) -> None:
    analyst, executive = signed_in("analyst"), signed_in("executive")
    analyst.post("/analyses/save/requests_opened/", {**TYPED, "follows": "1"})
    analyst.post("/analyses/save/explorer/", {"name": "Late ones", "query": "overdue=1&status=open"})
    with django_assert_num_queries(5):
        page = text(executive.get("/analyses/"))
    assert "by department · service: pothole · the newest 6 months" in page
    assert "open · overdue" in page
    assert "/delete/" not in page


def test_list_sends_strangers_to_sign_in() -> None:
    assert Client().get("/analyses/").status_code == 302


@pytest.mark.slow
def test_delete_is_for_the_owner() -> None:
    owner, other = signed_in("analyst"), signed_in("analyst", "other@example.org")
    owner.post("/analyses/save/requests_opened/", TYPED)
    owner.post("/analyses/save/explorer/", {"name": "All", "query": ""})
    paths = [f"/analyses/{SavedAnalysis.objects.get().pk}/delete/", f"/analyses/searches/{SavedSearch.objects.get().pk}/delete/"]
    assert [other.post(path).status_code for path in paths] == [403, 403]
    assert [owner.post(path).status_code for path in paths] == [302, 302]
    assert not SavedAnalysis.objects.exists()
    assert not SavedSearch.objects.exists()


def test_open_unknown_number() -> None:
    analyst = signed_in("analyst")
    assert [analyst.get(path).status_code for path in ("/analyses/99/", "/analyses/searches/99/")] == [404, 404]
