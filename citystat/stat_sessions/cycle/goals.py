"""The goals of the plan in force with the measures of each, as a session needs them."""

from dataclasses import dataclass
from datetime import date

from citystat.core.texts import said
from citystat.plan.goals import queries as plan_goals
from citystat.plan.models import Goal


@dataclass(frozen=True)
class Aim:
    """A measure of success of a goal, with the target the goal names."""

    goal_code: str
    goal_title: str
    measure: str
    target: float | None
    target_on: date | None


@dataclass(frozen=True)
class GoalOfSession:
    """One goal in the language of the reader, with its measures; without any it is missing, unless goals below it have some."""

    code: str
    title: str
    department: str
    aims: tuple[Aim, ...]
    has_goals_below: bool = False


def goals_of(code: str = "", *, on: date | None = None, language: str = "en") -> tuple[GoalOfSession, ...]:
    """The goal of a code and every goal below it, in order; every goal of the plan without a code; nothing without a plan in force."""
    plan = plan_goals.plan_in_force(on)
    if plan is None:
        return ()
    rows = plan_goals.goals(plan)
    wanted = _below(code, rows) if code else {one.pk for one in rows}
    above = {one.parent_id for one in rows}
    return tuple(_goal(one, language, has_goals_below=one.pk in above) for one in rows if one.pk in wanted)


def title_of(code: str, *, on: date | None = None, language: str = "en") -> str:
    """A goal's title in the plan in force; its code where the plan does not have it."""
    plan = plan_goals.plan_in_force(on)
    found = Goal.objects.filter(plan=plan, code=code).first() if plan else None
    return said(found, "title", language) if found else code


def choices() -> list[tuple[str, str]]:
    """Code and title of every goal of the plan in force, for forms."""
    return [(one.code, one.title) for one in goals_of()]


def _below(code: str, rows: list[Goal]) -> set[int]:
    found = {one.pk for one in rows if one.code == code}
    while more := {one.pk for one in rows if one.parent_id in found} - found:
        found |= more
    return found


def _goal(one: Goal, language: str, *, has_goals_below: bool) -> GoalOfSession:
    title = said(one, "title", language)
    aims = tuple(Aim(one.code, title, row.measure, row.target_value, row.target_on) for row in one.measures.all())
    return GoalOfSession(one.code, title, one.department, aims, has_goals_below)
