"""The same questions in DuckDB SQL written by hand, one statement a measure, over the same build."""

from pathlib import Path
from typing import Any

from benchmarks.question import GROUPS, NO_SENSE, answer, column, span

FOLDER = Path(__file__).parent / "hand_sql"


def statement(name: str, group: str, first: str, last: str) -> str:
    """One file with its group and dates filled in."""
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    is_place = group == "council_district"
    filled = {
        "{group}": column(group) or "NULL::VARCHAR",
        "{first}": first,
        "{last}": last,
        "{kind}": group if is_place else "city",
        "{code}": "g" if is_place else "'city'",
    }
    for name_of, value in filled.items():
        text = text.replace(name_of, value)
    return text


def work() -> dict[str, Any]:
    """Every file for the city, by district and by service."""
    from citystat.warehouse.connections import open_build

    build = open_build()
    first, last = span(build.as_of)
    answers = {}
    for file in sorted(FOLDER.glob("*.sql")):
        for group in GROUPS:
            if f"{file.stem} {group}" in NO_SENSE:
                continue
            found = build.arrow(statement(file.stem, group, str(first), str(last)))
            in_span = [str(month)[:10] >= str(first) for month in found["month"].to_pylist()]
            sums = [
                sum(float(value or 0) for value, inside in zip(found[name].to_pylist(), in_span, strict=True) if inside)
                for name in ("numerator", "denominator")
            ]
            answers[f"{file.stem} {group}"] = sums
    return answers


if __name__ == "__main__":
    import django

    django.setup()
    from citystat.warehouse.connections import open_build

    open_build()
    answer(work)
