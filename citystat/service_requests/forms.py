"""Forms of the quality review."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citystat.service_requests.explorer.queries import month_end
from citystat.service_requests.quality_actions import LARGEST_SAMPLE

LARGEST_SEED = 2**31 - 1
EARLIEST_YEAR, LATEST_YEAR = 1990, 2199


class SampleForm(forms.Form):
    """A month and a size; the seed is shown so that anyone can draw the same closings again."""

    month = forms.CharField(label=_("Month of closing"), widget=forms.TextInput(attrs={"class": "usa-input", "type": "month"}))
    size = forms.IntegerField(
        label=_("Closings at random"),
        min_value=1,
        max_value=LARGEST_SAMPLE,
        widget=forms.NumberInput(attrs={"class": "usa-input"}),
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=LARGEST_SEED,
        widget=forms.NumberInput(attrs={"class": "usa-input"}),
        help_text=_("The same seed draws the same closings again."),
    )

    def clean_month(self) -> date:
        """The first day of the month."""
        text = self.cleaned_data["month"].strip()
        try:
            month = date.fromisoformat(f"{text[:7]}-01")
        except ValueError:
            month = None
        if month is None or not EARLIEST_YEAR <= month.year <= LATEST_YEAR:
            raise forms.ValidationError(
                _("“%(value)s” is not a month: write it as year-month, for example 2017-06.") % {"value": text[:40]}
            )
        return month

    def choices(self) -> dict[str, Any]:
        """What `quality_actions.draw_sample` takes."""
        month = self.cleaned_data["month"]
        return {"start": month, "end": month_end(month), "size": self.cleaned_data["size"], "seed": self.cleaned_data["seed"]}


class NoteForm(forms.Form):
    """The note that goes with a verdict; the verdict itself is the button pressed."""

    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"class": "usa-textarea", "rows": 3})
    )
