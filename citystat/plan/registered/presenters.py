"""What the pages of the register show."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.forms import DateField, Field
from django.http import HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from citystat.core import clock, formats
from citystat.core.access import has_right
from citystat.core.cities import current_city
from citystat.core.figures import Column, Link, Table
from citystat.core.texts import said
from citystat.plan import descriptions, known
from citystat.plan import periods as calendar
from citystat.plan.definitions import Measure
from citystat.plan.models import MeasureVersion, RecordedValue, RegisteredMeasure, Target, ValueRequest
from citystat.plan.registered import access, actions, forms, queries, register, rules
from citystat.plan.registered.register import Erratum

NONE = "–"
MOST_IN_A_FEED = 50
# Headings of a definition, and the fields under each.
SECTIONS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("what", gettext_lazy("What it is"), (
        "label_en", "label_es", "description_en", "description_es", "why_en", "why_es", "type", "tier", "audience", "direction", "format",
        "unit_en", "unit_es", "per", "frequency", "proxy", "over_periods")),
    ("how", gettext_lazy("How it is counted"), (
        "numerator", "denominator", "expression_numerator", "expression_denominator", "data_source", "location", "collection", "data_owner",
        "data_owner_role", "data_needed", "survey_name", "survey_question", "survey_mode", "survey_weights", "groups")),
    ("use", gettext_lazy("What it is for"), (
        "level", "pillar", "service", "agency_goal", "used_for", "readers", "context", "improvement_needed", "baseline_value",
        "baseline_year", "target_note", "is_replicable")),
    ("care", gettext_lazy("How it is judged"), (
        "minimum_denominator", "incomplete_days", "due_days", "seasonality", "chart", "review_by")),
)  # fmt: skip


def language() -> str:
    """The reader's language."""
    return (get_language() or "en").partition("-")[0]


def with_unit(value: float | None, measure: Measure) -> str:
    """A value with its unit; an en dash where there is none."""
    if value is None:
        return NONE
    shown = formats.alone(value, measure.format)
    return shown if measure.format == "percent" else f"{shown} {measure.unit.in_(language())}"


def register_table(found: Iterable[RegisteredMeasure]) -> Table:
    """Every measure people wrote."""
    columns = (
        Column(_("Measure")),
        Column(_("Department")),
        Column(_("Source")),
        Column(_("Owner")),
        Column(_("Version")),
        Column(_("State")),
    )
    measures = known.everything()
    rows = [_register_row(row, measures) for row in found]
    return Table(_("Measures people wrote"), columns, rows, hide_caption=True, stacks=True)


def _register_row(row: RegisteredMeasure, measures: Mapping[str, Measure]) -> tuple[Any, ...]:
    newest = next(iter(row.versions.all()), None)
    label = _named(row)
    if row.name in measures:
        label = measures[row.name].label.in_(language())
    state = _("Retired") if row.is_retired else str(forms.STATUS_WORDS[newest.status]) if newest else NONE
    return (
        Link(label, reverse("register:definition", args=[row.name])), row.department or NONE, str(forms.SOURCE_WORDS[row.source]),
        str(row.owner) if row.owner else NONE, str(newest.version) if newest else NONE, state,
    )  # fmt: skip


def sections_of(form: Any) -> list[tuple[str, Any, list[Any]]]:
    """The fields of a definition under their headings; what stands before the first heading comes first."""
    grouped = {name for _key, _label, names in SECTIONS for name in names}
    first = [form[name] for name in form.fields if name not in grouped and name != "revision"]
    start = [("first", "", first)] if first else []
    return start + [(key, label, [form[name] for name in names]) for key, label, names in SECTIONS]


def definition_page(row: RegisteredMeasure, user: Any, *, is_staff: bool) -> dict[str, Any]:
    """The definition in force, its versions, its names; drafts for staff only."""
    versions = [one for one in row.versions.all() if is_staff or one.status == MeasureVersion.Status.VALIDATED]
    in_force = next((one for one in versions if one.status == MeasureVersion.Status.VALIDATED), None)
    shown = in_force or (versions[0] if versions else None)
    return {
        "row": row,
        "label": _named(row),
        "shown": shown,
        "facts": facts(shown, names_staff=is_staff or current_city().shares_staff_names) if shown else [],
        "versions": versions,
        "version_table": _versions(row, versions, linked=is_staff),
        "name_table": _names(row),
        "is_validated": in_force is not None,
        "is_staff": is_staff,
        "can_edit": is_staff and has_right(user, access.EDIT_RIGHT),
        "can_give": in_force is not None and row.source in {"typed", "survey"} and access.can_give(user, row),
        "can_correct": in_force is not None and has_right(user, access.VALIDATE_RIGHT),
        "is_open": any(one.status in actions.OPEN for one in versions),
    }


