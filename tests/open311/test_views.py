"""Every call of the standard, in both formats, and how each refuses."""

import xml.etree.ElementTree as ElementTree
from datetime import date, timedelta

import pytest
from django.utils import timezone

from citystat.open311.models import Changeset
from citystat.service_requests.cases import actions as case_actions
from citystat.service_requests.models import Service, ServiceForm, ServiceRequest
from tests.factories import cases
from tests.open311.conftest import BASE

pytestmark = pytest.mark.usefixtures("city")


def tree(response):
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def test_services_lists_each_offered_service_with_its_type(ask):
    ServiceForm.objects.filter(slug="pothole").update(keywords=["hole", "road"], description="Holes in the road")
    found = {one["service_code"]: one for one in ask("services.json")}
    assert found["POT"] == {
        "service_code": "POT", "service_name": "Pothole", "description": "Holes in the road", "metadata": False, "type": "realtime",
        "keywords": "hole,road", "group": "Streets",
    }  # fmt: skip
    assert found["LIGHT/1.2"]["metadata"] is True
    assert found["STAFF"]["type"] == "blackbox"


def test_service_name_of_a_request_is_the_one_of_the_latest_promise(ask):
    made = cases.file_request()
    row = Service.objects.get(slug="pothole")
    row.pk, row.name, row.in_force_from = None, "Hole in the street", date(2026, 1, 1)
    row.save()
    assert ask(f"requests/{made.number}.json")[0]["service_name"] == "Hole in the street"


def test_services_leaves_out_what_is_not_offered(ask, client):
    ServiceForm.objects.filter(slug="pothole").update(is_offered=False)
    assert "POT" not in {one["service_code"] for one in ask("services.json")}
    assert client.get(f"{BASE}/services/POT.json").status_code == 404


def test_services_xml_has_one_element_for_each(client):
    root = tree(client.get(f"{BASE}/services.xml"))
    assert root.tag == "services"
    assert {child.tag for child in root} == {"service"}
    assert root.findtext("service/metadata") in {"true", "false"}


@pytest.mark.parametrize("path", ["services/LIGHT/1.2.json", "services/LIGHT%2F1.2.json", "services/LIGHT%2F1.2", "service/LIGHT/1.2.json"])
def test_service_definition_takes_codes_with_dots_and_slashes(ask, path):
    assert ask(path) == {
        "service_code": "LIGHT/1.2",
        "attributes": [
            {
                "variable": True, "code": "SIZE", "datatype": "singlevaluelist", "required": True, "datatype_description": None,
                "order": 1, "description": "How big is it?",
                "values": [{"key": "S", "name": "Like a hand"}, {"key": "L", "name": "Like a wheel"}],
            }
        ],
    }  # fmt: skip


def test_service_definition_xml_nests_attributes_and_values(client):
    root = tree(client.get(f"{BASE}/services/LIGHT/1.2.xml"))
    assert root.tag == "service_definition"
    assert [one.text for one in root.findall("attributes/attribute/values/value/key")] == ["S", "L"]


def test_service_definition_conditional_question_is_not_required_of_programs_that_cannot_know(ask):
    more = {"code": "WHY", "description": "Why?", "datatype": "text", "required": True, "condition": {"question": "SIZE", "equals": "L"}}
    ServiceForm.objects.filter(slug="street-light-out").update(questions=[cases.SIZE_QUESTION, more])
    second = ask("services/LIGHT/1.2.json", extensions="true")["attributes"][1]
    assert (second["required"], second["order"]) == (False, 2)
    assert second["datatype_description"] == "Asked when “How big is it?” is answered “Like a wheel”."
    assert second["condition"] == {"attribute": "SIZE", "value": "L"}


def test_requests_record_has_exactly_the_fields_of_the_standard(ask):
    request = cases.file_request(address="12 Main St")
    found = ask("requests.json")
    assert len(found) == 1
    assert list(found[0]) == [
        "service_request_id", "status", "status_notes", "service_name", "service_code", "description", "agency_responsible",
        "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode", "lat", "long",
        "media_url",
    ]  # fmt: skip
    assert (found[0]["service_request_id"], found[0]["status"], found[0]["service_code"]) == (request.number, "open", "POT")
    assert (found[0]["lat"], found[0]["long"], found[0]["address"]) == (39.05, -94.59, "12 Main St")
    assert found[0]["description"] is None


def test_requests_shows_descriptions_only_where_the_service_does(ask):
    cases.file_request("street-light-out", answers={"SIZE": "S"}, description="Dark at night")
    assert ask("requests.json")[0]["description"] == "Dark at night"


