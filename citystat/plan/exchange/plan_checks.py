"""What must hold among the rows of plan, measures and values: a package cannot say what no form would take."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from citystat.core.errors import InputError
from citystat.plan.exchange.reading import Content, Given, wrong
from citystat.plan.goals import rules as goal_rules
from citystat.plan.registered import rules as register_rules
from citystat.plan.registered import tables
from citystat.plan.registered.measures import has_denominator

Cells = Mapping[str, Any]
Definitions = Mapping[tuple[str, int], dict[str, Any]]
MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
IN_ORDER: Final = (
    ("plans", "starts_on", "ends_on"), ("plans", "in_force_from", "in_force_to"), ("goals", "starts_on", "ends_on"),
    ("targets", "in_force_from", "in_force_to"), ("recorded_values", "period_start", "period_end"),
    ("values", "period_start", "period_end"),
)  # fmt: skip
GIVEN: Final = ("typed", "survey")
# How far rounding may take a value from its parts, as on the form.
ROUNDING: Final = 0.005


def check(content: Content) -> None:
    """Raise PackageError with the first row that cannot be."""
    for table, first, last in IN_ORDER:
        _each(content, table, lambda row, first=first, last=last: _check_order(row.cells, first, last))  # type: ignore[misc]
    _check_goals(content)
    known = _definitions(content)
    newest = {name: definition for (name, _version), definition in sorted(known.items())}
    _each(content, "goal_measures", lambda row: _check_aim(row.cells, newest.get(row.cells["measure"], {})))
    _each(content, "targets", lambda row: _check_share("value", row.cells["value"], newest.get(row.cells["measure"], {})))
    _check_given(content)
    _each(content, "recorded_values", lambda row: _check_recorded(row.cells, known))
    _check_standing(content)
    _each(content, "values", lambda row: _check_value(row.cells, newest.get(row.cells["measure"], {})))


def _each(content: Content, table: str, rule: Callable[[Given], None]) -> None:
    for row in content.of(table):
        try:
            rule(row)
        except InputError as error:
            raise wrong(f"{table}.csv", row.line, str(error)) from error


def _check_given(content: Content) -> None:
    """Only of some measures people give values."""
    sources = {row.cells["name"]: row.cells["source"] for row in content.of("measures")}
    said = _("%(measure)s is of source %(source)s: recorded_values holds values of typed and survey measures alone")

    def rule(row: Given) -> None:
        source = sources[row.cells["measure"]]
        if source not in GIVEN:
            raise InputError(said % {"measure": row.cells["measure"], "source": source})

    _each(content, "recorded_values", rule)


def _definitions(content: Content) -> dict[tuple[str, int], dict[str, Any]]:
    """Validated definitions by measure and version."""
    rows = (row.cells for row in content.of("measure_versions") if row.cells["status"] == "validated")
    return {(row["measure"], row["version"]): row["definition"] for row in rows if isinstance(row["definition"], dict)}


def _is_share(definition: Mapping[str, Any]) -> bool:
    return definition.get("format") == "percent" or definition.get("kind") == "share"


def _check_order(cells: Cells, first: str, last: str) -> None:
    if cells[first] is not None and cells[last] is not None and cells[last] < cells[first]:
        raise InputError(_("%(last)s lies before %(first)s") % {"last": last, "first": first})


def _check_goals(content: Content) -> None:
    """Levels stand above each other as they do on the form, and a goal is measurable only with all that makes it so."""
    levels = {(row.cells["plan"], row.cells["code"]): row.cells["level"] for row in content.of("goals")}
    adopted = {row.cells["number"] for row in content.of("plans") if row.cells["status"] in ("adopted", "superseded")}
    aims: dict[tuple[int, str], list[goal_rules.Aim]] = {}
    for row in content.of("goal_measures"):
        aims.setdefault((row.cells["plan"], row.cells["goal"]), []).append(_aim(row.cells))

    def rule(row: Given) -> None:
        cells = row.cells
        above = levels[cells["plan"], cells["parent"]] if cells["parent"] else None
        goal_rules.check_parent(cells["level"], above)
        if cells["level"] == goal_rules.DEPARTMENT_GOAL and above is None and cells["plan"] in adopted:
            raise InputError(_("No goal of the city stands above this goal of a department."))
        own = aims.get((cells["plan"], cells["code"]), [])
        # In public a goal may stand without its measure, which is for the staff.
        if cells["is_measurable"] and (own or content.audience == "staff"):
            goal_rules.check_measurable(own)

    _each(content, "goals", rule)


def _aim(cells: Cells) -> goal_rules.Aim:
    names = ("measure", "baseline_value", "baseline_on", "target_value", "target_on")
    return goal_rules.Aim(**{name: cells[name] for name in names})


def _check_aim(cells: Cells, definition: Mapping[str, Any]) -> None:
    goal_rules.check_aim(_aim(cells))
    for name in ("baseline_value", "target_value"):
        _check_share(name, cells[name], definition)


def _check_share(name: str, value: float | None, definition: Mapping[str, Any]) -> None:
    """A percentage written as 61 where 0.61 is meant would be read as 6,100 %."""
    if value is not None and _is_share(definition) and not 0 <= value <= 1:
        words = {"column": name, "value": f"{value:g}"}
        raise InputError(_("%(column)s is %(value)s, and a share lies between 0 and 1: 61%% is written 0.61") % words)


def _check_recorded(cells: Cells, known: Definitions) -> None:
    definition = known.get((cells["measure"], cells["version"]))
    if definition is None:
        words = {"version": cells["version"], "measure": cells["measure"]}
        raise InputError(_("version %(version)s of %(measure)s is not in measure_versions.csv, or was never validated") % words)
    _check_period(cells["period_start"], cells["period_end"], definition["frequency"])
    if bool(cells["group_key"]) != bool(cells["group_value"]):
        raise InputError(_("group_key and group_value go together"))
    if cells["value"] is None and not cells["note"].strip():
        raise InputError(_("Give the value, or say in the note why there is none."))
    _check_number(cells, definition)


def _check_period(start: date, end: date, frequency: str) -> None:
    """A whole month, quarter or year; which month a year starts with is the city's own."""
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    if start.day != 1 or end.day != monthrange(end.year, end.month)[1] or months != MONTHS[frequency]:
        words = {"start": start, "end": end, "unit": tables.unit_word(frequency)}
        raise InputError(_("%(start)s to %(end)s is not one period of a measure given by the %(unit)s") % words)
    if end >= tables.today():
        raise InputError(_("%(end)s is still to come: a value is given once its period is over") % {"end": end})


