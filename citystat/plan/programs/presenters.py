"""Programs, budget lines, improvements, areas in focus and advice as their pages show them."""

from math import cos, radians
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from citystat.core import clock, formats
from citystat.core.cities import current_city
from citystat.core.figures import Column, Link, Table
from citystat.core.texts import said
from citystat.places import queries as places
from citystat.plan import descriptions, periods
from citystat.plan import queries as measures
from citystat.plan.models import (
    AdvisoryCouncil,
    CouncilMember,
    Evidence,
    FocusSelection,
    Improvement,
    Program,
    Recommendation,
)
from citystat.plan.programs import access, advice, before_after, focus, queries, words
from citystat.plan.programs.queries import LineTrend

MAP_WIDTH = 320.0


def kinds_of_evidence() -> dict[str, str]:
    """Where a finding comes from, in words."""
    return {
        "survey": _("Survey"),
        "requests": _("311 requests"),
        "measure": _("Measure"),
        "meeting": _("Meeting"),
        "document": _("Document"),
    }


def label(name: str) -> str:
    """A measure by its label in the reader's language."""
    return measures.measure(name).label.in_(get_language() or "en")


def program_page(row: Program, user: Any) -> dict[str, Any]:
    """A program with its findings, what followed, what is delivered, its money and its improvements."""
    findings, later = queries.evidence(row)
    improved = [one for one in row.improvements.all() if access.can_see(user, one)]
    return {
        "program": row, "title": said(row, "title"), "text": said(row, "text"), "findings": [_finding(one) for one in findings],
        "later": [_finding(one) for one in later], "budget": words.dollars(row.budget) if row.budget is not None else "",
        "delivery": _delivery(row), "measures": [Link(label(name), f"/measures/{name}/") for name in row.measures],
        "lines": [_line(queries.trend(one)) for one in row.lines.prefetch_related("amounts")], "may_edit": access.can_edit(user),
        "improvements": [Link(said(one, "title"), f"/improvements/{one.slug}/") for one in improved],
    }  # fmt: skip


def _finding(one: Evidence) -> dict[str, Any]:
    shown = ""
    if one.measure and one.value is not None:
        value = formats.value(one.value, measures.measure(one.measure).format)
        shown = _("%(label)s: %(value)s in %(period)s (build %(build)s)") % {
            "label": label(one.measure), "value": value, "period": _period(one.period), "build": one.build,
        }  # fmt: skip
    return {
        "row": one, "text": said(one, "text"), "kind": kinds_of_evidence()[one.kind], "value": shown,
        "url": one.url or (f"/measures/{one.measure}/" if one.measure else ""),
    }  # fmt: skip


def _period(key: str) -> str:
    named = periods.parse_period(key, current_city().fiscal_year_start_month)
    return descriptions.period_name(named, get_language() or "en")


def _delivery(row: Program) -> dict[str, Any] | None:
    found = queries.delivery(row)
    if found is None or not found[0].is_public:
        return None
    countdown, done = found
    return {
        "title": said(countdown, "title"), "things": said(countdown, "things"), "ends_on": countdown.ends_on,
        "done": formats.number(done.done),
        "target": formats.number(done.target), "remaining": formats.number(done.remaining), "spend": words.dollars(done.spend),
        "per_unit": words.unit_cost(done.per_unit), "costed": formats.number(done.done - done.without_cost),
        "without_cost": done.without_cost, "budget": words.dollars(done.budget) if done.budget is not None else "",
        "url": f"/countdowns/{countdown.slug}/",
    }  # fmt: skip


def _line(found: LineTrend) -> dict[str, Any]:
    columns = (
        Column(_("Fiscal year")), Column(_("Requests"), "number"), Column(_("Amount ($)"), "number"), Column(_("$ a request"), "number"),
    )  # fmt: skip
    rows = [
        [
            one.key.removeprefix("FY"),
            "–" if one.requests is None else formats.number(one.requests),
            # The unit stands in the header.
            words.dollars(one.amount).removeprefix("$"),
            words.unit_cost(one.per_request).removeprefix("$"),
        ]
        for one in found.years
    ]
    title = said(found.line, "title")
    table = Table(_("Requests and amounts of %(title)s") % {"title": title}, columns, rows, hide_caption=True)
    return {"line": found.line, "title": title, "scope": found.scope, "table": table, "reason": found.reason}


