"""The report on servers that redirect, compress, break off, are silent or slow, or ask for something: it says what to do."""

import gzip
import json
import time

import pytest

from citystat.core.errors import InputError
from citystat.open311.conformity import fetching, first_look, report
from citystat.open311.conformity.fetching import Failed, NoAnswer, Reply
from citystat.open311.conformity.server import Server
from tests.open311.strange_servers import say, serving

SERVICE = {"service_code": "1", "service_name": "Pothole", "description": "Café", "metadata": False, "type": "realtime",
           "keywords": "a", "group": "b"}  # fmt: skip
JSON, XML = "application/json; charset=utf-8", "text/xml; charset=utf-8"
IN_JSON = json.dumps([SERVICE], ensure_ascii=False).encode()
IN_XML = (
    '<?xml version="1.0" encoding="utf-8"?><services><service>'
    + "".join(f"<{name}>{str(value).lower() if value is False else value}</{name}>" for name, value in SERVICE.items())
    + "</service></services>"
).encode()


def services(handler, change=lambda body: body, **headers):
    """The services under /v2 and nothing else."""
    path = handler.path.partition("?")[0]
    if path == "/v2/services.json":
        say(handler, 200, JSON, change(IN_JSON), **headers)
    elif path == "/v2/services.xml":
        say(handler, 200, XML, change(IN_XML), **headers)
    else:
        say(handler, 404, "text/html", b"<html><head><title>x</title></head><body>Nothing here</body></html>")


def found(base, **asked):
    made = report.report(Server(base, **asked))
    return made, {one["name"]: (one["outcome"], one["reason"]) for one in made["checks"]}


def test_report_follows_a_redirect_and_says_which_address_to_give():
    def moved(handler):
        if handler.path.startswith("/v2/") and handler.command == "GET":
            say(handler, 301, "text/html", b"", Location=handler.path.replace("/v2/", "/new/v2/"))
        else:
            handler.path = handler.path.replace("/new", "")
            services(handler)

    with serving(moved) as base:
        made, checks = found(base)
    assert made["url"] == base.replace("/v2", "/new/v2")
    assert "a form is not sent on by a redirect" in made["notes"][0]
    assert checks["services_xml"][0] == "pass"


def test_post_is_not_sent_on_by_a_redirect_and_the_report_says_where_it_leads():
    def moved(handler):
        if handler.command == "POST":
            say(handler, 302, "text/html", b"", Location="https://elsewhere.example/v2/requests.json")
        else:
            services(handler)

    with serving(moved) as base:
        _made, checks = found(base)
    assert checks["post_without_key"] == ("fail", "HTTP 302 instead of 403, redirecting to https://elsewhere.example/v2/requests.json.")


def test_report_reads_what_is_compressed_and_what_begins_with_a_mark():
    with serving(lambda handler: services(handler, gzip.compress, Content_Encoding="gzip")) as base:
        assert found(base)[1]["services_agree"][0] == "pass"
    with serving(lambda handler: services(handler, lambda body: b"\xef\xbb\xbf" + body)) as base:
        checks = found(base)[1]
    assert (checks["services_xml"][0], checks["services_agree"][0]) == ("pass", "pass")
    assert "byte order mark" in checks["services_json"][1]


@pytest.mark.parametrize(
    ("change", "headers", "reason"),
    [
        (lambda body: body, {"Content_Encoding": "gzip"}, "cannot be unpacked"),
        (lambda body: gzip.compress(bytes(fetching.MOST_BYTES * 2)), {"Content_Encoding": "gzip"}, "longer than"),
        (lambda body: body.decode().encode("latin-1"), {}, "not XML: not well-formed"),
        (lambda body: body, {"Content_Length": "10000"}, r"breaks off after \d+ of 10000 bytes"),
        (lambda body: b"<html>Sorry</html>", {}, "no declaration"),
    ],
)
def test_report_says_what_is_wrong_with_a_body(change, headers, reason):
    with serving(lambda handler: services(handler, change, **headers)) as base:
        server = Server(base)
        with pytest.raises(Failed, match=reason):
            next(check for check in report.CHECKS if check.name == "services_xml").judge(server)


