"""Numbers of another city's warehouse as measures people give here: named for what they are, with where they came from."""

from typing import Any

from django.utils.translation import gettext as _

from citystat.core import clock
from citystat.plan.exchange.reading import Content, Given
from citystat.plan.models import MeasureName, MeasureVersion, RecordedValue, RegisteredMeasure

PREFIX = "imported_"
FORMATS = {"count": "count", "stock": "count", "per_capita": "rate", "share": "percent", "stock_share": "percent"}
# Kinds whose numerator and denominator make the value; elsewhere they are the number of cases, which the register has no place for.
QUOTIENTS = ("share", "stock_share", "per_capita", "weeks_of_work")
TYPES = ("output", "efficiency", "effectiveness", "outcome")


def save(content: Content, *, by: Any) -> int:
    """A typed measure for each warehouse measure with monthly values in the package; how many values were stored."""
    sources = {row.cells["name"]: row.cells for row in content.of("measures")}
    definitions = {row.cells["measure"]: row.cells for row in content.of("measure_versions")}
    by_measure: dict[str, list[Given]] = {}
    for row in content.of("values"):
        if sources[row.cells["measure"]]["source"] == "warehouse" and row.cells["measure"] in definitions:
            by_measure.setdefault(row.cells["measure"], []).append(row)
    return sum(_save(name, definitions[name]["definition"], sources[name], rows, content, by) for name, rows in sorted(by_measure.items()))


def _save(name: str, found: dict[str, Any], measure: dict[str, Any], rows: list[Given], content: Content, by: Any) -> int:
    definition = _definition(found, measure, content)
    row = RegisteredMeasure.objects.create(
        name=f"{PREFIX}{name}"[:60], source=RegisteredMeasure.Source.TYPED, department=measure["department"], created_by=by
    )
    label = definition["label"]
    MeasureName.objects.create(measure=row, label=label["en"][:120], label_es=label.get("es", "")[:120], used_from=clock.today())
    MeasureVersion.objects.create(
        measure=row, version=1, status=MeasureVersion.Status.VALIDATED, definition=definition, drafted_by=by, reviewed_at=clock.now()
    )
    is_quotient = found.get("kind") in QUOTIENTS
    kept = [_value(row, one, content.title, is_quotient) for one in rows if one.cells["complete"] and one.cells["state"] != "incomplete"]
    RecordedValue.objects.bulk_create(kept, batch_size=500)
    return len(kept)


def _definition(found: dict[str, Any], measure: dict[str, Any], content: Content) -> dict[str, Any]:
    """The words of the file in the fields of the register."""
    kept = {name: found[name] for name in ("label", "description", "why", "unit", "tier") if name in found}
    return (
        kept
        | {
            "type": found.get("type") if found.get("type") in TYPES else "outcome",
            "audience": measure["audience"] or "staff",
            "direction": {"neutral": "not_applicable"}.get(found.get("direction", "neutral"), found.get("direction", "not_applicable")),
            "format": FORMATS.get(found.get("kind", ""), "days" if "percentile" in found.get("kind", "") else "decimal"),
            "frequency": "month",
            "data_source": content.title,
            "groups": sorted({row.cells["group_key"] for row in content.of("values") if row.cells["measure"] == measure["name"]} - {""}),
        }
        | ({"denominator": measure["name"]} if found.get("kind") in QUOTIENTS else {})
        | ({"per": found["per"]} if "per" in found else {})
    )


def _value(measure: RegisteredMeasure, given: Given, title: str, is_quotient: bool) -> RecordedValue:
    cells = given.cells
    numerator, denominator = (cells["numerator"], cells["denominator"]) if is_quotient and cells["denominator"] else (None, None)
    note = "" if cells["value"] is not None else _("No number in the package: %(state)s.") % {"state": cells["state"]}
    return RecordedValue(
        measure=measure, version=1, period_start=cells["period_start"], period_end=cells["period_end"], group_key=cells["group_key"],
        group_value=cells["group_value"], numerator=numerator, denominator=denominator, value=cells["value"], note=note,
        evidence=title, channel=RecordedValue.Channel.IMPORT,
    )  # fmt: skip
