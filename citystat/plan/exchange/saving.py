"""A checked package into the tables of this city: one transaction, everything or nothing."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import DataError, IntegrityError, models, transaction
from django.utils.translation import gettext as _

from citystat.core import audit
from citystat.plan import definition_files
from citystat.plan.exchange import cells, photos, plan_checks, typed, work_checks
from citystat.plan.exchange.reading import Content, Given, wrong
from citystat.plan.exchange.tables import PackageError, Table
from citystat.plan.exchange.writing import UNNAMED
from citystat.plan.models import Incident, Plan, ReceivedRow, RegisteredMeasure
from citystat.plan.registered import register

ASSIGNED = ("department", "owner", "analyst", "rolls_up_to", "created_at")
A_BATCH = 500


class _DryRun(Exception):
    """Everything was tried; nothing stays."""


@dataclass
class _Saved:
    """Rows stored so far, by table and key of the package."""

    people: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, dict[tuple[Any, ...], Any]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


class _Photos:
    """Photos are stored last; when the rows they belong to do not stay, neither do they."""

    def __init__(self) -> None:
        self._made: list[Path] = []

    def keep(self, content: Content) -> None:
        """Store the photos of a package."""
        self._made = photos.keep(content.source, content.photos)

    def __enter__(self) -> "_Photos":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        if kind is not None:
            photos.remove(self._made)


def save(content: Content, tables: Sequence[Table], *, by: Any, values_as_typed: bool = False, dry_run: bool = False) -> dict[str, int]:
    """Store a package; how many rows of each table were stored. With `dry_run` everything is tried and nothing stays."""
    saved, pictured = _Saved(), _Photos()
    try:
        with pictured, transaction.atomic():
            _check_room(content)
            _check_incidents(content)
            plan_checks.check(content)
            work_checks.check(content)
            for table in tables:
                _save_table(table, content, saved)
            _receive(content, saved)
            if values_as_typed:
                saved.counts["values_as_typed"] = typed.save(content, by=by)
            saved.counts["photos"] = len(content.photos)
            audit.record(by=by, action="plan.import_performance", target=content.title[:200], details=dict(saved.counts))
            register.forget()
            if dry_run:
                raise _DryRun
            pictured.keep(content)
    except _DryRun:
        register.forget()
    except IntegrityError as error:
        raise PackageError(
            _("Something of this package is here already in another form, so nothing was imported: %(why)s.") % {"why": error}
        ) from error
    except DataError as error:
        raise PackageError(
            _("The database cannot hold something of this package, so nothing was imported: %(why)s.") % {"why": error}
        ) from error
    return saved.counts


def _check_room(content: Content) -> None:
    """A second plan in force is refused by name, before anything else."""
    here = Plan.objects.filter(status=Plan.Status.ADOPTED, in_force_to__isnull=True).first()
    for row in content.of("plans"):
        if here is not None and row.cells["status"] == "adopted" and row.cells["in_force_to"] is None:
            words = {"number": row.cells["number"], "here": here.number}
            sentence = _("plan %(number)s would be a second adopted plan in force: plan %(here)s is in force here") % words
            raise wrong("plans.csv", row.line, sentence)


def _check_incidents(content: Content) -> None:
    """Incidents have no key: the same file a second time would count every call twice."""
    here = set(Incident.objects.values_list("source", "kind").distinct())
    for row in content.of("incidents"):
        if (row.cells["source"], row.cells["kind"]) in here:
            words = {"kind": row.cells["kind"], "source": row.cells["source"]}
            raise wrong("incidents.csv", row.line, _("incidents “%(kind)s” of %(source)s are here already") % words)


def _save_table(table: Table, content: Content, saved: _Saved) -> None:
    rows = content.of(table.name)
    if table.name == "people":
        saved.people = {row.cells["person"]: _account(row, number) for number, row in enumerate(rows)}
    elif table.name == "measures":
        _store(table, [row for row in rows if _has_row(row)], saved)
    elif table.model is not None:
        _store(table, [row for row in rows if _is_stored(table, row, saved)], saved)
        saved.counts[table.name] = len(saved.rows[table.name])


def _account(row: Given, number: int) -> Any:
    """The account of this address, or a new one that cannot sign in; who came without an address gets one of their name."""
    user = get_user_model()
    named = hashlib.sha256(row.cells["name"].encode()).hexdigest()[:16]
    email = (row.cells["email"] or f"{named}-{number:04d}@performance-data.invalid").lower()
    found = user._default_manager.filter(email=email).first()
    return found or _new_account(email, row.cells["name"])


def _new_account(email: str, name: str) -> Any:
    made = get_user_model()(email=email, name=name[:120], is_active=False)
    made.set_unusable_password()
    made.save()
    return made


def _unnamed() -> Any:
    user = get_user_model()
    return user._default_manager.filter(email=UNNAMED).first() or _new_account(UNNAMED, "")


def _has_row(row: Given) -> bool:
    """Whether the register keeps a row of a measure: its own ones, and those of files that it says something of."""
    source = row.cells["source"]
    if source in ("warehouse", "unknown"):
        told = any(row.cells[name] for name in ASSIGNED)
        return told and not RegisteredMeasure.objects.filter(name=row.cells["name"]).exists()
    return True


def _is_stored(table: Table, row: Given, saved: _Saved) -> bool:
    if table.name == "targets":
        return bool(row.cells["origin"] == "set")
    if table.name == "measure_versions":
        return (row.cells["measure"],) in saved.rows["measures"] and saved.rows["measures"][(row.cells["measure"],)].source != "warehouse"
    return True


def _store(table: Table, rows: Sequence[Given], saved: _Saved) -> None:
    """Insert the rows in the order of the file; links to rows of the same table and given instants are set afterwards."""
    model: Any = table.model
    kept = saved.rows.setdefault(table.name, {})
    own = [link for link in table.links if link.to == table.name]
    made = []
    for row in rows:
        _check_not_here(table, row)
        one = model(**_values(table, row, saved))
        made.append((row, one))
    stamped = _stamps(table, made)
    model._default_manager.bulk_create([one for _row, one in made], batch_size=A_BATCH)
    for row, one in made:
        kept[tuple(row.cells[name] for name in table.key)] = one
    changed = _own_links(own, made, kept) | stamped(made)
    if changed and made:
        model._default_manager.bulk_update([one for _row, one in made], sorted(changed), batch_size=A_BATCH)


def _own_links(links: Sequence[Any], made: Sequence[tuple[Given, Any]], kept: dict[tuple[Any, ...], Any]) -> set[str]:
    for link in links:
        for row, one in made:
            if row.cells[link.columns[-1]] not in (None, ""):
                setattr(one, link.attr, kept[tuple(row.cells[name] for name in link.columns)])
    return {link.attr for link in links}


def _stamps(table: Table, made: Sequence[tuple[Given, Any]]) -> Any:
    """Instants the database would set itself keep what the package says."""
    fields = [one for one in table.model._meta.concrete_fields if getattr(one, "auto_now_add", False)] if table.model else []
    names = {one.name for one in fields} & {one.name for one in table.columns}

    def again(rows: Sequence[tuple[Given, Any]]) -> set[str]:
        for row, one in rows:
            for name in names:
                if row.cells[name] is not None:
                    setattr(one, name, row.cells[name])
        return names

    return again


def _values(table: Table, row: Given, saved: _Saved) -> dict[str, Any]:
    model: Any = table.model
    fields = {one.name: one for one in model._meta.concrete_fields}
    found: dict[str, Any] = {}
    for link in table.links:
        if link.to != table.name and row.cells[link.columns[-1]] not in (None, ""):
            found[link.attr] = saved.rows[link.to][tuple(row.cells[name] for name in link.columns)]
    for column in table.own_columns():
        if column.name in fields:
            _set(found, column.name, column.kind, fields[column.name], row, saved)
    for one in model._meta.concrete_fields:
        if isinstance(one, models.ForeignKey) and not one.null and one.name not in found and one.remote_field.model is get_user_model():
            found[one.name] = _unnamed()
    return found


def _set(found: dict[str, Any], name: str, kind: str, field_: Any, row: Given, saved: _Saved) -> None:
    cell = row.cells[name]
    if kind == "person":
        if cell:
            found[name] = saved.people[cell]
    elif isinstance(field_, models.ForeignKey):
        found[name] = _measure(row, cell, saved)
    elif cell is not None:
        found[name] = cell


def _measure(row: Given, name: str, saved: _Saved) -> Any:
    try:
        return saved.rows["measures"][(name,)]
    except KeyError:
        raise PackageError(
            _("Line %(line)s gives values or names of %(measure)s, which the register of this package does not hold.")
            % {"line": row.line, "measure": name}
        ) from None


def _check_not_here(table: Table, row: Given) -> None:
    """A row with a key of its own may not be here already; a row that stands below another comes with it."""
    own = {one.name for one in table.own_columns()} - {"measure"}
    if table.is_numbered or not own.issuperset(table.key):
        return
    model: Any = table.model
    if model._default_manager.filter(**{name: row.cells[name] for name in table.key}).exists():
        words = {"key": ", ".join(str(row.cells[name]) for name in table.key)}
        raise wrong(f"{table.name}.csv", row.line, _("“%(key)s” is here already: import into a CityStat that does not hold it") % words)
    if table.name == "measures" and row.cells["source"] != "warehouse" and row.cells["name"] in definition_files.load_all():
        words = {"name": row.cells["name"]}
        raise wrong(
            "measures.csv", row.line, _("%(name)s is a measure of the warehouse here, and of another source in the package") % words
        )


def _receive(content: Content, saved: _Saved) -> None:
    """Keep what this city may be unable to work out: numbers of the other city, and definitions of its files."""
    files = definition_files.load_all()
    foreign = {row.cells["name"] for row in content.of("measures") if row.cells["source"] == "warehouse" and row.cells["name"] not in files}
    computed = {row.cells["name"] for row in content.of("measures") if row.cells["source"] in ("warehouse", "computed")}
    for table, column, names in (
        ("measures", "name", foreign), ("measure_versions", "measure", foreign), ("values", "measure", computed),
        ("signals", "measure", computed),
    ):  # fmt: skip
        rows = [row for row in content.of(table) if row.cells[column] in names]
        ReceivedRow.objects.bulk_create(
            [ReceivedRow(table=table, measure=row.cells[column], row={k: _plain(v) for k, v in row.cells.items()}) for row in rows],
            batch_size=A_BATCH,
        )
        saved.counts[table] = max(saved.counts.get(table, 0), len(rows))
    saved.counts["measures"] = len(content.of("measures"))


def _plain(cell: Any) -> Any:
    """A cell as JSON holds it: days and instants as they are written in files."""
    return cell if isinstance(cell, dict | list | bool | int | float | str) or cell is None else cells.text(cell)
