"""Forms of processes, findings and trained leads."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from citystat.core.errors import InputError
from citystat.plan.goals.forms import SELECT, area, day, department_named, measures_ticked, person, services_ticked, words, yes
from citystat.plan.models import Process
from citystat.plan.processes import rules
from citystat.plan.processes.actions import ProcessText

STATUSES = (
    ("open", gettext_lazy("Open")),
    ("in_progress", gettext_lazy("In progress")),
    ("done", gettext_lazy("Done")),
    ("declined", gettext_lazy("Declined")),
)


class ProcessForm(forms.Form):
    """A process as a workshop found it."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = words(gettext_lazy("Process"), needed=True)
    name_es = words(gettext_lazy("Process, in Spanish"), lang="es")
    department = department_named(gettext_lazy("Department"), needed=True)
    owner = person(gettext_lazy("Owner"))
    text = area(gettext_lazy("What it is for"))
    steps = area(gettext_lazy("Steps"), hint=gettext_lazy("One a line: name; who; how long."))
    measures = measures_ticked(gettext_lazy("Measures"), gettext_lazy("Those that say how it does."))
    services = services_ticked(gettext_lazy("Services it delivers"))
    is_critical = yes(gettext_lazy("It is critical: residents feel it when it fails"))
    workshop_on = day(gettext_lazy("Day of the workshop"))
    workshop_by = words(gettext_lazy("Who led it and took part"), longest=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("measures", "services"):
            self.fields[name].keep(self.initial.get(name, ()))  # type: ignore[attr-defined]

    def clean_steps(self) -> list[rules.Step]:
        """Steps, one a line."""
        try:
            return rules.read_steps(self.cleaned_data["steps"])
        except InputError as error:
            raise forms.ValidationError(str(error)) from error

    def process_text(self) -> ProcessText:
        """The process as typed."""
        return ProcessText(**{name: value for name, value in self.cleaned_data.items() if name != "revision"})


def initial_of(row: Process | None) -> dict[str, Any]:
    """What the form starts with."""
    if row is None:
        return {"is_critical": True}
    first = {name: getattr(row, name) for name in ProcessForm.base_fields if name != "measures"}
    measures = [one.measure for one in row.measures.all()]
    return first | {"steps": rules.write_steps(row.steps), "measures": measures}


class FindingForm(forms.Form):
    """What an evaluation found, with one owner."""

    finding = area(gettext_lazy("Finding"), needed=True)
    owner = person(gettext_lazy("Owner"))
    found_on = day(gettext_lazy("Found on"), needed=True)
    due_on = day(gettext_lazy("Due on"))


class UpdateForm(forms.Form):
    """What becomes of a finding."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=STATUSES, widget=forms.Select(attrs=SELECT))
    note = area(gettext_lazy("What was done, or why nothing will be"))


class LeadForm(forms.Form):
    """Somebody of a department was trained."""

    department = department_named(gettext_lazy("Department"), needed=True)
    person = person(gettext_lazy("Person"))
    name = words(gettext_lazy("Name, for somebody without an account"), longest=120)
    trained_on = day(gettext_lazy("Trained on"), needed=True)
    until = day(gettext_lazy("Until"))
