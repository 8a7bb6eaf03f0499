"""A measure by group as pictures: places compared at one mix of services with their funnel, other groups with their intervals."""

import math
from collections.abc import Sequence

from django.utils.translation import gettext as _

from citystat.core import charts_by_group as charts
from citystat.core import formats
from citystat.core.charts_by_group import FunnelLimit, GroupValue
from citystat.core.figures import Column, Figure, Table
from citystat.plan import queries as plan
from citystat.plan.comparisons import StandardisedComparison, StandardisedPlace
from citystat.plan.definitions import Measure
from citystat.plan.groups import place_keys
from citystat.plan.results import MeasureRow
from citystat.warehouse.connections import Warehouse
from citystat.web.measures import figures
from citystat.web.measures.parameters import Asked, last_month, month_end, month_of, months_before
from citystat.web.measures.words import group_word, key_word

MONTHS_COMPARED = 12
GROUPS_DRAWN = 30
LIMIT_POINTS = 40


def group_figures(
    measure: Measure, asked: Asked, by: str, rows: Sequence[MeasureRow], names: dict[str, str], warehouse: Warehouse
) -> list[Figure]:
    """What to draw for a measure by group; nothing where there are too many groups to read."""
    if measure.source == "warehouse" and by.partition("@")[0] in place_keys(warehouse) and measure.is_share:
        comparison = compared(measure, asked, by, warehouse)
        drawn = [place for place in comparison.places if place.code is not None]
        if comparison.target is None or sum(place.state == "ok" for place in drawn) < 2:
            return []
        fair = [standardized_figure(comparison, drawn, names)] if len(drawn) <= GROUPS_DRAWN else []
        return [*fair, funnel_figure(comparison, drawn, names)]
    if not 2 <= len(rows) <= GROUPS_DRAWN or all(row.value is None or row.state == "too_few" for row in rows):
        return []
    return [interval_figure(measure, by, rows, names)]


def compared(measure: Measure, asked: Asked, by: str, warehouse: Warehouse) -> StandardisedComparison:
    """Twelve months up to the last complete one of the range, at the city's mix of services."""
    last = last_month(asked.end, warehouse.as_of)
    start = max(month_of(asked.start), months_before(last, MONTHS_COMPARED - 1))
    return plan.standardised(
        measure.name, by=by, start=start, end=month_end(last), where=asked.filters, cohort=asked.cohort, build=warehouse.number
    )


def standardized_figure(comparison: StandardisedComparison, places: Sequence[StandardisedPlace], names: dict[str, str]) -> Figure:
    """Each place's share as if all had the same mix of requests, with its interval and the city as a line."""
    measure = comparison.measure
    groups = [_group(place, names, measure) for place in places]
    wide, narrow = (
        charts.intervals(groups, form=measure.format, width=width, reference=comparison.target, reference_name=_("city"))
        for width in ("wide", "narrow")
    )
    title = finding(comparison, places, names)
    return Figure(
        title=title,
        subtitle=_("%(label)s by place, twelve months, at the city's mix of services; lines are 95%% intervals.")
        % {"label": measure.label.in_(figures.language())},
        description=title,
        wide=wide,
        narrow=narrow,
        table=_table(comparison, places, names),
        build=comparison.build,
    )


def finding(comparison: StandardisedComparison, places: Sequence[StandardisedPlace], names: dict[str, str]) -> str:
    """Which places differ from the city beyond chance, in a sentence."""
    outside = {
        verdict: [names.get(place.code or "", place.code or "") for place in places if place.verdict == verdict]
        for verdict in ("higher", "lower")
    }
    if not any(outside.values()):
        return _("No place differs from the city beyond chance, once the mix of requests is made equal.")
    parts = []
    if outside["lower"]:
        parts.append(_("below the city: %(places)s") % {"places": ", ".join(outside["lower"])})
    if outside["higher"]:
        parts.append(_("above it: %(places)s") % {"places": ", ".join(outside["higher"])})
    return _("With the mix of requests made equal, %(found)s.") % {"found": "; ".join(parts)}


