"""Forms of the resident's pages. Whatever is wrong is said beside its field, and everything typed stays."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from citystat.core import pictures
from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.intake import drafts, place_steps
from citystat.places.address_queries import Match
from citystat.service_requests import rules
from citystat.service_requests.cases import actions, contacts, points
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.cases.offers import Offer

MOST_PHOTOS = 6
MOST_RADIOS = 7
LONGEST_ANSWER = 1_000
TOLD_BY = (("email", gettext_lazy("By e-mail")), ("sms", gettext_lazy("By text message")), ("none", gettext_lazy("Not at all")))
TOO_LONG = gettext_lazy("This is longer than %(limit_value)d characters: shorten it, or attach a photo of it.")
STATUSES = (("", gettext_lazy("All")), ("open", gettext_lazy("Open")), ("closed", gettext_lazy("Closed")))
SCORES = (
    ("5", gettext_lazy("Very satisfied")),
    ("4", gettext_lazy("Satisfied")),
    ("3", gettext_lazy("Neither")),
    ("2", gettext_lazy("Dissatisfied")),
    ("1", gettext_lazy("Very dissatisfied")),
)


class PhotosInput(forms.FileInput):
    """Several files in one field."""

    allow_multiple_selected = True


def text_input(kind: str = "text", **attributes: Any) -> forms.TextInput:
    """A USWDS input."""
    return forms.TextInput({"class": "usa-input", "type": kind, **attributes})


def text_area(rows: int, **attributes: Any) -> forms.Textarea:
    """A USWDS text area."""
    return forms.Textarea({"class": "usa-textarea", "rows": rows, **attributes})


class WithPhotos(forms.Form):
    """A form that takes photos and keeps good ones while the rest is corrected. `pictures` are bytes, `kept` their tokens."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pictures: list[bytes] = []
        self.kept: list[str] = []
        self._fresh: list[bytes] = []
        accepted = "image/jpeg,image/png,image/webp,image/gif"
        self.fields["photos"] = forms.Field(
            label=_("Photos (optional)"), required=False, widget=PhotosInput({"class": "usa-file", "accept": accepted}),
            help_text=_("Up to %(most)s. Where and when they were taken is removed before they are stored.") % {"most": MOST_PHOTOS},
        )  # fmt: skip

    def clean_photos(self) -> list[bytes]:
        """Every picture, redrawn; those already kept come first."""
        data: Any = self.data
        asked = data.getlist("kept") if isinstance(data, MultiValueDict) else []
        found = {token: picture for token in asked[:MOST_PHOTOS] if (picture := drafts.read(token)) is not None}
        self.kept, wrong = list(found), []
        if len(found) < len(set(asked)):
            wrong.append(_("A photo from before is no longer here: add it again."))
        files: Sequence[UploadedFile[bytes]] = self.cleaned_data.get("photos") or ()
        if len(found) + len(files) > MOST_PHOTOS:
            wrong.append(_("Send at most %(most)s photos.") % {"most": MOST_PHOTOS})
        for file in files[: MOST_PHOTOS - len(found)]:
            try:
                self._fresh.append(prepared(file))
            except InputError as error:
                wrong.append(f"{(file.name or '')[:60]}: {error}")
        self.pictures = [*found.values(), *self._fresh]
        if wrong:
            raise forms.ValidationError(wrong)
        return self.pictures

    def keep_photos(self) -> None:
        """Store the good new ones for the next time the form is sent."""
        self.kept += [drafts.keep(picture) for picture in self._fresh]
        self._fresh = []


def prepared(file: "UploadedFile[bytes]") -> bytes:
    """The upload as a clean JPEG; raises InputError for what is no photo. The size is looked at before the content."""
    pictures.check_size(file.size or 0)
    return pictures.redrawn(file.read()).content


