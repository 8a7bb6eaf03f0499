"""The server under test: asked over HTTP, each address once."""

import http.client
import json
import re
import urllib.error
import urllib.request
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

MOST_BYTES = 30_000_000
SECONDS = 30
OK = 200


class Failed(Exception):
    """The server does something else; the message says what was seen."""


class NoAnswer(Failed):
    """Nothing came back at all."""


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
        except RecursionError as error:
            raise Failed("The JSON is nested without end.") from error

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
            reply = Reply(answer.status, answer.headers.get("Content-Type", ""), answer.read(MOST_BYTES + 1))
    except urllib.error.HTTPError as error:
        reply = Reply(error.code, error.headers.get("Content-Type", ""), error.read(MOST_BYTES + 1))
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NoAnswer(f"No answer: {getattr(error, 'reason', None) or error}.") from error
    if len(reply.body) > MOST_BYTES:
        raise Failed(f"The answer is longer than {MOST_BYTES // 1_000_000} MB.")
    return reply


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

    @property
    def is_xml_only(self) -> bool:
        """Whether it answers in XML and knows no JSON, which the standard allows."""
        return self.get("services.json").status != OK and self.get("services.xml").status == OK

    def services(self) -> list[dict[str, Any]]:
        """Services by JSON, or else Skipped: many checks need them and one check judges them."""
        return self._records("services", "service")

    def requests(self, **given: Any) -> list[dict[str, Any]]:
        """Requests by JSON, by XML where the server knows no JSON, or else Skipped."""
        return self._records("requests", "request", **given)

    def _records(self, name: str, each: str, **given: Any) -> list[dict[str, Any]]:
        if self.is_xml_only:
            return self._xml_records(f"{name}.xml", each, **given)
        path = f"{name}.json"
        reply = self.get(path, **given)
        try:
            found = reply.json() if reply.status == OK else None
        except Failed:
            found = None
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise Skipped(f"{path} gives no array of records to look at.")
        return found

    def _xml_records(self, path: str, each: str, **given: Any) -> list[dict[str, Any]]:
        reply = self.get(path, **given)
        try:
            root = reply.xml() if reply.status == OK else None
        except Failed:
            root = None
        if root is None:
            raise Skipped(f"{path} gives no records to look at.")
        return [{str(field.tag): value_of(field.text) for field in one} for one in root.findall(each)]


def value_of(text: str | None) -> str | float | bool | None:
    """The text of an element as JSON would have it: decimals as numbers, true and false, nothing as null. Codes stay texts."""
    said = (text or "").strip()
    if said in {"true", "false"}:
        return said == "true"
    if re.fullmatch(r"-?\d{1,3}\.\d+", said):
        return float(said)
    return said or None
