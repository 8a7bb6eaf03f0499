"""From documents to what pages, PDF and lists print: every number written in the language of the report."""

from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.core.texts import said
from citystat.stat_sessions import charts, writing
from citystat.stat_sessions.content import Value
from citystat.stat_sessions.models import Audience, Delivery, Report
from citystat.stat_sessions.reports import words
from citystat.stat_sessions.reports.actions import Made
from citystat.stat_sessions.reports.document import Cell, Column, Document, Section, Table
from citystat.stat_sessions.reports.openings import Produced
from citystat.stat_sessions.reports.queries import DepartmentReport

View = dict[str, Any]
WIDE_FROM = 5
STACKS_FROM = 4
# A column as wide as this holds sentences.
SENTENCE_WIDTH = 2.4


def view(document: Document) -> View:
    """The whole report as plain text in nested dicts, for HTML and PDF alike."""
    with translation.override(document.language):
        return {
            "language": document.language,
            "title": document.title,
            "subtitle": document.subtitle,
            "eyebrow": document.eyebrow,
            "running": document.title,
            "demo": _("Invented city: every request in it is made up.") if document.demo else "",
            "meta": [{"label": one.label, "text": one.text} for one in document.meta],
            "stamp": stamp(document),
            "page": _("Page"),
            "of": _("of"),
            "sections": [_section(one, index) for index, one in enumerate(document.sections)],
        }


def stamp(document: Document) -> str:
    """Data day and build, as they stand under every page and in every office file."""
    return _("Data as of %(day)s, build %(build)s") % {"day": words.as_day(document.as_of), "build": formats.number(document.build)}


def _section(one: Section, index: int) -> View:
    pictures = [
        {"chart": f"{one.key}-{number}", "title": picture.title, "subtitle": picture.subtitle, "alt": picture.description}
        for number, picture in enumerate(one.pictures)
    ]
    return {
        "anchor": f"section-{index + 1}",
        "heading": one.heading,
        "lines": list(one.lines),
        "points": list(one.points),
        "tables": [_table(table) for table in one.tables],
        "pictures": pictures,
    }


def _table(table: Table) -> View:
    columns = [{"label": one.label, "align": "left" if one.unit == "text" else "right", "width": one.width} for one in table.columns]
    rows = [{"cells": [_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)]} for row in table.rows]
    wide = len(columns) >= WIDE_FROM
    # A column of sentences beside figures would make every row of a phone a screen high: there each row stands as a block.
    stacks = len(columns) >= STACKS_FROM and max(one.width for one in table.columns) >= SENTENCE_WIDTH
    return {"caption": table.caption, "columns": columns, "rows": rows, "foot": table.foot, "wide": wide, "stacks": stacks}


def _cell(cell: Cell, column: Column) -> View:
    return {"text": written(cell, column), "sub": cell.sub, "state": cell.state}


def written(cell: Cell, column: Column) -> str:
    """What stands in a cell: its words, its number in its unit, or the word for its state."""
    unit = cell.unit or column.unit
    if cell.text or unit == "text":
        return cell.text
    return writing.shown(Value(cell.number, state=cell.state), unit, units=bool(cell.unit))


def pictures(document: Document) -> dict[str, Any]:
    """Every chart of the report by the key its place asks for."""
    return {
        f"{section.key}-{number}": charts.picture_spec(picture, document.language)
        for section in document.sections
        for number, picture in enumerate(section.pictures)
    }


def file_name(document: Document) -> str:
    """`scorecard-2017-q2-es`: kind, period, department, language and audience where they are not the ordinary ones."""
    kinds = {"department_month": "report", "quarter": "scorecard", "year": "annual-report"}
    parts = [kinds.get(document.kind, document.kind), document.period, document.department]
    parts += [document.language if document.language != "en" else "", "staff" if document.audience == "staff" else ""]
    return slugify(" ".join(part for part in parts if part))


def report_rows(rows: Iterable[Report]) -> list[View]:
    """Reports in a list, grouped by their kind."""
    groups: dict[str, list[View]] = {}
    for row in rows:
        groups.setdefault(row.kind, []).append(
            {
                "pk": row.pk,
                "title": _capital(words.period_name(row.kind, row.period)) + (f", {row.department}" if row.department else ""),
                "edition": row.edition,
                "build": row.build,
                "released": formats.short_day(row.released_at.date()),
            }
        )
    return [{"kind": str(words.KIND_NAMES[kind]), "rows": groups[kind]} for kind in words.KIND_NAMES if kind in groups]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def month_view(month: str, found: list[DepartmentReport], missing: list[str]) -> View:
    """Which departments' reports of a month exist."""
    expected = [one for one in found if not one.retired]
    there = len(expected) - len(missing)
    sentence = _("%(there)s of %(all)s departments have sent their report of %(month)s.") % {
        "there": formats.number(there), "all": formats.number(len(expected)), "month": formats.month(month),
    }  # fmt: skip
    rows = [{"department": one.department, "report": one.report, "retired": one.retired} for one in found]
    return {"month": month, "name": formats.month(month), "sentence": sentence, "rows": rows, "missing": missing}


def unexplained_rows(made: Made, written_rows: dict[str, Any]) -> list[View]:
    """Measures far from their target with what was written about each."""
    return [
        {
            "name": one.measure.name,
            "label": one.label,
            "actual": writing.with_unit(one.actual, one.measure.format),
            "target": writing.with_unit(one.target, one.measure.format),
            "row": written_rows.get(one.measure.name),
        }
        for one in made.unexplained
    ]


def audience_rows(rows: Iterable[Audience]) -> list[View]:
    """Audiences with how many people are in each; addresses outside the staff are counted, not shown."""
    return [
        {
            "pk": one.pk,
            "slug": one.slug,
            "title": said(one, "title"),
            "brief": one.brief,
            "is_public": one.is_public,
            "people": [member.person.name or member.person.email for member in one.members.all() if member.person],
            "outside": sum(1 for member in one.members.all() if member.person is None),
        }
        for one in rows
    ]


def delivery_rows(rows: Iterable[Delivery]) -> list[View]:
    """The log of deliveries, newest first."""
    return [
        {
            "title": one.title,
            "path": one.path,
            "audience": said(one.audience, "title"),
            "recipients": one.recipients,
            "sent": one.sent_at,
            "by": (one.sent_by.name or one.sent_by.email) if one.sent_by else _("the command line"),
        }
        for one in rows
    ]


def produced_row(one: Produced, titles: dict[str, str]) -> View:
    """A kind of report with its openings."""
    return {
        "what": one.what,
        "name": name_of(one.what, titles),
        "first": formats.short_day(one.first_on),
        "made": formats.short_day(one.last_made_on),
        "times": one.times_made,
        "opened": one.opened,
        "staff": one.opened_by_staff,
        "last": formats.short_day(one.last_opened_on) if one.last_opened_on else _("never"),
    }


def name_of(what: str, titles: dict[str, str]) -> str:
    """The name of what openings are counted by; `titles` are those of the series of sessions by number."""
    kind, _colon, rest = what.partition(":")
    if kind == "session":
        return titles.get(rest) or _("Sessions of no series")
    scope, _colon, code = rest.partition(":")
    name = str(words.KIND_NAMES.get(scope, scope)) if kind == "report" else _("Monthly 311 report")
    return f"{name}, {code}" if code else name
