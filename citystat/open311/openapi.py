"""The interface as an OpenAPI 3.0 document, which the fuzz test holds the server to."""

from typing import Any

from django.conf import settings

from citystat.open311.presenters import BASE_PATH

TEXT: dict[str, Any] = {"type": "string", "nullable": True}
INSTANT: dict[str, Any] = {"type": "string", "format": "date-time"}
FORMAT: dict[str, Any] = {"name": "format", "in": "path", "required": True, "schema": {"type": "string", "enum": ["json", "xml"]}}


def document() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "Open311 GeoReport v2", "version": "2.0", "description": "The city's services and requests, for any program."},
        "servers": [{"url": f"{settings.CITYSTAT_BASE_URL.rstrip('/')}{BASE_PATH}"}],
        "paths": _paths(),
        "components": {"schemas": _schemas()},
    }


def _paths() -> dict[str, Any]:
    return {
        "/discovery.{format}": {"get": _read("discovery", "Where the interface is.", "Discovery")},
        "/services.{format}": {"get": _read("services", "Everything the city may be asked for.", "Services", jurisdiction=True)},
        "/services/{service_code}.{format}": {
            "get": _read("service", "The questions of a service.", "Definition", _in_path("service_code"), jurisdiction=True)
        },
        "/requests.{format}": {
            "get": _read("requests", "Requests, newest first.", "Requests", *_search(), jurisdiction=True),
            "post": _file(),
        },
        "/requests/{service_request_id}.{format}": {
            "get": _read(
                "request",
                "One request, as an array of one.",
                "Requests",
                _in_path("service_request_id"),
                _query("extensions", {"type": "boolean"}),
                jurisdiction=True,
            )
        },
        "/tokens/{token}.{format}": {"get": _read("token", "The number behind a token.", "Tokens", _in_path("token"), jurisdiction=True)},
    }


def _read(operation: str, summary: str, schema: str, *parameters: dict[str, Any], jurisdiction: bool = False) -> dict[str, Any]:
    given = [FORMAT, *parameters, *([_query("jurisdiction_id", {"type": "string"})] if jurisdiction else [])]
    return {"operationId": operation, "summary": summary, "parameters": given, "responses": _responses("200", schema)}


def _responses(success: str, schema: str, *others: str) -> dict[str, Any]:
    def content(name: str) -> dict[str, Any]:
        return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}, "text/xml": {"schema": {"type": "string"}}}

    refusals = {
        status: {"description": words, "content": content("Errors")}
        for status, words in (("400", "What was sent cannot be used."), ("404", "There is no such thing."), ("429", "Too often."))
    }
    found = {success: {"description": "Done.", "content": content(schema)}, **refusals}
    return found | {
        status: {"description": "See the errors.", "content": content("Errors" if status == "403" else schema)} for status in others
    }


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _query(name: str, schema: dict[str, Any], words: str = "") -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, **({"description": words} if words else {})}


def _search() -> list[dict[str, Any]]:
    text, whole = {"type": "string"}, {"type": "integer", "minimum": 1}
    return [
        _query("service_request_id", text, "A list with commas; overrides everything else."),
        _query("service_code", text, "A list with commas."),
        _query("status", {"type": "string", "enum": ["open", "closed", "open,closed"]}),
        _query("start_date", INSTANT, "Requested from here on; a day alone is its start. The last 90 days where no date is given."),
        _query("end_date", INSTANT, "Requested until here, included; a day alone is its end."),
        _query("updated_after", INSTANT),
        _query("updated_before", INSTANT),
        _query("bbox", text, "West, south, east, north in degrees."),
        _query("lat", {"type": "number", "minimum": -90, "maximum": 90}),
        _query("long", {"type": "number", "minimum": -180, "maximum": 180}),
        _query("radius", {"type": "number", "minimum": 1, "maximum": 50000}, "Meters around lat and long; 1,000 where not given."),
        _query("q", text, "Words in the service's name, a shown description or a shown address."),
        _query("page", whole),
        _query("page_size", whole, "At most 1,000."),
        _query("offset", {"type": "integer", "minimum": 0}, "Rows to pass over before the first page."),
        _query("extensions", {"type": "boolean"}, "Adds extended_attributes and notes."),
        _query("count", {"type": "boolean"}, "Adds the headers X-Result-Count and X-Page-Count."),
    ]


