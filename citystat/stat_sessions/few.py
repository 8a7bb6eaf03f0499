"""A figure that cannot be shown, in words: too few cases and how many it takes, missing, or not complete yet."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core import formats
from citystat.core.cities import current_city
from citystat.plan.definitions import Measure
from citystat.stat_sessions.content import Value

NAMES: dict[str, Promise] = {
    "too_few": gettext_lazy("No value: too few cases"),
    "missing": gettext_lazy("No value: missing"),
    "incomplete": gettext_lazy("No value yet: incomplete"),
}


def least_of(measure: Measure) -> int | None:
    """How many cases a figure of the measure takes, its own minimum or the city's; None where the inputs of a computed one decide."""
    city = current_city()
    if measure.source == "computed":
        return None
    if measure.kind == "per_capita":
        return city.minimum_numerator if measure.minimum_numerator is None else measure.minimum_numerator
    if measure.minimum_denominator is not None:
        return max(measure.minimum_denominator, 1)
    has_minimum = measure.kind != "weeks_of_work" and (measure.registered is None or measure.is_share)
    return city.minimum_denominator if has_minimum else 1


def cases_of(measure: Measure, value: Value) -> float | None:
    """The cases that are counted against the minimum."""
    return value.numerator if measure.kind == "per_capita" else value.denominator


def name_of(value: Value, measure: Measure | None = None) -> str:
    """Why there is no value, as the name of a state: `No value: too few cases (fewer than 20)`."""
    least = least_of(measure) if measure is not None else None
    if value.state == "too_few" and least is not None:
        return _("No value: too few cases (fewer than %(least)s)") % {"least": formats.number(least)}
    return str(NAMES.get(value.state, NAMES["missing"]))


def reason(value: Value, measure: Measure) -> str:
    """Why there is no value, as a sentence with the numbers; nothing for one that is missing."""
    if value.state == "incomplete":
        return _("So many of its cases are still open that the value is not reached yet.")
    if value.state != "too_few":
        return ""
    least, cases = least_of(measure), cases_of(measure, value)
    if least is None or cases is None:
        return _("Too few cases this month for a figure.")
    return _("Too few cases this month for a figure: %(n)s, and it takes %(least)s.") % {
        "n": formats.number(cases),
        "least": formats.number(least),
    }


def states_explained(states: Sequence[str], least: int) -> str:
    """What the words in place of numbers mean, for the foot of a table that has them."""
    known = {
        "too_few": _("“Too few”: fewer than %(n)s cases, or than the measure's own minimum.") % {"n": formats.number(least)},
        "incomplete": _("“Not yet”: the period, or the cases in it, are not complete."),
        "missing": _("“–”: there is none, or it is not known."),
    }
    return " ".join(sentence for state, sentence in known.items() if state in states)
