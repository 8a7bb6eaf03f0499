"""The server under test: asked over HTTP, each address once."""

import json
import urllib.error
import urllib.request
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

MOST_BYTES = 30_000_000
SECONDS = 30


class Failed(Exception):
    """The server does something else; the message says what was seen."""


class Skipped(Exception):
    """The check cannot be made here; the message says why."""


@dataclass(frozen=True)
class Reply:
    """One answer."""

    status: int
    content_type: str
    body: bytes

    def json(self) -> Any:
        """The body as JSON; raises Failed."""
        try:
            return json.loads(self.body.decode("utf-8"))
        except ValueError as error:
            raise Failed(f"The body is not JSON in UTF-8: {error}.") from error

    def xml(self) -> ElementTree.Element:
        """The root of the body as XML; raises Failed."""
        if b"<!ENTITY" in self.body or b"<!DOCTYPE" in self.body:
            raise Failed("The XML has a document type, which the standard does not use.")
        try:
            return ElementTree.fromstring(self.body)  # noqa: S314 documents with entities were refused above
        except ElementTree.ParseError as error:
            raise Failed(f"The body is not XML: {error}.") from error


Fetch = Callable[[str, str, bytes | None, Mapping[str, str]], Reply]


def fetch(method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
    """Ask over HTTP; raises Failed when nothing comes back."""
    asked = urllib.request.Request(url, data=body, method=method, headers=dict(headers))  # noqa: S310 the command takes http and https only
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
            return Reply(answer.status, answer.headers.get("Content-Type", ""), answer.read(MOST_BYTES))
    except urllib.error.HTTPError as error:
        return Reply(error.code, error.headers.get("Content-Type", ""), error.read(MOST_BYTES))
    except (OSError, ValueError) as error:
        raise Failed(f"No answer: {error}.") from error


@dataclass
class Server:
    """A server by the base of its addresses. `place`, an address in the city, allows the one check that files a request."""

    url: str
    key: str = ""
    jurisdiction: str = ""
    place: str = ""
    fetch: Fetch = fetch
    replies: dict[str, Reply] = field(default_factory=dict)

    def address(self, path: str, **given: Any) -> str:
        """The whole address of a path below the base."""
        asked = {name: value for name, value in {"jurisdiction_id": self.jurisdiction, **given}.items() if value != ""}
        query = f"?{urlencode(asked)}" if asked else ""
        return f"{self.url.rstrip('/')}/{quote(path)}{query}"

    def get(self, path: str, **given: Any) -> Reply:
        """One answer, asked for once."""
        return self.ask(self.address(path, **given))

    def ask(self, url: str) -> Reply:
        """The same by the whole address."""
        if url not in self.replies:
            self.replies[url] = self.fetch("GET", url, None, {"Accept": "*/*"})
        return self.replies[url]

    def post(self, path: str, **form: Any) -> Reply:
        """Post a form; never remembered."""
        fields = {name: value for name, value in {"jurisdiction_id": self.jurisdiction, **form}.items() if value != ""}
        kind = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        return self.fetch("POST", self.address(path), urlencode(fields).encode(), kind)

    def services(self) -> list[dict[str, Any]]:
        """Services by JSON, or else Skipped: many checks need them and one check judges them."""
        return self._records("services.json")

    def requests(self, **given: Any) -> list[dict[str, Any]]:
        """Requests by JSON, or else Skipped."""
        return self._records("requests.json", **given)

    def _records(self, path: str, **given: Any) -> list[dict[str, Any]]:
        reply = self.get(path, **given)
        try:
            found = reply.json() if reply.status == 200 else None
        except Failed:
            found = None
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise Skipped(f"{path} gives no array of records to look at.")
        return found
