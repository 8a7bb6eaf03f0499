"""The form of an emergency: what, where, how to reach you. No photos, no map, no questions."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from citystat.core.errors import InputError
from citystat.service_requests.cases import actions, contacts
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.cases.offers import Offer


class LightForm(forms.Form):
    """Four fields; a service's own questions are asked later, by people."""

    description = forms.CharField(
        label=gettext_lazy("What is the problem?"),
        required=False,
        max_length=actions.LONGEST_DESCRIPTION,
        widget=forms.Textarea({"rows": 4}),
    )
    address = forms.CharField(label=gettext_lazy("Address or nearest corner"), max_length=actions.LONGEST_ADDRESS)
    phone = forms.CharField(label=gettext_lazy("Telephone number"), required=False, max_length=40)
    email = forms.CharField(label=gettext_lazy("E-mail address"), required=False, max_length=254)
    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, offer: Offer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer

    def clean_address(self) -> str:
        """Somewhere a crew can go."""
        address: str = self.cleaned_data["address"]
        if not any(letter.isalnum() for letter in address):
            raise forms.ValidationError(_("Say where it is: write an address or the nearest corner."))
        return address

    def clean(self) -> dict[str, Any] | None:
        """The telephone number and the address people can be told at."""
        for name in ("phone", "email"):
            try:
                contacts.checked(Details(**{name: self.cleaned_data.get(name, "")}))
            except InputError as error:
                self.add_error(name, str(error))
        return self.cleaned_data

    def report(self) -> actions.Report:
        """The same for the requests' room."""
        given = self.cleaned_data
        reporter = Details("", given["email"], given["phone"], (get_language() or "en").partition("-")[0])
        return actions.Report(service=self.offer.slug, description=given["description"], address=given["address"], reporter=reporter)
