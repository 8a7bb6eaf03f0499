"""A judged measure as a figure: its finding as title, its chart, its numbers, its downloads."""

from collections.abc import Sequence

import numpy as np
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from citystat.core import charts_over_time as charts
from citystat.core import formats
from citystat.core.chart_ahead import Ahead
from citystat.core.charts_over_time import Point, RebaseMark, TargetLine
from citystat.core.figures import Column, Figure, Link, Table
from citystat.plan import descriptions, findings
from citystat.plan import periods as calendar
from citystat.plan import queries as plan
from citystat.plan.charts_of_measures import MeasureChart
from citystat.plan.definitions import Measure
from citystat.plan.results import MeasureRow

NONE = "–"
FEWEST_DRAWN = 2
ONE_OF = {
    "requests": "request", "solicitudes": "solicitud", "days": "day", "días": "día",
    "weeks of work": "week of work", "semanas de trabajo": "semana de trabajo",
}  # fmt: skip


def language() -> str:
    """The reader's language."""
    return (get_language() or "en").partition("-")[0]


def points(chart: MeasureChart) -> list[Point]:
    """The rows with their limits, none before the first value; where limits follow the season, on the measure's own scale."""
    limits, judged = chart.judged.chart.limits, chart.judged
    season = np.ones(len(chart.rows)) if judged.season is None else judged.season.by_point
    starts = [segment.first for segment in judged.chart.segments]
    made = []
    first = next((index for index, row in enumerate(chart.rows) if row.value is not None), 0)
    for index, row in enumerate(chart.rows):
        scale = float(season[index])
        center, lower, upper = (_finite(grid[index] * scale) for grid in (limits.center, limits.lower, limits.upper))
        shown = row.value if row.state in {"ok", "incomplete"} else None
        if index < first:
            center = lower = upper = None
        segment = sum(start <= index for start in starts)
        made.append(Point(row.period_start, shown, center, lower, upper, judged.signals[index], row.state != "incomplete", segment))
    return made


def figure(chart: MeasureChart, query: str, ahead: Sequence[Ahead] = ()) -> Figure:
    """The control chart of a measure page, with the months ahead where something is known of them."""
    measure, drawn = chart.measure, points(chart)
    form, target = measure.format, target_line(measure)
    rebases = [RebaseMark(rebase.on, rebase.reason.in_(language())) for rebase in measure.chart.rebases]
    wide, narrow = (
        charts.control_chart(drawn, form=form, width=width, target=target, rebases=rebases, ahead=ahead) for width in ("wide", "narrow")
    )
    return Figure(
        title=findings.sentence(chart, language()),
        subtitle=subtitle(chart),
        description=describe(chart),
        wide=wide,
        narrow=narrow,
        table=table(chart.rows, measure),
        links=downloads(measure, query),
        key=key(chart, target),
        notes=notes(chart, drawn, target),
        as_of=chart.table.as_of if measure.source != "warehouse" else None,
        build=chart.build,
    )


def subtitle(chart: MeasureChart) -> str:
    """What is drawn: the measure with its unit, by month, over which months."""
    said = {"label": f"{chart.measure.label.in_(language())}{unit_in_brackets(chart.measure)}"}
    if not chart.rows:
        return said["label"]
    ends = {"first": when(chart.rows[0], chart.measure), "last": when(chart.rows[-1], chart.measure)}
    by = {
        "quarter": _("%(label)s by quarter, %(first)s to %(last)s"),
        "year": _("%(label)s by year, %(first)s to %(last)s"),
    }.get(chart.measure.period, _("%(label)s by month, %(first)s to %(last)s"))
    return by % (said | ends)


def when(row: MeasureRow, measure: Measure) -> str:
    """The period of a row of the measure's own chart, as people say it."""
    if measure.period == "month":
        return formats.month(row.period_start)
    return descriptions.period_name(calendar.parse_period(row.period), language())


def spark(chart: MeasureChart) -> Figure | None:
    """A small chart for a card: the same marks, no table; None where fewer than two complete months have a value to draw."""
    drawn, target = points(chart), target_line(chart.measure)
    if sum(point.complete and point.value is not None for point in drawn) < FEWEST_DRAWN:
        return None
    spec = charts.control_chart(drawn, form=chart.measure.format, width="narrow", target=target, height=150)
    return Figure(title="", subtitle="", description=describe(chart), wide=spec)


def describe(chart: MeasureChart) -> str:
    """What the picture shows, for those who do not see it."""
    known = [row for row in chart.rows if row.state == "ok" and row.value is not None]
    if not known:
        return _("There is no complete month to show.") if chart.measure.period == "month" else _("There is no complete period to show.")
    low, high = min(known, key=_value), max(known, key=_value)
    said = _("%(count)s values. Lowest %(low)s in %(low_month)s, highest %(high)s in %(high_month)s, last %(last)s in %(last_month)s.")
    if chart.measure.period == "month":
        said = _("%(count)s months. Lowest %(low)s in %(low_month)s, highest %(high)s in %(high_month)s, last %(last)s in %(last_month)s.")
    return said % {
        "count": len(known),
        "low": with_unit(low.value, chart.measure),
        "low_month": when(low, chart.measure),
        "high": with_unit(high.value, chart.measure),
        "high_month": when(high, chart.measure),
        "last": with_unit(known[-1].value, chart.measure),
        "last_month": when(known[-1], chart.measure),
    }


