"""E-mail in: what becomes a request, a reply, a question, nothing; over a real SMTP server and a real mailbox too."""

import io
import smtplib
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from citystat.channels import configuration, receiving
from citystat.channels import mailbox as mailboxes
from citystat.channels.models import InboundFile, InboundMessage
from citystat.core.errors import InputError, Unsafe
from citystat.core.models import OutboxMessage
from citystat.service_requests.cases import actions as case_actions
from citystat.service_requests.cases import queries
from citystat.service_requests.models import Event, Photo, ServiceRequest
from tests.channels.letters_of_people import letter, take_in
from tests.channels.servers import Mailbox
from tests.factories import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
POTHOLE = "Hello,\nthere is a deep pothole.\nAddress: 12 Main St\n-- \nAna\n816 555 0100"
WAVE = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40)
PDF = b"%PDF-1.4\n%%EOF\n"


def test_letter_becomes_a_request_with_its_words_place_and_reporter() -> None:
    received = take_in(POTHOLE, subject="In front of my house")
    request = ServiceRequest.objects.get()
    assert (request.channel, request.service_slug, request.address) == ("email", "pothole", "12 Main St")
    assert request.description == "In front of my house\n\nHello,\nthere is a deep pothole.\nAddress: 12 Main St"
    assert (request.reporter.name, request.reporter.email, request.reporter.prefers) == ("Ana Ruiz", "ana@example.org", "email")
    assert (received.message.outcome, received.message.request_id) == ("request", request.pk)
    assert OutboxMessage.objects.get().about == request.number


def test_letter_sender_is_sealed() -> None:
    take_in(POTHOLE)
    row = str(InboundMessage.objects.values("sender_sealed", "sender_index", "reporter_sealed", "key").get())
    assert "ana" not in row.casefold()
    assert InboundMessage.objects.get().sender == "ana@example.org"


def test_letter_in_spanish_is_answered_in_spanish() -> None:
    first = take_in("Hola, hay un bache muy grande.", subject="Bache").message
    assert OutboxMessage.objects.get().text.startswith("Gracias por escribir")
    take_in("Dirección: Calle Main 12", to=f"reply+{first.token}@mail.city.example")
    request = ServiceRequest.objects.get()
    assert (request.address, request.reporter.language, request.service_slug) == ("Calle Main 12", "es", "pothole")


def test_letter_twice_counts_once() -> None:
    for _ in range(2):
        take_in(POTHOLE, message_id="<same@example.org>")
    assert (ServiceRequest.objects.count(), InboundMessage.objects.count()) == (1, 1)


def test_letter_pictures_are_drawn_anew_and_broken_ones_counted() -> None:
    camera = cases.photo(exif=_exif())
    take_in(POTHOLE, pictures=(camera, b"\xff\xd8\xff broken"))
    photo = Photo.objects.get()
    from citystat.service_requests.cases import photos

    assert b"Secret Camera" in camera
    assert b"Secret Camera" not in photos.read(photo)
    assert InboundMessage.objects.get().left_out == 1
    assert not InboundFile.objects.exists()


def _exif() -> bytes:
    from PIL import Image

    data = Image.Exif()
    data[0x010F] = "Secret Camera"
    return data.tobytes()


def test_letter_without_place_is_asked_once_and_the_answer_makes_the_request() -> None:
    first = take_in("There is a deep pothole", pictures=(cases.photo(),)).message
    question = OutboxMessage.objects.get()
    assert (first.outcome, first.asked_at is not None, question.reply_token) == ("waiting", True, first.token)

    answer = take_in("12 Main St\n\nOn Monday, 311 wrote:\n> Where is it?", to=f"reply+{first.token}@mail.city.example")

    request = ServiceRequest.objects.get()
    first.refresh_from_db()
    assert (request.address, request.channel) == ("12 Main St", "email")
    assert "deep pothole" in request.description
    assert (first.outcome, first.request_id, answer.message.outcome) == ("request", request.pk, "reply")
    assert Photo.objects.filter(request=request).count() == 1


def test_letter_without_place_from_one_sender_is_asked_once_a_day() -> None:
    for number in range(3):
        take_in(f"There is a deep pothole, number{number}")
    assert OutboxMessage.objects.count() == 1
    assert InboundMessage.objects.filter(outcome="waiting").count() == 3


