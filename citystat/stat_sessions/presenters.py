"""From content to what both settings print: every number written, every heading in the packet's language, charts by key.

The HTML template and the Typst template read the same plain dict, so the two cannot disagree.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from citystat.core import formats
from citystat.stat_sessions.content import (
    Case,
    Compared,
    DistrictPage,
    FigureTable,
    Headline,
    PacketContent,
    TableRow,
    Topic,
    TypeCount,
    Value,
)
from citystat.stat_sessions.writing import DASH, interval, shown

View = dict[str, Any]
# With more districts than this, their pages stand at the end of the packet, behind the data notes.
DISTRICT_PAGES_IN_ORDER = 12
TYPES_IN_APPENDIX = 5
# Longer names of departments and districts get a wider column.
LONG_NAME = 18
ARROWS = {"up": "▲", "down": "▼"}


def view(content: PacketContent, changed: Sequence[Any] = ()) -> View:
    """The whole packet as plain text in nested dicts and lists."""
    with translation.override(content.language):
        return {
            "language": content.language,
            "title": content.title,
            "subtitle": content.subtitle,
            "eyebrow": _("Monthly 311 report"),
            "running": content.title,
            "demo": _("Invented city: every request in it is made up.") if content.demo else "",
            "meta": _meta(content),
            "purpose": {"heading": _("Purpose"), "text": content.purpose},
            "decisions": _decisions(content),
            "glance": {
                "heading": _("Topics at a glance"),
                "items": [{"title": topic.title, "why": topic.why_chosen} for topic in content.topics],
                "none": "" if content.topics else content.topics_note,
            },
            "incomplete": "" if content.is_complete else content.completeness,
            "stamp": _("Data as of %(day)s, build %(build)s")
            % {"day": formats.day(date.fromisoformat(content.as_of)), "build": formats.number(content.build)},
            "contents": _("Contents"),
            "page": _("Page"),
            "of": _("of"),
            "first": _first_page(content),
            "topics": _topics(content),
            "services": _services(content),
            "departments": _departments(content),
            "districts": _districts(content),
            "repeats": _repeats(content),
            "notes": _notes(content),
            "changes": changes_table(changed),
        }


def _decisions(content: PacketContent) -> View:
    """What is to be decided, numbered; the sentence that nothing is has no number."""
    listed = bool(content.topics)
    return {
        "heading": _("Decisions needed"),
        "items": list(content.decisions) if listed else [],
        "none": "" if listed else " ".join(content.decisions),
    }


def _meta(content: PacketContent) -> list[View]:
    audience = _("public version") if content.audience == "public" else _("staff version, not for publication")
    return [
        {"label": _("Month"), "text": content.month_name},
        {"label": _("Data as of"), "text": formats.day(date.fromisoformat(content.as_of))},
        {"label": _("Data build"), "text": formats.number(content.build)},
        {"label": _("Version"), "text": audience},
    ]


def _first_page(content: PacketContent) -> View:
    return {
        "heading": _("The month on one page"),
        "lead": _("An arrow means a signal: a change that chance does not explain. No arrow means the ordinary ups and downs.")
        if content.is_complete
        else _("Counts so far. Nothing is judged before the month is complete."),
        "columns": [_("Measure"), content.month_name, content.before_name, _("Signal"), _("What it says")],
        "rows": [headline_line(line, index) for index, line in enumerate(content.headlines)],
        "own": _own(content),
        "notes": list(content.first_page_notes),
        "calls": _calls(content),
        "channels": _channels(content),
    }


def _own(content: PacketContent) -> View | None:
    """The department's own measures; their charts are numbered on from those above them."""
    if not content.own:
        return None
    rows = [headline_line(line, index) for index, line in enumerate(content.own, start=len(content.headlines))]
    return {"heading": _("Measures of the department"), "lead": _("What the department counts itself, beside the requests."), "rows": rows}


