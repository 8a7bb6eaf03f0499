"""Forms of the plan: a version, a goal with its measures, partners and datasets, an adoption, a theme, what residents said."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from citystat.core import known_names
from citystat.core.errors import InputError
from citystat.core.texts import said
from citystat.plan import numbers
from citystat.plan import queries as measures
from citystat.plan.goals import queries, rules
from citystat.plan.goals.actions import GoalText, PartnerText
from citystat.plan.goals.words import KINDS, LEVELS
from citystat.plan.models import Goal, Plan

INPUT = {"class": "usa-input", "autocomplete": "off"}
SELECT = {"class": "usa-select"}
AREA = {"class": "usa-textarea", "rows": 3}
BLANK_MEASURES, BLANK_PARTNERS, BLANK_DATASETS = 2, 1, 1


def words(label: Any, *, needed: bool = False, longest: int = 200, lang: str = "") -> forms.CharField:
    """A line of text."""
    return forms.CharField(label=label, required=needed, max_length=longest, widget=forms.TextInput(attrs=INPUT | _lang(lang)))


def department_named(label: Any, *, needed: bool = False) -> forms.CharField:
    """A department by its name; those there are are offered."""
    widget = known_names.OfferedInput(known_names.DEPARTMENT, attrs=INPUT)
    return forms.CharField(label=label, required=needed, max_length=200, widget=widget)


def area(label: Any, *, needed: bool = False, hint: Any = "", lang: str = "") -> forms.CharField:
    """Some lines of text."""
    return forms.CharField(label=label, required=needed, max_length=20_000, help_text=hint, widget=forms.Textarea(attrs=AREA | _lang(lang)))


def _lang(code: str) -> dict[str, Any]:
    return {"lang": code} if code else {}


def day(label: Any, *, needed: bool = False) -> forms.DateField:
    """A day."""
    return forms.DateField(
        label=label, required=needed, widget=forms.DateInput(attrs={"class": "usa-input", "type": "date"}, format="%Y-%m-%d")
    )


def yes(label: Any) -> forms.BooleanField:
    """A box to tick."""
    return forms.BooleanField(label=label, required=False, widget=forms.CheckboxInput(attrs={"class": "usa-checkbox__input"}))


def person(label: Any) -> "forms.ModelChoiceField[Any]":
    """Somebody with an account."""
    people = get_user_model().objects.filter(is_active=True).order_by("name", "email")
    return forms.ModelChoiceField(
        people, label=label, required=False, empty_label=gettext_lazy("Nobody yet"), widget=forms.Select(attrs=SELECT)
    )


def goal_of_plan(label: Any) -> forms.CharField:
    """A goal by its code, chosen by its title; whether the code exists is for the action to say."""
    widget = forms.Select(attrs=SELECT, choices=CallableChoiceIterator(_goals_by_title))
    return forms.CharField(label=label, required=False, max_length=60, widget=widget)


def _goals_by_title() -> list[tuple[str, str]]:
    titles: dict[str, str] = {}
    for plan in sorted(queries.plans(), key=lambda one: one.status != Plan.Status.ADOPTED):
        for goal in queries.goals(plan):
            titles.setdefault(goal.code, str(said(goal, "title")))
    return [("", _("No goal")), *titles.items()]


def measure_chosen(label: Any, hint: Any) -> forms.CharField:
    """A measure by its name, chosen by what people call it; whether it will do is for the action to say."""
    widget = forms.Select(attrs=SELECT, choices=CallableChoiceIterator(lambda: measure_choices(_("None"))))
    return forms.CharField(label=label, required=False, max_length=60, help_text=hint, widget=widget)


def measure_choices(empty: Any) -> list[tuple[str, str]]:
    """Every measure by what people call it, in the language of the page."""
    language = get_language() or "en"
    return [("", str(empty)), *((one.name, one.label.in_(language)) for one in measures.measures())]


class Ticked(forms.MultipleChoiceField):
    """Several of what there is, ticked by what people call it; names a saved row has stay to choose though they are gone."""

    def __init__(
        self, known: Callable[[], list[tuple[str, str]]], unknown: Any, *, label: Any, hint: Any = "", needed: bool = False
    ) -> None:
        widget = forms.CheckboxSelectMultiple(attrs={"class": "usa-checkbox__input"})
        super().__init__(label=label, required=needed, help_text=hint, widget=widget, choices=known)
        self._known, self._unknown = known, unknown

    def keep(self, names: Iterable[str]) -> None:
        """Names a saved row has stay to choose, and stand first."""
        known, ticked = self._known(), list(names)
        gone = [(name, name) for name in ticked if name not in dict(known)]
        self.choices = sorted([*known, *gone], key=lambda one: one[0] not in ticked)
        if not self.choices:
            self.help_text = _("There is nothing to choose from yet.")

    def validate(self, value: list[str]) -> None:
        """Each must be one there is."""
        for name in value:
            if not self.valid_value(name):
                raise forms.ValidationError(str(self._unknown) % {"name": name})


def measures_ticked(label: Any, hint: Any = "") -> Ticked:
    """Several measures, by what people call them."""
    return Ticked(_measures_by_label, gettext_lazy("There is no measure %(name)s."), label=label, hint=hint)


def _measures_by_label() -> list[tuple[str, str]]:
    return sorted(measure_choices("")[1:], key=lambda one: one[1].casefold())


def goals_ticked(label: Any, hint: Any = "") -> Ticked:
    """Several goals, by their titles."""
    return Ticked(lambda: _goals_by_title()[1:], gettext_lazy("There is no goal %(name)s."), label=label, hint=hint)


def services_ticked(label: Any, hint: Any = "") -> Ticked:
    """Several services, by name."""
    return Ticked(_services, gettext_lazy("There is no service %(name)s."), label=label, hint=hint)


def _services() -> list[tuple[str, str]]:
    return list(known_names.known(known_names.SERVICE).items())


class PlanForm(forms.Form):
    """Title, texts and dates of a version."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = words(gettext_lazy("Title"), needed=True)
    title_es = words(gettext_lazy("Title in Spanish"), lang="es")
    text = area(gettext_lazy("What the plan is for"))
    text_es = area(gettext_lazy("What the plan is for, in Spanish"), lang="es")
    starts_on = day(gettext_lazy("First day"), needed=True)
    ends_on = day(gettext_lazy("Last day"), needed=True)


