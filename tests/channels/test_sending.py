"""The sender: once, again later, or stuck, against real servers."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from citystat.channels import actions, composing, sending
from citystat.channels.models import InboundMessage
from citystat.core import outbox
from citystat.core.errors import InputError
from citystat.core.models import OutboxMessage
from citystat.service_requests.cases import actions as case_actions
from citystat.service_requests.models import Subscription
from tests.factories import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def put(to: str = "ana@example.org", kind: str = "email", **values: str) -> OutboxMessage:
    outbox.put([outbox.Draft(kind, to, values.pop("text", "Hello"), values.pop("key", f"{kind}:{to}"), **values)])
    return OutboxMessage.objects.latest("id")


def status(message: OutboxMessage) -> str:
    return str(OutboxMessage.objects.get(pk=message.pk).status)


def due_now() -> None:
    OutboxMessage.objects.update(next_attempt_at=timezone.now())


def test_send_without_settings_says_so_and_sends_nothing() -> None:
    message = put()
    with pytest.raises(InputError, match="CITYSTAT_SMTP_HOST"):
        call_command("messages", "send")
    assert (status(message), OutboxMessage.objects.get().attempts) == ("waiting", 0)


def test_send_delivers_once_with_reply_address_and_marks_of_a_machine(mail_sink: Any) -> None:
    request = cases.file_request()
    out = io.StringIO()
    call_command("messages", "send", stdout=out)
    call_command("messages", "send", stdout=io.StringIO())

    (mail,) = mail_sink.messages
    assert out.getvalue().startswith("1 sent")
    assert mail["To"] == "ana@example.org"
    assert mail["From"].addresses[0].addr_spec == "311@city.example"
    assert mail["Reply-To"] == f"reply+{request.tracking_token}@mail.city.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert request.number in mail["Subject"]
    assert f"/r/{request.tracking_token}/" in mail.get_content()
    assert status(OutboxMessage.objects.get()) == "sent"


def test_send_keeps_messages_of_a_request_in_one_thread(mail_sink: Any) -> None:
    request = cases.file_request()
    case_actions.comment(by=cases.make_user("w@city.example", "department_worker", department="Streets"), request_id=request.pk,
                         text="Soon", public=True)  # fmt: skip
    other = cases.file_request(email="b@example.org")
    sending.send_waiting()

    first, second, third = sorted(mail_sink.messages, key=lambda mail: int(mail["Message-ID"].strip("<").split(".")[0]))
    assert first["References"] == (second["References"] if second["To"] == first["To"] else third["References"])
    assert len({mail["Message-ID"] for mail in mail_sink.messages}) == 3
    assert len({mail["References"] for mail in mail_sink.messages}) == 2
    assert other.tracking_token != request.tracking_token


def test_message_id_is_the_same_for_each_try_and_only_its_holder_can_answer(mail_sink: Any) -> None:
    cases.file_request()
    message = OutboxMessage.objects.get()
    own_id = composing.message_id(message)
    assert own_id == composing.message_id(message)
    assert composing.token_answered(own_id) == message.reply_token
    assert composing.token_answered(f"<{message.pk}.{'0' * 20}@mail.city.example>") == ""


@pytest.mark.parametrize(
    "subject", ["Hello\r\nBcc: everyone@example.org", "Hello\nX-Evil: 1", "Hello\x0b\x0cX-Evil: 1", "a\u2028Bcc: b@c.de"]
)
def test_send_header_injection_in_subject_stays_one_line(mail_sink: Any, subject: str) -> None:
    OutboxMessage.objects.filter(pk=put().pk).update(subject=subject)
    sending.send_waiting()
    (mail,) = mail_sink.messages
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert mail["Subject"].startswith(("Hello", "a Bcc"))
    assert mail_sink.envelopes[0][1] == ["ana@example.org"]


@pytest.mark.parametrize(
    "to", ["ana@example.org\r\nBcc: b@example.org", "ana@example.org, b@example.org", "<a@b.org> b@example.org", "ana"]
)
def test_send_address_that_is_none_is_stuck_and_reaches_nobody(mail_sink: Any, to: str) -> None:
    message = put(to)
    done = sending.send_waiting()
    assert (done.stuck, mail_sink.messages, status(message)) == (1, [], "stuck")


def test_send_refused_for_good_is_stuck_and_others_still_go(mail_sink: Any) -> None:
    mail_sink.refuse["gone@example.org"] = "550 5.1.1 No such user"
    bad, good = put("gone@example.org"), put("ana@example.org")
    done = sending.send_waiting()
    assert (done.sent, done.stuck) == (1, 1)
    assert (status(bad), status(good)) == ("stuck", "sent")
    assert "550" in OutboxMessage.objects.get(pk=bad.pk).last_error


@pytest.mark.slow
def test_send_refused_for_now_waits_longer_each_time_and_then_is_stuck(mail_sink: Any) -> None:
    message, waits = put(), []
    mail_sink.refuse["ana@example.org"] = "451 4.3.0 Try later"
    for _ in range(len(outbox.WAITS) + 1):
        due_now()
        sending.send_waiting()
        row = OutboxMessage.objects.get(pk=message.pk)
        waits.append(round((row.next_attempt_at - timezone.now()) / timedelta(minutes=1)))
        if row.status == "stuck":
            break
    assert waits[: len(outbox.WAITS)] == list(outbox.WAITS)
    assert status(message) == "stuck"


def test_send_server_down_costs_no_try(monkeypatch: pytest.MonkeyPatch, mail_sink: Any) -> None:
    monkeypatch.setenv("CITYSTAT_SMTP_PORT", "9")
    message = put()
    done = sending.send_waiting()
    assert "cannot be used" in done.trouble
    assert OutboxMessage.objects.get(pk=message.pk).attempts == 0


def test_send_text_reaches_the_service_with_its_password(text_service: Any) -> None:
    message = put("+18165550100", kind="sms", text="Hello")
    assert sending.send_waiting().sent == 1
    assert text_service.messages == [{"To": "+18165550100", "From": "+18165550199", "Body": "Hello"}]
    assert text_service.authorizations == ["AC1:a long secret of the text service"]
    assert status(message) == "sent"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((400, {"code": 21211, "message": "Invalid number"}), "stuck"),
        ((400, {"code": 21610, "message": "Unsubscribed"}), "stuck"),
        ((429, {"message": "Too many"}), "waiting"),
        ((500, {}), "waiting"),
        ((401, {}), "waiting"),
        ((302, {"to": "http://127.0.0.1:9/"}), "waiting"),
    ],
)
def test_send_text_refused(text_service: Any, answer: Any, expected: str) -> None:
    text_service.answers.append(answer)
    message = put("+18165550100", kind="sms")
    sending.send_waiting()
    assert (status(message), text_service.messages) == (expected, [])


def test_send_text_to_a_number_that_said_stop_is_dropped(text_service: Any) -> None:
    actions.stop_texts("+18165550100")
    message = put("+18165550100", kind="sms")
    assert sending.send_waiting().dropped == 1
    assert (status(message), text_service.messages) == ("dropped", [])


def test_watch_goes_on_after_trouble_and_sends_what_came_since(mail_sink: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[str] = []

    class Stop:
        def wait(self, seconds: float) -> bool:
            rounds.append("round")
            put(f"{len(rounds)}@example.org")
            monkeypatch.setenv("CITYSTAT_SMTP_TLS", "maybe" if len(rounds) == 1 else "off")
            return len(rounds) > 3

    monkeypatch.setattr("citystat.channels.management.commands.messages.stop_event", Stop)
    # The test's own transaction lives in the connection a real watch would renew.
    monkeypatch.setattr("citystat.channels.management.commands.messages.close_old_connections", lambda: None)
    errors = io.StringIO()
    call_command("messages", "send", "--watch", stdout=io.StringIO(), stderr=errors)
    assert "CITYSTAT_SMTP_TLS" in errors.getvalue()
    assert sorted(str(mail["To"]) for mail in mail_sink.messages) == ["1@example.org", "2@example.org", "3@example.org"]


def test_list_and_retry_stuck_messages(mail_sink: Any) -> None:
    mail_sink.refuse["gone@example.org"] = "550 5.1.1 No such user"
    message, out = put("gone@example.org"), io.StringIO()
    sending.send_waiting()
    call_command("messages", "list", "--stuck", stdout=out)
    assert str(message.pk) in out.getvalue()
    assert "g…@example.org" in out.getvalue()
    mail_sink.refuse.clear()
    call_command("messages", "retry", str(message.pk), stdout=io.StringIO())
    assert sending.send_waiting().sent == 1
    with pytest.raises(InputError, match="no stuck message"):
        call_command("messages", "retry", str(message.pk))


def test_follower_gets_no_reply_address_of_the_reporter(mail_sink: Any) -> None:
    request = cases.file_request(email="")
    case_actions.join(request_id=request.pk, reporter=case_actions.Details(email="f@example.org"), channel="web", adds_voice=False)
    case_actions.comment(by=cases.make_user("w@city.example", "department_worker", department="Streets"), request_id=request.pk,
                         text="Soon", public=True)  # fmt: skip
    sending.send_waiting()
    (mail,) = mail_sink.messages
    assert mail["Reply-To"] is None
    assert request.tracking_token not in mail.as_string()


def test_follower_is_offered_the_mail_programs_own_button_to_stop(mail_sink: Any, settings: Any) -> None:
    settings.CITYSTAT_BASE_URL = "https://service-requests.a-city-with-a-rather-long-name.example.gov"
    request = cases.file_request(email="ana@example.org")
    case_actions.join(request_id=request.pk, reporter=case_actions.Details(email="f@example.org"), channel="web", adds_voice=False)
    case_actions.comment(by=cases.make_user("w@city.example", "department_worker", department="Streets"), request_id=request.pk,
                         text="Soon", public=True)  # fmt: skip
    sending.send_waiting()
    by_reader = {mail["To"]: mail for mail in mail_sink.messages}
    token = Subscription.objects.get().token
    assert by_reader["f@example.org"]["List-Unsubscribe"] == f"<{settings.CITYSTAT_BASE_URL}/follow/stop/{token}/>"
    assert by_reader["f@example.org"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert by_reader["ana@example.org"]["List-Unsubscribe"] is None
    # Mail programs send no cookie and no form token.
    Client(enforce_csrf_checks=True).post(f"/follow/stop/{token}/", {"List-Unsubscribe": "One-Click"})
    assert Subscription.objects.get().stopped_at is not None


def test_confirmation_answers_the_letter_that_began_the_request(mail_sink: Any) -> None:
    from tests.channels import letters_of_people

    letters_of_people.take_in("There is a pothole at 12 Main St", message_id="<own@example.org>")
    sending.send_waiting()
    (mail,) = mail_sink.messages
    assert mail["In-Reply-To"] == "<own@example.org>"
    assert InboundMessage.objects.get().outcome == "request"
