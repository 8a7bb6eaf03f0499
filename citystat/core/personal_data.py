"""What the city holds of one person: every room that keeps personal data says what it has and removes it when asked.

A room registers its source in its AppConfig; who asks (a command, a page) calls `collect` and `erase` and never knows the rooms.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.module_loading import import_string

from citystat.core import outbox, vault
from citystat.core.models import OutboxMessage

KINDS = ("email", "phone")


@dataclass(frozen=True)
class Person:
    """Somebody known by one address or number, in the one spelling it is stored in; never stored as it is."""

    kind: str
    address: str

    @property
    def index(self) -> str:
        """What their contact data are found by."""
        return vault.index_of(self.kind, self.address)


@dataclass
class Holdings:
    """What one source has: rows by heading, and files by name."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """One room's part. `erase` takes whether the person's own words and photos go as well, and returns counts by heading."""

    name: str
    collect: Callable[[Person], Holdings]
    erase: Callable[[Person, bool], dict[str, int]]
    count: Callable[[Person, bool], dict[str, int]]


_paths: list[str] = []


def register(path: str) -> None:
    """Add a room's source by its name, `package.module.SOURCE`: what it needs is loaded when somebody asks."""
    if path not in _paths:
        _paths.append(path)


def _sources() -> list[Source]:
    return [OUTBOX, *(import_string(path) for path in _paths)]


def collect(person: Person) -> Holdings:
    """Everything of all rooms and the outbox."""
    found = Holdings()
    for source in _sources():
        part = source.collect(person)
        found.rows |= part.rows
        found.files |= part.files
    return found


def count(person: Person, *, with_words: bool) -> dict[str, int]:
    """What `erase` would remove now."""
    return {name: number for source in _sources() for name, number in source.count(person, with_words).items()}


def erase(person: Person, *, with_words: bool) -> dict[str, int]:
    """Remove it from every room; the caller holds the transaction and writes the audit event."""
    return {name: number for source in _sources() for name, number in source.erase(person, with_words).items()}


def _messages(person: Person) -> Any:
    outbox.index_old()
    return OutboxMessage.objects.filter(to_index=person.index).exclude(to_sealed="").order_by("id")


def _collect_messages(person: Person) -> Holdings:
    rows = [
        {"written": one.created_at, "sent": one.sent_at, "by": one.kind, "about": one.about, "subject": one.subject, "text": one.text}
        for one in _messages(person)
    ]
    return Holdings({"messages_from_the_city": rows})


OUTBOX: Final = Source(
    "outbox",
    _collect_messages,
    lambda person, with_words: {"messages_from_the_city": outbox.wipe(_messages(person))},
    lambda person, with_words: {"messages_from_the_city": _messages(person).count()},
)