def budget_page(user: Any) -> dict[str, Any]:
    """Every line with its trend and unit cost, and the programs nobody can say the volume of."""
    rows = [one for one in queries.programs() if access.can_see(user, one)]
    return {
        "lines": [_line(queries.trend(one)) for one in queries.budget_lines()],
        "without": [(Link(said(one.program, "title"), f"/programs/{one.program.slug}/"), one.reason) for one in queries.without_data(rows)],
    }


def improvement_page(row: Improvement, user: Any) -> dict[str, Any]:
    """An improvement with its figure before and after."""
    found = before_after.of_improvement(row)
    names = places.place_names(row.by) if row.by else {}
    shown: dict[str, Any] = {}
    if found is not None:
        shown = {
            "headline": words.headline(found), "table": words.table(found, names), "method": words.method(found),
            "leaves_out": words.leaves_out(found),
            "times": words.times_table(found, names) if found.how == "percentile" else None, "windows": found.windows, "build": found.build,
        }  # fmt: skip
    return shown | {
        "improvement": row, "title": said(row, "title"), "text": said(row, "text"), "figure": figure_of(row), "limits": words.limits(),
        "url": f"/measures/{row.measure}/" if row.measure else "", "narrowed": narrowed(row), "may_edit": access.can_edit(user),
        "program": row.program if row.program and access.can_see(user, row.program) else None,
    }  # fmt: skip


def figure_of(row: Improvement) -> str:
    """The name of the figure."""
    return label(row.measure) if row.measure else _("Response time of nine in ten calls: %(kind)s") % {"kind": row.incidents}


def narrowed(row: Improvement) -> str:
    """Which rows it looks at."""
    parts = [", ".join(str(one) for one in values) for values in row.where.values()]
    return "; ".join([*parts, ", ".join(row.areas)] if row.areas else parts)


def improvements_page(user: Any) -> dict[str, Any]:
    """Work groups with their meetings and what came of them, then all improvements with one line each."""
    rows = [one for one in queries.improvements() if access.can_see(user, one)]
    cards = [
        {
            "title": said(one, "title"),
            "url": f"/improvements/{one.slug}/",
            "on": one.started_on,
            "figure": figure_of(one),
            "said": _short(one),
        }
        for one in rows
    ]
    shown = {one.pk for one in rows}
    groups = [
        {
            "title": said(one, "title"), "text": said(one, "text"),
            "meetings": [
                {
                    "on": meeting.held_on, "text": said(meeting, "text"),
                    "improvements": [
                        Link(said(each, "title"), f"/improvements/{each.slug}/") for each in meeting.improvements.all() if each.pk in shown
                    ],
                }
                for meeting in one.meetings.all()
            ],
        }
        for one in queries.groups()
    ]  # fmt: skip
    return {"cards": cards, "groups": groups, "may_edit": access.can_edit(user)}


def _short(row: Improvement) -> str:
    found = before_after.of_improvement(row)
    return words.headline(found) if found else _("Too early to say: no whole month has passed since.")


def focus_page(row: FocusSelection, user: Any) -> dict[str, Any]:
    """A selection: its rule, what it chose with the values it saw, the plan, and the areas against the others."""
    names = focus.area_names(row.kind)
    language = get_language() or "en"
    found = focus.progress(row)
    return {
        "selection": row, "title": said(row, "title"), "why": said(row, "why"), "rule": focus.rule_in_words(row, language),
        "chosen": [names.get(code, code) for code, is_in in row.chosen.get("areas", {}).items() if is_in],
        "values": _values(row, names) if row.chosen_on else None, "plan_text": said(row, "plan_text"), "progress": _progress(row, found),
        "outcome": label(row.outcome) if row.outcome else "", "limits": words.limits(), "may_edit": access.can_edit(user),
    }  # fmt: skip


def _values(row: FocusSelection, names: dict[str, str]) -> Table:
    """What the rule saw on the day it chose."""
    shown = [(label(one["measure"]), measures.measure(one["measure"]).format) for one in row.indicators]
    rows = []
    for code, is_in in sorted(row.chosen["areas"].items(), key=lambda one: (not one[1], one[0])):
        cells = [
            "–" if values[code] is None else formats.value(values[code], form)
            for values, (_label, form) in zip(row.chosen["values"], shown, strict=True)
        ]
        rows.append([names.get(code, code), *cells, str(row.chosen["met"][code]), _("Chosen") if is_in else ""])
    columns = (
        Column(_("Area")), *(Column(name, "number") for name, _form in shown), Column(_("Indicators that apply"), "number"),
        Column(_("Chosen")),
    )  # fmt: skip
    return Table(_("What the rule saw"), columns, rows, stacks=True)


