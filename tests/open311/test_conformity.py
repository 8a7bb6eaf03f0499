"""The report on any server: ours passes whole, and each known slip of a shipping server is found by name."""

import json
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command

from citystat.core.errors import InputError
from citystat.open311 import actions
from citystat.open311.conformity import report
from citystat.open311.conformity.fetching import Failed, Reply, fetch
from citystat.open311.conformity.server import Server
from tests.factories import cases
from tests.open311.conftest import BASE


@pytest.fixture
def fetch_here(client):
    """The server of this process, asked without a network."""

    def ask(method, url, body, headers):
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}"
        posted = {"data": body, "content_type": headers["Content-Type"]} if method == "POST" else {}
        answer = client.generic(method, path, **posted)
        return Reply(answer.status_code, answer["Content-Type"], answer.content)

    return ask


@pytest.fixture
def filled(city):
    cases.file_request(description="One", address="5 & 6 <Main> St")
    cases.file_request("street-light-out", answers={"SIZE": "S"}, description="Two < three")


def outcomes(server: Server) -> dict[str, str]:
    return {one["name"]: one["outcome"] for one in report.report(server)["checks"]}


def failures(fetch_here, change) -> set[str]:
    """Names of the checks that fail when the answers are changed so."""

    def distorted(method, url, body, headers):
        return change(url, fetch_here(method, url, body, headers))

    return {name for name, outcome in outcomes(Server(f"http://testserver{BASE}", fetch=distorted)).items() if outcome == "fail"}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_report_passes_our_own_server_over_the_network(live_server, filled, key, capsys):
    call_command("open311", "check", f"{live_server.url}{BASE}", "--key", key, "--send", "12 Main St", "--json")
    found = json.loads(capsys.readouterr().out)
    assert [one for one in found["checks"] if one["outcome"] != "pass"] == []
    assert (found["conforms"], found["passed"]) == (True, len(report.CHECKS))


@pytest.mark.django_db
def test_report_without_a_key_or_requests_skips_and_says_why(fetch_here, city):
    found = report.report(Server(f"http://testserver{BASE}", fetch=fetch_here))
    skipped = {one["name"]: one["reason"] for one in found["checks"] if one["outcome"] == "skip"}
    assert found["failed"] == 0
    assert skipped["post_unknown_service"] == "Give a key with --key."
    assert skipped["requests_fields"] == "The server has no requests of the last 90 days to look at."


def replaced(path: str, before: bytes, after: bytes):
    def change(url, reply):
        return Reply(reply.status, reply.content_type, reply.body.replace(before, after)) if path in url else reply

    return change


def wrapped(url, reply):
    if "requests.json" not in url or reply.status != 200:
        return reply
    return Reply(200, reply.content_type, b'{"service_requests":' + reply.body + b"}")


def as_application_xml(url, reply):
    return Reply(reply.status, reply.content_type.replace("text/xml", "application/xml"), reply.body)


def status_401(url, reply):
    return Reply(401 if reply.status == 403 else reply.status, reply.content_type, reply.body)


def spliced(url, reply):
    return Reply(200, reply.content_type, b"alert(1)//(" + reply.body + b")") if "callback" in url else reply


def hal_errors(url, reply):
    body = b'{"message":"Not Found","_embedded":{}}' if reply.status == 404 and "json" in url else reply.body
    return Reply(reply.status, reply.content_type, body)


def escaped_twice(url, reply):
    return Reply(reply.status, reply.content_type, reply.body.replace(b"&amp;", b"&amp;amp;").replace(b"&lt;", b"&amp;lt;"))


def empty_is_404(url, reply):
    return Reply(404, reply.content_type, reply.body) if reply.body.strip() == b"[]" else reply


def one_as_object(url, reply):
    return Reply(200, reply.content_type, reply.body.strip(b"[]")) if "/requests/2" in url and ".json" in url else reply


def code_as_number(url, reply):
    return Reply(reply.status, reply.content_type, reply.body.replace(b'"service_request_id":"26-', b'"service_request_id":"'))


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "name"),
    [
        (wrapped, "requests_json"),
        (as_application_xml, "requests_xml"),
        (status_401, "post_with_wrong_key"),
        (status_401, "post_without_key"),
        (spliced, "requests_no_callback"),
        (hal_errors, "request_unknown"),
        (hal_errors, "token_unknown"),
        (escaped_twice, "requests_agree"),
        (empty_is_404, "requests_empty"),
        (one_as_object, "request_json"),
        (replaced("requests.xml", b"service_requests>", b"requests>"), "requests_xml"),
        (replaced("requests.json", b'"lat":39.05', b'"lat":"39.05"'), "requests_points"),
        (replaced("requests.json", b'"status":"open"', b'"status":"in_progress"'), "requests_status"),
        (replaced("requests.json", b'"zipcode":null,', b""), "requests_fields"),
        (replaced("requests.json", b'"zipcode":null,', b'"zipcode":null,"email":"a@b.c",'), "requests_reporters"),
        (replaced("requests.json", b'"service_code":"POT"', b'"service_code":7'), "requests_codes"),
        (replaced("requests.json", b"T", b" "), "requests_dates"),
        (replaced("services.json", b'"metadata":true', b'"metadata":"true"'), "services_fields"),
        (replaced("services.json", b'"service_code":"POT"', b'"service_code":"HOLE"'), "services_agree"),
        (replaced("services.xml", b"<?xml", b"<!--xml"), "services_xml"),
        (replaced("services/LIGHT", b'"datatype":"singlevaluelist"', b'"datatype":"list"'), "definition_attributes"),
        (replaced("discovery.json", b'"key_service"', b'"keys"'), "discovery_json"),
        (replaced("discovery.json", b"GeoReport_v2", b"GeoReport_v1"), "discovery_endpoints"),
        (replaced("discovery.json", b'"changeset":"2', b'"changeset":"version 2'), "discovery_changeset"),
        (replaced("discovery.xml", b"discovery>", b"found>"), "discovery_xml"),
    ],
)
def test_report_finds_the_slip(fetch_here, filled, change, name):
    assert name in failures(fetch_here, change)


