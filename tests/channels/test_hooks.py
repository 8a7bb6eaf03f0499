"""Text messages and the webhook of other programs: signatures, conversations, replays, and one shape for every channel."""

import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from citystat.channels import hooks, sending
from citystat.channels.models import InboundMessage, StoppedNumber
from citystat.core.models import OutboxMessage
from citystat.service_requests.cases import actions as case_actions
from citystat.service_requests.cases.actions import Details, Report
from citystat.service_requests.models import Event, Photo, ServiceRequest
from tests.channels.conftest import HOOK_SECRET, SMS_TOKEN
from tests.channels.letters_of_people import take_in
from tests.factories import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
NUMBER = "+18165550100"


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


def text(client: Client, body: str, sid: str = "", *, token: str = SMS_TOKEN, number: str = NUMBER, url: str = "", **changed: str) -> Any:
    values = {"MessageSid": sid or f"SM{InboundMessage.objects.count()}{len(body)}", "From": number, "To": "+18165550199", "Body": body}
    address = url or "http://127.0.0.1:8000/hooks/sms/"
    signature = hooks.text_signature(token, address, {name: [value] for name, value in values.items()})
    return client.post(
        "/hooks/sms/",
        urlencode(values | changed),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )


def said(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode().partition("<Response>")[2].partition("</Response>")[0])


def test_text_signature_is_the_published_example() -> None:
    # The example of the service's own documentation on request validation.
    values = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234", "From": "+14158675309", "To": "+18005551212"}
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert hooks.text_signature("12345", url, {name: [value] for name, value in values.items()}) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_text_with_a_place_becomes_a_request(client: Client) -> None:
    assert said(text(client, "Deep pothole at 12 Main St")) == ""
    request = ServiceRequest.objects.get()
    assert (request.channel, request.address, request.reporter.phone) == ("sms", "12 Main St", NUMBER)


@pytest.mark.feature("F149")
def test_text_request_returns_updates_by_text(client: Client, text_service: Any) -> None:
    text(client, "Deep pothole at 12 Main St")
    request = ServiceRequest.objects.get()
    worker = cases.make_user("w@city.example", "department_worker", department="Streets")
    case_actions.start(by=worker, request_id=request.pk)
    sending.send_waiting()
    assert [message["To"] for message in text_service.messages] == [NUMBER, NUMBER]
    assert request.number in text_service.messages[0]["Body"]
    assert "started" in text_service.messages[1]["Body"]


def test_text_pictures_are_fetched_from_the_service_alone(client: Client, text_service: Any) -> None:
    base = f"http://127.0.0.1:{text_service.port}"
    text_service.media = {"/a": (307, f"{base}/kept".encode()), "/kept": (200, cases.photo()), "/b": (307, b"http://127.0.0.1:9/x")}
    media = {"NumMedia": "3", "MediaUrl0": f"{base}/a", "MediaUrl1": f"{base}/b", "MediaUrl2": "http://127.0.0.1:9/secret"}
    values = {"MessageSid": "MM1", "From": NUMBER, "Body": "Deep pothole at 12 Main St"} | media
    signature = hooks.text_signature(SMS_TOKEN, "http://127.0.0.1:8000/hooks/sms/", {name: [value] for name, value in values.items()})
    client.post("/hooks/sms/", values, headers={"X-Twilio-Signature": signature})
    assert Photo.objects.filter(request=ServiceRequest.objects.get()).count() == 1
    assert InboundMessage.objects.get().left_out == 2
    assert [path for path, _password in text_service.fetched] == ["/a", "/kept", "/b"]


def test_text_without_a_place_is_asked_and_the_next_one_answers(client: Client) -> None:
    assert "Where is it?" in said(text(client, "There is a deep pothole"))
    assert said(text(client, "12 Main St & Oak")) == ""
    request = ServiceRequest.objects.get()
    assert request.address == "12 Main St"
    assert request.description == "There is a deep pothole"


def test_text_about_an_open_request_is_added_to_it_and_new_begins_another(client: Client) -> None:
    text(client, "Deep pothole at 12 Main St")
    request = ServiceRequest.objects.get()
    assert request.number in said(text(client, "It is on the left side"))
    assert Event.objects.get(kind="reply").text == "It is on the left side"
    text(client, "NEW pothole at 40 Oak Ave")
    assert sorted(ServiceRequest.objects.values_list("address", flat=True)) == ["12 Main St", "40 Oak Ave"]
    text(client, "pothole at 9 Elm St", number="+18165550177")
    assert ServiceRequest.objects.count() == 3


