"""Checks by name, and the judgements several of them share."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from citystat.open311.conformity.fetching import BYTE_ORDER_MARK, Failed, Reply
from citystat.open311.conformity.server import Server, Skipped

Judge = Callable[[Server], None]


@dataclass(frozen=True)
class Check:
    """One check: its name, what the standard says, and the function that raises Failed or Skipped."""

    name: str
    says: str
    judge: Judge


class Checks(list[Check]):
    """Checks in order; `@CHECKS.add("what the standard says")` adds one by its function's name."""

    def add(self, says: str) -> Callable[[Judge], Judge]:
        """Declare a check."""

        def declare(judge: Judge) -> Judge:
            self.append(Check(judge.__name__, says, judge))
            return judge

        return declare


def expect(holds: bool, seen: str) -> None:
    """Raise Failed with what was seen unless it holds."""
    if not holds:
        raise Failed(seen)


def expect_status(reply: Reply, status: int) -> None:
    """The HTTP status must be this one; what the server says instead is repeated."""
    where = f", redirecting to {reply.location}" if reply.location else ""
    expect(reply.status == status, f"HTTP {reply.status} instead of {status}{where}{_quoted(reply.said)}.")


def _quoted(said: str) -> str:
    return f", saying “{said}”" if said else ""


def expect_type(reply: Reply, kind: str) -> None:
    """The content type must be this one, in UTF-8 where it names a character set."""
    given, _sign, rest = reply.content_type.partition(";")
    seen = f"Content type {reply.content_type!r}" if reply.content_type else "No content type"
    expect(given.strip().lower() == kind, f"{seen} instead of {kind}.")
    expect("charset" not in rest.lower() or "utf-8" in rest.lower(), f"Content type {reply.content_type!r} is not UTF-8.")


def expect_no_mark(reply: Reply) -> None:
    """JSON must not begin with a byte order mark (RFC 8259), which many programs cannot read."""
    expect(not reply.body.startswith(BYTE_ORDER_MARK), "The JSON begins with a byte order mark, which many programs cannot read.")


def expect_fields(records: Iterable[Mapping[str, Any]], names: Collection[str]) -> None:
    """Every record must have every field, empty or not."""
    for record in records:
        missing = sorted(set(names) - set(record))
        expect(not missing, f"A record has no {', '.join(missing)}.")


def expect_texts(records: Iterable[Mapping[str, Any]], names: Collection[str]) -> None:
    """These fields must be strings that are not empty."""
    for record in records:
        for name in names:
            value = record.get(name)
            expect(isinstance(value, str) and value != "", f"{name} is {value!r}, not a string.")


def expect_errors(reply: Reply, status: int) -> None:
    """An error must be an array of code and description in JSON, under its status."""
    expect_status(reply, status)
    expect_type(reply, "application/json")
    expect_no_mark(reply)
    found = reply.json()
    expect(isinstance(found, list) and bool(found), f"The errors are {str(found)[:80]!r}, not an array.")
    expect(all(isinstance(one, dict) and {"code", "description"} <= set(one) for one in found), "An error has no code or description.")


def expect_xml_errors(reply: Reply, status: int) -> None:
    """The same in XML."""
    expect_status(reply, status)
    expect_type(reply, "text/xml")
    expect_children(reply.xml(), "errors", "error", {"code", "description"})


def expect_children(root: ElementTree.Element, name: str, each: str, fields: Collection[str]) -> None:
    """The root must be called so, hold only these elements, each with these fields."""
    expect(root.tag == name, f"The root is <{root.tag}>, not <{name}>.")
    strange = sorted({str(child.tag) for child in root} - {each})
    expect(not strange, f"<{name}> holds <{', '.join(strange)}>, not <{each}>.")
    for child in root:
        missing = sorted(set(fields) - {str(field.tag) for field in child})
        expect(not missing, f"A <{each}> has no {', '.join(missing)}.")


def instant_of(value: Any, name: str) -> datetime:
    """The instant of a date with a zone; raises Failed."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise Failed(f"{name} is {value!r}, not a W3C date.") from None
    expect(found.tzinfo is not None and "T" in str(value), f"{name} is {value!r}, without a time zone.")
    return found


def some(records: list[dict[str, Any]], what: str) -> list[dict[str, Any]]:
    """The records; raises Skipped when there are none to look at."""
    if not records:
        raise Skipped(f"The server has no {what} to look at.")
    return records