def _progress(row: FocusSelection, found: focus.Progress | None) -> dict[str, Any] | None:
    if found is None:
        return None
    figures = found.figures
    rows = [
        [
            name,
            words.value(one.before, figures),
            words.value(one.after, figures),
            words.change(one.change, figures),
            words.verdict(one.change),
        ]
        for name, one in ((_("Areas in focus"), found.inside), (_("The other areas"), found.outside))
    ]
    columns = (
        Column(_("Where")), Column(_("Before"), "number"), Column(_("After"), "number"), Column(_("Change (95% interval)"), "number"),
        Column(_("What it says")),
    )  # fmt: skip
    return {
        "table": Table(_("Before and after"), columns, rows, hide_caption=True, stacks=True),
        "windows": figures.windows, "build": figures.build,
        "sentence": _against(found), "change": words.change(found.against, figures), "method": words.method(figures),
    }  # fmt: skip


def _against(found: focus.Progress) -> str:
    direction = found.figures.measure.direction if found.figures.measure else "neutral"
    if found.against.verdict == "undefined":
        return _("There is too little yet to say whether these areas improve.")
    if found.against.verdict == "about_the_same":
        return _("These areas changed about as much as the others: no improvement that is beyond chance.")
    if direction == "neutral":
        return _("These areas changed otherwise than the others.")
    if (found.against.verdict == "higher") == (direction == "increase"):
        return _("These areas improved against the others.")
    return _("These areas fell behind the others.")


def answers() -> dict[str, str]:
    """What the city can answer."""
    return {"waiting": _("Waiting"), "accepted": _("Accepted"), "partly": _("Accepted in part"), "declined": _("Declined")}


def council_page(row: AdvisoryCouncil, user: Any) -> dict[str, Any]:
    """A council: members, coverage with its gaps, recommendations with their answers."""
    covered, may_edit = advice.coverage(row), access.can_edit(user)
    names, ended = {one.code: one.name for one in covered}, advice.ended(row) if may_edit else {}
    advised = [_recommendation(one) for one in row.recommendations.all()]
    return {
        "council": row, "title": said(row, "title"), "text": said(row, "text"), "coverage": covered,
        "members": [_member(one, names) for one in advice.serving(row)],
        "former": [_member(one, names) | {"ended": ended.get(one.pk)} for one in advice.former(row)],
        "gaps": [one for one in covered if not one.members], "map": coverage_map(row.kind, {one.code for one in covered if one.members}),
        "advised": advised, "waiting": sum(one["is_waiting"] for one in advised), "may_edit": may_edit,
    }  # fmt: skip


def _member(one: CouncilMember, names: dict[str, str]) -> dict[str, Any]:
    return {"row": one, "areas": ", ".join(names.get(code, code) for code in one.areas)}


def membership(one: CouncilMember) -> str:
    """Who a member is, and since when, in one line."""
    since = formats.day(one.since)
    return _("%(name)s, member since %(day)s. The last day counts; it stays in the list of former members.") % {"name": one, "day": since}


def _recommendation(one: Recommendation) -> dict[str, Any]:
    is_waiting = one.answer == Recommendation.Answer.WAITING
    return {
        "row": one, "text": said(one, "text"), "response": said(one, "response"), "answer": answers()[one.answer], "is_waiting": is_waiting,
        "days": (clock.today() - one.given_on).days if is_waiting else ((one.responded_on or clock.today()) - one.given_on).days,
    }  # fmt: skip


def coverage_map(kind: str, covered: set[str]) -> dict[str, Any] | None:
    """The areas as outlines: filled where a member stands for them, hollow where nobody does."""
    features = places.outline(kind)["features"] if places.current_version(kind) else []
    west, south, east, north = places.bounding_box(kind) if features else (0.0, 0.0, 0.0, 0.0)
    if not features or east <= west or north <= south:
        return None
    scale = MAP_WIDTH / (east - west)
    stretch = 1 / cos(radians((north + south) / 2))

    def path(polygons: list[Any]) -> str:
        rings = [ring for polygon in polygons for ring in polygon]
        return " ".join(
            "M" + "L".join(f"{(x - west) * scale:.1f},{(north - y) * scale * stretch:.1f}" for x, y, *_z in ring) + "Z" for ring in rings
        )

    shapes = []
    for feature in features:
        geometry, named = feature["geometry"], feature["properties"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        is_covered = str(named["code"]) in covered
        shapes.append({"path": path(polygons), "name": named["name"], "is_covered": is_covered})
    return {"width": round(MAP_WIDTH), "height": round((north - south) * scale * stretch), "shapes": shapes}
