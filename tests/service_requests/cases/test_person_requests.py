"""A person gets or deletes what the city holds of them."""

import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from citystat.channels.models import InboundMessage
from citystat.core import clock, vault
from citystat.core.errors import InputError, NotAllowed, NotFound, UserError
from citystat.core.models import AuditEvent, OutboxMessage
from citystat.service_requests.cases import actions, contacts, follow_requests, person_requests, retention
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import Contact, Event, Photo, ServiceRequest, Subscription
from tests.factories import cases

pytestmark = pytest.mark.django_db
ANA = "ana@example.org"


@pytest.fixture(autouse=True)
def city(city_home: Any) -> None:
    cases.make_districts()
    cases.make_service()


@pytest.fixture
def worker() -> Any:
    return cases.make_user("worker@city.example", "department_worker", department="")


@pytest.fixture
def officer() -> Any:
    return cases.make_user("privacy@city.example", "data_officer")


def ana() -> Any:
    return person_requests.person(email="Ana@Example.org ")


def a_life(worker: Any) -> ServiceRequest:
    """Ana reports, writes, is looked at; follows another's request; wrote a letter. Bo reports, too."""
    bo = cases.file_request(email="bo@example.org", description="Bo's hole")
    made = cases.file_request(email=ANA, pictures=[cases.photo()])
    actions.add_reply(request_id=made.pk, text="It is by my house", channel="web")
    actions.comment(by=worker, request_id=made.pk, text="Looked at the map", public=False)
    assert made.reporter is not None
    contacts.read(made.reporter, by=worker, why="to call back")
    actions.join(request_id=bo.pk, reporter=Details(name="Ana", email=ANA), channel="web", text="I saw it as well")
    InboundMessage.objects.create(
        key="k", source="email", channel="email", received_at=timezone.now(), outcome="request", subject="A hole", text="Dear city",
        sender_sealed=vault.encrypt(ANA), sender_index=vault.index_of("sender", f"email:{ANA}"),
    )  # fmt: skip
    return made


