"""The five steps of a service center: named from what is in use, with reasons."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from citystat.core.models import OutboxMessage
from citystat.service_requests.cases import actions, contact_records
from citystat.service_requests.cases.actions import Report
from citystat.service_requests.cases.contacts import Details
from citystat.stat_sessions.maturity import queries, rules
from citystat.stat_sessions.maturity.rules import Use
from tests.factories import cases

FULL = Use(
    requests=100, services=12, channels={"web": 60, "phone": 40}, closed_with_contact=50, told=45, answers=7, public_articles=3, notices=2,
    campaigns=1, asked=50, judged=20, build_age_days=2, live_in_build=90, packets_in_year=4,
)  # fmt: skip


@pytest.mark.feature("F148")
@pytest.mark.parametrize(
    ("changed", "step", "following"),
    [
        ({}, 5, None),
        ({"packets_in_year": 0}, 4, "Repository feeding performance"),
        ({"build_age_days": 40}, 4, "Repository feeding performance"),
        ({"notices": 0, "campaigns": 0}, 3, "Awareness"),
        ({"told": 39}, 2, "Inform"),
        ({"answers": 0}, 2, "Inform"),
        ({"channels": {"web": 100}}, 1, "Many channels"),
        ({"orphans": ("Lost dog",)}, 0, "Intake"),
        ({"requests": 0}, 0, "Intake"),
        # A later step never stands in for an earlier one.
        ({"channels": {"web": 100}, "packets_in_year": 0}, 1, "Many channels"),
    ],
)
def test_judge_names_the_step_and_the_next_one(changed: dict[str, Any], step: int, following: str | None) -> None:
    found = rules.judge(replace(FULL, **changed))
    assert found.reached == step
    assert (found.next.name if found.next else None) == following


def test_judge_gives_each_reason_with_its_number() -> None:
    found = rules.judge(replace(FULL, told=39, orphans=("Lost dog",)))
    reasons = {one.code: one.found for step in found.steps for one in step.checks}
    assert reasons["owners"] == "11 of 12 services have one owner. Without one: Lost dog."
    assert reasons["told"] == "39 of 50 residents whose request was closed were written to (asked for: 80%)."
    assert reasons["channels"] == "2 channels brought requests in the last 90 days: Web 60, Phone 40."
    assert reasons["notices"] == "In force in the last 90 days: 2 notices, 1 campaign."
    assert reasons["answers"] == "Answered on the spot in the last 90 days: 7 contacts. To read: 3 public articles."


def test_judge_names_channels_in_words_and_one_of_a_kind_in_the_singular() -> None:
    found = rules.judge(replace(FULL, channels={"sms": 1}, notices=1, campaigns=0, answers=1, public_articles=1, live_in_build=1))
    reasons = {one.code: one.found for step in found.steps for one in step.checks}
    assert reasons["channels"] == "1 channel brought requests in the last 90 days: Text message 1."
    assert reasons["notices"] == "In force in the last 90 days: 1 notice, 0 campaigns."
    assert reasons["answers"] == "Answered on the spot in the last 90 days: 1 contact. To read: 1 public article."
    assert reasons["build"].endswith(" 1 live request is in them.")


def test_judge_of_a_center_that_has_nothing_is_before_the_first_step() -> None:
    assert rules.judge(Use()).reached == 0


@pytest.fixture
def city(city_home: Path, db: None) -> Any:
    cases.make_districts()
    cases.make_service()
    return cases.make_user("boss@city.example", "manager_311", department="")


def report(channel: str, **values: Any) -> Any:
    told = Report(service="pothole", description="A hole", longitude=cases.WEST_POINT[0], latitude=cases.WEST_POINT[1], **values)
    return actions.file_request(by=None, report=told, channel=channel)


def test_use_counts_what_happened_in_ninety_days(city: Any) -> None:
    for channel in ("web", "phone", "staff"):
        report(channel)
    contact_records.record(by=None, channel="phone", outcome="answered", topic="Hours")
    contact_records.record(by=None, channel="phone", outcome="answered", topic="Hours", at=timezone.now() - timedelta(days=100))
    found = queries.use(timezone.now())
    assert (found.requests, found.channels, found.answers, found.services) == (3, {"phone": 1, "web": 1}, 1, 1)
    assert queries.use(timezone.now() + timedelta(days=100)).requests == 0


@pytest.mark.slow
def test_use_counts_a_resident_as_told_only_when_a_message_was_written_after_the_closing(city: Any) -> None:
    reached = report("web", reporter=Details(name="Ana", email="ana@resident.example"))
    lost = report("web", reporter=Details(name="Bo", email="bo@resident.example"))
    report("web")
    for one in (reached, lost):
        actions.close(by=city, request_id=one.pk, resolution="inspected_no_action", note="The road is sound.")
    assert (queries.use(timezone.now()).closed_with_contact, queries.use(timezone.now()).told) == (2, 2)
    OutboxMessage.objects.filter(about=lost.number).update(status="dropped")
    assert queries.use(timezone.now()).told == 1


def test_command_says_the_step_with_reasons_and_what_to_do(city: Any) -> None:
    report("web")
    out = io.StringIO()
    call_command("maturity", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert (found["step"], found["name"], found["next"]) == (1, "Intake", "Many channels")
    assert found["to_do"] == ["Two channels or more bring requests"]
    out = io.StringIO()
    call_command("maturity", stdout=out)
    assert "The center stands on step 1 of 5: Intake." in out.getvalue()


def test_page_shows_the_step_and_lists_services_without_an_owner(city: Any, settings: Any) -> None:
    cases.make_service("Lost dog", "DOG", department="")
    report("web")
    browser = Client()
    browser.force_login(city, backend=settings.AUTHENTICATION_BACKENDS[1])
    page = browser.get("/center/maturity/").content.decode()
    assert "has not taken the first of five steps" in page
    assert "Without one: Lost dog." in page
