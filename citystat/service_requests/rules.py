"""Decisions about requests that need no stored data: statuses and how one becomes another, what closing means, where a request goes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext, gettext_noop

from citystat.core.errors import InputError

# What a load or an analysis knows of a request.
STATUSES: Final = ("open", "closed", "cancelled", "duplicate", "invalid", "information_only")
NOT_COUNTED: Final = frozenset({"cancelled", "duplicate", "invalid"})
CHANNELS: Final = ("phone", "web", "mobile", "email", "sms", "walk_in", "mail", "social", "staff", "other", "unknown")
ORIGINS: Final = ("resident", "internal", "unknown")

# Where a live request stands. `open` statuses count as open everywhere outside the city.
OPEN_STATUSES: Final = ("new", "assigned", "started", "held", "asked")
ENDED_STATUSES: Final = ("closed", "cancelled")
CASE_STATUSES: Final = (*OPEN_STATUSES, *ENDED_STATUSES)
TRANSITIONS: Final[Mapping[str, frozenset[str]]] = {
    "new": frozenset({"assigned", "started", "held", "asked", "closed", "cancelled"}),
    "assigned": frozenset({"new", "assigned", "started", "held", "asked", "closed", "cancelled"}),
    "started": frozenset({"new", "assigned", "held", "asked", "closed", "cancelled"}),
    "held": frozenset({"new", "assigned", "started", "asked", "closed", "cancelled"}),
    "asked": frozenset({"new", "assigned", "started", "held", "closed", "cancelled"}),
    "closed": frozenset({"new"}),
    "cancelled": frozenset({"new"}),
}
PAUSING: Final = frozenset({"held", "asked"})


@dataclass(frozen=True)
class Resolution:
    """One way a request ends: whether it counts as resolved, its status in the measures, and what the public is told."""

    name: str
    is_resolved: bool
    measured_as: str
    sentence: str
    needs_note: bool = False


RESOLUTIONS: Final[Mapping[str, Resolution]] = {
    one.name: one
    for one in (
        Resolution("work_done", True, "closed", gettext_noop("The work was done.")),
        Resolution("inspected_no_action", False, "closed", gettext_noop("Somebody looked at it; no work was needed."), needs_note=True),
        Resolution("duplicate", False, "duplicate", gettext_noop("It was reported before; the two reports were joined.")),
        Resolution("referred_outside", False, "closed", gettext_noop("It was handed to the body that is responsible."), needs_note=True),
        Resolution("not_reproducible", False, "closed", gettext_noop("It could not be found at the place given."), needs_note=True),
        Resolution("answered", False, "information_only", gettext_noop("The question was answered.")),
        Resolution("invalid", False, "invalid", gettext_noop("It was not a request to the city."), needs_note=True),
    )
}
MOST_ESCALATIONS: Final = 3


def check_transition(status: str, following: str) -> None:
    """Raise InputError, in a sentence, when a request of one status cannot become another."""
    if following not in TRANSITIONS.get(status, frozenset()):
        said = {name: gettext(words) for name, words in STATUS_WORDS.items()}
        parts = {"before": said[status], "after": said.get(following, following)}
        raise InputError(gettext("A request that is %(before)s cannot become %(after)s.") % parts)


def check_resolution(name: str, note: str, has_parent: bool = False) -> Resolution:
    """The resolution of this name; raises InputError when it needs a reason or a parent that is missing."""
    found = RESOLUTIONS.get(name)
    if found is None:
        raise InputError(gettext("Say how the request ended: %(choices)s.") % {"choices": ", ".join(RESOLUTIONS)})
    if found.needs_note and not note.strip():
        raise InputError(gettext("Say in a sentence what was found: the resident reads it."))
    if name == "duplicate" and not has_parent:
        raise InputError(gettext("A duplicate needs the number of the request it belongs to: join the two."))
    return found


STATUS_WORDS: Final[Mapping[str, str]] = {
    "new": gettext_noop("received"),
    "assigned": gettext_noop("assigned"),
    "started": gettext_noop("being worked on"),
    "held": gettext_noop("on hold"),
    "asked": gettext_noop("waiting for the resident's answer"),
    "closed": gettext_noop("closed"),
    "cancelled": gettext_noop("cancelled"),
}


def public_status(status: str) -> str:
    """`open` or `closed`, as Open311 has it."""
    return "open" if status in OPEN_STATUSES else "closed"


def measured_status(status: str, resolution: str) -> str:
    """The status of the canonical request."""
    if status in OPEN_STATUSES:
        return "open"
    if status == "cancelled":
        return "cancelled"
    found = RESOLUTIONS.get(resolution)
    return found.measured_as if found else "closed"


@dataclass(frozen=True)
class Route:
    """Where a request goes, and the rule that said so ("why here?")."""

    department: str
    team: str
    priority: int | None
    why: str


def route(rules: Iterable[Any], facts: Mapping[str, Any], owner: str) -> Route:
    """The first active rule whose conditions all hold decides; without one the service's owner gets the request.

    rules: ordered objects with `name`, `when`, `department`, `team`, `priority`. facts: `service`, `channel`, `origin`, `places`
    (kind -> code), `weekday` (0 Monday), `hour`, `words` (the description).
    """
    for one in rules:
        if matches(one.when, facts):
            return Route(one.department or owner, one.team, one.priority, f"Rule {one.order}: {one.name}.")
    return Route(owner, "", None, f"No rule matched: {owner or 'nobody'} owns the service.")


def route_words(why: str) -> str:
    """What `route` wrote down when the request came in, in the language of whoever reads it now."""
    by_rule, by_owner = re.fullmatch(r"Rule (\d+): (.*)\.", why), re.fullmatch(r"No rule matched: (.*) owns the service\.", why)
    if by_rule:
        return gettext("Rule %(number)s: %(name)s.") % {"number": by_rule[1], "name": by_rule[2]}
    if by_owner:
        owner = by_owner[1] if by_owner[1] != "nobody" else gettext("nobody")
        return gettext("No rule matched: %(owner)s owns the service.") % {"owner": owner}
    return why


def matches(when: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether every condition holds; an unknown condition never does, so that a typing mistake sends nothing astray."""
    return all(_holds(name, wanted, facts) for name, wanted in when.items())


