"""Counts by month, service, department and district, worked out once a build for each measure that counts.

A question about a measure by month or longer, split and limited by these keys alone, is then a sum of a few hundred numbers
and needs no row of the table. What it answers is what the rows would: a test asks both.
"""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from citystat.core.cities import current_city
from citystat.plan import build_cache, build_facts, grids, statements
from citystat.plan import periods as calendar
from citystat.plan.columns import TABLE
from citystat.plan.definitions import Measure
from citystat.plan.groups import Group, place_keys
from citystat.plan.periods import Period
from citystat.plan.results import FloatArray
from citystat.plan.statements import Scope
from citystat.warehouse.connections import Warehouse
from citystat.warehouse.sql import identifier

COUNTED_BY_EVENT = ("count", "per_capita", "share")
HELD = ("stock", "stock_share", "weeks_of_work")
KINDS = (*COUNTED_BY_EVENT, *HELD)
PLAIN = ("service", "category", "department")
SLUG = "service_slug"
# Pages look five years back, which may be before the data begin.
MONTHS_BEFORE = 60
# Beyond this the counts would no longer be small beside the rows.
MOST_CELLS = 4_000_000
BYTES_HELD = 64 * 1024 * 1024
FRAME = "frame"
FRAMES_HELD = 5
FOREVER = np.datetime64("9999-12-31").astype(np.int64)
IntArray = NDArray[np.int64]
CountArray = NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Frame:
    """What the counts of one build are by: every group there is, and the months.

    `labels` has a tuple a group in the order of `keys`, the slug of its service last. `last_closed[g, m]` is the latest day a
    request of the group opened up to month m was closed (far in the future where one is open, 0 where there is none).
    """

    keys: tuple[str, ...]
    labels: tuple[tuple[str | None, ...], ...]
    months: tuple[Period, ...]
    last_closed: IntArray

    @property
    def shape(self) -> tuple[int, int]:
        """Groups and months."""
        return len(self.labels), len(self.months)


@dataclass(frozen=True, eq=False)
class MonthCounts:
    """Counts of one measure, one row a group of the frame and one column a month; `more` are the closings weeks of work need."""

    numerator: CountArray
    denominator: CountArray
    more: CountArray | None = None


def frame_of(build: Warehouse) -> Frame | None:
    """The frame of a build; None where it would be too large, or where nothing was ever opened."""
    name = str(build_cache.folder(build))
    with _one_at_a_time:
        if name not in _frames:
            while len(_frames) >= FRAMES_HELD:
                _frames.pop(next(iter(_frames)))
            _frames[name] = _frame(build)
        return _frames[name]


def counts_of(measure: Measure, build: Warehouse, frame: Frame) -> MonthCounts:
    """The counts of a measure (of one cohort): from memory, from the file, else by one reading of the table."""
    return counts_of_all([measure], build, frame)[0]


def counts_of_all(measures: Sequence[Measure], build: Warehouse, frame: Frame) -> list[MonthCounts]:
    """The counts of several measures; those not yet known that count by the same date take one reading together."""
    scopes = [scope_in(frame, measure, build) for measure in measures]
    names = [_name(scope) for scope in scopes]
    found: dict[str, MonthCounts] = {}
    for name in names:
        kept = _held.get((str(build_cache.folder(build)), name)) or _stored(build, name, frame)
        if kept:
            found[name] = kept
    missing = {name: scope for name, scope in zip(names, scopes, strict=True) if name not in found}
    for name, counts in _work_out(missing, build, frame).items():
        build_cache.keep_arrays(build, name, _as_arrays(counts))
        found[name] = counts
    for name in names:
        _hold((str(build_cache.folder(build)), name), found[name])
    return [found[name] for name in names]


def prepare(measures: Sequence[Measure], build: Warehouse) -> None:
    """Work out the counts of several measures now, in few readings, so that no page waits for them; every cohort of each."""
    frame = frame_of(build)
    if frame is None:
        return
    filled = build_facts.filled_columns(build, tuple({name for one in measures for names in one.requires for name in names}))
    counted = [
        one
        for one in measures
        if one.source == "warehouse" and one.kind in KINDS and all(filled.intersection(names) for names in one.requires)
    ]
    by_cohort = [one.for_cohort(each.name) for one in counted for each in one.cohorts]
    counts_of_all([*(one for one in counted if not one.cohorts), *by_cohort], build, frame)


