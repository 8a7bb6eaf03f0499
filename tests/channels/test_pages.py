"""Pages of the room: stuck messages, what waits for a call taker."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from citystat.channels import sending
from citystat.channels.models import InboundFile, InboundMessage
from citystat.core import outbox
from citystat.core.models import AuditEvent, OutboxMessage
from citystat.service_requests.cases import offers
from citystat.service_requests.models import Event, Photo, ServiceRequest
from tests.channels.letters_of_people import take_in
from tests.channels.test_mail import WAVE
from tests.factories import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def signed_in(*roles: str) -> Client:
    client = Client()
    client.force_login(cases.make_user(f"{roles[0]}@city.example", *roles), backend=settings.AUTHENTICATION_BACKENDS[1])
    return client


@pytest.fixture
def stuck(mail_sink: Any) -> OutboxMessage:
    mail_sink.refuse["gone@example.org"] = "550 5.1.1 <b>No such user</b>"
    outbox.put([outbox.Draft("email", "gone@example.org", "Hello", "key", about="26-000001")])
    sending.send_waiting()
    mail_sink.refuse.clear()
    return OutboxMessage.objects.get()


def test_stuck_page_shows_what_went_wrong_without_the_whole_address(stuck: OutboxMessage) -> None:
    page = signed_in("manager_311").get("/messages/").content.decode()
    assert "1 message to a person is stuck" in page
    assert "550: 5.1.1 &lt;b&gt;No such user" in page
    assert "gone@" not in page


def test_stuck_page_sends_again(stuck: OutboxMessage, mail_sink: Any) -> None:
    client = signed_in("manager_311")
    assert client.post(f"/messages/{stuck.pk}/retry/", {"do": "retry"}).status_code == 302
    sending.send_waiting()
    assert len(mail_sink.messages) == 1
    assert "No message is stuck" in client.get("/messages/").content.decode()
    assert AuditEvent.objects.filter(action="retry message").exists()


def test_stuck_page_gives_up(stuck: OutboxMessage, mail_sink: Any) -> None:
    signed_in("manager_311").post(f"/messages/{stuck.pk}/retry/", {"do": "give_up"})
    sending.send_waiting()
    assert mail_sink.messages == []
    assert OutboxMessage.objects.get().status == "dropped"


def test_retry_of_a_message_that_is_not_stuck_is_a_sentence() -> None:
    response = signed_in("manager_311").post("/messages/99/retry/")
    assert (response.status_code, "no stuck message" in response.content.decode()) == (400, True)


@pytest.mark.parametrize("path", ["/messages/in/", "/messages/in/1/"])
def test_inbox_is_closed_to_other_roles(path: str) -> None:
    assert signed_in("crew").get(path).status_code == 403
    assert Client().get(path).status_code == 302


@pytest.mark.slow
def test_inbox_lists_what_waits_and_its_query_count(django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        take_in(f"There is a <i>deep</i> pothole, number{number}", subject="Hello")
    take_in("There is a pothole at 12 Main St")
    client = signed_in("call_taker")
    with django_assert_max_num_queries(6):
        page = client.get("/messages/in/").content.decode()
    assert page.count("It does not say where.") == 3
    assert "&lt;i&gt;deep" in page


def test_message_page_logs_who_looked_and_is_filled_in() -> None:
    message = take_in("There is a deep pothole", sender="Ana Ruiz <ana@example.org>").message
    page = signed_in("call_taker").get(f"/messages/in/{message.pk}/").content.decode()
    assert "ana@example.org" in page
    assert '<option value="pothole" selected>' in page
    assert AuditEvent.objects.get(action="see contact").target == f"message {message.pk}"


def test_message_filed_by_a_call_taker_has_its_reporter_channel_and_picture() -> None:
    message = take_in("Look at this", subject="", sender="Ana Ruiz <ana@example.org>", pictures=(cases.photo(),)).message
    form = {"do": "file", "service": "pothole", "address": "12 Main St", "description": "A hole"}
    assert signed_in("call_taker").post(f"/messages/in/{message.pk}/", form).status_code == 302
    request = ServiceRequest.objects.get()
    assert (request.channel, request.reporter.email, request.description) == ("email", "ana@example.org", "A hole")
    assert Photo.objects.filter(request=request).count() == 1
    message.refresh_from_db()
    assert (message.outcome, message.request_id, message.handled_by.email) == ("request", request.pk, "call_taker@city.example")


def test_message_form_keeps_what_was_typed_when_something_is_wrong() -> None:
    message = take_in("Look at this", subject="").message
    form = {"do": "file", "service": "pothole", "address": "", "description": "Typed words"}
    response = signed_in("call_taker").post(f"/messages/in/{message.pk}/", form)
    assert response.status_code == 400
    assert "Typed words" in response.content.decode()
    assert "usa-error-message" in response.content.decode()


def test_message_added_to_the_request_it_belongs_to() -> None:
    request, message = cases.file_request(), take_in("It is bigger now", subject="").message
    client = signed_in("call_taker")
    wrong = client.post(f"/messages/in/{message.pk}/", {"do": "add", "number": "26-999999"})
    assert (wrong.status_code, "There is no request" in wrong.content.decode()) == (400, True)
    assert client.post(f"/messages/in/{message.pk}/", {"do": "add", "number": request.number}).status_code == 302
    assert Event.objects.get(kind="reply").text == "It is bigger now"


def test_message_set_aside_keeps_the_reason_and_drops_its_files() -> None:
    message = take_in("", subject="", sender="voicemail@pbx.city.example", files=(("a.wav", WAVE),)).message
    client = signed_in("call_taker")
    assert client.post(f"/messages/in/{message.pk}/", {"do": "discard", "why": ""}).status_code == 400
    assert client.post(f"/messages/in/{message.pk}/", {"do": "discard", "why": "Silence"}).status_code == 302
    message.refresh_from_db()
    assert (message.outcome, message.reason, InboundFile.objects.count()) == ("discarded", "Silence", 0)


def test_message_dealt_with_by_two_call_takers_is_done_once() -> None:
    message = take_in("Look at this", subject="").message
    form = {"do": "file", "service": "pothole", "address": "12 Main St"}
    client = signed_in("call_taker")
    assert client.post(f"/messages/in/{message.pk}/", form).status_code == 302
    assert client.post(f"/messages/in/{message.pk}/", form).status_code == 400
    assert ServiceRequest.objects.count() == 1


def test_file_of_a_message_is_served_with_safe_headers() -> None:
    message = take_in("", sender="voicemail@pbx.city.example", files=(("a.html", WAVE),)).message
    file = message.files.get()
    response = signed_in("call_taker").get(f"/messages/in/{message.pk}/files/{file.token}/")
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("audio/wav", "nosniff")
    assert response.content == WAVE
    assert "no-store" in response["Cache-Control"]
    assert Client().get(f"/messages/in/{message.pk}/files/{file.token}/").status_code == 302
    assert signed_in("manager_311").get(f"/messages/in/{message.pk}/files/other/").status_code == 404


def test_pages_speak_spanish() -> None:
    client = signed_in("manager_311", "call_taker")
    take_in("Hay un bache", subject="")
    page = client.get(f"/messages/in/{InboundMessage.objects.get().pk}/", headers={"Accept-Language": "es"}).content.decode()
    assert "Crear la solicitud" in page
    assert "No hay mensajes detenidos" in client.get("/messages/", headers={"Accept-Language": "es"}).content.decode()


def test_message_page_offers_open_requests_of_the_writer_and_of_the_place() -> None:
    theirs = cases.file_request(email="ana@example.org", address="9 Elm St")
    there = cases.file_request(email="bo@example.org", address="12 Main St")
    message = take_in("Look at this again", sender="Ana Ruiz <ana@example.org>").message
    message.text += "\n12 Main St"
    message.save()
    client = signed_in("call_taker")
    context = client.get(f"/messages/in/{message.pk}/").context
    assert ([one.pk for one in context["of_writer"]], [one.pk for one in context["at_place"]]) == ([theirs.pk], [there.pk])
    assert client.post(f"/messages/in/{message.pk}/", {"do": "add", "number": theirs.number}).status_code == 302
    message.refresh_from_db()
    assert (message.outcome, message.request_id) == ("reply", theirs.pk)


def test_service_that_only_may_fit_stands_first_and_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    offer = next(one for one in offers.all_offers() if one.slug == "pothole")
    monkeypatch.setattr("citystat.service_requests.cases.finding.suggest", lambda text, limit=4: [(offer, 0.4)])
    message = take_in("Look at this", subject="").message
    page = signed_in("call_taker").get(f"/messages/in/{message.pk}/").content.decode()
    assert page.index("These fit the words") < page.index('<option value="pothole">') < page.index("Others")


@pytest.mark.parametrize(("minutes", "is_told"), [(5, False), (60, True)])
def test_messages_that_nobody_sends_are_told_with_the_command(minutes: int, is_told: bool) -> None:
    outbox.put([outbox.Draft("email", "ana@example.org", "Hello", "key", about="26-000001")])
    OutboxMessage.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=minutes))
    page = signed_in("manager_311").get("/messages/").content.decode()
    assert ("citystat messages send" in page, "Nothing to do here" in page) == (is_told, not is_told)


def test_all_stuck_messages_are_sent_again_by_one_button(mail_sink: Any) -> None:
    mail_sink.refuse["gone@example.org"] = "550 5.1.1 No such user"
    outbox.put([outbox.Draft("email", "gone@example.org", "Hello", f"key{number}") for number in range(3)])
    sending.send_waiting()
    mail_sink.refuse.clear()
    client = signed_in("manager_311")
    assert "Send all of them again" in client.get("/messages/").content.decode()
    assert "3 messages are in the line again" in client.post("/messages/retry/", follow=True).content.decode()
    sending.send_waiting()
    assert set(OutboxMessage.objects.values_list("status", flat=True)) == {"sent"}


def test_reason_a_message_waits_for_is_read_in_spanish() -> None:
    take_in("There is a deep pothole")
    client = signed_in("call_taker")
    client.cookies["django_language"] = "es"
    assert "No dice dónde es." in client.get("/messages/in/").content.decode()
