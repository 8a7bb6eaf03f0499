"""Residents to divide by: of the place a row is about, in the year of its period."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from citystat.places.rules import nearest_year
from citystat.plan.groups import Group, Value
from citystat.plan.periods import Period
from citystat.plan.results import FloatArray
from citystat.warehouse.connections import Warehouse

CITY = "city"


@dataclass(frozen=True, eq=False)
class Residents:
    """`counts` has one row a group and one column a period (NaN where unknown); `years` the year used for each period."""

    counts: FloatArray
    years: tuple[int | None, ...]
    source: str


def residents(
    build: Warehouse,
    groups: Sequence[Group],
    values: Sequence[tuple[Value, ...]],
    filtered: Sequence[tuple[Group, tuple[Value, ...]]],
    periods: Sequence[Period],
) -> Residents:
    """Residents of each group in each period.

    The year is that of the period's last day; where it has no count, the nearest one (of two equally near, the earlier).
    Grouped or filtered by one kind of place: residents of those places; by none: of the whole city; by several: unknown.
    """
    nothing = Residents(np.full((len(values), len(periods)), np.nan), (None,) * len(periods), "")
    place_groups = [group for group in groups if group.kind]
    place_filters = [(group, codes) for group, codes in filtered if group.kind]
    kinds = {(group.kind, group.version) for group in [*place_groups, *(group for group, _ in place_filters)]}
    if not build.has_table("population") or len(kinds) > 1:
        return nothing
    kind, version = next(iter(kinds), (CITY, None))
    by_year = _by_year(build, str(kind), version)
    if not by_year:
        return nothing
    years = [year for period in periods if (year := nearest_year(by_year, period.end.year)) is not None]
    wanted = [_codes_of(row, groups, place_filters) for row in values]
    counts = np.array([[_total(by_year[year], codes) for year in years] for codes in wanted], dtype=np.float64)
    return Residents(counts.reshape(len(values), len(periods)), tuple(years), _source(build, str(kind)))


def _by_year(build: Warehouse, kind: str, version: str | None) -> dict[int, dict[str, float]]:
    """Residents by year and code. Where several versions count one year, the asked one, else the last by name."""
    found: dict[int, dict[str, float]] = defaultdict(dict)
    sql = "SELECT year, version, code, population FROM population WHERE kind = ? AND population IS NOT NULL ORDER BY 1, 2, 3"
    for year, of_version, code, population in build.rows(sql, (kind,)):
        if version is None or of_version in (version, None, ""):
            found[int(year)][code] = float(population)
    return dict(found)


def _codes_of(row: tuple[Value, ...], groups: Sequence[Group], filtered: Sequence[tuple[Group, tuple[Value, ...]]]) -> tuple[Value, ...]:
    for group, value in zip(groups, row, strict=True):
        if group.kind:
            return (value,)
    return filtered[0][1] if filtered else (CITY,)


def _total(known: dict[str, float], codes: Sequence[Value]) -> float:
    """Residents of all the places; unknown as soon as one is (unlocated requests live nowhere)."""
    return sum(known.get(code, np.nan) if code is not None else np.nan for code in codes)


def _source(build: Warehouse, kind: str) -> str:
    rows = build.rows("SELECT DISTINCT source FROM population WHERE kind = ? AND source IS NOT NULL ORDER BY 1", (kind,))
    return "; ".join(source for (source,) in rows)
