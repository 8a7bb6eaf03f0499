"""What the pages of measures show."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core import formats
from citystat.core.cities import current_city
from citystat.core.figures import Column, Link, Table
from citystat.plan import descriptions, findings
from citystat.plan import periods as calendar
from citystat.plan import queries as plan
from citystat.plan.charts_of_measures import MeasureChart
from citystat.plan.definitions import Measure
from citystat.plan.goals import queries as goals
from citystat.plan.groups import NONE_WORD
from citystat.plan.results import MeasureRow
from citystat.service_requests.cases import offers
from citystat.service_requests.words import flag_word, place_word
from citystat.warehouse.connections import Warehouse
from citystat.web.inputs import input_lines
from citystat.web.measures import figures
from citystat.web.measures.expected import ahead, expected
from citystat.web.measures.group_figures import group_figures
from citystat.web.measures.parameters import LONGER, Asked, last_month, month_end, month_of, months_before
from citystat.web.measures.words import group_word, key_word

TYPES = {
    "volume": gettext_lazy("How much is asked for"),
    "timeliness": gettext_lazy("How fast it is done"),
    "backlog": gettext_lazy("What is waiting"),
    "quality": gettext_lazy("Whether it is really done"),
    "equity": gettext_lazy("For whom"),
    "output": gettext_lazy("What is done"),
    "efficiency": gettext_lazy("What it takes"),
    "effectiveness": gettext_lazy("How well it works"),
    "outcome": gettext_lazy("What changes in the city"),
}


NO_REVIEW = 9999


@dataclass(frozen=True)
class Latest:
    """A measure with its last complete month, for lists and cards."""

    measure: Measure
    label: str
    value: str
    number: str
    unit: str
    month: str
    state: str
    signal: str | None
    sentence: str
    url: str


def latest(name: str, warehouse: Warehouse, where: dict[str, Any] | None = None) -> tuple[Latest, MeasureChart]:
    """The last complete month of a measure with its finding, and the chart behind it."""
    end = month_of(plan.last_day(name, warehouse.number))
    start = months_before(end, 36 * LONGER[plan.measure(name).period] - 1)
    chart = plan.chart(name, start=start, end=month_end(end), where=where, build=warehouse.number)
    measure = chart.measure
    row = newest(chart.rows, measure)
    query = "&".join(f"{key}={value}" for key, value in (where or {}).items())
    return (
        Latest(
            measure=measure,
            label=measure.label.in_(figures.language()),
            value=figures.with_unit(row.value if row else None, measure),
            number=figures.standing(row.value if row else None, measure.format),
            unit=figures.unit_of(row.value if row else None, measure),
            month=figures.when(row, measure) if row else "",
            state=row.state if row else "missing",
            signal=row.signal if row else None,
            sentence=findings.sentence(chart, figures.language()),
            url=reverse("web:measure", args=[measure.name]) + (f"?{query}" if query else ""),
        ),
        chart,
    )


def last_complete(rows: Iterable[MeasureRow]) -> MeasureRow | None:
    """The last row whose month is over and followed up."""
    complete = [row for row in rows if row.complete and row.state != "incomplete"]
    return complete[-1] if complete else None


def newest(rows: Iterable[MeasureRow], measure: Measure) -> MeasureRow | None:
    """The last complete row; of what people give, the last they gave, because one not given yet says nothing."""
    every = list(rows)
    given = [row for row in every if row.value is not None] if measure.source != "warehouse" else []
    return last_complete(given) or last_complete(every)


def list_page(warehouse: Warehouse, audience: str | None) -> list[tuple[Any, list[Latest]]]:
    """Measures by type, each with its latest value."""
    found = [latest(measure.name, warehouse)[0] for measure in plan.measures(audience)]
    return [(words, [one for one in found if one.measure.type == name]) for name, words in TYPES.items()]


def measure_page(measure: Measure, asked: Asked, warehouse: Warehouse) -> dict[str, Any]:
    """The context of a measure page."""
    chart, outlook = plan.chart_and_outlook(
        measure.name, start=asked.start, end=asked.end, where=asked.filters, cohort=asked.cohort, build=warehouse.number
    )
    row = newest(chart.rows, measure)
    keys = plan.group_keys(measure.name, warehouse.number)
    by = asked.by[0] if asked.by else default_key(keys)
    words = figures.language()
    return {
        "measure": measure,
        "label": measure.label.in_(words),
        "description": measure.description.in_(words),
        "why": measure.why.in_(words),
        "not_simply": measure.not_simply.in_(words) if measure.not_simply else "",
        "figure": figures.figure(chart, asked.query(), ahead(outlook)),
        "expected": expected(outlook, measure),
        "row": row,
        "value": figures.with_unit(row.value if row else None, measure),
        "month": figures.when(row, measure) if row else "",
        "trace_url": trace_url(measure, row, asked) if row else "",
        "then_url": f"{reverse('web:measure_then', args=[measure.name])}?{asked.query()}" if plan.is_told_as_known(measure.name) else "",
        "asked": asked,
        "by": by,
        "by_words": key_word(by) if by else "",
        "by_links": [(key_word(key), key == by, f"?{asked.query(by=(key,))}#by") for key in keys],
        **(by_group(measure, asked, by, warehouse, row) if by and (row or measure.source == "warehouse") else {}),
        "corrections": corrections(measure),
        "inputs": input_lines(goals.inputs(measure=measure.name)),
        "register_url": f"/measures/{measure.name}/definition/" if measure.source != "warehouse" else "",
        "cohorts": [
            (cohort.label.in_(words), cohort.name == (asked.cohort or measure.default_cohort), f"?{asked.query(cohort=cohort.name)}")
            for cohort in measure.cohorts
        ],
        "facts": facts(measure),
        "limited": [limit(key, values, asked, warehouse) for key, values in asked.where],
        "companions": [(one.label.in_(words), reverse("web:measure", args=[one.name])) for one in companions(measure)],
    }


def limit(key: str, values: tuple[str, ...], asked: Asked, warehouse: Warehouse) -> tuple[str, str, str]:
    """One limit of the page in words, and the address without it."""
    names = group_names(key, warehouse)
    shown = ", ".join(group_word(None if value == NONE_WORD else names.get(value, value)) for value in values)
    return key_word(key), shown, f"?{asked.query(where=tuple(pair for pair in asked.where if pair[0] != key))}"


def default_key(keys: tuple[str, ...]) -> str:
    """The grouping shown first: council districts, else departments, else whatever there is."""
    return next((key for key in ("council_district", "department", *keys) if key in keys), "")


def companions(measure: Measure) -> list[Measure]:
    """Measures to read beside this one."""
    known = {one.name: one for one in plan.measures("public")}
    return [known[name] for name in measure.companions if name in known]


def by_group(measure: Measure, asked: Asked, by: str, warehouse: Warehouse, newest: MeasureRow | None) -> dict[str, Any]:
    """The last complete month of the range by group as a table in natural order, never a ranking; and what can be drawn of it."""
    last = last_month(asked.end, warehouse.as_of)
    is_given = newest is not None and measure.source != "warehouse"
    rows = list(
        plan.measure_rows(
            measure.name,
            start=newest.period_start if newest and is_given else month_of(last),
            end=newest.period_end if newest and is_given else month_end(last),
            by=(by,),
            where=asked.filters,
            cohort=asked.cohort,
            build=warehouse.number,
        )
    )
    names = group_names(by, warehouse)
    rows.sort(key=lambda row: (row.group[by] is None, natural(names.get(row.group[by] or "", row.group[by] or ""))))
    parts = GroupParts(
        state=any(row.state != "ok" for row in rows),
        interval=any(row.lower is not None for row in rows),
        counts=measure.format != "count",
    )
    shown = figures.when(newest, measure) if newest and is_given else formats.month(last)
    title = _("%(month)s by %(key)s") % {"month": shown.capitalize(), "key": key_word(by)}
    return {
        "groups": Table(
            title,
            group_columns(measure, by, parts),
            [group_cells(row, measure, by, names, asked, parts) for row in rows],
        ),
        "with_intervals": parts.interval,
        "group_figures": group_figures(measure, asked, by, rows, names, warehouse),
    }


@dataclass(frozen=True)
class GroupParts:
    """The columns a table by group has beside name and value: none that would hold dashes alone, or the value once more."""

    state: bool
    interval: bool
    counts: bool


def group_columns(measure: Measure, by: str, parts: GroupParts) -> tuple[Column, ...]:
    """Columns of the table by group. The state stands beside the name, so that a phone shows why there is no value."""
    return (
        Column(key_word(by).capitalize()),
        *((Column(_("State"), "state"),) if parts.state else ()),
        Column(f"{measure.label.in_(figures.language())}{figures.unit_in_brackets(measure)}", "number"),
        *((Column(_("95% interval"), "number"),) if parts.interval else ()),
        *((Column(_("Counted"), "number"), Column(_("Of"), "number")) if parts.counts else ()),
    )


def group_cells(row: MeasureRow, measure: Measure, by: str, names: dict[str, str], asked: Asked, parts: GroupParts) -> tuple[Any, ...]:
    """One row of the table by group; its name leads to the same measure limited to the group."""
    value = row.group[by]
    text = names.get(value or "", group_word(value))
    limited = tuple(sorted({**asked.filters, by: (value if value is not None else NONE_WORD,)}.items()))
    counts = (figures.NONE if count is None else formats.number(count) for count in (row.numerator, row.denominator))
    return (
        Link(text, f"?{asked.query(where=limited)}"),
        *(("" if row.state == "ok" else row.state,) if parts.state else ()),
        figures.text(row.value, measure.format),
        *((figures.between(row.lower, row.upper, measure.format),) if parts.interval else ()),
        *(counts if parts.counts else ()),
    )


def group_names(kind: str, warehouse: Warehouse) -> dict[str, str]:
    """What the reader calls groups that have another name in the data: places by code, services in the reader's language."""
    if kind == "service":
        rows = warehouse.rows("SELECT DISTINCT service FROM services WHERE service IS NOT NULL")
        return offers.told_names(service for (service,) in rows)
    kind, _, version = kind.partition("@")
    if not warehouse.has_table("places"):
        return {}
    condition, parameters = ("version = ?", (kind, version)) if version else ("is_current", (kind,))
    rows = warehouse.rows(
        f"SELECT code, any_value(coalesce(name, code)) FROM places WHERE kind = ? AND {condition} GROUP BY code", parameters
    )
    return {code: place_word(kind, name) for code, name in rows}