class ContactFields(forms.Form):
    """How to reach the writer; all of it optional."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), required=False, max_length=contacts.NAME_LENGTH, widget=text_input(autocomplete="name")
    )
    email = forms.CharField(
        label=gettext_lazy("E-mail address"),
        required=False,
        max_length=254,
        widget=text_input("email", autocomplete="email", inputmode="email"),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone number"), required=False, max_length=40, widget=text_input("tel", autocomplete="tel", inputmode="tel")
    )
    prefers = forms.ChoiceField(
        label=gettext_lazy("How should we tell you of each step?"),
        choices=TOLD_BY,
        required=False,
        widget=forms.RadioSelect,
        initial="email",
    )
    needs_contact = False

    def clean_email(self) -> str:
        """The address, if people can be written to there."""
        return checked(Details(email=self.cleaned_data["email"])).email

    def clean_phone(self) -> str:
        """The number with its country code."""
        return checked(Details(phone=self.cleaned_data["phone"])).phone

    def clean(self) -> dict[str, Any] | None:
        """Whoever wants to be told by one way must give it, where telling is the point."""
        given = self.cleaned_data
        if self.needs_contact and not self.errors and not (given.get("email") or given.get("phone")):
            self.add_error("email", _("Give an e-mail address or a telephone number to be told at."))
        return given

    def details(self) -> Details:
        """The same for the request's room, in the reader's language."""
        given = self.cleaned_data
        prefers = given.get("prefers") or ""
        # A way of telling that was not given falls back to the one that was.
        if (prefers == "email" and not given["email"]) or (prefers == "sms" and not given["phone"]):
            prefers = ""
        return Details(given.get("name", ""), given["email"], given["phone"], (get_language() or "en").partition("-")[0], prefers)


def checked(details: Details) -> Details:
    """Details in one spelling; what is wrong becomes the field's error."""
    try:
        return contacts.checked(details)
    except InputError as error:
        raise forms.ValidationError(str(error)) from error


class FollowForm(ContactFields):
    """To be told of each step of one request."""

    needs_contact = True
    field_order: tuple[str, ...] = ("email", "phone", "prefers")
    email_hint = gettext_lazy("Give an address or a number; one of the two is enough.")
    way_label = gettext_lazy("How should we tell you?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["name"]
        self.fields["email"].help_text, self.fields["prefers"].label = self.email_hint, self.way_label
        choices: Any = self.fields["prefers"]
        choices.choices = TOLD_BY[:2]


class FollowAreaForm(FollowForm):
    """To be told of new requests of a service, a district, or both."""

    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False, widget=forms.Select({"class": "usa-select"}))
    district = forms.ChoiceField(label=gettext_lazy("District"), required=False, widget=forms.Select({"class": "usa-select"}))
    field_order = ("service", "district", "email", "phone", "prefers")

    def __init__(self, services: Mapping[str, str], districts: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        give_choices(self, services, districts)

    def clean(self) -> dict[str, Any] | None:
        """At least one of the two."""
        given = super().clean() or {}
        if not self.errors and not (given.get("service") or given.get("district")):
            self.add_error("service", _("Choose a service, a district, or both."))
        return given


class ListForm(forms.Form):
    """Filters of the public list; they live in the address."""

    find = forms.CharField(
        label=gettext_lazy("Number"),
        required=False,
        max_length=20,
        widget=text_input("search", placeholder="26-000123", autocomplete="off"),
    )
    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False, widget=forms.Select({"class": "usa-select"}))
    district = forms.ChoiceField(label=gettext_lazy("District"), required=False, widget=forms.Select({"class": "usa-select"}))
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False, choices=STATUSES, widget=forms.Select({"class": "usa-select"}))
    near = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    before = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, services: Mapping[str, str], districts: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        give_choices(self, services, districts)

    def clean_near(self) -> tuple[float, float] | None:
        """`longitude,latitude`, or nothing."""
        parts = self.cleaned_data["near"].split(",")
        try:
            longitude, latitude = (float(part) for part in parts)
        except ValueError:
            return None
        return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None