def forget() -> None:
    """Drop what is held in memory; the files stay."""
    with _one_at_a_time:
        _frames.clear()
        _held.clear()


# Pages are made by several threads.
_one_at_a_time = threading.Lock()
_frames: dict[str, Frame | None] = {}
_held: dict[tuple[str, str], MonthCounts] = {}


def _hold(key: tuple[str, str], counts: MonthCounts) -> None:
    """Keep in memory; the ones held longest go first."""
    with _one_at_a_time:
        _held.pop(key, None)
        _held[key] = counts
        total = sum(_size(one) for one in _held.values())
        while total > BYTES_HELD and len(_held) > 1:
            total -= _size(_held.pop(next(iter(_held))))


def _size(counts: MonthCounts) -> int:
    return counts.numerator.nbytes + counts.denominator.nbytes + (counts.more.nbytes if counts.more is not None else 0)


def _frame(build: Warehouse) -> Frame | None:
    begins = build_facts.first_day(build)
    if begins is None or begins > build.as_of or SLUG not in build.columns(TABLE):
        return None
    first = calendar.index_of("month", begins) - MONTHS_BEFORE
    months = tuple(calendar.period_at("month", index) for index in range(first, calendar.index_of("month", build.as_of) + 1))
    keys = tuple(key for key in (*PLAIN, *_district(build)) if _column(key) in build.columns(TABLE))
    kept = build_cache.read_values(build, FRAME)
    closed = build_cache.read_arrays(build, FRAME)
    if kept and closed and kept["keys"] == list(keys) and closed["last_closed"].shape == (len(kept["labels"]), len(months)):
        return Frame(keys, tuple(tuple(label) for label in kept["labels"]), months, closed["last_closed"])
    made = _make_frame(build, keys, months)
    if made:
        build_cache.keep_arrays(build, FRAME, {"last_closed": made.last_closed})
        build_cache.keep_values(build, FRAME, {"keys": keys, "labels": made.labels})
    return made


def _district(build: Warehouse) -> tuple[str, ...]:
    """The kind of place pages split by: council districts, else the kind with the fewest places."""
    kinds = place_keys(build)
    if "council_district" in kinds or not kinds:
        return ("council_district",) if kinds else ()
    counts = dict(build.rows("SELECT kind, count(DISTINCT code) FROM places GROUP BY kind"))
    return (min(kinds, key=lambda kind: (counts.get(kind, 0), kind)),)


def _column(key: str) -> str:
    return key if key in PLAIN else f"place_{key}"


def _make_frame(build: Warehouse, keys: tuple[str, ...], months: tuple[Period, ...]) -> Frame | None:
    """One reading of the table: every group, and by month of opening the latest day one of its requests was closed."""
    columns = ", ".join([*(identifier(_column(key)) for key in keys), SLUG])
    opened = f"CASE WHEN opened_on <= ? THEN greatest({calendar.index_sql('month', 'opened_on')}, {months[0].index}) END"
    table = build.arrow(
        f"SELECT {columns}, {opened} AS month, max(coalesce(closed_on, DATE '9999-12-31')) AS closed FROM {TABLE} GROUP BY ALL",
        (build.as_of,),
    )
    labels, (codes,) = grids.encode([table], len(keys) + 1)
    if not labels or len(labels) * len(months) > MOST_CELLS:
        return None
    closed = np.zeros((len(labels), len(months)), dtype=np.int64)
    month = grids.column(table, "month") - months[0].index
    known = np.isfinite(month)
    days = grids.dates(table, "closed").astype(np.int64)
    closed[codes[known], month[known].astype(np.int64)] = days[known]
    return Frame(keys, labels, months, np.maximum.accumulate(closed, axis=1))


