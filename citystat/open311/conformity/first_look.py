"""Where the server is, before anything is judged: addresses people paste, redirects, and what a refusal at the door asks for."""

import re
from typing import Final
from urllib.parse import urlsplit

from citystat.core.errors import InputError
from citystat.open311.conformity.checks_of_services import discovered
from citystat.open311.conformity.fetching import Failed, NoAnswer, Reply
from citystat.open311.conformity.server import OK, Server

# One address of the interface, given instead of the base of all.
ONE_ADDRESS: Final = re.compile(r"/(?:(?:services|requests|discovery)\.(?:xml|json)|services|requests)?/?$", re.IGNORECASE)
FIRST: Final = "services.xml"


def base_of(url: str) -> str:
    """The base of an address a person gave; raises InputError for what is no web address."""
    plain = url.strip().partition("?")[0].partition("#")[0]
    try:
        parts = urlsplit(plain)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and not re.search(r"\s", plain)
    except ValueError:
        is_address = False
    if not is_address:
        raise InputError(f"{url!r} is not the address of a server: give the base, such as https://city.example.gov/open311/v2.")
    return ONE_ADDRESS.sub("", plain)


def look(server: Server) -> list[str]:
    """Notes for who reads the report; the server's base becomes the one it redirects to. Raises InputError where nobody answers."""
    try:
        first = server.get(FIRST)
    except NoAnswer as error:
        raise InputError(f"No server answers at {server.url}: {str(error).removeprefix('No answer: ')}") from error
    except Failed:
        return []
    if first.status != OK:
        return _notes_of_a_refusal(server, first)
    moved = first.url.partition("?")[0].removesuffix(f"/{FIRST}")
    if not first.url or moved == server.url or not first.url.partition("?")[0].endswith(f"/{FIRST}"):
        return []
    note = f"{server.url} redirects to {moved}, which is checked here. Give programs that address: a form is not sent on by a redirect."
    server.url = moved
    return [note]


def _notes_of_a_refusal(server: Server, first: Reply) -> list[str]:
    if "jurisdiction" in first.said.casefold():
        return ["The server asks for its jurisdiction: give it with --jurisdiction NAME."]
    if first.status in {401, 403}:
        return [f"The server refuses reading with HTTP {first.status}, which the standard leaves open to all: it may keep programs out."]
    named = _bases_discovered(server)
    return [f"Discovery names {' and '.join(named)}: check that address."] if named else []


def _bases_discovered(server: Server) -> list[str]:
    """Other bases of this standard that discovery, below or beside the base, names."""
    try:
        found = discovered(server, "json").json()
        endpoints = found["endpoints"] if isinstance(found, dict) else []
        urls = [str(one["url"]).rstrip("/") for one in endpoints if "GeoReport_v2" in str(one.get("specification"))]
    except (Failed, AttributeError, KeyError, TypeError):
        return []
    return [url for url in dict.fromkeys(urls) if url != server.url]
