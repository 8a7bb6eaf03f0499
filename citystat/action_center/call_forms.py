"""The one form of a call taker: the caller, the place, what it is about, what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citystat.action_center import words
from citystat.action_center.forms import box, select, text
from citystat.places.address_queries import Match
from citystat.service_requests.cases.actions import Report
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import ServiceRequest

CHANNELS = ("phone", "walk_in", "mail", "social", "email", "sms", "staff", "other")
QUESTION = "q-"


class CallForm(forms.Form):
    """Everything typed during a call. Each button of the page sends all of it, so nothing is lost between steps."""

    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=40,
        widget=text(type="tel", autocomplete="off", autofocus=True),
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), required=False, max_length=200, widget=text(autocomplete="off"))
    email = forms.CharField(label=_("E-mail"), required=False, max_length=200, widget=text(type="email", autocomplete="off"))
    language = forms.ChoiceField(label=_("Language"), required=False, choices=(("en", "English"), ("es", "Español")), widget=select())
    channel = forms.ChoiceField(label=_("Came by"), choices=words.choices(words.CHANNEL_WORDS, CHANNELS), widget=select())
    via_office = forms.CharField(
        label=_("Passed on by council office"), required=False, max_length=120, widget=text(autocomplete="off"),
        help_text=_("Only when an office wrote or called for the resident."),
    )  # fmt: skip
    address = forms.CharField(label=_("Address or corner"), required=False, max_length=300, widget=text(autocomplete="off"))
    latitude = forms.FloatField(label=_("Latitude"), required=False, widget=text(inputmode="decimal", autocomplete="off"))
    longitude = forms.FloatField(label=_("Longitude"), required=False, widget=text(inputmode="decimal", autocomplete="off"))
    service = forms.ChoiceField(label=_("Service"), required=False, widget=select())
    description = forms.CharField(label=_("What is wrong, in the caller's words"), required=False, max_length=4_000, widget=box())
    internal = forms.BooleanField(
        label=_("Found by city staff, not reported by a resident"), required=False, widget=forms.CheckboxInput(attrs={"class": "cs-check"}),
    )  # fmt: skip
    topic = forms.CharField(label=_("What the question was about"), required=False, max_length=200, widget=text(autocomplete="off"))
    transferred_to = forms.CharField(label=_("Handed to"), required=False, max_length=200, widget=text(autocomplete="off"))
    number = forms.CharField(label=_("Number of a request"), required=False, max_length=40, widget=text(autocomplete="off"))
    call_key = forms.CharField(max_length=60, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)
    pointed = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    chosen: Match | None = None

    def __init__(self, data: Any = None, *, services: Sequence[tuple[str, str]] = (), questions: Sequence[Mapping[str, Any]] = (),
                 initial: Any = None) -> None:  # fmt: skip
        super().__init__(data, initial=initial)
        self.fields["service"].choices = [("", _("Choose a service")), *services]  # type: ignore[attr-defined]
        self.questions = [QUESTION + question["code"] for question in questions if question.get("variable", True)]
        for question in questions:
            if question.get("variable", True):
                self.fields[QUESTION + question["code"]] = field_of(question)

        self.needed = [QUESTION + question["code"] for question in questions if question.get("required") and question.get("variable", True)]
        self.made: ServiceRequest | None = None
        self.has_cursor = True

    def put_cursor(self, *, is_elsewhere: bool) -> None:
        """Where the call goes on: at what is wrong, else at the first thing that is not told yet; by keyboard every step back costs."""
        asked = [name for name in self.needed if not self[name].value()] if self.non_field_errors() else []
        wrong = [*(name for name in self.fields if name in self.errors), *asked]
        told = (name for name in ("address", "name", "description", "service", *self.questions) if not self[name].value())
        if not any(self[name].value() for name in ("phone", "email", "address", "description", "service")):
            # A question without a caller or a place: the cursor stays at the question, beside the buttons that log it.
            told = (name for name in ("number", "topic", "address") if self[name].value() or name == "address")
        self.fields["phone"].widget.attrs.pop("autofocus", None)
        # A sentence about the whole form, and the warning of what is open already, have the cursor by the page itself.
        self.has_cursor = not is_elsewhere and (bool(wrong) or not self.non_field_errors())
        if self.has_cursor:
            self.fields[next(iter(wrong), "") or next(told, "service")].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """A point that was found for another address than the one that stands there now is dropped."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("pointed") and given["pointed"] != given.get("address"):
            given["longitude"] = given["latitude"] = None
        return given

    def details(self) -> Details:
        """The caller."""
        given = self.cleaned_data
        return Details(given["name"], given["email"], given["phone"], given["language"] or "en")

    def answers(self) -> dict[str, Any]:
        """Answers to the service's questions by code."""
        return {name.removeprefix(QUESTION): self.cleaned_data.get(name) for name in self.questions}

    def report(self) -> Report:
        """What is filed for the caller."""
        given = self.cleaned_data
        return Report(
            service=given["service"], description=given["description"], longitude=given["longitude"], latitude=given["latitude"],
            address=given["address"], answers=self.answers(), reporter=self.details(),
        )  # fmt: skip

    def came_otherwise(self) -> bool:
        """Whether it is more than a telephone call in English."""
        usual = {"channel": "phone", "language": "en", "via_office": ""}
        return any((self[name].value() or kept) != kept or self[name].errors for name, kept in usual.items())

    def is_pointed_by_hand(self) -> bool:
        """Whether the point was typed; one that was found for the address need not be seen."""
        typed = any(self[name].value() not in {None, ""} or self[name].errors for name in ("latitude", "longitude"))
        return typed and not self["pointed"].value()

    def groups(self) -> dict[str, list[Any]]:
        """The fields as the page groups them."""
        return {
            "came": [self[name] for name in ("channel", "language", "via_office")],
            "questions": [self[name] for name in self.questions],
        }


def field_of(question: Mapping[str, Any]) -> forms.Field:
    """A field for one question; `rules.check_answers` judges the answer, so that every channel has the same rules."""
    label = str(question["description"]) + (" *" if question.get("required") else "")
    listed = [(one["key"], one["name"]) for one in question.get("values") or ()]
    kind, hint = question.get("datatype", "string"), str(question.get("datatype_description") or question.get("hint") or "")
    if kind == "singlevaluelist":
        return forms.ChoiceField(label=label, required=False, choices=[("", "–"), *listed], widget=select(), help_text=hint)
    if kind == "multivaluelist":
        widget = forms.SelectMultiple(attrs={"class": "usa-select cs-many", "size": min(max(len(listed), 2), 6)})
        return forms.MultipleChoiceField(label=label, required=False, choices=listed, widget=widget, help_text=hint)
    if kind == "text":
        return forms.CharField(label=label, required=False, max_length=2_000, widget=box(2), help_text=hint)
    kinds = {"datetime": "date", "number": "number"}
    return forms.CharField(
        label=label, required=False, max_length=300, widget=text(type=kinds.get(kind, "text"), autocomplete="off"), help_text=hint
    )
