"""Slips that shipping servers have, each shown absent here, and what strict validators ask for."""

import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime

import jsonschema
import pytest

from citystat.open311 import formats, openapi
from tests.factories import cases
from tests.open311.conftest import BASE

pytestmark = pytest.mark.usefixtures("city")
HOSTILE = "Tom & \"Ann\" <b>'x'</b> &amp; ]]>"


@pytest.mark.parametrize("path", ["services.json", "requests.json"])
def test_json_has_no_wrapper_object(ask, path):
    cases.file_request()
    assert isinstance(ask(path), list)


def test_xml_is_sent_as_text_xml(client):
    assert client.get(f"{BASE}/requests.xml")["Content-Type"] == "text/xml; charset=utf-8"


def test_xml_root_of_requests_is_service_requests(client):
    assert client.get(f"{BASE}/requests.xml").content.decode().startswith('<?xml version="1.0" encoding="utf-8"?>\n<service_requests>')


def test_xml_has_no_namespace(client):
    cases.file_request()
    assert b"xmlns" not in client.get(f"{BASE}/requests.xml").content


def test_callback_is_not_spliced_in(client):
    answer = client.get(f"{BASE}/requests.json?callback=alert(1)//")
    assert answer.content == b"[]"


@pytest.mark.parametrize("path", ["requests/x.json", "services/x.json", "tokens/x.json", "requests.json?jurisdiction_id=elsewhere"])
def test_errors_are_arrays_everywhere_and_no_objects(client, settings, path):
    settings.CITYSTAT_OPEN311_JURISDICTION = "city.example"
    answer = client.get(f"{BASE}/{path}")
    assert answer.status_code == 404
    assert isinstance(answer.json(), list)


def test_errors_in_xml_name_their_fields(client):
    root = ElementTree.fromstring(client.get(f"{BASE}/requests/x.xml").content)
    assert [root.tag, root[0].tag, [field.tag for field in root[0]]] == ["errors", "error", ["code", "description"]]


def test_codes_are_strings_and_points_are_numbers(ask):
    cases.file_request()
    cases.make_service("Numbers", "001")
    record = ask("requests.json")[0]
    assert (type(record["service_request_id"]), type(record["lat"]), type(record["long"])) == (str, float, float)
    assert "001" in {one["service_code"] for one in ask("services.json")}


def test_text_is_escaped_once(client):
    cases.file_request("street-light-out", answers={"SIZE": "S"}, description=HOSTILE)
    root = ElementTree.fromstring(client.get(f"{BASE}/requests.xml").content)
    assert root.findtext("request/description") == HOSTILE


def test_empty_list_is_no_error(client):
    assert [client.get(f"{BASE}/requests.{fmt}").status_code for fmt in ("json", "xml")] == [200, 200]


def test_wrong_and_missing_key_are_403_and_not_401(client):
    given = {"service_code": "POT", "address_string": "1 A St"}
    assert [client.post(f"{BASE}/requests.json", given | extra).status_code for extra in ({}, {"api_key": "x"})] == [403, 403]


def test_changeset_is_an_instant_that_has_passed(ask):
    changeset = datetime.fromisoformat(ask("discovery.json")["changeset"])
    assert changeset <= datetime.now(UTC)


def test_discovery_names_a_list_of_endpoints_with_two_formats(ask):
    endpoints = ask("discovery.json")["endpoints"]
    assert isinstance(endpoints, list)
    assert len(endpoints[0]["formats"]) == 2


def test_status_is_only_ever_open_or_closed(ask):
    worker = cases.make_user("w@city.example", "department_worker", department="Streets")
    request = cases.file_request()
    from citystat.service_requests.cases import actions

    actions.start(by=worker, request_id=request.pk)
    assert ask("requests.json")[0]["status"] == "open"


def test_description_is_at_most_4000_characters(send, ask):
    assert send(description="x" * 4000).status_code == 201
    schema = openapi.document()["components"]["schemas"]["Requests"]["items"]["properties"]["description"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate("x" * 4001, {"maxLength": schema["maxLength"]})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": None, "b": ""}, "<r><a/><b/></r>"),
        ({"a": True, "b": 1.5}, "<r><a>true</a><b>1.5</b></r>"),
        ({"notes": [{"type": "x"}], "photos": []}, "<r><notes><note><type>x</type></note></notes><photos></photos></r>"),
        ({"a": "x\x00\x0by\ud800"}, "<r><a>xy</a></r>"),
    ],
)
def test_answer_writes_xml_of_every_kind_of_value(value, text):
    assert formats.answer("xml", "r", value).content.decode() == formats.DECLARATION + text
