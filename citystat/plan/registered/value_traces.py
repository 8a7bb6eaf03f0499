"""From a value of the register to what it stands on: who gave it, when and by which definition, or the inputs it is computed from."""

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import override

from citystat.core.errors import InputError
from citystat.plan import answers, descriptions, known
from citystat.plan.definitions import Measure
from citystat.plan.groups import Where, values_of
from citystat.plan.models import RecordedValue
from citystat.plan.periods import Period
from citystat.plan.registered import computed, expressions
from citystat.plan.registered.expressions import Operand
from citystat.plan.registered.tables import Asked
from citystat.plan.results import MeasureTable
from citystat.plan.tracing import MOST_ROWS_A_PAGE, Row, Trace
from citystat.warehouse.connections import Warehouse


def trace(
    measure: Measure,
    build: Warehouse,
    *,
    period: Period,
    group: Where,
    cohort: str | None,
    limit: int,
    offset: int,
    with_address: bool,
    language: str = "en",
) -> Trace:
    """What one value stands on. Rows of typed values: every value ever given, the newest first; of computed ones: the inputs.

    Who gave a value is told only `with_address`, to those who may see rows.
    """
    if not 0 <= limit <= MOST_ROWS_A_PAGE or offset < 0:
        raise InputError(f"A page holds from 0 to {MOST_ROWS_A_PAGE:,} rows and starts at row 0 or later.")
    table = answers.compute(measure, build, start=period.start, end=period.end, where=group, cohort=cohort, period=period.unit)
    row = table.rows()[0]
    is_computed = measure.source == "computed"
    rows = _inputs(measure, build, period, group) if is_computed else given(measure, period, group, with_names=with_address)
    standing = [one for one in rows if one.get("stands", True)]
    with override(language):
        criteria = _criteria(measure)
    return Trace(
        measure=measure,
        cohort=None,
        row=row,
        description=descriptions.sentence(measure, row, period, group, None, language),
        criteria=criteria,
        build=table.build,
        as_of=table.as_of,
        checksum=build.manifest.checksum,
        n_rows=len(rows),
        n_numerator=len(standing),
        n_denominator=row.denominator,
        numerator_ids=tuple(str(one["id"]) for one in standing),
        recomputed=_again(measure, rows, table) if row.value is not None else None,
        rows=tuple(rows[offset : offset + limit]),
    )


def given(measure: Measure, period: Period, group: Where, *, with_names: bool) -> list[Row]:
    """Every value given inside a period, also those replaced since, by period and newest first."""
    key = next(iter(group), "")
    found = RecordedValue.objects.filter(
        measure_id=measure.registered.id if measure.registered else None,
        period_start__gte=period.start, period_end__lte=period.end, group_key=key,
    )  # fmt: skip
    if key:
        found = found.filter(group_value__in=[one for one in values_of(group[key]) if one is not None])
    rows = found.select_related("entered_by").order_by("period_start", "group_value", "-id")
    return [_given(row, with_names=with_names) for row in rows]


def _given(row: RecordedValue, *, with_names: bool) -> Row:
    return {
        "id": row.pk,
        "period_start": row.period_start,
        "period_end": row.period_end,
        "group_key": row.group_key,
        "group_value": row.group_value,
        "numerator": row.numerator,
        "denominator": row.denominator,
        "value": row.value,
        "version": row.version,
        "note": row.note,
        "evidence": row.evidence if with_names else "",
        "channel": row.channel,
        "given_by": str(row.entered_by) if with_names and row.entered_by else None,
        "given_at": row.entered_at.isoformat(),
        "stands": row.superseded_at is None,
        "replaced_at": row.superseded_at.isoformat() if row.superseded_at else None,
    }


def _inputs(measure: Measure, build: Warehouse, period: Period, group: Where) -> list[Row]:
    """The inputs of a computed measure, each with its own value and where that can be traced."""
    asked = Asked(measure, period.start, period.end, period.unit, (), group)
    rows = []
    for one in computed.operands(asked):
        table = answers.compute(
            known.find(one.measure), build, start=period.start, end=period.end, where=group, period=period.unit, within=(measure.name,)
        )
        row = table.rows()[0]
        number = {"value": row.value, "numerator": row.numerator, "denominator": row.denominator}[one.part]
        rows.append(
            {"id": f"{one.measure}.{one.part}", "measure": one.measure, "part": one.part, "value": number, "state": row.state}
            | {"version": row.version, "period": row.period, "label": table.measure.label.en}
        )
    return rows


def _again(measure: Measure, rows: Sequence[Row], table: MeasureTable) -> float | None:
    """The value once more from the rows shown, one by one."""
    if measure.source == "computed":
        return _computed_again(measure, rows)
    standing = [one for one in rows if one["stands"]]
    if measure.registered and measure.registered.over_periods == "last" and table.periods[0].unit != measure.period:
        standing = [one for one in standing if one["period_end"] == max(row["period_end"] for row in standing)]
    if standing and all(one["denominator"] for one in standing):
        per = measure.registered.per if measure.registered and measure.format == "rate" else 1.0
        return float(sum(one["numerator"] for one in standing) * per / sum(one["denominator"] for one in standing))
    values = [one["value"] for one in standing]
    return float(sum(values)) if values and None not in values else None


def _computed_again(measure: Measure, rows: Sequence[Row]) -> float | None:
    values = {Operand(one["measure"], one["part"]): np.array([np.nan if one["value"] is None else one["value"]]) for one in rows}
    numerator, denominator = measure.registered.expression if measure.registered and measure.registered.expression else ("0", "")
    top = float(np.ravel(expressions.evaluate(numerator, values))[0])
    if not denominator:
        return top if top == top else None
    made = top * (measure.registered.per if measure.registered else 1.0) / float(np.ravel(expressions.evaluate(denominator, values))[0])
    return made if made == made else None


def _criteria(measure: Measure) -> tuple[str, ...]:
    """How the value comes about, as sentences."""
    row = measure.registered
    if row is None:
        return ()
    if row.expression:
        numerator, denominator = row.expression
        lines = [_("Computed: %(numerator)s") % {"numerator": numerator}]
        return (*lines, _("Divided by: %(denominator)s") % {"denominator": denominator}) if denominator else tuple(lines)
    if measure.source == "gap":
        return (_("There is no data yet. Needed: %(what)s") % {"what": row.data_needed},)
    lines = [_("Counted: %(words)s") % {"words": row.numerator_words}]
    if row.denominator_words:
        lines.append(_("Divided by: %(denominator)s") % {"denominator": row.denominator_words})
    return (*lines, _("Given by people, by version %(version)s of the definition.") % {"version": measure.version})
