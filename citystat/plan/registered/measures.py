"""From a validated definition to the one `Measure` that pages, packets and exports read."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from citystat.core.cities import current_city
from citystat.plan.definitions import ChartSettings, Direction, Kind, Measure, Rebase, Registered, Target, Text
from citystat.plan.models import MeasureName, MeasureVersion, RegisteredMeasure

DIRECTIONS: dict[str, Direction] = {"increase": "increase", "decrease": "decrease"}
NEVER = date(9999, 12, 31)
# Fields that make the number what it is.
MEANING = ("format", "frequency", "numerator", "denominator", "per", "expression", "survey", "collection", "data_source", "incomplete_days")


def measure_from(row: RegisteredMeasure, versions: Sequence[MeasureVersion], label: MeasureName | None) -> Measure:
    """The measure of its newest validated version; `versions` are all validated ones, oldest first."""
    last = versions[-1]
    words = last.definition
    return Measure(
        name=row.name,
        version=last.version,
        label=Text(label.label, label.label_es or label.label) if label else _text(words["label"]),
        description=_text(words["description"]),
        why=_text(words["why"]),
        not_simply=None,
        type=words["type"],
        tier=words["tier"],
        unit=_text(words["unit"]) if "unit" in words else Text("%", "%"),
        direction=DIRECTIONS.get(words["direction"], "neutral"),
        kind=kind_of(words),
        rows=(),
        numerator=(),
        denominator=None,
        time="period_end",
        duration="close",
        probability=None,
        per=1,
        requires=(),
        exclude_flags=(),
        groups=tuple(words.get("groups", ())),
        minimum_numerator=None,
        minimum_denominator=words.get("minimum_denominator"),
        follow_up_days=words.get("incomplete_days", 0),
        chart=_chart(words, versions),
        targets=(),
        cohorts=(),
        default_cohort=None,
        companions=(),
        audience=words["audience"],
        owner=_owner(words, row.department),
        review_by=date.fromisoformat(words["review_by"]) if "review_by" in words else NEVER,
        readers=tuple(words.get("readers", ())),
        source_tables=(),
        definition_hash=meaning_hash(words),
        file=f"register, version {last.version}",
        source=row.source,  # type: ignore[arg-type]
        period=words["frequency"],
        form=words["format"],
        registered=_registered(row, words, versions),
    )


def _owner(words: dict[str, Any], department: str) -> str:
    """Who answers for the data, as everyone may read it: a person's name only where the city shares the names of its staff."""
    named = str(words.get("data_owner", ""))
    if not named or current_city().shares_staff_names:
        return named
    return str(words.get("data_owner_role") or department or current_city().name)


def kind_of(words: dict[str, Any]) -> Kind:
    """A share where a percentage has a numerator and a denominator, a count, or just a value."""
    if words["format"] == "percent" and has_denominator(words):
        return "share"
    return "count" if words["format"] == "count" else "value"


def has_denominator(words: dict[str, Any]) -> bool:
    """Whether a value is made of a numerator and a denominator."""
    return bool(words.get("denominator") or words.get("expression", {}).get("denominator"))


def meaning_hash(words: dict[str, Any]) -> str:
    """Checksum of the fields that decide what the number means; texts and owners are left out."""
    meaning = {name: words[name] for name in MEANING if name in words}
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()[:16]


def with_targets(measure: Measure, targets: Sequence[Target]) -> tuple[Target, ...]:
    """Targets of the file first and those people set after them: the last one in force wins."""
    return (*measure.targets, *targets)


def _chart(words: dict[str, Any], versions: Sequence[MeasureVersion]) -> ChartSettings:
    rebases = tuple(Rebase(one.rebase_on, Text(one.rebase_reason, one.rebase_reason)) for one in versions if one.rebase_on)
    usual = "p_prime" if kind_of(words) == "share" else "xmr"
    return ChartSettings(type=words.get("chart", usual), seasonality=words.get("seasonality", "none"), rebases=rebases)


def _registered(row: RegisteredMeasure, words: dict[str, Any], versions: Sequence[MeasureVersion]) -> Registered:
    expression = words.get("expression")
    return Registered(
        id=row.pk,
        over_periods=words.get("over_periods", "none"),
        expression=(expression["numerator"], expression.get("denominator", "")) if expression else None,
        per=float(words.get("per", 1)),
        comparable_from=comparable_from(row, versions),
        due_days=words.get("due_days", 15),
        wanted=words["direction"],
        data_needed=words.get("data_needed", ""),
        numerator_words=words.get("numerator", ""),
        denominator_words=words.get("denominator", ""),
        survey_mode=words.get("survey", {}).get("mode", ""),
        survey_weights=words.get("survey", {}).get("weights", ""),
    )


def comparable_from(row: RegisteredMeasure, versions: Sequence[MeasureVersion]) -> int:
    """The first version whose answers are comparable with today's: of a survey, the last that changed the question."""
    if row.source != RegisteredMeasure.Source.SURVEY:
        return 1
    changed = (MeasureVersion.Change.MODIFIED, MeasureVersion.Change.REPLACED)
    return max((one.version for one in versions if one.change in changed), default=1)


def _text(words: dict[str, str]) -> Text:
    return Text(words["en"], words.get("es") or words["en"])
