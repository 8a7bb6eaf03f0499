"""What the boards by tier and the page of the measures' health show."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core import formats
from citystat.core.errors import InputError
from citystat.core.figures import Column, Link, Table
from citystat.plan import descriptions, known
from citystat.plan import periods as calendar
from citystat.plan.registered import board, forms, status
from citystat.plan.registered import health as ailments
from citystat.plan.registered.board import RollUp, Standing
from citystat.plan.registered.health import Ailment
from citystat.plan.registered.presenters import language, with_unit
from citystat.plan.registered.status import Bounds
from citystat.warehouse.connections import Warehouse

# From so many measures on, one sentence for all says more than a table.
MANY_ALIKE = 4
TIERS = {1: gettext_lazy("Crews"), 2: gettext_lazy("Managers"), 3: gettext_lazy("Mayor and council")}
VARIATIONS = {
    "improving": gettext_lazy("Improving"), "concerning": gettext_lazy("Concerning"), "neutral": gettext_lazy("Changed"),
    "common_cause": gettext_lazy("No real change"), "not_judged": gettext_lazy("Too early to say"),
}  # fmt: skip
ASSURANCES = {
    "will_pass": gettext_lazy("Will meet it"), "hit_or_miss": gettext_lazy("Hit or miss"), "will_fail": gettext_lazy("Will miss it"),
    "not_judged": gettext_lazy("Too early to say"), "no_target": gettext_lazy("No target"),
}  # fmt: skip
WORDS = {
    "green": gettext_lazy("green"), "yellow": gettext_lazy("yellow"), "red": gettext_lazy("red"), "gray": gettext_lazy("gray"),
    "none": gettext_lazy("cannot be judged"), "above_target": gettext_lazy("above target"), "caution": gettext_lazy("caution"),
    "below_plan": gettext_lazy("below plan"), "on_track": gettext_lazy("on track"), "near": gettext_lazy("near"),
    "off_track": gettext_lazy("off track"), "met": gettext_lazy("met"), "best": gettext_lazy("best"),
    "at_or_above_1": gettext_lazy("at or above 1"), "below_1": gettext_lazy("below 1"),
}  # fmt: skip


@dataclass(frozen=True)
class Tile:
    """One measure on a board."""

    label: str
    url: str
    definition_url: str
    rows_url: str
    value: str
    period: str
    department: str
    variation: str
    variation_words: str
    sentence: str
    assurance_words: str
    assurance_sentence: str
    target: str
    rationale: str
    counts_in: tuple[str, ...]
    ruled: str
    ruled_sentence: str
    is_gap: bool


def board_page(query: Any, build: Warehouse) -> dict[str, Any]:
    """The board of a tier with its counts; a wrong address falls back to the leaders' board and says so."""
    try:
        tier = int(query.get("tier") or 3)
        rule = query.get("rule", "")
        every = board.board(tier, build, language=language())
        tiles = [tile(one, rule, bounds_of(query)) for one in every if query.get("department", one.department) == one.department]
        problem = ""
    except (ValueError, InputError) as error:
        tier, rule, problem = 3, "", str(error) if isinstance(error, InputError) else _("A tier is 1, 2 or 3.")
        every = board.board(tier, build, language=language())
        tiles = [tile(one, "", Bounds()) for one in every]
    parts = board.roll_up(every)
    return {
        "tier": tier,
        "tier_words": TIERS[tier],
        "tiers": [(number, words, f"?{urlencode({'tier': number})}", number == tier) for number, words in TIERS.items()],
        "rules": [(name, one.label, name == rule) for name, one in status.RULES.items()],
        "rule": status.RULES.get(rule),
        "needs_distance": rule == "socrata_proximity",
        "needs_cuts": rule == "socrata_above_below",
        "typed": {name: query.get(name, "") for name in ("distance", "lower", "upper", "department")},
        "tiles": tiles,
        "problem": problem,
        "counts": counts_table(parts) if every else None,
        "number": len(tiles),
    }


def bounds_of(query: Any) -> Bounds:
    """The settings of rules that have them; InputError for what is no number."""
    numbers = {name: _number(query.get(name, "")) for name in ("distance", "lower", "upper")}
    return Bounds(numbers["distance"] or 0.0, numbers["lower"], numbers["upper"])


