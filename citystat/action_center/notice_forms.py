"""The form of a notice."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citystat.action_center.cover_forms import CoverForm, cover_values
from citystat.action_center.forms import select
from citystat.service_requests.cases.notices import Content
from citystat.service_requests.models import Notice

MINUTE = "%Y-%m-%dT%H:%M"
SEVERITIES = (("info", _("Information")), ("warning", _("Warning")), ("emergency", _("Emergency")))
STATES = {"draft": _("Not published"), "waiting": _("Starts later"), "current": _("In force"), "ended": _("Ended")}


def moment(label: Any) -> forms.DateTimeField:
    """A day and a time in the city's zone."""
    widget = forms.DateTimeInput(attrs={"class": "usa-input", "type": "datetime-local"}, format=MINUTE)
    return forms.DateTimeField(label=label, widget=widget, input_formats=[MINUTE, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"])


class NoticeForm(CoverForm):
    """Words, how grave, from when to when, for what and where."""

    severity = forms.ChoiceField(label=_("How serious"), choices=SEVERITIES, widget=select())
    starts_at = moment(_("Shown from"))
    ends_at = moment(_("Shown until"))

    def content(self) -> Content:
        """The same for the requests' room."""
        given = self.cleaned_data
        return Content(self.texts(), given["starts_at"], given["ends_at"], given["severity"], **self.cover())


def values_of(one: Notice) -> dict[str, Any]:
    """A notice as the form's first values."""
    return {"severity": one.severity, "starts_at": one.starts_at, "ends_at": one.ends_at, **cover_values(one)}


def first_values() -> dict[str, Any]:
    """A new notice starts now."""
    return {"severity": "info", "starts_at": timezone.now()}
