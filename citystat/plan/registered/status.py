"""The status of a measure: two answers, never one color. And the published rules of other cities, to make last year's page again.

`answers` says whether a measure is changing and whether it will meet its target, each with a sentence. The named rules are pure
functions of a value, a target and a direction, as their cities published them; each says what it cannot judge instead of a wrong
color, and names the traps of the original.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.plan import findings
from citystat.plan.charts_of_measures import MeasureChart

# LouieStat and ClearPoint: how near is near.
WITHIN = 0.1
# Numbers are kept in binary: 75 % is 5 points below 80 % although 0.8 - 0.75 is a hair more than 0.05.
HAIR = 1e-12
NO_STATUS = "none"


@dataclass(frozen=True)
class Answers:
    """Is it changing, and will it meet the target: one word and one sentence each.

    `variation`: improving, concerning, neutral, common_cause or not_judged. `assurance`: will_pass, will_fail, hit_or_miss, no_target
    or not_judged.
    """

    variation: str
    variation_sentence: str
    assurance: str
    assurance_sentence: str


@dataclass(frozen=True)
class Status:
    """What a published rule gives: a word of that rule (`none` where it cannot judge), a sentence, a score where it has one."""

    rule: str
    word: str
    sentence: str
    score: float | None = None


@dataclass(frozen=True)
class Facts:
    """What rules look at. `direction` is increase, decrease or neutral; numbers in the measure's own unit."""

    value: float | None
    target: float | None
    direction: str = "increase"


@dataclass(frozen=True)
class Bounds:
    """Settings of rules that have them: an absolute distance, or two cut points."""

    distance: float = 0.0
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Rule:
    """A published rule: what it says, what is wrong with it, and its function."""

    name: str
    label: str | Promise
    definition: str | Promise
    trap: str | Promise
    judge: Callable[[Facts, Bounds], Status]


ASSURANCES = {"consistent_pass": "will_pass", "consistent_fail": "will_fail", "hit_or_miss": "hit_or_miss"}
VARIATIONS = {"improvement": "improving", "concern": "concerning", "neutral": "neutral", "common_cause": "common_cause"}


def answers(chart: MeasureChart, language: str = "en") -> Answers:
    """Both answers of a judged chart, by the definitions of NHS England, Making Data Count."""
    if chart.measure.source == "gap":
        needed = chart.measure.registered.data_needed if chart.measure.registered else ""
        said = _("There is no data yet. Needed: %(what)s") % {"what": needed}
        return Answers("not_judged", said, "not_judged", _("Without data, nothing can be said of meeting a target."))
    judged = chart.judged.chart
    changing = VARIATIONS.get(chart.finding.role, "not_judged") if chart.finding.state == "ok" else "not_judged"
    meeting, sentence = _assurance(chart, language)
    if judged.assurance is not None and judged.state == "ok":
        meeting = ASSURANCES[judged.assurance]
    return Answers(changing, findings.sentence(chart, language), meeting, sentence)


def _assurance(chart: MeasureChart, language: str) -> tuple[str, str]:
    judged = chart.judged.chart
    if judged.target is None:
        return "no_target", _("There is no target, so nothing can be said of meeting it.")
    if chart.measure.direction == "neutral":
        return "not_judged", _("No direction is wanted, so there is no meeting or missing the target.")
    if judged.assurance is None:
        return "not_judged", _("There are too few values to say whether the target will be met.")
    return "", findings.notes(chart, language)[0]


def louiestat(facts: Facts, bounds: Bounds) -> Status:
    """Green meets or beats the goal, yellow is within 10 % of the goal, red is worse, gray has no goal or no value."""
    if facts.value is None or facts.target is None:
        return Status("louiestat", "gray", _("There is no goal, or no value."))
    if facts.direction == "neutral":
        return Status("louiestat", "gray", _("No direction is wanted, so the goal cannot be met or missed."))
    if _meets(facts.value, facts.target, facts.direction):
        return Status("louiestat", "green", _("It meets or beats the goal."))
    if facts.target == 0:
        return Status("louiestat", "red", _("It is worse than the goal of 0; ten percent of 0 leaves no room for yellow."))
    # 10 % of the size of the goal, on the unwanted side: the same for goals below 0 and for lower is better.
    if _no_more(abs(facts.value - facts.target), WITHIN * abs(facts.target)):
        return Status("louiestat", "yellow", _("It is worse than the goal, by no more than 10 % of it."))
    return Status("louiestat", "red", _("It is worse than the goal by more than 10 % of it."))


def clearpoint(facts: Facts, bounds: Bounds) -> Status:
    """Above Target if value >= target; Caution if value >= 0.9 x target; else Below Plan; mirrored where lower is better."""
    if facts.value is None or facts.target is None or facts.direction == "neutral":
        return Status("clearpoint", NO_STATUS, _("There is no target, no value or no direction."))
    if _meets(facts.value, facts.target, facts.direction):
        return Status("clearpoint", "above_target", _("It is at or beyond the target."))
    if facts.target <= 0:
        return Status("clearpoint", NO_STATUS, _("It misses the target, and a band of 0.9 times a target of 0 or less has no meaning."))
    if _no_more(abs(facts.value - facts.target), WITHIN * facts.target):
        return Status("clearpoint", "caution", _("It misses the target by no more than a tenth of it."))
    return Status("clearpoint", "below_plan", _("It misses the target by more than a tenth of it."))


