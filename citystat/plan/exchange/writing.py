"""From the tables of a city to a package: the same data always give the same bytes."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from citystat.core import whole_files
from citystat.core.cities import current_city
from citystat.plan.exchange import cells, schemas
from citystat.plan.exchange import photos as photo_files
from citystat.plan.exchange.tables import PackageError, PersonCell, Scope, Table
from citystat.plan.models import RegisteredMeasure

# Who stands for the owner of what came without a name; never written.
UNNAMED = "not-named@performance-data.invalid"
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
PEOPLE = "people"
Row = dict[str, Any]


@dataclass(frozen=True)
class Package:
    """Files of a package by path, and how many rows each table has. Photos are read when they are written; those named and not here
    are in `photos_missing`."""

    files: Mapping[str, bytes]
    counts: Mapping[str, int]
    photos: Mapping[str, photo_files.Photo] = field(default_factory=dict)
    photos_missing: tuple[str, ...] = ()


def package(tables: Sequence[Table], scope: Scope) -> Package:
    """The package of what the scope lets out."""
    rows, ids = {}, _Ids()
    for table in tables:
        rows[table.name] = list(_rows(table, scope, ids)) if table.name != PEOPLE else []
    _name_people(tables, rows, scope)
    _name_measures(tables, rows, scope)
    files = {f"{table.name}.csv": _csv(table, rows[table.name]) for table in tables}
    # What a camera saw on private ground is for the staff alone, as on the pages.
    pictured, missing = photo_files.going_out(rows.get(photo_files.ITEMS, [])) if scope.staff else ({}, ())
    described = schemas.datapackage(tables, files, pictured, audience="staff" if scope.staff else "public", city=current_city().name)
    files |= {path: as_json(content) for path, content in schemas.files(tables).items()}
    files["datapackage.json"] = as_json(described)
    counts = {table.name: len(rows[table.name]) for table in tables} | {"photos": len(pictured)}
    return Package(dict(sorted(files.items())), counts, pictured, missing)


class _Ids:
    """Keys in the package by table and row of the database."""

    def __init__(self) -> None:
        self._known: dict[str, dict[Any, tuple[Any, ...]]] = {}

    def add(self, table: Table, pk: Any, row: Row) -> None:
        """Remember the key of a row that was written."""
        self._known.setdefault(table.name, {})[pk] = tuple(row[name] for name in table.key)

    def find(self, table: str, pk: Any) -> tuple[Any, ...] | None:
        """The key of a row; None where it is not in the package."""
        return self._known.get(table, {}).get(pk)

    def add_all(self, table: Table, rows: Iterable[tuple[Any, tuple[Any, ...]]]) -> None:
        """Remember keys before any row is written, for rows that name others of the same table."""
        self._known.setdefault(table.name, {}).update(rows)


def _rows(table: Table, scope: Scope, ids: _Ids) -> Iterable[Row]:
    found = list(table.rows(scope))
    _foresee(table, found, ids)
    number = 0
    for one in found:
        row = dict(one) if isinstance(one, Mapping) else _row(table, one, ids)
        if row is None or not _may_go(table, row, scope):
            continue
        number += 1
        if table.is_numbered:
            row["id"] = number
        if not isinstance(one, Mapping):
            ids.add(table, one.pk, row)
        yield row


def _foresee(table: Table, found: Sequence[Any], ids: _Ids) -> None:
    """Rows that name another of the same table: its key must be known first."""
    own = [link for link in table.links if link.to == table.name]
    if not own:
        return
    if table.is_numbered:
        ids.add_all(table, ((one.pk, (number,)) for number, one in enumerate(found, 1)))
        return
    for one in found:
        row = _row(table, one, ids, without=own)
        if row is not None:
            ids.add(table, one.pk, row)


def _row(table: Table, one: Any, ids: _Ids, without: Sequence[Any] = ()) -> Row | None:
    """The cells of a row; None where it names a row that is not in the package and may not stand without."""
    row: Row = {}
    for link in table.links:
        pk = None if link in without else getattr(one, f"{link.attr}_id")
        key = ids.find(link.to, pk) if pk is not None else None
        if key is None and link.is_required:
            return None
        shared = {name: row[name] for name in link.columns if row.get(name) is not None}
        row |= dict(zip(link.columns, key or [None] * len(link.columns), strict=True)) | shared
    for column in table.own_columns():
        if column.kind == "person":
            pk = getattr(one, f"{column.name}_id")
            row[column.name] = PersonCell(pk) if pk is not None else None
        else:
            cell = getattr(one, column.name)
            row[column.name] = cell.name if isinstance(cell, RegisteredMeasure) else cell
    return row


def _may_go(table: Table, row: Row, scope: Scope) -> bool:
    """Whether the row goes out; what this audience does not see is emptied."""
    for column in table.columns:
        name = column.name
        hidden = (column.audience == "staff" and not scope.staff) or (column.audience == "names" and not scope.names)
        if hidden or (column.kind == "person" and not scope.names):
            row[name] = None
        elif column.kind == "measure" and row.get(name) and not scope.shows(row[name]):
            if column.is_required:
                return False
            row[name] = None
    return True


def _name_people(tables: Sequence[Table], rows: dict[str, list[Row]], scope: Scope) -> None:
    """Give every account that is named a key of the package, in the order of names."""
    named = {cell.key for some in rows.values() for row in some for cell in row.values() if isinstance(cell, PersonCell)}
    accounts = get_user_model()._default_manager.filter(pk__in=named).exclude(email=UNNAMED).order_by("name", "email")
    keys = {one.pk: (f"p{number:04d}", one) for number, one in enumerate(accounts, 1)}
    if PEOPLE in rows:
        rows[PEOPLE] = [{"person": key, "name": one.name, "email": one.email if scope.staff else None} for key, one in keys.values()]
    for some in rows.values():
        for row in some:
            row |= {name: keys[cell.key][0] if cell.key in keys else None for name, cell in row.items() if isinstance(cell, PersonCell)}


def _name_measures(tables: Sequence[Table], rows: dict[str, list[Row]], scope: Scope) -> None:
    """What a goal or a commitment names and nobody defined stands in the list too, so that no name leads nowhere."""
    if "measures" not in rows:
        return
    known = {row["name"] for row in rows["measures"]}
    columns = [(table.name, one.name) for table in tables for one in table.columns if one.kind == "measure"]
    named = {row[name] for table, name in columns for row in rows[table] if row.get(name)} - known
    rows["measures"] += [{"name": name, "source": "unknown", "is_retired": False} for name in named]
    rows["measures"].sort(key=lambda row: str(row["name"]))


def _csv(table: Table, rows: Iterable[Row]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    names = [one.name for one in table.columns]
    writer.writerow(names)
    writer.writerows([cells.text(row.get(name)) for name in names] for row in rows)
    return buffer.getvalue().encode("utf-8")


def as_json(content: Any) -> bytes:
    """JSON for people and programs, always the same bytes."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def zipped(made: Package) -> bytes:
    """The package as one ZIP file with fixed times."""
    buffer = io.BytesIO()
    _zip(made, buffer)
    return buffer.getvalue()


