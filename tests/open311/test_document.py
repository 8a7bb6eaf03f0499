"""The OpenAPI document says what is answered. That everything else is answered as it says is shown by test_fuzz.py."""

import jsonschema

from citystat.open311 import openapi
from tests.factories import cases


def test_document_describes_every_answer_we_give(ask, key):
    cases.file_request(description="One", email="")
    schemas = openapi.document()["components"]["schemas"]
    for path, name in (
        ("services.json", "Services"), ("services/LIGHT/1.2.json", "Definition"), ("requests.json", "Requests"),
        ("discovery.json", "Discovery"), ("requests/nothing.json", "Errors"),
    ):  # fmt: skip
        jsonschema.validate(ask(path), plain(schemas[name]))


def plain(schema):
    """JSON Schema of OpenAPI's dialect: nullable becomes a second type."""
    if isinstance(schema, list):
        return [plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: plain(value) for name, value in schema.items() if name != "nullable"}
    return found | {"type": [schema["type"], "null"]} if schema.get("nullable") else found


def test_document_is_served(client):
    assert client.get("/open311/v2/openapi.json").json() == openapi.document()
