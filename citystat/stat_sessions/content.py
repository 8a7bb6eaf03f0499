"""What a packet holds: plain frozen records, numbers without language and the sentences of one language.

`as_dict` and `from_dict` are exact inverses, so a released packet is set again from its stored content alone.
"""

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from citystat.stat_sessions.plain_values import plain

FORMAT = 1
ADDED_LATER = frozenset({"calls", "least_cases", "own"})

ScopeKind = Literal["city", "department", "district"]
Audience = Literal["public", "staff"]
Verdict = Literal["same", "higher", "lower", "unknown"]
Record = TypeVar("Record")


@dataclass(frozen=True)
class Scope:
    """What the packet is about; `code` is the department's name or the district's code, empty for the city."""

    kind: ScopeKind = "city"
    code: str = ""
    name: str = ""


@dataclass(frozen=True)
class Value:
    """One measured figure with its interval and its state (ok, too_few, missing, incomplete)."""

    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    lower: float | None = None
    upper: float | None = None
    state: str = "missing"

    @property
    def is_known(self) -> bool:
        """Whether a number may be shown."""
        return self.value is not None and self.state in {"ok", "incomplete"}


@dataclass(frozen=True)
class Compared:
    """A figure beside the same month last year; the verdict is `same` when chance explains the difference."""

    now: Value
    before: Value | None = None
    verdict: Verdict = "unknown"


@dataclass(frozen=True)
class TrendPoint:
    """One month of a chart: value, limits of chance, and the role the control chart gave the point."""

    period: str
    value: float | None
    center: float | None = None
    lower: float | None = None
    upper: float | None = None
    role: str = "common_cause"
    complete: bool = True


@dataclass(frozen=True)
class Trend:
    """The months a small chart draws; `unit` says how to write its numbers."""

    unit: str
    points: tuple[TrendPoint, ...]
    target: float | None = None
    label: str = ""


@dataclass(frozen=True)
class Headline:
    """One line of the first page. `arrow` is up or down only where a control chart found a signal."""

    measure: str
    label: str
    unit: str
    direction: str
    figure: Compared
    definition: str
    signal: str | None = None
    arrow: str | None = None
    sentence: str = ""
    comparison: str = ""
    trend: Trend | None = None


@dataclass(frozen=True)
class ChannelRow:
    """Requests opened by one channel, with its share of the month."""

    channel: str
    label: str
    opened: Compared
    share: float | None
    share_before: float | None = None


@dataclass(frozen=True)
class Bar:
    """One bar of a topic's bar chart; `highlight` marks the one the topic is about."""

    label: str
    value: float
    highlight: bool = False
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Picture:
    """A small chart as data: a trend, or bars. `title` is the finding, `subtitle` what is measured."""

    kind: Literal["trend", "bars"]
    title: str
    subtitle: str
    description: str
    unit: str
    trend: Trend | None = None
    bars: tuple[Bar, ...] = ()
    reference: float | None = None
    reference_label: str = ""


@dataclass(frozen=True)
class Cause:
    """A possible cause, always a question about a process, the data, a resource or the outside; never about a person."""

    kind: str
    label: str
    question: str


@dataclass(frozen=True)
class Topic:
    """Something the rules propose to talk about."""

    rule: str
    rule_name: str
    why_chosen: str
    subject_kind: str
    subject: str
    title: str
    evidence: tuple[str, ...]
    questions: tuple[str, ...]
    causes: tuple[Cause, ...]
    picture: Picture | None = None


@dataclass(frozen=True)
class Column:
    """One figure of a table: which measure, its heading, unit and the direction wanted."""

    measure: str
    label: str
    unit: str
    direction: str


@dataclass(frozen=True)
class TableRow:
    """Figures of one service, department or district; `cells` by measure name."""

    code: str
    label: str
    cells: dict[str, Compared] = field(default_factory=dict)


@dataclass(frozen=True)
class FigureTable:
    """A table of figures with the total of the scope in its last row."""

    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    total: TableRow | None = None
    left_out: int = 0


@dataclass(frozen=True)
class Case:
    """One open request in a list: never an address, name or free text; the number only in the staff version."""

    service: str
    department: str
    district: str
    opened_on: str
    age_days: int
    days_overdue: int | None = None
    closed_on: str | None = None
    request_id: str | None = None


@dataclass(frozen=True)
class TypeCount:
    """A service and how many requests of it were opened."""

    service: str
    opened: int
    opened_before: int | None = None
    overdue: int | None = None


@dataclass(frozen=True)
class Population:
    """Residents of a place in a stated year."""

    residents: int
    year: int
    source: str = ""


