"""The form a crew sends when a piece of work is done."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citystat.action_center.forms import PhotosField, note

ANSWERS = (("yes", _("Yes")), ("no", _("No")), ("na", _("Does not apply")))
OLDEST_REPORT = timedelta(days=14)
ITEM = "item-"


class DoneForm(forms.Form):
    """The checklist, a note, photos; hidden: the key that makes a report count once, and when and where it was filled in."""

    note = note(_("Note"), help_text=_("The resident reads it when the request is closed."))
    photos = PhotosField(_("Photo of the finished work"))
    done_key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    done_at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, checklist: Sequence[dict[str, Any]] = (), initial: Any = None) -> None:
        super().__init__(data, files, initial=initial)
        self.items = []
        for item in checklist:
            name = f"{ITEM}{item['code']}"
            self.fields[name] = forms.ChoiceField(choices=ANSWERS, required=False, label=item["text"], initial=item.get("answer"))
            self.items.append((name, item))

    def rows(self) -> list[dict[str, Any]]:
        """Each item of the checklist with its choices and what was chosen."""
        return [
            {"name": name, "text": item["text"], "required": bool(item.get("required")), "choices": ANSWERS, "chosen": self[name].value()}
            for name, item in self.items
        ]

    def answers(self) -> dict[str, str]:
        """Item -> answer, for those that have one."""
        return {item["code"]: self.cleaned_data[name] for name, item in self.items if self.cleaned_data.get(name)}

    def clean_done_at(self) -> datetime | None:
        """When the phone says it was done."""
        return told_at(self.cleaned_data["done_at"])


def told_at(text: str) -> datetime | None:
    """The instant a phone tells, None without one; a clock that is wrong by much is not believed."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    now = timezone.now()
    return found if found.tzinfo and now - OLDEST_REPORT <= found <= now else None