class AdoptionForm(forms.Form):
    """The vote."""

    adopted_on = day(gettext_lazy("Day of the vote"), needed=True)
    adopted_by = words(gettext_lazy("Adopted by"), needed=True, longest=120)
    resolution = words(gettext_lazy("Number of the resolution"), longest=120)
    resolution_url = forms.URLField(
        label=gettext_lazy("Address of the resolution"), required=False, assume_scheme="https", widget=forms.URLInput(attrs=INPUT)
    )
    in_force_from = day(gettext_lazy("In force from (the day of the vote where empty)"))


class GoalForm(forms.Form):
    """A goal itself; its measures, partners and datasets are forms beside it."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=list(LEVELS.items()), widget=forms.Select(attrs=SELECT))
    parent = forms.ChoiceField(label=gettext_lazy("Belongs to"), required=False, widget=forms.Select(attrs=SELECT))
    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=60, help_text=gettext_lazy("Short, without blanks; stays the same in every version."),
        widget=forms.TextInput(attrs=INPUT),
    )  # fmt: skip
    title = words(gettext_lazy("The goal in one line"), needed=True)
    title_es = words(gettext_lazy("The goal in Spanish"), lang="es")
    text = area(gettext_lazy("What it means"))
    text_es = area(gettext_lazy("What it means, in Spanish"), lang="es")
    story = area(
        gettext_lazy("What is being done"), hint=gettext_lazy("For the public page. Figures come by themselves: do not copy them.")
    )
    story_es = area(gettext_lazy("What is being done, in Spanish"), lang="es")
    department = department_named(gettext_lazy("Department"))
    owner = person(gettext_lazy("Owner"))
    sponsor = person(gettext_lazy("Executive sponsor"))
    starts_on = day(gettext_lazy("From"))
    ends_on = day(gettext_lazy("Until"))
    data_needed = area(gettext_lazy("What has to be known"), hint=gettext_lazy("The question first, the data later: a gap may stand here."))
    replaces = words(gettext_lazy("Replaces the goal with this code"), longest=60)
    position = forms.IntegerField(
        label=gettext_lazy("Place in the list"), required=False, min_value=0, max_value=999, widget=forms.NumberInput(attrs=INPUT)
    )
    is_measurable = yes(gettext_lazy("This goal is measurable: it has a measure, a baseline, a target and a date"))

    def __init__(self, *args: Any, plan: Plan, goals: Iterable[Goal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        above = [(one.code, str(said(one, "title"))) for one in goals]
        self.fields["parent"].choices = [("", _("The top of the plan")), *above]  # type: ignore[attr-defined]


class AimForm(forms.Form):
    """A measure of success. Numbers are typed as people write them, in the measure's unit."""

    measure = forms.ChoiceField(label=gettext_lazy("Measure"), required=False, widget=forms.Select(attrs=SELECT))
    baseline = words(gettext_lazy("Baseline"), longest=30)
    baseline_on = day(gettext_lazy("Baseline of"))
    target = words(gettext_lazy("Target"), longest=30)
    target_on = day(gettext_lazy("To be reached by"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tongue = get_language() or "en"
        known = [(one.name, f"{one.label.in_(tongue)} ({one.unit.in_(tongue)})") for one in measures.measures()]
        given = self.initial.get("measure")
        extra = [(given, given)] if given and given not in dict(known) else []
        self.fields["measure"].choices = [("", _("No measure")), *known, *extra]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Read the numbers in the unit of the measure chosen."""
        given = super().clean() or {}
        formats = {one.name: one.format for one in measures.measures()}
        for name in ("baseline", "target"):
            typed = given.get(name, "")
            if typed:
                try:
                    given[f"{name}_value"] = numbers.read(typed, formats.get(given.get("measure", ""), "decimal"))
                except InputError as error:
                    self.add_error(name, str(error))
        if not given.get("measure") and any(given.get(name) for name in ("baseline", "target", "baseline_on", "target_on")):
            self.add_error("measure", _("Choose the measure these numbers belong to."))
        return given

    def aim(self) -> rules.Aim | None:
        """The measure of success; None for a row left empty."""
        given = self.cleaned_data
        if not given.get("measure"):
            return None
        return rules.Aim(
            given["measure"], given.get("baseline_value"), given.get("baseline_on"), given.get("target_value"), given.get("target_on")
        )


class PartnerForm(forms.Form):
    """A partner outside city hall."""

    name = words(gettext_lazy("Partner"))
    role = words(gettext_lazy("What they do"))
    url = forms.URLField(
        label=gettext_lazy("Address on the web"), required=False, assume_scheme="https", widget=forms.URLInput(attrs=INPUT)
    )

    def clean(self) -> dict[str, Any]:
        """A partner needs a role."""
        given = super().clean() or {}
        if given.get("name") and not given.get("role"):
            self.add_error("role", _("Say what this partner does."))
        return given


class DatasetForm(forms.Form):
    """Data behind the goal."""

    title = words(gettext_lazy("Dataset"))
    url = words(gettext_lazy("Where it is (/explore/ or an address on the web)"), longest=500)

    def clean_url(self) -> str:
        """An address of this site or of the web, nothing else."""
        url = str(self.cleaned_data["url"]).strip()
        if (url and not url.startswith(("/", "https://", "http://"))) or url.startswith("//"):
            raise forms.ValidationError(_("Write an address that starts with / or https://."))
        return url


AimForms = forms.formset_factory(AimForm, extra=BLANK_MEASURES, max_num=12, absolute_max=20)
PartnerForms = forms.formset_factory(PartnerForm, extra=BLANK_PARTNERS, max_num=20, absolute_max=30)
DatasetForms = forms.formset_factory(DatasetForm, extra=BLANK_DATASETS, max_num=20, absolute_max=30)


class GoalForms:
    """A goal's form with the rows beside it, valid together."""

    def __init__(
        self, plan: Plan, goals: Iterable[Goal], *, data: Any = None, goal: Goal | None = None, initial: dict[str, Any] | None = None
    ) -> None:
        first, aims, partners, datasets = _initial(goal) if goal else (initial or {}, [], [], [])
        self.goal = GoalForm(data, plan=plan, goals=goals, initial=first)
        self.aims = AimForms(data, prefix="measures", initial=aims)
        self.partners = PartnerForms(data, prefix="partners", initial=partners)
        self.datasets = DatasetForms(data, prefix="datasets", initial=datasets)

    def is_valid(self) -> bool:
        """Whether everything typed can be used; each part is looked at."""
        valid = [one.is_valid() for one in (self.goal, self.aims, self.partners, self.datasets)]
        return all(valid)

    def text(self) -> GoalText:
        """The goal as typed."""
        given = {name: value for name, value in self.goal.cleaned_data.items() if name != "revision"}
        return GoalText(
            **(given | {"position": given["position"] or 0}),
            measures=[aim for form in self.aims if (aim := form.aim()) is not None],
            partners=[
                PartnerText(form.cleaned_data["name"], form.cleaned_data["role"], form.cleaned_data["url"])
                for form in self.partners if form.cleaned_data.get("name")
            ],
            datasets=[
                (form.cleaned_data["title"], form.cleaned_data["url"])
                for form in self.datasets if form.cleaned_data.get("title") and form.cleaned_data.get("url")
            ],
        )  # fmt: skip


def _initial(goal: Goal) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    formats = {one.name: one.format for one in measures.measures()}
    first = {name: getattr(goal, name) for name in GoalForm.base_fields if name != "parent"} | {
        "parent": goal.parent.code if goal.parent else ""
    }
    aims = [
        {
            "measure": one.measure, "baseline_on": one.baseline_on, "target_on": one.target_on,
            "baseline": _typed(one.baseline_value, formats.get(one.measure)), "target": _typed(one.target_value, formats.get(one.measure)),
        }
        for one in goal.measures.all()
    ]  # fmt: skip
    partners = [{"name": one.name, "role": one.role, "url": one.url} for one in goal.partners.all()]
    return first, aims, partners, [{"title": one.title, "url": one.url} for one in goal.datasets.all()]


def _typed(value: float | None, form: str | None) -> str:
    if value is None:
        return ""
    return f"{round(value * 100, 6):g}%" if form == "percent" else f"{value:g}"


class ProgressForm(forms.Form):
    """A step taken towards a goal."""

    on = day(gettext_lazy("When"), needed=True)
    text = area(gettext_lazy("What was done"), needed=True)
    text_es = area(gettext_lazy("What was done, in Spanish"), lang="es")
    evidence = words(gettext_lazy("Where it can be checked"), needed=True, longest=500)


class InputForm(forms.Form):
    """What residents said, and what it led to."""

    kind = forms.ChoiceField(label=gettext_lazy("Where it comes from"), choices=list(KINDS.items()), widget=forms.Select(attrs=SELECT))
    text = area(gettext_lazy("What residents said"), needed=True)
    text_es = area(gettext_lazy("What residents said, in Spanish"), lang="es")
    source = words(gettext_lazy("Where it is written down"), needed=True, longest=300)
    url = words(gettext_lazy("Address of the source"), longest=500)
    received_on = day(gettext_lazy("When"), needed=True)
    measure = forms.ChoiceField(label=gettext_lazy("Measure it led to"), required=False, widget=forms.Select(attrs=SELECT))
    goal_code = goal_of_plan(gettext_lazy("Goal it led to"))
    is_proposal = yes(gettext_lazy("It proposes a measure that does not exist yet"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = measure_choices(_("None"))  # type: ignore[attr-defined]

    clean_url = DatasetForm.clean_url