def test_answer_without_a_place_is_left_to_a_call_taker_and_not_asked_again() -> None:
    first = take_in("There is a deep pothole").message
    take_in("I do not know the street", to=f"reply+{first.token}@mail.city.example")
    first.refresh_from_db()
    assert first.outcome == "waiting"
    assert "I do not know" in first.text
    assert (OutboxMessage.objects.count(), ServiceRequest.objects.count()) == (1, 0)


@pytest.mark.parametrize("where", ["to", "cc", "subject", "recipient", "reference"])
def test_reply_is_added_to_its_request_wherever_the_token_is(where: str, mail_sink: Any) -> None:
    from citystat.channels import sending

    request = cases.file_request()
    sending.send_waiting()
    address = f"reply+{request.tracking_token}@mail.city.example"
    values: dict[str, Any] = {
        "to": {"to": address},
        "cc": {"Cc": f"City <{address}>"},
        "subject": {"subject": f"Re: hole [ref:{request.tracking_token}]"},
        "recipient": {"recipients": (address,)},
        "reference": {"In_Reply_To": mail_sink.messages[0]["Message-ID"]},
    }[where]
    received = take_in("It is on the left side.\n\nOn Monday, 311 <a@b.org> wrote:\n> The city\n> has received", **values)
    event = Event.objects.get(kind="reply")
    assert (event.text, event.channel, event.public) == ("It is on the left side.", "email", False)
    assert (received.message.outcome, ServiceRequest.objects.count()) == ("reply", 1)


def test_reply_to_a_question_lets_the_request_go_on() -> None:
    worker = cases.make_user("w@city.example", "department_worker", department="Streets")
    request = cases.file_request()
    case_actions.ask(by=worker, request_id=request.pk, question="Which side?")
    take_in("Left", to=f"reply+{request.tracking_token}@mail.city.example")
    request.refresh_from_db()
    assert request.status == "new"


def test_reply_that_says_nothing_new_is_ignored_and_one_with_a_picture_alone_is_not() -> None:
    request = cases.file_request(email="ana@example.org")
    quotation = "On Mon, Nov 16, 2026 at 3:00 PM City 311 <311@city.example> wrote:\n> The city has received it.\n"
    values = {"to": f"reply+{request.tracking_token}@mail.city.example", "subject": "Re: Your request"}
    empty = take_in(quotation, **values).message
    assert (empty.outcome, empty.reason) == ("ignored", "It says nothing new.")
    assert not Event.objects.filter(request=request, kind="reply").exists()
    assert take_in(quotation, pictures=(cases.photo(),), **values).message.outcome == "reply"


def test_reply_with_an_unknown_token_waits_for_a_call_taker() -> None:
    received = take_in("Where is my request? Address: 12 Main St", to="reply+AAAAAAAAAAAAAAAAAAAAAAAA@mail.city.example")
    assert (received.message.outcome, ServiceRequest.objects.count()) == ("waiting", 0)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"X_Autoreply": "yes"}, "automatic"),
        ({"Precedence": "bulk"}, "mailing list"),
        ({"List_Id": "<news.example.org>"}, "mailing list"),
        ({"X_Loop": "citystat@mail.city.example"}, "came back"),
        ({"X_Loop": "other@example.org"}, "machine"),
        ({"envelope_from": ""}, "delivered"),
        ({"Return_Path": "<>"}, "delivered"),
        ({"sender": "MAILER-DAEMON@example.org"}, "machine"),
        ({"sender": "311@city.example"}, "own address"),
        ({"sender": "reply+AAAAAAAAAAAAAAAAAAAAAAAA@mail.city.example"}, "own address"),
        ({"sender": "nobody"}, "no sender"),
    ],
)
def test_machines_and_loops_are_ignored_with_a_reason_and_never_answered(values: dict[str, Any], reason: str) -> None:
    request = cases.file_request(email="")
    received = take_in(POTHOLE, to=f"reply+{request.tracking_token}@mail.city.example", **values)
    assert (received.message.outcome, received.message.request_id) == ("ignored", None)
    assert reason in received.message.reason
    assert not OutboxMessage.objects.exists()
    assert not Event.objects.filter(kind="reply").exists()


def test_our_own_mail_coming_back_is_ignored(mail_sink: Any) -> None:
    from citystat.channels import mail, sending

    cases.file_request()
    sending.send_waiting()
    received = mail.take_in(mail_sink.messages[0].as_bytes())
    assert received.message.outcome == "ignored"
    assert OutboxMessage.objects.count() == 1


