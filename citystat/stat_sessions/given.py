"""Measures of the register in a department's name, as its sessions and its monthly packet show them: values people give or work out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from citystat.core import clock, formats
from citystat.core.errors import UserError
from citystat.plan import descriptions
from citystat.plan import queries as plan
from citystat.plan.charts_of_measures import MeasureChart
from citystat.plan.definitions import Measure
from citystat.plan.registered import register
from citystat.stat_sessions import few, sections
from citystat.stat_sessions.content import Audience, Compared, Headline, Value
from citystat.stat_sessions.figures import Reader, month_end, value_at
from citystat.stat_sessions.writing import with_unit
from citystat.warehouse.connections import Warehouse


def names(department: str) -> list[str]:
    """The measures of the register in a department's name: those it gives, works out, asks residents for, or has no data for yet."""
    rows = register.content().rows if department else {}
    known = {one.name for one in plan.measures() if one.source != "warehouse"}
    return sorted(name for name, row in rows.items() if row.department == department and name in known)


def lines(build: Warehouse, month: date, department: str, language: str, audience: Audience) -> tuple[Headline, ...]:
    """One line a measure: its value, signal, target and what to be careful about. What people give does not wait for the requests."""
    reader = Reader(build, month)
    return tuple(line for name in names(department) for line in _line(reader, plan.measure(name), language, audience))


def _line(reader: Reader, measure: Measure, language: str, audience: Audience) -> Iterator[Headline]:
    if audience == "public" and measure.audience != "public":
        return
    is_over = month_end(reader.month) < clock.today()
    try:
        line = sections.headline(reader, measure.name, language, formats.month(reader.last_year), complete=is_over)
        chart = reader.chart(measure.name)
    except UserError as error:
        yield _unknown(measure, language, str(error))
        return
    if line is None or chart is None:
        yield _unknown(measure, language, "")
        return
    if measure.period != "month":
        line = replace(line, figure=Compared(newest(chart, reader.month)), comparison="")
    now, target = line.figure.now, measure.target_on(month_end(reader.month))
    yield replace(
        line,
        label=label_with_unit(line.label, measure, language),
        unit=unit_of(line.unit, measure),
        sentence=" ".join(part for part in (_verdict(now, target, measure, is_over=is_over), line.sentence) if part),
        definition=" ".join(part for part in (_caveat(now, chart, reader.month, language), line.definition) if part),
    )


def _unknown(measure: Measure, language: str, why: str) -> Headline:
    definition = measure.description.in_(language).partition(". ")[0].rstrip(".") + "."
    label = measure.label.in_(language)
    line = Headline(measure.name, label, measure.format, measure.direction, Compared(Value()), f"{why} {definition}".strip())
    return replace(line, sentence=f"{few.name_of(Value())}.")


def _verdict(now: Value, target: float | None, measure: Measure, *, is_over: bool) -> str:
    """Why there is no value; else the target, and whether it is met."""
    if not now.is_known:
        return f"{few.name_of(now, measure)}."
    if target is None:
        return _("No target.")
    met = meets(now, target, measure.direction) if is_over else None
    said = {"target": with_unit(target, measure.format)}
    if met is None:
        return _("Target: %(target)s.") % said
    return _("Meets its target. Target: %(target)s.") % said if met else _("Misses its target. Target: %(target)s.") % said


def _caveat(now: Value, chart: MeasureChart, month: date, language: str) -> str:
    return few.reason(now, chart.measure) if not now.is_known else of_period(chart, month, language)


def newest(chart: MeasureChart, month: date) -> Value:
    """The value of the last whole period that ends by the month's end, of a measure that is not given by month."""
    ended = [period.key for period in chart.table.periods if period.end <= month_end(month)]
    values = [value_at(chart.table, None, key, grouped=False) for key in reversed(ended)]
    return next((one for one in values if one.is_known), Value())


def label_with_unit(label: str, measure: Measure, language: str) -> str:
    """A measure of the register counts in a unit of its own, which stands in its name."""
    unit = measure.unit.in_(language)
    return f"{label} ({unit})" if measure.registered and unit and measure.format not in {"percent", "days", "weeks"} else label


def unit_of(unit: str, measure: Measure) -> str:
    """A rate of the register is per what its own unit says, not per 1,000 residents."""
    return "decimal" if measure.registered and unit == "rate" else unit


def meets(value: Value, target: float | None, direction: str) -> bool | None:
    """Whether a value meets a target; None where either is not known, or the measure wants neither more nor less."""
    if target is None or value.value is None or value.state != "ok" or direction not in {"increase", "decrease"}:
        return None
    return value.value >= target if direction == "increase" else value.value <= target


def of_period(chart: MeasureChart, month: date, language: str) -> str:
    """Which period a value is of, where that is not the month."""
    known = [
        period
        for period, row in zip(chart.table.periods, chart.rows, strict=True)
        if row.value is not None and period.end <= month_end(month)
    ]
    if chart.measure.period == "month" or not known:
        return ""
    return _("The value is of %(period)s.") % {"period": descriptions.period_name(known[-1], language)}