def natural(text: str) -> tuple[Any, ...]:
    """Order in which District 2 comes before District 10."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part.lower()) for part in text.split())


def trace_url(measure: Measure, row: MeasureRow, asked: Asked) -> str:
    """Where the rows behind one value are."""
    return f"{reverse('web:measure_trace', args=[measure.name, row.period])}?{asked.query()}"


def facts(measure: Measure) -> list[tuple[str, str]]:
    """The definition as names and values."""
    directions = {"increase": _("higher is better"), "decrease": _("lower is better"), "neutral": _("neither is better")}
    times = {
        "opened_on": _("by opening date"),
        "closed_on": _("by closing date"),
        "due_on": _("by due date"),
        "period_end": _("at the end of the period"),
        "judged_on": _("by due date; by closing date where there is none"),
    }
    charts = {"xmr": _("XmR chart"), "p_prime": _("p-prime chart"), "run": _("run chart")}
    found = [
        (_("Version"), str(measure.version)),
        (_("Counted"), times.get(measure.time, measure.time)) if measure.source == "warehouse" else (_("Source"), source_words(measure)),
        (_("Direction"), directions[measure.direction]),
        (_("Judged by"), charts[measure.chart.type]),
        (_("Owner"), measure.owner),
    ]
    if measure.review_by.year < NO_REVIEW:
        found.append((_("To be reviewed by"), formats.day(measure.review_by)))
    if measure.registered and measure.registered.numerator_words:
        found.append((_("Numerator"), measure.registered.numerator_words))
    if measure.registered and measure.registered.denominator_words:
        found.append((_("Denominator"), measure.registered.denominator_words))
    if measure.registered and measure.registered.expression:
        found.append((_("Computed as"), _formula(measure.registered.expression)))
    if measure.registered and measure.source == "survey":
        found.append((_("How people were asked"), measure.registered.survey_mode))
        found.append((_("How answers are weighted"), measure.registered.survey_weights))
    if measure.registered and measure.source == "gap":
        found.append((_("Data needed"), measure.registered.data_needed))
    if measure.exclude_flags:
        flags = ", ".join(flag_word(flag.removeprefix("flag_")) for flag in measure.exclude_flags)
        found.append((_("Left out when flagged"), flags))
    for target in measure.targets:
        why = target.why(figures.language())
        found.append((_("Target"), figures.with_unit(target.value, measure) + (f": {why}" if why else "")))
    return found


def _formula(expression: Sequence[str]) -> str:
    """Numerator over denominator with what people call each measure; brackets only around what has several."""
    language = figures.language()
    labels = {one.name: one.label.in_(language) for one in plan.measures()}
    parts = [re.sub(r"[a-z][a-z0-9_]*", lambda name: labels.get(name[0], name[0]), part) for part in expression if part]
    several = [bool(re.search(r"[-+*/]", part)) for part in expression if part]
    return " ÷ ".join(f"({part})" if is_long else part for part, is_long in zip(parts, several, strict=True))


def source_words(measure: Measure) -> str:
    """Where the values of a registered measure come from."""
    return {
        "typed": _("given by the owner"),
        "survey": _("a question of a survey"),
        "computed": _("computed from other measures"),
        "gap": _("no data yet"),
    }[measure.source]


def corrections(measure: Measure) -> Table | None:
    """What was corrected of the public figures of a measure; None where nothing was."""
    found = plan.corrections(measure.name)
    if not found:
        return None
    columns = (
        Column(_("Corrected on"), "date"), Column(_("Period")), Column(_("Stood there"), "number"), Column(_("Is right"), "number"),
        Column(_("Why")),
    )  # fmt: skip
    rows = [
        (
            one.published_at.date().isoformat(),
            ", ".join(filter(None, (_period_corrected(one.period), one.group_value))),
            figures.with_unit(one.old_value, measure),
            figures.with_unit(one.new_value, measure),
            one.why,
        )
        for one in found
    ]
    return Table(_("Corrected figures"), columns, rows)


def _period_corrected(period: str) -> str:
    return descriptions.period_name(calendar.parse_period(period, current_city().fiscal_year_start_month), figures.language())


def corrections_as_data(name: str) -> dict[str, Any]:
    """The corrections of a measure for a download; nothing where there are none."""
    found = [
        {
            "period": one.period, "group": {one.group_key: one.group_value} if one.group_key else {}, "old_value": one.old_value,
            "new_value": one.new_value, "reason": one.reason, "published_at": one.published_at.isoformat(),
        }
        for one in plan.corrections(name)
    ]  # fmt: skip
    return {"corrections": found} if found else {}
