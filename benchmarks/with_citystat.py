"""All starter measures, the way CityStat computes them."""

from datetime import date
from typing import Any

import numpy as np

from benchmarks.question import GROUPS, NO_SENSE, answer, span


def work(as_of: date, names: list[str]) -> dict[str, Any]:
    """Every measure for the city, by district and by service."""
    from citystat.plan import queries

    start, end = span(as_of)
    answers = {}
    # As a packet does: one reading for all measures that count by the same date.
    queries.prepare_counts(names)
    for name in names:
        for group in GROUPS:
            if f"{name} {group}" in NO_SENSE:
                continue
            table = queries.measure_table(name, start=start, end=end, by=() if group == "city" else (group,))
            answers[f"{name} {group}"] = [float(np.nansum(table.numerator)), float(np.nansum(table.denominator))]
    return answers


if __name__ == "__main__":
    import django

    django.setup()
    from citystat.plan.definition_files import STARTERS
    from citystat.warehouse.connections import open_build

    known = sorted(path.stem for path in STARTERS.glob("*.yaml"))
    as_of = open_build().as_of
    answer(lambda: work(as_of, known))