def test_two_answering_machines_end_after_a_few_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYSTAT_MESSAGES_AN_HOUR", "3")
    for _ in range(6):
        take_in("Thank you for your message, we will answer soon", subject="Re: Re: Hello")
    outcomes = list(InboundMessage.objects.order_by("id").values_list("outcome", flat=True))
    assert outcomes == ["waiting"] * 3 + ["ignored"] * 3
    assert OutboxMessage.objects.count() == 1


def test_voicemail_without_a_place_waits_with_its_recording_and_is_not_answered() -> None:
    received = take_in("New message", sender="voicemail@pbx.city.example", subject="Voicemail from (816) 555-0100",
                       files=(("a.wav", WAVE),), Auto_Submitted="auto-generated")  # fmt: skip
    message = received.message
    assert (message.outcome, message.channel) == ("waiting", "phone")
    assert [file.kind for file in message.files.all()] == ["sound"]
    assert not OutboxMessage.objects.exists()


def test_voicemail_with_a_transcript_becomes_a_request_of_the_caller_by_phone() -> None:
    take_in("There is a pothole at 12 Main Street", sender="voicemail@pbx.city.example", subject="Voicemail from (816) 555-0100")
    request = ServiceRequest.objects.get()
    assert (request.channel, request.reporter.phone, request.reporter.email) == ("phone", "+18165550100", "")


def test_fax_comes_under_its_own_channel_with_its_page() -> None:
    message = take_in("", sender="fax7@pbx.city.example", subject="Fax", files=(("fax.pdf", PDF),)).message
    assert (message.channel, message.outcome, message.files.get().media_type) == ("mail", "waiting", "application/pdf")