def headline_line(line: Headline, index: int) -> View:
    """One figure of a first page, with its chart under the key of its place."""
    now, before = line.figure.now, line.figure.before
    return {
        "label": line.label,
        "value": shown(now, line.unit),
        "unit": "" if not now.is_known else _unit_beside(line.unit),
        "of": _denominator(now, line.unit),
        "interval": interval(now, line.unit),
        "before": shown(before, line.unit),
        "signal": line.signal or "",
        "arrow": ARROWS.get(line.arrow or "", ""),
        "signal_word": _signal_word(line.signal),
        "sentence": line.sentence,
        "comparison": line.comparison,
        "definition": line.definition,
        "chart": f"headline-{index}" if line.trend else "",
        "chart_alt": _trend_alt(line.label),
    }


def _trend_alt(label: str) -> str:
    return _("Small line chart of %(label)s by month with the limits of chance; the sentence beside it says what it shows.") % {
        "label": label
    }


def _unit_beside(unit: str) -> str:
    return {"days": _("days"), "weeks": _("weeks"), "rate": _("per 1,000 residents")}.get(unit, "")


def _denominator(value: Value, unit: str) -> str:
    if unit != "percent" or not value.denominator or not value.is_known:
        return ""
    return _("of %(n)s") % {"n": formats.number(value.denominator)}


def _signal_word(signal: str | None) -> str:
    words = {"improving": _("Improving"), "concerning": _("Concerning"), "neutral": _("Change"), "common_cause": _("No signal")}
    return words.get(signal or "", _("Not judged"))


def _calls(content: PacketContent) -> View | None:
    """Calls of the center in one table; below each figure the same month last year."""
    if not content.calls:
        return None
    rows = [{"cells": _call_cells(line)} for line in content.calls]
    columns = [text_column(_("Calls"), 1.4), number_column(content.month_name) | {"width": 1.2}]
    columns += [text_column(_("Signal")), text_column(_("What is counted"), 2.8)]
    return {"caption": _("Calls to the center"), "columns": columns, "rows": rows, "foot": _before_foot(content), "wide": True}


def _call_cells(line: Headline) -> list[View]:
    figure, of = _compared(line.figure, line.unit), _denominator(line.figure.now, line.unit)
    signal = f"{ARROWS.get(line.arrow or '', '')} {_signal_word(line.signal)}".strip()
    return [{"text": line.label}, figure | {"text": f"{figure['text']} {of}".strip()}, {"text": signal}, {"text": line.definition}]


def _channels(content: PacketContent) -> View | None:
    if not content.channels:
        return None
    rows = [
        {
            "cells": [
                {"text": row.label},
                _compared(row.opened, "count"),
                {
                    "text": DASH if row.share is None else formats.percent(row.share),
                    "sub": "" if row.share_before is None else formats.percent(row.share_before),
                },
            ]
        }
        for row in content.channels
    ]
    columns = [text_column(_("Channel"), 1.6), number_column(pgettext("requests", "Opened")), number_column(_("Share"))]
    return {"caption": _("Requests opened by channel"), "columns": columns, "rows": rows, "foot": _before_foot(content), "wide": False}


def _topics(content: PacketContent) -> View | None:
    if not content.topics:
        return None
    return {
        **topic_words(content.audience),
        "lead": content.topics_note,
        "items": [topic_item(topic, index) for index, topic in enumerate(content.topics)],
    }


def topic_words(audience: str) -> View:
    """What stands around every topic; lines to write on only in the copy for the room."""
    words = {
        "heading": _("Topics for this meeting"),
        "ask": _("What to ask"),
        "causes": _("Possible causes, as questions"),
        "chosen": _("Why this topic"),
    }
    lines = [_("Decision. Left open: people decide in the meeting."), _("Owner"), _("Due")]
    return words | {"lines": lines if audience == "staff" else []}


def topic_item(topic: Topic, index: int) -> View:
    """One topic, with its chart under the key of its place."""
    picture = topic.picture
    return {
        "number": str(index + 1),
        "title": topic.title,
        "rule": topic.rule_name,
        "why": topic.why_chosen,
        "evidence": list(topic.evidence),
        "questions": list(topic.questions),
        "causes": [{"label": cause.label, "question": cause.question} for cause in topic.causes],
        "chart": f"topic-{index}" if picture else "",
        "chart_title": picture.title if picture else "",
        "chart_subtitle": picture.subtitle if picture else "",
        "chart_alt": picture.description if picture else "",
    }


