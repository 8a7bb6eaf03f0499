"""What is wrong with a definition, before a number made from it is believed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from citystat.plan import columns
from citystat.plan.definitions import DIVIDED, Measure
from citystat.plan.registry import Accepted

# Measures that say whether closed meant done; every measure of speed needs one beside it.
QUALITY_COMPANIONS = frozenset({"reopen_rate", "recurrence_rate", "resolved_share", "requests_resolved"})
EMPTY_UNITS = frozenset({"", "-", "number", "n/a", "none", "tbd"})
TABLES = frozenset({"requests", "request_states", "services", "departments", "places", "population", "calendar"})


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one measure."""

    measure: str
    rule: str
    sentence: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Surroundings:
    """What a definition is checked against: the other measures, what was accepted before, and today's date."""

    known: Mapping[str, Measure]
    accepted: Mapping[str, Accepted]
    today: date


Rule = Callable[[Measure, Surroundings], Iterator[str]]


def lint(measures: Sequence[Measure], *, accepted: Mapping[str, Accepted] | None = None, today: date | None = None) -> tuple[Problem, ...]:
    """Every problem of these measures, by measure and rule. Without `today` nothing is called stale."""
    around = Surroundings({one.name: one for one in measures}, accepted or {}, today or date.min)
    return tuple(
        Problem(one.name, name, sentence)
        for one in sorted(measures, key=lambda measure: measure.name)
        for name, rule in RULES.items()
        for sentence in rule(one, around)
    )


def missing_denominator(measure: Measure, around: Surroundings) -> Iterator[str]:
    """A share must say what it divides by, even if that is everything."""
    if measure.kind in DIVIDED and measure.denominator is None and not measure.cohorts:
        yield "It is a share without a denominator: say what it divides by; `denominator: []` means all its requests."


def no_direction(measure: Measure, around: Surroundings) -> Iterator[str]:
    """Only measures of volume and of who asks may have no wanted direction."""
    if measure.direction == "neutral" and measure.type in ("timeliness", "backlog"):
        yield f"A measure of {measure.type} needs a direction: increase or decrease."


def no_unit(measure: Measure, around: Surroundings) -> Iterator[str]:
    """A number without a unit cannot be read."""
    if measure.unit.en.strip().lower() in EMPTY_UNITS:
        yield "It has no unit: write what one of it is, such as days or requests."


def target_without_date(measure: Measure, around: Surroundings) -> Iterator[str]:
    """A target is in force from some day; without it, past months are judged by today's target."""
    for target in measure.targets:
        if target.from_ is None:
            yield f"The target {target.value:g} does not say from which day it is in force."
        if not target.rationale:
            yield f"The target {target.value:g} does not say why it is that number."


def share_target_out_of_range(measure: Measure, around: Surroundings) -> Iterator[str]:
    """Shares are between 0 and 1; 61 would mean 6,100 percent."""
    for target in measure.targets:
        if measure.is_share and not 0 <= target.value <= 1:
            yield f"The target {target.value:g} is not between 0 and 1: write 0.8 for 80 %."


def changed_without_version(measure: Measure, around: Surroundings) -> Iterator[str]:
    """The same version must mean the same number."""
    before = around.accepted.get(measure.name)
    if before and before.definition_hash != measure.definition_hash and before.version >= measure.version:
        yield f"Its definition changed since version {before.version} was accepted: raise the version."


def changed_without_rebase(measure: Measure, around: Surroundings) -> Iterator[str]:
    """Limits must not be joined across a change of meaning."""
    before = around.accepted.get(measure.name)
    dates = {rebase.on.isoformat() for rebase in measure.chart.rebases}
    if before and before.definition_hash != measure.definition_hash and not dates - set(before.rebases):
        yield "Its definition changed without a rebase: add one to chart.rebases with the date and the reason."


def stale(measure: Measure, around: Surroundings) -> Iterator[str]:
    """A definition nobody looked at for years."""
    if around.today > measure.review_by:
        yield f"Its review was due on {measure.review_by}: look at it and set a new date."


def nobody_reads_it(measure: Measure, around: Surroundings) -> Iterator[str]:
    """A measure without readers is work for nothing."""
    if not measure.readers:
        yield "Nobody is named as reading it: name the meeting or report it is for, or drop it."


def unknown_flag(measure: Measure, around: Surroundings) -> Iterator[str]:
    """Only flags the data carry can be excluded."""
    for name in measure.exclude_flags:
        if name not in columns.FLAGS:
            yield f"It excludes {name}, which is not a flag of the data."


def unknown_table(measure: Measure, around: Surroundings) -> Iterator[str]:
    """Source tables must exist in a build."""
    for name in measure.source_tables:
        if name not in TABLES:
            yield f"It names the source table {name}, which no build has."


def unknown_companion(measure: Measure, around: Surroundings) -> Iterator[str]:
    """Companions must be measures."""
    for name in measure.companions:
        if name not in around.known:
            yield f"Its companion {name} is not a measure."
        if name == measure.name:
            yield "It names itself as its companion: name a measure that shows the other side."


def chart_without_shares(measure: Measure, around: Surroundings) -> Iterator[str]:
    """A p-prime chart has limits for shares only."""
    if measure.chart.type == "p_prime" and not measure.is_share:
        yield f"A p-prime chart is for shares, and this is a {measure.kind.replace('_', ' ')}: use chart.type xmr."


def speed_without_companion(measure: Measure, around: Surroundings) -> Iterator[str]:
    """Whoever is measured on speed alone closes fast instead of fixing."""
    if measure.type == "timeliness" and not QUALITY_COMPANIONS.intersection(measure.companions):
        yield f"It measures speed alone: name a companion that shows whether closed meant done ({', '.join(sorted(QUALITY_COMPANIONS))})."


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        missing_denominator,
        no_direction,
        no_unit,
        target_without_date,
        share_target_out_of_range,
        changed_without_version,
        changed_without_rebase,
        stale,
        nobody_reads_it,
        unknown_flag,
        unknown_table,
        unknown_companion,
        chart_without_shares,
        speed_without_companion,
    )
}