def table(rows: tuple[MeasureRow, ...], measure: Measure) -> Table:
    """Month by month, newest first: value, interval, the counts behind it, state and signal."""
    columns = (
        Column(_("Month") if measure.period == "month" else _("Period")),
        Column(f"{measure.label.in_(language())}{unit_in_brackets(measure)}", "number"),
        Column(_("95% interval"), "number"),
        Column(_("Counted"), "number"),
        Column(_("Of"), "number"),
        Column(_("State"), "state"),
        Column(_("Signal"), "signal"),
    )
    title = _("Month by month, newest first") if measure.period == "month" else _("Newest first")
    return Table(title, columns, [_cells(row, measure) for row in reversed(rows)])


def _cells(row: MeasureRow, measure: Measure) -> tuple[str, ...]:
    return (
        when(row, measure),
        text(row.value, measure.format),
        between(row.lower, row.upper, measure.format),
        NONE if row.numerator is None else formats.number(row.numerator),
        NONE if row.denominator is None else formats.number(row.denominator),
        "" if row.state == "ok" else row.state,
        row.signal or "",
    )


def downloads(measure: Measure, query: str) -> tuple[Link, ...]:
    """The same numbers and the same picture as files."""
    names = (("CSV", "csv"), ("JSON", "json"), ("SVG", "svg"), ("PNG", "png"))
    return tuple(Link(text, f"{reverse('web:measure_download', args=[measure.name, kind])}?{query}") for text, kind in names)


def key(chart: MeasureChart, target: TargetLine | None) -> tuple[str, ...]:
    """Only the marks this chart has."""
    signals = [name for name in ("common_cause", "improving", "concerning", "neutral") if name in chart.judged.signals]
    hollow = ["incomplete"] if any(row.state == "incomplete" and row.value is not None for row in chart.rows) else []
    band = ["center", "limits"] if chart.judged.chart.state == "ok" else []
    return (*signals, *hollow, *band, *(["target"] if target else []))


def notes(chart: MeasureChart, drawn: list[Point], target: TargetLine | None) -> tuple[str, ...]:
    """What a careful reader must know about the picture."""
    found = []
    if any(point.value is not None for point in drawn) and not charts.starts_at_zero(drawn, form=chart.measure.format, target=target):
        found.append(_("The vertical axis does not start at zero."))
    if chart.judged.season is not None:
        found.append(_("The usual range follows the time of year."))
    if chart.judged.chart.autocorrelated:
        found.append(
            _("Neighboring months resemble each other here, so some signals may be false.")
            if chart.measure.period == "month"
            else _("Neighboring periods resemble each other here, so some signals may be false.")
        )
    if chart.judged.chart.state != "ok":
        found.append(
            _("Fewer than 13 complete months: nothing is judged yet.")
            if chart.measure.period == "month"
            else _("Fewer than 13 complete values: nothing is judged yet.")
        )
    share = plan.share_of_suggested_promises(chart.measure.name, chart.table.build)
    if share:
        found.append(
            _("%(share)s of the due dates were suggested from history: the city did not promise them.")
            % {"share": formats.value(share, "percent")}
        )
    return tuple(found)


def target_line(measure: Measure) -> TargetLine | None:
    """The last target with its days."""
    if not measure.targets:
        return None
    last = measure.targets[-1]
    return TargetLine(last.value, last.from_, last.to)


def text(value: float | None, form: str) -> str:
    """A value without its unit; an en dash where there is none."""
    return NONE if value is None else formats.value(value, form)


def standing(value: float | None, form: str) -> str:
    """The same where it stands alone, large: `54`, not `54.0`."""
    return NONE if value is None else formats.alone(value, form)


def between(lower: float | None, upper: float | None, form: str) -> str:
    """An interval; an en dash where there is none."""
    return NONE if lower is None or upper is None else f"{formats.value(lower, form)} – {formats.value(upper, form)}"


def with_unit(value: float | None, measure: Measure) -> str:
    """A value as text with its unit, percent sign included."""
    shown = NONE if value is None else formats.alone(value, measure.format)
    return f"{shown} {unit_of(value, measure)}".rstrip()


def unit_of(value: float | None, measure: Measure) -> str:
    """The unit that stands behind a value, of one request in the singular; nothing where there is no value or a percent sign."""
    if value is None or measure.format == "percent":
        return ""
    unit = measure.unit.in_(language())
    return ONE_OF.get(unit, unit) if formats.alone(value, measure.format) == "1" else unit


def unit_in_brackets(measure: Measure) -> str:
    """The unit for a column header; not where the label says it, nor for shares, whose percent sign stands in the cells."""
    unit, label = measure.unit.in_(language()), measure.label.in_(language())
    return "" if measure.format == "percent" or unit.casefold() in label.casefold() else f" ({unit})"


def _value(row: MeasureRow) -> float:
    return float(row.value or 0.0)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
