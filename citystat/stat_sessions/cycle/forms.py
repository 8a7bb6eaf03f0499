"""Forms of the cycle: the texts of a session, recording the meeting, the memo, a series."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citystat.people import queries as people
from citystat.stat_sessions.commitments.actions import Promise
from citystat.stat_sessions.cycle import goals, words
from citystat.stat_sessions.cycle.actions import Preparation, SeriesDetails, TopicEdit
from citystat.stat_sessions.cycle.room import DecisionDetails
from citystat.stat_sessions.models import Decision, Session, SessionTopic, Vote

INPUT = {"class": "usa-input", "autocomplete": "off"}
SELECT = {"class": "usa-select"}
DAY = {"class": "usa-input", "type": "date"}


class OneLine(forms.CharField):
    """Text without line breaks, whatever it is typed in."""

    def to_python(self, value: Any) -> str:
        """The words with one blank between them."""
        return " ".join(str(super().to_python(value) or "").split())


def line(label: Any, *, required: bool = False, most: int = 300, help_text: Any = "") -> forms.CharField:
    """One line of text."""
    return forms.CharField(label=label, required=required, max_length=most, help_text=help_text, widget=forms.TextInput(attrs=INPUT))


def _text(label: Any, *, rows: int = 2, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"class": "usa-textarea", "rows": rows})
    return forms.CharField(label=label, required=False, max_length=4000, help_text=help_text, widget=widget)


def _sentence(label: Any, *, required: bool = False) -> forms.CharField:
    """One line of text too long for one line of a phone: it is seen whole, and its line breaks are blanks."""
    widget = forms.Textarea(attrs={"class": "usa-textarea", "rows": 2})
    return OneLine(label=label, required=required, max_length=300, widget=widget)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))


def person(label: Any) -> forms.ModelChoiceField:  # type: ignore[type-arg]
    """A choice among people; the form that uses it says which."""
    return forms.ModelChoiceField(
        label=label, queryset=people.people().none(), required=False, empty_label=_("Nobody yet"), widget=forms.Select(attrs=SELECT)
    )


class TopicPartForm(forms.Form):
    """One topic on the preparation page."""

    is_picked = forms.BooleanField(label=_("On the agenda"), required=False)
    position = forms.IntegerField(label=_("Place on the agenda"), min_value=0, max_value=99, widget=forms.NumberInput(attrs=INPUT))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=480, widget=forms.NumberInput(attrs=INPUT))
    title = _sentence(_("Title"), required=True)
    title_es = _sentence(_("Title in Spanish"))
    text = _text(_("What to know"))
    text_es = _text(_("What to know, in Spanish"))
    questions = _text(_("Questions, one a line"), rows=3)

    def __init__(self, data: Any, *, topic: SessionTopic) -> None:
        first = {name: getattr(topic, name) for name in ("is_picked", "position", "minutes", "title", "title_es", "text", "text_es")}
        super().__init__(data, prefix=f"t{topic.pk}", initial=first | {"questions": "\r\n".join(topic.questions)})
        self.topic = topic

    def edit(self) -> TopicEdit:
        """What was given."""
        given = self.cleaned_data
        names = ("is_picked", "position", "minutes", "title", "title_es", "text", "text_es")
        return TopicEdit(topic_id=self.topic.pk, questions=tuple(given["questions"].splitlines()), **{name: given[name] for name in names})


class PreparationForm(forms.Form):
    """The texts of a session."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    purpose = _text(_("Purpose"))
    purpose_es = _text(_("Purpose in Spanish"))
    good_news = _text(_("Good news to begin with"))
    good_news_es = _text(_("Good news in Spanish"))
    place = line(_("Place"), most=200)

    def __init__(self, data: Any, *, session: Session) -> None:
        names = ("revision", "purpose", "purpose_es", "good_news", "good_news_es", "place")
        super().__init__(data, initial={name: getattr(session, name) for name in names})
        rows = session.topics.order_by("-is_picked", "position", "id")
        self.topics = [TopicPartForm(data, topic=row) for row in rows]

    def is_all_valid(self) -> bool:
        """Whether the texts and every topic can be used."""
        return all([self.is_valid(), *(one.is_valid() for one in self.topics)])

    def is_changed(self) -> bool:
        """Whether anything was typed that is not saved yet."""
        return bool(set(self.changed_data) - {"revision"}) or any(one.has_changed() for one in self.topics)

    def preparation(self) -> Preparation:
        """What was given."""
        names = ("purpose", "purpose_es", "good_news", "good_news_es", "place")
        return Preparation(**{name: self.cleaned_data[name] for name in names}, topics=tuple(one.edit() for one in self.topics))


