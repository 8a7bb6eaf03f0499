"""Gather what the rules of `rules.py` need, let them choose, and set the chosen topics in words and pictures."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.plan import findings
from citystat.plan import queries as plan
from citystat.plan.charts_of_measures import MeasureChart
from citystat.plan.definitions import Measure
from citystat.service_requests.reality import DAYS_PER_UNIT
from citystat.stat_sessions import rules, trends, words
from citystat.stat_sessions.content import Bar, Picture, Scope, Topic
from citystat.stat_sessions.districts import DistrictGap
from citystat.stat_sessions.figures import GroupKey, Reader, month_end, names_present
from citystat.stat_sessions.lists import DISTRICT_KINDS, Lists, Practice, Row
from citystat.stat_sessions.rules import Candidate

# Measures whose signals may become a topic, and the groups they are looked at by.
JUDGED = ("closed_on_time", "open_backlog", "share_overdue", "recurrence_rate", "reopen_rate")
ON_TIME = "closed_on_time"
BARS = 6
LEAST_SHARE_CHANGE = 0.03
LEAST_COUNT_CHANGE = 10
LEAST_COUNT_SHARE = 0.1


@dataclass(frozen=True)
class Subject:
    """What a series is about: the scope itself, or one group of a key."""

    kind: str
    by: str | None
    group: GroupKey
    name: str


@dataclass(frozen=True)
class Evidence:
    """Everything the rules look at."""

    reader: Reader
    lists: Lists
    scope: Scope
    language: str
    district_names: dict[str, str]
    gaps: tuple[DistrictGap, ...]
    only: frozenset[str] | None = None

    def looks_at(self, measure: str) -> bool:
        """Whether a measure is looked at: all of them, or only those of a goal."""
        return self.only is None or measure in self.only

    def subjects(self, *, services: bool = False) -> Iterator[Subject]:
        """The scope, its departments (unless it is one), its districts (unless it is one), and services where asked."""
        yield Subject(self.scope.kind, None, None, self.scope.name)
        if self.scope.kind != "department":
            for name in names_present(self.reader.groups("requests_opened", "department")):
                yield Subject("department", "department", name, name)
        if services:
            for name in names_present(self.reader.groups("requests_opened", "service")):
                yield Subject("service", "service", name, name)

    def places(self) -> Iterator[Subject]:
        """The districts."""
        kind = self.lists.kind
        if kind and self.scope.kind != "district":
            for code in names_present(self.reader.groups("requests_opened", kind)):
                yield Subject("district", kind, code, self.district_names.get(code, code))


def candidates(evidence: Evidence) -> list[Candidate]:
    """Everything every rule proposes."""
    rule_by_rule: tuple[tuple[Callable[[Evidence], Iterator[Candidate]], str], ...] = (
        (_misses, ""),
        (_signals, ""),
        (_growing, "open_backlog"),
        (_gaps, "closed_on_time"),
        (_falls, "closed_on_time"),
        (_bulk, "requests_closed"),
        (_rises, "requests_opened"),
        (_promises, "closed_on_time"),
        (_waiting, "open_backlog"),
    )
    wanted = [find for find, measure in rule_by_rule if not measure or evidence.looks_at(measure)]
    return [candidate for find in wanted for candidate in find(evidence)]


def n_series_judged(evidence: Evidence) -> int:
    """How many series were looked at for signals, for the number chance alone would flag."""
    return sum(_chart(evidence, name, subject) is not None for name, subject in _judged(evidence))


def _judged(evidence: Evidence) -> Iterator[tuple[str, Subject]]:
    """Measures and subjects looked at for signals: of those people give or that are computed, the monthly ones, split as they allow."""
    subjects = (*evidence.subjects(), *evidence.places())
    for name in filter(evidence.looks_at, JUDGED):
        yield from ((name, subject) for subject in subjects)
    for measure in plan.measures("public"):
        is_one = measure.source not in ("warehouse", "gap") and measure.period == "month" and measure.direction != "neutral"
        if is_one and evidence.looks_at(measure.name):
            yield from ((measure.name, subject) for subject in subjects if _fits(measure, evidence, subject))


def _fits(measure: Measure, evidence: Evidence, subject: Subject) -> bool:
    """Whether a measure can be asked about a subject within the scope of the packet; given values stand by one group at a time."""
    keys = {*evidence.reader.where, *([subject.by] if subject.by else [])}
    return _can_be_split(measure, keys) and (measure.source == "warehouse" or len(keys) <= 1)


def _misses(evidence: Evidence) -> Iterator[Candidate]:
    day = month_end(evidence.reader.month)
    for measure in plan.measures("public"):
        target = measure.target_on(day)
        # The rule and its words count months; what is measured by the quarter is judged in the scorecard.
        if target is None or measure.period != "month" or not evidence.looks_at(measure.name):
            continue
        for subject in evidence.subjects():
            if not _fits(measure, evidence, subject):
                continue
            values = evidence.reader.series(measure.name, subject.by, subject.group)
            facts = rules.two_misses(values, target, measure.direction)
            if facts:
                severity = min(1.0, facts["in_a_row"] / 6)
                label = measure.label.in_(evidence.language)
                facts |= {"label": label, "unit": measure.format, "measure": measure.name, "by": subject.by, "group": subject.group}
                yield Candidate("two_misses", subject.kind, _code(subject), subject.name, severity, _volume(evidence, subject), facts)


def _can_be_split(measure: Measure, keys: set[str]) -> bool:
    """Whether the definition allows every key; a measure people type in often stands for the whole city alone."""
    return all(key in measure.groups or (key in DISTRICT_KINDS and "place" in measure.groups) for key in keys)


def _signals(evidence: Evidence) -> Iterator[Candidate]:
    for name, subject in _judged(evidence):
        chart = _chart(evidence, name, subject)
        if chart is None or trends.signal_of(chart) != "concerning" or _comes_easily(chart) or not _matters(chart):
            continue
        facts = {
            "label": chart.measure.label.in_(evidence.language),
            "measure": name,
            "by": subject.by,
            "group": subject.group,
            "rising": chart.finding.direction > 0,
            "since": _since(chart),
            "in": formats.month(evidence.reader.month),
            "sentence": findings.sentence(chart, evidence.language),
        }
        severity = min(1.0, _distance(chart) / 2) * _weight(evidence, subject)
        yield Candidate("concerning_signal", subject.kind, _code(subject), subject.name, severity, _volume(evidence, subject), facts)


def _growing(evidence: Evidence) -> Iterator[Candidate]:
    for subject in evidence.subjects(services=True):
        facts = rules.growing_backlog(evidence.reader.series("open_backlog", subject.by, subject.group, 13))
        if facts:
            flows = [evidence.reader.series(name, subject.by, subject.group, 3) for name in ("requests_opened", "requests_closed")]
            opened, closed = (sum(value or 0.0 for value in flow) for flow in flows)
            facts |= {"opened": opened, "closed": closed, "measure": "open_backlog", "by": subject.by, "group": subject.group}
            severity = min(1.0, facts["growth"] / max(facts["before"], 1.0)) * _weight(evidence, subject)
            yield Candidate("backlog_growing", subject.kind, _code(subject), subject.name, severity, facts["growth"], facts)


def _gaps(evidence: Evidence) -> Iterator[Candidate]:
    for gap in evidence.gaps:
        if gap.value is None or gap.city is None:
            continue
        facts = rules.district_gap(gap.value, gap.upper, gap.city, gap.position)
        if facts:
            severity = min(1.0, facts["gap"] * 5)
            yield Candidate("district_gap", "district", gap.code, gap.name, severity, gap.denominator, facts | {"window": gap.window})


def _falls(evidence: Evidence) -> Iterator[Candidate]:
    spans = {name: evidence.reader.on_time_spans("service", name) for name in names_present(evidence.reader.groups(ON_TIME, "service"))}
    fair = {name: (now, before) for name, (now, before) in spans.items() if rules.can_be_compared(now, before)}
    for name, (now, before) in fair.items():
        facts = rules.on_time_fell(now, before, len(fair))
        if facts:
            label = plan.measure(ON_TIME).label.in_(evidence.language)
            facts |= {"label": label, "measure": ON_TIME, "by": "service", "group": name}
            yield Candidate("on_time_fell", "service", name, name, min(1.0, facts["fall"] * 4), facts["due"], facts)


def _bulk(evidence: Evidence) -> Iterator[Candidate]:
    closed = int(evidence.reader.value("requests_closed").value or 0)
    for row in evidence.lists.ask("mass_closures")[:1]:
        facts = rules.mass_closure(int(row["requests"]), closed)
        if facts:
            facts |= {"day": row["closed_on"], "service": row["service"], "services": row["services"], "oldest": row["oldest_opened_on"]}
            name = row["department"] or row["service"] or evidence.scope.name
            yield Candidate("mass_closure", "department", name, name, min(1.0, facts["share"] * 2), facts["together"], facts)


def _rises(evidence: Evidence) -> Iterator[Candidate]:
    for subject in evidence.subjects(services=True):
        if subject.kind != "service":
            continue
        facts = rules.rise_in_demand(evidence.reader.series("requests_opened", "service", subject.group, rules.MONTHS_FOR_RISE))
        if facts:
            facts |= {"by": "service", "group": subject.group, "measure": "requests_opened"}
            severity = min(1.0, (facts["ratio"] - 1) / 2)
            yield Candidate("rise_in_demand", "service", _code(subject), subject.name, severity, facts["value"] - facts["before"], facts)


def _promises(evidence: Evidence) -> Iterator[Candidate]:
    practice = evidence.lists.practice()
    sql = "SELECT service, promise_value, promise_unit FROM services WHERE promise_source = 'published' AND promise_value > 0 ORDER BY 1"
    for service, value, unit in evidence.lists.build.rows(sql):
        real = practice.get(service)
        if real is None:
            continue
        facts = rules.promise_unlike_practice(float(value) * DAYS_PER_UNIT.get(unit, 1.0), real.median, real.p90, real.closed)
        if facts:
            severity = min(1.0, facts["ratio"] / 8)
            extra = {"practice": real, "group": service}
            yield Candidate("promise_unlike_practice", "service", service, service, severity, real.closed, facts | extra)


def _waiting(evidence: Evidence) -> Iterator[Candidate]:
    rows = [row for row in evidence.lists.ask("open_at_month_end") if row["service"]]
    for row in rows:
        facts = rules.longest_waiting(int(row["open_requests"]), float(row["median_age"]), float(row["oldest"]))
        if facts:
            severity = min(1.0, facts["median_age"] / 1000 * min(1.0, facts["open"] / 20))
            yield Candidate("longest_waiting", "service", row["service"], row["service"], severity, facts["open"], facts | {"rows": rows})


def _chart(evidence: Evidence, name: str, subject: Subject) -> MeasureChart | None:
    chart = evidence.reader.chart(name, subject.by, subject.group)
    return chart if chart is not None and chart.finding.state == "ok" else None


def _comes_easily(chart: MeasureChart) -> bool:
    """Whether neighboring months are so alike that runs mean little; a point outside the limits still counts."""
    return chart.judged.chart.autocorrelated and chart.finding.rule != "astronomical"


def _matters(chart: MeasureChart) -> bool:
    """Whether the change is worth a meeting: ten requests and a tenth of the usual number, or three points of a share.

    A series that hardly moves has limits so narrow that a single request crosses them.
    """
    value, center = chart.rows[-1].value, float(chart.judged.limits.center[-1])
    if value is None:
        return False
    change = abs(value - center)
    if chart.measure.format == "percent":
        return change >= LEAST_SHARE_CHANGE
    return change >= max(LEAST_COUNT_CHANGE, LEAST_COUNT_SHARE * center)


def _distance(chart: MeasureChart) -> float:
    """How far the last value is from the center, in half-widths of the limits."""
    limits, value = chart.judged.limits, chart.rows[-1].value
    center, edge = limits.center[-1], limits.upper[-1] if chart.finding.direction > 0 else limits.lower[-1]
    if value is None or not abs(edge - center) > 0:
        return 0.0
    return float(abs(value - center) / abs(edge - center))


def _since(chart: MeasureChart) -> str:
    """The month a run began; empty where the month itself is the signal."""
    since = chart.finding.since
    if since is None or since == len(chart.rows) - 1 or chart.finding.rule == "astronomical":
        return ""
    return formats.month(chart.rows[since].period)


def _weight(evidence: Evidence, subject: Subject) -> float:
    """How much of the scope the subject is, from 0.4 for a small part to 1 for three tenths and more."""
    total = evidence.reader.value("requests_opened").value or 1.0
    return min(1.0, 0.4 + 2 * _volume(evidence, subject) / total)


def _volume(evidence: Evidence, subject: Subject) -> float:
    return evidence.reader.value("requests_opened", subject.by, subject.group).value or 0.0


def _code(subject: Subject) -> str:
    return subject.group or ""


def topic(candidate: Candidate, evidence: Evidence) -> Topic:
    """A chosen candidate as the packet prints it."""
    return Topic(
        rule=candidate.rule,
        rule_name=str(words.RULE_NAMES[candidate.rule]),
        why_chosen=words.topic_reason(candidate),
        subject_kind=candidate.subject_kind,
        subject=candidate.subject,
        title=words.topic_title(candidate),
        evidence=tuple(line for line in _EVIDENCE[candidate.rule](candidate, evidence) if line),
        questions=words.questions(candidate.rule),
        causes=words.causes(candidate.rule),
        picture=_PICTURES[candidate.rule](candidate, evidence),
    )


def _measure_evidence(candidate: Candidate, evidence: Evidence) -> list[str]:
    facts, reader = candidate.facts, evidence.reader
    now = reader.value(facts["measure"], facts["by"], facts["group"])
    before = reader.value(facts["measure"], facts["by"], facts["group"], reader.last_year)
    return [
        words.figure_line(now, facts, month=formats.month(reader.month)),
        words.figure_line(before, facts, formats.month(reader.last_year)),
    ]


def _backlog_evidence(candidate: Candidate, evidence: Evidence) -> list[str]:
    return words.flow_lines(candidate.facts)


def _gap_evidence(candidate: Candidate, evidence: Evidence) -> list[str]:
    gap = next(gap for gap in evidence.gaps if gap.code == candidate.code)
    return words.gap_lines(candidate.facts, gap.lower, gap.upper, gap.denominator)


def _fall_evidence(candidate: Candidate, evidence: Evidence) -> list[str]:
    return words.fall_lines(candidate.facts)


def _bulk_evidence(candidate: Candidate, evidence: Evidence) -> list[str]:
    return words.bulk_lines(candidate.facts)


def _rise_evidence(candidate: Candidate, evidence: Evidence) -> list[str]:
    most = sorted(evidence.lists.district_services(), key=lambda row: (row["opened_before"] - row["opened"], row["district"] or ""))
    here = next((row for row in most if row["service"] == candidate.code and row["district"]), None)
    place = str(evidence.district_names.get(here["district"], here["district"])) if here else ""
    return words.rise_lines(candidate.facts, place, here, formats.month(evidence.reader.month), formats.month(evidence.reader.last_year))


def _promise_evidence(candidate: Candidate, evidence: Evidence) -> list[str]:
    practice: Practice = candidate.facts["practice"]
    return words.promise_lines(practice.closed, practice.median, practice.p90)


def _waiting_evidence(candidate: Candidate, evidence: Evidence) -> list[str]:
    return words.waiting_lines(candidate.facts, formats.day(month_end(evidence.reader.month)))


_EVIDENCE: dict[str, Callable[[Candidate, Evidence], list[str]]] = {
    "two_misses": _measure_evidence,
    "concerning_signal": _measure_evidence,
    "backlog_growing": _backlog_evidence,
    "district_gap": _gap_evidence,
    "on_time_fell": _fall_evidence,
    "mass_closure": _bulk_evidence,
    "rise_in_demand": _rise_evidence,
    "promise_unlike_practice": _promise_evidence,
    "longest_waiting": _waiting_evidence,
}


def _trend_picture(candidate: Candidate, evidence: Evidence) -> Picture | None:
    facts = candidate.facts
    return _picture_of(evidence, facts["measure"], facts["by"], facts["group"], candidate.subject)


def _closings_picture(candidate: Candidate, evidence: Evidence) -> Picture | None:
    by, group = ("department", candidate.code) if evidence.scope.kind != "department" else (None, None)
    return _picture_of(evidence, "requests_closed", by, group, candidate.subject)


def _picture_of(evidence: Evidence, name: str, by: str | None, group: GroupKey, subject: str) -> Picture | None:
    chart = evidence.reader.chart(name, by, group)
    drawn = trends.trend(chart, subject) if chart is not None else None
    if chart is None or drawn is None:
        return None
    label = chart.measure.label.in_(evidence.language)
    text = findings.sentence(chart, evidence.language)
    subtitle = _("By month; the band is what chance explains.")
    return Picture("trend", f"{label}, {subject}", subtitle, f"{label}, {subject}. {text}", drawn.unit, drawn)


def _gap_picture(candidate: Candidate, evidence: Evidence) -> Picture | None:
    known = [gap for gap in evidence.gaps if gap.value is not None]
    worst = sorted(known, key=lambda gap: gap.value or 0.0)[:BARS] if len(known) > BARS else known
    bars = tuple(Bar(gap.name, gap.value or 0.0, gap.code == candidate.code) for gap in worst)
    title = _("On time at the city's mix of services")
    return _bar_picture(title, _("Share closed on time, %(window)s") % {"window": candidate.facts["window"]}, bars, "percent")


def _promise_picture(candidate: Candidate, evidence: Evidence) -> Picture | None:
    practice: Practice = candidate.facts["practice"]
    bars = [Bar(_("Promise"), candidate.facts["promise"], True)]
    bars += [Bar(_("Half closed within"), practice.median)] if practice.median is not None else []
    bars += [Bar(_("Nine in ten closed within"), practice.p90)] if practice.p90 is not None else []
    return _bar_picture(_("Promise and practice"), _("Days, requests of the last twelve months"), tuple(bars), "days")


def _waiting_picture(candidate: Candidate, evidence: Evidence) -> Picture | None:
    rows: Sequence[Row] = candidate.facts["rows"]
    shown = sorted((row for row in rows if row["open_requests"] >= rules.LEAST_WAITING), key=lambda row: -row["median_age"])
    top = shown[:BARS]
    if candidate.code not in [row["service"] for row in top]:
        top = [*top[: BARS - 1], *(row for row in shown if row["service"] == candidate.code)]
    bars = tuple(Bar(row["service"], float(row["median_age"]), row["service"] == candidate.code) for row in top)
    return _bar_picture(_("Services whose open requests have waited longest"), _("Median days open at the end of the month"), bars, "days")


def _bar_picture(title: str, subtitle: str, bars: tuple[Bar, ...], unit: str) -> Picture:
    said = "; ".join(f"{bar.label}: {words.bar_value(bar.value, unit)}" for bar in bars)
    return Picture("bars", title, subtitle, f"{title}. {said}.", unit, bars=bars)


_PICTURES: dict[str, Callable[[Candidate, Evidence], Picture | None]] = {
    "two_misses": _trend_picture,
    "concerning_signal": _trend_picture,
    "backlog_growing": _trend_picture,
    "district_gap": _gap_picture,
    "on_time_fell": _trend_picture,
    "mass_closure": _closings_picture,
    "rise_in_demand": _trend_picture,
    "promise_unlike_practice": _promise_picture,
    "longest_waiting": _waiting_picture,
}
