"""Filing requests. All but the last post lack something, so that no server takes them."""

import time
from typing import Any

from citystat.open311.conformity.checks_of_services import UNKNOWN
from citystat.open311.conformity.fetching import Failed
from citystat.open311.conformity.judging import Checks, expect, expect_errors, expect_status, expect_xml_errors, some
from citystat.open311.conformity.server import Server, Skipped

CHECKS = Checks()
TOKEN_SECONDS = 10
DESCRIPTION = "A test of the Open311 interface: please close."


def with_key(server: Server) -> str:
    """The key; raises Skipped without one."""
    if not server.key:
        raise Skipped("Give a key with --key.")
    return server.key


def a_code(server: Server) -> str:
    """A service to name, without questions where there is one."""
    services = some(server.services(), "services")
    coded = some([one for one in services if one.get("service_code")], "services with a code")
    plain = [one for one in coded if one.get("metadata") is False and one.get("type") != "blackbox"]
    return str((plain or coded)[0]["service_code"])


@CHECKS.add("Posting without a key is 403, not 401, with an array of errors.")
def post_without_key(server: Server) -> None:
    """Refusal of a missing key."""
    expect_errors(server.post("requests.json", service_code=a_code(server)), 403)


@CHECKS.add("Posting with a wrong key is 403, in both formats.")
def post_with_wrong_key(server: Server) -> None:
    """Refusal of a wrong key."""
    expect_errors(server.post("requests.json", service_code=a_code(server), api_key=UNKNOWN), 403)
    expect_xml_errors(server.post("requests.xml", service_code=a_code(server), api_key=UNKNOWN), 403)


@CHECKS.add("Posting for an unknown service is 404.")
def post_unknown_service(server: Server) -> None:
    """Refusal of an unknown service."""
    expect_errors(server.post("requests.json", service_code=UNKNOWN, api_key=with_key(server)), 404)


@CHECKS.add("Posting without a service is 400.")
def post_without_service(server: Server) -> None:
    """Refusal of a missing service."""
    expect_errors(server.post("requests.json", api_key=with_key(server), description=DESCRIPTION), 400)


@CHECKS.add("Posting without any place is 400.")
def post_without_place(server: Server) -> None:
    """Refusal of a missing place."""
    expect_errors(server.post("requests.json", service_code=a_code(server), api_key=with_key(server)), 400)


@CHECKS.add("A posted request gets a number or a token, and can be read back.")
def post_and_read(server: Server) -> None:
    """The whole way; files a request."""
    key = with_key(server)
    if not server.place:
        raise Skipped("It files a real request: allow it with --send ADDRESS.")
    code = a_code(server)
    reply = server.post("requests.json", service_code=code, api_key=key, address_string=server.place, description=DESCRIPTION)
    expect(200 <= reply.status < 300, f"HTTP {reply.status}: {reply.body[:200]!r}.")
    found = reply.json()
    expect(isinstance(found, list) and len(found) == 1, "The answer is not an array of one.")
    number = _number(server, found[0])
    back = server.get(f"requests/{number}.json")
    expect_status(back, 200)
    expect(str(back.json()[0].get("service_code")) == code, "The request read back is of another service.")


def _number(server: Server, record: dict[str, Any]) -> str:
    """The number, waiting for it behind a token."""
    number, token = record.get("service_request_id"), record.get("token")
    expect(bool(number) != bool(token), "The answer has both a number and a token, or neither.")
    last = time.monotonic() + TOKEN_SECONDS
    while not number and time.monotonic() < last:
        reply = server.fetch("GET", server.address(f"tokens/{token}.json"), None, {})
        found = reply.json() if reply.status == 200 else []
        number = found[0].get("service_request_id") if found else None
        if not number:
            time.sleep(1)
    if not number:
        raise Failed(f"The token gave no number within {TOKEN_SECONDS} seconds.")
    return str(number)