def _services(content: PacketContent) -> View:
    count = len(content.services.rows)
    left_out = content.services.left_out
    lead = _("The services most asked for this month.")
    more = _("%(n)s more services are counted in the last row.") % {"n": formats.number(left_out)} if left_out else ""
    table = _figure_table(content, content.services, _("Service"), _("Services, %(month)s") % {"month": content.month_name})
    return {"heading": _("Top %(n)s services") % {"n": count}, "lead": f"{lead} {more}".strip(), "table": table}


def _departments(content: PacketContent) -> View | None:
    table = content.departments
    if table is None and not content.oldest:
        return None
    caption = _("Departments, %(month)s") % {"month": content.month_name}
    return {
        "heading": _("Departments") if table else _("Longest open"),
        "table": _figure_table(content, table, _("Department"), caption) if table else None,
        "more": _more_departments(table) if table else "",
        "oldest_heading": _("The ten requests open longest"),
        "oldest_lead": _oldest_lead(content),
        "oldest": case_table(content.as_of, content.oldest, _oldest_caption(content), district=content.scope.kind != "district"),
    }


def _as_of(content: PacketContent) -> View:
    return {"day": formats.short_day(date.fromisoformat(content.as_of))}


def _oldest_lead(content: PacketContent) -> str:
    if content.is_complete:
        return _("Open at the end of the month. The reason is for the department to say: a wait can be waiting for others.")
    return _("Open on %(day)s. The reason is for the department to say: a wait can be waiting for others.") % _as_of(content)


def _oldest_caption(content: PacketContent) -> str:
    if content.is_complete:
        return _("Open longest at the end of %(month)s") % {"month": content.month_name}
    return _("Open longest on %(day)s") % _as_of(content)


def _more_departments(table: FigureTable) -> str:
    if not table.left_out:
        return ""
    return _("%(n)s smaller departments are counted in the last row.") % {"n": formats.number(table.left_out)}


def _figure_table(content: PacketContent, table: FigureTable, first: str, caption: str) -> View:
    columns = [text_column(first, 2.6), *(number_column(column.label) for column in table.columns)]
    rows = [_figure_row(row, table) for row in table.rows]
    if table.total:
        rows.append(_figure_row(table.total, table) | {"total": True})
    return {"caption": caption, "columns": columns, "rows": rows, "foot": _table_foot(content), "wide": True}


def _figure_row(row: TableRow, table: FigureTable) -> View:
    cells = [
        _compared(row.cells[column.measure], column.unit) if column.measure in row.cells else {"text": DASH} for column in table.columns
    ]
    return {"cells": [{"text": row.label}, *cells]}


def _compared(figure: Compared, unit: str) -> View:
    differs = figure.verdict in {"higher", "lower"}
    return {
        "text": shown(figure.now, unit) + ("*" if differs else ""),
        "sub": "" if figure.before is None else shown(figure.before, unit),
        "state": figure.now.state,
        "differs": differs,
    }


def _before_foot(content: PacketContent) -> str:
    if not content.is_complete:
        return ""
    return _("Below each figure: %(before)s. * The difference is more than chance explains.") % {"before": content.before_name}


def _table_foot(content: PacketContent) -> str:
    return f"{_before_foot(content)} {_states(content.least_cases)}".strip()


def _states(least: int) -> str:
    """What the words in place of figures mean; packets that were frozen without the minimum do not name it."""
    if not least:
        return _(
            "“Too few” stands where counts are below the city's minimum, “–” where the value is not known, “not yet” where half "
            "(or nine in ten) are not closed yet."
        )
    return _(
        "“Too few” stands where fewer than %(least)s requests would be behind a share or a number of days, “–” where the value is not "
        "known, “not yet” where half (or nine in ten) are not closed yet."
    ) % {"least": formats.number(least)}


