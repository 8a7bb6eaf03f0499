"""Forms of appointment pages: seats of a window, a blocked day, what a crew found."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citystat.action_center.crew_forms import told_at
from citystat.action_center.forms import note, select, text
from citystat.service_requests.appointment_files import MOST_SEATS


class SeatsForm(forms.Form):
    """How many can be booked in one window."""

    slot = forms.CharField(max_length=160, widget=forms.HiddenInput)
    seats = forms.IntegerField(label=_("Seats"), min_value=0, max_value=MOST_SEATS, widget=text(inputmode="numeric", autocomplete="off"))


class BlockForm(forms.Form):
    """Why nothing can be booked on a day, where, and what becomes of those who are."""

    area = forms.ChoiceField(label=_("Where"), required=False, widget=select())
    why = forms.CharField(
        label=_("Reason"), max_length=200, widget=text(autocomplete="off"), help_text=_("Residents read it."),
    )  # fmt: skip
    takes_back = forms.BooleanField(
        label=_("Take the booked appointments back and ask the residents to choose another time"), required=False,
        widget=forms.CheckboxInput(attrs={"class": "cs-check"}),
    )  # fmt: skip

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", _("Everywhere")), *areas]  # type: ignore[attr-defined]


class MissedForm(forms.Form):
    """What a crew found that had nothing to do."""

    note = note(_("What you found"), help_text=_("The resident reads it."))
    done_at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean_done_at(self) -> datetime | None:
        """When the phone says the crew was there."""
        return told_at(self.cleaned_data["done_at"])
