"""The definition of a measure as frozen values: every field of the YAML file, checked."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from citystat.core.errors import InputError
from citystat.plan.conditions import Filter

Kind = Literal["count", "per_capita", "share", "percentile", "stock", "stock_share", "stock_percentile", "weeks_of_work", "value"]
Source = Literal["warehouse", "typed", "survey", "computed", "gap"]
Direction = Literal["increase", "decrease", "neutral"]
SHARES = ("share", "stock_share")
STOCKS = ("stock", "stock_share", "stock_percentile", "weeks_of_work")
PERCENTILES = ("percentile", "stock_percentile")
# Kinds that divide one count by another and must say by which.
DIVIDED = ("share", "stock_share")
# Fields that make the number what it is; a change of any of them is a new version.
MEANING = (
    "kind",
    "rows",
    "numerator",
    "denominator",
    "time",
    "duration",
    "probability",
    "per",
    "exclude_flags",
    "cohorts",
    "default_cohort",
    "incomplete_period",
)
FORMATS = {
    "count": "count",
    "stock": "count",
    "per_capita": "rate",
    "share": "percent",
    "stock_share": "percent",
    "percentile": "days",
    "stock_percentile": "days",
    "weeks_of_work": "weeks",
    "value": "decimal",
}


@dataclass(frozen=True)
class Text:
    """One text in the languages of the pages."""

    en: str
    es: str

    def in_(self, language: str) -> str:
        """The text in a language; English where there is none."""
        return self.es if language.startswith("es") else self.en


@dataclass(frozen=True)
class Rebase:
    """A stated day from which limits start anew."""

    on: date
    reason: Text


@dataclass(frozen=True)
class ChartSettings:
    """How the control chart is drawn and judged."""

    type: Literal["xmr", "p_prime", "run"]
    screen_outliers: bool = True
    baseline_points: int | None = None
    seasonality: Literal["none", "month"] = "none"
    rebases: tuple[Rebase, ...] = ()


@dataclass(frozen=True)
class Target:
    """A target and the days it is in force; an open end is None."""

    value: float
    from_: date | None = None
    to: date | None = None
    rationale: str = ""
    # Where the plan set it: the same in Spanish. What people write themselves stands as they wrote it.
    rationale_es: str = ""

    def why(self, language: str) -> str:
        """Why this much, in a language where there is a text in it."""
        return (self.rationale_es or self.rationale) if language.startswith("es") else self.rationale

    def covers(self, day: date) -> bool:
        """Whether the target is in force on the day."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


@dataclass(frozen=True)
class Cohort:
    """One of several ways to choose what is divided."""

    name: str
    label: Text
    time: str
    numerator: Filter
    denominator: Filter
    follow_up_days: int


@dataclass(frozen=True)
class Registered:
    """What only a measure of the register has: its row, how its values come about, how they become longer periods.

    `expression` holds the numerator and the denominator of a computed measure. Values of versions before `comparable_from` answer
    another question than today's and stay out of the trend.
    """

    id: int
    over_periods: Literal["sum", "last", "none"] = "none"
    expression: tuple[str, str] | None = None
    per: float = 1.0
    comparable_from: int = 1
    due_days: int = 15
    wanted: Literal["increase", "decrease", "maintain", "not_applicable"] = "not_applicable"
    data_needed: str = ""
    numerator_words: str = ""
    denominator_words: str = ""
    survey_mode: str = ""
    survey_weights: str = ""


@dataclass(frozen=True)
class Measure:
    """A measure: what is counted over what, when, for whom, and which direction is wanted."""

    name: str
    version: int
    label: Text
    description: Text
    why: Text
    not_simply: Text | None
    type: str
    tier: int
    unit: Text
    direction: Direction
    kind: Kind
    rows: Filter
    numerator: Filter
    denominator: Filter | None
    time: str
    duration: str
    probability: float | None
    per: int
    requires: tuple[tuple[str, ...], ...]
    exclude_flags: tuple[str, ...]
    groups: tuple[str, ...]
    minimum_numerator: int | None
    minimum_denominator: int | None
    follow_up_days: int
    chart: ChartSettings
    targets: tuple[Target, ...]
    cohorts: tuple[Cohort, ...]
    default_cohort: str | None
    companions: tuple[str, ...]
    audience: Literal["public", "staff"]
    owner: str
    review_by: date
    readers: tuple[str, ...]
    source_tables: tuple[str, ...]
    definition_hash: str
    file: str
    source: Source = "warehouse"
    # The period values are given by; what the warehouse holds can be counted by any.
    period: str = "month"
    form: str = ""
    registered: Registered | None = None

    @property
    def format(self) -> str:
        """How values are written: count, rate, percent (value 0 to 1), days or weeks; registered ones also currency, decimal, score."""
        return self.form or FORMATS[self.kind]

    @property
    def is_share(self) -> bool:
        """Whether values are shares between 0 and 1."""
        return self.kind in SHARES

    def target_on(self, day: date) -> float | None:
        """The target in force on a day; the last one written wins where several are."""
        return next((target.value for target in reversed(self.targets) if target.covers(day)), None)

    def cohort(self, name: str | None) -> Cohort | None:
        """The cohort asked for, or the default one; None for a measure without cohorts."""
        if not self.cohorts:
            if name is not None:
                raise InputError(f"{self.name} has no cohorts: leave --cohort out.")
            return None
        wanted = name or self.default_cohort
        for cohort in self.cohorts:
            if cohort.name == wanted:
                return cohort
        raise InputError(f"{self.name} has no cohort {wanted!r}: use {', '.join(cohort.name for cohort in self.cohorts)}.")

    def for_cohort(self, name: str | None) -> "Measure":
        """The measure with the time, numerator and denominator of a cohort in place."""
        cohort = self.cohort(name)
        if cohort is None:
            return self
        return replace(
            self, time=cohort.time, numerator=cohort.numerator, denominator=cohort.denominator, follow_up_days=cohort.follow_up_days
        )


def meaning_hash(values: Mapping[str, Any]) -> str:
    """Checksum of the fields that decide what the number means; texts, targets and owners are left out."""
    meaning = {name: values[name] for name in MEANING if name in values}
    return hashlib.sha256(json.dumps(meaning, sort_keys=True, default=str).encode()).hexdigest()[:16]