def case_table(as_of: str, cases: Sequence[Case], caption: str, *, district: bool = True) -> View | None:
    """Open requests and what became of them by the day of the data; None without any."""
    if not cases:
        return None
    columns: list[tuple[View, Callable[[Case], str]]] = [(text_column(_("Service"), 2.2), lambda case: case.service)]
    if any(case.request_id for case in cases):
        columns.insert(0, (text_column(_("Request")), lambda case: case.request_id or DASH))
    columns.append(
        (text_column(_("Department"), 2.0 if _has_long(case.department for case in cases) else 1.4), lambda case: case.department or DASH)
    )
    if district and any(case.district for case in cases):
        columns.append(
            (text_column(_("District"), 1.4 if _has_long(case.district for case in cases) else 1.0), lambda case: case.district or DASH)
        )
    columns.append((text_column(_("Opened"), 1.2), lambda case: formats.short_day(date.fromisoformat(case.opened_on))))
    columns.append((number_column(_("Days open")), lambda case: formats.number(case.age_days)))
    if any(case.days_overdue is not None for case in cases):
        overdue = number_column(_("Days overdue"))
        columns.append((overdue, lambda case: DASH if case.days_overdue is None else formats.number(case.days_overdue)))
    since = _("By %(day)s") % {"day": formats.short_day(date.fromisoformat(as_of))}
    columns.append((text_column(since, 1.6), _closing))
    rows = [{"cells": [{"text": write(case)} for _column, write in columns]} for case in cases]
    return {"caption": caption, "columns": [column for column, _write in columns], "rows": rows, "foot": "", "wide": True}


def _has_long(names: Iterable[str | None]) -> bool:
    return any(len(name or "") > LONG_NAME for name in names)


def _closing(case: Case) -> str:
    if case.closed_on:
        return _("closed %(day)s") % {"day": formats.short_day(date.fromisoformat(case.closed_on))}
    return _("still open")


def _districts(content: PacketContent) -> View | None:
    districts = content.districts
    if districts is None:
        return None
    behind = len(districts.pages) > DISTRICT_PAGES_IN_ORDER
    pages = [_district(content, page, index, short=behind) for index, page in enumerate(districts.pages)]
    return {
        "heading": _("Council districts") if content.scope.kind != "district" else _("The district"),
        "pages_heading": _("Appendix: each council district"),
        "caution_heading": _("How to read reports per resident"),
        "caution": districts.caution,
        "note": districts.note,
        "table": _district_table(content, districts.pages) if len(pages) > 1 else None,
        "funnel": "funnel" if districts.funnel else "",
        "funnel_title": _("On time by district, as if each had the city's mix of services"),
        "funnel_alt": _(
            "Interval chart: each district's standardized share closed on time with its 95% interval beside the city's "
            "value. The table holds the same numbers."
        ),
        "pages": pages,
        "behind": behind,
    }


def _district_table(content: PacketContent, pages: Sequence[DistrictPage]) -> View:
    """One row a district; a column nothing is known of is left out."""
    shown_columns: list[tuple[View, Callable[[DistrictPage], View]]] = [
        (number_column(pgettext("requests", "Opened")), lambda page: _compared(page.opened, "count")),
        (number_column(_("Per 1,000 residents")), lambda page: _with_interval(page.per_1000.now if page.per_1000 else None, "rate")),
        (number_column(_("Closed on time")), lambda page: _compared(page.on_time, "percent")),
        (number_column(_("Standardized")), lambda page: _with_interval(page.standardised, "percent")),
        (number_column(pgettext("requests", "Open")), lambda page: _compared(page.open_backlog, "count")),
        (number_column(pgettext("requests", "Overdue")), lambda page: _compared(page.overdue, "count")),
    ]
    kept = [(column, write) for column, write in shown_columns if any(write(page)["state"] != "missing" for page in pages)]
    columns = [text_column(_("District"), 1.6), *(column for column, _write in kept)]
    rows = [{"cells": [{"text": page.name}, *(write(page) for _column, write in kept)]} for page in pages]
    foot = _before_foot(content) + " " + _("Below a rate or a standardized share: its 95% interval.")
    return {
        "caption": _("Districts, %(month)s") % {"month": content.month_name},
        "columns": columns,
        "rows": rows,
        "foot": foot,
        "wide": True,
    }


