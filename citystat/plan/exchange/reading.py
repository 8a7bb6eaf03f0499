"""From a package to checked rows: every mistake is one sentence with the file and the line."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
from django.utils.translation import gettext as _

from citystat.core.errors import InputError
from citystat.plan.exchange import cells, photos, schemas, sources
from citystat.plan.exchange.tables import FORMAT, VERSION, PackageError, Table
from citystat.plan.registered import expressions
from citystat.plan.registered import rules as definition_rules

DESCRIPTOR = "datapackage.json"
csv.field_size_limit(10_000_000)


@dataclass(frozen=True)
class Given:
    """One row of a file: its line, and its cells by column."""

    line: int
    cells: dict[str, Any]


@dataclass(frozen=True)
class Content:
    """A package that was read: rows by table, every one checked. Photos stay where they lie until they are stored."""

    title: str
    audience: str
    rows: dict[str, list[Given]]
    source: Path
    photos: tuple[dict[str, Any], ...] = ()

    def of(self, table: str) -> list[Given]:
        """The rows of a table; none where the package does not have it."""
        return self.rows.get(table, [])


def wrong(file: str, line: int, sentence: str) -> PackageError:
    """The error of a line."""
    return PackageError(_("%(file)s, line %(line)s: %(sentence)s.") % {"file": file, "line": line, "sentence": sentence.rstrip(".")})


def read(path: Path, tables: Sequence[Table]) -> Content:
    """Read and check a package in a folder or a ZIP file. Raises PackageError with the first thing that is wrong."""
    files = sources.texts(path)
    described = _descriptor(files, path, tables)
    known = {one.name: one for one in tables}
    rows = {}
    pictured = tuple(one for one in described["resources"] if one["path"].startswith(photos.FOLDER))
    for resource in described["resources"]:
        if resource in pictured:
            continue
        content = _content(files, resource)
        rows[resource["name"]] = list(_rows(known[resource["name"]], resource["path"], content))
    found = Content(str(described.get("title", "")), str(described["format"].get("audience", "public")), rows, path, pictured)
    for table in tables:
        _check_keys(table, found.of(table.name))
    for table in tables:
        _check_links(table, found)
    _check_plans(found)
    _check_goals(found)
    _check_definitions(found)
    photos.check(path, pictured, found.of(photos.ITEMS))
    return found


def _descriptor(files: dict[str, bytes], path: Path, tables: Sequence[Table]) -> dict[str, Any]:
    if DESCRIPTOR not in files:
        raise PackageError(_("%(path)s holds no datapackage.json, so it is not performance data.") % {"path": path.name})
    try:
        described = json.loads(files[DESCRIPTOR].decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        line = getattr(error, "lineno", 1)
        raise wrong(DESCRIPTOR, line, _("it is not JSON")) from error
    _check_format(described)
    errors = sorted(
        jsonschema.Draft202012Validator(schemas.package_schema(tables)).iter_errors(described), key=lambda one: list(map(str, one.path))
    )
    if errors:
        place = ".".join(str(part) for part in errors[0].absolute_path) or "datapackage"
        raise wrong(DESCRIPTOR, 1, f"{place}: {errors[0].message}")
    names = [one["name"] for one in described["resources"]]
    if len(set(names)) < len(names):
        raise wrong(DESCRIPTOR, 1, _("a table or photo stands in it twice"))
    found: dict[str, Any] = described
    return found


def _check_format(described: Any) -> None:
    made = described.get("format") if isinstance(described, dict) else None
    name, version = (made.get("name"), made.get("version")) if isinstance(made, dict) else (None, None)
    if name != FORMAT:
        raise wrong(DESCRIPTOR, 1, _("it does not say that its format is %(format)s") % {"format": FORMAT})
    if not re.fullmatch(r"1\.\d+", str(version)):
        words = {"version": version, "ours": VERSION}
        raise wrong(DESCRIPTOR, 1, _("its format version is %(version)s, and this CityStat reads version %(ours)s") % words)


def _content(files: dict[str, bytes], resource: dict[str, Any]) -> bytes:
    path = resource["path"]
    if path not in files:
        raise PackageError(_("The package names %(path)s and does not hold it.") % {"path": path})
    content = files[path]
    if "hash" in resource and f"sha256:{hashlib.sha256(content).hexdigest()}" != resource["hash"]:
        raise PackageError(
            _("%(path)s does not have the checksum of datapackage.json: it was changed or damaged on the way.") % {"path": path}
        )
    return content


def _rows(table: Table, file: str, content: bytes) -> Iterator[Given]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise wrong(file, line, _("it is not UTF-8 text")) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = next(reader, [])
        _check_header(table, file, header)
        line = reader.line_num + 1
        for cells_ in reader:
            yield Given(line, _row(table, file, line, header, cells_))
            line = reader.line_num + 1
    except csv.Error as error:
        raise wrong(file, line, _("it is not CSV as RFC 4180 has it (%(why)s)") % {"why": error}) from error


def _check_header(table: Table, file: str, header: Sequence[str]) -> None:
    known = [one.name for one in table.columns]
    for name in header:
        if name not in known:
            raise wrong(
                file, 1, _("there is no column %(name)s; known ones are %(known)s") % {"name": name or "“”", "known": ", ".join(known)}
            )
    if len(set(header)) < len(header):
        raise wrong(file, 1, _("a column stands in it twice"))
    for one in table.columns:
        if one.is_required and one.name not in header:
            raise wrong(file, 1, _("the column %(name)s is missing") % {"name": one.name})


def _row(table: Table, file: str, line: int, header: Sequence[str], given: Sequence[str]) -> dict[str, Any]:
    if len(given) != len(header):
        raise wrong(file, line, _("it has %(n)s cells and the first line has %(wanted)s") % {"n": len(given), "wanted": len(header)})
    written = dict(zip(header, given, strict=True))
    try:
        return {one.name: cells.value(written.get(one.name, ""), one) for one in table.columns}
    except InputError as error:
        raise wrong(file, line, str(error)) from error


def _check_keys(table: Table, rows: Sequence[Given]) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for row in rows:
        key = tuple(row.cells[name] for name in table.key)
        if key in seen:
            words = {"key": ", ".join(map(str, key)), "line": seen[key]}
            raise wrong(f"{table.name}.csv", row.line, _("%(key)s stands in line %(line)s already") % words)
        seen[key] = row.line


def _check_links(table: Table, content: Content) -> None:
    ends = {link: {tuple(row.cells[name] for name in link.keys) for row in content.of(link.to)} for link in table.links}
    measures = {row.cells["name"] for row in content.of("measures")}
    people = {row.cells["person"] for row in content.of("people")}
    for row in content.of(table.name):
        for link, keys in ends.items():
            key = tuple(row.cells[name] for name in link.columns)
            if _is_named(link.columns, table, row) and key not in keys:
                _refuse(table, row, link.columns[-1], link.to)
        for one in table.columns:
            if one.kind == "measure" and row.cells[one.name] and row.cells[one.name] not in measures:
                _refuse(table, row, one.name, "measures")
            if one.kind == "person" and row.cells[one.name] and row.cells[one.name] not in people:
                _refuse(table, row, one.name, "people")


def _is_named(columns: Sequence[str], table: Table, row: Given) -> bool:
    """Whether a link leads anywhere: its last column says so, since the first may belong to the row's own key."""
    return row.cells[columns[-1]] not in (None, "")


