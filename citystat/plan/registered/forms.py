"""Forms of the register: a definition field by field, a value, a correction, a target, whose a measure is."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core.errors import InputError
from citystat.plan import numbers
from citystat.plan.definitions import Measure
from citystat.plan.goals.forms import department_named, measure_chosen
from citystat.plan.models import MeasureVersion
from citystat.plan.registered.value_actions import Given

INPUT, SELECT, AREA = {"class": "usa-input", "autocomplete": "off"}, {"class": "usa-select"}, {"class": "usa-textarea", "rows": 2}
TEXTS = ("label", "description", "why", "unit")
NUMBERS = ("per", "minimum_denominator", "incomplete_days", "due_days", "tier")
LINES = (
    "type", "audience", "direction", "format", "frequency", "level", "pillar", "service", "agency_goal", "proxy", "data_source", "location",
    "data_owner", "data_owner_role", "collection", "context", "numerator", "denominator", "over_periods", "used_for", "improvement_needed",
    "target_note", "seasonality", "chart", "review_by", "data_needed",
)  # fmt: skip
LISTS = ("groups", "readers")
SURVEY = ("name", "question", "mode", "weights")

PERIODS = gettext_lazy("A month such as 2026-06, a quarter such as 2026-Q2, or a year.")
Choices = Sequence[tuple[str, Any]]
TYPES: Choices = (
    ("output", gettext_lazy("Output: what is done")), ("efficiency", gettext_lazy("Efficiency: what it takes")),
    ("effectiveness", gettext_lazy("Effectiveness: how well it works")), ("outcome", gettext_lazy("Outcome: what changes for people")),
)  # fmt: skip
TIERS: Choices = ((("1"), gettext_lazy("1: crews")), ("2", gettext_lazy("2: managers")), ("3", gettext_lazy("3: mayor and council")))
AUDIENCES: Choices = (("public", gettext_lazy("Everybody")), ("staff", gettext_lazy("Staff only")))
DIRECTIONS: Choices = (
    ("increase", gettext_lazy("Increase")), ("decrease", gettext_lazy("Decrease")), ("maintain", gettext_lazy("Maintain")),
    ("not_applicable", gettext_lazy("Not applicable")),
)  # fmt: skip
FORMATS: Choices = (
    ("percent", gettext_lazy("Percent")), ("count", gettext_lazy("Count")), ("currency", gettext_lazy("Currency")),
    ("rate", gettext_lazy("Rate")), ("decimal", gettext_lazy("Decimal")), ("days", gettext_lazy("Days")), ("score", gettext_lazy("Score")),
)  # fmt: skip
FREQUENCIES: Choices = (
    ("month", gettext_lazy("Every month")),
    ("quarter", gettext_lazy("Every quarter")),
    ("year", gettext_lazy("Every year")),
)
SOURCES: Choices = (
    ("typed", gettext_lazy("Values people give")), ("survey", gettext_lazy("A question of a survey")),
    ("computed", gettext_lazy("Computed from other measures")), ("gap", gettext_lazy("No data yet: a gap")),
)  # fmt: skip
OVER: Choices = (
    ("none", gettext_lazy("Not from the values alone")), ("sum", gettext_lazy("Added up")), ("last", gettext_lazy("The last one")),
)  # fmt: skip
SEASONS: Choices = (("none", gettext_lazy("No")), ("month", gettext_lazy("Yes, allow for the month of the year")))
CHARTS: Choices = (
    ("", gettext_lazy("The usual one")), ("xmr", gettext_lazy("XmR chart")), ("p_prime", gettext_lazy("p-prime chart")),
    ("run", gettext_lazy("Run chart")),
)  # fmt: skip
CHANGES: dict[str, Any] = {
    "new": gettext_lazy("New"), "unchanged": gettext_lazy("Unchanged"), "modified": gettext_lazy("Modified"),
    "replaced": gettext_lazy("Replaced"), "removed": gettext_lazy("Removed"),
}  # fmt: skip
LEVELS: Choices = (("city", gettext_lazy("City")), ("department", gettext_lazy("Department")), ("service", gettext_lazy("Service")))


def line(label: Any, hint: Any = "", *, needed: bool = False, lang: str = "", longest: int = 300) -> forms.CharField:
    """A line of text."""
    extra = {"lang": lang} if lang else {}
    widget = forms.TextInput(attrs=INPUT | extra)
    return forms.CharField(label=label, required=needed, help_text=hint, max_length=longest, widget=widget)


def area(label: Any, hint: Any = "", *, needed: bool = False, lang: str = "") -> forms.CharField:
    """Some lines of text."""
    widget = forms.Textarea(attrs=AREA | ({"lang": lang} if lang else {}))
    return forms.CharField(label=label, required=needed, help_text=hint, max_length=4000, widget=widget)


def choice(label: Any, choices: Choices, hint: Any = "", *, needed: bool = True) -> forms.ChoiceField:
    """One of a few."""
    return forms.ChoiceField(label=label, choices=list(choices), required=needed, help_text=hint, widget=forms.Select(attrs=SELECT))


def whole(label: Any, hint: Any = "") -> forms.IntegerField:
    """A whole number from 0."""
    widget = forms.TextInput(attrs=INPUT | {"inputmode": "numeric"})
    return forms.IntegerField(label=label, required=False, min_value=0, help_text=hint, widget=widget)


def day(label: Any, *, needed: bool = False) -> forms.DateField:
    """A day."""
    widget = forms.DateInput(attrs={"class": "usa-input", "type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=needed, widget=widget)


class DefinitionForm(forms.Form):
    """Every field of a definition; what is missing is said when it goes to review."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    label_en = line(gettext_lazy("What people call it"), needed=True, longest=120)
    label_es = line(gettext_lazy("The same in Spanish"), lang="es", longest=120)
    description_en = area(gettext_lazy("What it says, with the key words defined"), needed=True)
    description_es = area(gettext_lazy("The description in Spanish"), lang="es")
    why_en = area(gettext_lazy("Why it is meaningful"), needed=True)
    why_es = area(gettext_lazy("Why, in Spanish"), lang="es")
    type = choice(gettext_lazy("Kind of measure"), TYPES)
    tier = choice(gettext_lazy("Tier"), TIERS, gettext_lazy("Who looks at it."))
    audience = choice(gettext_lazy("Who may see it"), AUDIENCES)
    direction = choice(gettext_lazy("Wanted direction"), DIRECTIONS)
    format = choice(gettext_lazy("Format"), FORMATS)
    unit_en = line(gettext_lazy("Unit"), gettext_lazy("What one of it is, such as lane miles."), longest=60)
    unit_es = line(gettext_lazy("Unit in Spanish"), lang="es", longest=60)
    per = forms.FloatField(
        label=gettext_lazy("A rate is per how many"), required=False, widget=forms.TextInput(attrs=INPUT | {"inputmode": "decimal"})
    )
    frequency = choice(gettext_lazy("How often it is given"), FREQUENCIES)
    proxy = area(gettext_lazy("If not monthly: what is looked at in between"))
    over_periods = choice(gettext_lazy("How months make a year"), OVER)
    numerator = area(gettext_lazy("Numerator: what is counted"))
    denominator = area(gettext_lazy("Denominator: what it is divided by"))
    expression_numerator = line(gettext_lazy("Computed: numerator"), gettext_lazy("Names of measures with + - * / between them."))
    expression_denominator = line(gettext_lazy("Computed: denominator"))
    data_source = area(gettext_lazy("Data source: the exact file or system"))
    location = area(gettext_lazy("Location: the exact report or table"))
    collection = area(gettext_lazy("Method of collection: who, what, where, when, how"))
    data_owner = line(gettext_lazy("Data owner"))
    data_owner_role = line(gettext_lazy("The owner's role"))
    data_needed = area(gettext_lazy("A gap: what would have to be known"))
    survey_name = line(gettext_lazy("Survey"))
    survey_question = area(gettext_lazy("The question as it was asked"))
    survey_mode = line(gettext_lazy("Mode"), gettext_lazy("Mail, phone, web."))
    survey_weights = area(gettext_lazy("How answers are weighted"))
    level = choice(gettext_lazy("Level"), LEVELS)
    pillar = line(gettext_lazy("Pillar"))
    service = line(gettext_lazy("Service"))
    agency_goal = line(gettext_lazy("Goal of the department"))
    context = area(gettext_lazy("What must be known to read it rightly"))
    groups = line(gettext_lazy("Split by"), gettext_lazy("Keys such as council_district, with commas between them."))
    used_for = area(gettext_lazy("What it is used for"))
    readers = line(gettext_lazy("Who reads it"), gettext_lazy("Meetings or reports, with commas between them."))
    improvement_needed = area(gettext_lazy("Improvement the measure itself needs"))
    baseline_value = line(gettext_lazy("Baseline: value"), gettext_lazy("A percentage with its sign: 61%."))
    baseline_year = whole(gettext_lazy("Baseline: year"))
    target_note = area(gettext_lazy("Note to the target"))
    is_replicable = forms.BooleanField(
        label=gettext_lazy("Somebody else would get the same number"), required=False,
        widget=forms.CheckboxInput(attrs={"class": "usa-checkbox__input"}),
    )  # fmt: skip
    minimum_denominator = whole(gettext_lazy("Smallest denominator that is shown"))
    incomplete_days = whole(gettext_lazy("Days after a period until it can be complete"))
    due_days = whole(gettext_lazy("Days after a period until its value is due"))
    seasonality = choice(gettext_lazy("Does it follow the seasons"), SEASONS)
    chart = choice(gettext_lazy("Chart"), CHARTS, needed=False)
    review_by = day(gettext_lazy("Definition to be reviewed by"))

    def definition(self) -> dict[str, Any]:
        """What was typed, as the schema names it."""
        typed = self.cleaned_data
        found: dict[str, Any] = {name: _text(typed, name) for name in TEXTS if typed[f"{name}_en"]}
        found |= {name: int(typed[name]) if name == "tier" else typed[name] for name in NUMBERS if typed[name] not in (None, "")}
        found |= {name: typed[name].isoformat() if name == "review_by" else typed[name] for name in LINES if typed[name]}
        found |= {name: parts for name in LISTS if (parts := [part.strip() for part in typed[name].split(",") if part.strip()])}
        found |= _nested("survey", {name: typed[f"survey_{name}"] for name in SURVEY})
        found |= _nested("expression", {name: typed[f"expression_{name}"] for name in ("numerator", "denominator")})
        if typed["baseline_value"] is not None and typed["baseline_year"]:
            found["baseline"] = {"value": typed["baseline_value"], "year": typed["baseline_year"]}
        return found | {"is_replicable": typed["is_replicable"]}

    def clean_baseline_value(self) -> float | None:
        """In the measure's own unit; a percentage as a fraction."""
        text = self.cleaned_data["baseline_value"]
        return read(text, self.data.get(self.add_prefix("format"), "")) if text else None


