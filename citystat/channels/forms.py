"""What a call taker does with a message: file it, add it to a request, or say why nothing is done."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citystat.service_requests.cases import offers
from citystat.service_requests.cases.actions import LONGEST_ADDRESS, LONGEST_DESCRIPTION


class FileForm(forms.Form):
    """A request made of the message."""

    service = forms.ChoiceField(label=_("Service"), widget=forms.Select(attrs={"class": "usa-select"}))
    address = forms.CharField(
        label=_("Where it is"),
        help_text=_("An address, or two streets that cross."),
        max_length=LONGEST_ADDRESS,
        widget=forms.TextInput(attrs={"class": "usa-input", "autocomplete": "off"}),
    )
    description = forms.CharField(
        label=_("What it is about"),
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={"class": "usa-textarea", "rows": 6}),
    )

    def __init__(self, *args: Any, fitting: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {one.slug: one.name for one in offers.all_offers()}
        fit = [(slug, names[slug]) for slug in fitting if slug in names]
        rest = [(slug, name) for slug, name in names.items() if slug not in fitting]
        groups = [(_("These fit the words"), fit), (_("Others"), rest)] if fit else rest
        self.fields["service"].choices = [("", _("Choose a service")), *groups]  # type: ignore[attr-defined]


class AddForm(forms.Form):
    """The request it belongs to."""

    number = forms.CharField(
        label=_("Request number"),
        help_text=_("Such as 26-000123."),
        max_length=20,
        widget=forms.TextInput(attrs={"class": "usa-input", "autocomplete": "off"}),
    )


class DiscardForm(forms.Form):
    """Why nothing is to be done."""

    why = forms.CharField(
        label=_("Why nothing is to be done"), max_length=200, widget=forms.TextInput(attrs={"class": "usa-input", "autocomplete": "off"})
    )
