"""Forms of the privacy page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from citystat.action_center.forms import text


class PersonForm(forms.Form):
    """Whose data, and why somebody asks."""

    email = forms.CharField(label=_("E-mail address"), required=False, max_length=254, widget=text(inputmode="email", autocomplete="off"))
    phone = forms.CharField(label=_("Or telephone number"), required=False, max_length=40, widget=text(inputmode="tel", autocomplete="off"))
    why = forms.CharField(
        label=_("Why"),
        max_length=200,
        widget=text(autocomplete="off"),
        help_text=_("Such as the date of the person's letter. It is kept in the audit trail."),
    )
    words = forms.BooleanField(
        label=_("Also remove what the person wrote and their photos"),
        required=False,
        widget=forms.CheckboxInput({"class": "usa-checkbox__input"}),
    )


class HoldForm(forms.Form):
    """A request of which nothing may be removed."""

    number = forms.CharField(label=_("Number of the request"), max_length=20, widget=text(autocomplete="off"))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=text(autocomplete="off"), help_text=_("Such as the number of a claim.")
    )