def test_requests_xml_and_json_say_the_same(client, ask):
    cases.file_request("street-light-out", answers={"SIZE": "S"}, description="<b>5 & 6</b>")
    record = ask("requests.json")[0]
    root = tree(client.get(f"{BASE}/requests.xml"))
    element = root.find("request")
    assert root.tag == "service_requests"
    assert {child.tag: child.text for child in element} == {name: None if value is None else str(value) for name, value in record.items()}


def test_requests_of_private_services_are_never_listed_nor_found(ask, client):
    request = cases.file_request("staff-complaint")
    assert ask("requests.json") == []
    assert ask("requests.json", service_request_id=request.number) == []
    assert client.get(f"{BASE}/requests/{request.number}.json").status_code == 404
    assert client.get(f"{BASE}/tokens/{request.tracking_token}.json").status_code == 404


def test_requests_without_place_never_show_or_betray_it(ask):
    cases.file_request("homeless-camp", address="99 Hidden Ln")
    ServiceRequest.objects.update(zipcode="64101", address_id="A1", media_url="https://pictures.example/camp.jpg")
    record = ask("requests.json", extensions="true")[0]
    assert [record[name] for name in ("address", "address_id", "zipcode", "lat", "long", "media_url")] == [None] * 6
    assert record["extended_attributes"]["places"] == []
    assert ask("requests.json", bbox="-95,39,-94,40") == []
    assert ask("requests.json", lat=39.05, long=-94.59, radius=50) == []
    assert ask("requests.json", q="Hidden") == []


def test_request_is_an_array_of_one(ask, client):
    request = cases.file_request()
    for path in (f"requests/{request.number}.json", f"request/{request.number}.json", f"requests/{request.number}"):
        assert [one["service_request_id"] for one in ask(path)] == [request.number]
    root = tree(client.get(f"{BASE}/requests/{request.number}.xml"))
    assert root.findtext("request/service_request_id") == request.number


def test_request_with_the_number_of_another_year_is_not_found(client):
    request = cases.file_request()
    assert client.get(f"{BASE}/requests/01-{request.pk:06d}.json").status_code == 404


def test_token_leads_to_the_number(ask, client):
    request = cases.file_request()
    expected = [{"service_request_id": request.number, "token": request.tracking_token}]
    assert ask(f"tokens/{request.tracking_token}.json") == expected
    root = tree(client.get(f"{BASE}/tokens/{request.tracking_token}.xml"))
    assert root.findtext("request/token") == request.tracking_token


@pytest.mark.parametrize("base", ["/open311", BASE])
def test_discovery_stands_under_both_bases_in_both_formats(client, settings, base):
    settings.CITYSTAT_BASE_URL = "https://city.example"
    found = client.get(f"{base}/discovery.json").json()
    assert sorted(found) == ["changeset", "contact", "endpoints", "key_service"]
    assert found["endpoints"][0]["url"] == "https://city.example/open311/v2"
    assert found["endpoints"][0]["specification"] == "http://wiki.open311.org/GeoReport_v2"
    root = tree(client.get(f"{base}/discovery.xml"))
    assert root.tag == "discovery"
    assert [one.text for one in root.findall("endpoints/endpoint/formats/format")] == ["text/xml", "application/json"]


def test_discovery_changeset_changes_with_the_services_only(ask):
    first = ask("discovery.json")["changeset"]
    Changeset.objects.update(seen_at=timezone.now() - timedelta(days=3))
    kept = ask("discovery.json")["changeset"]
    cases.make_service("Graffiti", "GRA")
    assert kept < first
    assert ask("discovery.json")["changeset"] > kept
    assert Changeset.objects.count() == 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("requests/nothing", 404),
        ("services/nothing", 404),
        ("tokens/nothing", 404),
        ("nothing/here", 404),
        ("requests", 400),
    ],
)
def test_refusals_are_arrays_of_errors_in_both_formats(client, path, status):
    given = {"status": "lost"} if status == 400 else {}
    answer = client.get(f"{BASE}/{path}.json", given)
    assert answer.status_code == status
    assert [sorted(one) for one in answer.json()] == [["code", "description"]]
    assert answer.json()[0]["code"] == status
    xml = client.get(f"{BASE}/{path}.xml", given)
    assert tree(xml).findtext("error/code") == str(status)


