"""Forms of reports: which one to make, why a measure is off, audiences and their members, retirement."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citystat.stat_sessions.reports import words

INPUT, AREA, SELECT = {"class": "usa-input"}, {"class": "usa-textarea", "rows": 3}, {"class": "usa-select"}
WHOLE = (("", _("The whole city")),)


class ReportForm(forms.Form):
    """Kind, period, department, and why it is released again."""

    kind = forms.ChoiceField(label=_("Report"), choices=lambda: list(words.KIND_NAMES.items()), widget=forms.Select(SELECT))
    period = forms.CharField(
        label=_("Period"), max_length=12, help_text=_("A month like 2017-06, a quarter like 2017-Q2, or a year like 2017."),
        widget=forms.TextInput(INPUT),
    )  # fmt: skip
    department = forms.ChoiceField(label=_("Department"), required=False, widget=forms.Select(SELECT))
    reason = forms.CharField(
        label=_("Why it is released again"), required=False, help_text=_("Only where this report was released before and has changed."),
        widget=forms.Textarea(AREA),
    )  # fmt: skip
    audiences = forms.MultipleChoiceField(
        label=_("Deliver it to"), required=False, widget=forms.CheckboxSelectMultiple({"class": "cs-check"})
    )

    def __init__(self, *args: Any, departments: list[str], audiences: list[tuple[str, str]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["department"].choices = [*WHOLE, *((name, name) for name in departments)]  # type: ignore[attr-defined]
        self.fields["audiences"].choices = audiences  # type: ignore[attr-defined]


class NarrativeForm(forms.Form):
    """Why a measure is far from its target, in both languages."""

    measure = forms.CharField(widget=forms.HiddenInput())
    revision = forms.IntegerField(widget=forms.HiddenInput(), min_value=0, initial=0)
    text = forms.CharField(
        label=_("Why it is so, and what is being done"), widget=forms.Textarea(AREA), max_length=2000,
        help_text=_("Name the process, the data, the resource or the outside cause; never a person."),
    )  # fmt: skip
    text_es = forms.CharField(label=_("The same in Spanish"), required=False, widget=forms.Textarea(AREA), max_length=2000)


class AudienceForm(forms.Form):
    """A named audience and what it wants first."""

    title = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(INPUT))
    title_es = forms.CharField(label=_("Name in Spanish"), max_length=120, required=False, widget=forms.TextInput(INPUT))
    brief = forms.CharField(
        label=_("First lines of its brief"), required=False, max_length=1000, widget=forms.Textarea(AREA),
        help_text=_("What this audience wants to know first."),
    )  # fmt: skip
    is_public = forms.BooleanField(
        label=_("Everyone: gets the public version only"), required=False, widget=forms.CheckboxInput({"class": "usa-checkbox__input"})
    )


class MemberForm(forms.Form):
    """Somebody of an audience by address."""

    address = forms.CharField(label=_("E-mail address"), max_length=254, widget=forms.TextInput(INPUT | {"type": "email"}))


class RetireForm(forms.Form):
    """Why a report is no longer made."""

    what = forms.CharField(widget=forms.HiddenInput())
    reason = forms.CharField(label=_("Why nobody needs it"), max_length=500, widget=forms.TextInput(INPUT))
