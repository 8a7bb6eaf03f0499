"""What the packet of a session and its follow-up memo hold: frozen records, in print order, in one language for one audience."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from citystat.stat_sessions import content as base
from citystat.stat_sessions.content import Audience, Case, Fact, Headline, LoadRow, Note, Topic
from citystat.stat_sessions.plain_values import plain
from citystat.stat_sessions.writing import shown

FORMAT = 1
Record = TypeVar("Record")


@dataclass(frozen=True)
class FollowUp:
    """Something promised earlier, with what became of it."""

    number: str
    text: str
    owner: str
    due_on: str
    state: str
    state_name: str
    evidence: str = ""
    definition_of_done: str = ""
    is_overdue: bool = False


@dataclass(frozen=True)
class Decided:
    """A decision with its owner, day and resource, the votes, and what was known when it was taken."""

    text: str
    decided_on: str
    decided_by: str
    resource: str
    owner: str = ""
    due_on: str = ""
    evidence: tuple[str, ...] = ()
    votes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LastMemo:
    """The follow-up memo of the session before, in short."""

    on: str
    summary: str
    decisions: tuple[str, ...]
    next_focus: str


@dataclass(frozen=True)
class AgendaItem:
    """A part of the meeting, from which minute and for how many."""

    start: int
    minutes: int
    text: str


@dataclass(frozen=True)
class Person:
    """Somebody at the table."""

    name: str
    role: str


@dataclass(frozen=True)
class KeyMeasure:
    """A measure with its target, its two answers (is it changing, will it meet the target) and what to be careful about."""

    headline: Headline
    weakness: str
    weakness_name: str
    target: float | None = None
    target_on: str = ""
    is_met: bool | None = None
    outlook: str = ""
    caveat: str = ""
    goal_code: str = ""
    goal_title: str = ""


@dataclass(frozen=True)
class MissingGoal:
    """A goal of the plan without a value for this session: missing, not green."""

    code: str
    title: str
    why: str


@dataclass(frozen=True)
class Talk:
    """A topic of the session: what the rule says today and what the analyst wrote."""

    key: str
    topic: Topic
    text: str
    minutes: int
    is_current: bool = True


@dataclass(frozen=True)
class SessionPacket:
    """Everything in the packet of one session, in print order."""

    format: int
    city: str
    demo: bool
    session: int
    kind: str
    title: str
    subject: str
    language: str
    audience: Audience
    month: str
    month_name: str
    before_name: str
    build: int
    as_of: str
    is_complete: bool
    no_data: str
    starts_at: str
    minutes: int
    place: str
    last_memo: LastMemo | None
    purpose: str
    good_news: str
    decisions_needed: tuple[str, ...]
    agenda: tuple[AgendaItem, ...]
    attendees: tuple[Person, ...]
    follow_ups: tuple[FollowUp, ...]
    measures: tuple[KeyMeasure, ...]
    missing_goals: tuple[MissingGoal, ...]
    topics: tuple[Talk, ...]
    signals: tuple[Fact, ...]
    overdue: tuple[Case, ...]
    missing_reports: tuple[str, ...]
    health: tuple[Note, ...]
    notes: tuple[Note, ...]
    loads: tuple[LoadRow, ...]


@dataclass(frozen=True)
class MemoContent:
    """The follow-up memo of one session as it goes out."""

    format: int
    city: str
    demo: bool
    session: int
    title: str
    subject: str
    language: str
    held_on: str
    summary: str
    attendance: tuple[str, ...]
    decisions: tuple[Decided, ...]
    follow_ups: tuple[FollowUp, ...]
    earlier: tuple[FollowUp, ...]
    next_focus: str
    next_on: str
    build: int
    reason: str = ""


def checksum(content: SessionPacket | Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a packet, or of plain values."""
    values = plain(content) if isinstance(content, SessionPacket) else content
    return hashlib.sha256(canonical(values)).hexdigest()


def canonical(values: Mapping[str, Any]) -> bytes:
    """Plain values as bytes that depend on the values alone: sorted keys, no blanks, UTF-8."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8")


def as_dict(content: SessionPacket | MemoContent) -> dict[str, Any]:
    """Plain values for JSON."""
    return plain(content)


def packet_of(values: Mapping[str, Any]) -> SessionPacket:
    """The packet that `as_dict` wrote; one of another format is refused by its number."""
    return _read(SessionPacket, values)


def memo_of(values: Mapping[str, Any]) -> MemoContent:
    """The memo that `as_dict` wrote."""
    return _read(MemoContent, values)


def _read(kind: type[Record], values: Mapping[str, Any]) -> Record:
    if values.get("format") != FORMAT:
        raise ValueError(f"What is stored has format {values.get('format')!r}; this version reads format {FORMAT}.")
    return base.record_of(kind, values)


def figures_of(packet: SessionPacket) -> dict[str, str]:
    """Every figure of the packet by what it is of, as written: what a draft and a release are compared by."""

    found = {one.headline.label: shown(one.headline.figure.now, one.headline.unit, units=True) for one in packet.measures}
    found |= {fact.label: fact.text for fact in packet.signals}
    return found | {f"{talk.topic.title}: {index + 1}": line for talk in packet.topics for index, line in enumerate(talk.topic.evidence)}