def test_service_that_is_not_clear_goes_to_the_general_one_else_to_a_call_taker(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The zebra sings at night.\nAddress: 12 Main St"
    assert take_in(text, subject="Hello").message.outcome == "waiting"
    cases.make_service("General question", "GEN", form={"is_offered": False})
    monkeypatch.setenv("CITYSTAT_GENERAL_SERVICE", "general-question")
    take_in(text, subject="Hello again")
    assert ServiceRequest.objects.get().service_slug == "general-question"


def test_general_service_that_does_not_exist_leaves_the_message_to_a_call_taker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYSTAT_GENERAL_SERVICE", "nothing")
    message = take_in("The zebra sings.\nAddress: 12 Main St", subject="Hello").message
    assert (message.outcome, "no service" in message.reason) == ("waiting", True)


def test_empty_letter_is_ignored() -> None:
    assert take_in("", subject="").message.outcome == "ignored"


def test_tidy_wipes_who_wrote_what_and_a_replay_still_counts_once() -> None:
    take_in(POTHOLE, message_id="<old@example.org>")
    take_in("", sender="voicemail@pbx.city.example", files=(("a.wav", WAVE),))
    InboundMessage.objects.update(received_at=timezone.now() - timedelta(days=100))
    take_in(POTHOLE, subject="New one")
    out = io.StringIO()
    call_command("mail", "tidy", "--days", "90", "--json", stdout=out)
    assert out.getvalue().strip() == '{"wiped": 1}'
    old = InboundMessage.objects.get(message_id="<old@example.org>")
    assert (old.sender, old.reporter_sealed, old.text, old.sender_index) == ("", "", "", "")
    assert InboundMessage.objects.get(outcome="waiting").files.count() == 1
    assert take_in(POTHOLE, message_id="<old@example.org>").is_replay
    assert ServiceRequest.objects.order_by("id")[0].reporter.email == "ana@example.org"


# Over real servers.


@pytest.mark.slow
def test_fetch_takes_new_mail_once_and_marks_it(mailbox: Mailbox) -> None:
    mailbox.messages = [letter(POTHOLE), letter("Out of office", Auto_Submitted="auto-replied"), b"\xff\xfe\x00broken"]
    out = io.StringIO()
    call_command("mail", "fetch", "--json", stdout=out)
    assert '"request": 1' in out.getvalue()
    assert mailbox.seen == {1, 2, 3}
    assert mailboxes.fetch() == {}
    assert ServiceRequest.objects.count() == 1


@pytest.mark.slow
def test_fetch_leaves_too_large_messages_unread(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("citystat.channels.mailbox.MOST_BYTES", 2_000)
    mailbox.messages = [letter("x" * 5_000), letter(POTHOLE)]
    assert mailboxes.fetch() == {"too_large": 1, "request": 1}


def test_fetch_with_a_wrong_password_says_so(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYSTAT_IMAP_PASSWORD", "wrong")
    with pytest.raises(InputError, match="wrong password"):
        mailboxes.fetch()


def test_fetch_without_settings_says_what_to_set() -> None:
    with pytest.raises(InputError, match="CITYSTAT_IMAP_HOST"):
        call_command("mail", "fetch")


@pytest.mark.django_db(transaction=True)
def test_receive_stores_before_it_says_yes_and_refuses_other_domains() -> None:
    with _receiving() as port, smtplib.SMTP("127.0.0.1", port) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="for the city alone"):
            client.sendmail("ana@example.org", ["somebody@elsewhere.example"], letter(POTHOLE))
        client.sendmail("ana@example.org", ["311@mail.city.example"], letter(POTHOLE))
        assert ServiceRequest.objects.get().address == "12 Main St"
        client.sendmail("", ["311@mail.city.example"], letter("Undelivered", Auto_Submitted="auto-replied"))
        assert InboundMessage.objects.latest("id").outcome == "ignored"


@pytest.mark.django_db(transaction=True)
def test_receive_reply_by_the_envelope_joins_its_request() -> None:
    request = cases.file_request()
    with _receiving() as port, smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("ana@example.org", [f"reply+{request.tracking_token}@mail.city.example"], letter("Left side"))
    assert queries.timeline(request, public_only=False)[-1].text == "Left side"


@pytest.mark.django_db(transaction=True)
def test_receive_answers_try_again_when_it_cannot_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("citystat.channels.mail.take_in", _fails)
    with _receiving() as port, smtplib.SMTP("127.0.0.1", port) as client, pytest.raises(smtplib.SMTPDataError) as refused:
        client.sendmail("ana@example.org", ["311@mail.city.example"], letter(POTHOLE))
    assert refused.value.smtp_code == 451


def _fails(*arguments: Any) -> None:
    raise OSError("disk full")


class _receiving:  # noqa: N801
    """The real command's server on a port of this machine, until the end of the block."""

    def __enter__(self) -> int:
        import socket

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        self.stop = threading.Event()
        self.thread = threading.Thread(target=receiving.serve, args=("127.0.0.1", port, self.stop))
        self.thread.start()
        for _ in range(100):
            try:
                smtplib.SMTP("127.0.0.1", port).quit()
                break
            except OSError:
                time.sleep(0.05)
        return port

    def __exit__(self, *error: Any) -> None:
        self.stop.set()
        self.thread.join(timeout=10)
        assert not self.thread.is_alive()


def test_receive_without_a_domain_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CITYSTAT_MAIL_DOMAIN")
    with pytest.raises(InputError, match="CITYSTAT_MAIL_DOMAIN"):
        receiving.server("127.0.0.1", 0)


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("CITYSTAT_MAIL_CHANNELS", "voicemail@pbx.example", lambda: configuration.channel_of_machine("a@b.org")),
        ("CITYSTAT_MAIL_CHANNELS", "voicemail@pbx.example=pigeon", lambda: configuration.channel_of_machine("a@b.org")),
        ("CITYSTAT_SMTP_PORT", "many", configuration.smtp_server),
        ("CITYSTAT_SMTP_TLS", "maybe", configuration.smtp_server),
        ("CITYSTAT_SMS_URL", "http://sms.example.org", configuration.text_gateway),
        ("CITYSTAT_MAIL_FROM", "311@city.example\nBcc: a@b.org", configuration.mail_from),
        ("CITYSTAT_HOOK_SECRETS", "chat=short", lambda: configuration.hook_source("chat")),
    ],
)
def test_settings_that_cannot_be_used_say_so(monkeypatch: pytest.MonkeyPatch, name: str, value: str, read: Any) -> None:
    monkeypatch.setenv("CITYSTAT_SMTP_HOST", "mail.example.org")
    monkeypatch.setenv("CITYSTAT_SMS_ACCOUNT", "AC1")
    monkeypatch.setenv(name, value)
    with pytest.raises(Unsafe, match=name):
        read()
