"""The live page: four views of the same requests, read at the same moment."""

import pytest
from django.test import Client

from citystat.service_requests.cases import actions
from citystat.service_requests.models import ServiceRequest
from tests.factories import cases

pytestmark = pytest.mark.django_db
VIEWS = ("resident", "agent", "employee", "supervisor")


@pytest.fixture
def browsers(worker, boss, agent, sign_in):
    return {"resident": Client(), "agent": sign_in(agent), "employee": sign_in(worker), "supervisor": sign_in(boss)}


def rows(browsers, name):
    return {row["number"]: row["cells"] for row in browsers[name].get(f"/live/{name}/rows/").context["rows"]}


@pytest.mark.slow
@pytest.mark.feature("F153")
def test_the_same_request_agrees_in_all_four_views_after_each_change(browsers, worker):
    one = cases.file_request()
    steps = (
        ("Received", lambda: None),
        ("On hold", lambda: actions.hold(by=worker, request_id=one.pk, reason="Parts")),
        ("Received", lambda: actions.resume(by=worker, request_id=one.pk)),
        ("Closed", lambda: actions.close(by=worker, request_id=one.pk, resolution="work_done")),
    )
    for status, step in steps:
        step()
        seen = {name: rows(browsers, name)[one.number][:5] for name in VIEWS}
        assert len({tuple(cells) for cells in seen.values()}) == 1
        assert seen["resident"][0] == status


@pytest.mark.slow
def test_page_asks_again_every_five_seconds_with_and_without_a_program(browsers):
    text = browsers["resident"].get("/live/").content.decode()
    assert 'data-seconds="5"' in text
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in text
    assert "no-store" in browsers["resident"].get("/live/")["Cache-Control"]


def test_residents_see_nothing_private_and_no_place_that_is_kept_back(browsers):
    shown, hidden, private = (cases.file_request() for _ in range(3))
    ServiceRequest.objects.filter(pk=hidden.pk).update(visibility="no_place")
    ServiceRequest.objects.filter(pk=private.pk).update(visibility="private")
    found = rows(browsers, "resident")
    assert set(found) == {shown.number, hidden.number}
    assert (found[shown.number][2], found[hidden.number][2]) == ("District 1", "–")


def test_staff_see_their_own_queues_and_places(browsers):
    leak = cases.file_request("leak")
    assert leak.number in rows(browsers, "agent")
    assert leak.number not in rows(browsers, "employee")


@pytest.mark.parametrize("name", ["agent", "employee", "supervisor"])
def test_views_of_staff_are_closed_to_residents(city, name):
    assert Client().get(f"/live/{name}/").status_code == 403
    assert Client().get(f"/live/{name}/rows/").status_code == 403


def test_unknown_view_is_not_found(city):
    assert Client().get("/live/mayor/").status_code == 404


def test_rows_take_few_statements(browsers, settings, django_assert_max_num_queries):
    settings.CITYSTAT_SECONDS_KEPT = 60
    for _ in range(10):
        cases.file_request(email="")
    rows(browsers, "supervisor")
    with django_assert_max_num_queries(6):
        rows(browsers, "supervisor")