def _check_number(cells: Cells, definition: dict[str, Any]) -> None:
    value, form = cells["value"], definition["format"]
    if form in ("percent", "rate") or has_denominator(definition):
        _check_parts(cells, definition)
    if value is not None and form == "percent" and value < 0:
        raise InputError(_("A percentage cannot be less than 0."))
    if value is not None and form == "count" and (value < 0 or value != int(value)):
        raise InputError(_("A count is a whole number from 0."))


def _check_parts(cells: Cells, definition: Mapping[str, Any]) -> None:
    """Where a value is a quotient, its parts make it; elsewhere they say how many cases it was counted from."""
    numerator, denominator, value = cells["numerator"], cells["denominator"], cells["value"]
    register_rules.check_parts(numerator, denominator, is_share=definition["format"] == "percent")
    if numerator is None or denominator is None:
        return
    made = numerator * (definition.get("per", 1) if definition["format"] == "rate" else 1) / denominator
    if value is None or abs(value - made) > ROUNDING * max(1.0, abs(made)):
        words = {"value": "“”" if value is None else f"{value:g}", "made": f"{made:.6g}"}
        raise InputError(_("value is %(value)s, and its numerator and denominator make %(made)s") % words)


def _check_standing(content: Content) -> None:
    """Of several values of a period one stands; the others say until when they stood."""
    seen: dict[tuple[Any, ...], int] = {}
    for row in content.of("recorded_values"):
        if row.cells["superseded_at"] is not None:
            continue
        key = tuple(row.cells[name] for name in ("measure", "period_start", "period_end", "group_key", "group_value"))
        if key in seen:
            sentence = _("the value of line %(line)s stands for the same period: one of the two says in superseded_at until when it stood")
            raise wrong("recorded_values.csv", row.line, sentence % {"line": seen[key]})
        seen[key] = row.line


def _check_value(cells: Cells, definition: Mapping[str, Any]) -> None:
    has = cells["value"] is not None
    if cells["state"] == "ok" and not has:
        raise InputError(_("state is ok, and there is no value"))
    if cells["state"] in ("missing", "too_few") and has:
        raise InputError(_("state is %(state)s, and there is a value") % {"state": cells["state"]})
    if has and definition.get("kind") == "share" and not 0 <= cells["value"] <= 1:
        _check_share("value", cells["value"], definition)