def funnel_figure(comparison: StandardisedComparison, places: Sequence[StandardisedPlace], names: dict[str, str]) -> Figure:
    """The same values against how many requests stand behind them."""
    measure = comparison.measure
    groups = [_group(place, names, measure) for place in places]
    center = comparison.target or 0.0
    sizes = _("requests in twelve months")
    wide, narrow = (
        charts.funnel(groups, limits(comparison, places), center=center, form=measure.format, width=width, size_label=sizes)
        for width in ("wide", "narrow")
    )
    outside = sum(place.position in {"high_998", "low_998"} for place in places)
    title = (
        _("No place lies outside what chance alone would give")
        if not outside
        else _("Places outside what chance alone would give: %(count)s") % {"count": outside}
    )
    return Figure(
        title=title,
        subtitle=_("The darker band holds 95% of places that do not really differ, the lighter one 99.8%."),
        description=title,
        wide=wide,
        narrow=narrow,
        build=comparison.build,
    )


def limits(comparison: StandardisedComparison, places: Sequence[StandardisedPlace]) -> list[FunnelLimit]:
    """The funnel as a curve: half-widths shrink with the square root of the number of requests."""
    # Limits of small places may be cut at 0 or 1; those of the largest place are the least, and the farther side tells the width.
    known = max(
        (place for place in places if place.limits_95 and place.limits_998 and place.denominator),
        key=lambda place: place.denominator, default=None,
    )  # fmt: skip
    if known is None or known.limits_95 is None or known.limits_998 is None or comparison.target is None:
        return []
    center, root = comparison.target, math.sqrt(known.denominator)
    k95, k998 = (max(center - pair[0], pair[1] - center) * root for pair in (known.limits_95, known.limits_998))
    largest = max(place.denominator for place in places)
    sizes = [largest * step / LIMIT_POINTS for step in range(1, LIMIT_POINTS + 1)]
    return [
        FunnelLimit(size, max(0.0, center - k95 / math.sqrt(size)), min(1.0, center + k95 / math.sqrt(size)),
                    max(0.0, center - k998 / math.sqrt(size)), min(1.0, center + k998 / math.sqrt(size)))
        for size in sizes
    ]  # fmt: skip


def interval_figure(measure: Measure, by: str, rows: Sequence[MeasureRow], names: dict[str, str]) -> Figure:
    """One month by group: bars for counts, dots with intervals for everything that has them."""
    groups = [
        GroupValue(names.get(row.group[by] or "", group_word(row.group[by])), row.value, row.lower, row.upper, row.denominator, row.state)
        for row in rows
    ]
    draw = charts.bars if measure.format == "count" else charts.intervals
    wide, narrow = (draw(groups, form=measure.format, width=width) for width in ("wide", "narrow"))
    month = formats.month(rows[0].period_start)
    title = _("%(label)s by %(key)s, %(month)s") % {"label": measure.label.in_(figures.language()), "key": key_word(by), "month": month}
    has_lines = measure.format != "count" and any(row.lower is not None for row in rows)
    subtitle = "" if not has_lines else _("Lines are 95% intervals; where they overlap, nothing is said about who is ahead.")
    return Figure(title=title, subtitle=subtitle, description=title, wide=wide, narrow=narrow, build=rows[0].build)


def _group(place: StandardisedPlace, names: dict[str, str], measure: Measure) -> GroupValue:
    signal = None
    if place.verdict in {"higher", "lower"}:
        good = (place.verdict == "higher") == (measure.direction == "increase")
        signal = "neutral" if measure.direction == "neutral" else ("improving" if good else "concerning")
    name = names.get(place.code or "", place.code or "")
    return GroupValue(name, place.value, place.lower, place.upper, place.denominator, place.state, signal)


def _table(comparison: StandardisedComparison, places: Sequence[StandardisedPlace], names: dict[str, str]) -> Table:
    columns = (
        Column(_("Place")),
        Column(_("As counted"), "number"),
        Column(_("At the city's mix"), "number"),
        Column(_("95% interval"), "number"),
        Column(_("Requests"), "number"),
        Column(_("Against the city")),
    )
    form = comparison.measure.format
    words = {"higher": _("higher"), "lower": _("lower"), "about_the_same": _("about the same"), "undefined": _("too few")}
    rows = [
        (
            names.get(place.code or "", place.code or ""),
            figures.text(place.crude, form),
            figures.text(place.value, form),
            figures.between(place.lower, place.upper, form),
            formats.number(place.denominator),
            words[place.verdict],
        )
        for place in places
    ]
    return Table(_("Places at one mix of services"), columns, rows)
