"""What the pages of the chain show, and the same as rows for JSON and CSV."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citystat.core import formats
from citystat.core.cities import current_city
from citystat.core.texts import said
from citystat.plan import descriptions, known
from citystat.plan import periods as calendar
from citystat.plan import queries as plan
from citystat.plan.definitions import Measure
from citystat.plan.goals import queries as goals
from citystat.plan.goals.words import KINDS
from citystat.plan.registered import expressions, register
from citystat.plan.results import MeasureRow
from citystat.plan.tracing import Trace
from citystat.stat_sessions import chain, corrections
from citystat.stat_sessions.commitments import queries as promises
from citystat.stat_sessions.commitments.words import STATE_WORDS
from citystat.stat_sessions.cycle import calendar as sessions
from citystat.warehouse.connections import open_build
from citystat.web.measures import figures
from citystat.web.measures.presenters import latest, newest

DEEPEST = 6


@dataclass(frozen=True)
class Step:
    """One link of the chain: which part, what it is, when, where to look, how it stands."""

    part: str
    text: str
    on: str = ""
    url: str = ""
    detail: str = ""


def parts() -> dict[str, str]:
    """The parts of the chain in order, in words."""
    return {
        "value": _("The number"), "rows": _("The rows behind it"), "definition": _("How it is defined"), "build": _("Which data"),
        "source": _("Where the data come from"), "input": _("What residents said"), "target": _("Targets in force"),
        "correction": _("Corrections"), "goal": _("Goals it serves"), "session": _("Sessions that looked at it"),
        "decision": _("What was decided, and on what evidence"), "commitment": _("What was promised"), "budget_line": _("Budget lines"),
    }  # fmt: skip


def of_number(measure: Measure, period: str, *, staff: bool) -> dict[str, Any]:
    """The context of the chain of one number."""
    trace = plan.trace(measure.name, period=period, limit=0, language=figures.language())
    steps = [*back(measure, trace), *aims(measure, trace), *forward(measure.name, staff=staff)]
    named = descriptions.period_name(calendar.parse_period(period, current_city().fiscal_year_start_month), figures.language())
    return {
        "measure": measure, "label": measure.label.in_(figures.language()), "period": trace.row.period, "named": named,
        "sections": by_part(steps),
        "nothing": nothing_in(by_part(steps)),
        "steps": steps,
    }  # fmt: skip


def newest_row(measure: Measure) -> MeasureRow | None:
    """The last complete value of a measure; None where there is none."""
    return newest(latest(measure.name, open_build())[1].rows, measure)


def by_part(steps: Iterable[Step]) -> list[tuple[str, str, list[Step]]]:
    """Steps in their sections, empty ones too: that nothing was decided is worth knowing."""
    found = [replace(one, on=_when(one.on)) for one in steps]
    return [(part, words, [one for one in found if one.part == part]) for part, words in parts().items()]


def nothing_in(sections: list[tuple[str, str, list[Step]]]) -> list[tuple[str, str]]:
    """The parts nothing was found for: said together, once."""
    return [(part, words) for part, words, steps in sections if not steps]


def _when(on: str) -> str:
    """A day or period as people say it; exports keep it as it is written."""
    if not on:
        return ""
    return descriptions.period_name(calendar.parse_period(on, current_city().fiscal_year_start_month), figures.language())


def as_data(steps: Iterable[Step]) -> list[dict[str, str]]:
    """The same as plain values."""
    return [asdict(one) for one in steps]


def back(measure: Measure, trace: Trace) -> list[Step]:
    """From the number to its rows, definition, build and sources."""
    row = trace.row
    url = reverse("web:measure_trace", args=[measure.name, row.period])
    value = figures.with_unit(row.value, measure) if row.value is not None else ""
    agrees = _("Counted again from the rows it is the same.") if trace.agrees and row.value is not None else ""
    counted = ngettext("%(n)s row", "%(n)s rows", trace.n_rows) % {"n": formats.number(trace.n_rows)}
    build = [Step("build", _("Build %(build)s") % {"build": trace.build}, trace.as_of.isoformat(), "/data-notes/", trace.checksum[:12])]
    return [
        Step("value", trace.description, row.period_end.isoformat(), reverse("web:measure", args=[measure.name]), value or row.state),
        Step("rows", counted, row.period, url, agrees),
        *definition(measure),
        *(build if measure.source in ("warehouse", "computed") else []),
        *sources(measure),
        *(_input(one) for one in goals.inputs(measure=measure.name)[:20]),
    ]


def definition(measure: Measure) -> list[Step]:
    """The definition in force."""
    url = reverse("web:measure", args=[measure.name]) + "#definition"
    return [Step("definition", measure.description.in_(figures.language()), "", url, _("version %(n)s") % {"n": measure.version})]


def sources(measure: Measure, depth: int = 0) -> list[Step]:
    """Where the data come from: 311 and other systems, a survey, a department, or other measures with theirs."""
    if measure.source == "computed" and measure.registered and depth < DEEPEST:
        texts = [text for text in measure.registered.expression or () if text]
        names = dict.fromkeys(one.measure for text in texts for one in expressions.operands(text))
        known_ = known.everything()
        found = [one for name in names if name in known_ for one in (_measure(known_[name]), *sources(known_[name], depth + 1))]
        return list(dict.fromkeys(found))
    row = register.content().rows.get(measure.name)
    words = {
        "warehouse": _("Records of the city: %(tables)s") % {"tables": ", ".join(measure.source_tables)},
        "survey": _("Survey of residents"),
        "typed": _("Given by the department: %(owner)s") % {"owner": row.department if row and row.department else _("not named")},
        "gap": _("There are no data yet."),
    }
    return [Step("source", words.get(measure.source, measure.source), "", "", measure.label.in_(figures.language()))]


def _measure(measure: Measure) -> Step:
    url = reverse("web:measure", args=[measure.name])
    return Step("source", _("Measure: %(label)s") % {"label": measure.label.in_(figures.language())}, "", url, "")


def _input(one: Any) -> Step:
    return Step("input", said(one, "text"), one.received_on.isoformat(), one.url, f"{KINDS[one.kind]}: {one.source}")


def aims(measure: Measure, trace: Trace) -> list[Step]:
    """Targets in force on the last day of the period, corrections of it, goals of the plan in force."""
    day, found = trace.row.period_end, []
    for target in [one for one in measure.targets if one.covers(day)][-1:]:
        begun = target.from_.isoformat() if target.from_ else ""
        found.append(Step("target", figures.with_unit(target.value, measure), begun, "", target.why(figures.language())))
    for one in plan.corrections(measure.name):
        if one.period == trace.row.period:
            words = f"{figures.with_unit(one.old_value, measure)} → {figures.with_unit(one.new_value, measure)}"
            found.append(Step("correction", words, one.published_at.date().isoformat(), "/corrections/", one.why))
    for goal in goals.goals_of_measure(measure.name):
        found.append(Step("goal", said(goal, "title"), "", reverse("web:goal", args=[goal.code]), goal.department))
    return found


def _both(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    return [*first, *second]


def forward(measure: str, *, staff: bool) -> list[Step]:
    """To sessions, decisions with their evidence, commitments, budget lines."""
    decided = chain.decisions(measure=measure, staff=staff)
    promised = chain.commitments(measure=measure, staff=staff)
    lines = dict.fromkeys(one.budget_line for one in _both(decided, promised) if one.budget_line)
    return [
        *map(session, chain.sessions(measure=measure, staff=staff)), *map(decision, decided), *map(commitment, promised),
        *map(budget_line, lines),
    ]  # fmt: skip


def session(one: Any) -> Step:
    """A session."""
    return Step("session", said(one, "title"), sessions.day_of(one).isoformat(), f"/stat/{one.pk}/", one.department)


def decision(one: Any) -> Step:
    """A decision with what was known on the day."""
    known_ = [_evidence(item) for item in one.evidence]
    url = f"/stat/{one.session_id}/" if one.session_id else ""
    corrected = corrections.sentences(one.corrections.all(), staff=False, names_subject=False)
    detail = "; ".join(filter(None, [one.resource, *known_, *corrected]))
    return Step("decision", said(one, "text"), one.decided_on.isoformat(), url, detail)


def _evidence(item: Any) -> str:
    """One piece of evidence in words, whatever form it was kept in."""
    if not isinstance(item, dict):
        return str(item)
    shown = [
        str(item[name]) for name in ("label", "title", "text", "measure", "period", "value", "url") if item.get(name) not in (None, "")
    ]
    return ", ".join(dict.fromkeys(shown))


def commitment(one: Any) -> Step:
    """A commitment and how it stands, and what was corrected in its words."""
    state = str(STATE_WORDS[promises.standing(one).state])
    detail = "; ".join([state, *corrections.sentences(one.corrections.all(), staff=False, names_subject=False)])
    return Step("commitment", f"{one.number}: {said(one, 'text')}", one.due_on.isoformat(), f"/commitments/{one.number}/", detail)


def budget_line(line: str) -> Step:
    """A budget line, with the way to its sources."""
    return Step("budget_line", line, "", f"{reverse('web:budget_chain')}?{urlencode({'line': line})}", "")


def of_budget_line(line: str, *, staff: bool) -> list[Step]:
    """From a budget line back: what was decided and promised on it, the measures that were its evidence, and their sources."""
    decided = chain.decisions(budget_line=line, staff=staff)
    promised = chain.commitments(budget_line=line, staff=staff)
    names = dict.fromkeys(filter(None, [*(one.measure for one in _both(decided, promised)), *_measures_of_evidence(decided)]))
    everything = known.everything()
    found = [everything[name] for name in names if name in everything and (staff or everything[name].audience == "public")]
    steps: list[Step] = [*map(decision, decided), *map(commitment, promised)]
    for measure in found:
        url = reverse("web:measure", args=[measure.name])
        steps += [Step("measure", measure.label.in_(figures.language()), "", url, measure.description.in_(figures.language()))]
        steps += [*sources(measure), *(_input(one) for one in goals.inputs(measure=measure.name)[:20])]
    return list(dict.fromkeys(steps))


def _measures_of_evidence(decided: Iterable[Any]) -> list[str]:
    return [str(item["measure"]) for one in decided for item in one.evidence if isinstance(item, dict) and item.get("measure")]


def budget_sections(steps: list[Step]) -> list[tuple[str, str, list[Step]]]:
    """The lineage of a budget line from the line down to what people said."""
    words = parts() | {"measure": _("Measures it rests on")}
    order = ("decision", "commitment", "measure", "source", "input")
    return [(part, words[part], [one for one in steps if one.part == part]) for part in order]