def test_text_replayed_counts_once(client: Client) -> None:
    for _ in range(2):
        assert text(client, "Deep pothole at 12 Main St", sid="SM7").status_code == 200
    assert (ServiceRequest.objects.count(), Event.objects.filter(kind="reply").count()) == (1, 0)


@pytest.mark.parametrize(
    "forged",
    [
        {"token": "another token of somebody"},
        {"token": ""},
        {"url": "http://127.0.0.1:8000/hooks/other/"},
        {"Body": "Another text at 12 Main St"},
        {"From": "+18165550111"},
    ],
)
def test_text_forged_is_refused_and_leaves_nothing(client: Client, forged: dict[str, str]) -> None:
    assert text(client, "Deep pothole at 12 Main St", **forged).status_code == 403
    assert not InboundMessage.objects.exists()


def test_text_without_our_secret_set_nobody_is_believed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CITYSTAT_SMS_TOKEN")
    assert text(client, "Deep pothole at 12 Main St", token="").status_code == 403


def test_text_stop_start_and_help(client: Client) -> None:
    assert "no more text messages" in said(text(client, "Stop"))
    assert StoppedNumber.objects.count() == 1
    assert "again" in said(text(client, "START"))
    assert not StoppedNumber.objects.exists()
    assert "NEW" in said(text(client, "help"))
    assert not InboundMessage.objects.exists()


def test_text_word_in_spanish_is_answered_in_spanish(client: Client) -> None:
    assert "Ya no recibirá mensajes" in said(text(client, "No más"))
    assert StoppedNumber.objects.count() == 1
    assert "NUEVO" in said(text(client, "Ayuda"))
    assert "START" in said(text(client, "Opt out"))


def test_text_answer_is_escaped(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("citystat.channels.actions.help_with_texts", lambda: "<Redirect>&")
    assert said(text(client, "help")) == "<Message>&lt;Redirect&gt;&amp;</Message>"


def call(
    client: Client, *, secret: str = HOOK_SECRET, at: float | None = None, source: str = "chat", tampered: bool = False, **said: Any
) -> Any:
    body = json.dumps({"id": "m1", "source": "chat", "sender": "ana@example.org", "text": "Deep pothole", "place": "12 Main St"} | said)
    timestamp = str(int(at if at is not None else time.time()))
    signature = hooks.hook_signature(secret, timestamp, body.encode())
    headers = {"X-CityStat-Source": source, "X-CityStat-Timestamp": timestamp, "X-CityStat-Signature": f"sha256={signature}"}
    return client.post("/hooks/inbound/", body + (" " if tampered else ""), content_type="application/json", headers=headers)


def test_hook_message_becomes_a_request_and_says_its_number(client: Client) -> None:
    response = call(client)
    request = ServiceRequest.objects.get()
    assert (response.status_code, response.json()["number"]) == (200, request.number)
    assert (request.channel, request.address, request.reporter.email) == ("social", "12 Main St", "ana@example.org")


def test_hook_point_is_where_the_request_is(client: Client) -> None:
    call(client, place={"longitude": cases.EAST_POINT[0], "latitude": cases.EAST_POINT[1]})
    assert ServiceRequest.objects.get().district == "2"


def test_hook_point_outside_the_city_waits_for_a_call_taker(client: Client) -> None:
    answer = call(client, place={"longitude": cases.SEA_POINT[0], "latitude": cases.SEA_POINT[1]}).json()
    assert (answer["status"], "outside" in answer["reason"]) == ("waiting", True)


def test_hook_replay_is_refused_with_the_number_of_the_first(client: Client) -> None:
    first, second = call(client), call(client)
    assert (second.status_code, second.json()["number"]) == (409, first.json()["number"])
    assert ServiceRequest.objects.count() == 1


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "another secret of some length"},
        {"at": 1},
        {"at": 9_999_999_999},
        {"source": "nobody"},
        {"source": ""},
        {"tampered": True},
    ],
)
def test_hook_forged_old_or_tampered_is_refused(client: Client, forged: dict[str, Any]) -> None:
    response = call(client, **forged)
    assert (response.status_code, InboundMessage.objects.count()) == (403, 0)


