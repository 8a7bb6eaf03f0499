"""The monthly report of a department: its figures with signals, what is open longest, what it promised, what to know of the data."""

from datetime import timedelta
from functools import lru_cache

from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.core.errors import InputError
from citystat.plan.definitions import Measure
from citystat.plan.registered import board, register
from citystat.stat_sessions import sections as packet_sections
from citystat.stat_sessions.charts import period_label
from citystat.stat_sessions.content import Case, Picture
from citystat.stat_sessions.cycle import key_measures
from citystat.stat_sessions.cycle.content import KeyMeasure
from citystat.stat_sessions.cycle.ground import Ground as Readers
from citystat.stat_sessions.cycle.ground import ground_of
from citystat.stat_sessions.cycle.key_measures import Judged
from citystat.stat_sessions.figures import month_of
from citystat.stat_sessions.models import Session
from citystat.stat_sessions.reports import figures, grounds, words
from citystat.stat_sessions.reports.document import Cell, Column, Document, Section, Table, figure, number, of_row
from citystat.stat_sessions.reports.document import words as text
from citystat.stat_sessions.reports.figures import Stand
from citystat.stat_sessions.reports.grounds import Ground
from citystat.stat_sessions.writing import with_unit
from citystat.warehouse.connections import open_build

MOST_PICTURES = 6
MOST_CASES = 10


def stands(on: Ground) -> tuple[Stand, ...]:
    """The registered measures of the department at the month's end."""
    before = on.span.start - timedelta(days=1)

    def is_own(one: Measure) -> bool:
        return one.source != "warehouse" and board.department_of(one.name) == on.department

    return figures.stands(on.span.end, before, audience=on.audience, language=on.language, build=on.build, of=is_own)


def content(on: Ground, found: tuple[Stand, ...]) -> Document:
    """The report as a document; InputError where nothing at all is known of the department's month."""
    readers, judged = _read(on.period, on.department, on.build, on.language, (open_build(on.build).manifest.checksum, register.stamp()))
    keys = tuple(one.key for one in judged if on.audience == "staff" or one.is_public)
    if not found and not any(one.headline.figure.now.is_known for one in keys):
        raise InputError(readers.no_data or _("There are no figures of this department for the month."))
    sections: list[Section | None] = [
        _requests(keys),
        _own(found),
        _oldest(on, readers),
        grounds.commitments(on),
        grounds.quality(on, found) if found else None,
    ]
    return grounds.document(on, sections, _("How the month went, what is open, what was promised"))


@lru_cache(maxsize=4)
def _readers(period: str, department: str, build: int, version: tuple[object, ...]) -> Readers:
    """The readers of a department's month, kept while its versions are made; `version` says of which build and register they are."""
    readers = ground_of(Session(month=period, department=department), build)
    if isinstance(readers, str):
        raise InputError(readers)
    return readers


@lru_cache(maxsize=8)
def _read(period: str, department: str, build: int, language: str, version: tuple[object, ...]) -> tuple[Readers, tuple[Judged, ...]]:
    """What the data say of the month in a language, kept like the readers."""
    readers = _readers(period, department, build, version)
    if readers.no_data:
        return readers, ()
    return readers, key_measures.judged(readers, key_measures.usual_aims(), language, month=month_of(period))


def _requests(keys: tuple[KeyMeasure, ...]) -> Section | None:
    known = [one for one in keys if one.headline.figure.now.is_known]
    if not known:
        return None
    shown = [one for one in keys if one.headline.figure.now.state != "missing"]
    columns = (
        Column(_("Measure"), width=1.8),
        Column(_("This month"), "count"),
        Column(_("A year before"), "count"),
        Column(_("Target"), "count"),
        Column(_("How it stands"), width=1.5),
        Column(_("What it says"), width=2.6),
    )
    rows = tuple(
        (
            text(one.headline.label),
            figure(one.headline.figure.now, one.headline.unit),
            figure(one.headline.figure.before, one.headline.unit),
            number(one.target, one.headline.unit),
            text(one.weakness_name),
            text(" ".join(part for part in (one.headline.sentence, one.outlook, _why_few(one)) if part)),
        )
        for one in shown
    )
    first = known[0]
    finding = f"{first.headline.label}: {with_unit(first.headline.figure.now.value, first.headline.unit)}. {first.weakness_name}."
    return Section(
        "requests", _("Requests of the department"), finding, tables=(Table(_("Weakest first"), columns, rows),), pictures=_pictures(known)
    )


def _why_few(one: KeyMeasure) -> str:
    return one.caveat if one.headline.figure.now.state == "too_few" else ""


def _pictures(known: list[KeyMeasure]) -> tuple[Picture, ...]:
    lines = [one.headline for one in known if one.headline.trend][:MOST_PICTURES]
    return tuple(
        Picture(
            "trend",
            line.sentence or line.label,
            line.label,
            _("Line chart of %(label)s by period with the limits of chance. %(says)s") % {"label": line.label, "says": line.sentence},
            line.unit,
            line.trend,
        )
        for line in lines
    )


def _own(found: tuple[Stand, ...]) -> Section | None:
    if not found:
        return None
    columns = (
        Column(_("Measure"), width=2.0),
        Column(_("Period")),
        Column(_("Value"), "count"),
        Column(_("Target"), "count"),
        Column(_("How it stands"), width=3.0),
    )
    rows = tuple(
        (
            text(one.label),
            text(period_label(one.newest.period) if one.newest else "–"),
            of_row(one.newest, one.measure.format),
            number(one.in_force.value if one.in_force else None, one.measure.format),
            text(f"{words.VARIATION_NAMES[one.answers.variation]}; {words.ASSURANCE_NAMES[one.answers.assurance]}. {one.why_not}".strip()),
        )
        for one in found
    )
    return Section("measures", _("Measures of the department"), tables=(Table(_("Measures people give"), columns, rows),))


def _oldest(on: Ground, readers: Readers) -> Section | None:
    if readers.no_data:
        return None
    cases = packet_sections.cases(readers.lists.oldest_open()[:MOST_CASES], readers.names, on.audience)
    if not cases:
        return Section(
            "oldest", _("Open longest"), _("Nothing is open at the end of the month."), (_("Nothing is open at the end of the month."),)
        )
    columns = [
        Column(_("Service"), width=2.2),
        Column(_("District")),
        Column(_("Opened")),
        Column(_("Days open"), "count"),
        Column(_("Days overdue"), "count"),
    ]
    table = Table(_("Open longest at the end of the month"), tuple(columns), tuple(_case(case) for case in cases))
    finding = _("The oldest open request has waited %(n)s days.") % {"n": formats.number(cases[0].age_days)}
    return Section("oldest", _("Open longest"), finding, tables=(table,))


def _case(case: Case) -> tuple[Cell, ...]:
    return (
        text(case.service, sub=case.request_id or ""),
        text(case.district or "–"),
        text(words.as_day(case.opened_on)),
        number(case.age_days),
        number(case.days_overdue),
    )
