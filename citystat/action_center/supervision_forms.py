"""Forms of the supervisor's page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from citystat.action_center import words
from citystat.action_center.forms import note, select, text
from citystat.service_requests.cases import follow_ups

LARGEST_SEED = 2**31 - 1


class DrawForm(forms.Form):
    """How many closed requests to look at; the seed is shown so that anyone can draw the same ones again."""

    size = forms.IntegerField(
        label=_("Closed requests to draw"), min_value=1, max_value=follow_ups.LARGEST_DRAW, widget=text(inputmode="numeric")
    )
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=LARGEST_SEED, widget=text(inputmode="numeric"),
        help_text=_("The same seed draws the same ones again."),
    )  # fmt: skip


class LookForm(forms.Form):
    """What a look found."""

    outcome = forms.ChoiceField(label=_("What the look found"), choices=[("", "–"), *words.choices(words.LOOK_WORDS)], widget=select())
    note = note(_("Note"))