def _named(row: RegisteredMeasure) -> str:
    """What the measure is called now, in the reader's language where it has a name in it."""
    found = next((name for name in row.names.all() if name.used_to is None), None)
    return said(found, "label") if found else row.name


def lacks(problems: Iterable[rules.Problem]) -> list[tuple[str, str]]:
    """What a draft lacks, each by the words of its field."""
    fields = forms.DefinitionForm.base_fields
    found = []
    for one in problems:
        first = one.field.replace(".", "_")
        names = (first, f"{first}_en", f"{first}_value", f"{first}_name", f"{first}_numerator")
        label = next((fields[name].label for name in names if name in fields), one.field)
        found.append((str(label), one.sentence))
    return found


def title_of(version: MeasureVersion) -> str:
    """What a version of a definition calls the measure; a draft may not say yet."""
    words: Mapping[str, str] = version.definition.get("label") or {}
    return words.get(language()) or words.get("en") or version.measure.name


def _fact(field: Field, value: Any) -> str:
    """A value of a definition as people read it: words of a choice, days in the reader's form."""
    if value is True:
        return _("yes")
    if isinstance(field, DateField):
        return formats.day(formats.as_day(value))
    return str(dict(getattr(field, "choices", ()) or ()).get(str(value), value))


def facts(version: MeasureVersion, *, names_staff: bool = True) -> list[tuple[Any, str]]:
    """A definition as names and values, in the form's order, only what was filled in; the owner's role without the name for the public."""
    initial = forms.initial_of(version)
    found = []
    for _key, _label, names in SECTIONS:
        for name in names:
            value = initial.get(name)
            if value not in (None, "", False) and (names_staff or name != "data_owner"):
                field = forms.DefinitionForm.base_fields[name]
                found.append((field.label, _fact(field, value)))
    return found


def _versions(row: RegisteredMeasure, versions: Sequence[MeasureVersion], *, linked: bool) -> Table:
    columns = (Column(_("Version")), Column(_("State")), Column(_("Change")), Column(_("Limits anew"), "date"), Column(_("Why")))
    rows = []
    for one in versions:
        first: Any = Link(str(one.version), reverse("register:edit", args=[row.name, one.version])) if linked else str(one.version)
        anew = one.rebase_on.isoformat() if one.rebase_on else NONE
        why = one.rebase_reason or (one.reason if linked else "")
        rows.append((first, str(forms.STATUS_WORDS[one.status]), str(forms.CHANGES[one.change]), anew, why or NONE))
    return Table(_("Versions"), columns, rows, hide_caption=True, stacks=True)


def _names(row: RegisteredMeasure) -> Table:
    columns = (Column(_("Name")), Column(_("From"), "date"), Column(_("To"), "date"), Column(_("Why")))
    rows = [
        (one.label, one.used_from.isoformat(), one.used_to.isoformat() if one.used_to else NONE, one.why or NONE) for one in row.names.all()
    ]
    return Table(_("Names"), columns, rows, hide_caption=True, stacks=True)


def values_table(values: Sequence[RecordedValue], measure: Measure) -> Table:
    """The values that stand, newest first; each leads to everything that was given for its period."""
    columns = (
        Column(_("Period")), Column(_("Value"), "number"), Column(_("Counted"), "number"), Column(_("Of"), "number"),
        Column(_("Given on"), "date"),
        Column(_("By")), Column(_("Note")),
    )  # fmt: skip
    return Table(_("Values that stand"), columns, [_value_row(one, measure) for one in values], hide_caption=True, stacks=True)


def _value_row(one: RecordedValue, measure: Measure) -> tuple[Any, ...]:
    period = calendar.period_at(measure.period, calendar.index_of(measure.period, one.period_start))
    name = descriptions.period_name(period, language())
    query = f"?{one.group_key}={one.group_value}" if one.group_key else ""
    numbers = (NONE if number is None else formats.number(number) for number in (one.numerator, one.denominator))
    return (
        Link(f"{name} {one.group_value}".strip(), f"/measures/{measure.name}/{period.key}/rows/{query}"),
        with_unit(one.value, measure), *numbers, one.entered_at.date().isoformat(), str(one.entered_by or NONE), one.note or NONE,
    )  # fmt: skip