def _with_interval(value: Value | None, unit: str) -> View:
    return {"text": shown(value, unit), "sub": interval(value, unit), "state": value.state if value else "missing"}


def _district(content: PacketContent, page: DistrictPage, index: int, *, short: bool) -> View:
    """One district; in the appendix of a city with many, two stand on a page, so they show less."""
    figures = [
        (_("Requests opened"), page.opened, "count"),
        (_("Requests closed"), page.closed, "count"),
        (_("Closed on time"), page.on_time, "percent"),
        (_("Open at month's end") if content.is_complete else _("Open on %(day)s") % _as_of(content), page.open_backlog, "count"),
        (_("Overdue at month's end") if content.is_complete else _("Overdue on %(day)s") % _as_of(content), page.overdue, "count"),
    ]
    if page.per_1000:
        figures.insert(1, (_("Per 1,000 residents"), page.per_1000, "rate"))
    return {
        "name": page.name,
        "anchor": f"district-{index + 1}",
        "figures": [{"label": label, **_compared(figure, unit)} for label, figure, unit in figures if figure.now.state != "missing"],
        "figures_caption": _("Figures, %(month)s; below each: %(before)s") % {"month": content.month_name, "before": content.before_name}
        if content.is_complete
        else "",
        "sentences": [sentence for sentence in (page.per_1000_sentence, page.standardised_sentence) if sentence],
        "types": _type_table(content, page.types[:TYPES_IN_APPENDIX] if short else page.types, _("Most asked for")),
        "overdue": _overdue_table(page.overdue_types[:TYPES_IN_APPENDIX] if short else page.overdue_types),
        "overdue_none": _overdue_none(content, page),
        "oldest": None if short else case_table(content.as_of, page.oldest, _("Open longest"), district=False),
        "map": f"map-{index}" if content.districts and content.districts.outline else "",
        "map_alt": _("Outline of the city with %(name)s filled in.") % {"name": page.name},
    }


def _overdue_none(content: PacketContent, page: DistrictPage) -> str:
    """Nothing is overdue, or nothing is known about it: two different sentences."""
    if page.overdue_types:
        return ""
    if page.overdue.now.state == "missing":
        return _("Overdue requests are not known: see the data notes.")
    return (
        _("Nothing is overdue at the end of the month.") if content.is_complete else _("Nothing is overdue on %(day)s.") % _as_of(content)
    )


def _type_table(content: PacketContent, types: Sequence[TypeCount], caption: str) -> View | None:
    if not types:
        return None
    columns = [text_column(_("Service"), 2.6), number_column(content.month_name)]
    rows = [{"cells": [{"text": row.service}, {"text": formats.number(row.opened)}]} for row in types]
    if any(row.opened_before is not None for row in types):
        columns.append(number_column(content.before_name))
        for line, row in zip(rows, types, strict=True):
            line["cells"].append({"text": _count_or_dash(row.opened_before)})
    return {"caption": caption, "columns": columns, "rows": rows, "foot": "", "wide": False}


def _overdue_table(types: Sequence[TypeCount]) -> View | None:
    if not types:
        return None
    rows = [{"cells": [{"text": row.service}, {"text": _count_or_dash(row.overdue)}]} for row in types]
    columns = [text_column(_("Service"), 2.6), number_column(pgettext("requests", "Overdue"))]
    return {"caption": _("Overdue by service"), "columns": columns, "rows": rows, "foot": "", "wide": False}


def _count_or_dash(count: int | None) -> str:
    return DASH if count is None else formats.number(count)


