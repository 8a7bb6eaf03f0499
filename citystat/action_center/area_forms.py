"""Forms of the area lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citystat.action_center import queries
from citystat.action_center.forms import box, select, text
from citystat.service_requests.cases import covering, offers


class AreaForm(forms.Form):
    """A list: its name, a place the city knows or a drawn area, perhaps one service, the next meeting."""

    name = forms.CharField(label=_("Name of the list"), max_length=120, widget=text())
    place = forms.ChoiceField(label=_("A place the city knows"), required=False, widget=select())
    shape = forms.CharField(
        label=_("Or a drawn area (GeoJSON)"), required=False, max_length=covering.LONGEST_SHAPE,
        widget=box(4, spellcheck="false", autocomplete="off"), help_text=_("Draw on the map, or paste a polygon."),
    )  # fmt: skip
    meets_on = forms.DateField(
        label=_("Next meeting"), required=False, widget=forms.DateInput(attrs={"class": "usa-input", "type": "date"}, format="%Y-%m-%d")
    )
    service = forms.ChoiceField(label=_("Only this service"), required=False, widget=select())

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        places = [(f"{kind}:{code}", name) for kind, names in queries.places().items() for code, name in names.items()]
        self.fields["place"].choices = [("", "–"), *places]  # type: ignore[attr-defined]
        services = [(offer.slug, offer.name) for offer in offers.offered() if not offer.is_private]
        self.fields["service"].choices = [("", _("All")), *services]  # type: ignore[attr-defined]

    def place_chosen(self) -> tuple[str, str]:
        """Kind and code."""
        kind, _colon, code = self.cleaned_data["place"].partition(":")
        return kind, code


class DecisionForm(forms.Form):
    """What the meeting decided about one request."""

    number = forms.CharField(max_length=40)
    who = forms.CharField(label=_("Who sees to it"), required=False, max_length=120, widget=text())
    text = forms.CharField(label=_("What was decided"), max_length=500, widget=text())


class MeetingForm(forms.Form):
    """When the next meeting is."""

    next_on = forms.DateField(required=False)
