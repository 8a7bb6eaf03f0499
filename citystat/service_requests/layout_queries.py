"""Reads about layouts: the list, one in full, a file checked against one, a draft for an unknown file."""

import tempfile
from pathlib import Path
from typing import Any

import duckdb
import yaml

from citystat.core.errors import InputError
from citystat.service_requests.loading import draft, draft_file, headers, plain_text, recognition, sniffing, staging
from citystat.service_requests.loading import layout as layouts


def summaries() -> list[dict[str, Any]]:
    """Name, title and source of every layout."""
    return [{"name": one.name, "title": one.title, "source": one.source} for one in layouts.installed()]


def text_of(name: str) -> str:
    """A layout as YAML."""
    return yaml.safe_dump(dict(layouts.get(name).definition), sort_keys=False, allow_unicode=True, width=120)


def check(path: str, name: str | None = None) -> dict[str, Any]:
    """Which layout a file belongs to, which fields found a column, which columns no field takes, and what is absent."""
    staged = _staged_header(path)
    if name:
        layout, reason = layouts.get(name), f"The layout {name} was named."
    else:
        match = recognition.recognize(staged, Path(path).name)
        layout, reason = match.layout, match.reason
    found: dict[str, list[str]] = {}
    absent: list[str] = []
    for field, spellings in layout.fields():
        column = headers.find(staged, spellings)
        if column:
            found.setdefault(field, []).append(column.header)
        elif field != "rules":
            absent.append(f"{field}: {spellings[0]}")
    known = layout.known_keys()
    return {
        "layout": layout.name,
        "reason": reason,
        "fields": {field: ", ".join(names) for field, names in found.items()},
        "absent": absent,
        "kept_as_they_are": [column.header for column in staged if column.key not in known and not column.is_own],
        "can_load": all(headers.find(staged, spellings) for spellings in layout.needed()),
    }


def _staged_header(path: str) -> tuple[headers.Column, ...]:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        return _staged(connection, path, Path(folder)).columns


def _staged(connection: duckdb.DuckDBPyConnection, path: str, folder: Path) -> staging.Staged:
    staging.prepare(connection)
    source = plain_text.from_standard_input(folder) if path == "-" else Path(path)
    return staging.stage(connection, sniffing.sniff(source), 0, folder)


def draft_for(path: str, name: str | None = None) -> str:
    """A proposed layout for a file, as YAML with a reason for every column."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        staged = _staged(connection, path, Path(folder))
        found = draft.profiles(connection, staged)
    if not found or not any(one.filled for one in found):
        raise InputError(f"{Path(path).name} has no rows to look at.")
    stem = "mycity" if path == "-" else Path(path).name.split(".")[0]
    return draft_file.as_yaml(draft.propose(found), name or slug(stem))


def slug(text: str) -> str:
    """A layout name from a file name."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in text.lower())
    return "-".join(part for part in kept.split("-") if part) or "mycity"