def test_another_jurisdiction_is_not_found_only_where_the_city_names_its_own(client, settings):
    assert client.get(f"{BASE}/services.json?jurisdiction_id=elsewhere.org").status_code == 200
    settings.CITYSTAT_OPEN311_JURISDICTION = "city.example"
    assert client.get(f"{BASE}/services.json?jurisdiction_id=elsewhere.org").status_code == 404
    assert client.get(f"{BASE}/services.json?jurisdiction_id=City.Example").status_code == 200
    assert client.get(f"{BASE}/services.json?jurisdiction_id=").status_code == 200


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/xml", "text/xml"),
        ("application/xml", "text/xml"),
        ("application/json", "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("image/png", "application/json"),
        ("application/xml, application/json;q=0.1", "text/xml"),
        ("application/xml;q=0.1, application/json;q=0.9", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
    ],
)
def test_address_without_suffix_answers_in_the_accepted_format(client, accept, kind):
    assert client.get(f"{BASE}/services", headers={"accept": accept})["Content-Type"].startswith(kind)


@pytest.mark.parametrize("path", ["services/", "services.json/", "services.JSON", "requests/", "requests.Json", "discovery.json/"])
def test_address_with_a_slash_or_a_large_suffix_is_the_same_address(client, ask, path):
    plain = path.rstrip("/").lower().removesuffix(".json")
    cases.file_request()
    assert client.get(f"{BASE}/{path}").json() == ask(f"{plain}.json")


@pytest.mark.parametrize("rest", ["/", ".json/", ".JSON"])
def test_one_of_them_with_a_slash_is_the_same_one(client, ask, rest):
    number = cases.file_request().number
    assert client.get(f"{BASE}/requests/{number}{rest}").json() == ask(f"requests/{number}.json")
    assert client.get(f"{BASE}/services/POT{rest}").json() == ask("services/POT.json")
    assert client.get(f"{BASE}/services/POT.XML")["Content-Type"].startswith("text/xml")


def test_method_an_address_does_not_take_is_refused_with_those_it_does(client):
    answer = client.delete(f"{BASE}/requests.json")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert answer.json()[0]["code"] == 405


def test_pages_of_other_sites_may_ask(client):
    assert client.options(f"{BASE}/requests.json")["Access-Control-Allow-Methods"] == "GET, HEAD, POST"
    assert client.get(f"{BASE}/services.json")["Access-Control-Allow-Origin"] == "*"


def test_browser_that_asks_first_may_send_what_libraries_add_and_asks_once_a_day(client):
    allowed = client.options(f"{BASE}/requests.json", headers={"origin": "https://app.example", "access-control-request-method": "POST"})
    named = {name.strip().casefold() for name in allowed["Access-Control-Allow-Headers"].split(",")}
    assert {"content-type", "idempotency-key", "accept", "x-requested-with", "authorization", "cache-control", "*"} <= named
    assert allowed["Access-Control-Max-Age"] == "86400"
    assert "Access-Control-Max-Age" not in client.get(f"{BASE}/services.json")


def test_address_that_asks_too_often_is_told_when_to_come_back(client, settings):
    settings.CITYSTAT_OPEN311_A_MINUTE = 2
    answers = [client.get(f"{BASE}/services.json") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[2].json()[0]["code"] == 429
    assert 0 < int(answers[2]["Retry-After"]) <= 60


def test_closed_request_says_why_and_when(ask):
    worker = cases.make_user("w@city.example", "department_worker", department="Streets")
    request = cases.file_request()
    case_actions.close(by=worker, request_id=request.pk, resolution="inspected_no_action", note="The road is sound.")
    ServiceRequest.objects.filter(pk=request.pk).update(updated_at=timezone.now() + timedelta(days=2))
    record = ask("requests.json", extensions="true")[0]
    request.refresh_from_db()
    assert (record["status"], record["status_notes"]) == ("closed", "The road is sound.")
    assert record["updated_datetime"][:16] == request.closed_at.isoformat()[:16]
    assert (record["extended_attributes"]["resolution"], record["extended_attributes"]["resolved"]) == ("inspected_no_action", False)


def test_refusals_are_in_the_language_of_the_program(client):
    answer = client.get(f"{BASE}/requests.json?status=lost", headers={"accept-language": "es"})
    assert answer.json()[0]["description"] == "«lost» no es un estado: use open o closed."


def test_answers_without_a_suffix_tell_caches_that_they_differ_by_format(client, city):
    assert "Accept" in client.get(f"{BASE}/services")["Vary"].split(", ")
    assert "Accept" not in client.get(f"{BASE}/services.json").get("Vary", "").split(", ")