def _number(text: str) -> float | None:
    if not text.strip():
        return None
    amount = text.strip().removesuffix("%")
    try:
        return forms.read(amount, "") / (100 if text.strip().endswith("%") else 1)
    except ValidationError as error:
        raise InputError(" ".join(error.messages)) from error


def _without(sentence: str, words: str) -> str:
    """A sentence that begins with the words that stand before it says them once."""
    rest = sentence.removeprefix(f"{words}: ")
    return rest if rest == sentence else rest[:1].upper() + rest[1:]


def tile(one: Standing, rule: str, bounds: Bounds) -> Tile:
    """One measure: the value leads to its rows, the name to its page, the definition to itself."""
    measure, row = one.measure, one.row
    ruled = board.judged_by(rule, one, bounds) if rule else None
    page = f"/measures/{measure.name}/"
    named = known.in_use()
    return Tile(
        label=measure.label.in_(language()),
        url=page,
        definition_url=f"{page}#definition" if measure.source == "warehouse" else reverse("register:definition", args=[measure.name]),
        rows_url=f"{page}{row.period}/rows/" if row else "",
        value=with_unit(row.value, measure) if row else "",
        period=descriptions.period_name(calendar.parse_period(row.period), language()) if row else "",
        department=one.department,
        variation=one.answers.variation,
        variation_words=str(VARIATIONS[one.answers.variation]),
        sentence=_without(one.answers.variation_sentence, str(VARIATIONS[one.answers.variation])),
        assurance_words=str(ASSURANCES[one.answers.assurance]),
        assurance_sentence=one.answers.assurance_sentence,
        target=with_unit(one.target.value, measure) if one.target else "",
        rationale=one.target.why(language()) if one.target else "",
        counts_in=tuple(named[name].label.in_(language()) for name in one.counts_in),
        ruled=str(WORDS[ruled.word]) if ruled else "",
        ruled_sentence=ruled.sentence if ruled else "",
        is_gap=measure.source == "gap",
    )


def counts_table(parts: tuple[RollUp, ...]) -> Table:
    """Statuses counted by department, and their sum; nothing is averaged."""
    columns = (
        Column(_("Department")), Column(_("Measures"), "number"),
        *(Column(str(words), "number") for words in VARIATIONS.values()),
        *(Column(_("Target: %(words)s") % {"words": words}, "number") for words in ASSURANCES.values()),
    )  # fmt: skip
    rows = [_counts(part, part.department or _("No department named")) for part in parts]
    return Table(_("Statuses counted by department"), columns, [*rows, _counts(board.citywide(parts), _("Citywide, the sum"))])


def _counts(part: RollUp, name: str) -> tuple[str, ...]:
    return (
        name, formats.number(part.measures),
        *(formats.number(part.variation.get(key, 0)) for key in VARIATIONS),
        *(formats.number(part.assurance.get(key, 0)) for key in ASSURANCES),
    )  # fmt: skip


def health_page(build: Warehouse) -> dict[str, Any]:
    """What ails the measures, by what it is."""
    found = ailments.health(build, language=language())
    counts = Counter(one.rule for one in found)
    measures = known.in_use()
    return {
        "number": len(measures),
        "healthy": len(set(measures) - {one.measure for one in found}),
        "groups": [
            (words, counts[rule], *_together(words, [one for one in found if one.rule == rule]))
            for rule, words in ailments.RULES.items()
            if counts[rule]
        ],
    }


def _together(words: Any, found: list[Ailment]) -> tuple[Table | None, str, list[Link]]:
    """A table, or where the same is to be said of many: the sentence once and the measures behind it."""
    sentences = {one.sentence for one in found}
    if len(found) < MANY_ALIKE or len(sentences) > 1:
        return _table(words, found), "", []
    return None, sentences.pop(), [_link(one) for one in found]


def _link(one: Ailment) -> Link:
    is_known = one.measure in known.everything()
    return Link(one.label, f"/measures/{one.measure}/" if is_known else reverse("register:definition", args=[one.measure]))


def _table(words: Any, found: list[Ailment]) -> Table:
    columns = (Column(_("Measure")), Column(_("Department")), Column(_("What to know")))
    rows = [(_link(one), one.department or "–", one.sentence) for one in found]
    return Table(str(words), columns, rows, hide_caption=True, stacks=True)