def _holds(name: str, wanted: Any, facts: Mapping[str, Any]) -> bool:
    values = [str(one) for one in (wanted if isinstance(wanted, list) else [wanted])]
    if name in {"service", "channel", "origin"}:
        return str(facts.get(name, "")) in values
    if name == "words":
        text = str(facts.get("words", "")).casefold()
        return any(word.casefold() in text for word in values)
    if name == "weekdays":
        return str(facts.get("weekday")) in values
    if name == "hours":
        return _in_hours(int(facts.get("hour", -1)), values)
    kind = name.removeprefix("place_")
    return kind != name and str(facts.get("places", {}).get(kind, "")) in values


def _in_hours(hour: int, values: Sequence[str]) -> bool:
    first, last = (int(value) for value in values[:2]) if len(values) > 1 else (int(values[0]), int(values[0]))
    return first <= hour < last if first <= last else hour >= first or hour < last


def check_conditions(when: Mapping[str, Any]) -> None:
    """Raise InputError for a condition the routing does not know."""
    known = {"service", "channel", "origin", "words", "weekdays", "hours"}
    for name in when:
        if name not in known and not name.startswith("place_"):
            raise InputError(f"Routing does not know the condition {name!r}: use {', '.join(sorted(known))} or place_<kind>.")


DATATYPES: Final = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")


def check_answers(questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """The answers as they are kept (question and answer together), and a sentence for each that is missing or impossible.

    questions: `code`, `description`, `datatype`, `required`, `variable`, `values` ([{key, name}]), `condition` ({question, equals}).
    """
    kept: list[dict[str, Any]] = []
    wrong: list[str] = []
    for question in questions:
        if not question.get("variable", True) or not is_asked(question, answers):
            continue
        given = answers.get(question["code"])
        values = [
            str(one).strip() for one in (given if isinstance(given, list | tuple) else [given]) if one is not None and str(one).strip()
        ]
        if not values:
            if question.get("required"):
                wrong.append(gettext("Answer “%(question)s”.") % {"question": question["description"]})
            continue
        mistake = _mistake(question, values)
        if mistake:
            wrong.append(mistake)
            continue
        names = {one["key"]: one["name"] for one in question.get("values") or ()}
        kept.append(
            {"code": question["code"], "question": question["description"], "values": values, "words": [names.get(v, v) for v in values]}
        )
    return kept, wrong


def is_asked(question: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Whether the question's condition holds under the answers so far."""
    condition = question.get("condition")
    if not condition:
        return True
    given = answers.get(condition["question"])
    values = [str(one) for one in (given if isinstance(given, list | tuple) else [given])]
    return str(condition["equals"]) in values


def _mistake(question: Mapping[str, Any], values: Sequence[str]) -> str | None:
    name, kind = question["description"], question.get("datatype", "string")
    if kind in {"singlevaluelist", "multivaluelist"}:
        known = {one["key"] for one in question.get("values") or ()}
        strange = [value for value in values if value not in known]
        if strange:
            return gettext("“%(given)s” is not one of the answers to “%(question)s”.") % {"given": strange[0][:60], "question": name}
        return (
            gettext("Choose one answer to “%(question)s”.") % {"question": name} if kind == "singlevaluelist" and len(values) > 1 else None
        )
    if kind == "number" and not _is_number(values[0]):
        return gettext("“%(question)s” asks for a number.") % {"question": name}
    if kind == "datetime" and not _is_instant(values[0]):
        return gettext("“%(question)s” asks for a date, such as 2026-05-30.") % {"question": name}
    return None


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False


def _is_instant(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
