"""Numbers by group and period as arrays: what a result of SQL becomes before it is a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from citystat.plan.results import FloatArray

IntArray = NDArray[np.int64]
GroupValues = tuple[tuple[str | None, ...], ...]


@dataclass(eq=False)
class Grids:
    """Numbers by group and period while they are being made."""

    numerator: FloatArray
    denominator: FloatArray
    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    years: tuple[int | None, ...] = ()


def encode(tables: Sequence[pa.Table], n_keys: int, known: GroupValues = ()) -> tuple[GroupValues, list[IntArray]]:
    """The distinct groups of several results and of those known, in their order, and for each result the group of every row."""
    if not n_keys:
        return ((),), [np.zeros(len(table), dtype=np.int64) for table in tables]
    codes = np.zeros(sum(len(table) for table in tables) + len(known), dtype=np.int64)
    labels: list[list[str | None]] = []
    for position in range(n_keys):
        places, here = _places([chunk.cast(pa.string()) for table in tables for chunk in table.column(position).chunks])
        also = [places.setdefault(values[position], len(places)) for values in known]
        labels.append(list(places))
        codes = codes * len(places) + np.r_[here, np.array(also, np.int64)]
    distinct, inverse = np.unique(codes, return_inverse=True)
    named = [_decode(code, labels) for code in distinct.tolist()]
    order = sorted(range(len(named)), key=lambda index: [natural(value) for value in named[index]])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    flat = place[inverse]
    edges = np.cumsum([len(table) for table in tables])
    return tuple(named[index] for index in order), list(np.split(flat, edges))[: len(tables)]


def _places(chunks: Sequence[pa.Array]) -> tuple[dict[str | None, int], NDArray[np.int32]]:
    """A number for each value, not recorded among them, and the number of every row's value.

    Arrow would load pandas for an empty column, and to fill in what is not recorded after the numbers are given.
    """
    if not chunks:
        return {}, np.zeros(0, np.int32)
    encoded = pa.concat_arrays(chunks).dictionary_encode(null_encoding="encode")
    numbers = values_of_column(pa.chunked_array([encoded.indices]), np.int32)
    return {label: place for place, label in enumerate(encoded.dictionary.to_pylist())}, numbers


def natural(value: str | None) -> tuple[bool, int, str]:
    """Sort key: numbers by size before words, and not recorded last."""
    if value is None:
        return True, 0, ""
    return False, int(value) if value.isdecimal() else 10**9, value


def _decode(code: int, labels: list[list[str | None]]) -> tuple[str | None, ...]:
    values: list[str | None] = []
    for known in reversed(labels):
        code, position = divmod(code, len(known))
        values.append(known[position])
    return tuple(reversed(values))


def empty(n_groups: int, n_periods: int) -> Grids:
    """Grids without a number."""
    shape = (n_groups, n_periods)
    return Grids(np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan))


def column(table: pa.Table, name: str) -> FloatArray:
    """A numeric or true-false column as floats, NaN for null."""
    column = table.column(name)
    whole = column.cast(pa.int8()) if column.type == pa.bool_() else column
    values: FloatArray = values_of_column(whole.cast(pa.float64()), np.float64)
    if column.null_count:
        values[values_of_column(column.is_null().cast(pa.int8()), np.int8) == 1] = np.nan
    return values


def dates(table: pa.Table, name: str) -> NDArray[np.datetime64]:
    """A date column as days; the column has no nulls."""
    days: NDArray[np.datetime64] = values_of_column(table.column(name).cast(pa.int32()), np.int32).astype("datetime64[D]")
    return days


def values_of_column(column: pa.ChunkedArray, kind: Any) -> Any:
    """The values of a column without nulls. Arrow's own conversion would first load pandas, a second and 60 MB."""
    parts = [np.frombuffer(part.buffers()[1], kind)[part.offset : part.offset + len(part)] for part in column.chunks if len(part)]
    return np.concatenate(parts) if parts else np.zeros(0, kind)


def held(codes: IntArray, enters: FloatArray, leaves: FloatArray, counts: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """How many are held at each period: each row counts from `enters` up to, not including, `leaves` (NaN: never)."""
    use = np.isfinite(enters) & (enters < leaves)
    steps = np.zeros((shape[0], shape[1] + 1))
    np.add.at(steps, (codes[use], enters[use].astype(np.int64)), counts[use])
    np.add.at(steps, (codes[use], leaves[use].astype(np.int64)), -counts[use])
    total: FloatArray = steps.cumsum(axis=1)[:, :-1]
    return total
