"""Discovery, services and their definitions."""

from collections.abc import Iterator
from typing import Any

from citystat.open311.conformity.fetching import BYTE_ORDER_MARK, Failed, Reply
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
from citystat.open311.conformity.server import Server, Skipped

CHECKS = Checks()
SERVICE_FIELDS = {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"}
ATTRIBUTE_FIELDS = {"variable", "code", "datatype", "required", "datatype_description", "order", "description"}
DATATYPES = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}
MOST_DEFINITIONS = 10
UNKNOWN = "no-such-code-4711"


def discovered(server: Server, fmt: str) -> Reply:
    """Discovery below the base, or beside it."""
    below = server.get(f"discovery.{fmt}")
    return below if below.status == 200 else server.ask(f"{server.url.rstrip('/').rsplit('/', 1)[0]}/discovery.{fmt}")


def definitions(server: Server) -> Iterator[dict[str, Any]]:
    """Definitions of the first services that have one; raises Skipped without any."""
    codes = [str(one.get("service_code")) for one in server.services() if one.get("metadata") in (True, "true")]
    if not codes:
        raise Skipped("No service has a definition.")
    for code in codes[:MOST_DEFINITIONS]:
        reply = server.get(f"services/{code}.json")
        expect_status(reply, 200)
        found = reply.json()
        if not isinstance(found, dict):
            raise Failed(f"The definition of {code} is {type(found).__name__}, not one object.")
        yield found


@CHECKS.add("Discovery exists as JSON with every field.")
def discovery_json(server: Server) -> None:
    """Fields of discovery."""
    reply = discovered(server, "json")
    expect_status(reply, 200)
    found = reply.json()
    expect(isinstance(found, dict), "Discovery is not one object.")
    expect_fields([found], {"changeset", "contact", "key_service", "endpoints"})
    expect(isinstance(found["endpoints"], list) and bool(found["endpoints"]), "endpoints is not an array of at least one.")
    expect_fields(found["endpoints"], {"specification", "url", "changeset", "type", "formats"})


@CHECKS.add("Discovery exists as XML.")
def discovery_xml(server: Server) -> None:
    """Shape of discovery in XML."""
    reply = discovered(server, "xml")
    expect_status(reply, 200)
    expect_type(reply, "text/xml")
    root = reply.xml()
    expect(root.tag == "discovery", f"The root is <{root.tag}>, not <discovery>.")
    expect(root.find("endpoints/endpoint/url") is not None, "There is no endpoints/endpoint/url.")


@CHECKS.add("Discovery names this specification, production or test, and MIME types.")
def discovery_endpoints(server: Server) -> None:
    """Endpoints of discovery."""
    reply = discovered(server, "json")
    expect_status(reply, 200)
    endpoints = reply.json().get("endpoints", [])
    expect(any("GeoReport_v2" in str(one.get("specification")) for one in endpoints), "No endpoint has the specification GeoReport_v2.")
    for one in endpoints:
        expect(one.get("type") in {"production", "test"}, f"An endpoint has the type {one.get('type')!r}.")
        expect(all("/" in str(kind) for kind in one.get("formats") or [""]), f"Formats are {one.get('formats')!r}, not MIME types.")


@CHECKS.add("Services exist as XML, which the standard requires, sent as text/xml.")
def services_xml(server: Server) -> None:
    """Shape of services in XML."""
    reply = server.get("services.xml")
    expect_status(reply, 200)
    expect_type(reply, "text/xml")
    expect(reply.body.removeprefix(BYTE_ORDER_MARK).lstrip().startswith(b"<?xml"), "The XML has no declaration.")
    expect_children(reply.xml(), "services", "service", SERVICE_FIELDS)


@CHECKS.add("Services in JSON are an array without a wrapper.")
def services_json(server: Server) -> None:
    """Shape of services in JSON."""
    reply = server.get("services.json")
    expect_status(reply, 200)
    expect_type(reply, "application/json")
    expect_no_mark(reply)
    expect(isinstance(reply.json(), list), "services.json is not an array.")


@CHECKS.add("Every service has every field, its codes as strings, metadata as a boolean, a known type.")
def services_fields(server: Server) -> None:
    """Fields of services."""
    services = some(server.services(), "services")
    expect_fields(services, SERVICE_FIELDS)
    expect_texts(services, {"service_code", "service_name"})
    for one in services:
        expect(isinstance(one["metadata"], bool), f"metadata is {one['metadata']!r}, not a boolean.")
        expect(one["type"] in {"realtime", "batch", "blackbox"}, f"type is {one['type']!r}.")


@CHECKS.add("XML and JSON hold the same services.")
def services_agree(server: Server) -> None:
    """Both formats of services."""
    codes = [str(one.get("service_code")) for one in server.services()]
    in_xml = [element.text or "" for element in server.get("services.xml").xml().findall("service/service_code")]
    expect(codes == in_xml, f"JSON has {len(codes)} services, XML {len(in_xml)}, or in another order.")


@CHECKS.add("A definition in JSON is one object with a code and attributes.")
def definition_json(server: Server) -> None:
    """Shape of a definition."""
    for found in definitions(server):
        expect_fields([found], {"service_code", "attributes"})
        expect(isinstance(found["attributes"], list), "attributes is not an array.")
        expect_fields(found["attributes"], ATTRIBUTE_FIELDS)


@CHECKS.add("Attributes have known datatypes, real booleans, and an order of their own.")
def definition_attributes(server: Server) -> None:
    """Values of attributes."""
    for found in definitions(server):
        attributes = found.get("attributes") or []
        for one in attributes:
            expect(one.get("datatype") in DATATYPES, f"datatype is {one.get('datatype')!r}.")
            expect(all(isinstance(one.get(name), bool) for name in ("variable", "required")), "variable or required is not a boolean.")
        orders = [one.get("order") for one in attributes]
        expect(len(set(orders)) == len(orders) and all(isinstance(order, int) and order > 0 for order in orders), f"order is {orders}.")


@CHECKS.add("Lists of a definition have keys and names.")
def definition_lists(server: Server) -> None:
    """Values of lists."""
    attributes = [one for found in definitions(server) for one in found.get("attributes") or []]
    lists = [one for one in attributes if str(one.get("datatype")).endswith("valuelist")]
    for one in some(lists, "attributes that are lists"):
        expect(bool(one.get("values")), f"The list {one.get('code')!r} has no values.")
        expect_texts(one["values"], {"key", "name"})


@CHECKS.add("A definition in XML nests attributes below service_definition.")
def definition_xml(server: Server) -> None:
    """Shape of a definition in XML."""
    code = next(definitions(server))["service_code"]
    reply = server.get(f"services/{code}.xml")
    expect_status(reply, 200)
    expect_type(reply, "text/xml")
    root = reply.xml()
    expect(root.tag == "service_definition", f"The root is <{root.tag}>, not <service_definition>.")
    expect(root.findtext("service_code") == str(code), "service_code is not the one asked for.")
    expect(root.find("attributes/attribute") is not None, "There is no attributes/attribute.")


@CHECKS.add("The definition of an unknown service is 404 with an array of errors, in both formats.")
def definition_unknown(server: Server) -> None:
    """Refusal of an unknown code."""
    expect_errors(server.get(f"services/{UNKNOWN}.json"), 404)
    expect_xml_errors(server.get(f"services/{UNKNOWN}.xml"), 404)


@CHECKS.add("The changeset of discovery is a date or instant that has passed.")
def discovery_changeset(server: Server) -> None:
    """The changeset as clients compare it."""
    reply = discovered(server, "json")
    expect_status(reply, 200)
    instant_of(reply.json().get("changeset"), "changeset")
