"""From the words of a resident to a numbered request, on plain pages."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from citystat.core.models import OutboxMessage
from citystat.intake import drafts
from citystat.service_requests import catalog_actions
from citystat.service_requests.cases import actions, points
from citystat.service_requests.models import Contact, Photo, ServiceRequest, Subscription
from tests.factories import cases
from tests.intake.conftest import at, field_error, picture, said, send, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


def nothing_is_stored() -> bool:
    return not (ServiceRequest.objects.exists() or Contact.objects.exists() or Photo.objects.exists() or OutboxMessage.objects.exists())


def test_report_suggests_the_service_for_a_residents_words(client: Client) -> None:
    response = client.get("/report/", {"q": "big hole in the road"})
    first = re.search(r'<h2 id="fits">.*?href="([^"]+)"', response.content.decode(), re.DOTALL)
    assert first is not None
    assert first[1] == "/report/pothole/?q=big%20hole%20in%20the%20road"


def test_report_lists_every_offered_service_and_no_other(client: Client) -> None:
    text = client.get("/report/").content.decode()
    assert all(f'href="/report/{slug}/"' in text for slug in ("pothole", "sidewalk", "missed-trash", "elder-abuse", "power-line"))
    assert "crew-notice" not in text
    assert "Promised within 5 days" in text


def test_report_of_strange_words_says_what_to_do(client: Client) -> None:
    assert "Try other words" in said(client.get("/report/", {"q": "<script>qqq</script> 🦄"}))


def test_report_takes_few_statements(client: Client, django_assert_max_num_queries: Any, settings: Any) -> None:
    settings.CITYSTAT_SECONDS_KEPT = 60
    client.get("/report/")
    with django_assert_max_num_queries(0):
        assert client.get("/report/", {"q": "hole"}).status_code == 200


def test_report_form_keeps_the_words_of_the_search(client: Client) -> None:
    assert "a &lt;deep&gt; hole</textarea>" in client.get("/report/pothole/", {"q": "a <deep> hole"}).content.decode()


def test_report_form_of_a_service_that_is_not_offered_is_not_found(client: Client) -> None:
    assert client.get("/report/crew-notice/").status_code == 404
    assert client.get("/report/nothing/").status_code == 404


@pytest.mark.slow
@pytest.mark.feature("F001")
def test_sending_an_address_makes_a_request_with_number_department_and_due_date(client: Client) -> None:
    response = send(client, email="ana@example.org", prefers="email")

    request = ServiceRequest.objects.get()
    assert response["Location"] == f"/r/{request.tracking_token}/done/"
    assert (request.department, request.channel, request.address) == ("Streets", "web", "12 Main St")
    page = said(client.get(response["Location"]))
    assert request.number in page
    assert "Streets" in page
    assert "The city promises to have it done by" in page
    assert f"/r/{request.tracking_token}/" in OutboxMessage.objects.get().text


def test_sending_a_pin_finds_the_district(client: Client) -> None:
    send(client, address="", **at(cases.EAST_POINT))
    assert ServiceRequest.objects.get().district == "2"


def test_sending_without_contact_is_anonymous(client: Client) -> None:
    send(client)
    assert ServiceRequest.objects.get().reporter is None
    assert not OutboxMessage.objects.exists()


def test_sending_a_telephone_number_is_told_by_text_message(client: Client) -> None:
    send(client, phone="816 555 0100", prefers="email")
    assert OutboxMessage.objects.get().kind == "sms"


def test_sending_in_spanish_is_told_in_spanish(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    send(client, email="ana@example.org")
    assert Contact.objects.get().language == "es"


def test_sending_takes_few_statements(client: Client, django_assert_max_num_queries: Any, settings: Any) -> None:
    settings.CITYSTAT_SECONDS_KEPT = 60
    send(client, email="ana@example.org")
    points.places_of(*cases.EAST_POINT)  # boundaries are read once a process
    with django_assert_max_num_queries(8):
        send(client, email="ana@example.org", once="another", **at(cases.EAST_POINT))


def test_sending_twice_the_same_form_makes_one_request(client: Client) -> None:
    once = re.search(r'name="once" value="([^"]+)"', client.get("/report/pothole/").content.decode())
    assert once is not None
    first, second = (send(client, once=once[1]) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert ServiceRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"address": " "}, "address", "Say where it is"),
        ({"address": "🦄🦄"}, "address", "Say where it is"),
        (at(cases.SEA_POINT), "address", "outside"),
        ({"longitude": "nan", "latitude": "1e400", "address": ""}, "address", "Say where it is"),
        ({"description": "x" * 4_001}, "description", "longer than 4000"),
        ({"email": "ana🦄@example"}, "email", "not an e-mail address"),
        ({"email": "ana@example.org\r\nBcc: all@example.org"}, "email", "not an e-mail address"),
        ({"phone": "call me"}, "phone", "not a telephone number"),
    ],
)
def test_sending_what_cannot_be_filed_says_why_beside_the_field_and_keeps_the_rest(
    client: Client, changes: dict[str, str], field: str, words: str
) -> None:
    response = send(client, **({"name": "Ana Ruiz"} | changes))
    assert response.status_code == 400
    assert words in field_error(response, field)
    assert 'value="Ana Ruiz"' in response.content.decode()
    assert nothing_is_stored()


@pytest.mark.slow
def test_sending_five_megabytes_of_text_gets_it_back_with_a_sentence(client: Client) -> None:
    response = send(client, description="long " * 1_048_576)
    assert response.status_code == 400
    assert "longer than 4000" in field_error(response, "description")
    assert response.content.count(b"long ") > 1_000_000
    assert nothing_is_stored()


def test_sending_hostile_text_is_shown_as_text(client: Client) -> None:
    response = send(client, description="<script>alert(1)</script>", address="'\"><img src=x onerror=alert(1)> 5 Main")
    page = client.get(response["Location"].replace("done/", "")).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a photo"),
        (b"GIF89a but not really", "not a photo"),
        (cases.photo()[:200], "not a photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not a photo"),
        (b"\xff" * (12 * 1024 * 1024 + 1), "larger than 12 MB"),
        (cases.photo((10_000, 7_000), kind="PNG"), "photo"),
    ],
)
def test_sending_a_broken_or_huge_photo_says_so_and_keeps_the_text(client: Client, content: bytes, words: str) -> None:
    response = send(client, photos=[picture("bad.jpg", content)])
    assert response.status_code == 400
    assert words in field_error(response, "photos")
    assert "A deep hole</textarea>" in response.content.decode()
    assert nothing_is_stored()
    assert not drafts.folder().exists()


def test_sending_photos_stores_them_without_the_cameras_data(client: Client) -> None:
    send(client, photos=[picture(), picture("two.png", cases.photo(kind="PNG"))])
    assert Photo.objects.filter(kind="report", public=True).count() == 2


def test_sending_seven_photos_is_refused(client: Client) -> None:
    response = send(client, photos=[picture() for _ in range(7)])
    assert "at most 6" in field_error(response, "photos")
    assert nothing_is_stored()


def test_good_photos_wait_while_a_field_is_corrected(client: Client) -> None:
    first = send(client, address="", photos=[picture()])
    token = re.search(r'name="kept"[^>]*value="([^"]+)"', first.content.decode())
    assert token is not None
    assert "Keep photo 1" in said(first)
    assert nothing_is_stored()

    send(client, kept=[token[1]])

    assert Photo.objects.count() == 1
    assert drafts.read(token[1]) is None


@pytest.mark.parametrize("token", ["../../secret.key", "x" * 24, "/etc/passwd"])
def test_kept_photo_that_is_none_is_asked_for_again(client: Client, token: str) -> None:
    response = send(client, kept=[token])
    assert "add it again" in field_error(response, "photos")
    assert nothing_is_stored()


def sidewalk(client: Client, **answers: Any) -> Any:
    return send(client, "sidewalk", photos=[picture()], **({"q_SIZE": "S", "q_FALL": "N"} | answers))


def test_questions_are_kept_with_their_answers(client: Client) -> None:
    sidewalk(client, q_COUNT="3")
    assert [(one["code"], one["words"]) for one in ServiceRequest.objects.get().answers] == [
        ("SIZE", ["Like a hand"]),
        ("FALL", ["No"]),
        ("COUNT", ["3"]),
    ]


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ({"q_SIZE": ""}, "q_SIZE", "How big is it?"),
        ({"q_SIZE": "XXL"}, "q_SIZE", "not one of the answers"),
        ({"q_COUNT": "many"}, "q_COUNT", "asks for a number"),
        ({"q_FALL": "Y"}, "q_WHEN", "When was it?"),
        ({"q_FALL": "Y", "q_WHEN": "yesterday"}, "q_WHEN", "asks for a date"),
    ],
)
def test_answers_that_cannot_be_are_said_beside_the_question(client: Client, answers: dict[str, str], field: str, words: str) -> None:
    response = sidewalk(client, **answers)
    assert words in field_error(response, field)
    assert not ServiceRequest.objects.exists()


def test_condition_that_does_not_hold_asks_nothing(client: Client) -> None:
    sidewalk(client, q_FALL="N", q_WHEN="yesterday")
    assert "WHEN" not in [one["code"] for one in ServiceRequest.objects.get().answers]


def test_service_that_needs_a_photo_says_so(client: Client) -> None:
    response = send(client, "sidewalk", q_SIZE="S", q_FALL="N")
    assert "needs a photo" in field_error(response, "photos")


def test_note_of_the_service_is_shown(client: Client) -> None:
    assert "Crews come on weekdays." in said(client.get("/report/sidewalk/"))


def test_service_of_another_body_says_whom_to_turn_to_and_takes_nothing(client: Client) -> None:
    for response in (client.get("/report/power-line/"), send(client, "power-line")):
        assert "Turn to: Calder Power, 816-555-0100" in said(response)
    assert nothing_is_stored()


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ("pothole", "Your words and photos are public"),
        ("missed-trash", "never the address"),
        ("elder-abuse", "Only you, by your private link, and the city"),
    ],
)
def test_form_says_who_sees_what(client: Client, service: str, words: str) -> None:
    assert words in said(client.get(f"/report/{service}/"))


def near_page(client: Client, **changes: Any) -> tuple[ServiceRequest, Any]:
    open_one = cases.file_request(description="The old hole", email="")
    point = (cases.WEST_POINT[0] + 0.0003, cases.WEST_POINT[1])
    return open_one, send(client, **({"email": "me@example.org"} | at(point) | changes))


def hidden(response: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', response.content.decode()):
        if name != "csrfmiddlewaretoken":
            found.setdefault(name, []).append(value)
    return found


def test_open_report_nearby_is_shown_with_its_distance_before_filing(client: Client) -> None:
    open_one, response = near_page(client)
    text = said(response)
    assert open_one.number in text
    assert "80 feet (26 m)" in text or "90 feet (26 m)" in text
    assert "The old hole" in text
    assert ServiceRequest.objects.count() == 1


def test_this_is_it_adds_a_voice_and_a_follower(client: Client) -> None:
    open_one, response = near_page(client, photos=[picture()])
    joined = client.post("/report/pothole/", hidden(response) | {"join": open_one.number})

    assert joined["Location"] == f"/requests/{open_one.number}/?joined=told"
    open_one.refresh_from_db()
    assert open_one.voices == 2
    assert Subscription.objects.get().contact.email == "me@example.org"
    assert Photo.objects.get().request == open_one
    page = said(client.get(joined["Location"]))
    assert "You are added to this report." in page
    # Who is told already is not asked to follow once more; a neighbor who opens the page is.
    assert "Follow this request" not in page
    assert "Follow this request" in said(client.get(f"/requests/{open_one.number}/"))


def test_mine_is_another_files_everything_typed_and_its_photo(client: Client) -> None:
    _open_one, response = near_page(client, photos=[picture()], description="A new hole")
    client.post("/report/pothole/", hidden(response) | {"another": "1"})

    made = ServiceRequest.objects.latest("pk")
    assert (made.description, made.reporter.email) == ("A new hole", "me@example.org")
    assert Photo.objects.get().request == made


def test_going_back_shows_the_form_as_it_was(client: Client) -> None:
    _open_one, response = near_page(client, photos=[picture()], description="A new hole")
    again = client.post("/report/pothole/", hidden(response) | {"edit": "1"})
    assert "A new hole</textarea>" in again.content.decode()
    assert "Keep photo 1" in said(again)


def test_report_that_was_closed_meanwhile_cannot_be_joined(client: Client) -> None:
    open_one, response = near_page(client)
    worker = cases.make_user("w@city.example", "department_worker", department="Streets")
    actions.close(by=worker, request_id=open_one.pk, resolution="work_done")
    again = client.post("/report/pothole/", hidden(response) | {"join": open_one.number})
    assert again.status_code == 400
    assert "closed in the meantime" in said(again)


def test_sensitive_service_never_shows_reports_nearby(client: Client) -> None:
    cases.file_request("missed-trash")
    send(client, "missed-trash", **at(cases.WEST_POINT))
    assert ServiceRequest.objects.count() == 2


def test_school_network_on_a_storm_day_passes_and_a_flood_gets_a_sentence(client: Client, settings: Any) -> None:
    settings.CITYSTAT_FORMS_PER_ADDRESS = 5
    assert [send(client).status_code for _ in range(5)] == [302] * 5
    response = send(client, description="One more")
    assert response.status_code == 429
    assert "send it in ten minutes" in said(response)
    assert "One more</textarea>" in response.content.decode()
    assert client.post("/report/pothole/", values(), REMOTE_ADDR="10.9.8.7").status_code == 302


def test_form_without_its_token_is_refused(town: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/report/pothole/", values())
    assert response.status_code == 403
    assert nothing_is_stored()


def test_report_in_a_city_without_services_says_where_to_turn(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("citystat.intake.views.offers.offered", list)

    text = client.get("/report/").content.decode()

    assert "Reports are not taken on these pages yet." in text
    assert 'name="q"' not in text
    assert 'href="/explore/"' in text


def test_map_of_the_form_speaks_the_language_of_the_page(client: Client) -> None:
    client.cookies["django_language"] = "es"

    page = client.get("/report/pothole/").content.decode()

    words = json.loads(html.unescape(re.findall(r'data-locale="([^"]+)"', page)[0]))
    assert words["CooperativeGesturesHandler.MobileHelpText"] == "Use dos dedos para mover el mapa"
    assert words["NavigationControl.ZoomIn"] == "Acercar"


def test_a_resident_is_asked_and_told_in_spanish(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "catalog_es.yaml"
    path.write_text(
        "language: es\ngroups: {Streets: Calles}\nservices:\n  sidewalk:\n    name: Banqueta\n    description: Un tramo roto.\n"
        "    questions:\n"
        '      SIZE: {description: "¿De qué tamaño es?", values: {S: Chico}}\n      NOTE: {description: Las cuadrillas van entre semana.}\n'
    )
    catalog_actions.load_translation(path)
    client.cookies["django_language"] = "es"

    page = said(client.get("/report/"))
    assert "Calles" in page
    assert "Banqueta Un tramo roto." in page
    form = said(client.get("/report/sidewalk/"))
    assert all(words in form for words in ("Banqueta", "¿De qué tamaño es?", "Chico", "Las cuadrillas van entre semana.", "How many?"))
    refused = send(client, "sidewalk", q_FALL="N", photos=[picture()])
    assert "¿De qué tamaño es?" in field_error(refused, "q_SIZE")

    sent = send(client, "sidewalk", q_SIZE="S", q_FALL="N", photos=[picture()])
    request = ServiceRequest.objects.get()
    assert request.answers[0]["words"] == ["Like a hand"]
    assert "Banqueta" in said(client.get(sent["Location"]))
    own = said(client.get(f"/r/{request.tracking_token}/"))
    assert "Banqueta" in own
    assert "¿De qué tamaño es? Chico" in own
    assert "Banqueta" in said(client.get(f"/requests/{request.number}/"))
    assert "Banqueta" in said(client.get("/requests/"))
    client.cookies["django_language"] = "en"
    assert "Sidewalk" in said(client.get(f"/requests/{request.number}/"))
    assert client.get("/open311/v2/services.json", headers={"accept-language": "es"}).json()[-1]["service_name"] == "Sidewalk"
