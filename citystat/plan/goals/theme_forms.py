"""Forms of a major opportunity area: what it is, the measures of several departments it joins, who works on it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.plan.goals.actions import ThemeText
from citystat.plan.goals.forms import (
    INPUT,
    SELECT,
    area,
    department_named,
    goals_ticked,
    measure_choices,
    person,
    words,
    yes,
)
from citystat.plan.models import Theme

BLANK_MEASURES, BLANK_MEMBERS = 2, 1
OF_THE_THEME = ("slug", "title", "title_es", "text", "text_es", "sponsor", "is_public")


class ThemeForm(forms.Form):
    """A major opportunity area itself; its measures and its team are forms beside it."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    slug = forms.SlugField(label=gettext_lazy("Short name for the address"), max_length=60, widget=forms.TextInput(attrs=INPUT))
    title = words(gettext_lazy("Title"), needed=True)
    title_es = words(gettext_lazy("Title in Spanish"), lang="es")
    text = area(gettext_lazy("What no department can do alone"))
    text_es = area(gettext_lazy("What no department can do alone, in Spanish"), lang="es")
    sponsor = person(gettext_lazy("Executive sponsor"))
    goal_codes = goals_ticked(gettext_lazy("Its goals"))
    is_public = yes(gettext_lazy("Everyone may read it"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal_codes"].keep(self.initial.get("goal_codes", ()))  # type: ignore[attr-defined]


class JoinedMeasureForm(forms.Form):
    """A measure with the department that owns it here."""

    measure = forms.ChoiceField(label=gettext_lazy("Measure"), required=False, widget=forms.Select(attrs=SELECT))
    department = department_named(gettext_lazy("Department that owns it"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known, given = measure_choices(_("No measure")), self.initial.get("measure")
        retired = [(given, given)] if given and given not in dict(known) else []
        self.fields["measure"].choices = [*known, *retired]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One without the other says nothing."""
        given = super().clean() or {}
        if given.get("measure") and not given.get("department"):
            self.add_error("department", _("Name the department that owns this measure."))
        if given.get("department") and not given.get("measure") and "measure" not in self.errors:
            self.add_error("measure", _("Choose the measure this department owns."))
        return given


class MemberForm(forms.Form):
    """Somebody of the team."""

    name = words(gettext_lazy("Name"), longest=120)
    department = department_named(gettext_lazy("Department"))
    role = words(gettext_lazy("Role"), longest=120)

    def clean(self) -> dict[str, Any]:
        """Who works on it comes from somewhere."""
        given = super().clean() or {}
        if given.get("name") and not given.get("department"):
            self.add_error("department", _("Name the department of %(name)s.") % {"name": given["name"]})
        if not given.get("name") and (given.get("department") or given.get("role")):
            self.add_error("name", _("Say who it is."))
        return given


JoinedMeasureForms = forms.formset_factory(JoinedMeasureForm, extra=BLANK_MEASURES, max_num=40, absolute_max=50)
MemberForms = forms.formset_factory(MemberForm, extra=BLANK_MEMBERS, max_num=40, absolute_max=50)


class ThemeForms:
    """A theme's form with the rows beside it, valid together."""

    def __init__(self, *, data: Any = None, theme: Theme | None = None) -> None:
        first, measures, members = _initial(theme) if theme else ({}, [], [])
        self.theme = ThemeForm(data, initial=first)
        self.measures = JoinedMeasureForms(data, prefix="measures", initial=measures)
        self.members = MemberForms(data, prefix="members", initial=members)

    def is_valid(self) -> bool:
        """Whether everything typed can be used; each part is looked at."""
        return all([self.theme.is_valid(), self.measures.is_valid(), self.members.is_valid()])

    def text(self) -> ThemeText:
        """The theme as typed."""
        given = {name: value for name, value in self.theme.cleaned_data.items() if name != "revision"}
        joined = [(one["measure"], one["department"]) for one in _filled(self.measures, "measure")]
        team = [(one["name"], one["department"], one["role"]) for one in _filled(self.members, "name")]
        return ThemeText(**given, measures=joined, members=team)


def _filled(rows: Any, by: str) -> list[dict[str, Any]]:
    return [form.cleaned_data for form in rows if form.cleaned_data.get(by)]


def _initial(theme: Theme) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    first = {name: getattr(theme, name) for name in ("revision", *OF_THE_THEME)} | {"goal_codes": list(theme.goal_codes)}
    measures = [{"measure": one.measure, "department": one.department} for one in theme.measures.all()]
    return first, measures, [{"name": str(one), "department": one.department, "role": one.role} for one in theme.members.all()]
