"""The queue: whose requests, which filters, how many statements, bulk acts with an answer for each."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from citystat.service_requests.cases import actions
from citystat.service_requests.models import ServiceRequest
from tests.factories import cases

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 12


def numbers(response):
    table = response.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    return re.findall(r'<th scope="row"><a href="/queue/[^"]*">([^<]+)</a>', table)


def overdue(request, days=2):
    ServiceRequest.objects.filter(pk=request.pk).update(due_at=timezone.now() - timedelta(days=days))


def test_queue_shows_what_is_due_first_at_the_top(worker, sign_in):
    later, sooner = cases.file_request(), cases.file_request()
    overdue(sooner)

    page = sign_in(worker).get("/queue/")

    assert numbers(page) == [sooner.number, later.number]
    assert "Overdue by 2 days" in page.content.decode()


@pytest.mark.slow
def test_queue_of_another_department_or_district_is_not_shown(worker, sign_in):
    cases.file_request("leak")
    mine = cases.file_request()
    east = cases.make_user("east@city.example", "department_worker", department="Streets", district="2")

    assert numbers(sign_in(worker).get("/queue/")) == [mine.number]
    assert numbers(sign_in(east).get("/queue/")) == []


@pytest.mark.slow
def test_queue_page_of_a_hundred_takes_at_most_twelve_statements(worker, sign_in, settings, django_assert_max_num_queries):
    settings.CITYSTAT_SECONDS_KEPT = 60
    for _ in range(101):
        cases.file_request(email="")
    browser = sign_in(worker)
    browser.get("/queue/")
    with django_assert_max_num_queries(MOST_STATEMENTS) as captured:
        page = browser.get("/queue/")
    assert len(numbers(page)) == 100
    assert len(captured) <= MOST_STATEMENTS
    assert len(numbers(browser.get("/queue/?page=2"))) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=open", {"late", "held", "east"}),
        ("status=held", {"held"}),
        ("status=open&overdue=on", {"late"}),
        ("status=open&district=2", {"east"}),
        ("status=closed", {"closed"}),
        ("status=", {"late", "held", "east", "closed"}),
        ("status=open&search=12 Elm", {"east"}),
        ("status=nonsense&district=99", {"late", "held", "east", "closed"}),
    ],
)
def test_queue_filters(worker, sign_in, query, expected):
    made = {
        "late": cases.file_request(),
        "held": cases.file_request(),
        "closed": cases.file_request(),
        "east": cases.file_request(point=cases.EAST_POINT, address="12 Elm St"),
    }
    overdue(made["late"])
    actions.hold(by=worker, request_id=made["held"].pk, reason="Parts")
    actions.close(by=worker, request_id=made["closed"].pk, resolution="work_done")

    found = numbers(sign_in(worker).get(f"/queue/?{query}"))

    assert {name for name, one in made.items() if one.number in found} == expected


@pytest.mark.slow
def test_queue_finds_a_request_by_its_number_and_by_team_and_person(worker, sign_in):
    one, other = cases.file_request(), cases.file_request()
    actions.assign(by=worker, request_id=one.pk, team="North", assignee=worker)
    browser = sign_in(worker)

    assert numbers(browser.get(f"/queue/?search={other.number}")) == [other.number]
    assert numbers(browser.get(f"/queue/?assignee={worker.pk}")) == [one.number]
    assert numbers(browser.get("/queue/?team=North")) == [one.number]


def test_queue_without_a_scope_says_what_to_do(city, sign_in):
    nobody = cases.make_user("new@city.example", "department_worker")
    assert "You have no queue yet" in sign_in(nobody).get("/queue/").content.decode()


@pytest.mark.slow
def test_bulk_assign_answers_for_each_request(worker, crew, sign_in):
    open_one, closed, foreign = cases.file_request(), cases.file_request(), cases.file_request("leak")
    actions.close(by=worker, request_id=closed.pk, resolution="work_done")

    data = {"chosen": [open_one.pk, closed.pk, foreign.pk], "act": "assign", "team": "North", "assignee": crew.pk}
    page = sign_in(worker).post("/queue/bulk/", data)

    assert [(one.number, one.is_done) for one in page.context["outcomes"]] == [
        (open_one.number, True),
        (closed.number, False),
        (str(foreign.pk), False),
    ]
    open_one.refresh_from_db()
    closed.refresh_from_db()
    assert (open_one.status, open_one.assignee, closed.status) == ("assigned", crew, "closed")
    assert "It is not in your queue." in page.content.decode()


def test_bulk_close_says_what_is_missing_for_one_and_closes_the_others(worker, sign_in):
    cases.make_service("Graffiti", "GRA", form={"completion_photo": True})
    plain, photographed = cases.file_request(), cases.file_request("graffiti")

    page = sign_in(worker).post("/queue/bulk/", {"chosen": [plain.pk, photographed.pk], "act": "close", "note": "Filled."})

    assert [one.is_done for one in page.context["outcomes"]] == [True, False]
    assert "add a photo" in page.context["outcomes"][1].sentence
    plain.refresh_from_db()
    assert (plain.status, plain.resolution, plain.status_note) == ("closed", "work_done", "Filled.")


def test_bulk_refer_hands_requests_to_another_department(worker, sign_in):
    one = cases.file_request()
    sign_in(worker).post("/queue/bulk/", {"chosen": [one.pk], "act": "refer", "department": "Water"})
    one.refresh_from_db()
    assert (one.department, one.transfers) == ("Water", 1)


def test_bulk_cannot_give_a_request_to_somebody_of_another_department(worker, sign_in):
    one = cases.file_request()
    stranger = cases.make_user("w@city.example", "department_worker", department="Water")
    page = sign_in(worker).post("/queue/bulk/", {"chosen": [one.pk], "act": "assign", "assignee": stranger.pk})
    assert "does not work for this department" in page.context["outcomes"][0].sentence


def test_bulk_keeps_what_was_typed_and_ticks_the_refused_ones(worker, sign_in):
    one, other = cases.file_request(), cases.file_request()
    data = {"chosen": [one.pk, other.pk], "act": "assign", "note": "Before Friday", "department": "Water"}

    page = sign_in(worker).post("/queue/bulk/", data)

    text = page.content.decode()
    assert text.count("Choose a team or a person.") == 2
    assert 'value="Before Friday"' in text
    assert "<option selected>Water</option>" in text
    assert len(re.findall(r'name="chosen" value="\d+"[^>]* checked', text)) == 2


def test_bulk_that_went_well_leaves_nothing_ticked(worker, sign_in):
    one, other = cases.file_request(), cases.file_request()
    text = sign_in(worker).post("/queue/bulk/", {"chosen": [one.pk], "act": "close", "note": "Filled."}).content.decode()
    assert other.number in text
    assert " checked" not in text
    assert "Filled." not in text


def test_bulk_with_nothing_chosen_keeps_the_note_and_the_filters(worker, sign_in):
    cases.file_request()
    page = sign_in(worker).post("/queue/bulk/?status=open", {"act": "close", "note": "Swept on Friday"})
    text = page.content.decode()
    assert (page.status_code, "Nothing was changed." in text) == (400, True)
    assert 'value="Swept on Friday"' in text
    assert "/queue/bulk/?status=open" in text


def test_bulk_with_nothing_chosen_says_so(worker, sign_in):
    page = sign_in(worker).post("/queue/bulk/", {"act": "close"}, follow=True)
    assert "Choose at least one request first." in page.content.decode()


def test_queue_writes_what_people_typed_as_text(worker, sign_in):
    cases.file_request(address="1 <script>alert(1)</script> St")

    page = sign_in(worker).get("/queue/").content.decode()

    assert "<script>alert" not in page
    assert "1 &lt;script&gt;alert(1)&lt;/script&gt; St" in page
