"""Decisions without I/O: steps as people write them, what stands without a measure, who is trained, who made the analyses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from citystat.core.errors import InputError
from citystat.plan.models import ProcessEvaluation

Status = ProcessEvaluation.Status
CLOSED = frozenset({Status.DONE, Status.DECLINED})
PARTS, MOST_STEPS, LONGEST = ("name", "who", "how_long"), 60, 200
Step = dict[str, str]


def read_steps(text: str) -> list[Step]:
    """Steps from lines `name; who; how long`; only the name is needed. Raises InputError naming the line."""
    steps = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split(";")]
        if not cells[0] or len(cells) > len(PARTS) or max(map(len, cells)) > LONGEST:
            raise InputError(_("Line %(number)s is not a step: write name; who; how long.") % {"number": number})
        steps.append(dict(zip(PARTS, [*cells, "", ""], strict=False)))
    if len(steps) > MOST_STEPS:
        raise InputError(_("A process has at most %(count)s steps here: split it.") % {"count": MOST_STEPS})
    return steps


def write_steps(steps: Iterable[Mapping[str, str]]) -> str:
    """Steps as the lines they are read from."""
    return "\n".join("; ".join(step.get(part, "") for part in PARTS).rstrip("; ") for step in steps)


def check_evaluation(status: str, note: str, found_on: date, due_on: date | None, today: date) -> None:
    """Raise InputError with the first thing that is wrong with a finding."""
    if found_on > today:
        raise InputError(_("The finding is dated in the future: check the date."))
    if due_on is not None and due_on < found_on:
        raise InputError(_("It is due before it was found: check the dates."))
    if status in CLOSED and not note.strip():
        raise InputError(_("Say what was done, or why nothing will be, before you close the finding."))


def untrained(departments: Iterable[str], trained: Iterable[str]) -> list[str]:
    """Departments in which nobody is a trained lead today."""
    return sorted(set(departments) - set(trained) - {""})


@dataclass(frozen=True)
class Share:
    """How many saved analyses people of the departments made, of all; `share` is None for none."""

    by_departments: int
    analyses: int
    share: float | None


def share_by_departments(owners: Sequence[int], of_departments: Iterable[int]) -> Share:
    """The share of analyses (one owner each) whose owner works in a department."""
    theirs = frozenset(of_departments)
    count = sum(owner in theirs for owner in owners)
    return Share(count, len(owners), count / len(owners) if owners else None)