class NewForm(DefinitionForm):
    """A definition with what only a new measure asks."""

    name = line(
        gettext_lazy("Name"),
        gettext_lazy("Never changes: small letters, digits, underscores, such as lane_miles_paved."),
        needed=True,
        longest=60,
    )
    source = choice(gettext_lazy("Where values come from"), SOURCES)
    department = department_named(gettext_lazy("Department"))
    owner = forms.ModelChoiceField(
        queryset=get_user_model().objects.none(),
        required=False,
        label=gettext_lazy("Who gives values"),
        empty_label=gettext_lazy("Nobody yet"),
        widget=forms.Select(attrs=SELECT),
    )
    field_order = ("revision", "name", "source", "department", "owner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people()  # type: ignore[attr-defined]


class ChangeForm(DefinitionForm):
    """A later version says what kind of change it is and where limits start anew."""

    change = forms.ChoiceField(
        label=gettext_lazy("Change"), choices=list(CHANGES.items()), widget=forms.Select(attrs=SELECT),
        help_text=gettext_lazy("Modified or replaced where the number means something else than before."),
    )  # fmt: skip
    rebase_on = day(gettext_lazy("Limits start anew on"))
    rebase_reason = line(gettext_lazy("Why they start anew"))
    field_order = ("revision", "change", "rebase_on", "rebase_reason")


class ValueForm(forms.Form):
    """A value of one period: its parts where it has them, else the number; a note, evidence."""

    period = line(gettext_lazy("Period"), PERIODS, needed=True, longest=20)
    group_value = line(gettext_lazy("Only for"), gettext_lazy("Leave empty for the whole."), longest=200)
    numerator = line(gettext_lazy("Numerator"), longest=40)
    denominator = line(gettext_lazy("Denominator"), longest=40)
    value = line(gettext_lazy("Value"), longest=40)
    note = area(gettext_lazy("Note"), gettext_lazy("Everybody can read it. Needed where there is no value."))
    evidence = area(gettext_lazy("Evidence"), gettext_lazy("Where the number can be checked. Only staff see it."))

    def __init__(self, *args: Any, measure: Measure, ask_period: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure
        row = measure.registered
        if row and row.denominator_words:
            self.fields["numerator"].help_text = row.numerator_words
            self.fields["denominator"].help_text = row.denominator_words
            self.fields["value"].help_text = (
                _("Only where the two numbers above are not known. A percentage with its sign: 61%.")
                if (measure.format == "percent")
                else _("Only where the two numbers above are not known.")
            )
        else:
            del self.fields["numerator"], self.fields["denominator"]
            words = row.numerator_words if row else ""
            self.fields["value"].help_text = f"{words} ({measure.unit.en})" if words else measure.unit.en
        if not measure.groups or not ask_period:
            del self.fields["group_value"]
        if not ask_period:
            del self.fields["period"]

    def clean(self) -> dict[str, Any]:
        """Numbers as people write them; a percentage between 0 and 1 without its sign is asked about."""
        typed: dict[str, Any] = super().clean() or {}
        for name in ("numerator", "denominator", "value"):
            if typed.get(name):
                try:
                    typed[name] = read(typed[name], self.measure.format if name == "value" else "")
                except forms.ValidationError as error:
                    self.add_error(name, error)
        return typed

    def given(self) -> Given:
        """What was typed."""
        typed = self.cleaned_data
        numerator, denominator, value = (
            typed.get(name) if typed.get(name) != "" else None for name in ("numerator", "denominator", "value")
        )
        group = typed.get("group_value", "")
        key = self.measure.groups[0] if group and self.measure.groups else ""
        return Given(numerator, denominator, value, typed["note"], typed["evidence"], key, group)


class CorrectionForm(ValueForm):
    """A right value for a wrong one, with the reason in public."""

    reason = area(gettext_lazy("Why the figure was wrong"), gettext_lazy("Everybody can read it."), needed=True)
    reason_es = area(gettext_lazy("Why, in Spanish"), lang="es")
    stood_in = line(gettext_lazy("Where it stood"), gettext_lazy("Pages or reports, with commas between them."))


class ErratumForm(forms.Form):
    """A correction of a figure that was counted: what was published, what is right."""

    period = line(gettext_lazy("Period"), PERIODS, needed=True, longest=20)
    group_key = line(gettext_lazy("Only for one"), longest=40)
    group_value = line(gettext_lazy("Which one"), gettext_lazy("As the measure's page names it. Both empty for the whole."), longest=200)
    old_value = line(gettext_lazy("What stood there"), needed=True, longest=40)
    new_value = line(gettext_lazy("What is right"), needed=True, longest=40)
    reason = area(gettext_lazy("Why the figure was wrong"), gettext_lazy("Everybody can read it."), needed=True)
    reason_es = area(gettext_lazy("Why, in Spanish"), lang="es")
    stood_in = line(gettext_lazy("Where it stood"), gettext_lazy("Pages or reports, with commas between them."))

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure
        groups = [("", _("None: the whole")), *((key, key.replace("_", " ")) for key in measure.groups)]
        self.fields["group_key"].widget = forms.Select(attrs=SELECT, choices=groups)

    def clean_old_value(self) -> float:
        """In the measure's own unit."""
        return read(self.cleaned_data["old_value"], self.measure.format)

    def clean_new_value(self) -> float:
        """In the measure's own unit."""
        return read(self.cleaned_data["new_value"], self.measure.format)


class TargetForm(forms.Form):
    """A target from a day on."""

    MISSING: ClassVar[dict[str, Any]] = {
        "value": gettext_lazy("Write the number to reach."),
        "start": gettext_lazy("A target needs a date: give the day from which it is in force."),
        "rationale": gettext_lazy("Say why this number, so that the next person can judge it."),
    }
    value = line(gettext_lazy("Target"), gettext_lazy("A percentage with its sign: 80%."), needed=True, longest=40)
    start = day(gettext_lazy("In force from"), needed=True)
    end = day(gettext_lazy("In force to"))
    rationale = area(gettext_lazy("Why this number"), needed=True)

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure
        for name, missing in self.MISSING.items():
            self.fields[name].error_messages["required"] = missing

    def clean_value(self) -> float:
        """In the measure's own unit."""
        return read(self.cleaned_data["value"], self.measure.format)


class SettingsForm(forms.Form):
    """Whose a measure is and what it counts in."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    department = department_named(gettext_lazy("Department"))
    owner = forms.ModelChoiceField(
        queryset=get_user_model().objects.none(), required=False, label=gettext_lazy("Who gives values"),
        empty_label=gettext_lazy("Nobody yet"), widget=forms.Select(attrs=SELECT),
    )  # fmt: skip
    rolls_up_to = measure_chosen(gettext_lazy("Counts in"), gettext_lazy("A measure of a higher tier."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people()  # type: ignore[attr-defined]


class NameForm(forms.Form):
    """Another name from today on."""

    label = line(gettext_lazy("New name"), needed=True, longest=120)
    label_es = line(gettext_lazy("New name in Spanish"), lang="es", longest=120)
    why = line(gettext_lazy("Why it is called something else"), needed=True)


def people() -> Any:
    """Everybody with an account, by name."""
    return get_user_model().objects.filter(is_active=True).order_by("name", "email")


def initial_of(version: MeasureVersion) -> dict[str, Any]:
    """A definition as the form's fields."""
    words: Mapping[str, Any] = version.definition
    found: dict[str, Any] = {f"{name}_{code}": words.get(name, {}).get(code, "") for name in TEXTS for code in ("en", "es")}
    found |= {name: words.get(name, "") for name in (*NUMBERS, *LINES)}
    found |= {name: ", ".join(words.get(name, ())) for name in LISTS}
    found |= {f"survey_{name}": words.get("survey", {}).get(name, "") for name in SURVEY}
    found |= {f"expression_{name}": words.get("expression", {}).get(name, "") for name in ("numerator", "denominator")}
    baseline = words.get("baseline", {})
    if "value" in baseline:
        found["baseline_value"] = f"{baseline['value'] * 100:.6g}%" if words.get("format") == "percent" else f"{baseline['value']:.10g}"
    return found | {
        "baseline_year": baseline.get("year"), "is_replicable": words.get("is_replicable", False), "revision": version.revision,
        "change": version.change, "rebase_on": version.rebase_on, "rebase_reason": version.rebase_reason,
    }  # fmt: skip


def read(text: str, form: str) -> float:
    """A typed number or percentage; the sentence of the rules as the field's error."""
    try:
        return numbers.read(text, form)
    except InputError as error:
        raise forms.ValidationError(str(error)) from error


def _text(typed: Mapping[str, Any], name: str) -> dict[str, str]:
    spanish = {"es": typed[f"{name}_es"]} if typed[f"{name}_es"] else {}
    return {"en": typed[f"{name}_en"], **spanish}


def _nested(name: str, parts: Mapping[str, str]) -> dict[str, Any]:
    filled = {key: value for key, value in parts.items() if value}
    return {name: filled} if filled else {}


SOURCE_WORDS = dict(SOURCES)
STATUS_WORDS = {
    "draft": gettext_lazy("Draft"), "pending": gettext_lazy("Waiting for review"), "validated": gettext_lazy("Validated"),
    "returned": gettext_lazy("Returned"),
}  # fmt: skip
