"""Topics the rules propose for a session, each naming its rule: those of the monthly packet, and those about the measures themselves."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core import formats
from citystat.stat_sessions import rules as topic_rules
from citystat.stat_sessions import topics, trends
from citystat.stat_sessions.content import Cause, Picture, Topic
from citystat.stat_sessions.cycle import health, rules, voices
from citystat.stat_sessions.cycle.ground import Ground
from citystat.stat_sessions.cycle.key_measures import Judged
from citystat.stat_sessions.rules import Candidate
from citystat.stat_sessions.words import CAUSE_LABELS
from citystat.stat_sessions.writing import with_unit

# Rules about the measures of the session; the others are those of the monthly packet.
OWN_RULES: Final = ("projected_miss", "resident_signal", "stale_measure", "ownerless_measure")
OWN_WEIGHTS: Final = {"projected_miss": 0.88, "resident_signal": 0.86, "stale_measure": 0.5, "ownerless_measure": 0.45}
USUAL_PICKED: Final = 3
# Measures whose groups a rule without a measure of its own is about.
MEASURE_OF_RULE: Final = {"district_gap": "closed_on_time", "mass_closure": "requests_closed", "rise_in_demand": "requests_opened"}
NAMES: dict[str, Promise] = {
    "projected_miss": gettext_lazy("Projected to miss its target"),
    "resident_signal": gettext_lazy("Residents say it is not fixed"),
    "stale_measure": gettext_lazy("Stale measure"),
    "ownerless_measure": gettext_lazy("Measure without an owner"),
    "analyst": gettext_lazy("Added by the analyst"),
    "carried": gettext_lazy("Carried over from last time"),
}
QUESTIONS: dict[str, tuple[Promise, ...]] = {
    "projected_miss": (
        gettext_lazy("What would have to change in the process, not in one month, for the target to be met?"),
        gettext_lazy("Is the target still the right one, and who confirms it?"),
    ),
    "resident_signal": (
        gettext_lazy("What do residents say is missing when work is reported as done?"),
        gettext_lazy("Who looks again at the ones that were not fixed, and by when?"),
    ),
    "stale_measure": (
        gettext_lazy("Where does the data stop, and since when?"),
        gettext_lazy("Is the measure still needed? If so, who brings the next value, and by when?"),
    ),
    "ownerless_measure": (gettext_lazy("Who answers for this measure from now on?"),),
}
CAUSES: dict[str, tuple[tuple[str, Promise], ...]] = {
    "projected_miss": (
        ("process", gettext_lazy("Which step sets the pace, and can it be changed?")),
        ("data", gettext_lazy("Does the measure count what the target was meant for?")),
        ("resource", gettext_lazy("What would it take to move the usual range, and what would be given up for it?")),
        ("outside", gettext_lazy("Is the target within the city's hands?")),
    ),
    "resident_signal": (
        ("process", gettext_lazy("Is somebody looking at the result before a request is closed?")),
        ("data", gettext_lazy("Are requests closed when they are handed on?")),
        ("resource", gettext_lazy("Is the first repair a temporary one for want of material?")),
        ("outside", gettext_lazy("Does what residents expect differ from what the city may do?")),
    ),
    "stale_measure": (
        ("process", gettext_lazy("Did the person who sends the values change?")),
        ("data", gettext_lazy("Did the system or the export change?")),
    ),
    "ownerless_measure": (("process", gettext_lazy("Did the owner leave, or was there never one?")),),
}


@dataclass(frozen=True)
class Proposal:
    """A topic with the key it is known by, how grave it is, and the measure and groups it is about."""

    key: str
    score: float
    topic: Topic
    measure: str = ""
    where: dict[str, str] = field(default_factory=dict)


def propose(ground: Ground, found: Sequence[Judged], language: str, *, only: Sequence[str] | None = None) -> tuple[Proposal, ...]:
    """Every topic a rule proposes today, gravest first. `only` keeps to the measures of a goal."""
    if ground.no_data:
        return tuple(_own(ground, found, language))
    evidence = ground.evidence(language, only)
    offered = topics.candidates(evidence) if ground.is_complete else []
    kept = [one for one in offered if only is None or measure_of(one) in only]
    everything = [*(_packet_proposal(one, evidence) for one in kept), *_own(ground, found, language)]
    return told_apart(sorted(everything, key=lambda one: (-one.score, one.key)))


def told_apart(found: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """Topics of one title named by their rule as well, and by a number where even that is the same."""
    titles = Counter(one.topic.title for one in found)
    named = [f"{one.topic.title} ({one.topic.rule_name})" if titles[one.topic.title] > 1 else one.topic.title for one in found]
    times = Counter(named)
    seen: Counter[str] = Counter()
    made = []
    for one, title in zip(found, named, strict=True):
        seen[title] += 1
        shown = f"{title}, {seen[title]}" if times[title] > 1 else title
        made.append(one if shown == one.topic.title else replace(one, topic=replace(one.topic, title=shown)))
    return tuple(made)


def pick(proposals: Sequence[Proposal], most: int = USUAL_PICKED) -> tuple[str, ...]:
    """Keys of the topics to begin with: the gravest, no rule and no subject twice while there are others."""
    chosen: list[Proposal] = []
    for fresh in (True, False):
        for one in proposals:
            same = any(one.topic.rule == other.topic.rule or one.topic.subject == other.topic.subject for other in chosen)
            if len(chosen) < most and one not in chosen and not (fresh and same):
                chosen.append(one)
    return tuple(one.key for one in chosen)


def measure_of(candidate: Candidate) -> str:
    """The measure a topic of the monthly packet is about."""
    if candidate.rule == "backlog_growing" or candidate.rule == "longest_waiting":
        return "open_backlog"
    return str(candidate.facts.get("measure") or MEASURE_OF_RULE.get(candidate.rule, ""))


def _packet_proposal(one: Candidate, evidence: topics.Evidence) -> Proposal:
    measure = measure_of(one)
    where = {} if one.subject_kind == "city" or not one.code else {one.subject_kind: one.code}
    key = f"{one.rule}:{one.subject_kind}:{one.code}:{measure}"[:200]
    return Proposal(key, topic_rules.score(one), topics.topic(one, evidence), measure, where)


def _own(ground: Ground, found: Sequence[Judged], language: str) -> Iterator[Proposal]:
    if ground.is_complete and not ground.no_data:
        yield from _projected(found, ground)
    yield from _unhappy(ground)
    for ill in health.ailments(found, ground.month):
        if ill.kind in {"stale", "ownerless"}:
            yield _of_measure(ill)


def _projected(found: Sequence[Judged], ground: Ground) -> Iterator[Proposal]:
    for item in found:
        if item.chart is None or item.measure is None or not item.key.headline.figure.now.is_known:
            continue
        lower, upper = (_last(limit) for limit in (item.chart.judged.limits.lower, item.chart.judged.limits.upper))
        if not rules.projected_miss(lower, upper, item.key.target, item.measure.direction):
            continue
        unit, label, name = item.measure.format, item.key.headline.label, item.key.headline.measure
        said = {"target": with_unit(item.key.target, unit), "low": with_unit(lower, unit), "high": with_unit(upper, unit)}
        why = _("A usual month lies between %(low)s and %(high)s; the target is %(target)s.") % said
        title = _("%(measure)s will keep missing its target as things are") % {"measure": label}
        trend = trends.trend(item.chart, label)
        picture = (
            Picture("trend", label, _("By month; the band is what chance explains."), f"{label}. {why}", unit, trend) if trend else None
        )
        topic = _topic("projected_miss", "measure", label, title, why, [item.key.outlook], picture)
        yield Proposal(f"projected_miss:measure:{name}:{name}", OWN_WEIGHTS["projected_miss"], topic, name)


def _unhappy(ground: Ground) -> Iterator[Proposal]:
    department = ground.scope.code if ground.scope.kind == "department" else ""
    for voice in voices.not_fixed(ground.month, department=department):
        said = {"n": formats.number(voice.not_fixed), "of": formats.number(voice.answered), "share": formats.percent(voice.share)}
        title = _("%(department)s: residents say that work is not done") % {"department": voice.department}
        why = _("%(n)s of %(of)s residents who answered said that it was not fixed (%(share)s).") % said
        topic = _topic("resident_signal", "department", voice.department, title, why, [], None)
        weight = OWN_WEIGHTS["resident_signal"] * (0.5 + voice.share / 2)
        yield Proposal(f"resident_signal:department:{voice.department}:"[:200], weight, topic, "", {"department": voice.department})


def _of_measure(ill: health.Ailment) -> Proposal:
    rule = "stale_measure" if ill.kind == "stale" else "ownerless_measure"
    if ill.kind == "stale" and ill.since:
        title = _("%(measure)s: no value since %(month)s") % {"measure": ill.label, "month": formats.month(ill.since)}
        why = _("Its last value is of %(month)s.") % {"month": formats.month(ill.since)}
    else:
        title, why = _("%(measure)s: who answers for it?") % {"measure": ill.label}, _("Its definition names no owner.")
    topic = _topic(rule, "measure", ill.label, title, why, [], None)
    return Proposal(f"{rule}:measure:{ill.measure}:{ill.measure}"[:200], OWN_WEIGHTS[rule], topic, ill.measure)


def _topic(rule: str, kind: str, subject: str, title: str, why: str, evidence: Sequence[str], picture: Picture | None) -> Topic:
    return Topic(
        rule=rule,
        rule_name=str(NAMES[rule]),
        why_chosen=why,
        subject_kind=kind,
        subject=subject,
        title=title,
        evidence=tuple(line for line in evidence if line),
        questions=tuple(str(question) for question in QUESTIONS[rule]),
        causes=tuple(Cause(kind, str(CAUSE_LABELS[kind]), str(question)) for kind, question in CAUSES[rule]),
        picture=picture,
    )


def _last(limit: Any) -> float | None:
    known = [float(value) for value in limit if value == value]
    return known[-1] if known else None
