"""Forms of a campaign: itself, its reach, its news."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.action_center.cover_forms import CoverForm, cover_values, languages
from citystat.action_center.forms import box, text
from citystat.service_requests.cases.campaigns import Content
from citystat.service_requests.models import Campaign


def day(label: Any) -> forms.DateField:
    """A day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"class": "usa-input", "type": "date"}, format="%Y-%m-%d"))


class CampaignForm(CoverForm):
    """Words, days, what it is about and where."""

    starts_on = day(gettext_lazy("First day"))
    ends_on = day(gettext_lazy("Last day"))
    is_public = forms.BooleanField(
        label=gettext_lazy("Everyone may see it"), required=False, widget=forms.CheckboxInput(attrs={"class": "cs-check"})
    )

    def content(self) -> Content:
        """The same for the requests' room."""
        given = self.cleaned_data
        return Content(self.texts(), given["starts_on"], given["ends_on"], given["is_public"], **self.cover())


def values_of(one: Campaign) -> dict[str, Any]:
    """A campaign as the form's first values."""
    return {"starts_on": one.starts_on, "ends_on": one.ends_on, "is_public": one.is_public, **cover_values(one)}


class ReachForm(forms.Form):
    """How many one channel reached, and by whose count."""

    channel = forms.CharField(label=gettext_lazy("Channel"), max_length=80, widget=text(placeholder=gettext_lazy("Door hangers")))
    number = forms.IntegerField(label=gettext_lazy("Number"), min_value=0, max_value=1_000_000_000, widget=text(inputmode="numeric"))
    counted = forms.CharField(label=gettext_lazy("What was counted"), max_length=80, widget=text(placeholder=gettext_lazy("households")))
    source = forms.CharField(
        label=gettext_lazy("By whose count"), max_length=200, widget=text(placeholder=gettext_lazy("Printer's invoice"))
    )


class NewsForm(forms.Form):
    """What is new, in each language."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for code, name in languages():
            self.fields[f"news_{code}"] = forms.CharField(
                label=_("What is new, %(language)s") % {"language": name}, required=False, max_length=2_000, widget=box(3, lang=code)
            )

    def texts(self) -> dict[str, str]:
        """Language -> what is new."""
        return {code: self.cleaned_data[f"news_{code}"] for code, _name in languages()}
