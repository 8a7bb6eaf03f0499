"""The choices of the page of calls: which queue and days, and the answer target a staffing need is for. They live in the address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citystat.action_center.forms import select, text
from citystat.service_requests.center.staffing_needs import Target

DAYS = (("weekdays", _("Monday to Friday")), ("saturday", _("Saturday")), ("sunday", _("Sunday")))
USUAL = {"days": "weekdays", "share": 80, "within": 20, "patience": 180, "shrinkage": 30}


class CallsForm(forms.Form):
    """What to show, and the stated target."""

    queue = forms.ChoiceField(label=_("Queue"), required=False, widget=select())
    days = forms.ChoiceField(label=_("Staffing for"), choices=DAYS, required=False, widget=select())
    share = forms.FloatField(label=_("Answer this share, %"), min_value=1, max_value=99, required=False, widget=text(inputmode="decimal"))
    within = forms.FloatField(label=_("within seconds"), min_value=1, max_value=600, required=False, widget=text(inputmode="decimal"))
    patience = forms.FloatField(
        label=_("Callers wait, seconds"), min_value=1, max_value=3600, required=False, widget=text(inputmode="decimal")
    )
    shrinkage = forms.FloatField(
        label=_("Breaks and leave, %"), min_value=0, max_value=90, required=False, widget=text(inputmode="decimal")
    )

    def __init__(self, data: Any, queues: tuple[str, ...]) -> None:
        super().__init__({name: data.get(name) or usual for name, usual in (USUAL | {"queue": ""}).items()})
        self.fields["queue"].choices = [("", _("All queues")), *((name, name) for name in queues)]  # type: ignore[attr-defined]

    def target(self) -> Target:
        """The stated target; the usual one where something typed cannot be used."""
        given = USUAL | {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value not in (None, "")}
        return Target(float(given["share"]) / 100, float(given["within"]), float(given["patience"]), float(given["shrinkage"]) / 100)

    def chosen(self, name: str) -> str:
        """A choice that is one of those there are."""
        return str(getattr(self, "cleaned_data", {}).get(name) or USUAL.get(name, ""))