def _zip(made: Package, out: IO[bytes]) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in made.files.items():
            archive.writestr(_entry(path, zipfile.ZIP_DEFLATED), content)
        for path, photo in made.photos.items():
            archive.writestr(_entry(path, zipfile.ZIP_STORED), photo_files.content(photo.path))


def _entry(path: str, how: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, ZIP_TIME)
    entry.compress_type, entry.external_attr, entry.create_system = how, 0o644 << 16, 3
    return entry


def store(made: Package, out: Path) -> None:
    """Write to a ZIP file (a name that ends in .zip) or into a folder; a folder that holds something else is left alone."""
    if out.suffix.lower() == ".zip":
        out.parent.mkdir(parents=True, exist_ok=True)
        with whole_files.appearing(out) as file:
            _zip(made, file)
        return
    if out.is_file():
        raise PackageError(_("%(path)s is a file: name a folder, or a file that ends in .zip.") % {"path": out})
    if out.is_dir() and any(out.iterdir()) and not (out / "datapackage.json").exists():
        raise PackageError(_("%(path)s holds other things: name an empty folder.") % {"path": out})
    for path, content in made.files.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(content)
    for path, photo in made.photos.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(photo_files.content(photo.path))


def digest(content: bytes) -> str:
    """The checksum written beside a file."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
