"""Forms about people."""

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.utils.translation import gettext_lazy as _

from citystat.core import known_names
from citystat.people import queries
from citystat.people.models import User


class InviteForm(forms.Form):
    """A new account."""

    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"class": "usa-input", "autocomplete": "off"}))
    name = forms.CharField(
        label=_("Name"), required=False, max_length=120, widget=forms.TextInput(attrs={"class": "usa-input", "autocomplete": "off"})
    )
    roles = forms.MultipleChoiceField(label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = list(queries.role_labels().items())  # type: ignore[attr-defined]


class ScopeForm(forms.Form):
    """One queue of a person."""

    department = forms.CharField(
        label=_("Department"), required=False, max_length=200, help_text=_("Blank: all departments."),
        widget=known_names.OfferedInput(known_names.DEPARTMENT),
    )  # fmt: skip
    district = forms.CharField(label=_("District"), required=False, max_length=60, help_text=_("Its code; blank: all districts."))
    team = forms.CharField(label=_("Team"), required=False, max_length=200, help_text=_("A crew sees the work orders of its team."))
    reports_to = forms.ModelChoiceField(User.objects.filter(is_active=True), label=_("Reports to"), required=False, empty_label=_("Nobody"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if districts := known_names.known(known_names.DISTRICT):
            choices = [("", _("All districts")), *districts.items()]
            self.fields["district"] = forms.ChoiceField(label=_("District"), required=False, choices=choices)
        for field in self.fields.values():
            field.widget.attrs["class"] = "usa-select" if isinstance(field, forms.ChoiceField) else "usa-input"


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """Two fields for a password, in the look of our pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "usa-input"