def test_hook_source_cannot_speak_for_another(client: Client) -> None:
    assert call(client, **{"source": "chat"} | {"id": "x"}).status_code == 200
    body = json.dumps({"id": "y", "source": "facebook", "sender": "a", "text": "b"})
    timestamp = str(int(time.time()))
    headers = {"X-CityStat-Source": "chat", "X-CityStat-Timestamp": timestamp,
               "X-CityStat-Signature": hooks.hook_signature(HOOK_SECRET, timestamp, body.encode())}  # fmt: skip
    assert client.post("/hooks/inbound/", body, content_type="application/json", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": ""}, {"sender": None}, {"id": 5}, {"text": ["a"]}, {"place": 7}, {"place": {"longitude": "x", "latitude": 1}},
        {"place": {"longitude": True, "latitude": 1}}, {"sender": "x" * 300},
    ],
)  # fmt: skip
def test_hook_body_that_is_none_is_a_sentence(client: Client, wrong: dict[str, Any]) -> None:
    response = call(client, **wrong)
    assert response.status_code == 400
    assert response.json()["error"].endswith(".")
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 60_000, b"\xff"])
def test_hook_body_that_is_no_object_is_a_sentence(client: Client, body: bytes) -> None:
    timestamp = str(int(time.time()))
    headers = {"X-CityStat-Source": "chat", "X-CityStat-Timestamp": timestamp,
               "X-CityStat-Signature": hooks.hook_signature(HOOK_SECRET, timestamp, body)}  # fmt: skip
    assert client.post("/hooks/inbound/", body, content_type="application/json", headers=headers).status_code == 400


def test_hook_body_too_large_is_refused(client: Client) -> None:
    assert call(client, text="x" * 70_000).status_code == 413


@pytest.mark.parametrize("length", ["-5", "9" * 30])
def test_hook_with_a_strange_length_is_no_crash(client: Client, length: str) -> None:
    response = client.post("/hooks/inbound/", b"{}", content_type="application/json", headers={"Content-Length": length})
    assert response.status_code in {403, 413}


def test_text_without_its_parts_is_a_sentence(client: Client) -> None:
    assert text(client, "Deep pothole at 12 Main St", number="nobody").status_code == 400
    assert not InboundMessage.objects.exists()


def test_hook_question_and_its_answer_in_a_chat(client: Client) -> None:
    first = call(client, place=None, sender="@ana").json()
    assert (first["status"], "Where is it?" in first["answer"]) == ("waiting", True)
    second = call(client, id="m2", sender="@ana", text="12 Main St", place=None).json()
    assert (second["status"], "number" in second) == ("reply", True)
    assert ServiceRequest.objects.get().description == "Deep pothole"


def test_hook_answer_that_says_more_than_the_place_is_read_too(client: Client) -> None:
    call(client, place=None, sender="@ana")
    call(client, id="m2", sender="@ana", text="It is right beside the school door", place="12 Main St")
    assert ServiceRequest.objects.get().description == "Deep pothole\n\nIt is right beside the school door"


def test_hook_answer_to_a_message_that_stays_waiting_keeps_words_and_place(client: Client) -> None:
    call(client, place=None, sender="@ana", text="ever going to come?")
    answer = call(client, id="m2", sender="@ana", text="please do something soon", place="12 Main St").json()
    first = InboundMessage.objects.get(message_id="m1")
    assert (answer["status"], first.outcome) == ("discarded", "waiting")
    assert first.text == "ever going to come?\n\nplease do something soon\n\n12 Main St"


def test_hook_reply_to_a_request_by_its_token(client: Client) -> None:
    request = cases.file_request(email="")
    assert call(client, reply_to=request.tracking_token, text="Left side").json()["status"] == "reply"
    assert Event.objects.get(kind="reply").text == "Left side"


@pytest.mark.feature("F090")
def test_same_request_by_each_channel_has_the_same_shape_and_keeps_its_channel(client: Client) -> None:
    words, place = "There is a deep pothole", "12 Main St"
    taker = cases.make_user("taker@city.example", "call_taker")
    report = Report(service="pothole", description=words, address=place, reporter=Details(email="ana@example.org"))
    for channel in ("web", "phone"):
        case_actions.file_request(by=taker if channel == "phone" else None, report=report, channel=channel)
    take_in(f"{words}\nAddress: {place}", subject="")
    take_in(f"{words}\nAddress: {place}", subject="", sender="fax1@pbx.city.example")
    take_in(f"{words}\nAddress: {place}", subject="", sender="voicemail@pbx.city.example")
    text(client, f"{words} at {place}")
    call(client, text=words, place=place)

    found = list(ServiceRequest.objects.order_by("id"))

    assert [one.channel for one in found] == ["web", "phone", "email", "mail", "phone", "sms", "social"]
    assert {(one.service_slug, one.address, one.status, one.department, one.origin, one.visibility) for one in found} == {
        ("pothole", place, "new", "Streets", "resident", "public")
    }
    assert all(one.description.startswith(words) and one.due_at and one.tracking_token for one in found)
    assert [event.channel for event in Event.objects.filter(kind="opened").order_by("id")] == [one.channel for one in found]
    assert OutboxMessage.objects.filter(kind="sms").count() == 1
