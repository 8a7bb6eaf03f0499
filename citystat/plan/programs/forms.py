"""Forms of programs, evidence, improvements, selections of areas and advice. What was typed stays on the form."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core.errors import InputError
from citystat.places import queries as places
from citystat.plan import numbers
from citystat.plan import queries as measures
from citystat.plan.goals.forms import (
    INPUT,
    SELECT,
    area,
    day,
    department_named,
    goal_of_plan,
    measure_choices,
    measures_ticked,
    services_ticked,
    words,
    yes,
)
from citystat.plan.models import AdvisoryCouncil, Countdown, FocusSelection, Improvement, Program, Recommendation
from citystat.plan.programs import presenters, queries
from citystat.plan.programs.rules import Indicator, indicator

ENDS = {"highest": True, "lowest": False, "at least": True, "at most": False}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _choice(name: Any, *, needed: bool = False) -> forms.ChoiceField:
    return forms.ChoiceField(label=name, required=needed, widget=forms.Select(attrs=SELECT))


def _slug() -> forms.SlugField:
    return forms.SlugField(label=gettext_lazy("Short name for the address"), max_length=60, widget=forms.TextInput(attrs=INPUT))


def _months() -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext_lazy("Months compared on each side"), min_value=1, max_value=36, initial=6, widget=forms.NumberInput(attrs=INPUT)
    )


def _kinds(empty: Any) -> list[tuple[str, str]]:
    return [("", str(empty)), *((kind, capfirst(kind.replace("_", " "))) for kind in places.kinds())]


class ProgramForm(forms.Form):
    """A program."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    slug = _slug()
    title = words(gettext_lazy("Title"), needed=True)
    title_es = words(gettext_lazy("Title in Spanish"), lang="es")
    text = area(gettext_lazy("What the program does"))
    text_es = area(gettext_lazy("What the program does, in Spanish"), lang="es")
    goal_code = goal_of_plan(gettext_lazy("Its goal"))
    department = department_named(gettext_lazy("Department"))
    decided_on = day(gettext_lazy("Day of the decision"))
    decided_by = words(gettext_lazy("Decided by"), longest=120)
    budget = forms.DecimalField(
        label=gettext_lazy("Budget ($)"), required=False, max_digits=14, decimal_places=2, widget=forms.NumberInput(attrs=INPUT)
    )
    countdown = _choice(gettext_lazy("Countdown that counts what is delivered"))
    services = services_ticked(gettext_lazy("Services whose requests are its volume"))
    measures = measures_ticked(gettext_lazy("Measures of its volume or results"))
    is_public = yes(gettext_lazy("Everyone may read it"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(one.slug, one.title) for one in Countdown.objects.all()]
        for name in ("measures", "services"):
            self.fields[name].keep(self.initial.get(name, ()))  # type: ignore[attr-defined]
        self.fields["countdown"].choices = [("", _("None")), *rows]  # type: ignore[attr-defined]

    def clean_services(self) -> tuple[str, ...]:
        """Names of those ticked."""
        return tuple(self.cleaned_data["services"])

    def clean_measures(self) -> tuple[str, ...]:
        """Names of those ticked."""
        return tuple(self.cleaned_data["measures"])


def program_initial(row: Program | None) -> dict[str, Any]:
    """A program as its form shows it; what a new one starts with."""
    if row is None:
        return {"is_public": True}
    shown = {name: getattr(row, name) for name in ProgramForm.base_fields}
    return shown | {"services": list(row.services), "measures": list(row.measures)}


class EvidenceForm(forms.Form):
    """A finding. For a measure the value and the day are read from the data."""

    kind = _choice(gettext_lazy("Where it comes from"), needed=True)
    text = area(gettext_lazy("What was found"), needed=True)
    text_es = area(gettext_lazy("What was found, in Spanish"), lang="es")
    source = words(gettext_lazy("Where it is written down"), longest=300)
    url = words(gettext_lazy("Address of the source"), longest=500)
    dated_on = day(gettext_lazy("Dated"))
    measure = _choice(gettext_lazy("Measure whose value it is"))
    period = words(gettext_lazy("Period of the value, such as 2017-06"), longest=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(presenters.kinds_of_evidence().items())  # type: ignore[attr-defined]
        self.fields["measure"].choices = measure_choices(_("None"))  # type: ignore[attr-defined]


class TakeBackForm(forms.Form):
    """Why a finding is taken back."""

    why = words(gettext_lazy("Why?"), needed=True, longest=500)


class ImprovementForm(forms.Form):
    """An improvement and the figure that should show it."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    slug = _slug()
    title = words(gettext_lazy("What changed, in one line"), needed=True)
    title_es = words(gettext_lazy("What changed, in Spanish"), lang="es")
    text = area(gettext_lazy("More about it"))
    text_es = area(gettext_lazy("More about it, in Spanish"), lang="es")
    department = department_named(gettext_lazy("Department"))
    meeting = forms.ModelChoiceField(
        queries.meetings(),
        label=gettext_lazy("Meeting it comes from"),
        required=False,
        empty_label=gettext_lazy("None"),
        widget=forms.Select(attrs=SELECT),
    )
    program = forms.ModelChoiceField(
        Program.objects.all(),
        label=gettext_lazy("Program it belongs to"),
        required=False,
        empty_label=gettext_lazy("None"),
        widget=forms.Select(attrs=SELECT),
    )
    started_on = day(gettext_lazy("First day"), needed=True)
    window_months = _months()
    measure = _choice(gettext_lazy("Measure that should show it"))
    incidents = _choice(gettext_lazy("Or the response time of incidents"))
    where = area(gettext_lazy("Only for"), hint=gettext_lazy("One a line, a key and its values: service: Pothole, Street Light Out"))
    by = _choice(gettext_lazy("Show apart by"))
    areas = area(gettext_lazy("Areas of the incidents"), hint=gettext_lazy("One a line; all where empty."))
    is_public = yes(gettext_lazy("Everyone may read it"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = measure_choices(_("None"))  # type: ignore[attr-defined]
        self.fields["incidents"].choices = [("", _("None")), *((kind, kind) for kind in queries.incident_kinds())]  # type: ignore[attr-defined]
        self.fields["by"].choices = _kinds(_("Nothing"))  # type: ignore[attr-defined]

    def clean_where(self) -> dict[str, list[str]]:
        """Values by key."""
        return _where(_lines(self.cleaned_data["where"]))

    def clean_areas(self) -> tuple[str, ...]:
        """One a line."""
        return tuple(_lines(self.cleaned_data["areas"]))


def _where(lines: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        key, colon, values = line.partition(":")
        told = [one.strip() for one in values.split(",") if one.strip()]
        if not colon or not told:
            raise forms.ValidationError(_("Write “%(line)s” as a key, a colon and values: service: Pothole") % {"line": line[:60]})
        found[key.strip()] = told
    return found


def improvement_initial(row: Improvement | None) -> dict[str, Any]:
    """An improvement as its form shows it; what a new one starts with."""
    if row is None:
        return {"is_public": True, "window_months": 6}
    shown = {name: getattr(row, name) for name in ImprovementForm.base_fields}
    where = "\n".join(f"{key}: {', '.join(values)}" for key, values in row.where.items())
    return shown | {"where": where, "areas": "\n".join(row.areas)}


class MeetingForm(forms.Form):
    """A meeting of a work group; a new group is named in the same step."""

    group = _slug()
    title = words(gettext_lazy("Title of the group"), needed=True)
    title_es = words(gettext_lazy("Title of the group in Spanish"), lang="es")
    held_on = day(gettext_lazy("Held on"), needed=True)
    text = area(gettext_lazy("What was agreed"))
    text_es = area(gettext_lazy("What was agreed, in Spanish"), lang="es")


class SelectionForm(forms.Form):
    """A selection rule, one indicator a line."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    slug = _slug()
    title = words(gettext_lazy("Title"), needed=True)
    title_es = words(gettext_lazy("Title in Spanish"), lang="es")
    why = area(gettext_lazy("Why areas are chosen"))
    why_es = area(gettext_lazy("Why areas are chosen, in Spanish"), lang="es")
    kind = _choice(gettext_lazy("Kind of area"), needed=True)
    looked_from = day(gettext_lazy("Look at the data from"), needed=True)
    looked_to = day(gettext_lazy("to"), needed=True)
    indicators = area(
        gettext_lazy("Indicators"), needed=True,
        hint=gettext_lazy("One a line, such as “closed_on_time, lowest, 2” or “requests_opened, at least, 300, service: Illegal Dumping”."),
    )  # fmt: skip
    needed = forms.IntegerField(
        label=gettext_lazy("How many must apply"), min_value=1, max_value=20, initial=1, widget=forms.NumberInput(attrs=INPUT)
    )
    is_public = yes(gettext_lazy("Everyone may read it"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _kinds(_("Choose"))  # type: ignore[attr-defined]

    def clean_indicators(self) -> tuple[dict[str, Any], ...]:
        """Each line as an indicator."""
        return tuple(read_indicator(line).as_dict() for line in _lines(self.cleaned_data["indicators"]))


def read_indicator(line: str) -> Indicator:
    """`measure, lowest, 2`, `measure, at least, 30%`, either with a filter at the end."""
    parts = [part.strip() for part in line.split(",", 3)]
    known = {one.name: one for one in measures.measures()}
    if len(parts) < 3 or parts[1].lower() not in ENDS:
        raise forms.ValidationError(
            _("Write “%(line)s” as a measure, highest, lowest, at least or at most, and a number, with commas between.")
            % {"line": line[:60]}
        )
    if parts[0] not in known:
        raise forms.ValidationError(_("There is no measure %(name)s.") % {"name": parts[0]})
    where = _where([parts[3]]) if len(parts) > 3 else None
    end = parts[1].lower()
    try:
        if end in {"at least", "at most"}:
            return Indicator(parts[0], ENDS[end], threshold=numbers.read(parts[2], known[parts[0]].format), where=where)
        count = numbers.read(parts[2], "count")
    except InputError as error:
        raise forms.ValidationError(str(error)) from None
    if count != int(count) or count < 1:
        raise forms.ValidationError(_("Count whole areas: 1, 2 or more."))
    return Indicator(parts[0], ENDS[end], worst=int(count), where=where)


def selection_initial(row: FocusSelection | None) -> dict[str, Any]:
    """A selection as its form shows it; what a new one starts with."""
    if row is None:
        return {"is_public": True}
    shown = {name: getattr(row, name) for name in SelectionForm.base_fields}
    return shown | {"indicators": "\n".join(_written(indicator(one)) for one in row.indicators)}


def _written(one: Indicator) -> str:
    if one.threshold is not None:
        form = measures.measure(one.measure).format
        number = f"{round(one.threshold * 100, 6):g}%" if form == "percent" else f"{one.threshold:g}"
        text = f"{one.measure}, {'at least' if one.high_is_bad else 'at most'}, {number}"
    else:
        text = f"{one.measure}, {'highest' if one.high_is_bad else 'lowest'}, {one.worst}"
    return ", ".join([text, *(f"{key}: {', '.join(values)}" for key, values in (one.where or {}).items())])


class PartnershipForm(forms.Form):
    """What is done in the chosen areas."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    plan_text = area(gettext_lazy("What will be done there"), needed=True)
    plan_text_es = area(gettext_lazy("What will be done there, in Spanish"), lang="es")
    partners = area(gettext_lazy("Partners"), hint=gettext_lazy("One a line."))
    starts_on = day(gettext_lazy("It starts on"))
    outcome = _choice(gettext_lazy("Measure that will tell"))
    window_months = _months()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = measure_choices(_("None yet"))  # type: ignore[attr-defined]

    def clean_partners(self) -> list[str]:
        """One a line."""
        return _lines(self.cleaned_data["partners"])


class CouncilForm(forms.Form):
    """An advisory council."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    slug = _slug()
    title = words(gettext_lazy("Title"), needed=True)
    title_es = words(gettext_lazy("Title in Spanish"), lang="es")
    text = area(gettext_lazy("What it advises on"))
    text_es = area(gettext_lazy("What it advises on, in Spanish"), lang="es")
    kind = _choice(gettext_lazy("Members stand for areas of this kind"), needed=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _kinds(_("Choose"))  # type: ignore[attr-defined]


def council_initial(row: AdvisoryCouncil | None) -> dict[str, Any]:
    """A council as its form shows it; what a new one starts with."""
    if row is None:
        return {}
    return {name: getattr(row, name) for name in CouncilForm.base_fields}


class MemberForm(forms.Form):
    """A member and the areas they stand for."""

    name = words(gettext_lazy("Name"), needed=True, longest=120)
    association = words(gettext_lazy("Association"))
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("Areas"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "usa-checkbox__input"}),
    )
    since = day(gettext_lazy("Member since"), needed=True)
    until = day(gettext_lazy("Until"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"].choices = list(places.place_names(kind).items())  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """A member's last day."""

    seen = forms.DateField(widget=forms.HiddenInput, required=False)
    until = day(gettext_lazy("Last day"), needed=True)


class RecommendationForm(forms.Form):
    """What the council advised."""

    text = area(gettext_lazy("What the council recommends"), needed=True)
    text_es = area(gettext_lazy("What the council recommends, in Spanish"), lang="es")
    given_on = day(gettext_lazy("Given on"), needed=True)
    goal_code = goal_of_plan(gettext_lazy("Goal it is about"))


class ResponseForm(forms.Form):
    """The city's answer."""

    answer = _choice(gettext_lazy("Answer"), needed=True)
    response = area(gettext_lazy("The answer in words, with reasons"), needed=True)
    response_es = area(gettext_lazy("The answer in Spanish"), lang="es")
    responded_by = words(gettext_lazy("Office that answers"), needed=True)
    responded_on = day(gettext_lazy("Answered on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = presenters.answers()
        self.fields["answer"].choices = [(one, told[one]) for one in Recommendation.Answer.values if one != "waiting"]  # type: ignore[attr-defined]
