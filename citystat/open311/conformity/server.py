"""The server under test: each address asked once, and none any more when it answers nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from citystat.open311.conformity.fetching import Failed, Fetch, NoAnswer, Reply, fetch

OK = 200
# A server that is silent so often is not waited for any longer.
MOST_SILENCES = 4


class Skipped(Exception):
    """The check cannot be made here; the message says why."""


@dataclass
class Server:
    """A server by the base of its addresses. `place`, an address in the city, allows the one check that files a request."""

    url: str
    key: str = ""
    jurisdiction: str = ""
    place: str = ""
    fetch: Fetch = fetch
    replies: dict[str, Reply | Failed] = field(default_factory=dict)
    silences: int = 0

    def address(self, path: str, **given: Any) -> str:
        """The whole address of a path below the base."""
        asked = {name: value for name, value in {"jurisdiction_id": self.jurisdiction, **given}.items() if value != ""}
        query = f"?{urlencode(asked)}" if asked else ""
        return f"{self.url.rstrip('/')}/{quote(path)}{query}"

    def get(self, path: str, **given: Any) -> Reply:
        """One answer, asked for once."""
        return self.ask(self.address(path, **given))

    def ask(self, url: str) -> Reply:
        """The same by the whole address; what failed once is not tried again."""
        if url not in self.replies:
            try:
                self.replies[url] = self._fetched("GET", url, None, {})
            except Failed as error:
                self.replies[url] = error
        found = self.replies[url]
        if isinstance(found, Failed):
            raise found
        return found

    def post(self, path: str, **form: Any) -> Reply:
        """Post a form; never remembered."""
        fields = {name: value for name, value in {"jurisdiction_id": self.jurisdiction, **form}.items() if value != ""}
        kind = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        return self._fetched("POST", self.address(path), urlencode(fields).encode(), kind)

    def _fetched(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        if self.silences >= MOST_SILENCES:
            raise NoAnswer(f"Not asked any more: {self.silences} questions had no answer.")
        try:
            return self.fetch(method, url, body, headers)
        except NoAnswer:
            self.silences += 1
            raise

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