def _repeats(content: PacketContent) -> View:
    rows = [
        {
            "cells": [
                {"text": row.service},
                {"text": row.place},
                {"text": formats.number(row.requests)},
                {"text": formats.number(row.requests_in_month)},
                {"text": formats.number(row.still_open)},
            ]
        }
        for row in content.repeats
    ]
    columns = [
        text_column(_("Service"), 2.6),
        text_column(_("Where"), 1.8),
        number_column(_("In twelve months")),
        number_column(_("This month")),
        number_column(pgettext("requests", "Open")),
    ]
    table = {"caption": _("Same service, same spot"), "columns": columns, "rows": rows, "foot": "", "wide": False}
    return {
        "heading": _("Repeats, reopened requests and escalations"),
        "facts": [{"label": fact.label, "text": fact.text} for fact in content.repeat_facts],
        "table": table if rows else None,
        "none": "" if rows else _("No spot was reported for the same service three times in the last twelve months."),
    }


def _notes(content: PacketContent) -> View:
    return {
        "heading": _("Data notes"),
        "items": [{"heading": note.heading, "lines": list(note.lines)} for note in content.notes],
        "loads": _load_table(content),
        "flags": _flag_table(content),
    }


def _load_table(content: PacketContent) -> View | None:
    if not content.loads:
        return None
    headings = [_("As of"), _("Rows read"), _("Loaded"), _("Unchanged"), _("Superseded"), _("Quarantined")]
    columns = [text_column(_("Load"), 1.6), *(number_column(heading) for heading in headings)]
    columns[1]["width"] = 1.1
    rows = [
        {
            "cells": [
                {"text": f"{row.load_id} {row.layout}".strip()},
                {"text": formats.short_day(date.fromisoformat(row.as_of))},
                *({"text": formats.number(count)} for count in (row.rows_read, row.loaded, row.unchanged, row.superseded, row.quarantined)),
            ]
        }
        for row in content.loads
    ]
    foot = _("Rows read = loaded + unchanged + superseded + quarantined.")
    return {"caption": _("Where the data came from"), "columns": columns, "rows": rows, "foot": foot, "wide": False}


def _flag_table(content: PacketContent) -> View | None:
    if not content.flags:
        return None
    columns = [text_column(_("Mark"), 3.0), number_column(_("Requests")), number_column(_("Share"))]
    rows = [
        {"cells": [{"text": row.label}, {"text": formats.number(row.rows)}, {"text": formats.percent(row.share, 1)}]}
        for row in content.flags
    ]
    caption = _("Suspicious rows among the requests opened this month")
    return {
        "caption": caption,
        "columns": columns,
        "rows": rows,
        "foot": _("Marked rows are kept; measures that they would mislead leave them out."),
        "wide": False,
    }


def changes_table(changed: Sequence[Any]) -> View | None:
    """What differs from the released edition; None where nothing does or nothing was released."""
    if not changed:
        return None
    columns = [text_column(_("Section")), text_column(_("Of"), 2.0), text_column(_("Figure"), 1.4)]
    columns += [number_column(_("Released")), number_column(_("Now"))]
    rows = [
        {"cells": [{"text": text} for text in (change.section, change.subject, change.figure, change.was, change.now)]}
        for change in changed
    ]
    return {
        "heading": _("What changed since the released edition"),
        "lead": _("The released edition stays as it is. These figures differ when the same month is made from the newer data build."),
        "table": {"caption": _("Figures that differ"), "columns": columns, "rows": rows, "foot": "", "wide": True},
    }


def text_column(label: str, width: float = 1.0) -> View:
    """A column of words and its share of the width."""
    return {"label": label, "align": "left", "width": width}


def number_column(label: str) -> View:
    """A column of figures."""
    return {"label": label, "align": "right", "width": 0.8}


def table_of_contents(packet: View) -> list[View]:
    """Anchors and headings of the sections that are there, in order."""
    sections = [
        ("first-page", packet["first"]),
        ("topics", packet["topics"]),
        ("services", packet["services"]),
        ("departments", packet["departments"]),
        ("districts", packet["districts"]),
        ("repeats", packet["repeats"]),
        ("changes", packet["changes"]),
        ("notes", packet["notes"]),
    ]
    found = [{"anchor": anchor, "text": section["heading"]} for anchor, section in sections if section]
    if packet["districts"] and packet["districts"]["behind"]:
        found.append({"anchor": "district-pages", "text": packet["districts"]["pages_heading"]})
    return found