def socrata_proximity(facts: Facts, bounds: Bounds) -> Status:
    """On track at or beyond the target, near within an absolute distance of it, else off track; not aware of time."""
    if facts.value is None or facts.target is None or facts.direction == "neutral":
        return Status("socrata_proximity", NO_STATUS, _("There is no target, no value or no direction."))
    if _meets(facts.value, facts.target, facts.direction):
        return Status("socrata_proximity", "on_track", _("It is at or beyond the target."))
    if _no_more(abs(facts.value - facts.target), bounds.distance):
        return Status("socrata_proximity", "near", _("It is within the stated distance of the target."))
    return Status("socrata_proximity", "off_track", _("It is farther from the target than the stated distance."))


def socrata_above_below(facts: Facts, bounds: Bounds) -> Status:
    """Two cut points: on track beyond the better one, off track beyond the worse one, near between them."""
    if facts.value is None or bounds.lower is None or bounds.upper is None or facts.direction == "neutral":
        return Status("socrata_above_below", NO_STATUS, _("There is no value, no direction, or a cut point is missing."))
    low, high = sorted((bounds.lower, bounds.upper))
    better, worse = (high, low) if facts.direction == "increase" else (low, high)
    bad = not _meets(facts.value, worse, facts.direction)
    if _meets(facts.value, better, facts.direction):
        return Status("socrata_above_below", "on_track", _("It is at or beyond the better cut point."))
    word, sentence = ("off_track", _("It is beyond the worse cut point.")) if bad else ("near", _("It lies between the cut points."))
    return Status("socrata_above_below", word, sentence)


def cityscore(facts: Facts, bounds: Bounds) -> Status:
    """Boston: value / target where higher is better, target / value where lower is better, rounded up to 2 decimals.

    Guarded: 0 where lower is better is the best there is, not the 0 its public code gives; a target of 0 or less, or a value below
    0, has no ratio. The rounding up is Boston's and always in the city's favor; `score` is the ratio before it.
    """
    if facts.value is None or facts.target is None or facts.direction == "neutral":
        return Status("cityscore", NO_STATUS, _("There is no target, no value or no direction."))
    if facts.target <= 0 or facts.value < 0:
        best = facts.direction == "decrease" and 0 <= facts.value <= facts.target
        sentence = (
            _("It meets a target of 0; a ratio to 0 does not exist.") if best else _("A ratio needs a target above 0 and no value below 0.")
        )
        return Status("cityscore", "met" if best else NO_STATUS, sentence)
    if facts.direction == "decrease" and facts.value == 0:
        return Status("cityscore", "best", _("The value is 0, the best there is; Boston's own code gives it the worst score, 0."))
    score = facts.value / facts.target if facts.direction == "increase" else facts.target / facts.value
    shown = rounded_up(score)
    sentence = _("%(shown)s, rounded up as Boston does, from %(score)s; 1 is the target.") % {"shown": shown, "score": f"{score:.4f}"}
    return Status("cityscore", "at_or_above_1" if _meets(score, 1.0, "increase") else "below_1", sentence, score)


def rounded_up(score: float) -> str:
    """Two decimals, always up, as Boston rounds: 0.871 is 0.88. What is a hundredth already stays."""
    return str(Decimal(repr(round(score, 9))).quantize(Decimal("0.01"), rounding=ROUND_CEILING))


def cityscore_of_city(scores: Sequence[float | None]) -> float | None:
    """Boston's city score: the plain mean of the scores there are. Not for our pages: it averages unlike things."""
    known = [score for score in scores if score is not None and math.isfinite(score)]
    return sum(known) / len(known) if known else None


def _no_more(gap: float, most: float) -> bool:
    """Whether a gap is no more than it may be, but for how numbers are kept."""
    return gap <= most + HAIR * max(1.0, most)


def _meets(value: float, target: float, direction: str) -> bool:
    """Whether a value is at or beyond a target, but for how numbers are kept: 0.7 + 0.1 meets 0.8."""
    short = target - value if direction == "increase" else value - target
    return _no_more(short, 0.0)


RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "louiestat", "LouieStat",
            gettext_lazy("Green meets or beats the goal, yellow is within 10 % of it, red is worse, gray has no goal or value."),
            gettext_lazy("Ten percent of a goal of 0 is nothing; with lower is better the yellow band lies above the goal."), louiestat,
        ),
        Rule(
            "clearpoint", "ClearPoint",
            gettext_lazy("First match: above target if value ≥ target; caution if value ≥ 0.9 × target; else below plan."),
            gettext_lazy("0.9 times a target of 0 or less lies on the wrong side, so no caution is given there."), clearpoint,
        ),
        Rule(
            "socrata_proximity", gettext_lazy("Socrata, proximity"),
            gettext_lazy("Near when within an absolute distance of the target."), gettext_lazy("It does not know of time."),
            socrata_proximity,
        ),
        Rule(
            "socrata_above_below", gettext_lazy("Socrata, above or below"),
            gettext_lazy("Two cut points: on track, near, off track."), gettext_lazy("It does not know of time or of the target."),
            socrata_above_below,
        ),
        Rule(
            "cityscore", "Boston CityScore",
            gettext_lazy("Value ÷ target, or target ÷ value where lower is better; rounded up to two decimals."),
            gettext_lazy("Boston's code scores a value of 0 worst where 0 is best, and rounds always up; the first is mended here."),
            cityscore,
        ),
    )
}  # fmt: skip
