"""Forms of commitments: what a list shows, one act at a time."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from citystat.stat_sessions.commitments import queries
from citystat.stat_sessions.commitments.words import KINDS, STATE_WORDS
from citystat.stat_sessions.models import Commitment

INPUT = {"class": "usa-input", "autocomplete": "off"}
SELECT = {"class": "usa-select"}
AREA = {"class": "usa-textarea", "rows": 3}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"class": "usa-input", "type": "date"}, format="%Y-%m-%d"))


def _area(label: Any, *, needed: bool = True, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=needed, max_length=10_000, help_text=hint, widget=forms.Textarea(attrs=AREA))


def _people() -> Any:
    return get_user_model().objects.filter(is_active=True).order_by("name", "email")


class ListForm(forms.Form):
    """What a list shows."""

    q = forms.CharField(label=gettext_lazy("Words or number"), required=False, max_length=100, widget=forms.TextInput(attrs=INPUT))
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, widget=forms.Select(attrs=SELECT))
    department = forms.ChoiceField(label=gettext_lazy("Department"), required=False, widget=forms.Select(attrs=SELECT))
    mine = forms.BooleanField(
        label=gettext_lazy("Only mine"), required=False, widget=forms.CheckboxInput(attrs={"class": "usa-checkbox__input"})
    )

    def __init__(self, *args: Any, staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [
            ("", pgettext("states or departments", "All")),
            ("unfinished", _("Not finished")),
            ("finished", _("Finished")),
            *STATE_WORDS.items(),
        ]
        self.fields["state"].choices = states  # type: ignore[attr-defined]
        self.fields["department"].choices = [("", pgettext("states or departments", "All")), *((one, one) for one in queries.departments())]  # type: ignore[attr-defined]
        if not staff:
            del self.fields["mine"]

    def choice(self, user: Any) -> queries.Choice:
        """What to show; a filter that is not valid is left out."""
        given = self.cleaned_data if self.is_valid() else {}
        return queries.Choice(
            words=given.get("q", "").strip(), state=given.get("state", ""), department=given.get("department", ""),
            owner=user.pk if given.get("mine") else None,
        )  # fmt: skip


class PromiseForm(forms.Form):
    """A commitment as it is written down."""

    text = _area(gettext_lazy("What is promised"))
    text_es = _area(gettext_lazy("What is promised, in Spanish"), needed=False)
    owner = forms.ModelChoiceField(
        get_user_model().objects.none(),
        label=gettext_lazy("Owner"),
        widget=forms.Select(attrs=SELECT),
        error_messages={"required": gettext_lazy("A commitment has one owner: choose the person who will see to it.")},
    )
    due_on = forms.DateField(
        label=gettext_lazy("Due"),
        error_messages={"required": gettext_lazy("Give the day it is due.")},
        widget=forms.DateInput(attrs={"class": "usa-input", "type": "date"}, format="%Y-%m-%d"),
    )
    definition_of_done = _area(gettext_lazy("Done means"), hint=gettext_lazy("What everybody will see when it is done."))
    definition_of_done_es = _area(gettext_lazy("Done means, in Spanish"), needed=False)
    evidence_wanted = _area(gettext_lazy("Evidence that will show it"), needed=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=list(KINDS.items()), initial=Commitment.Kind.TO_DO, widget=forms.Select(attrs=SELECT)
    )
    department = forms.CharField(label=gettext_lazy("Department"), required=False, max_length=200, widget=forms.TextInput(attrs=INPUT))
    measure = forms.CharField(label=gettext_lazy("Measure it is about"), required=False, max_length=60, widget=forms.TextInput(attrs=INPUT))
    goal_code = forms.CharField(label=gettext_lazy("Code of the goal"), required=False, max_length=60, widget=forms.TextInput(attrs=INPUT))
    budget_line = forms.CharField(label=gettext_lazy("Budget line"), required=False, max_length=120, widget=forms.TextInput(attrs=INPUT))
    is_public = forms.BooleanField(
        label=gettext_lazy("Everyone may read it"), required=False, widget=forms.CheckboxInput(attrs={"class": "usa-checkbox__input"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = _people()  # type: ignore[attr-defined]
        self.fields["owner"].empty_label = _("Choose one person")  # type: ignore[attr-defined]


class UpdateForm(forms.Form):
    """How it goes."""

    text = _area(gettext_lazy("How it goes"), needed=False)
    blockers = _area(gettext_lazy("What is in the way"), needed=False)


class HandInForm(forms.Form):
    """It is done, and this shows it."""

    evidence = _area(gettext_lazy("What shows that it is done"), needed=False)
    url = forms.CharField(label=gettext_lazy("Where it can be seen"), required=False, max_length=500, widget=forms.TextInput(attrs=INPUT))
    done_on = forms.DateField(
        label=gettext_lazy("Done on"),
        required=False,
        widget=forms.DateInput(attrs={"class": "usa-input", "type": "date"}, format="%Y-%m-%d"),
    )

    def clean_url(self) -> str:
        """An address of the web or of this site."""
        url = str(self.cleaned_data["url"]).strip()
        if url and (not url.startswith(("/", "https://", "http://")) or url.startswith("//")):
            raise forms.ValidationError(_("Write an address that starts with / or https://."))
        return url


class WhyForm(forms.Form):
    """An act that needs a reason."""

    why = _area(gettext_lazy("Why"), needed=False)


class NoteForm(forms.Form):
    """An act that may have a note."""

    note = _area(gettext_lazy("Note"), needed=False)


class DueForm(forms.Form):
    """Another due date."""

    due_on = _day(gettext_lazy("New due date"))
    why = _area(gettext_lazy("Why it moves"), needed=False)


class MergeForm(forms.Form):
    """The commitment it goes on in."""

    into = forms.CharField(label=gettext_lazy("Number of the other commitment"), max_length=16, widget=forms.TextInput(attrs=INPUT))


class OwnerForm(forms.Form):
    """Another owner."""

    owner = forms.ModelChoiceField(get_user_model().objects.none(), label=gettext_lazy("New owner"), widget=forms.Select(attrs=SELECT))
    why = _area(gettext_lazy("Why"), needed=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = _people()  # type: ignore[attr-defined]


class CorrectForm(forms.Form):
    """Other words for a commitment; what is left empty stays as it is."""

    text = _area(gettext_lazy("What is promised, as it should read"), needed=False, hint=gettext_lazy("Leave empty what is right."))
    text_es = _area(gettext_lazy("The same in Spanish"), needed=False)
    definition_of_done = _area(gettext_lazy("What done means, as it should read"), needed=False)
    definition_of_done_es = _area(gettext_lazy("What done means, in Spanish"), needed=False)
    reason = _area(gettext_lazy("Why the record is corrected"), hint=gettext_lazy("Everybody reads it beside the old words."))
