"""What describes the tables: datapackage.json, a JSON Schema a table, and the tables of the reference page."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from citystat.core import pictures
from citystat.plan import definition_files
from citystat.plan.exchange.photos import Photo
from citystat.plan.exchange.tables import FORMAT, VERSION, Column, Link, Table
from citystat.plan.registered import rules as definition_rules

Values = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
PHOTO_TYPE, PHOTO_PATH = "image/jpeg", r"^photos/[0-9a-z][0-9a-z_-]{0,99}\.jpg$"
DEFINITIONS = """`definition` of a measure of source `typed`, `survey`, `computed` or `gap` is an object with these fields and no others
(`schemas/definition.json`); until it is validated it may lack some. Of source `warehouse` it is the file of the measure
(`schemas/warehouse_definition.json`), which another city need not be able to count by."""
HASH: Values = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
TABLE_TYPES = {"json": "any", "measure": "string", "person": "string", "decimal": "number"}
JSON_TYPES: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"}, "number": {"type": "number"}, "decimal": {"type": "number"}, "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"}, "datetime": {"type": "string", "format": "date-time"},
    "json": {"type": ["object", "array", "string", "number", "boolean"]},
}  # fmt: skip


def datapackage(tables: Sequence[Table], files: Mapping[str, bytes], photos: Mapping[str, Photo], *, audience: str, city: str) -> Values:
    """The descriptor of a package."""
    return {
        "$schema": PROFILE,
        "name": "performance-data",
        "title": f"Performance data of {city}",
        "version": VERSION,
        "format": {"name": FORMAT, "version": VERSION, "audience": audience},
        "resources": [_resource(table, files[f"{table.name}.csv"], tables) for table in tables] + [_photo(*one) for one in photos.items()],
    }


def _photo(path: str, photo: Photo) -> Values:
    return {
        "name": f"photo-{Path(path).stem}",
        "path": path,
        "description": "Shows that an item is done.",
        "format": "jpg",
        "mediatype": PHOTO_TYPE,
        "bytes": photo.size,
        "hash": photo.digest,
    }


def _resource(table: Table, content: bytes, tables: Sequence[Table]) -> Values:
    return {
        "name": table.name,
        "path": f"{table.name}.csv",
        "type": "table",
        "description": table.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": table_schema(table, tables),
    }


def table_schema(table: Table, tables: Sequence[Table]) -> Values:
    """The Table Schema: fields, primary and foreign keys."""
    known = {one.name for one in tables}
    keys = [
        {"fields": list(link.columns), "reference": {"resource": "" if link.to == table.name else link.to, "fields": list(link.keys)}}
        for link in table.links
        if link.to in known
    ]
    keys += [_key(one.name, "measures", "name") for one in table.columns if one.kind == "measure"]
    keys += [_key(one.name, "people", "person") for one in table.columns if one.kind == "person"]
    made: Values = {"fields": [_field(one) for one in table.columns], "primaryKey": list(table.key), "missingValues": [""]}
    return made | ({"foreignKeys": keys} if keys else {})


def _key(column: str, table: str, field: str) -> Values:
    return {"fields": [column], "reference": {"resource": table, "fields": [field]}}


def _field(column: Column) -> Values:
    made: Values = {"name": column.name, "type": TABLE_TYPES.get(column.kind, column.kind), "description": column.about}
    limits: Values = {"required": True} if column.is_required else {}
    limits |= {"enum": list(column.choices)} if column.choices else {}
    limits |= {"maxLength": column.most} if column.most and column.kind in ("string", "measure") else {}
    limits |= {"minimum": column.least} if column.least is not None else {}
    return made | ({"constraints": limits} if limits else {})


def row_schema(table: Table) -> Values:
    """The JSON Schema of one row as an object, empty cells left out."""
    return {
        "$schema": DRAFT,
        "$id": f"{FORMAT}/{VERSION}/{table.name}.json",
        "title": table.name,
        "description": table.about,
        "type": "object",
        "additionalProperties": False,
        "required": [one.name for one in table.columns if one.is_required],
        "properties": {one.name: _property(one) for one in table.columns},
    }


def _property(column: Column) -> Values:
    made: Values = dict(JSON_TYPES.get(column.kind, {"type": "string"}))
    made |= {"enum": list(column.choices)} if column.choices else {}
    made |= {"maxLength": column.most} if column.most and column.kind in ("string", "measure") else {}
    made |= {"minimum": column.least} if column.least is not None else {}
    return made | {"description": column.about}


def package_schema(tables: Sequence[Table]) -> Values:
    """The JSON Schema of datapackage.json."""
    return {
        "$schema": DRAFT,
        "$id": f"{FORMAT}/{VERSION}/package.json",
        "title": "Descriptor of performance data",
        "type": "object",
        "required": ["name", "format", "resources"],
        "properties": {
            "name": {"type": "string"},
            "title": {"type": "string"},
            "version": {"type": "string"},
            "format": {
                "type": "object",
                "required": ["name", "version"],
                "properties": {
                    "name": {"const": FORMAT},
                    "version": {"type": "string", "pattern": r"^1\.\d+$"},
                    "audience": {"enum": ["public", "staff"]},
                },
            },
            "resources": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name", "path"],
                    "properties": {"path": {"type": "string"}, "hash": HASH, "bytes": {"type": "integer", "minimum": 0}},
                    "if": {"properties": {"path": {"pattern": "^photos/"}}},
                    "then": _photo_schema(),
                    "else": {
                        "properties": {"name": {"enum": [one.name for one in tables]}, "path": {"pattern": r"^[a-z_]+\.csv$"}},
                    },
                },
            },
        },
    }


def _photo_schema() -> Values:
    """A photo is a JPEG file with its checksum, never larger than a photo may be."""
    return {
        "required": ["mediatype", "bytes", "hash"],
        "properties": {
            "name": {"type": "string", "pattern": "^photo-[0-9a-z_-]+$"},
            "path": {"pattern": PHOTO_PATH},
            "mediatype": {"const": PHOTO_TYPE},
            "bytes": {"maximum": pictures.MOST_BYTES},
        },
    }


def files(tables: Sequence[Table]) -> dict[str, Values]:
    """Every schema by its path in the package."""
    return {
        "schemas/package.json": package_schema(tables),
        "schemas/definition.json": definition_rules.schema(),
        "schemas/warehouse_definition.json": definition_files.schema(),
    } | {f"schemas/{one.name}.json": row_schema(one) for one in tables}


def markdown(tables: Sequence[Table]) -> str:
    """The tables of the reference page, and the fields of a definition."""
    return "\n".join([*(_section(one) for one in tables), _fields_of_a_definition()])


def _section(table: Table) -> str:
    lines = [f"### {table.name}.csv", "", table.about, "", f"Key: {', '.join(f'`{name}`' for name in table.key)}.", ""]
    lines += ["| column | type | needed | meaning |", "| --- | --- | --- | --- |"]
    for one in table.columns:
        about = one.about + (f" One of {', '.join(f'`{word}`' for word in one.choices)}." if one.choices else "")
        about += "".join(_leads_to(one.name, link) for link in table.links if one.name in link.columns)
        about += {"staff": " Staff packages only.", "names": " Only where staff are named."}.get(one.audience, "")
        kind = {"measure": "name in `measures`", "person": "key in `people`"}.get(one.kind, one.kind)
        kind = f"{kind}, {one.places} places" if one.kind == "decimal" else kind
        lines.append(f"| `{one.name}` | {kind} | {'yes' if one.is_required else ''} | {about} |")
    return "\n".join([*lines, ""])


def _leads_to(column: str, link: Link) -> str:
    """Where a column leads; a key of several columns is told at its last one, since the others have a meaning of their own."""
    others = [name for name in link.columns if name != column]
    if not others:
        return f" Names a row of `{link.to}`."
    return f" With {', '.join(f'`{name}`' for name in others)} names a row of `{link.to}`." if column == link.columns[-1] else ""


def _fields_of_a_definition() -> str:
    """The fields of a definition of the register, from its schema."""
    schema = definition_rules.schema()
    lines = ["## Definitions", "", DEFINITIONS, "", "| field | holds | needed | meaning |", "| --- | --- | --- | --- |"]
    for name, one in schema["properties"].items():
        needed = "yes" if name in schema["required"] else ""
        lines.append(f"| `{name}` | {_holds(one, schema)} | {needed} | {one.get('description', '')} |")
    return "\n".join([*lines, ""])


def _holds(field: Values, schema: Values) -> str:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        most = schema["$defs"][name].get("maxLength")
        return {"text": "object of `en` and `es`", "date": "date"}.get(name, f"string of at most {most:,} characters" if most else "string")
    if "enum" in field:
        return f"one of {', '.join(f'`{one}`' for one in field['enum'])}"
    parts = ", ".join(f"`{name}`" for name in field.get("properties", ()))
    return f"object of {parts}" if parts else {"array": "list"}.get(field["type"], str(field["type"]))
