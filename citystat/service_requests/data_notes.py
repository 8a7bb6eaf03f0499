"""What a reader must know about the data before believing a number: loads, quarantine, flags, freshness, places."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from citystat.warehouse.connections import Warehouse


@dataclass(frozen=True)
class DataNotes:
    """Everything the data notes page shows. Shares are of all requests of the build."""

    build: int
    as_of: date
    created_at: Any
    checksum: str
    requests: int
    first_opened_on: date | None
    last_opened_on: date | None
    days_since_last_opened: int | None
    unlocated: int
    without_due_date: int
    loads: tuple[dict[str, Any], ...]
    flags: tuple[tuple[str, int], ...]
    agreement: tuple[dict[str, Any], ...]
    layers: tuple[dict[str, Any], ...]
    population: tuple[dict[str, Any], ...]
    incomplete_services: int


def notes(warehouse: Warehouse) -> DataNotes:
    """The data notes of a build."""
    total, first, last, unlocated, no_due = warehouse.rows(
        """SELECT count(*), coalesce(min(opened_on) FILTER (WHERE NOT flag_default_date), min(opened_on)),
                  coalesce(max(opened_on) FILTER (WHERE NOT flag_opened_after_as_of), max(opened_on)),
                  count(*) FILTER (WHERE NOT is_located), count(*) FILTER (WHERE due_source = 'none')
           FROM requests"""
    )[0]
    return DataNotes(
        build=warehouse.number,
        as_of=warehouse.as_of,
        created_at=warehouse.manifest.created_at,
        checksum=warehouse.manifest.checksum,
        requests=total,
        first_opened_on=first,
        last_opened_on=last,
        days_since_last_opened=(warehouse.as_of - last).days if last else None,
        unlocated=unlocated,
        without_due_date=no_due,
        loads=tuple(_load(row) for row in warehouse.dicts("SELECT * FROM loads ORDER BY load_id DESC")),
        flags=flag_counts(warehouse),
        agreement=tuple(warehouse.dicts("SELECT * FROM place_agreement ORDER BY kind, version")),
        layers=tuple(_layers(warehouse)),
        population=tuple(_population(warehouse)),
        incomplete_services=warehouse.rows("SELECT count(*) FROM services WHERE promise_source = 'none'")[0][0],
    )


def flag_counts(warehouse: Warehouse) -> tuple[tuple[str, int], ...]:
    """Every flag and how many requests carry it, most first; flags nobody carries are listed too."""
    names = sorted(name for name in warehouse.columns("requests") if name.startswith("flag_"))
    counts = warehouse.rows(f"SELECT {', '.join(f'count(*) FILTER (WHERE {name})' for name in names)} FROM requests")[0]
    pairs = ((name.removeprefix("flag_"), count) for name, count in zip(names, counts, strict=True))
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))


def _load(row: dict[str, Any]) -> dict[str, Any]:
    for name in ("flags", "files"):
        if isinstance(row.get(name), str):
            try:
                row[name] = json.loads(row[name])
            except ValueError:
                row[name] = [row[name]]
    return row


def _layers(warehouse: Warehouse) -> list[dict[str, Any]]:
    return warehouse.dicts(
        """SELECT kind, version, count(*) AS places, any_value(in_force_from) AS in_force_from, any_value(in_force_to) AS in_force_to,
                  bool_or(is_current) AS is_current
           FROM places GROUP BY kind, version ORDER BY kind, version"""
    )


def _population(warehouse: Warehouse) -> list[dict[str, Any]]:
    return warehouse.dicts(
        """SELECT kind, year, any_value(source) AS source, count(*) AS places, sum(population) AS population
           FROM population GROUP BY kind, year ORDER BY kind, year"""
    )