def _refuse(table: Table, row: Given, column: str, to: str) -> None:
    words = {"column": column, "value": row.cells[column], "to": f"{to}.csv"}
    raise wrong(f"{table.name}.csv", row.line, _("%(column)s names “%(value)s”, which is not in %(to)s") % words)


def _check_plans(content: Content) -> None:
    adopted = [row for row in content.of("plans") if row.cells["status"] == "adopted" and row.cells["in_force_to"] is None]
    if len(adopted) > 1:
        words = {"second": adopted[1].cells["number"], "first": adopted[0].cells["number"]}
        sentence = _("plan %(second)s is a second adopted plan in force beside plan %(first)s; two cannot be in force at once") % words
        raise wrong("plans.csv", adopted[1].line, sentence)
    for row in content.of("plans"):
        if row.cells["status"] in ("adopted", "superseded") and (row.cells["adopted_on"] is None or row.cells["in_force_from"] is None):
            raise wrong("plans.csv", row.line, _("an adopted plan needs adopted_on and in_force_from"))
    _check_no_cycle("plans.csv", {row.cells["number"]: (row.cells["based_on"], row.line) for row in content.of("plans")})


def _check_goals(content: Content) -> None:
    parents = {
        (row.cells["plan"], row.cells["code"]): ((row.cells["plan"], row.cells["parent"]) if row.cells["parent"] else None, row.line)
        for row in content.of("goals")
    }
    _check_no_cycle("goals.csv", parents)


def _check_no_cycle(file: str, parents: dict[Any, tuple[Any, int]]) -> None:
    """Following what stands above must come to an end."""
    for start, (_parent, line) in parents.items():
        seen, here = {start}, parents[start][0]
        while here in parents:
            if here in seen:
                name = start[-1] if isinstance(start, tuple) else start
                raise wrong(file, line, _("%(name)s stands above itself, by whatever way round") % {"name": name})
            seen.add(here)
            here = parents[here][0]


def _check_definitions(content: Content) -> None:
    """Validated definitions have the shape of the register, and measures are computed from measures of the package."""
    sources = {row.cells["name"]: row.cells["source"] for row in content.of("measures")}
    validator = jsonschema.Draft202012Validator(definition_rules.schema())
    for row in content.of("measure_versions"):
        source, definition = sources.get(row.cells["measure"]), row.cells["definition"]
        if source in ("warehouse", "unknown"):
            continue
        if not isinstance(definition, dict):
            raise wrong("measure_versions.csv", row.line, _("definition is not an object"))
        problem = next(iter(validator.iter_errors(definition)), None) if row.cells["status"] == "validated" else None
        if source == "computed" and row.cells["status"] == "validated" and "expression" not in definition:
            raise wrong("measure_versions.csv", row.line, _("a computed measure needs an expression of other measures"))
        if problem is not None:
            place = ".".join(str(part) for part in problem.absolute_path) or "definition"
            raise wrong("measure_versions.csv", row.line, f"{place}: {problem.message}")
        _check_inputs(row, sources)


def _check_inputs(row: Given, sources: dict[str, str]) -> None:
    if row.cells["status"] != "validated":
        return
    for text in filter(None, row.cells["definition"].get("expression", {}).values()):
        try:
            named = [one.measure for one in expressions.operands(text)]
        except InputError as error:
            raise wrong("measure_versions.csv", row.line, str(error)) from error
        for name in named:
            if name not in sources:
                words = {"measure": row.cells["measure"], "name": name}
                raise wrong(
                    "measure_versions.csv", row.line, _("%(measure)s is computed from “%(name)s”, which is not in measures.csv") % words
                )
