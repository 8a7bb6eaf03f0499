"""The page of the emergency switch: how things stand, one button, every turn with who, when and why."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from citystat.action_center import words
from citystat.action_center.cover_forms import languages
from citystat.action_center.forms import box, text
from citystat.core.access import rule
from citystat.core.errors import InputError
from citystat.service_requests.cases import emergency, offers
from citystat.service_requests.models import EmergencySwitch

KINDS = {"on": gettext_lazy("Switched on"), "confirmed": gettext_lazy("Confirmed"), "off": gettext_lazy("Switched off")}


class SwitchForm(forms.Form):
    """Why, and for switching on: what residents read, which services, when to ask again."""

    reason = forms.CharField(label=gettext_lazy("Why? The record keeps it."), required=False, max_length=600, widget=text())
    hours = forms.FloatField(
        label=gettext_lazy("Ask again after how many hours?"), required=False, min_value=1, max_value=emergency.MOST_HOURS,
        widget=text(inputmode="decimal"),
    )  # fmt: skip
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Services the light form takes"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None) -> None:
        urgent = [one.slug for one in emergency.urgent_services()]
        super().__init__(data, initial={"hours": int(emergency.HOURS), "services": urgent})
        self.fields["services"].choices = [(one.slug, one.name) for one in emergency.possible_services()]  # type: ignore[attr-defined]
        for code, name in languages():
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("What residents read, %(language)s") % {"language": name}, required=False,
                max_length=emergency.LONGEST_MESSAGE, widget=box(2, lang=code), help_text=_("Empty: the usual sentence."),
            )  # fmt: skip

    def text_fields(self) -> list[Any]:
        """The words in each language."""
        return [self[f"text_{code}"] for code, _name in languages()]

    def turn(self, do: str, by: Any) -> EmergencySwitch:
        """Turn the switch as the button says."""
        given = self.cleaned_data
        hours = given.get("hours") or emergency.HOURS
        if do == "on":
            texts = {code: given[f"text_{code}"] for code, _name in languages()}
            return emergency.switch_on(by=by, reason=given["reason"], services=given["services"], texts=texts, hours=hours)
        if do == "confirm":
            return emergency.confirm(by=by, reason=given["reason"], hours=hours)
        return emergency.switch_off(by=by, reason=given["reason"])


@rule("switch_emergency")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """The switch and its record."""
    form = SwitchForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = form.turn(request.POST.get("do", ""), request.user)
            messages.success(request, SAID[made.kind])
            return redirect("action:emergency")
        except InputError as error:
            form.add_error(None, str(error))
    return render(request, "action_center/emergency.html", page(form), status=400 if form.is_bound else 200)


SAID = {
    "on": gettext_lazy("The light form is on. Every page says so within ten seconds."),
    "confirmed": gettext_lazy("Confirmed. You will be asked again."),
    "off": gettext_lazy("The light form is off: residents see the ordinary pages again."),
}


def page(form: SwitchForm) -> dict[str, Any]:
    """How things stand and every turn of the switch."""
    state = emergency.current()
    names = {one.slug: one.name for one in offers.all_offers()}
    turns = [
        {
            "kind": KINDS[one.kind], "at": words.at(one.at), "by": str(one.by) if one.by else _("the command line"), "reason": one.reason,
            "services": ", ".join(names.get(slug, slug) for slug in one.services),
        }
        for one in emergency.turns()
    ]  # fmt: skip
    return {
        "form": form, "state": state, "turns": turns, "since": words.at(state.since) if state else "",
        "confirm_by": words.at(state.confirm_by) if state else "", "taken": [one.name for one in state.offers()] if state else [],
    }  # fmt: skip
