"""Forms of the queue and the case page; what may be chosen is given by the presenter."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from citystat.action_center import words
from citystat.core import pictures
from citystat.core.errors import InputError
from citystat.service_requests import rules
from citystat.service_requests.cases.queries import QueueFilters

MOST_PHOTOS = 6
LONGEST_NOTE = 4_000
Choices = Iterable[tuple[str, Any]]


def text(**attributes: Any) -> forms.TextInput:
    """A line of text."""
    return forms.TextInput(attrs={"class": "usa-input", **attributes})


def box(rows: int = 3, **attributes: Any) -> forms.Textarea:
    """A box of text."""
    return forms.Textarea(attrs={"class": "usa-textarea", "rows": rows, **attributes})


class ListBox(forms.Select):
    """A list to choose one of, written at once: a template for each option is a quarter of the time of a page with long lists."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The element with its options."""
        context = self.get_context(name, value, attrs)["widget"]
        if any(group for group, _options, _place in context["optgroups"]):
            return super().render(name, value, attrs, renderer)
        options = [one for _group, options, _place in context["optgroups"] for one in options]
        lines = [(one["value"], flatatt(one["attrs"]) if one["attrs"] else "", one["label"]) for one in options]
        inside = format_html_join("\n", '<option value="{}"{}>{}</option>', lines)
        return format_html("<select{}>\n{}\n</select>", flatatt({"name": context["name"], **context["attrs"]}), inside)


def select() -> forms.Select:
    """A list to choose one of."""
    return ListBox(attrs={"class": "usa-select"})


