"""Save, change and delete analyses; the audit row is in the same transaction."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from citystat.core import audit
from citystat.core.errors import InputError
from citystat.plan import access, analyses, queries
from citystat.plan.models import SavedAnalysis
from citystat.warehouse.connections import open_build

LONGEST_NAME = 120


def save_analysis(*, by: Any, name: str, measure: str, parameters: Mapping[str, Any]) -> SavedAnalysis:
    """Save a question under a name for everyone on the staff to open."""
    access.check_can_save(by)
    checked = _checked(name, measure, parameters, by)
    try:
        with transaction.atomic():
            saved = SavedAnalysis.objects.create(name=checked, owner=by, measure=measure, parameters=dict(parameters))
            audit.record(by=by, action="plan.save_analysis", target=checked, details={"measure": measure, "parameters": dict(parameters)})
    except IntegrityError as error:
        raise InputError(_("You already have an analysis called “%(name)s”: choose another name.") % {"name": checked}) from error
    return saved


def change_analysis(*, by: Any, analysis: SavedAnalysis, name: str, parameters: Mapping[str, Any]) -> SavedAnalysis:
    """Change the name or the question of a saved analysis."""
    access.check_can_change(by, analysis)
    checked = _checked(name, analysis.measure, parameters, by)
    before = {"name": analysis.name, "parameters": analysis.parameters}
    analysis.name, analysis.parameters = checked, dict(parameters)
    try:
        with transaction.atomic():
            analysis.save(update_fields=["name", "parameters", "updated_at"])
            audit.record(by=by, action="plan.change_analysis", target=checked, details={"before": before, "parameters": dict(parameters)})
    except IntegrityError as error:
        raise InputError(_("You already have an analysis called “%(name)s”: choose another name.") % {"name": checked}) from error
    return analysis


def delete_analysis(*, by: Any, analysis: SavedAnalysis) -> None:
    """Delete a saved analysis; what it asked stays in the audit."""
    access.check_can_change(by, analysis)
    with transaction.atomic():
        details = {"measure": analysis.measure, "parameters": analysis.parameters}
        audit.record(by=by, action="plan.delete_analysis", target=analysis.name, details=details)
        analysis.delete()


def _checked(name: str, measure: str, parameters: Mapping[str, Any], by: Any) -> str:
    """The name without stray blanks, once name and question are found usable."""
    found = queries.measure(measure)
    access.check_can_see(by, found)
    analyses.question_from(parameters, found, open_build())
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= LONGEST_NAME:
        raise InputError(_("Give the analysis a name of up to %(most)s characters.") % {"most": LONGEST_NAME})
    return cleaned
