"""Budget lines and incidents from CSV files: a file is loaded whole or not at all, and each line left out is named."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.db import transaction

from citystat.core import audit, clock
from citystat.core.errors import InputError
from citystat.plan.models import BudgetAmount, BudgetLine, Incident, Program
from citystat.plan.programs import access

YEAR = re.compile(r"(?:FY)?(\d{4})", re.IGNORECASE)
EXAMPLES = 5
LONGEST_RESPONSE = 86_400
Rows = Iterator[tuple[int, dict[str, str]]]


def _read(path: Path, needed: tuple[str, ...]) -> tuple[list[str], Rows]:
    """Header in lower case, and (line number, row) of a CSV file; a sentence for a missing file or column."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as text: save it as CSV in UTF-8 ({error}).") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = [name.strip().lower() for name in next(reader, [])]
    missing = [name for name in needed if name not in header]
    if missing:
        raise InputError(f"{path.name} has no column {', '.join(missing)}: it needs {', '.join(needed)}.")

    def rows() -> Rows:
        number = reader.line_num + 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells[len(header) :]):
                    raise InputError(f"Line {number} has more cells than the first line: put quotes around a number like 1,200.")
                if any(cell.strip() for cell in cells):
                    yield number, {name: cell.strip() for name, cell in zip(header, [*cells, *[""] * len(header)], strict=False)}
                number = reader.line_num + 1
        except csv.Error as error:
            raise InputError(f"{path.name}, line {number}: this is not CSV ({error}).") from error

    return header, rows()


def load_budget_lines(path: Path, *, by: Any = None, source: str = "") -> dict[str, Any]:
    """Budget lines with amounts by fiscal year: `code,title,program,department,services` and a column a year, or `year,amount`.

    Amounts of a line are those of the last file that names it. Raises InputError with the line for a number or program unknown.
    """
    access.check_can_edit(by)
    header, rows = _read(path, ("code", "title"))
    years = {name: int(found.group(1)) for name in header if (found := YEAR.fullmatch(name))}
    if not years and not {"year", "amount"} <= set(header):
        raise InputError(f"{path.name} has no amounts: add a column for each fiscal year, such as 2025, or the columns year and amount.")
    lines: dict[str, dict[str, Any]] = {}
    for number, row in rows:
        _add_line(lines, number, row, years)
    if not lines:
        raise InputError(f"{path.name} holds no budget line.")
    new = _keep_lines(lines, source or path.name, by)
    return {
        "file": path.name, "lines": len(lines), "new": new, "amounts": sum(len(one["amounts"]) for one in lines.values()),
        "without_program": sum(one["program"] is None for one in lines.values()),
    }  # fmt: skip


def _add_line(lines: dict[str, dict[str, Any]], number: int, row: dict[str, str], years: dict[str, int]) -> None:
    code, slug = row["code"], row.get("program", "")
    if not code or not row["title"]:
        raise InputError(f"Line {number} has no code or no title.")
    program = Program.objects.filter(slug=slug).first() if slug else None
    if slug and program is None:
        raise InputError(f"Line {number} names the program {slug!r}, which is not recorded: add it on /programs/ or leave the cell empty.")
    services = [one.strip() for one in row.get("services", "").split(";") if one.strip()]
    line = lines.setdefault(code, {"amounts": {}})
    line |= {"title": row["title"], "title_es": row.get("title_es", ""), "program": program, "department": row.get("department", "")}
    line["services"] = services
    given = {year: row[name] for name, year in years.items()} or {_year(number, row["year"]): row["amount"]}
    for year, text in given.items():
        if year in line["amounts"]:
            raise InputError(f"Line {number}: {code} has an amount for {year} already.")
        if text:
            line["amounts"][year] = _amount(number, text)


def _year(number: int, text: str) -> int:
    found = YEAR.fullmatch(text)
    if not found:
        raise InputError(f"Line {number}: {text!r} is not a fiscal year: write the year it begins in, such as 2025.")
    return int(found.group(1))


def _amount(number: int, text: str) -> Decimal:
    try:
        amount = Decimal(text.replace("$", "").replace(",", "").replace(" ", ""))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 12:
        raise InputError(f"Line {number}: {text!r} is not an amount: write it like 1200000 or 1,200,000.00.")
    return amount.quantize(Decimal("0.01"))


def _keep_lines(lines: dict[str, dict[str, Any]], source: str, by: Any) -> int:
    new = 0
    with transaction.atomic():
        for code, one in lines.items():
            values = {name: value for name, value in one.items() if name != "amounts"} | {"source": source, "loaded_at": clock.now()}
            row, made = BudgetLine.objects.update_or_create(code=code, defaults=values)
            new += made
            BudgetAmount.objects.filter(line=row).delete()
            BudgetAmount.objects.bulk_create(BudgetAmount(line=row, year=year, amount=amount) for year, amount in one["amounts"].items())
        audit.record(by=by, action="budget_lines.load", target=source, details={"lines": len(lines)})
    return new


def load_incidents(path: Path, *, kind: str, source: str = "", by: Any = None) -> dict[str, Any]:
    """Incidents from `date,area,seconds`; they take the place of what the same source gave for the kind before.

    An empty time is kept as not recorded. Lines without a day or area, or with a time nobody can take, are left out and named.
    """
    access.check_can_edit(by)
    if not kind.strip():
        raise InputError("Say what the incidents are, such as: --kind 'Cardiac arrest'.")
    name = source or path.name
    kept: list[Incident] = []
    left_out: list[str] = []
    for number, row in _read(path, ("date", "area", "seconds"))[1]:
        try:
            kept.append(_incident(row, kind.strip(), name))
        except ValueError as error:
            left_out.append(f"Line {number}: {error}")
    if not kept:
        raise InputError(f"{path.name} holds no incident that can be used. {' '.join(left_out[:1])}".strip())
    with transaction.atomic():
        replaced, _rows = Incident.objects.filter(source=name, kind=kind.strip()).delete()
        Incident.objects.bulk_create(kept, batch_size=2000)
        audit.record(by=by, action="incidents.load", target=name, details={"kind": kind.strip(), "loaded": len(kept)})
    return {
        "file": path.name, "kind": kind.strip(), "rows_read": len(kept) + len(left_out), "loaded": len(kept), "replaced": replaced,
        "without_time": sum(one.seconds is None for one in kept), "left_out": len(left_out), "left_out_examples": left_out[:EXAMPLES],
    }  # fmt: skip


def _incident(row: dict[str, str], kind: str, source: str) -> Incident:
    try:
        on = date.fromisoformat(row["date"][:10])
    except ValueError:
        raise ValueError(f"{row['date']!r} is not a date like 2017-06-30.") from None
    if on > clock.today():
        raise ValueError(f"{on} is still to come.")
    if not row["area"]:
        raise ValueError("it has no area.")
    text = row["seconds"]
    try:
        seconds = float(text) if text else None
    except ValueError:
        raise ValueError(f"{text!r} is not a number of seconds.") from None
    if seconds is not None and not 0 <= seconds <= LONGEST_RESPONSE:
        raise ValueError(f"{text} seconds is no response time.")
    return Incident(source=source, kind=kind, on=on, area=row["area"][:80], seconds=seconds)
