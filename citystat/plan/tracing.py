"""From a value to its rows: the requests behind it, the definition, the build, and the value counted again from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from citystat.core.errors import InputError
from citystat.methods.durations.survival import kaplan_meier
from citystat.plan import computation, descriptions, populations
from citystat.plan import groups as group_keys
from citystat.plan.definitions import Measure
from citystat.plan.groups import Where
from citystat.plan.periods import Period
from citystat.plan.results import MeasureRow
from citystat.plan.row_statements import rows_behind
from citystat.plan.statements import WORK_WINDOW_DAYS, Scope
from citystat.warehouse.connections import Warehouse

Row = dict[str, Any]
MOST_ROWS_A_PAGE = 10_000


@dataclass(frozen=True)
class Trace:
    """One value and everything it stands on. `rows` is one page; `recomputed` counts all `n_rows` of them again.

    Each row says whether it is in the numerator and in the denominator. `address` is None unless it was asked for.
    """

    measure: Measure
    cohort: str | None
    row: MeasureRow
    description: str
    criteria: tuple[str, ...]
    build: int
    as_of: date
    checksum: str
    n_rows: int
    n_numerator: int
    n_denominator: float | None
    numerator_ids: tuple[str, ...]
    recomputed: float | None
    rows: tuple[Row, ...]

    @property
    def agrees(self) -> bool:
        """Whether counting again gives the published number (always, where it is published)."""
        if self.row.value is None or self.recomputed is None:
            return self.row.value is None
        return abs(self.row.value - self.recomputed) <= 1e-9 * max(1.0, abs(self.recomputed))

    def as_dict(self) -> Row:
        """Plain values for JSON."""
        return {
            **self.row.as_dict(),
            "cohort": self.cohort,
            "description": self.description,
            "criteria": list(self.criteria),
            "definition_hash": self.measure.definition_hash,
            "as_of": self.as_of.isoformat(),
            "build_checksum": self.checksum,
            "n_rows": self.n_rows,
            "recomputed": self.recomputed,
            "agrees": self.agrees,
            "rows": [{name: plain(value) for name, value in row.items()} for row in self.rows],
        }


def trace(
    measure: Measure,
    build: Warehouse,
    *,
    period: Period,
    group: Where,
    cohort: str | None,
    limit: int,
    offset: int,
    with_address: bool,
    language: str = "en",
) -> Trace:
    """The rows behind the value of one period and group, ordered by opening day, source and id."""
    if not 0 <= limit <= MOST_ROWS_A_PAGE or offset < 0:
        raise InputError(f"A page holds from 0 to {MOST_ROWS_A_PAGE:,} rows and starts at row 0 or later.")
    table = computation.compute(measure, build, start=period.start, end=period.end, where=group, cohort=cohort, period=period.unit)
    row = table.rows()[0]
    chosen = measure.for_cohort(cohort)
    scope = computation.scope_of(chosen, build, [period], (), group)
    sql, params = rows_behind(scope)
    rows = build.dicts(sql, params) if period.start <= build.as_of else []
    numerators = [one for one in rows if one["in_numerator"]]
    residents = _residents(scope, build, group) if measure.kind == "per_capita" else None
    return Trace(
        measure=measure,
        cohort=table.cohort,
        row=row,
        description=descriptions.sentence(measure, row, period, group, table.cohort, language),
        criteria=descriptions.criteria(chosen, scope, residents, language),
        build=build.number,
        as_of=build.as_of,
        checksum=build.manifest.checksum,
        n_rows=len(rows),
        n_numerator=len(numerators),
        n_denominator=row.denominator,
        numerator_ids=tuple(one["request_id"] for one in numerators),
        recomputed=recompute(chosen, rows, residents),
        rows=tuple(_shown(one, with_address) for one in rows[offset : offset + limit]),
    )


def recompute(measure: Measure, rows: Sequence[Row], residents: populations.Residents | None = None) -> float | None:
    """The value from the rows alone, one by one and by no SQL; None where it divides by nothing or is not reached."""
    numerator = sum(1 for row in rows if row["in_numerator"])
    denominator: float = sum(1 for row in rows if row["in_denominator"])
    if measure.kind in ("count", "stock"):
        return float(numerator)
    if measure.kind == "percentile":
        return _percentile_of_durations(rows, measure.probability or 0.5)
    if measure.kind == "stock_percentile":
        return _percentile_of_ages([row["days"] for row in rows], measure.probability or 0.5)
    if measure.kind == "weeks_of_work":
        denominator = denominator * 7 / WORK_WINDOW_DAYS
    if residents is not None:
        denominator = float(residents.counts[0][0])
        return numerator * measure.per / denominator if denominator == denominator and denominator else None
    return numerator / denominator if denominator else None


def _percentile_of_durations(rows: Sequence[Row], probability: float) -> float | None:
    if not rows:
        return None
    curve = kaplan_meier([row["days"] for row in rows], [row["is_event"] for row in rows])
    return curve.percentile(probability).estimate


def _percentile_of_ages(ages: Sequence[float], probability: float) -> float | None:
    """The smallest age that at least this share of the ages do not exceed."""
    ordered = sorted(ages)
    for position, age in enumerate(ordered, start=1):
        if position >= probability * len(ordered) - 1e-9:
            return float(age)
    return None


def _residents(scope: Scope, build: Warehouse, group: Where) -> populations.Residents:
    filtered = [(group_keys.resolve(key, scope.measure, build), group_keys.values_of(value)) for key, value in group.items()]
    return populations.residents(build, (), ((),), filtered, scope.periods)


def _shown(row: Row, with_address: bool) -> Row:
    return row if with_address else row | {"address": None}


def plain(value: Any) -> Any:
    """Dates as ISO 8601."""
    return value.isoformat() if isinstance(value, date) else value
