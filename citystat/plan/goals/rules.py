"""Decisions about plans and goals without I/O: what may stand below what, what makes a goal measurable, what is missing, what changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from citystat.core.errors import InputError

PRIORITY, OBJECTIVE, STRATEGY, DEPARTMENT_GOAL = "priority", "objective", "strategy", "department_goal"
# What each level may stand below; None is the top of the plan. A department's goal without a parent is listed until it has one.
PARENTS: Final[Mapping[str, tuple[str | None, ...]]] = {
    PRIORITY: (None,),
    OBJECTIVE: (PRIORITY,),
    STRATEGY: (OBJECTIVE, PRIORITY),
    DEPARTMENT_GOAL: (None, PRIORITY, OBJECTIVE, STRATEGY),
}
DEEPEST: Final = 8
COMPARED: Final = ("level", "parent", "title", "text", "department", "starts_on", "ends_on", "measures")


@dataclass(frozen=True)
class Aim:
    """A measure of success of a goal: from a baseline to a target by a day."""

    measure: str
    baseline_value: float | None = None
    baseline_on: date | None = None
    target_value: float | None = None
    target_on: date | None = None


@dataclass(frozen=True)
class Node:
    """A goal as the rules see it; `parent` is a code, empty at the top."""

    code: str
    level: str
    title: str
    parent: str = ""
    text: str = ""
    department: str = ""
    has_owner: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    data_needed: str = ""
    measures: tuple[Aim, ...] = ()


@dataclass(frozen=True)
class Problem:
    """Something about a plan that somebody should look at. Grave ones stop adoption."""

    kind: str
    subject: str
    sentence: str
    is_grave: bool = False


@dataclass(frozen=True)
class GoalChange:
    """How a goal differs from the version before; `fields` names what."""

    code: str
    title: str
    change: str
    fields: tuple[str, ...] = ()


def missing_for_measurable(aims: Sequence[Aim]) -> tuple[str, ...]:
    """What a goal lacks to be measurable: `measure`, `baseline`, `target`, `date`; empty when one of its measures has all."""
    if not aims:
        return ("measure", "baseline", "target", "date")
    return min((_missing(aim) for aim in aims), key=len)


def _missing(aim: Aim) -> tuple[str, ...]:
    lacks = []
    if aim.baseline_value is None:
        lacks.append("baseline")
    if aim.target_value is None:
        lacks.append("target")
    if aim.target_on is None:
        lacks.append("date")
    return tuple(lacks)


@dataclass(frozen=True)
class Way:
    """How far a measure is from baseline to target, and how much of the time has gone; both shares, 1 at the target."""

    done: float
    time_gone: float

    @property
    def is_behind(self) -> bool:
        """Whether less of the way than of the time lies behind: a straight line, and no forecast."""
        return self.done < min(self.time_gone, 1.0)


def way(aim: Aim, value: float | None, day: date) -> Way | None:
    """The way from baseline to target on a day; None without a value, or where baseline and target leave no way to go."""
    if value is None or aim.baseline_value is None or aim.target_value is None or aim.baseline_on is None or aim.target_on is None:
        return None
    distance, days = aim.target_value - aim.baseline_value, (aim.target_on - aim.baseline_on).days
    if distance == 0 or days <= 0:
        return None
    return Way((value - aim.baseline_value) / distance, max(0.0, (day - aim.baseline_on).days / days))


def check_measurable(aims: Sequence[Aim]) -> None:
    """Raise InputError, naming what is missing, unless the goal can be called measurable."""
    words = {"measure": _("a measure"), "baseline": _("a baseline"), "target": _("a target"), "date": _("a date for the target")}
    missing = missing_for_measurable(aims)
    if missing:
        named = ", ".join(words[name] for name in missing)
        raise InputError(
            _("A goal is measurable only with a measure, a baseline, a target and a date: it still needs %(what)s.") % {"what": named}
        )


def check_aim(aim: Aim, label: str = "") -> None:
    """Raise InputError for a target without a date, a date without a target, or a target before its baseline."""
    named = {"measure": label or aim.measure}
    if aim.target_value is not None and aim.target_on is None:
        raise InputError(_("The target of %(measure)s needs a date: by when shall it be reached?") % named)
    if aim.target_on is not None and aim.target_value is None:
        raise InputError(_("%(measure)s has a date but no target: say what shall be reached.") % named)
    if aim.baseline_on and aim.target_on and aim.target_on <= aim.baseline_on:
        raise InputError(_("The target of %(measure)s must be later than its baseline.") % named)


def check_parent(level: str, parent_level: str | None) -> None:
    """Raise InputError where a goal of this level may not stand below such a parent."""
    if level not in PARENTS:
        raise InputError(_("“%(level)s” is not a level of a plan.") % {"level": level})
    if parent_level not in PARENTS[level]:
        raise InputError(_why_not_at_the_top(level) if parent_level is None else _why_not_below(level))


def _why_not_at_the_top(level: str) -> str:
    if level == OBJECTIVE:
        return _("An objective belongs to a priority: choose which.")
    return _("A strategy belongs to an objective or a priority: choose which.")


def _why_not_below(level: str) -> str:
    sentences = {
        PRIORITY: _("A priority is the top of the plan: leave its parent empty."),
        OBJECTIVE: _("An objective belongs directly below a priority."),
        STRATEGY: _("A strategy belongs below an objective or a priority."),
    }
    return sentences.get(level, _("A department's goal belongs below a goal of the city."))


def check_no_cycle(code: str, parent: str, parents: Mapping[str, str]) -> None:
    """Raise InputError if the goal would stand below itself. `parents`: code of the parent by code."""
    above, steps = parent, 0
    while above:
        steps += 1
        if above == code or steps > DEEPEST:
            raise InputError(_("A goal cannot stand below itself: choose another parent."))
        above = parents.get(above, "")


def problems(
    goals: Sequence[Node], known_measures: Iterable[str], gaps: Iterable[str] = (), departments: Iterable[str] = ()
) -> tuple[Problem, ...]:
    """Everything to look at in a plan, grave ones first.

    `known_measures`: names of every measure there is; `gaps`: those defined before their data exist; `departments`: those the city
    has, by name; where none is known, none is called gone.
    """
    by_code = {goal.code: goal for goal in goals}
    known, missing_data = frozenset(known_measures), frozenset(gaps)
    found = [
        *_of_structure(goals, by_code),
        *_of_aims(goals, known, missing_data),
        *_gone(goals, frozenset(departments)),
        *_orphans(goals, known),
    ]
    return tuple(sorted(found, key=lambda one: not one.is_grave))


def _of_structure(goals: Sequence[Node], by_code: Mapping[str, Node]) -> list[Problem]:
    with_children = {goal.parent for goal in goals}
    found = []
    if not any(goal.level == PRIORITY for goal in goals):
        found.append(
            Problem("no_priority", "", _("The plan has no priority yet: a plan starts with what the council wants."), is_grave=True)
        )
    for goal in goals:
        parent = by_code.get(goal.parent)
        if goal.parent and parent is None:
            found.append(Problem("unknown_parent", goal.code, _("Its parent is not in this plan."), is_grave=True))
        elif goal.level == DEPARTMENT_GOAL and parent is None:
            found.append(Problem("no_parent", goal.code, _("No goal of the city stands above this goal of a department."), is_grave=True))
        if goal.level in {PRIORITY, OBJECTIVE} and goal.code not in with_children:
            found.append(Problem("childless", goal.code, _("Nothing stands below it: nobody has said how it will be reached.")))
        if not goal.has_owner and goal.level != PRIORITY:
            found.append(Problem("no_owner", goal.code, _("Nobody owns it.")))
    return found


def _of_aims(goals: Sequence[Node], known: frozenset[str], gaps: frozenset[str]) -> list[Problem]:
    found = []
    for goal in goals:
        if not goal.measures and goal.level != STRATEGY:
            kind, said = ("data_gap", _("What has to be known is written down, and no measure answers it yet.")) if goal.data_needed else (
                "no_measure", _("No measure says how far it is."))  # fmt: skip
            found.append(Problem(kind, goal.code, said))
        for aim in goal.measures:
            if aim.measure not in known:
                found.append(Problem("unknown_measure", goal.code, _("There is no measure %(name)s.") % {"name": aim.measure}))
            elif aim.measure in gaps:
                found.append(Problem("data_gap", goal.code, _("The data of %(name)s do not exist yet.") % {"name": aim.measure}))
            if aim.target_value is not None and aim.target_on is None:
                found.append(Problem("target_without_date", goal.code, _("The target of %(name)s has no date.") % {"name": aim.measure}))
    return found


def _gone(goals: Sequence[Node], departments: frozenset[str]) -> list[Problem]:
    """Goals of departments that were renamed or closed."""
    said = _("No requests and no people of “%(name)s” are known: was the department renamed or closed?")
    named = [goal for goal in goals if departments and goal.department and goal.department not in departments]
    return [Problem("unknown_department", goal.code, said % {"name": goal.department}) for goal in named]


def _orphans(goals: Sequence[Node], known: frozenset[str]) -> list[Problem]:
    used = {aim.measure for goal in goals for aim in goal.measures}
    return [Problem("orphan_measure", name, _("No goal of the plan uses this measure.")) for name in sorted(known - used)]


def can_be_adopted(found: Iterable[Problem]) -> bool:
    """Whether no grave problem stands in the way."""
    return not any(one.is_grave for one in found)


def changes(before: Sequence[Node], after: Sequence[Node]) -> tuple[GoalChange, ...]:
    """New, modified, unchanged and removed goals, by their codes; in the order of the later version, removed ones last."""
    old = {goal.code: goal for goal in before}
    new = {goal.code for goal in after}
    found = []
    for goal in after:
        earlier = old.get(goal.code)
        fields = tuple(name for name in COMPARED if getattr(goal, name) != getattr(earlier, name)) if earlier else ()
        found.append(GoalChange(goal.code, goal.title, "new" if earlier is None else "modified" if fields else "unchanged", fields))
    gone = [GoalChange(goal.code, goal.title, "removed") for goal in before if goal.code not in new]
    return (*found, *gone)


def top_of(code: str, parents: Mapping[str, str]) -> str:
    """Code of the priority a goal serves; the goal's own code at the top."""
    for _step in range(DEEPEST):
        if not parents.get(code):
            return code
        code = parents[code]
    return code