def asked_period(one: ValueRequest) -> str:
    """The period a value was asked for, as people say it."""
    unit, fiscal = known.find(one.measure.name).period, current_city().fiscal_year_start_month
    return descriptions.period_name(calendar.period_at(unit, calendar.index_of(unit, one.period_start, fiscal), fiscal), language())


def asked_table(found: Iterable[ValueRequest], labels: dict[str, str]) -> Table:
    """What was asked and not answered."""
    columns = (
        Column(_("Measure")),
        Column(_("Period")),
        Column(_("Asked"), "date"),
        Column(_("Due"), "date"),
        Column(_("State")),
        Column(_("Who")),
    )
    today = clock.today()
    rows = [
        (
            Link(labels.get(one.measure.name, one.measure.name), reverse("register:values", args=[one.measure.name])),
            asked_period(one), one.asked_at.date().isoformat(), one.due_on.isoformat(),
            _("Overdue") if one.due_on < today else _("Waiting"), str(one.person),
        )
        for one in found
    ]  # fmt: skip
    return Table(_("Asked and not answered"), columns, rows, hide_caption=True, stacks=True)


def targets_table(found: Sequence[Target], measure: Measure) -> Table:
    """Targets people set."""
    columns = (
        Column(_("Target"), "number"),
        Column(_("From"), "date"),
        Column(_("To"), "date"),
        Column(_("Why this number")),
        Column(_("State")),
    )
    reasons = register.plan_reasons(found)
    rows = [
        (
            with_unit(one.value, measure), one.in_force_from.isoformat(), one.in_force_to.isoformat() if one.in_force_to else NONE,
            _why(one, reasons),
            _("withdrawn") if one.withdrawn_at else NONE,
        )
        for one in found
    ]  # fmt: skip
    return Table(_("Targets"), columns, rows, hide_caption=True, stacks=True)


def _why(one: Target, reasons: Mapping[int, tuple[str, str]]) -> str:
    english, spanish = reasons.get(one.pk, (one.rationale, one.rationale))
    return spanish if language() == "es" else english


def corrections_list(found: Sequence[tuple[Measure, Erratum]]) -> list[dict[str, Any]]:
    """Every corrected public figure in words, for a page a phone shows whole."""
    return [
        {
            "id": one.id,
            "day": one.published_at.astimezone(current_city().zone).date(),
            "label": measure.label.in_(language()),
            "url": f"/measures/{measure.name}/#corrections",
            "where": " ".join(filter(None, (_period(one.period), one.group_value))),
            "old": with_unit(one.old_value, measure),
            "new": with_unit(one.new_value, measure),
            "why": one.why,
        }
        for measure, one in found
    ]


def _period(key: str) -> str:
    return descriptions.period_name(calendar.parse_period(key, current_city().fiscal_year_start_month), language())


def corrections_feed(found: Sequence[tuple[Measure, Erratum]], root: str) -> HttpResponse:
    """The corrections as an Atom feed."""
    city, page = current_city().name, root.rstrip("/") + reverse("register:corrections")
    feed = Atom1Feed(
        title=_("%(city)s: corrections of figures") % {"city": city}, link=page,
        feed_url=root.rstrip("/") + reverse("register:corrections_feed"),
        description="", language=language(), author_name=city,
    )  # fmt: skip
    for measure, one in found[:MOST_IN_A_FEED]:
        said = {
            "label": measure.label.in_(language()), "period": _period(one.period), "old": with_unit(one.old_value, measure),
            "new": with_unit(one.new_value, measure), "why": one.why,
        }  # fmt: skip
        feed.add_item(
            title=_("%(label)s, %(period)s: %(old)s was wrong, %(new)s is right") % said,
            link=f"{root.rstrip('/')}/measures/{measure.name}/#corrections",
            unique_id=f"{page}#{one.id}", description=one.why, pubdate=one.published_at, updateddate=one.published_at,
        )  # fmt: skip
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def values_page(row: RegisteredMeasure, measure: Measure, form: Any) -> dict[str, Any]:
    """The page an owner gives values on."""
    label = measure.label.in_(language())
    shown = values_table(queries.values(row), measure)
    return {
        "row": row,
        "measure": measure,
        "label": label,
        "description": measure.description.in_(language()),
        "form": form,
        "values": shown,
    }