def recorded(folder, city):
    """A server that answers with what a real one once did, and 404 to all else."""

    def ask(method, url, body, headers):
        for word in ("services", "requests"):
            for kind in ("json", "xml"):
                path = folder / f"{city}_{word}.{kind}"
                if urlsplit(url).path.endswith(f"/{word}.{kind}") and method == "GET" and path.exists():
                    return Reply(200, "application/json" if kind == "json" else "text/xml", path.read_bytes())
        return Reply(404, "text/html", b"<html>Not found</html>")

    return ask


def test_report_on_recorded_answers_of_real_servers(shared_data):
    bloomington = outcomes(Server("http://b/open311/v2", fetch=recorded(shared_data / "open311", "bloomington")))
    san_francisco = outcomes(Server("http://s/open311/v2", fetch=recorded(shared_data / "open311", "san_francisco")))
    assert (bloomington["services_json"], bloomington["requests_json"], bloomington["requests_reporters"]) == ("pass", "pass", "pass")
    assert (bloomington["services_xml"], bloomington["request_unknown"]) == ("fail", "fail")
    # San Francisco answered in XML only; its requests have no media_url and say Open.
    assert (san_francisco["requests_json"], san_francisco["services_fields"]) == ("skip", "pass")
    assert (san_francisco["requests_fields"], san_francisco["requests_status"]) == ("fail", "fail")


@pytest.mark.parametrize("url", ["city.example/open311", "ftp://city.example", "file:///etc/passwd", "http://"])
def test_report_refuses_what_is_no_web_address(url):
    with pytest.raises(InputError, match="address of a server"):
        report.report(Server(url))


@pytest.mark.parametrize("body", [b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"<a>", b"\xff"])
def test_reply_refuses_xml_that_is_broken_or_defines_entities(body):
    with pytest.raises(Failed):
        Reply(200, "text/xml", body).xml()


@pytest.mark.django_db(transaction=True)
def test_fetch_reads_refusals_as_answers(live_server, city):
    reply = fetch("GET", f"{live_server.url}{BASE}/requests/nothing.json", None, {})
    assert (reply.status, reply.json()[0]["code"]) == (404, 404)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_check_command_ends_with_a_sentence_after_the_report(live_server, capsys):
    with pytest.raises(InputError, match=r"fails \d+ of the checks"):
        call_command("open311", "check", f"{live_server.url}/nothing/here")
    assert "fail  discovery_json" in capsys.readouterr().out


@pytest.mark.django_db
def test_key_command_adds_lists_and_revokes(capsys):
    call_command("open311", "key", "add", "City app", "--email", "a@city.example", "--a-minute", "50", "--json")
    key = json.loads(capsys.readouterr().out)["key"]
    call_command("open311", "key", "revoke", "City app")
    call_command("open311", "key", "list", "--json")
    out = capsys.readouterr().out
    programs = json.loads(out.splitlines()[-1])["programs"]
    assert programs == [{"name": "City app", "email": "a@city.example", "channel": "mobile", "a_minute": 50, "is_active": False}]
    assert key not in out
    call_command("open311", "key", "add", "Other")
    assert "cannot be shown again" in capsys.readouterr().out
    call_command("open311", "key", "list")
    assert "revoked" in capsys.readouterr().out
    assert actions.checksum(key) != key


def in_xml_only(url, reply):
    """Our own answers of a server that knows no JSON."""
    return Reply(404, "text/html", b"<html>not found</html>") if ".json" in url else reply


@pytest.mark.django_db
def test_report_looks_at_the_xml_of_a_server_without_json(fetch_here, filled):
    def distorted(method, url, body, headers):
        return in_xml_only(url, fetch_here(method, url, body, headers))

    found = {one["name"]: one for one in report.report(Server(f"http://testserver{BASE}", fetch=distorted))["checks"]}
    assert found["services_json"]["outcome"] == "skip"
    assert "in XML only, which the standard allows" in found["services_json"]["reason"]
    looked_at = ("services_fields", "requests_fields", "requests_status", "requests_dates", "requests_points", "requests_by_number")
    assert {name: found[name]["outcome"] for name in looked_at} == dict.fromkeys(looked_at, "pass")


@pytest.mark.django_db
def test_report_finds_slips_in_the_xml_of_a_server_without_json(fetch_here, filled):
    def closing(url, reply):
        replaced = reply.body.replace(b"<status>open</status>", b"<status>Open</status>")
        return in_xml_only(url, Reply(reply.status, reply.content_type, replaced))

    assert "requests_status" in failures(fetch_here, closing)


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"[" * 100_000 + b"]" * 100_000, "application/json"), (b"<html>hello</html>", "text/html"), (b"null", "application/json")],
    ids=["nested without end", "a page", "null"],
)
def test_report_on_a_server_of_anything_passes_nothing_of_it(body, kind):
    found = report.report(Server("http://elsewhere.example/v2", fetch=lambda *asked: Reply(200, kind, body)))
    assert not found["conforms"]
    passed = {one["name"] for one in found["checks"] if one["outcome"] == "pass"}
    assert passed <= {"requests_no_callback"}
    assert bool(passed) == (body == b"null")


def test_report_where_no_server_answers_is_one_sentence():
    with pytest.raises(InputError, match=r"No server answers at http://127\.0\.0\.1:1/v2: .*refused"):
        report.report(Server("http://127.0.0.1:1/v2"))
