"""Forms of weaknesses."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core import clock
from citystat.stat_sessions.models import WeakPointCase
from citystat.stat_sessions.words import CAUSE_LABELS

INPUT = {"class": "usa-input", "autocomplete": "off"}
AREA = {"class": "usa-textarea", "rows": 3}
SELECT = {"class": "usa-select"}


class WeaknessForm(forms.Form):
    """What is weak, why, and what is done about it."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=gettext_lazy("The weakness in one line"), max_length=200, widget=forms.TextInput(attrs=INPUT))
    title_es = forms.CharField(
        label=gettext_lazy("The weakness in Spanish"), required=False, max_length=200, widget=forms.TextInput(attrs=INPUT | {"lang": "es"})
    )
    cause = forms.ChoiceField(
        label=gettext_lazy("Where its cause is"), required=False, widget=forms.Select(attrs=SELECT),
        help_text=gettext_lazy("In a process, the data, a resource, or outside the city. Never a person."),
    )  # fmt: skip
    why = forms.CharField(label=gettext_lazy("What is behind it"), required=False, max_length=10_000, widget=forms.Textarea(attrs=AREA))
    fix = forms.CharField(label=gettext_lazy("What is done about it"), required=False, max_length=10_000, widget=forms.Textarea(attrs=AREA))
    owner = forms.ModelChoiceField(
        get_user_model().objects.none(), label=gettext_lazy("Who sees to it"), required=False, widget=forms.Select(attrs=SELECT)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = [("", _("Not known yet")), *CAUSE_LABELS.items()]  # type: ignore[attr-defined]
        people = get_user_model().objects.filter(is_active=True).order_by("name", "email")
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        self.fields["owner"].empty_label = _("Nobody yet")  # type: ignore[attr-defined]


class FixedForm(forms.Form):
    """It is fixed."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    fixed_on = forms.DateField(
        label=gettext_lazy("Fixed on"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"class": "usa-input", "type": "date"}, format="%Y-%m-%d"),
    )


class CelebrationForm(forms.Form):
    """Told to everyone."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(label=gettext_lazy("What was achieved"), max_length=5_000, widget=forms.Textarea(attrs=AREA))
    text_es = forms.CharField(
        label=gettext_lazy("What was achieved, in Spanish"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs=AREA | {"lang": "es"}),
    )
    agreed = forms.CharField(
        label=gettext_lazy("Names of those who agreed to be named"), required=False, max_length=5_000, widget=forms.Textarea(attrs=AREA),
        help_text=gettext_lazy("One a line. Ask first: a name stands here only with consent."),
    )  # fmt: skip
    others = forms.CharField(
        label=gettext_lazy("Others who took part"), required=False, max_length=5_000, widget=forms.Textarea(attrs=AREA),
        help_text=gettext_lazy("One a line. They are kept here and shown to nobody outside the staff."),
    )  # fmt: skip

    def people(self) -> list[dict[str, Any]]:
        """Everybody typed, with whether they agreed."""
        given = self.cleaned_data
        return [
            {"name": line.strip(), "agreed": name == "agreed"}
            for name in ("agreed", "others")
            for line in given.get(name, "").splitlines()
            if line.strip()
        ]


def celebrated_with(row: WeakPointCase) -> dict[str, Any]:
    """What was told before, so that telling it again loses no name."""
    names = {agreed: "\n".join(str(one["name"]) for one in row.people if (one.get("agreed") is True) is agreed) for agreed in (True, False)}
    return {
        "revision": row.revision, "text": row.celebration, "text_es": row.celebration_es, "agreed": names[True], "others": names[False],
    }  # fmt: skip


def of_act(name: str, row: WeakPointCase, typed: Any = None) -> Any:
    """The form of an act on a weakness, with what stands now."""
    if name == "fix":
        return FixedForm(typed, initial={"revision": row.revision, "fixed_on": clock.today()})
    if name == "celebrate":
        return CelebrationForm(typed, initial=celebrated_with(row))
    stands = {field: getattr(row, field) for field in WeaknessForm.base_fields}
    return WeaknessForm(typed, initial=stands | {"owner": row.owner_id})
