"""The call taker's screen: find, see what is open, file or join, log what made no request."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from citystat.core.models import AuditEvent
from citystat.knowledge import actions as knowledge
from citystat.service_requests.cases import actions, contact_records
from citystat.service_requests.cases.actions import Report
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import ContactRecord, RoutingRule, ServiceForm, ServiceRequest, Subscription
from tests.factories import cases

pytestmark = pytest.mark.django_db
CALL = {"call_key": "k1", "channel": "phone", "phone": "816-555-0100", "address": "12 Main St", "service": "pothole", "language": "en"}


def earlier_call(service="pothole", address="12 Main St", phone="816-555-0100"):
    report = Report(service=service, address=address, description="A hole", reporter=Details(name="Ana Ruiz", phone=phone))
    return actions.file_request(by=None, report=report, channel="phone")


def test_caller_is_found_by_telephone_with_earlier_requests_beside(agent, sign_in):
    one = earlier_call()
    page = sign_in(agent).post("/calls/", {"call_key": "k", "channel": "phone", "phone": "(816) 555-0100", "do": "look"})
    assert [found["number"] for found in page.context["earlier"]] == [one.number]
    assert AuditEvent.objects.get(action="find caller").by == agent
    assert "555" not in str(AuditEvent.objects.get(action="find caller").details)
    assert ServiceRequest.objects.count() == 1


def test_requests_at_the_address_are_shown(agent, sign_in):
    one = earlier_call(address="12 Main Street")
    page = sign_in(agent).post("/calls/", {"call_key": "k", "channel": "phone", "address": "12 main", "do": "look"})
    assert [found["number"] for found in page.context["at_address"]] == [one.number]


def test_what_is_typed_is_kept_by_a_look_up(agent, sign_in):
    data = {**CALL, "do": "look", "description": "A deep hole", "via_office": "District 1 office", "topic": "Fees"}
    text = sign_in(agent).post("/calls/", data).content.decode()
    for typed in ("816-555-0100", "12 Main St", "A deep hole", "District 1 office", "Fees"):
        assert typed in text


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ({"address": "", "service": ""}, "address"),
        ({"service": ""}, "name"),
        ({"name": "Ana", "description": "A hole", "service": ""}, "service"),
        ({"name": "Ana", "description": "A hole", "latitude": "north"}, "latitude"),
    ],
)
def test_cursor_stands_where_the_call_goes_on(agent, sign_in, typed, name):
    text = sign_in(agent).post("/calls/", {**CALL, **typed, "do": "look"}).content.decode()
    (tag,) = re.findall(r"<[^>]*\bautofocus\b[^>]*>", text)
    assert f'name="{name}"' in tag


def test_cursor_stands_at_the_question_that_was_not_answered(agent, sign_in):
    cases.make_service("Tree", "TRE", form={"questions": [{**cases.SIZE_QUESTION, "required": True}]})
    page = sign_in(agent).post("/calls/", {**CALL, "service": "tree", "do": "file"})
    (tag,) = re.findall(r"<[^>]*\bautofocus\b[^>]*>", page.content.decode())
    assert (page.status_code, f'name="q-{cases.SIZE_QUESTION["code"]}"' in tag) == (400, True)


def test_cursor_stands_at_the_warning_of_what_is_open_already(agent, sign_in):
    earlier_call()
    text = sign_in(agent).post("/calls/", {**CALL, "do": "file"}).content.decode()
    (tag,) = re.findall(r"<[^>]*\bautofocus\b[^>]*>", text)
    assert "ac-pending" in tag


@pytest.mark.feature("F090")
@pytest.mark.parametrize("channel", ["phone", "walk_in", "mail", "social", "email"])
def test_each_channel_files_the_same_request_with_its_channel_kept(agent, sign_in, channel):
    sign_in(agent).post("/calls/", {**CALL, "channel": channel, "do": "file"})
    one = ServiceRequest.objects.get()
    assert (one.channel, one.service_slug, one.department, one.origin, one.address) == (
        channel,
        "pothole",
        "Streets",
        "resident",
        "12 Main St",
    )
    record = ContactRecord.objects.get()
    assert (record.request, record.channel, record.outcome, record.by) == (one, channel, "request", agent)


def test_filing_says_number_and_due_date_to_read_out(agent, sign_in):
    page = sign_in(agent).post("/calls/", {**CALL, "do": "file"}, follow=True)
    one = ServiceRequest.objects.get()
    assert f"Request {one.number} is filed. It should be done by" in page.content.decode()


@pytest.mark.slow
def test_open_duplicates_are_shown_before_anything_is_filed(agent, sign_in):
    there = earlier_call(phone="816-555-0111")
    browser = sign_in(agent)

    page = browser.post("/calls/", {**CALL, "do": "file"})

    assert page.context["must_choose"]
    assert [found["number"] for found in page.context["duplicates"]] == [there.number]
    assert ServiceRequest.objects.count() == 1
    seen = page.context["form"]["seen"].value()
    assert browser.post("/calls/", {**CALL, "do": "file", "seen": seen}).status_code == 302
    assert ServiceRequest.objects.count() == 2


def test_duplicates_near_a_point_are_found(agent, sign_in):
    there = cases.file_request(email="")
    data = {**CALL, "address": "", "longitude": cases.WEST_POINT[0], "latitude": cases.WEST_POINT[1], "do": "look"}
    page = sign_in(agent).post("/calls/", data)
    assert [(found["number"], found["meters"]) for found in page.context["duplicates"]] == [(there.number, 0)]


@pytest.mark.feature("F120")
def test_inquiry_of_a_council_office_joins_the_request_and_makes_no_other(agent, sign_in):
    there = earlier_call()
    data = {**CALL, "via_office": "Council District 1", "phone": "816-555-0123", "do": f"join-{there.number}"}
    browser = sign_in(agent)

    for _ in range(2):
        browser.post("/calls/", data)

    there.refresh_from_db()
    assert (ServiceRequest.objects.count(), there.voices) == (1, 2)
    assert Subscription.objects.get(request=there).contact.phone == "+18165550123"
    record = ContactRecord.objects.get()
    assert (record.request, record.via_office, record.outcome) == (there, "Council District 1", "request")


@pytest.mark.feature("F094")
def test_transfer_is_logged_and_is_no_request(agent, sign_in):
    cases.make_service("Noise", "NOI", form={"is_offered": False, "outside_agency": "Police"})
    browser = sign_in(agent)

    refused = browser.post("/calls/", {**CALL, "service": "noise", "do": "file"})
    assert refused.status_code == 400
    assert "handled by Police" in refused.content.decode()
    assert refused.context["form"]["transferred_to"].value() == "Police"
    browser.post("/calls/", {**CALL, "service": "noise", "do": "transferred"})

    assert not ServiceRequest.objects.exists()
    record = ContactRecord.objects.get()
    assert (record.outcome, record.transferred_to, record.request) == ("transferred", "Police", None)


def test_answer_without_a_request_is_logged(agent, sign_in):
    browser = sign_in(agent)
    refused = browser.post("/calls/", {"call_key": "k", "channel": "phone", "do": "answered"})
    assert (refused.status_code, ContactRecord.objects.count()) == (400, 0)
    browser.post("/calls/", {"call_key": "k", "channel": "phone", "do": "answered", "topic": "When is the pool open"})
    assert ContactRecord.objects.get().topic == "When is the pool open"
    assert not ServiceRequest.objects.exists()


def test_question_about_a_request_is_logged_with_it(agent, sign_in):
    one, browser = earlier_call(), sign_in(agent)
    page = browser.post("/calls/", {"call_key": "k", "channel": "phone", "number": one.number, "do": "look"})
    assert page.context["asked"]["number"] == one.number
    browser.post("/calls/", {"call_key": "k", "channel": "phone", "number": one.number, "do": "status"})
    assert ContactRecord.objects.get().request == one


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"service": ""}, "Choose a service"),
        ({"address": ""}, "Say where it is"),
        ({"phone": "12"}, "not a telephone number"),
        ({"latitude": "30", "longitude": "-40"}, "outside"),
        ({"channel": "pigeon"}, "pigeon"),
        ({"do": "join-26-999999"}, "26-999999"),
        ({"do": "status", "number": ""}, "number of the request"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_stores_nothing(agent, sign_in, changes, words):
    page = sign_in(agent).post("/calls/", {**CALL, "do": "file", "description": "Kept", **changes})
    assert page.status_code == 400
    text = page.content.decode()
    assert words in text
    assert "Kept" in text
    assert not ServiceRequest.objects.exists()
    assert not ContactRecord.objects.exists()


@pytest.mark.slow
def test_questions_of_the_service_are_asked_and_answered(agent, sign_in):
    cases.make_service("Tree", "TRE", form={"questions": [cases.SIZE_QUESTION]})
    browser = sign_in(agent)
    refused = browser.post("/calls/", {**CALL, "service": "tree", "do": "file"})
    assert "How big is it?" in refused.content.decode()
    assert not ServiceRequest.objects.exists()
    browser.post("/calls/", {**CALL, "service": "tree", "do": "file", "q-SIZE": "L"})
    assert ServiceRequest.objects.get().answers[0]["words"] == ["Like a wheel"]


def test_defect_found_by_staff_is_marked_internal(agent, sign_in):
    sign_in(agent).post("/calls/", {**CALL, "do": "file", "internal": "on", "phone": "", "channel": "staff"})
    assert ServiceRequest.objects.get().origin == "internal"


def test_file_button_pressed_twice_files_once(agent, sign_in):
    browser = sign_in(agent)
    for seen in ("", ",".join(map(str, range(500)))):
        browser.post("/calls/", {**CALL, "do": "file", "seen": seen})
    assert ServiceRequest.objects.count() == 1
    assert ContactRecord.objects.count() == 1


@pytest.mark.feature("F092")
def test_a_call_at_ten_at_night_goes_to_the_after_hours_group_and_is_one_request(agent, sign_in, monkeypatch):
    from citystat.service_requests.cases import offers

    zone = offers.business_calendar().zone
    night = datetime(2026, 11, 18, 22, 0, tzinfo=ZoneInfo(str(zone)))
    RoutingRule.objects.create(order=1, name="At night", when={"hours": ["20", "7"]}, department="Water", team="Night desk")
    monkeypatch.setattr(timezone, "now", lambda: night)

    sign_in(agent).post("/calls/", {**CALL, "do": "file"})

    one = ServiceRequest.objects.get()
    assert (one.department, one.team) == ("Water", "Night desk")
    assert ContactRecord.objects.get().after_hours


@pytest.mark.slow
def test_point_of_an_earlier_request_at_the_address_is_used(agent, sign_in):
    cases.file_request(address="5 Oak St")
    page = sign_in(agent).post("/calls/", {**CALL, "address": "5 oak st", "do": "look"})
    assert page.context["point_note"]
    assert float(page.context["form"]["longitude"].value()) == cases.WEST_POINT[0]


def test_words_suggest_services(agent, sign_in):
    ServiceForm.objects.filter(slug="leak").update(keywords=["water running"])
    page = sign_in(agent).post("/calls/", {"call_key": "k", "channel": "phone", "description": "there is a leak of water", "do": "look"})
    assert page.context["suggestions"][0] == ("leak", "Leak")


def test_day_is_counted_for_the_person(agent, sign_in):
    contact_records.record(by=agent, channel="phone", outcome="answered", topic="Hours")
    assert sign_in(agent).get("/calls/").context["today"]["answered"] == 1


def test_other_staff_have_no_call_screen(worker, sign_in):
    assert sign_in(worker).get("/calls/").status_code == 403


@pytest.mark.slow
def test_look_up_takes_few_statements(agent, sign_in, settings, django_assert_max_num_queries):
    settings.CITYSTAT_SECONDS_KEPT = 60
    for _ in range(5):
        earlier_call()
    browser = sign_in(agent)
    browser.post("/calls/", {**CALL, "do": "look"})
    with django_assert_max_num_queries(14):
        browser.post("/calls/", {**CALL, "do": "look"})


def test_article_is_found_while_the_question_is_typed_and_counts_as_a_contact(agent, sign_in):
    keeper = cases.make_user("keeper@city.example", "manager_311")
    content = knowledge.Content(texts={"en": knowledge.Text(title="When is trash collected", body="Trash is collected on your weekday.")})
    article = knowledge.save(by=keeper, content=content)
    browser = sign_in(agent)

    page = browser.post("/calls/", {"call_key": "k", "channel": "phone", "topic": "when is my trash collected", "do": "look"})
    assert [one.slug for one in page.context["articles"]] == [article.slug]
    browser.post("/calls/", {"call_key": "k", "channel": "walk_in", "do": f"article-{article.slug}"})

    record = ContactRecord.objects.get()
    assert (record.outcome, record.article, record.channel, record.by) == ("answered", article.slug, "walk_in", agent)
    assert not ServiceRequest.objects.exists()


def test_what_fits_the_words_is_told_while_they_are_typed_and_nobody_is_looked_up(agent, sign_in):
    one = earlier_call()
    page = sign_in(agent).post("/calls/", {**CALL, "do": "hear"})
    assert [found["number"] for found in page.context["duplicates"]] == [one.number]
    assert "<h1" not in page.content.decode()
    assert not AuditEvent.objects.filter(action="find caller").exists()
    assert ServiceRequest.objects.count() == 1


def test_service_that_fits_is_chosen_by_its_button_and_asks_its_questions(agent, sign_in):
    cases.make_service("Tree", "TRE", form={"questions": [cases.SIZE_QUESTION]})
    page = sign_in(agent).post("/calls/", {**CALL, "service": "", "do": "service-tree"})
    assert page.context["form"]["service"].value() == "tree"
    assert [field.name for field in page.context["groups"]["questions"]] == [f"q-{cases.SIZE_QUESTION['code']}"]
    assert not ServiceRequest.objects.exists()


def test_cursor_stays_at_a_question_without_caller_or_place(agent, sign_in):
    typed = {"call_key": "k", "channel": "phone", "language": "en", "topic": "Library hours", "do": "look"}
    (tag,) = re.findall(r"<[^>]*\bautofocus\b[^>]*>", sign_in(agent).post("/calls/", typed).content.decode())
    assert 'name="topic"' in tag


def test_point_found_for_the_address_is_folded_and_one_typed_is_open(agent, sign_in):
    cases.file_request(address="5 Oak St")
    browser = sign_in(agent)
    assert not browser.post("/calls/", {**CALL, "address": "5 oak st", "do": "look"}).context["is_pointed_by_hand"]
    assert browser.post("/calls/", {**CALL, "latitude": "39.1", "longitude": "-94.5", "do": "look"}).context["is_pointed_by_hand"]