def test_report_repeats_what_a_refusal_says_and_what_it_asks_for():
    def asks(handler):
        if "jurisdiction_id=city.gov" in handler.path:
            return services(handler)
        return say(handler, 400, JSON, json.dumps([{"code": 400, "description": "jurisdiction_id was not provided"}]).encode())

    with serving(asks) as base:
        made, checks = found(base)
        assert found(base, jurisdiction="city.gov")[1]["services_json"][0] == "pass"
    assert made["notes"] == ["The server asks for its jurisdiction: give it with --jurisdiction NAME."]
    assert checks["services_json"][1] == "HTTP 400 instead of 200, saying “jurisdiction_id was not provided”."


def test_report_names_the_base_discovery_names():
    other = {"endpoints": [{"specification": "http://wiki.open311.org/GeoReport_v2", "url": "https://api.city.example/open311/v2/"}]}

    def elsewhere(handler):
        say(handler, *((200, JSON, json.dumps(other).encode()) if "discovery" in handler.path else (404, "text/html", b"Not found")))

    with serving(elsewhere) as base:
        made, checks = found(base)
    assert made["notes"] == ["Discovery names https://api.city.example/open311/v2: check that address."]
    assert checks["services_xml"][1] == "HTTP 404 instead of 200, saying “Not found”."


def test_report_on_a_server_that_keeps_programs_out():
    with serving(lambda handler: say(handler, 403, "text/html", b"<html><script>x</script><body>Robots, stay away</body></html>")) as base:
        made, checks = found(base)
    assert "HTTP 403" in made["notes"][0]
    assert checks["services_xml"][1] == "HTTP 403 instead of 200, saying “Robots, stay away”."


def test_report_does_not_wait_for_a_slow_server_again_and_again(monkeypatch):
    monkeypatch.setattr(fetching, "SECONDS", 0.1)
    asked = []

    def slow(handler):
        if "services" in handler.path:
            return services(handler)
        asked.append((handler.command, handler.path))
        time.sleep(0.4)
        return None

    with serving(slow) as base:
        _made, checks = found(base)
    assert len(asked) == 4
    assert [asked.count(one) for one in asked if one[0] == "GET"] == [1, 1]
    assert checks["requests_cap"] == ("fail", "Not asked any more: 4 questions had no answer.")


def test_fetch_does_not_wait_for_an_answer_that_comes_drop_by_drop(monkeypatch):
    monkeypatch.setattr(fetching, "SECONDS_IN_ALL", 0.2)

    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(20):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    with serving(drip) as base, pytest.raises(NoAnswer, match="not whole after"):
        fetching.fetch("GET", base, None, {})


def test_report_on_records_without_codes_has_no_words_of_python():
    answer = Reply(200, JSON, b'[{"name": "Pothole"}]')
    checks = {one["name"]: one["reason"] for one in report.report(Server("http://a.example/v2", fetch=lambda *asked: answer))["checks"]}
    assert checks["requests_by_service"] == "A record has no service_code."
    assert checks["request_json"] == "No request has a service_request_id."
    assert not any("Error" in reason for reason in checks.values())


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("https://city.gov/open311/v2/", "https://city.gov/open311/v2"),
        (" https://city.gov/open311/v2/services.json?jurisdiction_id=x ", "https://city.gov/open311/v2"),
        ("https://city.gov/open311/v2/requests.xml", "https://city.gov/open311/v2"),
        ("https://city.gov/open311/discovery.xml", "https://city.gov/open311"),
        ("http://[::1]:8000/v2", "http://[::1]:8000/v2"),
    ],
)
def test_base_of_takes_any_address_of_the_interface(given, base):
    assert first_look.base_of(given) == base


@pytest.mark.parametrize(
    "given", ["http://[::1/v2", "http://city.gov:80a/v2", "http://city.gov:99999/v2", "http://city gov/v2", "city.gov/v2"]
)
def test_base_of_refuses_what_is_no_address(given):
    with pytest.raises(InputError, match="is not the address of a server"):
        first_look.base_of(given)
