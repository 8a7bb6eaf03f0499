"""Tables of the reality check and the data notes, in words."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.core.figures import Column, Link, Table
from citystat.service_requests import data_notes, reality
from citystat.service_requests.data_notes import DataNotes
from citystat.service_requests.explorer.filters import Filters
from citystat.service_requests.words import UNIT_WORDS, VERDICT_WORDS, flag_word, kind_word
from citystat.warehouse.connections import Warehouse

NONE = "–"


def reality_page(warehouse: Warehouse) -> dict[str, Any]:
    """The context of the reality check page; a table is None where there is nothing to show."""
    gaps = reality.promise_gaps(warehouse)
    return {
        "has_clock_times": reality.has_clock_times(warehouse),
        "fast": fast_table(reality.closed_too_fast(warehouse)),
        "mass": mass_table(reality.mass_closures(warehouse)),
        "reopened_known": reality.reopened(warehouse) is not None,
        "reopened": reopened_table(reality.reopened(warehouse) or ()),
        "recurrent": recurrent_table(reality.recurrent_places(warehouse)),
        "promises_known": bool(gaps),
        "gaps": gaps_table(tuple(gap for gap in gaps if gap.verdict != "fair")),
        "fair_promises": sum(gap.verdict == "fair" for gap in gaps),
    }


def notes_page(warehouse: Warehouse) -> dict[str, Any]:
    """The context of the data notes page."""
    notes = data_notes.notes(warehouse)
    return {
        "notes": notes,
        "loads": loads_table(notes),
        "flags": flags_table(notes),
        "flags_absent": [flag_word(name) for name, count in notes.flags if not count],
        "agreement": agreement_table(notes),
        "layers": layers_table(notes),
        "population": population_table(notes),
    }


def fast_table(rows: tuple[reality.FastClosing, ...]) -> Table | None:
    """Services closed within ten minutes."""
    columns = (Column(_("Service")), Column(_("Closed"), "number"), Column(_("Within ten minutes"), "number"), Column(_("Share"), "number"))
    cells = [
        (_service(row), _n(row.closed), _n(row.within_ten_minutes), formats.percent(row.within_ten_minutes / row.closed)) for row in rows
    ]
    return Table(_("Field services closed within ten minutes"), columns, cells) if cells else None


def mass_table(rows: tuple[reality.MassClosure, ...]) -> Table | None:
    """Many closings at one instant."""
    columns = (
        Column(_("Closed")), Column(_("Department")), Column(_("Requests"), "number"), Column(_("Services"), "number"),
        Column(_("Oldest opened"), "date"),
    )  # fmt: skip
    cells = [
        (
            formats.short_day(row.closed_on) + (f" {row.closed_at:%H:%M} UTC" if row.closed_at else ""),
            row.department or NONE,
            _n(row.requests),
            _n(row.services),
            formats.short_day(row.oldest_opened_on) if row.oldest_opened_on else NONE,
        )
        for row in rows
    ]
    return Table(_("Closed together"), columns, cells, hide_caption=True) if cells else None


def reopened_table(rows: tuple[reality.Reopening, ...]) -> Table | None:
    """Closed, then open again."""
    columns = (Column(_("Service")), Column(_("Closed"), "number"), Column(_("Open again later"), "number"), Column(_("Share"), "number"))
    cells = [(_service(row), _n(row.closed), _n(row.reopened), formats.percent(row.reopened / max(row.closed, 1), 1)) for row in rows]
    return Table(_("Closed, then open again"), columns, cells, hide_caption=True) if cells else None


def recurrent_table(rows: tuple[reality.RecurrentPlace, ...]) -> Table | None:
    """Places that keep coming back."""
    columns = (
        Column(_("Place")), Column(_("Service")), Column(_("Came back after closing"), "number"), Column(_("First"), "date"),
        Column(_("Last"), "date"),
    )  # fmt: skip
    cells = [
        (row.address or NONE, row.service, _n(row.requests), formats.short_day(row.first_opened_on), formats.short_day(row.last_opened_on))
        for row in rows
    ]
    return Table(_("Places that keep coming back"), columns, cells, hide_caption=True) if cells else None


def gaps_table(rows: tuple[reality.PromiseGap, ...]) -> Table | None:
    """Promises beside what it really takes."""
    columns = (
        Column(_("Service")), Column(_("Promise"), "number"), Column(_("Half done within, days"), "number"),
        Column(_("Nine in ten within, days"), "number"), Column(_("Requests"), "number"), Column(_("The promise is")),
    )  # fmt: skip
    cells = [
        (
            _service(row),
            f"{row.promise_value:g} {UNIT_WORDS.get(row.promise_unit, row.promise_unit)}",
            _days(row.median_days),
            _days(row.p90_days),
            _n(row.requests),
            str(VERDICT_WORDS[row.verdict]),
        )
        for row in rows
    ]
    return Table(_("Promises far from what it takes"), columns, cells) if cells else None


def loads_table(notes: DataNotes) -> Table | None:
    """Loads with their accounting."""
    columns = (
        Column(_("Load")), Column(_("As of"), "date"), Column(_("Layout")), Column(_("Read"), "number"), Column(_("Loaded"), "number"),
        Column(_("Unchanged"), "number"), Column(_("Superseded"), "number"), Column(_("Quarantined"), "number"),
    )  # fmt: skip
    counted = ("rows_read", "loaded", "unchanged", "superseded", "quarantined")
    cells = [
        (str(row["load_id"]), formats.short_day(row["as_of"]), row["layout"], *(_n(row[name]) for name in counted)) for row in notes.loads
    ]
    return Table(_("Loads, newest first"), columns, cells) if cells else None


def flags_table(notes: DataNotes) -> Table | None:
    """Flags found, counted, each leading to its requests."""
    columns = (Column(_("Flag")), Column(_("Requests"), "number"), Column(_("Share of all"), "number"))
    explore = reverse("requests:explore")
    cells = [
        (
            Link(flag_word(name), f"{explore}?{Filters(flag=name).query()}"),
            _n(count),
            formats.percent(count / notes.requests, 1) if notes.requests else NONE,
        )
        for name, count in notes.flags
        if count
    ]
    return Table(_("Suspicious but usable rows"), columns, cells) if cells else None


def agreement_table(notes: DataNotes) -> Table | None:
    """Recorded place codes against the point."""
    columns = (Column(_("Boundaries")), Column(_("Rows with both"), "number"), Column(_("Agree"), "number"), Column(_("Share"), "number"))
    cells = [
        (f"{kind_word(row['kind'])} {row['version']}", _n(row["rows_with_both"]), _n(row["rows_agreeing"]), _share(row))
        for row in notes.agreement
        if row["rows_with_both"]
    ]
    return Table(_("Recorded place against the point"), columns, cells) if cells else None


def layers_table(notes: DataNotes) -> Table | None:
    """Boundaries used."""
    columns = (Column(_("Kind")), Column(_("Version")), Column(_("Places"), "number"), Column(_("In force from"), "date"))
    cells = [
        (
            kind_word(row["kind"]),
            row["version"],
            _n(row["places"]),
            formats.short_day(row["in_force_from"]) if row["in_force_from"] else NONE,
        )
        for row in notes.layers
    ]
    return Table(_("Boundaries"), columns, cells) if cells else None


def population_table(notes: DataNotes) -> Table | None:
    """Population figures used for rates: a row for each kind of place and source, with the residents of its last year."""
    columns = (
        Column(_("Kind")),
        Column(_("Years")),
        Column(_("Places"), "number"),
        Column(_("Residents in the last year"), "number"),
        Column(_("Source")),
    )
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in sorted(notes.population, key=lambda one: one["year"]):
        found.setdefault((row["kind"], row["source"] or NONE), []).append(row)
    cells = [
        (kind_word(kind), _years(rows[0]["year"], rows[-1]["year"]), _n(rows[-1]["places"]), _n(rows[-1]["population"]), source)
        for (kind, source), rows in found.items()
    ]
    return Table(_("Population"), columns, cells) if cells else None


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _service(row: Any) -> Link:
    return Link(row.service, f"{reverse('requests:explore')}?{Filters(service=(row.service_slug,)).query()}")


def _n(value: float) -> str:
    return formats.number(value)


def _days(value: float | None) -> str:
    return _("not yet reached") if value is None else formats.number(value, 1 if value < 10 else 0)


def _share(row: dict[str, Any]) -> str:
    return formats.percent(row["rows_agreeing"] / row["rows_with_both"], 1)
