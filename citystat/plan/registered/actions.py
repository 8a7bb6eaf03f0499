"""Writes of definitions: drafted, sent to review, validated or returned by somebody else, renamed, retired."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from citystat.core import audit, clock, edits
from citystat.core.errors import InputError, NotFound
from citystat.plan import definition_files, known
from citystat.plan.models import MeasureName, MeasureVersion, RegisteredMeasure
from citystat.plan.registered import access, computed, expressions, measures, register, rules, tables

# First words of addresses that are no measure.
RESERVED = frozenset({"register", "board", "health"})
NAME = re.compile(r"[a-z][a-z0-9_]{2,59}")
OPEN = (MeasureVersion.Status.DRAFT, MeasureVersion.Status.PENDING, MeasureVersion.Status.RETURNED)
CHANGES = frozenset({MeasureVersion.Change.MODIFIED, MeasureVersion.Change.REPLACED})
Words = Mapping[str, Any]


def define(*, by: Any, name: str, source: str, definition: Words, department: str = "", owner: Any = None) -> MeasureVersion:
    """A new measure with its first draft; the draft may be incomplete until it is sent to review."""
    access.check_can_edit(by)
    _check_name(name)
    if source not in RegisteredMeasure.Source.values or source == RegisteredMeasure.Source.WAREHOUSE:
        raise InputError(_("Say where values come from: typed, survey, computed, or a gap that has no data yet."))
    label = _label(definition)
    with transaction.atomic():
        row = RegisteredMeasure.objects.create(name=name, source=source, department=department, owner=owner, created_by=by)
        MeasureName.objects.create(measure=row, used_from=tables.today(), **label)
        version = MeasureVersion.objects.create(measure=row, version=1, definition=dict(definition), drafted_by=by)
        audit.record(by=by, action="plan.define_measure", target=name, details={"source": source})
    return version


def save_draft(
    *, by: Any, version: MeasureVersion, definition: Words, revision: int, change: str = "", rebase_on: date | None = None,
    rebase_reason: str = "", replaces: str = "",
) -> None:  # fmt: skip
    """Save what is written of a draft or returned version; Busy when somebody else saved meanwhile."""
    access.check_can_edit(by)
    version.status = rules.next_status(version.status, "save")
    _label(definition)
    version.definition, version.replaces = dict(definition), replaces
    version.change = change or version.change
    version.rebase_on, version.rebase_reason = rebase_on, " ".join(rebase_reason.split())
    with transaction.atomic():
        edits.save(version, ("definition", "change", "replaces", "rebase_on", "rebase_reason", "status"), revision=revision)
        audit.record(by=by, action="plan.save_definition", target=str(version.measure), details={"version": version.version})


def submit(*, by: Any, version: MeasureVersion) -> None:
    """Send a draft to review; InputError names the first thing it lacks."""
    access.check_can_edit(by)
    status = rules.next_status(version.status, "submit")
    problems = problems_of(version)
    if problems:
        raise InputError(f"{problems[0].field}: {problems[0].sentence}")
    version.status, version.submitted_at = status, clock.now()
    with transaction.atomic():
        edits.save(version, ("status", "submitted_at"), revision=version.revision)
        audit.record(by=by, action="plan.submit_definition", target=version.measure.name, details={"version": version.version})


def problems_of(version: MeasureVersion) -> tuple[rules.Problem, ...]:
    """Everything that keeps a version from review: its definition, what it is computed from, what its change asks for."""
    found = rules.check(version.definition, version.measure.source)
    return found or (*_problems_of_inputs(version), *_problems_of_change(version))


def validate(*, by: Any, version: MeasureVersion) -> None:
    """Accept a version: it locks, and readers see it. Never by the person who drafted it."""
    access.check_can_review(by, version)
    status = rules.next_status(version.status, "validate")
    problems = problems_of(version)
    if problems:
        raise InputError(f"{problems[0].field}: {problems[0].sentence}")
    version.status, version.reviewed_by, version.reviewed_at = status, by, clock.now()
    with transaction.atomic():
        edits.save(version, ("status", "reviewed_by", "reviewed_at"), revision=version.revision)
        details = {"version": version.version, "change": version.change, "definition": measures.meaning_hash(version.definition)}
        audit.record(by=by, action="plan.validate_definition", target=version.measure.name, details=details)
        register.forget()


def send_back(*, by: Any, version: MeasureVersion, reason: str) -> None:
    """Return a version to the person who drafted it, with the reason."""
    access.check_can_review(by, version)
    status = rules.next_status(version.status, "return")
    cleaned = reason.strip()
    if not cleaned:
        raise InputError(_("Say why it goes back, so that the person knows what to change."))
    version.status, version.reason, version.reviewed_by, version.reviewed_at = status, cleaned, by, clock.now()
    with transaction.atomic():
        edits.save(version, ("status", "reason", "reviewed_by", "reviewed_at"), revision=version.revision)
        audit.record(by=by, action="plan.return_definition", target=version.measure.name, details={"version": version.version})


def new_version(*, by: Any, measure: RegisteredMeasure) -> MeasureVersion:
    """A draft that starts from the version in force; one at a time."""
    access.check_can_edit(by)
    with transaction.atomic():
        RegisteredMeasure.objects.select_for_update().get(pk=measure.pk)
        waiting = measure.versions.filter(status__in=OPEN).first()
        if waiting is not None:
            raise InputError(_("Version %(number)s is still open: finish it first.") % {"number": waiting.version})
        last = measure.versions.order_by("-version").first()
        if last is None:
            raise NotFound(_("This measure has no definition to start from."))
        unchanged = MeasureVersion.Change.UNCHANGED
        made = MeasureVersion.objects.create(
            measure=measure, version=last.version + 1, definition=last.definition, change=unchanged, drafted_by=by
        )
        audit.record(by=by, action="plan.new_definition", target=measure.name, details={"version": made.version})
    return made


def rename(*, by: Any, measure: RegisteredMeasure, label: str, label_es: str = "", why: str, on: date | None = None) -> MeasureName:
    """Call a measure something else from a day on; the former names stay with it."""
    access.check_can_edit(by)
    cleaned, day = " ".join(label.split()), on or tables.today()
    if not cleaned or not why.strip():
        raise InputError(_("A new name needs the name and why it changes."))
    with transaction.atomic():
        former = measure.names.filter(used_to__isnull=True).order_by("-id").first()
        if former and former.label == cleaned:
            raise InputError(_("It is called that already."))
        if former and day < former.used_from:
            raise InputError(_("It got its present name on %(day)s: the new one starts later.") % {"day": former.used_from})
        measure.names.filter(used_to__isnull=True).update(used_to=day)
        made = MeasureName.objects.create(measure=measure, label=cleaned, label_es=label_es.strip(), used_from=day, why=why.strip())
        audit.record(
            by=by, action="plan.rename_measure", target=measure.name, details={"from": former.label if former else "", "to": cleaned}
        )
    return made


def assign(
    *, by: Any, name: str, department: str = "", owner: Any = None, analyst: Any = None, rolls_up_to: str = "", revision: int | None = None
) -> RegisteredMeasure:
    """Say whose a measure is and what it rolls up to; a measure of the warehouse gets a row for it."""
    access.check_can_edit(by)
    _check_roll_up(name, rolls_up_to)
    with transaction.atomic():
        row = RegisteredMeasure.objects.select_for_update().filter(name=name).first()
        if row is None:
            known.find(name)
            revision = None
            row = RegisteredMeasure.objects.create(name=name, source=RegisteredMeasure.Source.WAREHOUSE, created_by=by)
        row.department, row.owner, row.analyst, row.rolls_up_to = department.strip(), owner, analyst, rolls_up_to
        edits.save(row, ("department", "owner", "analyst", "rolls_up_to"), revision=row.revision if revision is None else revision)
        audit.record(by=by, action="plan.assign_measure", target=name, details={"department": department, "rolls_up_to": rolls_up_to})
        register.forget()
    return row


def retire(*, by: Any, measure: RegisteredMeasure, reason: str) -> None:
    """Take a measure out of lists; its values, versions and corrections stay."""
    access.check_can_edit(by)
    if not reason.strip():
        raise InputError(_("Say why nobody needs this measure any more."))
    measure.is_retired = True
    with transaction.atomic():
        edits.save(measure, ("is_retired",), revision=measure.revision)
        audit.record(by=by, action="plan.retire_measure", target=measure.name, details={"reason": reason.strip()})
        register.forget()


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name) or name in RESERVED:
        raise InputError(_("A name has 3 to 60 small letters, digits and underscores, such as lane_miles_paved."))
    if name in definition_files.load_all() or RegisteredMeasure.objects.filter(name=name).exists():
        raise InputError(_("There is a measure called %(name)s already: choose another name.") % {"name": name})


def _label(definition: Words) -> dict[str, str]:
    words = definition.get("label") or {}
    label = " ".join(str(words.get("en", "")).split())
    if not label:
        raise InputError(_("Give the measure a label: what people call it."))
    return {"label": label[:120], "label_es": str(words.get("es", ""))[:120]}


def _problems_of_inputs(version: MeasureVersion) -> tuple[rules.Problem, ...]:
    """Inputs of a computed measure must exist and must not lead back to it."""
    try:
        for text in version.definition.get("expression", {}).values():
            for one in expressions.operands(text):
                _check_input(one.measure, (version.measure.name,))
    except (InputError, NotFound) as error:
        return (rules.Problem("expression", str(error)),)
    return ()


def _check_input(name: str, within: tuple[str, ...]) -> None:
    computed.check_cycle(name, within)
    found = known.find(name)
    if found.registered and found.registered.expression:
        for text in filter(None, found.registered.expression):
            for one in expressions.operands(text):
                _check_input(one.measure, (*within, name))


def _problems_of_change(version: MeasureVersion) -> tuple[rules.Problem, ...]:
    """A change of meaning is called one, and says from which day limits start anew and why."""
    before = version.measure.versions.filter(status=MeasureVersion.Status.VALIDATED, version__lt=version.version).first()
    if before is None or measures.meaning_hash(before.definition) == measures.meaning_hash(version.definition):
        return ()
    if version.change not in CHANGES:
        return (rules.Problem("change", _("What it counts changed: call the change modified or replaced.")),)
    if version.rebase_on is None or not version.rebase_reason:
        return (rules.Problem("rebase_on", _("What it counts changed: say from which day limits start anew, and why.")),)
    return ()


def _check_roll_up(name: str, into: str) -> None:
    """A measure is counted only in one of a higher tier."""
    if not into:
        return
    if into == name:
        raise InputError(_("A measure cannot roll up into itself."))
    lower, higher = known.find(name), known.find(into)
    if higher.tier <= lower.tier:
        raise InputError(
            _("%(lower)s is on tier %(tier)s: it rolls up only into a measure of a higher tier, and %(higher)s is on tier %(other)s.")
            % {"lower": lower.label.en, "tier": lower.tier, "higher": higher.label.en, "other": higher.tier}
        )
