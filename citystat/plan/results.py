"""What a measure gives: one row a period and group, and the columnar table behind many of them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from citystat.plan.definitions import Measure
from citystat.plan.periods import Period

FloatArray = NDArray[np.float64]
STATES = ("ok", "too_few", "missing", "incomplete")
OK, TOO_FEW, MISSING, INCOMPLETE = range(4)
SIGNALS = (None, "improving", "concerning", "neutral", "common_cause")


@dataclass(frozen=True)
class MeasureRow:
    """One value. `value`, `lower` and `upper` are None unless the state allows a number; a share is between 0 and 1."""

    measure: str
    version: int
    period: str
    period_start: date
    period_end: date
    complete: bool
    group: dict[str, str | None]
    numerator: float | None
    denominator: float | None
    value: float | None
    lower: float | None
    upper: float | None
    state: str
    signal: str | None
    build: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, dates as ISO 8601."""
        return asdict(self) | {"period_start": self.period_start.isoformat(), "period_end": self.period_end.isoformat()}


@dataclass(frozen=True, eq=False)
class MeasureTable:
    """A measure over groups and periods. Grids have one row a group and one column a period; NaN where there is no number.

    `keys` are the grouping keys; `groups[g]` the values of group g in their order, None for not recorded.
    `complete` has one entry a period. `population_years` names the year whose residents a rate divides by, by period.
    """

    measure: Measure
    cohort: str | None
    build: int
    as_of: date
    keys: tuple[str, ...]
    groups: tuple[tuple[str | None, ...], ...]
    periods: tuple[Period, ...]
    complete: NDArray[np.bool_]
    numerator: FloatArray
    denominator: FloatArray
    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    state: NDArray[np.int8]
    signal: NDArray[np.int8]
    population_years: tuple[int | None, ...] = field(default=())

    def __len__(self) -> int:
        """How many rows there are."""
        return int(self.value.size)

    def rows(self) -> tuple[MeasureRow, ...]:
        """Every row, by period and then by group."""
        return tuple(self.iterate())

    def iterate(self) -> Iterator[MeasureRow]:
        """The rows one after the other, by period and then by group."""
        named = [dict(zip(self.keys, values, strict=True)) for values in self.groups]
        counted = self.measure.format == "count"
        numerator, denominator = _numbers(self.numerator), _numbers(self.denominator)
        value, lower, upper = (_numbers(grid, whole=counted) for grid in (self.value, self.lower, self.upper))
        states, signals, complete = self.state.tolist(), self.signal.tolist(), self.complete.tolist()
        for p, period in enumerate(self.periods):
            for g, group in enumerate(named):
                yield MeasureRow(
                    self.measure.name,
                    self.measure.version,
                    period.key,
                    period.start,
                    period.end,
                    complete[p],
                    dict(group),
                    numerator[g][p],
                    denominator[g][p],
                    value[g][p],
                    lower[g][p],
                    upper[g][p],
                    STATES[states[g][p]],
                    SIGNALS[signals[g][p]],
                    self.build,
                )

    def series(self, group: int = 0) -> tuple[MeasureRow, ...]:
        """The rows of one group, by period."""
        return self.pick([group]).rows()

    def pick(self, indices: list[int]) -> "MeasureTable":
        """The same table with some of its groups."""
        grids = {name: getattr(self, name)[indices] for name in ("numerator", "denominator", "value", "lower", "upper", "state", "signal")}
        return MeasureTable(**{**self.__dict__, **grids, "groups": tuple(self.groups[index] for index in indices)})

    def since(self, index: int) -> "MeasureTable":
        """The same table from a period on, by its number."""
        first = next((at for at, period in enumerate(self.periods) if period.index >= index), len(self.periods))
        names = ("numerator", "denominator", "value", "lower", "upper", "state", "signal")
        grids = {name: getattr(self, name)[:, first:] for name in names}
        rest = {"periods": self.periods[first:], "complete": self.complete[first:], "population_years": self.population_years[first:]}
        return MeasureTable(**{**self.__dict__, **grids, **rest})

    def arrow(self) -> pa.Table:
        """The rows as an Arrow table: one column a field, one column `group_<key>` a grouping key."""
        n_groups, n_periods = len(self.groups), len(self.periods)
        columns: dict[str, Any] = {
            "measure": pa.array([self.measure.name] * (n_groups * n_periods)),
            "version": pa.array(np.full(n_groups * n_periods, self.measure.version)),
            "period": np.repeat([period.key for period in self.periods], n_groups),
            "period_start": pa.array(np.repeat(np.array([period.start for period in self.periods], "datetime64[D]"), n_groups)),
            "period_end": pa.array(np.repeat(np.array([period.end for period in self.periods], "datetime64[D]"), n_groups)),
            "complete": np.repeat(self.complete, n_groups),
        }
        for position, key in enumerate(self.keys):
            columns[f"group_{key}"] = pa.array([values[position] for values in self.groups] * n_periods, pa.string())
        for name in ("numerator", "denominator", "value", "lower", "upper"):
            flat = getattr(self, name).T.ravel()
            columns[name] = pa.array(flat, mask=np.isnan(flat))
        columns["state"] = pa.array(np.array(STATES)[self.state.T.ravel()])
        columns["signal"] = pa.array([SIGNALS[code] for code in self.signal.T.ravel().tolist()], pa.string())
        columns["build"] = pa.array(np.full(n_groups * n_periods, self.build))
        return pa.table(columns)


def _numbers(grid: FloatArray, whole: bool = True) -> list[list[Any]]:
    """Nested lists with None for NaN; counts as int, but never a share (a bare 1 would be ambiguous)."""
    return [[_number(value, whole) for value in row] for row in grid.tolist()]


def _number(value: float, whole: bool) -> float | int | None:
    if value != value:  # NaN
        return None
    return int(value) if whole and value.is_integer() else value
