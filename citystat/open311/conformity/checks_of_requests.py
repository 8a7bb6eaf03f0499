"""Lists of requests, single requests and tokens."""

from typing import Any

from citystat.open311.conformity.checks_of_services import UNKNOWN
from citystat.open311.conformity.fetching import Failed
from citystat.open311.conformity.judging import (
    Checks,
    expect,
    expect_children,
    expect_errors,
    expect_fields,
    expect_no_mark,
    expect_status,
    expect_texts,
    expect_type,
    expect_xml_errors,
    instant_of,
    some,
)  # fmt: skip
from citystat.open311.conformity.server import OK, Server

CHECKS = Checks()
FIELDS = {
    "service_request_id", "status", "service_name", "service_code", "description", "requested_datetime", "updated_datetime", "address",
    "address_id", "zipcode", "lat", "long", "media_url",
}  # fmt: skip
REPORTERS = {"email", "phone", "first_name", "last_name", "device_id", "api_key"}
MOST_ROWS = 1000


def newest(server: Server) -> list[dict[str, Any]]:
    """The list without any filter, not empty."""
    return some(server.requests(), "requests of the last 90 days")


def a_number(server: Server) -> str:
    """The number of the newest request that has one; raises Failed without any."""
    found = [str(one["service_request_id"]) for one in newest(server) if one.get("service_request_id")]
    if not found:
        raise Failed("No request has a service_request_id.")
    return found[0]


def ids_of(records: list[dict[str, Any]]) -> list[str]:
    """Numbers of records."""
    return [str(one.get("service_request_id")) for one in records]


@CHECKS.add("Requests in JSON are an array without a wrapper.")
def requests_json(server: Server) -> None:
    """Shape of the list."""
    reply = server.get("requests.json")
    expect_status(reply, 200)
    expect_type(reply, "application/json")
    expect_no_mark(reply)
    expect(isinstance(reply.json(), list), "requests.json is not an array.")


@CHECKS.add("Requests in XML are service_requests/request, sent as text/xml.")
def requests_xml(server: Server) -> None:
    """Shape of the list in XML."""
    reply = server.get("requests.xml")
    expect_status(reply, 200)
    expect_type(reply, "text/xml")
    expect_children(reply.xml(), "service_requests", "request", FIELDS)


@CHECKS.add("Every request has every field that may not be left out.")
def requests_fields(server: Server) -> None:
    """Fields of requests."""
    expect_fields(newest(server), FIELDS)


@CHECKS.add("Numbers and codes are strings.")
def requests_codes(server: Server) -> None:
    """Types of codes."""
    expect_texts(newest(server), {"service_request_id", "service_code"})


@CHECKS.add("The status is open or closed and nothing else.")
def requests_status(server: Server) -> None:
    """The two states."""
    for one in newest(server):
        expect(one.get("status") in {"open", "closed"}, f"status is {one.get('status')!r}.")


@CHECKS.add("Dates are W3C dates with a time zone.")
def requests_dates(server: Server) -> None:
    """Zones of dates."""
    for one in newest(server):
        instant_of(one.get("requested_datetime"), "requested_datetime")
        for name in ("updated_datetime", "expected_datetime"):
            if one.get(name):
                instant_of(one[name], name)


@CHECKS.add("Latitude and longitude are numbers, or null.")
def requests_points(server: Server) -> None:
    """Types of points."""
    for one in newest(server):
        for name in ("lat", "long"):
            value = one.get(name)
            expect(value is None or (isinstance(value, int | float) and abs(value) <= 180), f"{name} is {value!r}.")


@CHECKS.add("Nothing of who reported is given.")
def requests_reporters(server: Server) -> None:
    """Contact data."""
    for one in newest(server):
        expect(not REPORTERS & set(one), f"A request has {', '.join(sorted(REPORTERS & set(one)))}.")


@CHECKS.add("A list has at most 1,000 requests.")
def requests_cap(server: Server) -> None:
    """The cap."""
    expect(len(server.requests()) <= MOST_ROWS, f"{len(server.requests())} requests came at once.")


@CHECKS.add("Filtered by status, every request has it.")
def requests_by_status(server: Server) -> None:
    """The filter by status."""
    for status in ("open", "closed"):
        found = {one.get("status") for one in server.requests(status=status)}
        expect(found <= {status}, f"status={status} gave {sorted(map(str, found))}.")


@CHECKS.add("Filtered by service, every request is of it.")
def requests_by_service(server: Server) -> None:
    """The filter by service."""
    code = newest(server)[0]["service_code"]
    found = {str(one.get("service_code")) for one in server.requests(service_code=code)}
    expect(found == {str(code)}, f"service_code={code} gave {sorted(found)}.")


