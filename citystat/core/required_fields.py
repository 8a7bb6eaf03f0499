"""What every form says where something it needs was left empty: what to do, not what is "required"."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[type[forms.Field], Any] = {
    forms.Field: _("Fill this in."),
    forms.ChoiceField: _("Choose one."),
    forms.MultipleChoiceField: _("Choose one or more."),
    forms.ModelChoiceField: _("Choose one."),
    forms.ModelMultipleChoiceField: _("Choose one or more."),
    forms.BooleanField: _("Tick this to go on."),
    forms.DateField: _("Give a day."),
    forms.TimeField: _("Give a time."),
    forms.IntegerField: _("Give a number."),
    forms.FileField: _("Choose a file."),
}


def say() -> None:
    """Give each kind of field its sentence; a form that has a better one keeps it."""
    for kind, sentence in SENTENCES.items():
        own = vars(kind).get("default_error_messages", {})
        kind.default_error_messages = {**own, "required": sentence}
