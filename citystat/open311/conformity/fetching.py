"""One question over HTTP as clients ask it: redirects followed for reading only, compression undone, nothing waited for without end."""

import http.client
import json
import re
import time
import urllib.error
import urllib.request
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

MOST_BYTES: Final = 30_000_000
# For one silence, and for a whole answer.
SECONDS = 30.0
SECONDS_IN_ALL = 60.0
CHUNK: Final = 65_536
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
HEADERS: Final = {"Accept": "*/*", "Accept-Encoding": "gzip", "User-Agent": "CityStat-open311-check"}
TAG: Final = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.IGNORECASE | re.DOTALL)


class Failed(Exception):
    """The server does something else; the message says what was seen."""


class NoAnswer(Failed):
    """Nothing came back at all."""


@dataclass(frozen=True)
class Reply:
    """One answer. `url` is where it came from after redirects, `location` where one that was not followed leads."""

    status: int
    content_type: str
    body: bytes
    url: str = ""
    location: str = ""

    def json(self) -> Any:
        """The body as JSON; raises Failed."""
        try:
            return json.loads(self.body.removeprefix(BYTE_ORDER_MARK).decode("utf-8"))
        except UnicodeDecodeError as error:
            raise Failed(f"The body is not JSON in UTF-8: {error}.") from error
        except ValueError as error:
            raise Failed(f"The body is not JSON: {error}{self._beginning}.") from error
        except RecursionError as error:
            raise Failed("The JSON is nested without end.") from error

    def xml(self) -> ElementTree.Element:
        """The root of the body as XML; raises Failed."""
        if b"<!ENTITY" in self.body or b"<!DOCTYPE" in self.body:
            raise Failed("The XML has a document type, which the standard does not use.")
        try:
            return ElementTree.fromstring(self.body)  # noqa: S314 documents with entities were refused above
        except ElementTree.ParseError as error:
            raise Failed(f"The body is not XML: {error}{self._beginning}.") from error

    @property
    def said(self) -> str:
        """What it says in words: the descriptions of its errors, else the beginning of its text; empty where there is none."""
        words = " ".join(TAG.sub(" ", self._descriptions() or self.body[:4_000].decode("utf-8", "replace")).split())
        return f"{words[:120]}…" if len(words) > 120 else words

    def _descriptions(self) -> str:
        try:
            found = self.json()
            rows = found if isinstance(found, list) else [found]
            return "; ".join(str(one["description"]) for one in rows if isinstance(one, dict) and one.get("description"))
        except Failed:
            return ""

    @property
    def _beginning(self) -> str:
        start = " ".join(self.body[:60].decode("utf-8", "replace").split())
        return f"; it begins {start!r}" if start else "; it is empty"


Fetch = Callable[[str, str, bytes | None, Mapping[str, str]], Reply]


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows what reads, as clients do. A form that is redirected would arrive as a question without it, or give a key to another."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> urllib.request.Request | None:
        """The next question, or none."""
        if req.get_method() != "GET" or urlsplit(newurl).scheme not in {"http", "https"}:
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_opener = urllib.request.build_opener(_Redirects)


def fetch(method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
    """Ask over HTTP; raises NoAnswer when nothing comes back and Failed when what comes is no whole answer."""
    asked = urllib.request.Request(url, data=body, method=method, headers=HEADERS | dict(headers))  # noqa: S310 the command takes http and https only
    try:
        with _opener.open(asked, timeout=SECONDS) as answer:
            return _reply(answer.status, answer)
    except urllib.error.HTTPError as error:
        with error:
            return _reply(error.code, error)
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise NoAnswer(f"No answer: {getattr(reason, 'strerror', None) or reason}.") from error


def _reply(status: int, answer: Any) -> Reply:
    try:
        content = _unpacked(_read(answer), answer.headers.get("Content-Encoding", ""))
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(f"The answer broke off: {error}.") from error
    location = answer.headers.get("Location", "") if 300 <= status < 400 else ""
    return Reply(status, answer.headers.get("Content-Type", ""), content, answer.geturl() or "", location)


def _read(answer: Any) -> bytes:
    """All bytes; an answer that comes drop by drop is not waited for, one that ends early is said to."""
    found, last = bytearray(), time.monotonic() + SECONDS_IN_ALL
    while part := answer.read1(CHUNK):
        found += part
        if len(found) > MOST_BYTES:
            raise Failed(f"The answer is longer than {MOST_BYTES // 1_000_000} MB.")
        if time.monotonic() > last:
            raise NoAnswer(f"The answer was not whole after {SECONDS_IN_ALL:.0f} seconds.")
    length = str(answer.headers.get("Content-Length") or "")
    if length.isdecimal() and len(found) < int(length):
        raise Failed(f"The answer breaks off after {len(found)} of {length} bytes.")
    return bytes(found)


def _unpacked(content: bytes, encoding: str) -> bytes:
    if encoding.strip().lower() not in {"gzip", "x-gzip"}:
        return content
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        found = unpacker.decompress(content, MOST_BYTES + 1)
    except zlib.error as error:
        raise Failed(f"The answer says that it is compressed, and cannot be unpacked: {error}.") from error
    if len(found) > MOST_BYTES:
        raise Failed(f"The answer is longer than {MOST_BYTES // 1_000_000} MB.")
    return found
