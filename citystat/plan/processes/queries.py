"""Reads of processes: by department, without a measure, findings, trained leads, who makes analyses."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from citystat.core import clock
from citystat.core.errors import NotFound
from citystat.people.models import WorkScope
from citystat.plan import known
from citystat.plan.definitions import Measure
from citystat.plan.goals import queries as goals
from citystat.plan.models import Goal, Process, ProcessEvaluation, ProcessMeasure, RegisteredMeasure, SavedAnalysis, TrainedLead
from citystat.plan.processes import access, rules


@dataclass(frozen=True)
class Lead:
    """A department and who leads its Stat work today; `name` is empty where nobody is trained."""

    department: str
    name: str
    row: TrainedLead | None


def processes(user: Any) -> QuerySet[Process]:
    """The processes of the departments a person may see, with their measures; None sees all."""
    found = Process.objects.select_related("owner").prefetch_related("measures", "evaluations")
    return found if access.sees_all(user) else found.filter(department__in=access.departments_of(user))


def process(pk: int) -> Process:
    """One process; raises NotFound."""
    found = processes(None).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such process."))
    return found


def evaluations(user: Any) -> QuerySet[ProcessEvaluation]:
    """The register of findings of the departments a person may see, and the person's own; open ones first, then the newest."""
    # The names of the statuses, backwards, are in the order people read them: open, in progress, done, declined.
    found = ProcessEvaluation.objects.select_related("process", "owner").order_by("-status", "-found_on", "-id")
    if access.sees_all(user):
        return found
    return found.filter(Q(process__department__in=access.departments_of(user)) | Q(owner=user))


def evaluation(pk: int) -> ProcessEvaluation:
    """One finding; raises NotFound."""
    found = ProcessEvaluation.objects.select_related("process", "owner").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such finding."))
    return found


def without_measure(user: Any) -> QuerySet[Process]:
    """Processes no measure of which anybody has named."""
    return processes(user).filter(measures__isnull=True)


def measures_without_process_or_goal(day: date | None = None) -> list[Measure]:
    """Measures in use that belong to no process and serve no goal of the plan in force."""
    held = set(ProcessMeasure.objects.values_list("measure", flat=True)) | set(goals.priorities_of_measures(day))
    return sorted((one for one in known.in_use().values() if one.name not in held), key=lambda one: one.name)


def departments() -> list[str]:
    """Every department anybody's work, goal, measure or process names."""
    named: set[str] = set(WorkScope.objects.exclude(department="").values_list("department", flat=True))
    current = goals.plan_in_force()
    for rows in (Process.objects.all(), RegisteredMeasure.objects.filter(is_retired=False), TrainedLead.objects.all()):
        named |= set(rows.order_by().values_list("department", flat=True))
    if current is not None:
        named |= set(Goal.objects.filter(plan=current).order_by().values_list("department", flat=True))
    return sorted(named - {""})


def leads(day: date | None = None) -> list[Lead]:
    """Each department with its trained leads of a day, or with nobody."""
    at = day or clock.today()
    in_force = TrainedLead.objects.filter(Q(until__isnull=True) | Q(until__gt=at), trained_on__lte=at).select_related("person")
    rows = list(in_force.order_by("department", "trained_on"))
    found = [Lead(row.department, row.name or str(row.person or ""), row) for row in rows]
    missing = rules.untrained(departments(), [row.department for row in rows])
    return sorted([*found, *(Lead(name, "", None) for name in missing)], key=lambda one: (one.row is not None, one.department))


def lead(pk: int) -> TrainedLead:
    """One trained lead; raises NotFound."""
    found = TrainedLead.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such trained lead."))
    return found


def share_of_analyses() -> rules.Share:
    """The share of saved analyses whose author works in a department."""
    people = WorkScope.objects.exclude(department="").values_list("user_id", flat=True)
    return rules.share_by_departments(list(SavedAnalysis.objects.values_list("owner_id", flat=True)), people)
