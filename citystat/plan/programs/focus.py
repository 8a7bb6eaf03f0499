"""Areas in focus: a written rule over several indicators, the areas it chooses, and whether they improve against the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citystat.core import audit, clock, edits, formats
from citystat.core.errors import InputError, NotFound
from citystat.methods.before_after import Estimate, difference_in_differences, ratio_of_ratios
from citystat.places import queries as places
from citystat.plan import queries as measures
from citystat.plan.models import FocusSelection
from citystat.plan.programs import access, actions, before_after, rules
from citystat.plan.programs.before_after import BeforeAfter, Change
from citystat.plan.programs.rules import Indicator

JUDGED = {"share", "count", "per_capita"}


@dataclass(frozen=True)
class SelectionText:
    """A selection rule as typed. Changing it after the choice is refused: write another one."""

    slug: str
    title: str
    kind: str
    looked_from: date
    looked_to: date
    title_es: str = ""
    why: str = ""
    why_es: str = ""
    indicators: Sequence[dict[str, Any]] = ()
    needed: int = 1
    is_public: bool = True


@dataclass(frozen=True)
class Looked:
    """One indicator over all areas: its values, and those it applies to."""

    indicator: Indicator
    values: dict[str, float | None]
    met: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """The chosen areas together, the others together, and the change of the first against that of the second."""

    inside: Change
    outside: Change
    against: Estimate
    figures: BeforeAfter


def selections(*, public_only: bool = False) -> QuerySet[FocusSelection]:
    """Every selection by title."""
    rows = FocusSelection.objects.all()
    return rows.filter(is_public=True) if public_only else rows


def selection(slug: str) -> FocusSelection:
    """One selection; NotFound where there is none."""
    found = FocusSelection.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound(_("There is no selection of areas with the short name %(name)s.") % {"name": slug})
    return found


def save_selection(*, by: Any, selection: SelectionText, existing: FocusSelection | None = None, revision: int = 0) -> FocusSelection:
    """Write a rule, or change one that has not chosen yet."""
    access.check_can_edit(by)
    if existing is not None and existing.chosen_on:
        raise InputError(_("This rule has chosen its areas and stays as it is: write another one."))
    if not selection.title.strip():
        raise InputError(_("Give the selection a title."))
    if selection.looked_to < selection.looked_from:
        raise InputError(_("The time looked at ends before it starts: swap the two dates."))
    if not selection.indicators:
        raise InputError(_("A rule needs at least one indicator."))
    if not 1 <= selection.needed <= len(selection.indicators):
        raise InputError(_("Ask for at least one indicator and at most as many as there are."))
    for one in selection.indicators:
        _check(rules.indicator(one), selection)
    return actions.store(by, existing or FocusSelection(), selection, existing is None, revision, "focus.save")


def _check(one: Indicator, text: SelectionText) -> None:
    if (one.worst is None) == (one.threshold is None):
        raise InputError(_("Give each indicator either how many of the worst areas count, or a threshold."))
    if one.worst is not None and one.worst < 1:
        raise InputError(_("Count at least the one worst area."))
    measure = measures.measure(one.measure)
    if measure.audience != "public" and text.is_public:
        raise InputError(_("The measure %(name)s is for the staff only, so this page cannot be public.") % {"name": one.measure})
    if text.kind not in measures.group_keys(one.measure):
        raise InputError(_("%(name)s cannot be split by %(kind)s.") % {"name": one.measure, "kind": text.kind})


def look(row: FocusSelection, *, build: int | None = None) -> tuple[Looked, ...]:
    """Each indicator over every area in the time looked at."""
    return tuple(_look(rules.indicator(one), row, build) for one in row.indicators)


def _look(one: Indicator, row: FocusSelection, build: int | None) -> Looked:
    table = measures.measure_table(
        one.measure, start=row.looked_from, end=row.looked_to, where=one.where, by=(row.kind,), build=build, period="month", interval=False
    )
    kind = table.measure.kind
    values: dict[str, float | None] = {}
    for at, (code,) in enumerate(table.groups):
        if code is not None:
            numerator, denominator = table.numerator[at], table.denominator[at]
            values[code] = _over(kind, numerator, denominator, table.value[at], table.measure.per)
    return Looked(one, values, tuple(sorted(rules.areas_met(one, values))))


def _over(kind: str, numerator: Any, denominator: Any, value: Any, per: int) -> float | None:
    """One number over all months: shares and rates from their sums, counts added, everything else the average month."""
    with np.errstate(invalid="ignore", divide="ignore"):
        if kind == "share":
            found = np.nansum(numerator) / np.nansum(denominator)
        elif kind == "per_capita":
            found = np.nansum(numerator) / np.nanmean(denominator) * per / len(numerator)
        elif kind == "count":
            found = np.nansum(numerator)
        else:
            found = np.nanmean(value) if np.isfinite(value).any() else np.nan
    return float(found) if np.isfinite(found) else None


def choose(*, by: Any, row: FocusSelection, revision: int | None = None) -> FocusSelection:
    """Apply the rule and freeze what it gives, with every value and the build. Raises InputError when it chooses none or all areas."""
    access.check_can_edit(by)
    if row.chosen_on:
        raise InputError(_("This rule has chosen its areas and stays as it is: write another one."))
    if row.looked_to > clock.today():
        raise InputError(_("The time looked at is not over yet."))
    looked = look(row)
    areas = sorted({code for one in looked for code in one.values})
    chosen = rules.choose([set(one.met) for one in looked], areas, row.needed)
    if not chosen:
        raise InputError(_("The rule chooses no area: ask for fewer indicators, or move a threshold."))
    if len(chosen) == len(areas):
        raise InputError(_("The rule chooses every area, so none is left to compare with: make it stricter."))
    row.chosen_on = clock.today()
    row.chosen = {
        "build": measures.measure_table(row.indicators[0]["measure"], start=row.looked_to, end=row.looked_to, interval=False).build,
        "areas": {code: code in chosen for code in areas},
        "met": {code: chosen.get(code, sum(code in one.met for one in looked)) for code in areas},
        "values": [{code: one.values.get(code) for code in areas} for one in looked],
    }
    with transaction.atomic():
        edits.save(row, ["chosen_on", "chosen"], revision=row.revision if revision is None else revision)
        audit.record(by=by, action="focus.choose", target=row.slug, details={"chosen": sorted(chosen), "build": row.chosen["build"]})
    return row


def save_partnership(
    *, by: Any, row: FocusSelection, plan_text: str, plan_text_es: str = "", partners: Sequence[str] = (), starts_on: date | None = None,
    outcome: str = "", window_months: int = 6, revision: int | None = None,
) -> FocusSelection:  # fmt: skip
    """What will be done in the chosen areas, with whom, from when, and the measure that will tell."""
    access.check_can_edit(by)
    if not row.chosen_on:
        raise InputError(_("Choose the areas first: the plan is for them."))
    if not plan_text.strip():
        raise InputError(_("Say what will be done in these areas."))
    if bool(starts_on) != bool(outcome):
        raise InputError(_("Name the day it starts together with the measure that will tell."))
    if not 1 <= window_months <= actions.LONGEST_WINDOW:
        raise InputError(_("Compare between 1 and %(most)s months on each side.") % {"most": actions.LONGEST_WINDOW})
    if outcome:
        _check_outcome(row, outcome)
    row.plan_text, row.plan_text_es, row.partners = plan_text.strip(), plan_text_es.strip(), list(partners)
    row.starts_on, row.outcome, row.window_months = starts_on, outcome, window_months
    names = ["plan_text", "plan_text_es", "partners", "starts_on", "outcome", "window_months"]
    with transaction.atomic():
        edits.save(row, names, revision=row.revision if revision is None else revision)
        audit.record(by=by, action="focus.plan", target=row.slug)
    return row


def _check_outcome(row: FocusSelection, name: str) -> None:
    measure = measures.measure(name)
    if measure.kind not in JUDGED:
        raise InputError(_("Choose a share, a count or a rate: areas together have no value of the other kinds."))
    if measure.audience != "public" and row.is_public:
        raise InputError(_("The measure %(name)s is for the staff only, so this page cannot be public.") % {"name": name})
    if row.kind not in measures.group_keys(name):
        raise InputError(_("%(name)s cannot be split by %(kind)s.") % {"name": name, "kind": row.kind})


def progress(row: FocusSelection, *, build: int | None = None) -> Progress | None:
    """Whether the chosen areas improve against the others; None before a whole month has passed or without a measure."""
    if not (row.chosen_on and row.starts_on and row.outcome):
        return None
    sides = [[code for code, is_in in row.chosen["areas"].items() if is_in is wanted] for wanted in (True, False)]
    found = [
        before_after.of_measure(row.outcome, row.starts_on, row.window_months, where={row.kind: codes}, build=build) for codes in sides
    ]
    if found[0] is None or found[1] is None:
        return None
    inside, outside = found[0].rows[0], found[1].rows[0]
    compared = ratio_of_ratios if found[0].how == "count" else difference_in_differences
    return Progress(inside, outside, compared(inside.change, outside.change), found[0])


def area_names(kind: str) -> dict[str, str]:
    """Code -> name of the current places of a kind."""
    return places.place_names(kind)


def rule_in_words(row: FocusSelection, language: str) -> list[str]:
    """The rule as sentences, one an indicator, and how many must apply."""
    lines = [_in_words(rules.indicator(one), language) for one in row.indicators]
    total = len(lines)
    lines.append(
        ngettext(
            "An area is chosen when at least %(needed)s of %(total)s applies.",
            "An area is chosen when at least %(needed)s of %(total)s apply.",
            row.needed,
        )
        % {"needed": row.needed, "total": total}
    )
    return lines


def _in_words(one: Indicator, language: str) -> str:
    measure = measures.measure(one.measure)
    label = measure.label.in_(language)
    narrowed = ", ".join(value for values in (one.where or {}).values() for value in values)
    label = f"{label} ({narrowed})" if narrowed else label
    if one.threshold is not None:
        value = formats.value(one.threshold, measure.format, language)
        words = _("%(label)s: %(value)s or more") if one.high_is_bad else _("%(label)s: %(value)s or less")
        return words % {"label": label, "value": value}
    words = (
        ngettext("%(label)s: the area with the highest value", "%(label)s: the %(n)s areas with the highest values", one.worst or 0)
        if one.high_is_bad
        else ngettext("%(label)s: the area with the lowest value", "%(label)s: the %(n)s areas with the lowest values", one.worst or 0)
    )
    return words % {"label": label, "n": one.worst}