class PromiseForm(forms.Form):
    """Something promised in the room: one owner, a day, and what done means."""

    topic = forms.ChoiceField(label=_("Topic"), required=False, widget=forms.Select(attrs=SELECT))
    text = _text(_("What is promised"))
    text_es = _text(_("The same in Spanish"))
    owner = person(_("Owner"))
    due_on = _day(_("Due"))
    definition_of_done = _text(_("How everybody will see that it is done"))
    definition_of_done_es = _text(_("The same in Spanish"))

    def __init__(self, *args: Any, topics: Sequence[SessionTopic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", "–"), *((str(one.pk), one.title) for one in topics)]  # type: ignore[attr-defined]
        self.fields["owner"].queryset = people.people().filter(is_active=True)  # type: ignore[attr-defined]

    def topic_id(self) -> int | None:
        """The topic it belongs to."""
        chosen = self.cleaned_data["topic"]
        return int(chosen) if chosen else None

    def promise(self, text: str = "text", text_es: str = "text_es") -> Promise:
        """What was given."""
        given = self.cleaned_data
        done = {name: given[name] for name in ("definition_of_done", "definition_of_done_es")}
        return Promise(given[text], given["owner"], given["due_on"], text_es=given[text_es], **done)


class DecisionForm(PromiseForm):
    """A decision with the promise that carries it out."""

    text = _text(_("What was decided"))
    resource = line(_("Money, people or equipment"), most=1000, help_text=_("Write “none” where it takes none."))
    decided_by = line(_("Decided by"), most=120, help_text=_("Empty: the chair."))
    votes = _text(_("Votes, one a line"), help_text=_("Name: yes, no, abstained or absent"))

    def details(self) -> DecisionDetails:
        """What was given."""
        given = self.cleaned_data
        return DecisionDetails(
            given["text"], given["resource"], self.promise(), text_es=given["text_es"], decided_by=given["decided_by"], votes=given["votes"]
        )

    def clean_votes(self) -> dict[str, str]:
        """Lines as name and choice."""
        found = {}
        for line in self.cleaned_data["votes"].splitlines():
            name, _colon, choice = line.rpartition(":")
            if line.strip() and (not name.strip() or choice.strip().casefold() not in Vote.Choice.values):
                raise forms.ValidationError(_("Write each vote as a name, a colon and yes, no, abstained or absent."))
            if line.strip():
                found[name.strip()] = choice.strip().casefold()
        return found


class CorrectionForm(forms.Form):
    """A decision as it should read, and why."""

    text = _text(_("What was decided"))
    text_es = _text(_("The same in Spanish"))
    resource = line(_("Money, people or equipment"), most=1000)
    decided_by = line(_("Decided by"), most=120)
    reason = _text(_("Why the record is corrected"), help_text=_("Everybody reads it beside the old words."))
    reason_es = _text(_("Why, in Spanish"))

    def __init__(self, data: Any, *, decision: Decision) -> None:
        first = {name: getattr(decision, name) for name in ("text", "text_es", "resource", "decided_by")}
        super().__init__(data, prefix=f"c{decision.pk}", initial=first)


class MemoForm(forms.Form):
    """The words of the follow-up memo; everything else is known. `was` marks the words the page showed."""

    was = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    summary = _text(_("Summary in two or three sentences"), rows=4)
    summary_es = _text(_("Summary in Spanish"), rows=4)
    next_focus = _text(_("Focus of the next session"))
    next_focus_es = _text(_("Focus of the next session, in Spanish"))
    reason = line(_("Why another edition goes out"), most=500)

    def __init__(self, *args: Any, is_again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_again:
            del self.fields["reason"]


class SeriesForm(forms.Form):
    """A series and the days it meets."""

    title = line(_("Title"), most=200, required=True)
    title_es = line(_("Title in Spanish"), most=200)
    slug = forms.SlugField(label=_("Short name for addresses"), max_length=60, widget=forms.TextInput(attrs=INPUT))
    kind = forms.ChoiceField(label=_("Kind"), choices=[*words.KIND_NAMES.items()], widget=forms.Select(attrs=SELECT))
    goal_code = forms.ChoiceField(label=_("Goal it is about"), required=False, widget=forms.Select(attrs=SELECT))
    department = line(_("Department it is about"), most=200)
    times_a_year = forms.TypedChoiceField(
        label=_("How often"),
        coerce=int,
        choices=[
            (52, _("Every week")),
            (26, _("Every two weeks")),
            (12, _("Every month")),
            (6, _("Every two months")),
            (4, _("Every quarter")),
        ],
        widget=forms.Select(attrs=SELECT),
    )
    first_on = forms.DateField(label=_("First meeting"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    at = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"class": "usa-input", "type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("Minutes"), initial=90, widget=forms.NumberInput(attrs=INPUT))
    place = line(_("Place"), most=200)
    chair = person(_("Chair"))
    analyst = person(_("Analyst"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("chair", "analyst"):
            self.fields[name].queryset = people.people().filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["goal_code"].choices = [("", "–"), *goals.choices()]  # type: ignore[attr-defined]

    def details(self) -> SeriesDetails:
        """What was given."""
        names = ("slug", "title", "kind", "times_a_year", "title_es", "goal_code", "department", "minutes", "place", "chair", "analyst")
        return SeriesDetails(**{name: self.cleaned_data[name] for name in names}, starts_on=self.cleaned_data["first_on"])
