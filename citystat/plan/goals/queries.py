"""Reads of plans, goals, themes and what residents said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from citystat.core import clock
from citystat.core.errors import NotFound
from citystat.people.models import WorkScope
from citystat.plan import built_names
from citystat.plan import queries as measures
from citystat.plan.goals import rules
from citystat.plan.models import Goal, GoalMeasure, GoalProgress, Plan, RegisteredMeasure, ResidentInput, Theme


@dataclass(frozen=True)
class Branch:
    """A goal with the goals below it; `depth` is 0 at the top."""

    goal: Goal
    depth: int
    below: tuple["Branch", ...]

    def walk(self) -> "list[Branch]":
        """The branch and everything below it, from the top down."""
        return [self, *(one for branch in self.below for one in branch.walk())]


def plans() -> QuerySet[Plan]:
    """Every version, newest first."""
    return Plan.objects.all()


def plan(number: int) -> Plan:
    """One version by its number; NotFound where there is none."""
    found = Plan.objects.filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no plan with the number %(number)s.") % {"number": number})
    return found


def plan_in_force(day: date | None = None) -> Plan | None:
    """The adopted version in force on a day (today); None where there was none."""
    on = day or clock.today()
    begun = Plan.objects.filter(status__in=[Plan.Status.ADOPTED, Plan.Status.SUPERSEDED], in_force_from__lte=on)
    return begun.filter(Q(in_force_to__isnull=True) | Q(in_force_to__gte=on)).order_by("-in_force_from").first()


def goals(of: Plan) -> list[Goal]:
    """Every goal of a version with its measures, partners and people, in order; four statements."""
    rows = Goal.objects.filter(plan=of).select_related("owner", "sponsor", "parent")
    return list(rows.prefetch_related("measures", "partners", "datasets").order_by("position", "code"))


def tree(of: Plan, rows: Sequence[Goal] | None = None) -> tuple[Branch, ...]:
    """The goals of a version as branches. Goals whose parent is missing stand at the top."""
    found = goals(of) if rows is None else rows
    below: dict[int | None, list[Goal]] = {}
    known = {one.pk for one in found}
    for one in found:
        below.setdefault(one.parent_id if one.parent_id in known else None, []).append(one)

    def grow(parent: int | None, depth: int) -> tuple[Branch, ...]:
        children = below.get(parent, []) if depth <= rules.DEEPEST else []
        return tuple(Branch(one, depth, grow(one.pk, depth + 1)) for one in children)

    return grow(None, 0)


def goal(code: str, of: Plan) -> Goal:
    """One goal of a version by its code; NotFound where there is none."""
    rows = Goal.objects.filter(plan=of, code=code).select_related("plan", "parent", "owner", "sponsor")
    found = rows.prefetch_related("measures", "partners", "datasets").first()
    if found is None:
        raise NotFound(_("There is no goal %(code)s in this plan.") % {"code": code})
    return found


def nodes(of: Plan, rows: Sequence[Goal] | None = None) -> tuple[rules.Node, ...]:
    """The goals of a version as the rules see them."""
    return tuple(node(one) for one in (goals(of) if rows is None else rows))


def node(one: Goal) -> rules.Node:
    """A goal as the rules see it."""
    return rules.Node(
        code=one.code, level=one.level, title=one.title, parent=one.parent.code if one.parent else "", text=one.text,
        department=one.department, has_owner=one.owner_id is not None, starts_on=one.starts_on, ends_on=one.ends_on,
        data_needed=one.data_needed, measures=tuple(aim(measure) for measure in one.measures.all()),
    )  # fmt: skip


def aim(one: GoalMeasure) -> rules.Aim:
    """A measure of success as the rules see it."""
    return rules.Aim(one.measure, one.baseline_value, one.baseline_on, one.target_value, one.target_on)


def problems(of: Plan, rows: Sequence[Goal] | None = None) -> tuple[rules.Problem, ...]:
    """Everything to look at in a version, grave ones first."""
    known = [one.name for one in measures.measures()]
    return rules.problems(nodes(of, rows), [*known, *_gaps()], _gaps(), _departments())


def _departments() -> set[str]:
    """Departments with people or with requests; none where there is no build, so that none is called gone for want of data."""
    built = set(built_names.departments())
    return built and built | set(WorkScope.objects.exclude(department="").values_list("department", flat=True))


def _gaps() -> list[str]:
    return list(RegisteredMeasure.objects.filter(source=RegisteredMeasure.Source.GAP, is_retired=False).values_list("name", flat=True))


def changes(of: Plan) -> tuple[rules.GoalChange, ...]:
    """What a version changed against the one it is based on; nothing for a first plan."""
    return rules.changes(nodes(of.based_on), nodes(of)) if of.based_on else ()


def goals_of_measure(name: str, day: date | None = None) -> list[Goal]:
    """Goals of the plan in force that a measure serves."""
    current = plan_in_force(day)
    if current is None:
        return []
    return list(Goal.objects.filter(plan=current, measures__measure=name).select_related("parent").order_by("position", "code"))


def priorities_of_measures(day: date | None = None) -> dict[str, tuple[str, ...]]:
    """Codes of the priorities each measure of the plan in force serves, by the measure's name."""
    current = plan_in_force(day)
    if current is None:
        return {}
    rows = nodes(current)
    parents = {one.code: one.parent for one in rows}
    found: dict[str, dict[str, None]] = {}
    for one in rows:
        for measure in one.measures:
            found.setdefault(measure.measure, {})[rules.top_of(one.code, parents)] = None
    return {name: tuple(codes) for name, codes in found.items()}


def progress(code: str) -> QuerySet[GoalProgress]:
    """What was done towards a goal, newest first, whatever version of the plan it was in."""
    return GoalProgress.objects.filter(goal_code=code).select_related("by")


def inputs(*, measure: str = "", goal_code: str = "") -> QuerySet[ResidentInput]:
    """What residents said, newest first; for one measure or goal where named."""
    rows = ResidentInput.objects.all()
    if measure:
        rows = rows.filter(measure=measure)
    return rows.filter(goal_code=goal_code) if goal_code else rows


def themes(*, staff: bool) -> QuerySet[Theme]:
    """Major opportunity areas; those not public only for the staff."""
    rows = Theme.objects.prefetch_related("measures", "members")
    return rows if staff else rows.filter(is_public=True)


def theme(slug: str) -> Theme:
    """One theme; NotFound where there is none."""
    found = Theme.objects.filter(slug=slug).select_related("sponsor").prefetch_related("measures", "members__person").first()
    if found is None:
        raise NotFound(_("There is no such theme."))
    return found
