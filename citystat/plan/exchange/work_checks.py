"""What must hold among the cells of one row of what 1.1 added: countdowns, programs, corrections; each mistake is one sentence."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from citystat.plan.exchange.reading import Content, wrong
from citystat.plan.programs.loading import LONGEST_RESPONSE

Cells = Mapping[str, Any]


def check(content: Content) -> None:
    """Raise PackageError with the first row that cannot be."""
    for table, rules in CHECKS.items():
        for row in content.of(table):
            for rule in rules:
                sentence = rule(row.cells)
                if sentence:
                    raise wrong(f"{table}.csv", row.line, sentence)


def _countdown(cells: Cells) -> str:
    if not 0 <= cells["check_share"] <= 1:
        return _("check_share is %(share)s, and a share is between 0 and 1") % {"share": cells["check_share"]}
    return _("the countdown aims at nothing: target_count is 0") if cells["target_count"] == 0 else ""


def _counted(cells: Cells) -> str:
    proven = cells["counted_on"] is not None and (cells["proof"] or cells["proof_file"])
    sentence = _("%(key)s is counted without proof or without counted_on, and nothing counts that way")
    return sentence % {"key": cells["key"]} if cells["status"] == "counted" and not proven else ""


def _degrees(cells: Cells) -> str:
    for name, most in (("longitude", 180), ("latitude", 90)):
        if cells[name] is not None and abs(cells[name]) > most:
            return _("%(column)s %(text)s is not a number of degrees") % {"column": name, "text": cells[name]}
    return ""


def _seconds(cells: Cells) -> str:
    seconds = cells["seconds"]
    good = seconds is None or 0 <= seconds <= LONGEST_RESPONSE
    return "" if good else _("%(seconds)s seconds is no response time: it lies between 0 and a day") % {"seconds": seconds}


def _steps(cells: Cells) -> str:
    steps = cells["steps"]
    good = isinstance(steps, list) and all(isinstance(one, dict) and one.get("name") for one in steps)
    return "" if good else _("steps is not a list of objects with a name each")


def _answered(cells: Cells) -> str:
    missing = cells["answer"] != "waiting" and (not cells["response"] or cells["responded_on"] is None)
    return _("it is answered, and the answer or its day is missing") if missing else ""


def _fixed(cells: Cells) -> str:
    return _("it is celebrated, and the day it was fixed is missing") if cells["celebrated_at"] and cells["fixed_on"] is None else ""


def _named(cells: Cells) -> str:
    people = cells["people"]
    good = isinstance(people, list) and all(isinstance(one, dict) and isinstance(one.get("name"), str) for one in people)
    return "" if good else _("people is not a list of objects with a name each")


def _one_of(first: str, second: str) -> Callable[[Cells], str]:
    def rule(cells: Cells) -> str:
        is_one = (cells[first] in (None, "")) != (cells[second] in (None, ""))
        return "" if is_one else _("it must name either %(first)s or %(second)s") % {"first": first, "second": second}

    return rule


def _lists(*names: str) -> Callable[[Cells], str]:
    def rule(cells: Cells) -> str:
        for name in names:
            if not isinstance(cells[name], list):
                return _("%(column)s is not a list") % {"column": name}
        return ""

    return rule


def _objects(*names: str) -> Callable[[Cells], str]:
    def rule(cells: Cells) -> str:
        for name in names:
            if not isinstance(cells[name], dict):
                return _("%(column)s is not an object") % {"column": name}
        return ""

    return rule


def _in_order(first: str, last: str) -> Callable[[Cells], str]:
    def rule(cells: Cells) -> str:
        wrong_way = cells[first] is not None and cells[last] is not None and cells[last] < cells[first]
        return _("%(last)s lies before %(first)s") % {"last": last, "first": first} if wrong_way else ""

    return rule


CHECKS: dict[str, tuple[Callable[[Cells], str], ...]] = {
    "countdowns": (_countdown, _in_order("starts_on", "ends_on")),
    "countdown_items": (_counted, _degrees),
    "processes": (_steps, _lists("services")),
    "process_findings": (_in_order("found_on", "due_on"),),
    "trained_leads": (_in_order("trained_on", "until"),),
    "programs": (_lists("services", "measures"),),
    "budget_lines": (_lists("services"),),
    "improvements": (_objects("where"), _lists("areas")),
    "incidents": (_seconds,),
    "focus_areas": (_lists("indicators", "partners"), _objects("chosen"), _in_order("looked_from", "looked_to")),
    "council_members": (_lists("areas"), _in_order("since", "until")),
    "recommendations": (_answered, _in_order("given_on", "responded_on")),
    "record_corrections": (_one_of("decision", "commitment"),),
    "weak_points": (_objects("where"), _named, _fixed),
}
