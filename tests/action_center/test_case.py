"""The page of one request: what it shows to whom, what it offers, what a refusal keeps."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from citystat.core.models import AuditEvent
from citystat.service_requests import rules
from citystat.service_requests.cases import actions
from citystat.service_requests.models import Event, Photo, RoutingRule, ServiceRequest, WorkOrder
from tests.factories import cases

pytestmark = pytest.mark.django_db


def path(one, rest=""):
    return f"/queue/{one.number}/{rest}"


def names(page):
    return {offer.act.name for offer in page.context["offers"]}


@pytest.mark.slow
def test_case_page_says_why_here_promise_due_and_everything_that_happened(worker, sign_in):
    RoutingRule.objects.create(order=1, name="West side", when={"place_council_district": "1"}, team="North")
    one = cases.file_request()
    actions.comment(by=worker, request_id=one.pk, text="Looked at it", public=False)

    text = sign_in(worker).get(path(one)).content.decode()

    assert "Rule 1: West side." in text
    assert "5 days" in text
    assert "Looked at it" in text
    assert "staff only" in text


@pytest.mark.slow
def test_case_page_folds_what_is_long_ago_and_leads_to_what_is_next(worker, sign_in):
    one = cases.file_request()
    for number in range(14):
        actions.comment(by=worker, request_id=one.pk, text=f"Note {number}", public=False)

    page = sign_in(worker).get(path(one))

    assert [step.text for step in page.context["timeline"]] == [f"Note {number}" for number in range(6, 14)]
    assert [step.text for step in page.context["earlier"]][1:] == [f"Note {number}" for number in range(6)]
    text = page.content.decode()
    assert '<a href="#acts">' in text
    assert 'id="acts"' in text


@pytest.mark.slow
def test_case_page_folds_nothing_of_a_short_story(worker, sign_in):
    one = cases.file_request()
    for number in range(11):
        actions.comment(by=worker, request_id=one.pk, text=f"Note {number}", public=False)
    page = sign_in(worker).get(path(one))
    assert (len(page.context["earlier"]), len(page.context["timeline"])) == (0, 12)


def test_case_page_starts_work_with_one_press(worker, sign_in):
    one = cases.file_request()
    text = sign_in(worker).get(path(one)).content.decode()
    form = re.search(rf'<form method="post" action="{path(one, "do/start/")}" id="act-start">.*?</form>', text, re.S)
    assert form
    assert "Start work" in form[0]
    assert "<summary>Start work</summary>" not in text


@pytest.mark.slow
def test_case_page_statements_do_not_grow_with_the_timeline(worker, sign_in, settings, django_assert_max_num_queries):
    settings.CITYSTAT_SECONDS_KEPT = 60
    one = cases.file_request()
    for number in range(12):
        actions.comment(by=worker, request_id=one.pk, text=f"Note {number}", public=False)
    browser = sign_in(worker)
    browser.get(path(one))
    with django_assert_max_num_queries(14):
        browser.get(path(one))


@pytest.mark.parametrize("status", rules.CASE_STATUSES)
def test_only_transitions_the_rules_allow_are_offered(worker, sign_in, status):
    one = cases.file_request()
    ServiceRequest.objects.filter(pk=one.pk).update(status=status)
    becomes = {"start": "started", "close": "closed", "ask": "asked", "hold": "held", "cancel": "cancelled", "merge": "closed"}

    offered = names(sign_in(worker).get(path(one)))

    for name, following in becomes.items():
        assert (name in offered) == (following in rules.TRANSITIONS[status])
    assert ("reopen" in offered) == (status in {"closed", "cancelled"})
    assert ("resume" in offered) == (status in {"held", "asked"})


@pytest.mark.parametrize(
    ("email", "values"),
    [("water@city.example", {"department": "Water"}), ("east@city.example", {"department": "Streets", "district": "2"})],
)
def test_case_of_another_department_or_district_is_refused(city, sign_in, email, values):
    one = cases.file_request()
    browser = sign_in(cases.make_user(email, "department_worker", **values))
    assert browser.get(path(one)).status_code == 403
    assert browser.post(path(one, "do/start/")).status_code == 403
    assert browser.post(path(one, "contact/")).status_code == 403
    one.refresh_from_db()
    assert one.status == "new"


@pytest.mark.slow
def test_contact_is_shown_only_when_asked_for_and_the_look_is_logged(worker, sign_in):
    one = cases.file_request(email="ana@example.org")
    browser = sign_in(worker)
    assert "ana@example.org" not in browser.get(path(one)).content.decode()
    assert browser.get(path(one, "contact/")).status_code == 405

    page = browser.post(path(one, "contact/"))

    assert "ana@example.org" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert AuditEvent.objects.get(action="see contact").by == worker


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("start", {}, "started"),
        ("hold", {"reason": "Waiting for parts"}, "held"),
        ("ask", {"question": "Which side?"}, "asked"),
        ("close", {"resolution": "work_done", "note": "Filled"}, "closed"),
        ("cancel", {"reason": "By mistake"}, "cancelled"),
        ("refer", {"department": "Water"}, "new"),
        ("comment", {"text": "We come on Monday", "public": "yes"}, "new"),
        ("assign", {"team": "North"}, "assigned"),
    ],
)
def test_act_changes_the_request_and_adds_an_event(worker, sign_in, name, data, status):
    one = cases.file_request()
    before = Event.objects.count()
    response = sign_in(worker).post(path(one, f"do/{name}/"), data)
    assert response.status_code == 302
    one.refresh_from_db()
    assert one.status == status
    assert Event.objects.count() == before + 1


@pytest.mark.slow
def test_resume_reopen_split_and_escalate(worker, boss, sign_in):
    one = cases.file_request()
    actions.hold(by=worker, request_id=one.pk, reason="Parts")
    browser = sign_in(boss)
    for name, data in (("resume", {}), ("split", {"titles": "Dig\nFill\n"}), ("escalate", {"reason": "Late"}),
                       ("close", {"resolution": "work_done"}), ("reopen", {"reason": "Still there"})):  # fmt: skip
        assert browser.post(path(one, f"do/{name}/"), data).status_code == 302, name
    one.refresh_from_db()
    assert (one.status, one.escalation_level, one.reopened) == ("new", 1, 1)
    assert list(WorkOrder.objects.values_list("title", flat=True)) == ["Dig", "Fill"]


def test_merge_by_number(worker, sign_in):
    first, second = cases.file_request(), cases.file_request()
    browser = sign_in(worker)
    refused = browser.post(path(second, "do/merge/"), {"number": "26-999999"})
    assert refused.status_code == 400
    assert "26-999999" in refused.content.decode()
    browser.post(path(second, "do/merge/"), {"number": first.number})
    second.refresh_from_db()
    assert (second.status, second.parent_id) == ("closed", first.pk)


def test_refused_close_keeps_what_was_typed(worker, sign_in):
    one = cases.file_request()
    page = sign_in(worker).post(path(one, "do/close/"), {"resolution": "inspected_no_action", "note": "  "})
    assert page.status_code == 400
    assert "Say in a sentence what was found" in page.content.decode()
    assert '<option value="inspected_no_action" selected>' in page.content.decode()
    above = page.content.decode().split("<h1>")[0]
    assert "Nothing was changed." in above
    assert 'href="#act-close"' in above
    assert '<details class="ac-act" id="act-close" open>' in page.content.decode()
    one.refresh_from_db()
    assert one.status == "new"


@pytest.mark.slow
@pytest.mark.feature("F026")
def test_close_without_a_required_photo_is_refused_and_with_one_it_opens_from_the_case(worker, sign_in):
    cases.make_service("Graffiti", "GRA", form={"completion_photo": True})
    one, browser = cases.file_request("graffiti"), sign_in(worker)
    refused = browser.post(path(one, "do/close/"), {"resolution": "work_done", "note": "Painted over"})
    assert "add a photo" in refused.content.decode()
    assert "Painted over" in refused.content.decode()

    upload = SimpleUploadedFile("wall.jpg", cases.photo(), content_type="image/jpeg")
    browser.post(path(one, "do/close/"), {"resolution": "work_done", "photos": upload})

    photo = Photo.objects.get(request=one)
    assert photo.added_at
    assert f"/queue/photos/{photo.token}.jpg" in browser.get(path(one)).content.decode()
    shown = browser.get(f"/queue/photos/{photo.token}.jpg")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")


def test_photo_that_is_no_picture_is_a_sentence_on_the_form(worker, sign_in):
    one = cases.file_request()
    upload = SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>", content_type="image/jpeg")
    page = sign_in(worker).post(path(one, "do/close/"), {"resolution": "work_done", "photos": upload})
    assert page.status_code == 400
    assert "picture" in page.content.decode() or "photo" in page.content.decode()
    assert not Photo.objects.exists()


@pytest.mark.slow
def test_two_agents_at_once_the_second_gets_a_sentence_and_keeps_the_note(worker, boss, sign_in):
    one, first, second = cases.file_request(), sign_in(worker), sign_in(boss)
    assert second.get(path(one)).status_code == 200
    first.post(path(one, "do/close/"), {"resolution": "work_done"})

    page = second.post(path(one, "do/close/"), {"resolution": "work_done", "note": "I filled it too"})

    assert page.status_code == 400
    assert "is not possible" in page.content.decode()
    assert "I filled it too" in page.content.decode()
    assert Event.objects.filter(request=one, kind="closed").count() == 1


@pytest.mark.slow
def test_redact_needs_the_right_and_leaves_a_tombstone(worker, boss, sign_in):
    one = cases.file_request(description="Call me at 555 0100")
    data = {"what": "description", "why": "A telephone number"}
    assert sign_in(worker).post(path(one, "do/redact/"), data).status_code == 400
    assert sign_in(boss).post(path(one, "do/redact/"), data).status_code == 302
    text = sign_in(boss).get(path(one)).content.decode()
    assert "555 0100" not in text
    assert "A telephone number" in text


def test_escalate_is_not_offered_to_department_staff(worker, sign_in):
    one = cases.file_request()
    browser = sign_in(worker)
    assert "escalate" not in names(browser.get(path(one)))
    assert browser.post(path(one, "do/escalate/"), {"reason": "Late"}).status_code == 400


def test_unknown_number_and_unknown_step_are_not_found(worker, sign_in):
    browser, one = sign_in(worker), cases.file_request()
    assert browser.get("/queue/26-999999/").status_code == 404
    assert browser.get("/queue/nothing/").status_code == 404
    assert browser.post(path(one, "do/explode/")).status_code == 404


def test_hostile_text_is_shown_as_text(worker, sign_in):
    one = cases.file_request(description="<script>alert(1)</script>")
    text = sign_in(worker).get(path(one)).content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
