"""Writes of processes, their evaluations and trained leads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from citystat.core import audit, clock, edits
from citystat.core.errors import InputError
from citystat.plan import known
from citystat.plan.models import Process, ProcessEvaluation, ProcessMeasure, TrainedLead
from citystat.plan.processes import access, rules


@dataclass(frozen=True)
class ProcessText:
    """A process as typed; `measures` are names of measures there are, or will be."""

    name: str
    department: str
    name_es: str = ""
    owner: Any = None
    text: str = ""
    steps: Sequence[rules.Step] = field(default=())
    services: Sequence[str] = field(default=())
    measures: Sequence[str] = field(default=())
    is_critical: bool = True
    workshop_on: date | None = None
    workshop_by: str = ""


def save_process(*, by: Any, process: ProcessText, existing: Process | None = None, revision: int = 0) -> Process:
    """Write a process down, or change it. Raises InputError with the first thing that is wrong; nothing is stored then."""
    access.check_can_edit(by)
    _check_process(process)
    row = existing or Process()
    fields = [name for name in ProcessText.__dataclass_fields__ if name != "measures"]
    for name in fields:
        value = getattr(process, name)
        setattr(row, name, value.strip() if isinstance(value, str) else list(value) if name in {"steps", "services"} else value)
    try:
        with transaction.atomic():
            if existing is None:
                row.save(force_insert=True)
            else:
                edits.save(row, fields, revision=revision)
            ProcessMeasure.objects.filter(process=row).exclude(measure__in=process.measures).delete()
            for name in process.measures:
                ProcessMeasure.objects.get_or_create(process=row, measure=name)
            audit.record(by=by, action="process.save", target=str(row), details={"is_new": existing is None})
    except IntegrityError as error:
        raise InputError(_("%(department)s has a process of this name already.") % {"department": row.department}) from error
    return row


def _check_process(process: ProcessText) -> None:
    if not process.name.strip() or not process.department.strip():
        raise InputError(_("A process needs a name and a department."))
    unknown = sorted(set(process.measures) - set(known.everything()))
    if unknown:
        raise InputError(_("There is no measure %(name)s: register it first, as a gap if it has no data.") % {"name": unknown[0]})
    if process.workshop_on is not None and process.workshop_on > clock.today():
        raise InputError(_("The workshop lies in the future: write down what it found afterwards."))


def add_evaluation(*, by: Any, process: Process, finding: str, owner: Any, found_on: date, due_on: date | None = None) -> ProcessEvaluation:
    """Enter a finding. It has one owner from the start and is open."""
    access.check_can_edit(by)
    if not finding.strip():
        raise InputError(_("Say what was found."))
    if owner is None:
        raise InputError(_("A finding needs one owner."))
    rules.check_evaluation(rules.Status.OPEN, "", found_on, due_on, clock.today())
    with transaction.atomic():
        row = ProcessEvaluation.objects.create(process=process, finding=finding.strip(), owner=owner, found_on=found_on, due_on=due_on)
        audit.record(by=by, action="process.add_evaluation", target=str(process), details={"finding": row.pk})
    return row


def update_evaluation(*, by: Any, row: ProcessEvaluation, status: str, note: str, revision: int) -> ProcessEvaluation:
    """Say what becomes of a finding; closing it needs words."""
    access.check_can_update(by, row)
    if status not in rules.Status.values:
        raise InputError(_("Choose one of the statuses."))
    rules.check_evaluation(status, note, row.found_on, row.due_on, clock.today())
    before, row.status, row.note = row.status, status, note.strip()
    row.closed_on = (row.closed_on or clock.today()) if status in rules.CLOSED else None
    with transaction.atomic():
        edits.save(row, ["status", "note", "closed_on"], revision=revision)
        audit.record(by=by, action="process.update_evaluation", target=str(row.pk), details={"before": before, "after": status})
    return row


def add_lead(
    *, by: Any, department: str, trained_on: date, person: Any = None, name: str = "", until: date | None = None
) -> TrainedLead:  # fmt: skip
    """Record that somebody of a department was trained; the training may run out."""
    access.check_can_edit(by)
    if not department.strip() or not (person or name.strip()):
        raise InputError(_("Name the department and the person."))
    if trained_on > clock.today():
        raise InputError(_("The training lies in the future: enter it when it has been held."))
    if until is not None and until < trained_on:
        raise InputError(_("The training runs out before it was held: check the dates."))
    with transaction.atomic():
        row = TrainedLead.objects.create(
            department=department.strip(), person=person, name=name.strip(), trained_on=trained_on, until=until
        )
        audit.record(by=by, action="process.add_lead", target=row.department, details={"lead": row.pk})
    return row


def end_lead(*, by: Any, row: TrainedLead) -> TrainedLead:
    """The person leads no longer, from today."""
    access.check_can_edit(by)
    with transaction.atomic():
        row.until = clock.today()
        row.save(update_fields=["until"])
        audit.record(by=by, action="process.end_lead", target=row.department, details={"lead": row.pk})
    return row
