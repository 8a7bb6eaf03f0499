"""Write the invented history as the exports a city would publish: one CSV per as-of date, and the truth beside them."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from citystat.core.errors import InputError
from citystat.core.progress import Step, progress
from citystat.ops.demo.addresses import Addresses, make_addresses
from citystat.ops.demo.city import DemoCity, read_city
from citystat.ops.demo.demand import MonthPlan, month_plans
from citystat.ops.demo.facts import add_months
from citystat.ops.demo.history import DUPLICATE, Month, draw_month, previous_as_of
from citystat.ops.demo.rows import as_table, spoil

DEFAULT_SEED = 311
FEWEST_REQUESTS, MOST_REQUESTS = 1_000, 10_000_000
MONTHS_IN_EARLIER_EXPORT = 3


@dataclass(frozen=True)
class Exports:
    """Files written; `earlier` is a small export of a month before, `current` the whole history."""

    earlier: Path
    earlier_as_of: date
    current: Path
    as_of: date
    truth: dict[str, int]


def write_exports(
    folder: Path, requests: int, *, as_of: date | None = None, seed: int = DEFAULT_SEED, city: DemoCity | None = None
) -> Exports:
    """Write both exports and truth.json into `folder`; `requests` is the number of requests of the current export.

    The same size, seed and as-of date give the same bytes. Memory holds one month.
    """
    if not FEWEST_REQUESTS <= requests <= MOST_REQUESTS:
        raise InputError(f"The demo city can have {FEWEST_REQUESTS:,} to {MOST_REQUESTS:,} requests, not {requests:,}.")
    city = city or read_city(as_of=as_of)
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng([seed, 0])
    plans = month_plans(city, requests, random)
    addresses = make_addresses(city, requests, random)
    known = city.facts.as_of
    exports = Exports(folder / f"requests-{previous_as_of(known)}.csv", previous_as_of(known), folder / f"requests-{known}.csv", known, {})
    truth: Counter[str] = Counter()
    with progress("Writing the demo city's requests", total=requests) as step:
        _write_months(city, plans, addresses, exports, seed, truth, step)
    exports.truth.update(truth)
    (folder / "truth.json").write_text(json.dumps({"requests": requests, "seed": seed, "as_of": str(known), **truth}, indent=1) + "\n")
    return exports


def _write_months(
    city: DemoCity, plans: list[MonthPlan], addresses: Addresses, exports: Exports, seed: int, truth: "Counter[str]", step: Step
) -> None:
    first_recent = add_months(exports.as_of.replace(day=1), -MONTHS_IN_EARLIER_EXPORT)
    current = earlier = None
    number = 1
    try:
        for index, plan in enumerate(plans):
            random = np.random.default_rng([seed, 1, index])
            month = draw_month(city, plan, addresses, random)
            table = as_table(city, month, addresses, number, exports.as_of, np.random.default_rng([seed, 2, index]))
            in_both = first_recent <= plan.first <= exports.earlier_as_of
            # A row the first load could read would hide that the second one cannot.
            table, spoiled = (table, {}) if in_both else spoil(city, table, month, random)
            current = current or csv.CSVWriter(exports.current, table.schema)
            current.write_table(table)
            if in_both:
                before = as_table(
                    city, month, addresses, number, exports.earlier_as_of, np.random.default_rng([seed, 2, index]), earlier=True
                )
                earlier = earlier or csv.CSVWriter(exports.earlier, before.schema)
                earlier.write_table(before)
            truth.update({**month.truth, **spoiled, **_counts(city, month, table, exports.as_of)})
            number += plan.rows
            step(plan.rows)
    finally:
        for writer in (current, earlier):
            if writer is not None:
                writer.close()


def _counts(city: DemoCity, month: Month, table: pa.Table, as_of: date) -> dict[str, int]:
    known = np.datetime64(as_of, "s") + np.timedelta64(86_399, "s")
    return {
        "rows": table.num_rows,
        "moved": month.plan.rows if month.plan.moved else 0,
        "duplicates": int((month.fate == DUPLICATE).sum()),
        "closed_in_minutes": int(month.closing.in_minutes.sum()),
        "mass_closed": int((month.closing.in_mass & (month.fate == 0)).sum()),
        "reopened": int(month.reopened.sum()),
        "open": int(((month.closed_again > known) & (month.fate == 0)).sum()),
    }
