"""Fields beside the buttons of the preparation page. They stand in one form with the texts, so each has a prefix of its own."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from citystat.core.errors import UserError
from citystat.people import queries as people
from citystat.stat_sessions.cycle.acts import NotSaved
from citystat.stat_sessions.cycle.forms import SELECT, PreparationForm, line, person
from citystat.stat_sessions.cycle.packets import role_name
from citystat.stat_sessions.models import Attendee, Session

# Acts that ask for a reason, and the question.
ASKS: dict[str, Promise] = {
    "return": _("What must change"),
    "release": _("Why another edition is needed"),
    "cancel": _("Why it is cancelled"),
    "missed": _("Why it was not held"),
}


class TopicForm(forms.Form):
    """A topic of the analyst's own."""

    title = line(_("Add a topic of your own"))


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = line("", most=1000)


class AttendeeForm(forms.Form):
    """Somebody to invite."""

    person = person(_("Person"))
    name = line(_("Or a name"), most=120)
    role = forms.ChoiceField(label=_("Role"), widget=forms.Select(attrs=SELECT))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people.people().filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["role"].choices = [(value, role_name(value)) for value in Attendee.Role.values]  # type: ignore[attr-defined]


KINDS: dict[str, type[forms.Form]] = {"topic": TopicForm, "attendee": AttendeeForm, **dict.fromkeys(ASKS, ReasonForm)}
# Where what is wrong is said; an act without fields says it at its button.
FIELD_OF = {"topic": "title", "attendee": None, **dict.fromkeys(ASKS, "reason")}
# A choice that always has a value says nothing about whether somebody typed.
ALWAYS_GIVEN = frozenset({"role"})


class PreparationPage:
    """Everything typed on the preparation page: the texts, where they may still be written, and the fields beside the buttons."""

    def __init__(self, session: Session, *, is_open: bool, data: QueryDict | None = None, is_done: bool = False) -> None:
        """Texts typed before somebody else released the packet stay on the page. `is_done`: the texts are stored and the act
        is done, so only what stands beside the other buttons is left of what was typed.
        """
        self.act = data.get("then", "") if data is not None else ""
        self.is_done = is_done
        was_open = data is not None and "revision" in data and not is_done
        self.texts = PreparationForm(None if is_done else data, session=session) if is_open or was_open else None
        self.beside = {name: self._beside(name, data) for name in KINDS}
        self.problem = ""

    def _beside(self, name: str, data: QueryDict | None) -> forms.Form:
        """The fields of the act that was asked for are read; those of the others only keep what was typed."""
        if name == self.act:
            form = KINDS[name](None if self.is_done else data, prefix=name)
        else:
            typed = {field: data.get(f"{name}-{field}", "") for field in KINDS[name].base_fields} if data is not None else {}
            form = KINDS[name](prefix=name, initial={field: text for field, text in typed.items() if text})
        if name in ASKS:
            form.fields["reason"].label = str(ASKS[name])
        return form

    def is_valid(self) -> bool:
        """Whether the texts and what the act needs can be used."""
        asked = self.beside.get(self.act)
        return all([self.texts is None or self.texts.is_all_valid(), asked is None or asked.is_valid()])

    def is_refused(self) -> bool:
        """Whether what was sent is shown again because something in it is wrong."""
        asked = self.beside.get(self.act)
        wrong = self.texts is not None and bool(self.texts.errors or any(one.errors for one in self.texts.topics))
        return bool(self.problem) or wrong or bool(asked and asked.errors)

    def given(self) -> dict[str, Any]:
        """What was typed beside the button that was pressed."""
        asked = self.beside.get(self.act)
        return dict(asked.cleaned_data) if asked is not None else {}

    def is_typed_elsewhere(self) -> bool:
        """Whether something stands beside a button that was not pressed."""
        left = (form.initial for name, form in self.beside.items() if name != self.act)
        return any(field not in ALWAYS_GIVEN for initial in left for field in initial)

    def refuse(self, error: UserError) -> None:
        """Say what is wrong: above the texts if they stop it, at the field of the act, or at its button where it has none."""
        if self.texts is not None and (isinstance(error, NotSaved) or not self.act):
            self.texts.add_error(None, str(error))
            return
        self.problem = str(error)
        if self.act in self.beside:
            self.beside[self.act].add_error(FIELD_OF[self.act], str(error))
