"""Released packets, of the month and of a session, as documents: what Excel and PowerPoint files of them are made from."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from citystat.core import formats
from citystat.core.cities import current_city
from citystat.stat_sessions import writing
from citystat.stat_sessions.content import (
    Case,
    Compared,
    DistrictPage,
    Fact,
    FigureTable,
    Headline,
    Note,
    PacketContent,
    Picture,
    Topic,
)
from citystat.stat_sessions.cycle.content import FollowUp, KeyMeasure, SessionPacket
from citystat.stat_sessions.reports import packet_openings, words
from citystat.stat_sessions.reports.document import FORMAT, Cell, Column, Document, Section, Table, explained, figure, number
from citystat.stat_sessions.reports.document import words as text


def of_month(packet: PacketContent) -> Document:
    """The monthly 311 packet: the first page, its topics, and every table of it."""
    with translation.override(packet.language):
        sections = [
            packet_openings.purpose(packet.purpose, packet.decisions),
            _headlines("month", _("The month on one page"), (*packet.headlines, *packet.calls), packet.month_name, packet.before_name),
            _headlines("own", _("Measures of the department"), packet.own, packet.month_name, packet.before_name) if packet.own else None,
            packet_openings.channels(packet),
            *(_topic(one, index) for index, one in enumerate(packet.topics)),
            _figures("services", _("Services"), packet.services, packet),
            _figures("departments", _("Departments"), packet.departments, packet),
            _cases(packet.oldest),
            _districts(packet.districts.pages if packet.districts else ()),
            _repeats(packet),
            _notes(packet.notes),
        ]
        return Document(
            format=FORMAT,
            kind="packet",
            period=packet.month,
            department=packet.scope.code if packet.scope.kind == "department" else "",
            city=packet.city,
            demo=packet.demo,
            language=packet.language,
            audience=packet.audience,
            eyebrow=_("Monthly 311 report"),
            title=packet.title,
            subtitle=packet.subtitle,
            build=packet.build,
            as_of=packet.as_of,
            meta=_meta(packet.month_name, packet.as_of, packet.build, packet.audience),
            sections=explained(sections, packet.least_cases or current_city().minimum_denominator),
            notes=() if packet.is_complete else (packet.completeness,),
        )


def of_session(packet: SessionPacket) -> Document:
    """The packet of a session: what was promised, its measures, its topics, and its notes."""
    with translation.override(packet.language):
        day = formats.day(datetime.fromisoformat(packet.starts_at).date())
        sections = [
            packet_openings.purpose(packet.purpose, packet.decisions_needed, packet.good_news),
            packet_openings.last_time(packet),
            _follow_ups(packet.follow_ups),
            packet_openings.agenda(packet),
            _key_measures(packet.measures, packet),
            packet_openings.missing_goals(packet),
            *(_topic(one.topic, index, one.text) for index, one in enumerate(packet.topics)),
            packet_openings.residents(packet),
            _cases(packet.overdue),
            Section("reports", _("Monthly reports that are missing"), points=packet.missing_reports) if packet.missing_reports else None,
            _notes((*packet.health, *packet.notes)),
        ]
        return Document(
            format=FORMAT,
            kind="session",
            period=packet.month,
            department="",
            city=packet.city,
            demo=packet.demo,
            language=packet.language,
            audience=packet.audience,
            eyebrow=_("Pre-memo"),
            title=packet.title,
            subtitle=_("%(subject)s, meeting of %(day)s") % {"subject": packet.subject, "day": day},
            build=packet.build,
            as_of=packet.as_of,
            meta=_meta(packet.month_name, packet.as_of, packet.build, packet.audience),
            sections=explained(sections, current_city().minimum_denominator),
            notes=tuple(line for line in (packet.no_data,) if line),
        )


def _meta(period: str, as_of: str, build: int, audience: str) -> tuple[Fact, ...]:
    version = _("public version") if audience == "public" else _("staff version, not for publication")
    return (
        Fact(_("Period"), period),
        Fact(_("Data as of"), words.as_day(as_of)),
        Fact(_("Data build"), formats.number(build)),
        Fact(_("Version"), version),
    )


def _headlines(key: str, heading: str, lines: Sequence[Headline], month: str, before: str) -> Section:
    columns = (
        Column(_("Measure"), width=1.8),
        Column(month, "count"),
        Column(before, "count"),
        Column(_("Numerator"), "count"),
        Column(_("Denominator"), "count"),
        Column(_("Signal")),
        Column(_("What it says"), width=3.0),
    )
    rows = tuple(
        (
            text(line.label),
            figure(line.figure.now, line.unit),
            figure(line.figure.before, line.unit),
            number(line.figure.now.numerator),
            number(line.figure.now.denominator),
            text(str(words.VARIATION_NAMES[line.signal or "not_judged"])),
            text(line.sentence),
        )
        for line in lines
    )
    return Section(key, heading, _finding(lines) or heading, tables=(Table(heading, columns, rows),), pictures=_trends(lines))


def _finding(lines: Sequence[Headline]) -> str:
    """The first signal in words; nothing where there is none."""
    return next((f"{line.label}: {line.sentence}" for line in lines if line.arrow and line.sentence), "")


def _trends(lines: Sequence[Headline]) -> tuple[Picture, ...]:
    return tuple(
        Picture(
            "trend",
            f"{line.label}: {line.sentence}" if line.sentence else line.label,
            line.label,
            _("Line chart of %(label)s by period with the limits of chance. %(says)s") % {"label": line.label, "says": line.sentence},
            line.unit,
            line.trend,
        )
        for line in lines
        if line.trend
    )


def _topic(topic: Topic, index: int, said: str = "") -> Section:
    """A topic; its title is the finding."""
    causes = tuple(f"{cause.label}: {cause.question}" for cause in topic.causes)
    points = tuple(line for line in (said, *topic.evidence, *topic.questions, *causes) if line)
    why = ": ".join(part for part in (topic.rule_name, topic.why_chosen) if part)
    pictures = (topic.picture,) if topic.picture else ()
    return Section(f"topic-{index + 1}", _("Topic %(n)s") % {"n": index + 1}, topic.title, (why,), points, pictures=pictures)


def _figures(key: str, heading: str, table: FigureTable | None, packet: PacketContent) -> Section | None:
    """One row a service or department; beside each figure the same month last year."""
    if table is None:
        return None
    columns = [Column(heading, width=2.0)]
    for column in table.columns:
        columns += [Column(column.label, column.unit), Column(f"{column.label}, {packet.before_name}", column.unit)]
    rows = [*table.rows, *((table.total,) if table.total else ())]
    cells = tuple((text(row.label), *(cell for column in table.columns for cell in _pair(row.cells.get(column.measure)))) for row in rows)
    foot = _("%(n)s more are counted in the last row only.") % {"n": formats.number(table.left_out)} if table.left_out else ""
    return Section(key, heading, tables=(Table(f"{heading}, {packet.month_name}", tuple(columns), cells, foot),))


def _pair(found: Compared | None) -> tuple[Cell, Cell]:
    return (figure(found.now), figure(found.before)) if found else (figure(None), figure(None))


def _cases(cases: Sequence[Case]) -> Section | None:
    if not cases:
        return None
    columns = (
        Column(_("Service"), width=2.2),
        Column(_("Department"), width=1.4),
        Column(_("District")),
        Column(_("Opened"), width=1.2),
        Column(_("Days open"), "count"),
        Column(_("Days overdue"), "count"),
    )
    rows = tuple(
        (
            text(case.service, sub=case.request_id or ""),
            text(case.department or writing.DASH),
            text(case.district or writing.DASH),
            text(formats.short_day(date.fromisoformat(case.opened_on))),
            number(case.age_days),
            number(case.days_overdue),
        )
        for case in cases
    )
    finding = _("The oldest open request has waited %(n)s days.") % {"n": formats.number(max(case.age_days for case in cases))}
    return Section("oldest", _("Open longest"), finding, tables=(Table(_("Open longest"), columns, rows),))


def _districts(pages: Sequence[DistrictPage]) -> Section | None:
    if not pages:
        return None
    columns = (
        Column(_("District"), width=1.6),
        Column(pgettext("requests", "Opened"), "count"),
        Column(pgettext("requests", "Closed"), "count"),
        Column(_("Per 1,000 residents"), "rate"),
        Column(_("Closed on time"), "percent"),
        Column(_("Standardized"), "percent"),
        Column(_("from"), "percent"),
        Column(_("to"), "percent"),
        Column(pgettext("requests", "Open"), "count"),
        Column(pgettext("requests", "Overdue"), "count"),
    )
    rows = tuple(
        (
            text(page.name),
            figure(page.opened.now),
            figure(page.closed.now),
            figure(page.per_1000.now if page.per_1000 else None),
            figure(page.on_time.now),
            figure(page.standardised),
            number(page.standardised.lower if page.standardised and page.standardised.is_known else None),
            number(page.standardised.upper if page.standardised and page.standardised.is_known else None),
            figure(page.open_backlog.now),
            figure(page.overdue.now),
        )
        for page in pages
    )
    foot = _("Standardized: as if each district had the city's mix of services, with its 95% interval.")
    return Section("districts", _("Council districts"), tables=(Table(_("Council districts"), columns, rows, foot),))


def _repeats(packet: PacketContent) -> Section | None:
    if not packet.repeats:
        return None
    columns = (
        Column(_("Service"), width=2.2),
        Column(_("Where"), width=1.8),
        Column(_("In twelve months"), "count"),
        Column(_("This month"), "count"),
        Column(pgettext("requests", "Open"), "count"),
    )
    rows = tuple(
        (text(one.service), text(one.place), number(one.requests), number(one.requests_in_month), number(one.still_open))
        for one in packet.repeats
    )
    facts = tuple(f"{fact.label}: {fact.text}" for fact in packet.repeat_facts)
    return Section("repeats", _("Same service, same spot"), "", facts, tables=(Table(_("Same service, same spot"), columns, rows),))


def _notes(notes: Sequence[Note]) -> Section | None:
    lines = tuple(f"{note.heading}: {' '.join(note.lines)}" for note in notes if note.lines)
    return Section("notes", _("Data notes"), points=lines) if lines else None


def _follow_ups(rows: Sequence[FollowUp]) -> Section | None:
    if not rows:
        return None
    columns = (
        Column(_("Number"), width=0.7),
        Column(_("Promise"), width=2.6),
        Column(_("Owner"), width=1.2),
        Column(_("Due")),
        Column(_("State"), width=1.2),
        Column(_("Evidence"), width=1.6),
    )
    cells = tuple(
        (
            text(row.number),
            text(row.text),
            text(row.owner),
            text(formats.short_day(date.fromisoformat(row.due_on))),
            text(row.state_name),
            text(row.evidence),
        )
        for row in rows
    )
    late = sum(row.is_overdue for row in rows)
    finding = _("%(late)s of %(n)s promises are overdue.") % {"late": formats.number(late), "n": formats.number(len(rows))}
    return Section("follow_ups", _("What was promised"), finding, tables=(Table(_("What was promised"), columns, cells),))


def _key_measures(found: Sequence[KeyMeasure], packet: SessionPacket) -> Section | None:
    if not found:
        return None
    columns = (
        Column(_("Measure"), width=1.8),
        Column(_("Goal"), width=1.4),
        Column(packet.month_name, "count"),
        Column(packet.before_name, "count"),
        Column(_("Target"), "count"),
        Column(_("How it stands"), width=1.4),
        Column(_("What it says"), width=2.6),
    )
    rows = tuple(
        (
            text(one.headline.label),
            text(one.goal_title or writing.DASH),
            figure(one.headline.figure.now, one.headline.unit),
            figure(one.headline.figure.before, one.headline.unit),
            number(one.target, one.headline.unit),
            text(one.weakness_name),
            text(" ".join(part for part in (one.headline.sentence, one.outlook, one.caveat) if part)),
        )
        for one in found
    )
    weakest = f"{found[0].headline.label}: {found[0].weakness_name}"
    table = Table(_("Key measures, weakest first"), columns, rows)
    return Section(
        "measures", _("Key measures, weakest first"), weakest, tables=(table,), pictures=_trends([one.headline for one in found])
    )
