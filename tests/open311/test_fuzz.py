"""A fuzzer that holds the server to the OpenAPI document: no crash, no answer of another shape."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from citystat.open311 import openapi
from citystat.service_requests.models import ServiceRequest
from tests.factories import cases

EXAMPLES = 40
SCHEMA = schemathesis.openapi.from_dict(openapi.document())
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]


def base_url() -> str:
    return openapi.document()["servers"][0]["url"]


@pytest.fixture
def app():
    """The application as a server runs it, but with the connection of the test, which a real server would drop after each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def reach_further(case, key: str) -> None:
    """Often put the true key and a real service in, so that the rest of the form is reached as well."""
    if case.operation.method == "post" and isinstance(case.body, dict) and case.body.get("api_key"):
        case.body["api_key"] = key
        if case.body.get("service_code"):
            case.body["service_code"] = "POT"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_fuzzed_calls_are_answered_as_the_document_says(operation, key, app):
    cases.file_request(description="One", email="")
    cases.file_request("street-light-out", answers={"SIZE": "S"}, email="")

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    def fuzz(case):
        reach_further(case, key)
        response = case.call(base_url=base_url(), app=app)
        case.validate_response(response, checks=CHECKS)

    given(case=operation.as_strategy())(fuzz)()
    assert ServiceRequest.objects.count() >= 2