@dataclass(frozen=True)
class DistrictPage:
    """One council district."""

    code: str
    name: str
    opened: Compared
    per_1000: Compared | None
    population: Population | None
    per_1000_sentence: str
    on_time: Compared
    standardised: Value | None
    city_on_time: Value | None
    standardised_sentence: str
    open_backlog: Compared
    overdue: Compared
    closed: Compared
    types: tuple[TypeCount, ...]
    overdue_types: tuple[TypeCount, ...]
    oldest: tuple[Case, ...] = ()


@dataclass(frozen=True)
class MapShape:
    """The outline of one place as an SVG path in the map's own units."""

    code: str
    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class OutlineMap:
    """The city's own outline: shapes of one kind and version of boundaries."""

    kind: str
    version: str
    width: int
    height: int
    shapes: tuple[MapShape, ...]


@dataclass(frozen=True)
class Districts:
    """All district pages with the funnel they are judged by."""

    pages: tuple[DistrictPage, ...]
    outline: OutlineMap | None
    caution: str
    funnel: tuple[Bar, ...] = ()
    unlocated: int = 0
    note: str = ""


@dataclass(frozen=True)
class RepeatPlace:
    """A spot where the same service was asked for again and again; `place` is coarse in the public version."""

    service: str
    place: str
    requests: int
    requests_in_month: int
    still_open: int


@dataclass(frozen=True)
class Fact:
    """A label and a sentence or number that stands beside it."""

    label: str
    text: str


@dataclass(frozen=True)
class Note:
    """One heading of the data notes with its sentences."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class LoadRow:
    """One load, accounted for."""

    load_id: int
    as_of: str
    layout: str
    rows_read: int
    loaded: int
    unchanged: int
    superseded: int
    quarantined: int


@dataclass(frozen=True)
class FlagRow:
    """How many requests of the month carry a flag."""

    flag: str
    label: str
    rows: int
    share: float


@dataclass(frozen=True)
class PacketContent:
    """Everything in one packet, in print order."""

    format: int
    city: str
    demo: bool
    month: str
    month_name: str
    before_name: str
    language: str
    audience: Audience
    scope: Scope
    build: int
    as_of: str
    is_complete: bool
    completeness: str
    title: str
    subtitle: str
    purpose: str
    decisions: tuple[str, ...]
    headlines: tuple[Headline, ...]
    first_page_notes: tuple[str, ...]
    channels: tuple[ChannelRow, ...]
    topics: tuple[Topic, ...]
    topics_note: str
    services: FigureTable
    departments: FigureTable | None
    oldest: tuple[Case, ...]
    districts: Districts | None
    repeats: tuple[RepeatPlace, ...]
    repeat_facts: tuple[Fact, ...]
    loads: tuple[LoadRow, ...]
    flags: tuple[FlagRow, ...]
    notes: tuple[Note, ...]
    calls: tuple[Headline, ...] = ()
    least_cases: int = 0
    own: tuple[Headline, ...] = ()


def as_dict(content: PacketContent) -> dict[str, Any]:
    """Plain values for JSON. Parts that came later are left out where empty, so that earlier packets keep their checksum."""
    found = plain(content)
    return {name: value for name, value in found.items() if name not in ADDED_LATER or value}


def canonical_json(content: PacketContent) -> bytes:
    """The content as bytes that depend on the content alone: sorted keys, no blanks, UTF-8."""
    text = json.dumps(as_dict(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def checksum(content: PacketContent) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(content)).hexdigest()


def from_dict(values: Mapping[str, Any]) -> PacketContent:
    """The content that `as_dict` wrote; stored content of another format is refused by its number."""
    if values.get("format") != FORMAT:
        raise ValueError(f"The stored packet has format {values.get('format')!r}; this version reads format {FORMAT}.")
    return record_of(PacketContent, values)


def record_of(kind: type[Record], values: Mapping[str, Any]) -> Record:
    """A frozen record, and all within it, from the plain values `dataclasses.asdict` made of it."""
    hints = typing.get_type_hints(kind)
    return kind(**{name: _value(hints[name], value) for name, value in values.items()})


def _value(hint: Any, value: Any) -> Any:
    """Rebuild a value by its declared type: records from mappings, tuples from lists, the rest as it is."""
    if value is None:
        return None
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _value(next(argument for argument in arguments if argument is not type(None)), value)
    if origin is tuple:
        return tuple(_value(arguments[0], item) for item in value)
    if origin is dict:
        return {key: _value(arguments[1], item) for key, item in value.items()}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return record_of(hint, value)
    return value
