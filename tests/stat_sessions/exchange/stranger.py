"""A reader of performance data that knows the reference page and nothing of CityStat: csv, json and jsonschema alone."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jsonschema

ROW = re.compile(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \| (.*) \|$", re.MULTILINE)
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[-+]?\d+)?")
Record = dict[str, str]


@dataclass(frozen=True)
class Column:
    """A line of a table of the page."""

    kind: str
    is_needed: bool
    meaning: str

    @property
    def choices(self) -> list[str]:
        """The words after "One of"."""
        found = re.search(r"One of ((?:`[^`]*`(?:, )?)+)", self.meaning)
        return re.findall(r"`([^`]*)`", found[1]) if found else []

    @property
    def leads_to(self) -> str:
        """The table a single cell names."""
        found = re.search(r"(?:Names a row of|name in|key in) `(\w+)`", f"{self.kind} {self.meaning}")
        return found[1] if found else ""


@dataclass(frozen=True)
class Table:
    """A section of the page."""

    key: list[str]
    columns: dict[str, Column]
    for_staff: bool


def specification(page: Path) -> dict[str, Table]:
    """Every table the page describes."""
    found = {}
    for name, body in re.findall(r"^### (\w+)\.csv\n(.*?)(?=^###? |\Z)", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        columns = {column: Column(kind.strip(), needed.strip() == "yes", meaning) for column, kind, needed, meaning in ROW.findall(body)}
        about, _mark, after = body.partition("Key: ")
        found[name] = Table(re.findall(r"`(\w+)`", after.partition("\n")[0]), columns, "Staff packages only" in about)
    return found


def problems(files: Mapping[str, bytes], page: Path) -> list[str]:
    """Everything in a package that the page does not say, or says otherwise."""
    described, spec = json.loads(files["datapackage.json"]), specification(page)
    jsonschema.Draft202012Validator(json.loads(files["schemas/package.json"])).validate(described)
    tables = {one["name"]: one for one in described["resources"] if one["path"].endswith(".csv")}
    rows = {name: list(csv.DictReader(io.StringIO(files[one["path"]].decode(), newline=""), strict=True)) for name, one in tables.items()}
    keys = {name: [tuple(row[part] for part in spec[name].key) for row in found] for name, found in rows.items()}
    is_public = described["format"]["audience"] == "public"
    found = [f"{name} is not described" for name in tables.keys() ^ spec.keys()]
    for name, one in tables.items():
        found += of_file(one, files[one["path"]], spec[name])
        found += of_rows(name, rows[name], spec[name], keys, is_public=is_public)
        found += [f"{name}: a key twice"] if len(set(keys[name])) < len(keys[name]) else []
        schema = jsonschema.Draft202012Validator(json.loads(files[f"schemas/{name}.json"]))
        found += [f"{name}: {error.message}" for row in rows[name] for error in schema.iter_errors(typed(row, spec[name]))]
    definitions = {row["measure"]: json.loads(row["definition"]) for row in rows["measure_versions"] if row["status"] == "validated"}
    found += [f"values: {said}" for row in rows["values"] for said in of_value(row, definitions[row["measure"]])]
    return [*found, *of_definitions(files, rows)]


def of_file(described: Mapping[str, Any], content: bytes, table: Table) -> Iterator[str]:
    """The descriptor, the bytes and the page agree about a file."""
    name, schema = described["name"], described["schema"]
    header = next(csv.reader(io.StringIO(content.decode(), newline="")))
    if set(header) != table.columns.keys() or [one["name"] for one in schema["fields"]] != header:
        yield f"{name}: other columns than described"
    if schema["primaryKey"] != table.key:
        yield f"{name}: another key than described"
    if described["hash"] != f"sha256:{hashlib.sha256(content).hexdigest()}" or described["bytes"] != len(content):
        yield f"{name}: checksum or size"
    if content.count(b"\r\n") < 1 or not content.endswith(b"\r\n"):
        yield f"{name}: lines do not end with CRLF"
    for link in schema.get("foreignKeys", ()):
        column = table.columns[link["fields"][-1]]
        to = link["reference"]["resource"] or name
        if f"`{to}`" not in f"{column.kind} {column.meaning}":
            yield f"{name}: that {link['fields']} name a row of {to} is not described"


def of_rows(name: str, rows: list[Record], table: Table, keys: Mapping[str, list[Any]], *, is_public: bool) -> Iterator[str]:
    """Each cell is what its column says."""
    ends = {column: {key[0] for key in keys[one.leads_to]} for column, one in table.columns.items() if one.leads_to}
    if table.for_staff and is_public and rows:
        yield f"{name}: rows in a public package"
    for row in rows:
        for column, cell in row.items():
            one = table.columns[column]
            if not cell:
                if one.is_needed:
                    yield f"{name}.{column} is needed and empty"
            elif not fits(cell, one.kind) or (one.choices and cell not in one.choices):
                yield f"{name}.{column} is {cell[:40]}, not {one.kind} or not of its list"
            elif column in ends and cell not in ends[column] and "With" not in one.meaning:
                yield f"{name}.{column} {cell} leads nowhere"
            elif is_public and "Staff packages only" in one.meaning:
                yield f"{name}.{column} is filled in a public package"


def fits(cell: str, kind: str) -> bool:
    """Whether a cell is of its kind."""
    if kind.startswith("decimal"):
        places = int(kind.split()[1])
        return re.fullmatch(rf"-?\d+(\.\d{{1,{places}}})?", cell) is not None
    try:
        return {
            "integer": lambda: re.fullmatch(r"-?\d+", cell) is not None, "number": lambda: NUMBER.fullmatch(cell) is not None,
            "boolean": lambda: cell in ("true", "false"), "date": lambda: date.fromisoformat(cell).isoformat() == cell,
            "datetime": lambda: datetime.fromisoformat(cell).tzinfo is not None, "json": lambda: json.loads(cell) is not None,
        }.get(kind, lambda: True)()  # fmt: skip
    except ValueError:
        return False


def typed(row: Record, table: Table) -> dict[str, Any]:
    """A row as the JSON Schema of its table wants it: empty cells left out."""
    reading = {"integer": int, "number": float, "boolean": "true".__eq__, "json": json.loads}
    kinds = {column: one.kind.partition(",")[0].replace("decimal", "number") for column, one in table.columns.items()}
    return {column: reading.get(kinds[column], str)(cell) for column, cell in row.items() if cell}


def of_value(row: Record, definition: Mapping[str, Any]) -> Iterator[str]:
    """What the page says a number is made of."""
    kind = definition.get("format") or definition["kind"]
    parts = [float(row[name]) if row[name] else None for name in ("numerator", "denominator", "value")]
    numerator, denominator, value = parts
    if (row["state"] == "ok") != (value is not None) and row["state"] != "incomplete":
        yield f"state {row['state']} with value {row['value']}"
    if value is None or numerator is None:
        return
    if kind in ("count", "stock") and (denominator is not None or numerator != value):
        yield f"{kind}: {row}"
    per = definition.get("per", 1) if kind in ("rate", "per_capita") else 1
    is_quotient = kind in ("percent", "share", "stock_share", "rate", "per_capita", "weeks_of_work")
    if is_quotient and denominator and abs(numerator / denominator * per - value) > 1e-9 * max(1.0, abs(value)):
        yield f"{kind}: {row}"


def of_definitions(files: Mapping[str, bytes], rows: Mapping[str, list[Record]]) -> Iterator[str]:
    """Validated definitions follow the schema of their source."""
    sources = {row["name"]: row["source"] for row in rows["measures"]}
    for row in rows["measure_versions"]:
        name = "warehouse_definition" if sources[row["measure"]] == "warehouse" else "definition"
        if row["status"] == "validated":
            schema = jsonschema.Draft202012Validator(json.loads(files[f"schemas/{name}.json"]))
            yield from (f"{row['measure']}: {error.message}" for error in schema.iter_errors(json.loads(row["definition"])))


def package(folder: Path) -> Path:
    """The least package of the page, written by hand."""
    definition = {
        "label": {"en": "Lights that work"}, "description": {"en": "Street lights that burn, of those looked at."},
        "why": {"en": "People walk home."}, "type": "outcome", "tier": 2, "audience": "public", "direction": "increase",
        "format": "percent", "frequency": "month",
    }  # fmt: skip
    tables: dict[str, Record] = {
        "measures": {"name": "lights_working", "source": "typed", "audience": "public", "is_retired": "false"},
        "measure_versions": {
            "measure": "lights_working", "version": "1", "status": "validated", "change": "new", "definition": json.dumps(definition),
        },
        "recorded_values": {
            "id": "1", "measure": "lights_working", "version": "1", "period_start": "2017-01-01", "period_end": "2017-01-31",
            "numerator": "90", "denominator": "100", "value": "0.9", "channel": "import", "entered_at": "2017-02-03T10:00:00-05:00",
        },
    }  # fmt: skip
    for name, row in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(row))
            writer.writeheader()
            writer.writerow(row)
    made = {
        "name": "our-performance",
        "format": {"name": "citystat-performance-data", "version": "1.3", "audience": "public"},
        "resources": [{"name": name, "path": f"{name}.csv"} for name in tables],
    }
    (folder / "datapackage.json").write_text(json.dumps(made), encoding="utf-8")
    return folder
