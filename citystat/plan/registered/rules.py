"""Decisions of the register: what a definition must say, who may do what with it when, how a typed number is read. No I/O."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from django.utils.translation import gettext as _

from citystat.core.errors import InputError
from citystat.plan.registered import expressions

# From which status a definition may go where, and by what.
TRANSITIONS: dict[tuple[str, str], str] = {
    ("draft", "submit"): "pending",
    ("returned", "submit"): "pending",
    ("returned", "save"): "draft",
    ("draft", "save"): "draft",
    ("pending", "validate"): "validated",
    ("pending", "return"): "returned",
}
NO_EMPTY_UNIT = frozenset({"", "-", "number", "n/a", "none", "tbd"})
MONTHLY = "month"


@dataclass(frozen=True)
class Problem:
    """One thing missing or wrong: the field, and what to do about it."""

    field: str
    sentence: str


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of a definition."""
    content: dict[str, Any] = json.loads(Path(__file__).with_name("definition.schema.json").read_text(encoding="utf-8"))
    return content


def next_status(status: str, act: str) -> str:
    """The status after an act; InputError where the act is not possible."""
    if (status, act) in TRANSITIONS:
        return TRANSITIONS[(status, act)]
    sentences = {
        "validated": _("This version is validated and locked. A change needs a new version."),
        "pending": _("This version waits for review: it can be validated or returned, not changed."),
        "draft": _("This version is a draft: send it to review first."),
        "returned": _("This version was returned: change it and send it to review again."),
    }
    raise InputError(sentences[status])


def check(definition: Mapping[str, Any], source: str) -> tuple[Problem, ...]:
    """Everything a definition still lacks before it may be reviewed, by field."""
    shape = tuple(_shape(definition))
    return shape if shape else tuple(found for rule in RULES for found in rule(definition, source))


def _shape(definition: Mapping[str, Any]) -> Iterator[Problem]:
    validator = jsonschema.Draft202012Validator(schema())
    for error in sorted(validator.iter_errors(dict(definition)), key=lambda one: [str(part) for part in one.absolute_path]):
        at = [str(part) for part in error.absolute_path]
        missing = [name for name in error.validator_value if name not in error.instance] if error.validator == "required" else []
        for name in missing:
            yield Problem(".".join([*at, name]), _("This field is missing."))
        if not missing:
            yield Problem(".".join(at) or "definition", _("This is not valid: %(why)s.") % {"why": error.message[:200]})


def _says_where_from(definition: Mapping[str, Any], source: str) -> Iterator[Problem]:
    """A typed number that nobody can find again is hearsay."""
    if source in {"typed", "survey"}:
        for name in ("data_source", "location", "collection", "data_owner", "data_owner_role"):
            if not definition.get(name, "").strip():
                yield Problem(name, _("Say this before the measure may be used: who and where the number comes from."))
    if source == "gap" and not definition.get("data_needed", "").strip():
        yield Problem("data_needed", _("A gap says what would have to be known, and where it may come from."))


def _says_how(definition: Mapping[str, Any], source: str) -> Iterator[Problem]:
    if source in {"typed", "survey"} and not definition.get("numerator", "").strip():
        yield Problem("numerator", _("Say what is counted."))
    if source in {"typed", "survey"} and definition["format"] in {"percent", "rate"} and not definition.get("denominator", "").strip():
        yield Problem("denominator", _("A percentage or a rate says what it is divided by."))
    if definition["format"] == "rate" and not definition.get("per") and source != "gap":
        yield Problem("per", _("A rate says per how many, such as 1000."))


def _has_unit(definition: Mapping[str, Any], source: str) -> Iterator[Problem]:
    unit = definition.get("unit", {}).get("en", "").strip().casefold()
    if definition["format"] != "percent" and unit in NO_EMPTY_UNIT:
        yield Problem("unit", _("A number without a unit cannot be read: write what one of it is, such as days or lane miles."))


def _has_baseline(definition: Mapping[str, Any], source: str) -> Iterator[Problem]:
    if source == "gap":
        return
    if "baseline" not in definition:
        yield Problem("baseline", _("Give the value it starts from, and its year."))
    elif definition["format"] == "percent" and not 0 <= definition["baseline"]["value"] <= 1:
        yield Problem("baseline", _("A percentage is kept as a fraction: 0.61 for 61 %."))


def _has_proxy(definition: Mapping[str, Any], source: str) -> Iterator[Problem]:
    if definition["frequency"] != MONTHLY and source != "gap" and not definition.get("proxy", "").strip():
        yield Problem("proxy", _("It is not monthly: say what is looked at in between, or that nothing is."))


def _is_used(definition: Mapping[str, Any], source: str) -> Iterator[Problem]:
    if not definition.get("used_for", "").strip():
        yield Problem("used_for", _("Say what it is used for: a measure nobody uses is work for nothing."))


def _has_expression(definition: Mapping[str, Any], source: str) -> Iterator[Problem]:
    if source != "computed":
        return
    if "expression" not in definition:
        yield Problem("expression", _("A computed measure needs an expression of other measures."))
        return
    for text in definition["expression"].values():
        try:
            if not expressions.operands(text):
                yield Problem("expression", _("The expression names no measure."))
        except InputError as error:
            yield Problem("expression", str(error))


def _has_survey(definition: Mapping[str, Any], source: str) -> Iterator[Problem]:
    """Without mode and weights nobody can say whether two years asked the same."""
    if source == "survey" and "survey" not in definition:
        yield Problem("survey", _("A survey item needs its survey, the question as asked, the mode and how answers are weighted."))


RULES = (_says_where_from, _says_how, _has_unit, _has_baseline, _has_proxy, _is_used, _has_expression, _has_survey)


def check_parts(numerator: float | None, denominator: float | None, *, is_share: bool) -> None:
    """Numerator and denominator go together, and a share's numerator is part of its denominator."""
    if (numerator is None) != (denominator is None):
        raise InputError(_("Give both the numerator and the denominator, or neither."))
    if numerator is None or denominator is None:
        return
    if denominator <= 0:
        raise InputError(_("The denominator must be more than 0: leave the value empty and say why in the note if nothing was counted."))
    if is_share and not 0 <= numerator <= denominator:
        raise InputError(_("The numerator must lie between 0 and the denominator."))