def give_choices(form: forms.Form, services: Mapping[str, str], districts: Mapping[str, str]) -> None:
    """Fill the two lists; without districts their field goes."""
    for name, values in (("service", services), ("district", districts)):
        field: Any = form.fields[name]
        field.choices = [("", pgettext("services or districts", "All")), *values.items()]
    if not districts:
        del form.fields["district"]


class ReplyForm(WithPhotos):
    """What the reporter writes to the city afterwards."""

    text = forms.CharField(
        label=gettext_lazy("Your message"), required=False, max_length=actions.LONGEST_DESCRIPTION, widget=text_area(4),
        error_messages={"max_length": TOO_LONG},
    )  # fmt: skip
    field_order = ("text", "photos")

    def clean(self) -> dict[str, Any] | None:
        """Something must be there."""
        if not self.errors and not self.cleaned_data.get("text") and not self.pictures:
            self.add_error("text", _("Write something, or add a photo."))
        return self.cleaned_data


class FeedbackForm(forms.Form):
    """How it went. Nothing is required."""

    score = forms.TypedChoiceField(
        label=gettext_lazy("How satisfied are you with the service?"), choices=SCORES, required=False, coerce=int, empty_value=None,
        widget=forms.RadioSelect,
    )  # fmt: skip
    comment = forms.CharField(
        label=gettext_lazy("What should the city know?"), required=False, max_length=actions.LONGEST_DESCRIPTION, widget=text_area(3),
        error_messages={"max_length": TOO_LONG},
    )  # fmt: skip
    thanks = forms.CharField(
        label=gettext_lazy("A word of thanks to the crew"), required=False, max_length=LONGEST_ANSWER, widget=text_area(2),
        help_text=gettext_lazy("It goes to the people who did the work and to their supervisor."), error_messages={"max_length": TOO_LONG},
    )  # fmt: skip

    def clean(self) -> dict[str, Any] | None:
        """An empty form says nothing."""
        if not self.errors and not any(self.cleaned_data.values()):
            self.add_error("score", _("Choose or write something first."))
        return self.cleaned_data


