"""Area lists: what is outstanding, who owns it, what was decided."""

from datetime import timedelta

import pytest
from django.utils import timezone

from citystat.action_center.models import AreaDecision, AreaList
from citystat.service_requests.cases import actions
from citystat.service_requests.models import ServiceRequest
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(city):
    return cases.make_user("group@city.example", "community_group", name="Elm Street Group")


@pytest.fixture
def area(group):
    return AreaList.objects.create(name="Elm Street", owner=group, place_kind="council_district", place_code="1")


def test_list_is_made_from_a_place_of_the_city(group, sign_in):
    response = sign_in(group).post("/areas/", {"name": "Downtown", "place": "council_district:2"})
    made = AreaList.objects.get()
    assert response["Location"] == f"/areas/{made.pk}/"
    assert (made.owner, made.place_kind, made.place_code) == (group, "council_district", "2")


def test_place_nobody_knows_is_refused_and_the_name_is_kept(group, sign_in):
    page = sign_in(group).post("/areas/", {"name": "Downtown", "place": "moon:1"})
    assert page.status_code == 400
    assert 'value="Downtown"' in page.content.decode()


@pytest.mark.slow
def test_list_shows_age_owner_and_due_and_decisions_last_to_the_next_meeting(group, area, sign_in):
    old = cases.file_request(opened_at=timezone.now() - timedelta(days=9))
    cases.file_request(point=cases.EAST_POINT)
    browser = sign_in(group)
    browser.post(f"/areas/{area.pk}/decide/", {"number": old.number, "text": "Ask Streets for a date"})

    rows = browser.get(f"/areas/{area.pk}/").context["rows"]
    assert [(row["number"], row["age"], row["owner"]) for row in rows] == [(old.number, "9 days", "Streets")]
    assert rows[0]["due"].startswith("Overdue by")
    assert [(one["text"], one["is_new"]) for one in rows[0]["decisions"]] == [("Ask Streets for a date", True)]

    browser.post(f"/areas/{area.pk}/meet/", {"do": "meet"})
    rows = browser.get(f"/areas/{area.pk}/").context["rows"]
    assert [(one["text"], one["is_new"]) for one in rows[0]["decisions"]] == [("Ask Streets for a date", False)]


@pytest.mark.slow
def test_decision_about_a_closed_request_is_kept_apart(group, area, boss, sign_in):
    one = cases.file_request()
    browser = sign_in(group)
    browser.post(f"/areas/{area.pk}/decide/", {"number": one.number, "text": "Fill it"})
    actions.close(by=boss, request_id=one.pk, resolution="work_done")
    context = browser.get(f"/areas/{area.pk}/").context
    assert context["rows"] == []
    assert context["done"] == [{"number": one.number, "text": "Fill it", "status": "Closed"}]


def test_requests_that_are_private_or_hide_their_place_are_not_listed(group, area, sign_in):
    for visibility in ("private", "no_place"):
        ServiceRequest.objects.filter(pk=cases.file_request().pk).update(visibility=visibility)
    assert sign_in(group).get(f"/areas/{area.pk}/").context["rows"] == []


def test_decision_about_a_request_elsewhere_or_without_words_is_refused(group, area, sign_in):
    here, elsewhere = cases.file_request(), cases.file_request(point=cases.EAST_POINT)
    browser = sign_in(group)
    for number, text in ((elsewhere.number, "Fill it"), (here.number, "  "), ("26-999999", "Fill it")):
        assert browser.post(f"/areas/{area.pk}/decide/", {"number": number, "text": text}).status_code == 400
    assert not AreaDecision.objects.exists()


def test_refused_decision_keeps_its_words_and_who_sees_to_it(group, area, sign_in):
    one = cases.file_request()

    page = sign_in(group).post(f"/areas/{area.pk}/decide/", {"number": one.number, "text": " ", "who": "Rosa <b>"})

    assert page.status_code == 400
    assert 'value="Rosa &lt;b&gt;"' in page.content.decode()
    assert '<details class="ac-no-print cs-more ac-decide" open>' in page.content.decode()


def test_list_of_somebody_else_is_not_found(area, sign_in):
    other = cases.make_user("council@city.example", "council_office")
    for path in (f"/areas/{area.pk}/", f"/areas/{area.pk}/meet/"):
        assert sign_in(other).post(path, {"do": "remove"}).status_code in {404, 405}
    assert sign_in(other).get(f"/areas/{area.pk}/").status_code == 404
    assert AreaList.objects.exists()