def opened(content: bytes) -> tuple[dict[str, Any], list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return json.loads(archive.read("data.json")), archive.namelist()


def test_export_has_everything_of_the_person_and_nothing_of_others(worker: Any, officer: Any) -> None:
    made = a_life(worker)
    data, names = opened(person_requests.export(by=officer, person=ana(), why="letter of May 3"))

    assert [one["number"] for one in data["requests"]] == [made.number]
    assert {one["email"] for one in data["contact_data"]} == {ANA}
    assert "It is by my house" in {event["text"] for event in data["requests"][0]["what_happened"]}
    assert data["looks_at_the_contact_data"][0] | {"at": ""} == {"at": "", "by": "city staff", "why": "to call back"}
    assert [(one["also_reported_it"], one["words"]) for one in data["follows"]] == [(True, ["I saw it as well"])]
    assert data["messages_to_the_city"][0]["text"] == "Dear city"
    assert made.number in {one["about"] for one in data["messages_from_the_city"]}
    assert names == ["data.json", f"photos/{made.number}-{Photo.objects.get().pk}.jpg"]
    whole = json.dumps(data)
    assert "bo@example.org" not in whole
    assert "Bo's hole" not in whole
    assert "Looked at the map" not in whole


def test_export_is_logged_without_the_address(worker: Any, officer: Any) -> None:
    a_life(worker)
    person_requests.export(by=officer, person=ana(), why="letter of May 3")
    event = AuditEvent.objects.get(action="export personal data")
    assert (event.by, event.details["why"], event.details["requests"]) == (officer, "letter of May 3", 1)
    assert ANA not in str(list(AuditEvent.objects.values()))


def test_delete_leaves_requests_without_identity_and_ends_what_is_sent(worker: Any, officer: Any) -> None:
    made = a_life(worker)
    before = ServiceRequest.objects.count()
    counts = person_requests.delete(by=officer, person=ana(), why="letter of May 3")

    assert counts["contacts"] == 2
    assert not [one for one in Contact.objects.all() if ANA in (one.email, one.name)]
    assert not [one for one in OutboxMessage.objects.all() if vault.decrypt(one.to_sealed) == ANA]
    assert not OutboxMessage.objects.filter(status="waiting", about=made.number).exists()
    assert InboundMessage.objects.get().text == ""
    assert not Subscription.objects.filter(stopped_at__isnull=True).exists()
    assert ServiceRequest.objects.count() == before
    made.refresh_from_db()
    assert (made.description, made.status) == ("A deep hole", "new")
    assert Event.objects.filter(request=made, kind="contact_removed").count() == 1
    assert actions.comment(by=worker, request_id=made.pk, text="News", public=True)
    assert not OutboxMessage.objects.filter(status="waiting", about=made.number).exists()
    assert person_requests.export(by=officer, person=person_requests.person(email="bo@example.org"), why="x")
    assert OutboxMessage.objects.filter(status="waiting").exists()


def test_delete_with_words_removes_what_they_wrote_and_sent_but_not_staff_words(worker: Any, officer: Any) -> None:
    made = a_life(worker)
    person_requests.delete(by=officer, person=ana(), why="letter", with_words=True)
    made.refresh_from_db()
    assert made.description == ""
    assert Photo.objects.get().removed_at is not None
    texts = set(Event.objects.exclude(text="").values_list("text", flat=True))
    assert texts == {"Looked at the map"}
    assert ServiceRequest.objects.get(description="Bo's hole").voices == 2


def test_delete_twice_is_no_error_and_finds_nothing(worker: Any) -> None:
    a_life(worker)
    person_requests.delete(by=None, person=ana(), why="letter")
    assert not any(person_requests.delete(by=None, person=ana(), why="letter").values())


def test_delete_keeps_what_a_hold_keeps_and_says_so(worker: Any, officer: Any) -> None:
    made = a_life(worker)
    retention.hold(by=officer, request_id=made.pk, reason="Claim 12")
    counts = person_requests.delete(by=officer, person=ana(), why="letter", with_words=True)
    assert (counts["contacts"], counts["contacts_kept_by_a_hold"]) == (1, 1)
    made.refresh_from_db()
    assert made.description == "A deep hole"
    assert made.reporter is not None
    assert made.reporter.email == ANA


def test_delete_by_phone_finds_every_spelling() -> None:
    contacts.keep(contacts.checked(Details(phone="816 555 0100")))
    assert person_requests.delete(by=None, person=person_requests.person(phone="+1 (816) 555-0100"), why="call")["contacts"] == 1


def test_delete_finds_messages_written_before_they_had_an_index() -> None:
    cases.file_request(email=ANA)
    OutboxMessage.objects.update(to_index="")
    assert person_requests.delete(by=None, person=ana(), why="letter")["messages_from_the_city"] == 1


@pytest.mark.parametrize("role", ["department_worker", "call_taker", "supervisor", "manager_311", "analyst"])
def test_only_who_answers_privacy_requests_may(role: str) -> None:
    person = cases.make_user("somebody@city.example", role, department="")
    for act in (
        lambda: person_requests.export(by=person, person=ana(), why="x"),
        lambda: person_requests.delete(by=person, person=ana(), why="x"),
        lambda: person_requests.preview(by=person, person=ana()),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize("given", [{}, {"email": ANA, "phone": "8165550100"}, {"email": "no address"}])
def test_person_that_cannot_be_says_why(given: dict[str, str]) -> None:
    with pytest.raises(InputError):
        person_requests.person(**given)


def secret_of(message: OutboxMessage) -> tuple[str, str]:
    found = re.search(r"/my-data/(get|delete)/([^/\s]+)/", message.text)
    assert found is not None
    return found[1], found[2]


def test_link_goes_to_the_reporters_own_address_and_works_once() -> None:
    made = cases.file_request(email=ANA)
    person_requests.send_link_of(made, act="get")
    message = OutboxMessage.objects.latest("pk")
    assert vault.decrypt(message.to_sealed) == ANA
    act, secret = secret_of(message)
    assert act == "get"
    assert opened(person_requests.export_by_link(secret))[0]["requests"][0]["number"] == made.number
    with pytest.raises(NotFound, match="used already"):
        person_requests.export_by_link(secret)


def test_link_is_over_after_a_day_and_is_for_one_act() -> None:
    person_requests.send_link_of(cases.file_request(email=ANA), act="get")
    _act, secret = secret_of(OutboxMessage.objects.latest("pk"))
    with pytest.raises(NotFound):
        person_requests.delete_by_link(secret, with_words=True)
    with clock.at(timezone.now() + timedelta(days=1, minutes=1)), pytest.raises(NotFound, match="its day is over"):
        person_requests.export_by_link(secret)
    assert Contact.objects.get().email == ANA


def test_link_deletes_only_what_its_own_address_proves() -> None:
    both = cases.file_request(email=ANA)
    Contact.objects.update(phone_sealed=vault.encrypt("+18165550100"), phone_index=vault.index_of("phone", "+18165550100"))
    contacts.keep(contacts.checked(Details(phone="(816) 555-0100")))
    person_requests.send_link_of(both, act="delete")
    _act, secret = secret_of(OutboxMessage.objects.latest("pk"))
    person_requests.delete_by_link(secret, with_words=False)
    assert [one.phone for one in Contact.objects.filter(removed_at__isnull=True)] == ["+18165550100"]


def test_send_link_to_somebody_unknown_sends_nothing_and_three_a_day_are_enough() -> None:
    person_requests.send_link(act="get", person=ana())
    assert not OutboxMessage.objects.exists()
    made = cases.file_request(email=ANA)
    for _ in range(5):
        person_requests.send_link_of(made, act="get")
    assert OutboxMessage.objects.filter(key__startswith="my-data:").count() == 3


def test_command_exports_to_a_private_file_once(worker: Any, tmp_path: Path) -> None:
    made = a_life(worker)
    target = tmp_path / "ana.zip"
    call_command("person", "export", "--email", ANA, "--why", "letter", "--out", str(target))
    assert opened(target.read_bytes())[0]["requests"][0]["number"] == made.number
    assert target.stat().st_mode & 0o077 == 0
    with pytest.raises((UserError, CommandError), match="exists already"):
        call_command("person", "export", "--email", ANA, "--why", "letter", "--out", str(target))


def test_command_deletes_only_when_told_to(worker: Any, capsys: pytest.CaptureFixture[str]) -> None:
    a_life(worker)
    call_command("person", "delete", "--email", ANA, "--why", "letter", "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out)["contacts"] == 2
    with pytest.raises((UserError, CommandError), match="Nothing was deleted"):
        call_command("person", "delete", "--email", ANA, "--why", "letter")
    assert Contact.objects.filter(removed_at__isnull=True).count() == 3
    call_command("person", "delete", "--email", ANA, "--why", "letter", "--yes")
    assert Contact.objects.filter(removed_at__isnull=True).count() == 1


def test_retention_command_runs_holds_and_wipes_old_messages(capsys: pytest.CaptureFixture[str]) -> None:
    made = cases.file_request(email=ANA)
    OutboxMessage.objects.update(status="sent", created_at=timezone.now() - timedelta(days=100))
    call_command("retention", "hold", made.number, "--reason", "Claim 12")
    call_command("retention", "run", "--json")
    call_command("retention", "holds", "--json")
    ran, holds = (json.loads(line) for line in capsys.readouterr().out.splitlines()[-2:])
    assert (ran["messages_out"], ran["dry_run"]) == (1, False)
    assert holds["holds"][0]["number"] == made.number
    assert OutboxMessage.objects.get().text == ""


def test_pending_follow_is_exported_and_deleted() -> None:
    follow_requests.ask(reporter=Details(email=ANA), service_slug="pothole")
    data, _names = opened(person_requests.export(by=None, person=ana(), why="letter"))
    assert len(data["follows_not_confirmed"]) == 1
    person_requests.delete(by=None, person=ana(), why="letter")
    _act = re.search(r"/follow/confirm/([^/]+)/", str(data["messages_from_the_city"]))
    assert _act is not None
    with pytest.raises(NotFound):
        follow_requests.confirm(_act[1])