def note(label: Any, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    """A text people write."""
    return forms.CharField(label=label, required=required, max_length=LONGEST_NOTE, widget=box(), help_text=help_text)


class ManyFiles(forms.ClearableFileInput):
    """A file field that takes several photos."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"class": "usa-file-input cs-files", "accept": "image/*", "multiple": True})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Every file that was sent."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class PhotosField(forms.FileField):
    """Photos as bytes; what they show is checked by `cases.photos`, here only their number and size."""

    widget = ManyFiles

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False)

    def clean(self, data: Any, initial: Any = None) -> list[bytes]:
        """The content of each file."""
        files = [one for one in (data or []) if one]
        if len(files) > MOST_PHOTOS:
            raise forms.ValidationError(_("Send at most six photos at once."))
        if any(one.size > pictures.MOST_BYTES for one in files):
            raise forms.ValidationError(_("A photo is larger than 12 MB: send a smaller one."))
        return [one.read() for one in files]


class QueueForm(forms.Form):
    """What of the queue to show; lives in the address."""

    status = forms.ChoiceField(label=_("Status"), required=False, widget=select())
    service = forms.ChoiceField(label=_("Service"), required=False, widget=select())
    district = forms.ChoiceField(label=_("District"), required=False, widget=select())
    department = forms.ChoiceField(label=_("Department"), required=False, widget=select())
    team = forms.ChoiceField(label=_("Team"), required=False, widget=select())
    assignee = forms.ChoiceField(label=_("Given to"), required=False, widget=select())
    search = forms.CharField(
        label=_("Number, address or words"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"class": "usa-input", "type": "search"}),
    )
    overdue = forms.BooleanField(label=_("Only overdue"), required=False, widget=forms.CheckboxInput(attrs={"class": "cs-check"}))

    def __init__(self, data: Any, **lists: Choices) -> None:
        super().__init__(data)
        everything = [("", _("All"))]
        statuses = [("", _("All")), ("open", _("Open")), *words.choices(words.STATUS_WORDS)]
        self.fields["status"].choices = statuses  # type: ignore[attr-defined]
        for name in ("service", "district", "department", "team", "assignee"):
            self.fields[name].choices = [*everything, *lists.get(name, ())]  # type: ignore[attr-defined]
        # A list with nothing to choose from is left out; one's only department says nothing.
        for name, fewest in (("district", 2), ("department", 3), ("team", 2)):
            if len(self.fields[name].choices) < fewest:  # type: ignore[attr-defined]
                del self.fields[name]

    def filters(self) -> QueueFilters:
        """The filters; a value that cannot be chosen counts as not given."""
        self.is_valid()
        given = self.cleaned_data
        assignee = given.get("assignee") or ""
        return QueueFilters(
            status=given.get("status", "") if "status" in self.data else "open",
            service=given.get("service", ""),
            district=given.get("district", ""),
            department=given.get("department", ""),
            team=given.get("team", ""),
            assignee_id=int(assignee) if assignee else None,
            overdue=bool(given.get("overdue")),
            search=given.get("search", ""),
        )


class ActForm(forms.Form):
    """A form of one act on a request. Subclasses ask for what the act needs."""

    def __init__(self, data: Any = None, files: Any = None, **lists: Choices) -> None:
        name = type(self).__name__.removesuffix("Form").casefold()
        super().__init__(data, files, auto_id=f"{name}-%s")
        for field in self.fields:
            if field in lists:
                self.fields[field].choices = [("", "–"), *lists[field]]  # type: ignore[attr-defined]


class AssignForm(ActForm):
    """To a team, a person, or both."""

    team = forms.ChoiceField(label=_("Team"), required=False, widget=select())
    assignee = forms.ChoiceField(label=_("Person"), required=False, widget=select())
    note = note(_("Note for the crew"))

    def clean(self) -> dict[str, Any]:
        """Somebody must be named."""
        found = super().clean() or {}
        if not (found.get("team") or found.get("assignee")) and not self.errors:
            raise forms.ValidationError(_("Choose a team or a person."))
        return found


class SplitForm(ActForm):
    """One work order a line."""

    titles = forms.CharField(label=_("Work orders, one a line"), max_length=2_000, widget=box())

    def clean_titles(self) -> list[str]:
        """The lines that say something."""
        found = [line.strip()[:200] for line in self.cleaned_data["titles"].splitlines() if line.strip()]
        if len(found) > 20:
            raise forms.ValidationError(_("Split a request into at most twenty work orders."))
        return found


class StartForm(ActForm):
    """Nothing to say."""


class ResumeForm(ActForm):
    """Nothing to say."""


class HoldForm(ActForm):
    """Why it has to wait."""

    reason = note(_("Why it has to wait"), required=True, help_text=_("The resident reads it. The clock stops."))


class AskForm(ActForm):
    """A question to the resident."""

    question = note(_("Question to the resident"), required=True, help_text=_("The clock stops until the answer."))


class CommentForm(ActForm):
    """A note for staff, or news for everyone."""

    text = note(_("Text"), required=True)
    public = forms.ChoiceField(
        label=_("Who reads it"), choices=(("", _("Only staff")), ("yes", _("Everyone who follows the request"))), required=False,
        widget=select(),
    )  # fmt: skip


class ReferForm(ActForm):
    """Another department."""

    department = forms.ChoiceField(
        label=_("Department"), widget=select(), help_text=_("Work orders that are not done go along, also those a crew has begun.")
    )
    note = note(_("Note for the department"))


class CloseForm(ActForm):
    """How it ended."""

    resolution = forms.ChoiceField(label=_("How it ended"), widget=select())
    note = note(_("What was found or done"), help_text=_("The resident reads it."))
    photos = PhotosField(_("Photos of the finished work"))

    def __init__(self, data: Any = None, files: Any = None, **lists: Choices) -> None:
        names = [name for name in rules.RESOLUTIONS if name != "duplicate"]
        super().__init__(data, files, resolution=words.choices(words.RESOLUTION_WORDS, names))


class CancelForm(ActForm):
    """Why it is withdrawn."""

    reason = note(_("Why it is withdrawn"), required=True)


class ReopenForm(ActForm):
    """Why it is opened again."""

    reason = note(_("Why it is opened again"), required=True, help_text=_("The promise starts anew."))


class MergeForm(ActForm):
    """The earlier request."""

    number = forms.CharField(
        label=_("Number of the earlier request"), max_length=40, widget=text(autocomplete="off"), help_text=_("Such as 26-000123.")
    )


class EscalateForm(ActForm):
    """Why."""

    reason = note(_("Why"), required=True)


class RedactForm(ActForm):
    """What to take away and why."""

    what = forms.ChoiceField(label=_("What to remove"), widget=select())
    why = forms.CharField(label=_("Why"), max_length=200, widget=text())

    def choice(self) -> tuple[str, int | None]:
        """`photo-12` -> the photo and its id."""
        name, _dash, number = self.cleaned_data["what"].partition("-")
        return name, int(number) if number.isdecimal() else None


class BulkForm(forms.Form):
    """One act on several requests of the queue."""

    act = forms.ChoiceField(choices=(("assign", ""), ("close", ""), ("refer", "")))
    chosen = forms.CharField(required=False)
    team = forms.CharField(required=False, max_length=200)
    assignee = forms.CharField(required=False, max_length=20)
    department = forms.CharField(required=False, max_length=200)
    note = forms.CharField(required=False, max_length=LONGEST_NOTE)


def first_error(form: forms.Form) -> InputError:
    """What is wrong with a form, as one sentence."""
    return InputError(" ".join(str(error) for errors in form.errors.values() for error in errors))
