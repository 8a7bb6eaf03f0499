"""Read population figures from CSV or JSON. Returns figures or one sentence, saves nothing."""

import csv
import io
import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from citystat.core.errors import InputError
from citystat.places.geojson import read_bytes
from citystat.places.rules import CITY, clean_code

KEY = "(key)"
PLACE = "{place}"
BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[,'\u2019\s](?=\d)")
# A share, a percentage, or a point between thousands.
NO_COUNT = re.compile(r"(0?|[1-9]\d?|100)\.\d+|\d{1,3}(\.\d{3})+|[\d.,]+\s*%")
WHOLE = re.compile(r"\d+\.0{1,2}")
YEARS = range(1790, 2201)


@dataclass(frozen=True)
class Question:
    """Where in the file the figures stand."""

    kind: str
    population: str | None
    code: str | None = None
    year: int | str | None = None
    year_columns: str | None = None
    where: tuple[str, ...] = ()
    code_map: str | os.PathLike[str] | None = None


@dataclass(frozen=True)
class Figure:
    """The population of one place in one year."""

    code: str
    year: int
    population: int


@dataclass(frozen=True)
class Figures:
    """What a file says; `left_out` counts rows without code or number."""

    rows: tuple[Figure, ...]
    rows_read: int
    left_out: int


def read_figures(path: Path, question: Question) -> Figures:
    """Figures of a CSV with a header, a JSON array of objects, or a JSON object of objects whose keys are the codes.

    Raises InputError for a column that is not there, a row filter that leaves nothing, or two figures for one place and year.
    """
    records = _records(read_bytes(path), path.name)
    kept = _filtered(records, question.where, path.name)
    if PLACE in (question.population or ""):
        kept, question = _a_row_each(kept, question, path.name)
    columns = _year_columns(kept[0], question, path.name)
    code = _code_column(kept[0], question, path.name)
    mapping = _code_map(question.code_map)
    found: dict[tuple[str, int], int] = {}
    left_out = 0
    for record in kept:
        rows = list(_figures_of(record, code, columns, mapping))
        left_out += not rows
        for figure in rows:
            _add(found, figure, path.name)
    _check_counts(kept, columns, path.name)
    if not found:
        raise InputError(f"{path.name} has no number in {', '.join(columns)}: give --population the column with the population.")
    figures = tuple(Figure(code, year, people) for (code, year), people in found.items())
    return Figures(figures, len(kept), left_out)


def _records(content: bytes, name: str) -> list[dict[str, Any]]:
    text = _text(content, name)
    records = _json_records(text, name) if text.lstrip()[:1] in {"{", "["} else _csv_records(text, name)
    if not records:
        raise InputError(f"{name} has no row.")
    return records


def _text(content: bytes, name: str) -> str:
    """UTF-8, UTF-16 with its mark, else Windows Latin as census files use; anything else with zero bytes is no text."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", errors="replace")
    if b"\0" in content[:4096]:
        raise InputError(f"{name} is not a text file: population comes as CSV or JSON.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _csv_records(text: str, name: str) -> list[dict[str, Any]]:
    if text.lstrip()[:15].lower().startswith(("<!doctype", "<html")):
        raise InputError(f"{name} is a web page, not CSV or JSON: download the file itself.")
    text = _from_header(text)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    try:
        return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise InputError(f"{name} is not a CSV file that can be read: {error}.") from error


def _from_header(text: str) -> str:
    """The text without blank lines and a title, which has one field, before the first line with several."""
    lines = text.splitlines(keepends=True)
    start = next((number for number, line in enumerate(lines) if any(mark in line.strip() for mark in ",;\t|")), 0)
    return "".join(lines[start:])


def _json_records(text: str, name: str) -> list[dict[str, Any]]:
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"{name} is not JSON, or cut off in the middle.") from error
    if isinstance(document, dict):
        document = [{KEY: key, **value} for key, value in document.items() if isinstance(value, dict)]
    records = [record for record in document if isinstance(record, dict)]
    if not records:
        raise InputError(f"{name} is JSON, but neither an array of objects nor an object of objects.")
    return records


def _filtered(records: list[dict[str, Any]], where: Sequence[str], name: str) -> list[dict[str, Any]]:
    for condition in where:
        column, equals, value = condition.partition("=")
        if not equals:
            raise InputError(f"--where takes COLUMN=VALUE, not {condition!r}.")
        spelled = _column(records[0], column.strip(), name, "--where")
        records = [record for record in records if str(record.get(spelled) or "").strip() == value.strip()]
        if not records:
            raise InputError(f"No row of {name} has {' and '.join(where)}.")
    return records


def _a_row_each(records: list[dict[str, Any]], question: Question, name: str) -> tuple[list[dict[str, Any]], Question]:
    """A table with a column a place, as the Census Bureau offers for download, turned: a row a place, its name as the code."""
    if len(records) > 1:
        raise InputError(
            f"{name} has a column a place, and {len(records)} rows: choose the one with the population with --where COLUMN=VALUE."
        )
    before, _, after = str(question.population).partition(PLACE)
    pattern = re.compile(re.escape(before) + r"(.+?)" + re.escape(after), re.IGNORECASE)
    found = {match[1]: value for column, value in records[0].items() if column and (match := pattern.fullmatch(column.strip()))}
    if not found:
        raise InputError(f"No column of {name} looks like {question.population}.")
    turned = [{KEY: place, "population": value} for place, value in found.items()]
    return turned, replace(question, population="population", code=None, year_columns=None)


def _column(record: Mapping[str, Any], wanted: str, name: str, option: str) -> str:
    """The column as the file spells it; upper and lower case do not count."""
    if wanted in record:
        return wanted
    spelled = [column for column in record if column and column.strip().casefold() == wanted.casefold()]
    if spelled:
        return str(spelled[0])
    columns = [str(column) for column in record if column and column != KEY]
    listed = ", ".join(columns[:30]) + (f" and {len(columns) - 30} more" if len(columns) > 30 else "")
    raise InputError(f"{name} has no column {wanted!r}. Give {option} one of its columns: {listed}.")


def _code_column(record: Mapping[str, Any], question: Question, name: str) -> str | None:
    if question.kind == CITY:
        return None
    if question.code:
        return _column(record, question.code, name, "--code")
    if KEY in record:
        return KEY
    raise InputError(f"Say with --code which column of {name} holds the code of the place.")


def _year_columns(record: Mapping[str, Any], question: Question, name: str) -> dict[str, int | str]:
    """Population column -> its year, or the column that holds the year."""
    if question.year_columns:
        before, found, after = question.year_columns.partition("{year}")
        if not found:
            raise InputError("--year-columns takes a pattern with {year} in it, such as POPESTIMATE{year}.")
        pattern = re.compile(re.escape(before) + r"(\d{4})" + re.escape(after), re.IGNORECASE)
        columns = {str(column): int(match[1]) for column in record if column and (match := pattern.fullmatch(str(column)))}
        if not columns:
            raise InputError(f"No column of {name} looks like {question.year_columns}.")
        return dict(columns)
    if not question.population:
        raise InputError(f"Say with --population which column of {name} holds the population.")
    if question.year in {None, ""}:
        raise InputError("Say with --year which year the figures are of: a number, or the column that holds it.")
    year: int | str = str(question.year)
    year = _year(int(year)) if str(year).isdigit() else _column(record, str(year), name, "--year")
    return {_column(record, question.population, name, "--population"): year}


def _year(year: int) -> int:
    if year not in YEARS:
        raise InputError(f"{year} is not a year of a census.")
    return year


def _code_map(path: str | os.PathLike[str] | None) -> dict[str, str]:
    """The file's two columns, with or without header: the source's code, ours."""
    if path is None:
        return {}
    name = Path(path).name
    rows = [row for row in csv.reader(io.StringIO(_text(read_bytes(Path(path)), name))) if any(cell.strip() for cell in row)]
    if not rows or any(len(row) != 2 for row in rows):
        raise InputError(f"{name} must have two columns: the code in the population file, and the code of the place.")
    return {clean_code(theirs): clean_code(ours) for theirs, ours in rows}


def _figures_of(record: Mapping[str, Any], code: str | None, columns: Mapping[str, int | str], mapping: Mapping[str, str]) -> list[Figure]:
    place = CITY if code is None else clean_code(record.get(code))
    place = mapping.get(place, place)
    figures = []
    for column, year_or_column in columns.items():
        people = _number(record.get(column))
        year = year_or_column if isinstance(year_or_column, int) else _number(record.get(year_or_column))
        if place and people is not None and year is not None:
            figures.append(Figure(place, _year(year), people))
    return figures


def _number(value: Any) -> int | None:
    """A count, rounded; None for what is no number, not finite or negative (census files mark missing so)."""
    try:
        number = float(BETWEEN_THOUSANDS.sub("", str(value)).strip())
    except ValueError:
        return None
    return round(number) if math.isfinite(number) and 0 <= number < 2**31 else None


def _check_counts(records: Sequence[Mapping[str, Any]], columns: Mapping[str, int | str], name: str) -> None:
    """Refuse shares, percentages and points between thousands, of which nobody could tell afterwards that they are no people."""
    for column in columns:
        values = [str(record.get(column) or "").strip() for record in records]
        filled = [value for value in values if value]
        odd = [value for value in filled if NO_COUNT.fullmatch(value) and not WHOLE.fullmatch(value)]
        if 2 * len(odd) > len(filled):
            raise InputError(
                f"The figures in {column} of {name}, such as {odd[0]}, are not counts of people: "
                "give --population a column with whole numbers, without a point between thousands."
            )


def _add(found: dict[tuple[str, int], int], figure: Figure, name: str) -> None:
    key = (figure.code, figure.year)
    if found.setdefault(key, figure.population) != figure.population:
        place = "the whole city" if figure.code == CITY else figure.code
        raise InputError(
            f"{name} has two figures for {place} in {figure.year} ({found[key]:,} and {figure.population:,}): "
            "keep one of them with --where COLUMN=VALUE."
        )