def _file() -> dict[str, Any]:
    names = (
        "api_key", "service_code", "jurisdiction_id", "address_string", "address_id", "zipcode", "email", "device_id", "account_id",
        "first_name", "last_name", "phone", "media_url", "client_request_id", "extensions",
    )  # fmt: skip
    fields: dict[str, Any] = {name: {"type": "string"} for name in names}
    fields |= {"description": {"type": "string", "maxLength": 4000}, "lat": {"type": "number"}, "long": {"type": "number"}}
    form = {"type": "object", "required": ["api_key", "service_code"], "properties": fields}
    picture = {"type": "array", "items": {"type": "string", "format": "binary"}}
    with_media = {**form, "properties": {**fields, "media": {"type": "string", "format": "binary"}, "media[]": picture}}
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "maxLength": 100, "pattern": "^[!-~]*$"},
    }
    return {
        "operationId": "file",
        "summary": "File a request. Answers to questions are sent as attribute[CODE]=value.",
        "parameters": [FORMAT, key],
        "requestBody": {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": form}, "multipart/form-data": {"schema": with_media}},
        },
        "responses": _responses("201", "Received", "200", "403"),
    }


def _schemas() -> dict[str, Any]:
    error = {
        "type": "object",
        "required": ["code", "description"],
        "properties": {"code": {"type": "integer"}, "description": {"type": "string"}},
    }
    token = {"service_request_id": {"type": "string"}, "token": {"type": "string"}}
    received = {"service_request_id": TEXT, "service_notice": TEXT, "account_id": TEXT, "extended_attributes": _duplicates()}
    return {
        "Errors": {"type": "array", "minItems": 1, "items": error},
        "Services": {"type": "array", "items": _service()},
        "Definition": _definition(),
        "Requests": {"type": "array", "items": _request()},
        "Received": _array_of_one(received, ["service_request_id"]),
        "Tokens": _array_of_one(token, list(token)),
        "Discovery": _discovery(),
    }


def _duplicates() -> dict[str, Any]:
    fields = {"service_request_id": {"type": "string"}, "distance_meters": {"type": "integer", "minimum": 0}}
    fields |= {"requested_datetime": INSTANT, "address": TEXT}
    one = {"type": "object", "required": list(fields), "properties": fields}
    return {"type": "object", "properties": {"probable_duplicates": {"type": "array", "maxItems": 5, "items": one}}}


def _array_of_one(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "maxItems": 1, "items": {"type": "object", "required": required, "properties": properties}}


def _service() -> dict[str, Any]:
    fields = {
        "service_code": {"type": "string"}, "service_name": {"type": "string"}, "description": TEXT, "metadata": {"type": "boolean"},
        "type": {"type": "string", "enum": ["realtime", "batch", "blackbox"]}, "keywords": TEXT, "group": TEXT,
    }  # fmt: skip
    return {"type": "object", "required": list(fields), "properties": fields}


def _definition() -> dict[str, Any]:
    pair = {"key": {"type": "string"}, "name": {"type": "string"}}
    kinds = ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
    fields = {
        "variable": {"type": "boolean"}, "code": {"type": "string"}, "datatype": {"type": "string", "enum": kinds},
        "required": {"type": "boolean"}, "datatype_description": TEXT, "order": {"type": "integer", "minimum": 1},
        "description": {"type": "string"},
    }  # fmt: skip
    values = {"type": "array", "items": {"type": "object", "required": list(pair), "properties": pair}}
    attribute = {"type": "object", "required": list(fields), "properties": {**fields, "values": values}}
    properties = {"service_code": {"type": "string"}, "attributes": {"type": "array", "items": attribute}}
    return {"type": "object", "required": list(properties), "properties": properties}


def _request() -> dict[str, Any]:
    number = {"type": "number", "nullable": True}
    fields = {
        "service_request_id": {"type": "string"}, "status": {"type": "string", "enum": ["open", "closed"]}, "status_notes": TEXT,
        "service_name": TEXT, "service_code": {"type": "string"}, "description": {**TEXT, "maxLength": 4000}, "agency_responsible": TEXT,
        "service_notice": TEXT, "requested_datetime": INSTANT, "updated_datetime": INSTANT,
        "expected_datetime": {**INSTANT, "nullable": True}, "address": TEXT, "address_id": TEXT, "zipcode": TEXT, "lat": number,
        "long": number, "media_url": TEXT,
    }  # fmt: skip
    return {"type": "object", "required": list(fields), "properties": fields}


def _discovery() -> dict[str, Any]:
    texts = {"type": "array", "minItems": 1, "items": {"type": "string"}}
    fields = {"specification": {"type": "string"}, "url": {"type": "string"}, "changeset": INSTANT}
    fields |= {"type": {"type": "string", "enum": ["production", "test"]}, "formats": texts}
    endpoints = {"type": "array", "minItems": 1, "items": {"type": "object", "required": list(fields), "properties": fields}}
    properties = {"changeset": INSTANT, "contact": {"type": "string"}, "key_service": {"type": "string"}, "endpoints": endpoints}
    return {"type": "object", "required": list(properties), "properties": properties}