@CHECKS.add("Between two dates, both ends included.")
def requests_by_date(server: Server) -> None:
    """The span."""
    one = newest(server)[0]
    at = str(one["requested_datetime"])
    limit = instant_of(at, "requested_datetime").replace(microsecond=0)
    late = limit.replace(microsecond=999_999).isoformat()
    found = server.requests(start_date=limit.isoformat(), end_date=late)
    expect(str(one["service_request_id"]) in ids_of(found), f"A request of {at} is not between {limit.isoformat()} and {late}.")


@CHECKS.add("A list of numbers gives those requests, whatever else is asked.")
def requests_by_number(server: Server) -> None:
    """Numbers override other arguments."""
    asked = ids_of(newest(server)[:2])
    found = server.requests(
        service_request_id=",".join(asked), status="closed", start_date="2001-01-01T00:00:00Z", end_date="2001-01-02T00:00:00Z"
    )
    expect(sorted(ids_of(found)) == sorted(asked), f"Asked for {asked}, got {ids_of(found)[:5]}.")


@CHECKS.add("XML and JSON hold the same values.")
def requests_agree(server: Server) -> None:
    """Both formats, field by field, escaped once."""
    number = a_number(server)
    record = server.requests(service_request_id=number)[0]
    element = server.get("requests.xml", service_request_id=number).xml().find("request")
    expect(element is not None, f"requests.xml does not have {number}.")
    for name in sorted(FIELDS - {"lat", "long"}):
        in_xml = (element.findtext(name) if element is not None else None) or ""
        expect(
            in_xml == str(record.get(name) or "").replace("\r\n", "\n"), f"{name} is {record.get(name)!r} in JSON and {in_xml!r} in XML."
        )


@CHECKS.add("An empty list is 200 and an empty array.")
def requests_empty(server: Server) -> None:
    """Nothing found is no error."""
    given = {"start_date": "1990-01-01T00:00:00Z", "end_date": "1990-01-02T00:00:00Z"}
    reply = server.get("requests.json", **given)
    expect_status(reply, 200)
    expect(reply.json() == [], f"The list is {str(reply.json())[:80]}.")
    in_xml = server.get("requests.xml", **given)
    expect_status(in_xml, 200)
    expect_children(in_xml.xml(), "service_requests", "request", ())


@CHECKS.add("Parameters that are empty are absent ones.")
def requests_empty_parameters(server: Server) -> None:
    """Empty parameters."""
    url = server.address("requests.json")
    reply = server.ask(f"{url}{'&' if '?' in url else '?'}service_request_id=&service_code=&start_date=&end_date=&status=")
    expect_status(reply, 200)
    expect(bool(reply.json()) == bool(server.requests()), "The list differs from the one without parameters.")


@CHECKS.add("A date that is none is refused with 400.")
def requests_bad_date(server: Server) -> None:
    """Refusal of a date."""
    expect_errors(server.get("requests.json", start_date="the day before yesterday"), 400)


@CHECKS.add("JSON is JSON: no callback is spliced in.")
def requests_no_callback(server: Server) -> None:
    """A callback that is not escaped lets others run scripts."""
    reply = server.get("requests.json", callback="alert(1)//")
    expect(not reply.body.lstrip().startswith(b"alert"), "The callback stands before the answer as it was sent.")
    if reply.status == OK:
        reply.json()


@CHECKS.add("One request in JSON is an array of one, and the one asked for.")
def request_json(server: Server) -> None:
    """Shape of one request."""
    number = a_number(server)
    reply = server.get(f"requests/{number}.json")
    expect_status(reply, 200)
    found = reply.json()
    expect(isinstance(found, list) and len(found) == 1, "One request is not an array of one.")
    expect(ids_of(found) == [number], f"Asked for {number}, got {ids_of(found)}.")


@CHECKS.add("One request in XML is service_requests/request.")
def request_xml(server: Server) -> None:
    """Shape of one request in XML."""
    number = a_number(server)
    reply = server.get(f"requests/{number}.xml")
    expect_status(reply, 200)
    expect_type(reply, "text/xml")
    expect_children(reply.xml(), "service_requests", "request", {"service_request_id"})


@CHECKS.add("An unknown request is 404 with an array of errors, in both formats.")
def request_unknown(server: Server) -> None:
    """Refusal of an unknown number."""
    expect_errors(server.get(f"requests/{UNKNOWN}.json"), 404)
    expect_xml_errors(server.get(f"requests/{UNKNOWN}.xml"), 404)


@CHECKS.add("An unknown token is 404 with an array of errors.")
def token_unknown(server: Server) -> None:
    """Refusal of an unknown token."""
    expect_errors(server.get(f"tokens/{UNKNOWN}.json"), 404)
