"""Rows of a telephone system's export as volumes or as single calls, by layout. Reads only; `loading` stores."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from citystat.service_requests.center import values
from citystat.service_requests.center.layout_files import Header, Layout
from citystat.service_requests.center.tables import Account, Row

DAY_MINUTES = 1440
FIELDS = ("offered", "answered", "abandoned", "wait_seconds", "handle_seconds", "in_target", "target_seconds", "staff")
Key = tuple[str, datetime]
T = TypeVar("T")


@dataclass(frozen=True)
class Volume:
    """Calls of a queue in one interval, day or month."""

    queue: str
    starts_at: datetime
    on: date
    minute: int
    minutes: int
    offered: int
    answered: int | None
    abandoned: int | None
    wait_seconds: float | None
    handle_seconds: float | None
    in_target: float | None
    target_seconds: int | None
    staff: float | None

    @property
    def key(self) -> Key:
        """What it is known by, within a source and grain."""
        return self.queue, self.starts_at

    def figures(self) -> tuple[int | float | None, ...]:
        """What two states of the same interval are compared by."""
        return tuple(getattr(self, name) for name in FIELDS)


@dataclass(frozen=True)
class Call:
    """One call."""

    call_id: str
    queue: str
    starts_at: datetime
    answered: bool
    wait_seconds: float | None
    handle_seconds: float | None


class Reader:
    """Reads rows of one file: where each field stands, and the zone of its clock."""

    def __init__(self, layout: Layout, header: Header, zone: ZoneInfo) -> None:
        self.layout, self.zone = layout, zone
        self.starts, self.time, self.queue = (header.find(layout.spellings(name)) for name in ("starts", "time", "queue"))
        self.time = None if self.time == self.starts else self.time
        self.blocks = [
            (str(block.get("queue", "")), {name: header.find(value) for name, value in block.items() if name != "queue"})
            for block in layout.definition.get("blocks", ())
        ]
        self.call = {name: header.find(value) for name, value in layout.definition.get("call", {}).items() if "words" not in name}
        self.minutes = {"day": DAY_MINUTES, "month": 0}.get(layout.rows, int(layout.definition.get("minutes", 30)))
        self.target = layout.definition.get("target_seconds")
        self._seen: set[Key] = set()
        self._same: dict[str, int] = {}

    def volumes(self, row: Row) -> list[Volume]:
        """The volumes of a row, one a block that says anything; ValueError, with the reason, where there is none."""
        local = self._start(row).astimezone(self.zone)
        named = row.text(self.queue)[:120]
        found = []
        for queue, places in self.blocks:
            block = self._block(row, places)
            if block is not None:
                starts_at = self._second_hour(queue or named, local)
                found.append(Volume(queue or named, starts_at, local.date(), local.hour * 60 + local.minute, self.minutes, **block))
        if not found:
            raise ValueError("no number of calls")
        return found

    def _block(self, row: Row, places: dict[str, int | None]) -> dict[str, Any] | None:
        def cell(name: str) -> str:
            return row.text(places.get(name))

        offered, answered, abandoned = (_named(name, values.count, cell(name)) for name in ("offered", "answered", "abandoned"))
        if offered is None and answered is not None and abandoned is not None:
            offered = answered + abandoned
        if offered is None:
            return None
        if answered is None and abandoned is not None and abandoned <= offered:
            answered = offered - abandoned
        wait, handle = (_total(row, places, name, answered) for name in ("wait", "handle"))
        in_target = _named("in_target", values.number, cell("in_target"))
        part = _named("in_target_share", values.share, cell("in_target_share"))
        if in_target is None and part is not None:
            in_target = part * offered
        target = self.target if in_target is not None else None
        staff = _named("staff", values.number, cell("staff"))
        return {
            "offered": offered, "answered": answered, "abandoned": abandoned, "wait_seconds": wait, "handle_seconds": handle,
            "in_target": in_target, "target_seconds": target, "staff": staff,
        }  # fmt: skip

    def single(self, row: Row) -> Call:
        """The call of a row; without an id of its own it is known by what it says, and by how many said the same before it."""
        starts_at = self._start(row).astimezone(UTC)
        queue, outcome = row.text(self.queue)[:120], row.text(self.call["outcome"])
        wait = _named("wait", values.seconds, row.text(self.call.get("wait")))
        handle = _named("handle", values.seconds, row.text(self.call.get("handle")))
        call_id = row.text(self.call.get("id"))[:120]
        if not call_id:
            said = f"{starts_at.isoformat()}|{queue}|{outcome}|{wait}|{handle}"
            self._same[said] = self._same.get(said, 0) + 1
            call_id = hashlib.sha256(f"{said}|{self._same[said]}".encode()).hexdigest()
        return Call(call_id, queue, starts_at, self._is_answered(outcome), wait, handle)

    def _is_answered(self, outcome: str) -> bool:
        words = self.layout.definition["call"]
        said = outcome.casefold()
        if said in {word.casefold() for word in words.get("answered_words", ())}:
            return True
        if said in {word.casefold() for word in words.get("abandoned_words", ())}:
            return False
        raise ValueError(f"an outcome the layout does not know: {outcome[:40] or 'empty'}")

    def _start(self, row: Row) -> datetime:
        try:
            found, has_time = values.instant(row.text(self.starts), self.layout.spellings("date_formats"))
        except ValueError as error:
            raise ValueError(f"start: {error}") from None
        if self.layout.rows == "month":
            found = datetime.combine(found.date().replace(day=1), time())
        elif self.layout.rows == "day":
            found = datetime.combine(found.date(), time())
        elif self.time is not None and not has_time:
            found = datetime.combine(found.date(), time()) + timedelta(minutes=_clock(row.text(self.time)))
        elif not has_time:
            raise ValueError("start: no time of day")
        if found.tzinfo is None:
            found = found.replace(tzinfo=self.zone)
        if found > datetime.now(tz=self.zone) + timedelta(days=1):
            raise ValueError("start: a day to come")
        return found

    def _second_hour(self, queue: str, local: datetime) -> datetime:
        """When clocks go back an hour comes twice: the second row of an interval that can be meant twice is the later one."""
        first, later = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
        if first == later or self.layout.rows != "interval":
            return first
        seen = (queue, first) in self._seen
        self._seen.add((queue, first))
        return later if seen else first


def _clock(text: str) -> int:
    try:
        return values.clock(text)
    except ValueError as error:
        raise ValueError(f"time: {error}") from None


def _named(name: str, read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise ValueError(f"{name.replace('_', ' ')}: {error}") from None


def _total(row: Row, places: dict[str, int | None], name: str, answered: int | None) -> float | None:
    """Seconds over all answered calls, from their total or their mean."""
    total = _named(name, values.seconds, row.text(places.get(f"{name}_total")))
    mean = _named(name, values.seconds, row.text(places.get(f"{name}_mean")))
    if total is not None:
        return total
    return mean * answered if mean is not None and answered is not None else None


def volumes(reader: Reader, rows: Iterator[Row], account: Account) -> Iterator[tuple[Row, list[Volume]]]:
    """Rows with their volumes; a row that cannot be used is accounted for and left out."""
    for row in rows:
        account.read += 1
        try:
            yield row, reader.volumes(row)
        except ValueError as error:
            account.reject(row.line, str(error))


def calls(reader: Reader, rows: Iterator[Row], account: Account) -> Iterator[Call]:
    """Single calls, likewise."""
    for row in rows:
        account.read += 1
        try:
            yield reader.single(row)
        except ValueError as error:
            account.reject(row.line, str(error))