class ReportForm(WithPhotos, ContactFields):
    """One problem: what, where, the service's own questions, photos, how to reach the writer."""

    description = forms.CharField(
        label=gettext_lazy("What is the problem?"), required=False, max_length=actions.LONGEST_DESCRIPTION,
        widget=text_area(4, maxlength=actions.LONGEST_DESCRIPTION), error_messages={"max_length": TOO_LONG},
    )  # fmt: skip
    address = forms.CharField(
        label=gettext_lazy("Address or nearest corner"), required=False, max_length=actions.LONGEST_ADDRESS,
        widget=text_input(autocomplete="street-address"), error_messages={"max_length": TOO_LONG},
    )  # fmt: skip
    longitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    latitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    counted = forms.CharField(required=False, max_length=1, widget=forms.HiddenInput)
    placed = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)
    place: Match | None = None

    def __init__(self, offer: Offer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        self.questions = [question for question in offer.questions if question.get("variable", True)]
        for question in self.questions:
            self.fields[field_name(question)] = field_for(question)
        if offer.form.resident_photo == "none":
            del self.fields["photos"]
        elif offer.form.resident_photo == "required":
            self.fields["photos"].label = _("Photos")

    def clean_photos(self) -> list[bytes]:
        """A service may ask for one."""
        found = super().clean_photos()
        if self.offer.form.resident_photo == "required" and not found:
            raise forms.ValidationError(_("This service needs a photo."))
        return found

    def clean(self) -> dict[str, Any] | None:
        """The place, and the answers by the rules every channel uses."""
        super().clean()
        self._check_place()
        for question in self.questions:
            if rules.is_asked(question, self.answers()):
                _kept, wrong = rules.check_answers([question | {"condition": None}], self.answers())
                for sentence in wrong:
                    self.add_error(field_name(question), sentence)
        return self.cleaned_data

    def _check_place(self) -> None:
        given = self.cleaned_data
        longitude, latitude, address = given.get("longitude"), given.get("latitude"), given.get("address", "")
        if "address" in self.errors:
            return
        if longitude is None or latitude is None:
            if not any(letter.isalnum() for letter in address):
                self.add_error("address", _("Say where it is: put a pin on the map, or write an address or the nearest corner."))
            self.place = place_steps.meant(address, given.get("placed", ""))
        is_outside = self.place is not None and not self.place.is_in_city
        if is_outside or (longitude is not None and latitude is not None and not points.is_in_city(longitude, latitude)):
            city = current_city().name
            self.add_error("address", _("That place is outside %(city)s: the city can only work inside its limits.") % {"city": city})

    def answers(self) -> dict[str, Any]:
        """Answers by code of the question, those of questions that are not asked included."""
        data: Any = self.data
        found = {}
        for question in self.questions:
            name = field_name(question)
            values = data.getlist(name) if isinstance(data, MultiValueDict) else data.get(name)
            found[question["code"]] = [str(value)[:LONGEST_ANSWER] for value in values or ()]
        return found

    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude of the pin, else of the address where the city knows it."""
        longitude, latitude = self.cleaned_data.get("longitude"), self.cleaned_data.get("latitude")
        if self.place is not None:
            return self.place.longitude, self.place.latitude
        return None if longitude is None or latitude is None else (longitude, latitude)

    def report(self) -> actions.Report:
        """The same for the requests' room."""
        given, point = self.cleaned_data, self.point()
        return actions.Report(
            service=self.offer.slug, description=given["description"], address=given["address"], answers=self.answers(),
            longitude=point[0] if point else None, latitude=point[1] if point else None, reporter=self.details(),
        )  # fmt: skip

    def typed(self) -> list[tuple[str, str]]:
        """Everything typed, as pairs of name and value, to be carried through another step."""
        data: Any = self.data
        names = [name for name in self.fields if name != "photos"]
        pairs = [(name, str(value)) for name in names for value in data.getlist(name)]
        return pairs + [("kept", token) for token in self.kept]

    def question_fields(self) -> list[tuple[Mapping[str, Any], Any]]:
        """Each question with its field, in order."""
        return [(question, self[field_name(question)]) for question in self.questions]

    def sentence_of_mistakes(self) -> str:
        """How many fields to look at."""
        count = len([name for name in self.errors if name != "__all__"])
        return ngettext("One thing needs another look.", "%(count)s things need another look.", count) % {"count": count} if count else ""


def field_name(question: Mapping[str, Any]) -> str:
    """The name of a question's field."""
    return f"q_{question['code']}"


def field_for(question: Mapping[str, Any]) -> forms.Field:
    """A field that shows a question; the rules of the requests' room check the answer."""
    kind, choices = question.get("datatype", "string"), [(one["key"], one["name"]) for one in question.get("values") or ()]
    label = str(question["description"])
    options: dict[str, Any] = {
        "label": label if question.get("required") else _("%(question)s (optional)") % {"question": label},
        "help_text": str(question.get("datatype_description") or ""), "required": False,
    }  # fmt: skip
    if kind == "multivaluelist":
        return forms.Field(widget=forms.CheckboxSelectMultiple(choices=choices), **options)
    if kind == "singlevaluelist":
        is_long = len(choices) > MOST_RADIOS
        return forms.Field(
            widget=forms.Select({"class": "usa-select"}, [("", _("Choose")), *choices]) if is_long else forms.RadioSelect(choices=choices),
            **options,
        )
    widgets = {
        "text": text_area(3, maxlength=LONGEST_ANSWER), "datetime": text_input("date"), "number": text_input(inputmode="decimal"),
    }  # fmt: skip
    return forms.Field(widget=widgets.get(kind) or text_input(maxlength=LONGEST_ANSWER), **options)
