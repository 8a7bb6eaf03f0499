"""Filing a request as programs do: every way the standard allows, and every refusal in its own form."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image

from citystat.core.models import OutboxMessage
from citystat.open311 import actions, submissions
from citystat.service_requests.models import ApiClient, Event, Photo, ServiceForm, ServiceRequest
from tests.factories import cases
from tests.open311.conftest import BASE

pytestmark = pytest.mark.usefixtures("city")


@pytest.mark.slow
def test_post_files_a_request_and_gives_its_number(send):
    answer = send(lat="39.05", long="-94.59", address_string="", description="A deep hole", email="ana@example.org", first_name="Ana")
    request = ServiceRequest.objects.get()
    assert answer.status_code == 201
    assert [sorted(one) for one in answer.json()] == [["account_id", "service_notice", "service_request_id"]]
    assert answer.json()[0]["service_request_id"] == request.number
    assert answer.json()[0]["service_notice"].startswith("It should be done by ")
    assert (request.latitude, request.district, request.channel, request.client.name) == (39.05, "1", "mobile", "App")
    assert (request.reporter.name, request.reporter.email) == ("Ana", "ana@example.org")
    assert OutboxMessage.objects.filter(about=request.number).exists()


@pytest.mark.parametrize("path", ["requests.json/", "requests/", "requests", "requests.JSON"])
def test_post_takes_the_address_with_a_slash_or_a_large_suffix(send, path):
    assert send(path).status_code == 201


def test_post_of_everything_in_the_address_is_refused_with_what_to_do(client, key):
    answer = client.post(f"{BASE}/requests.json?api_key={key}&service_code=POT&address_string=12+Main+St&email=ana@example.org")
    assert answer.status_code == 400
    assert answer.json()[0]["description"] == "Send what the request says in the form, not in the address."
    assert not ServiceRequest.objects.exists()


def test_post_xml_answers_in_xml(send):
    answer = send("requests.xml")
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert f"<service_request_id>{ServiceRequest.objects.get().number}</service_request_id>" in answer.content.decode()


@pytest.mark.parametrize(
    "place",
    [{"address_string": "12 Main St"}, {"address": "12 Main St", "address_string": None}, {"address_id": "A-7", "address_string": None}],
)
def test_post_takes_any_one_way_to_say_where(send, place):
    assert send(**place).status_code == 201


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"api_key": None}, 403, "api_key"),
        ({"api_key": ""}, 403, "api_key"),
        ({"api_key": "wrong"}, 403, "wrong"),
        ({"service_code": None}, 400, "service_code"),
        ({"service_code": "NOTHING"}, 404, "no service"),
        ({"address_string": None}, 400, "where it is"),
        ({"lat": "39.05", "address_string": None}, 400, "both latitude and longitude"),
        ({"lat": "north", "long": "1"}, 400, "lat must be a number"),
        ({"lat": "nan", "long": "1"}, 400, "lat must be a number"),
        ({"lat": "30", "long": "-40"}, 400, "outside"),
        ({"description": "x" * 4001}, 400, "4,000"),
        ({"email": "nobody"}, 400, "e-mail"),
        ({"phone": "call me"}, 400, "telephone"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
        ({"media_url": "https://pictures.example/" + "a" * 500}, 400, "500"),
        ({"client_request_id": "k" * 101}, 400, "idempotency"),
        ({"service_code": "LIGHT/1.2"}, 400, "How big is it?"),
        ({"service_code": "LIGHT/1.2", "attribute[SIZE]": "XXL"}, 400, "XXL"),
        ({"service_code": "LIGHT/1.2", "attribute[SIZE][]": ["S", "L"]}, 400, "one answer"),
    ],
)
def test_post_refuses_in_the_form_of_the_standard_and_stores_nothing(send, given, status, words):
    answer = send(**given)
    assert (answer.status_code, answer.json()[0]["code"]) == (status, status)
    assert words in answer.json()[0]["description"]
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize("name", ["attribute[SIZE]", "attribute[SIZE][]"])
def test_post_keeps_answers_with_their_questions(send, name):
    assert send(service_code="LIGHT/1.2", **{name: "L"}).status_code == 201
    assert ServiceRequest.objects.get().answers == [
        {"code": "SIZE", "question": "How big is it?", "values": ["L"], "words": ["Like a wheel"]}
    ]


def test_post_takes_several_answers_of_a_list(send):
    many = {**cases.SIZE_QUESTION, "datatype": "multivaluelist"}
    ServiceForm.objects.filter(slug="street-light-out").update(questions=[many])
    assert send(service_code="LIGHT/1.2", **{"attribute[SIZE][]": ["S", "L"]}).status_code == 201
    assert ServiceRequest.objects.get().answers[0]["values"] == ["S", "L"]


def test_post_asks_conditional_questions_only_when_they_apply(send):
    more = {"code": "WHY", "description": "Why?", "datatype": "text", "required": True, "condition": {"question": "SIZE", "equals": "L"}}
    ServiceForm.objects.filter(slug="street-light-out").update(questions=[cases.SIZE_QUESTION, more])
    assert send(service_code="LIGHT/1.2", **{"attribute[SIZE]": "S"}).status_code == 201
    assert send(service_code="LIGHT/1.2", **{"attribute[SIZE]": "L"}).status_code == 400


def test_post_takes_key_and_jurisdiction_from_the_address_too(client, key):
    answer = client.post(f"{BASE}/requests.json?api_key={key}&jurisdiction_id=x", {"service_code": "POT", "address_string": "12 Main St"})
    assert answer.status_code == 201


def test_post_needs_no_cookie_and_no_form_token(key):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"{BASE}/requests.json", {"api_key": key, "service_code": "POT", "address_string": "1 A St"}).status_code == 201


def test_post_to_a_blackbox_service_gives_no_number(send, ask):
    answer = send(service_code="STAFF")
    assert (answer.status_code, answer.json()[0]["service_request_id"]) == (201, None)
    assert ServiceRequest.objects.get().visibility == "private"
    assert ask("requests.json") == []


@pytest.mark.parametrize("way", ["header", "field"])
def test_post_with_the_same_idempotency_key_is_one_request(send, way):
    given = {"headers": {"Idempotency-Key": "abc"}} if way == "header" else {"client_request_id": "abc"}
    first, second = send(**given), send(**given)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()[0]["service_request_id"] == second.json()[0]["service_request_id"]
    assert ServiceRequest.objects.count() == 1
    assert Event.objects.filter(kind="opened").count() == 1


def test_post_idempotency_keys_of_two_programs_are_apart(send):
    other = actions.add_key(by=None, name="Other app")
    send(client_request_id="abc")
    assert send(client_request_id="abc", api_key=other).status_code == 201
    assert ServiceRequest.objects.count() == 2


def picture(kind: str = "JPEG", name: str = "hole.jpg") -> io.BytesIO:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret words"
    Image.new("RGB", (64, 48), "gray").save(out, kind, exif=exif)
    out.seek(0)
    out.name = name
    return out


@pytest.mark.parametrize("name", ["media", "media[]", "photo", "media_url"])
def test_post_keeps_uploaded_pictures_without_their_hidden_data(send, ask, name, city_home):
    assert send(**{name: [picture(), picture(name="two.jpg")]}).status_code == 201
    record = ask("requests.json", extensions="true")[0]
    tokens = list(Photo.objects.order_by("id").values_list("token", flat=True))
    assert [url.rsplit("/", 1)[1] for url in record["extended_attributes"]["photos"]] == [f"{token}.jpg" for token in tokens]
    assert record["media_url"] == record["extended_attributes"]["photos"][0]
    assert "/photos/" in record["media_url"]
    for path in (city_home / "media").rglob("*.jpg"):
        assert b"secret words" not in path.read_bytes()


def test_post_uploaded_pictures_win_over_media_url(send, ask, city_home):
    send(media=picture(), media_url="https://pictures.example/1.jpg")
    assert "/photos/" in ask("requests.json")[0]["media_url"]


def test_post_media_url_is_given_back(send, ask):
    send(media_url="https://pictures.example/1.jpg?a=1&b=2")
    assert ask("requests.json")[0]["media_url"] == "https://pictures.example/1.jpg?a=1&b=2"


@pytest.mark.parametrize("content", [b"<html>", b"\xff\xd8\xff\xe0 broken", b"PK\x03\x04" * 100])
def test_post_refuses_files_that_are_no_pictures_and_stores_nothing(send, content):
    file = io.BytesIO(content)
    file.name = "hole.jpg"
    answer = send(media=file)
    assert (answer.status_code, answer.json()[0]["code"]) == (400, 400)
    assert not ServiceRequest.objects.exists()


def test_post_refuses_more_pictures_than_a_request_holds(send):
    answer = send(**{"media[]": [picture(name=f"{place}.jpg") for place in range(13)]})
    assert (answer.status_code, ServiceRequest.objects.count()) == (400, 0)


def test_post_removed_and_private_pictures_are_not_shown(send, ask, city_home):
    send(media=[picture(), picture(name="2.jpg"), picture(name="3.jpg")])
    first, second, _third = Photo.objects.order_by("id")
    Photo.objects.filter(pk=first.pk).update(public=False)
    Photo.objects.filter(pk=second.pk).update(removed_at=timezone.now())
    assert len(ask("requests.json", extensions="true")[0]["extended_attributes"]["photos"]) == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"service_code": "POT"}', "application/json"),
        (b"description=" + b"x" * 5_000_000, "application/x-www-form-urlencoded"),
        (b"a=1", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"nothing", "multipart/form-data"),
        (b"&".join(b"a%d=1" % place for place in range(1500)), "application/x-www-form-urlencoded"),
    ],
)
def test_post_body_that_cannot_be_read_is_refused_in_the_form_of_the_standard(client, key, body, kind):
    answer = client.generic("POST", f"{BASE}/requests.json?api_key={key}", body, content_type=kind)
    assert (answer.status_code, answer.json()[0]["code"]) == (400, 400)


def test_post_larger_than_any_pictures_is_refused_before_it_is_read(client, key, monkeypatch):
    monkeypatch.setattr(submissions, "MOST_BYTES", 1000)
    answer = client.post(f"{BASE}/requests.json", {"api_key": key, "service_code": "POT", "address_string": "1 A St", "media": picture()})
    assert (answer.status_code, ServiceRequest.objects.count()) == (400, 0)
    assert "larger than" in answer.json()[0]["description"]


def test_post_hostile_text_is_kept_as_text(send, ask, client):
    ServiceForm.objects.filter(slug="pothole").update(shows_description=True)
    text = "Tom & \"Ann\" <script>alert('1')</script>\x00\x0b ]]> 🕳️\nsecond line"
    send(description=text, address_string="12 Main 🏠 St")
    kept = text.replace("\x00", "").replace("\x0b", "")
    assert ask("requests.json")[0]["description"] == kept
    assert "<script>" not in client.get(f"{BASE}/requests.xml").content.decode()
    assert ask("requests.json")[0]["address"] == "12 Main 🏠 St"


def test_post_key_that_was_revoked_is_refused_at_once(send, settings):
    settings.CITYSTAT_SECONDS_KEPT = 60
    assert send().status_code == 201
    actions.revoke_key(by=None, name="App")
    assert send().status_code == 403


def test_post_over_the_limit_of_a_key_is_told_so_and_others_are_not(send):
    ApiClient.objects.update(a_minute=1)
    other = actions.add_key(by=None, name="Other app")
    assert [send().status_code, send().status_code, send(api_key=other).status_code] == [201, 429, 201]


def test_post_takes_at_most_six_statements(send, settings, django_assert_max_num_queries):
    settings.CITYSTAT_SECONDS_KEPT = 60
    send(email="ana@example.org", lat="39.05", long="-94.59")
    with django_assert_max_num_queries(6):
        assert send(email="ana@example.org", lat="39.05", long="-94.59", client_request_id="k1").status_code == 201


def test_post_promises_no_day_where_the_service_promises_none(send):
    cases.make_service("Idea", "IDEA", promise_value=None, promise_unit="")
    assert send(service_code="IDEA").json()[0]["service_notice"] == "The city has received your request."


def test_post_opening_instant_is_now(send):
    send()
    assert timezone.now() - ServiceRequest.objects.get().opened_at < timedelta(seconds=30)


def test_post_answers_with_the_notices_of_the_place_as_service_notice(send, django_assert_max_num_queries, settings):
    from citystat.service_requests.cases import notices

    settings.CITYSTAT_SECONDS_KEPT = 60
    now = timezone.now()
    texts = {"en": {"title": "Water main broken", "body": "Crews are there."}}
    west = notices.Content(texts, now - timedelta(hours=1), now + timedelta(hours=5), kind="council_district", codes=("1",))
    notices.publish(by=None, pk=notices.write(by=None, content=west).pk)
    points = {
        place: {"lat": str(point[1]), "long": str(point[0])} for place, point in (("west", cases.WEST_POINT), ("east", cases.EAST_POINT))
    }
    send(address_string=None, **points["east"])

    with django_assert_max_num_queries(6):
        told = send(address_string=None, **points["west"]).json()[0]["service_notice"]

    assert told.startswith("It should be done by ")
    assert told.endswith("Water main broken. Crews are there.")
    assert "Water" not in send(address_string=None, **points["east"]).json()[0]["service_notice"]


def test_post_with_extensions_hints_at_open_reports_of_the_same_nearby(city, send):
    near = {"lat": "39.05", "long": "-94.59"}
    first = send(**near).json()[0]["service_request_id"]
    cases.file_request(point=cases.EAST_POINT)
    cases.file_request("street-light-out", answers={"SIZE": "S"})

    record = send(extensions="true", **near).json()[0]
    plain = send(**near).json()[0]

    [hint] = record["extended_attributes"]["probable_duplicates"]
    assert (hint["service_request_id"], hint["distance_meters"]) == (first, 0)
    assert hint["requested_datetime"].endswith("Z")
    assert "extended_attributes" not in plain


def test_post_with_extensions_never_hints_at_what_hides_its_place(city, send):
    given = {"service_code": "CAMP", "lat": "39.05", "long": "-94.59", "extensions": "true"}
    send(**given)
    assert send(**given).json()[0]["extended_attributes"] == {"probable_duplicates": []}
    assert send(extensions="true").json()[0]["extended_attributes"] == {"probable_duplicates": []}


def test_post_with_extensions_in_xml_and_its_statements(city, send, settings, django_assert_max_num_queries):
    settings.CITYSTAT_SECONDS_KEPT = 60
    near = {"lat": "39.05", "long": "-94.59", "extensions": "true"}
    first = send(**near).json()[0]["service_request_id"]
    with django_assert_max_num_queries(7):
        answer = send("requests.xml", **near)
    assert f"<probable_duplicate><service_request_id>{first}</service_request_id>" in answer.content.decode()


@pytest.mark.feature("F118")
def test_post_for_a_service_with_appointments_is_accepted_and_the_resident_gets_a_link_to_choose(send):
    ServiceForm.objects.filter(slug="pothole").update(takes_appointments=True)
    answer = send(address_string="12 Main St", email="ana@example.org")
    assert answer.status_code == 201
    request = ServiceRequest.objects.get()
    assert f"/r/{request.tracking_token}/appointment/" in OutboxMessage.objects.get(about=request.number).text


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252"])
def test_post_in_another_character_set_is_told_which_one(client, key, charset):
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    answer = client.post(f"{BASE}/requests.json", b"description=Direcci%F3n", content_type=kind)
    assert (answer.status_code, answer.json()[0]["description"]) == (
        400, "Send the form in UTF-8: the standard knows no other character set.",
    )  # fmt: skip


def test_refusal_of_an_unknown_service_or_request_is_in_the_language_of_who_asks(client, city):
    said = [
        client.get(f"{BASE}/{path}.json", headers={"Accept-Language": "es"}).json() for path in ("services/NO", "requests/NO", "tokens/NO")
    ]
    assert [one[0]["description"].split(" «")[0] for one in said] == [
        "La ciudad no ofrece ningún servicio", "No hay ninguna solicitud", "No hay ninguna solicitud con el token",
    ]  # fmt: skip
