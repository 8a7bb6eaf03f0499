"""Reads of the register for its own pages: definitions and their versions, values, what was asked, corrections in public."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from citystat.core.errors import NotFound
from citystat.plan import known
from citystat.plan.definitions import Measure
from citystat.plan.models import Correction, MeasureVersion, RecordedValue, RegisteredMeasure, Target, ValueRequest
from citystat.plan.registered import register, value_actions
from citystat.plan.registered.register import Erratum

MOST_VALUES = 120


def everything() -> QuerySet[RegisteredMeasure]:
    """Every measure people wrote, with its versions newest first."""
    versions = Prefetch("versions", MeasureVersion.objects.order_by("-version"))
    found = RegisteredMeasure.objects.exclude(source=RegisteredMeasure.Source.WAREHOUSE).select_related("owner")
    return found.prefetch_related(versions, "names").order_by("is_retired", "department", "name")


def row(name: str) -> RegisteredMeasure:
    """One measure of the register; NotFound in a sentence."""
    found = everything().filter(name=name).first()
    if found is None:
        raise NotFound(_("There is no measure of this name in the register."))
    return found


def version(name: str, number: int) -> MeasureVersion:
    """One version of a definition."""
    found = MeasureVersion.objects.select_related("measure", "drafted_by", "reviewed_by").filter(measure__name=name, version=number).first()
    if found is None:
        raise NotFound(_("There is no such version of this definition."))
    return found


def values(measure: RegisteredMeasure) -> Sequence[RecordedValue]:
    """The values that stand, newest first."""
    found = RecordedValue.objects.filter(measure=measure, superseded_at__isnull=True).select_related("entered_by")
    return list(found.order_by("-period_start", "group_key", "group_value")[:MOST_VALUES])


def targets(name: str) -> Sequence[Target]:
    """Targets people set, newest first, withdrawn ones too."""
    return list(Target.objects.filter(measure=name).select_related("set_by").order_by("-set_at", "-id"))


def unanswered(person: Any = None) -> QuerySet[ValueRequest]:
    """What was asked and not answered, of everybody or of one person, the longest due first."""
    found = ValueRequest.objects.filter(answered_at__isnull=True, measure__is_retired=False).select_related("measure", "person")
    return (found.filter(person=person) if person is not None else found).order_by("due_on", "id")


def given_by(person: Any) -> Sequence[RegisteredMeasure]:
    """The measures whose values a person gives."""
    return list(RegisteredMeasure.objects.filter(owner=person, source__in=value_actions.GIVEN, is_retired=False).order_by("name"))


def public_corrections() -> list[tuple[Measure, Erratum]]:
    """Corrections of measures everyone may see, newest first."""
    measures = known.everything()
    found = [
        (measures[name], one)
        for name, some in register.content().errata.items()
        if name in measures and measures[name].audience == "public"
        for one in some
    ]
    return sorted(found, key=lambda pair: (pair[1].published_at, pair[1].id), reverse=True)


def correction_rows(name: str) -> QuerySet[Correction]:
    """Corrections of one measure with who made them, for staff."""
    return Correction.objects.filter(measure=name).select_related("by").order_by("-published_at", "-id")


def any_row(name: str) -> RegisteredMeasure | None:
    """The row of a measure, of the warehouse's too, if there is one."""
    return RegisteredMeasure.objects.filter(name=name).first()