def scope_in(frame: Frame, measure: Measure, build: Warehouse) -> Scope:
    """What the measure's statements are about when they are asked for every group of the frame and every month."""
    stored = set(build.columns(TABLE))
    groups = [Group(key, identifier(_column(key))) for key in frame.keys]
    return Scope(
        measure=measure,
        groups=(*groups, Group(SLUG, SLUG)),
        where=("TRUE", ()),
        periods=frame.months,
        as_of=build.as_of,
        fiscal_start=current_city().fiscal_year_start_month,
        flags=tuple(name for name in measure.exclude_flags if name in stored),
        clock=build_facts.clock(build),
    )


def _name(scope: Scope) -> str:
    """Named by the statements themselves: whatever changes what is counted changes the name."""
    return hashlib.sha256(repr(list(statements.all_statements(scope))).encode()).hexdigest()[:24]


def _stored(build: Warehouse, name: str, frame: Frame) -> MonthCounts | None:
    arrays = build_cache.read_arrays(build, name)
    if arrays is None or any(one.shape != frame.shape for one in arrays.values()) or not {"numerator", "denominator"} <= arrays.keys():
        return None
    return MonthCounts(arrays["numerator"], arrays["denominator"], arrays.get("more"))


def _as_arrays(counts: MonthCounts) -> dict[str, NDArray[Any]]:
    named = {"numerator": counts.numerator, "denominator": counts.denominator, "more": counts.more}
    return {name: array for name, array in named.items() if array is not None}


def _work_out(scopes: dict[str, Scope], build: Warehouse, frame: Frame) -> dict[str, MonthCounts]:
    found: dict[str, MonthCounts] = {}
    together: dict[str, dict[str, Scope]] = {}
    for name, scope in scopes.items():
        if scope.measure.kind in COUNTED_BY_EVENT:
            together.setdefault(scope.measure.time, {})[name] = scope
        else:
            found[name] = _held_at_ends(scope, build, frame)
    for same in together.values():
        found |= _events(same, build, frame)
    return found


def _events(scopes: dict[str, Scope], build: Warehouse, frame: Frame) -> dict[str, MonthCounts]:
    """Measures that count by one date, in one reading of the table."""
    sql, params = statements.events_of_all(list(scopes.values()))
    table = build.arrow(sql, params)
    at = rows_in(table, frame), (grids.column(table, "period_index") - frame.months[0].index).astype(np.int64)
    found = {}
    for position, name in enumerate(scopes):
        pair = []
        for part in ("numerator", "denominator"):
            grid = np.zeros(frame.shape)
            grid[at] = grids.column(table, f"{part}_{position}")
            pair.append(grid.astype(np.uint32))
        found[name] = MonthCounts(*pair)
    return found


def _held_at_ends(scope: Scope, build: Warehouse, frame: Frame) -> MonthCounts:
    """What is open at the end of each month."""
    tables = [build.arrow(sql, params) for sql, params in statements.all_statements(scope)]
    first, codes = frame.months[0].index, rows_in(tables[0], frame)
    leaves, counts = grids.column(tables[0], "leaves") - first, grids.column(tables[0], "requests")
    held = grids.held(codes, grids.column(tables[0], "enters") - first, leaves, counts, frame.shape)
    inside = held
    if scope.measure.numerator:
        inside = grids.held(codes, grids.column(tables[0], "numerator_enters") - first, leaves, counts, frame.shape)
    grids_held = [inside, held]
    if scope.measure.kind == "weeks_of_work":
        grids_held.append(closed_in_window(tables[1], rows_in(tables[1], frame), first, frame.shape))
    return MonthCounts(*(grid.astype(np.uint32) for grid in grids_held))


def closed_in_window(table: pa.Table, codes: IntArray, first: int, shape: tuple[int, int]) -> FloatArray:
    """Closings in the 13 weeks up to each period's end; `first` is the number of the first period."""
    enters, leaves = grids.column(table, "enters") - first, grids.column(table, "leaves") - first
    return grids.held(codes, enters, leaves, grids.column(table, "requests"), shape)


def rows_in(table: pa.Table, frame: Frame) -> IntArray:
    """The group of the frame each row belongs to."""
    labels, (codes,) = grids.encode([table], len(frame.keys) + 1)
    places = {label: index for index, label in enumerate(frame.labels)}
    return np.array([places[label] for label in labels], dtype=np.int64)[codes] if labels else codes