def test_department_staff_have_no_area_lists(worker, sign_in):
    assert sign_in(worker).get("/areas/").status_code == 403


@pytest.mark.slow
@pytest.mark.feature("F119")
def test_drawn_area_shows_age_owner_and_promise_and_its_decisions_last_to_the_next_meeting(group, boss, sign_in):
    browser = sign_in(group)
    shape = '{"type": "Polygon", "coordinates": [[[-94.6, 39.0], [-94.58, 39.0], [-94.58, 39.1], [-94.6, 39.1], [-94.6, 39.0]]]}'
    response = browser.post("/areas/", {"name": "Elm Street", "shape": shape, "meets_on": "2026-12-01"})
    area = AreaList.objects.get()
    assert response["Location"] == f"/areas/{area.pk}/"
    inside = cases.file_request(opened_at=timezone.now() - timedelta(days=9))
    same_district_outside = cases.file_request(point=(-94.575, 39.05))
    cases.file_request(point=cases.EAST_POINT)
    assert inside.district == same_district_outside.district

    context = browser.get(f"/areas/{area.pk}/").context
    assert [(row["number"], row["age"], row["owner"], row["promise"]) for row in context["rows"]] == [
        (inside.number, "9 days", "Streets", "promised within 5 days")
    ]
    assert context["rows"][0]["due"].startswith("Overdue by")
    assert "December 1, 2026" in context["next"]
    refused = browser.post(f"/areas/{area.pk}/decide/", {"number": same_district_outside.number, "text": "Fill it"})
    assert refused.status_code == 400
    browser.post(f"/areas/{area.pk}/decide/", {"number": inside.number, "text": "Ask Streets for a date", "who": "Rosa"})

    browser.post(f"/areas/{area.pk}/meet/", {"do": "meet", "next_on": "2027-01-05"})
    actions.close(by=boss, request_id=inside.pk, resolution="work_done")

    [earlier] = browser.get(f"/areas/{area.pk}/").context["earlier"]
    assert (earlier["text"], earlier["who"], earlier["then"], earlier["now"], earlier["is_open"]) == (
        "Ask Streets for a date", "Rosa", "Received", "Closed", True,
    )  # fmt: skip
    browser.post(f"/areas/{area.pk}/decisions/{earlier['pk']}/", {"outcome": "kept"})
    [looked_at] = browser.get(f"/areas/{area.pk}/").context["earlier"]
    assert (looked_at["outcome"], looked_at["is_open"]) == ("Done as decided", False)
    browser.post(f"/areas/{area.pk}/decisions/{earlier['pk']}/", {"outcome": "not_kept"})
    assert AreaDecision.objects.get().outcome == "kept"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"shape": "{", "place": ""}, "no GeoJSON"),
        ({"shape": "", "place": ""}, "one of the two"),
        (
            {
                "shape": '{"type": "Polygon", "coordinates": [[[-94.6, 39], [-94.5, 39], [-94.5, 39.1], [-94.6, 39]]]}',
                "place": "council_district:1",
            },
            "one of the two",
        ),
        ({"shape": '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}', "place": ""}, "outside the city"),
    ],
)  # fmt: skip
def test_area_that_cannot_be_kept_says_why_and_keeps_the_name(group, sign_in, given, words):
    page = sign_in(group).post("/areas/", {"name": "Downtown"} | given)
    assert page.status_code == 400
    assert words in page.content.decode()
    assert 'value="Downtown"' in page.content.decode()
    assert not AreaList.objects.exists()


def test_drawn_area_hides_what_does_not_show_its_place(group, sign_in):
    shape = '{"type": "Polygon", "coordinates": [[[-94.6, 39.0], [-94.58, 39.0], [-94.58, 39.1], [-94.6, 39.1], [-94.6, 39.0]]]}'
    sign_in(group).post("/areas/", {"name": "Elm Street", "shape": shape})
    for visibility in ("private", "no_place"):
        ServiceRequest.objects.filter(pk=cases.file_request().pk).update(visibility=visibility)
    assert sign_in(group).get(f"/areas/{AreaList.objects.get().pk}/").context["rows"] == []
