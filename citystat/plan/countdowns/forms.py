"""Forms of countdowns: the countdown itself, what is said of an item, a check."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core.errors import InputError
from citystat.plan import numbers
from citystat.plan.countdowns.actions import CountdownText, Done
from citystat.plan.goals.forms import INPUT, area, day, department_named, goal_of_plan, person, words, yes
from citystat.plan.models import Countdown, CountdownItem


class CountdownForm(forms.Form):
    """What is counted, how many, from when until when."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = words(gettext_lazy("The countdown in one line"), needed=True)
    title_es = words(gettext_lazy("The countdown in Spanish"), lang="es")
    slug = forms.SlugField(
        label=gettext_lazy("Address of its page"), max_length=60, help_text=gettext_lazy("Short, without blanks: vacant-houses."),
        widget=forms.TextInput(attrs=INPUT),
    )  # fmt: skip
    things = words(gettext_lazy("What is counted, in the plural"), needed=True, longest=60)
    things_es = words(gettext_lazy("What is counted, in Spanish"), longest=60, lang="es")
    target_count = forms.IntegerField(
        label=gettext_lazy("How many"), min_value=1, max_value=10_000_000, widget=forms.NumberInput(attrs=INPUT)
    )
    starts_on = day(gettext_lazy("First day"), needed=True)
    ends_on = day(gettext_lazy("Last day"), needed=True)
    share = forms.CharField(
        label=gettext_lazy("Share that is checked"), max_length=10, widget=forms.TextInput(attrs=INPUT),
        help_text=gettext_lazy("Such as 100% or 25%. The others count at once, with proof. A change holds for items added from then on."),
    )  # fmt: skip
    department = department_named(gettext_lazy("Department"))
    owner = person(gettext_lazy("Owner"))
    goal_code = goal_of_plan(gettext_lazy("Goal it serves"))
    budget = forms.DecimalField(
        label=gettext_lazy("Budget"), required=False, min_value=0, max_digits=14, decimal_places=2, widget=forms.NumberInput(attrs=INPUT)
    )
    text = area(gettext_lazy("What is being done"))
    text_es = area(gettext_lazy("What is being done, in Spanish"), lang="es")
    is_public = yes(gettext_lazy("Everybody may see it"))

    def clean_share(self) -> float:
        """A percentage, as people write it."""
        try:
            return numbers.read(self.cleaned_data["share"], "percent")
        except InputError as error:
            raise forms.ValidationError(str(error)) from error

    def countdown_text(self) -> CountdownText:
        """The countdown as typed."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"revision", "share"}}
        return CountdownText(**given, check_share=self.cleaned_data["share"])


def initial_of(row: Countdown | None) -> dict[str, Any]:
    """What the form starts with."""
    if row is None:
        return {"share": "100%", "is_public": True}
    return {name: getattr(row, name) for name in CountdownForm.base_fields if name != "share"} | {"share": f"{row.check_share * 100:g}%"}


class DoneForm(forms.Form):
    """An item is said to be done."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    done_on = day(gettext_lazy("Done on"), needed=True)
    how = words(gettext_lazy("How it was done"), longest=120)
    proof = area(
        gettext_lazy("What shows it"),
        hint=gettext_lazy("Number of a permit, a deed, a work order. It becomes public once the item counts: name no person."),
    )
    photo = forms.FileField(
        label=gettext_lazy("Photo"), required=False, help_text=gettext_lazy("JPEG or PNG. Only the staff sees it."),
        widget=forms.ClearableFileInput(attrs={"class": "usa-file-input", "accept": "image/jpeg,image/png,image/webp"}),
    )  # fmt: skip
    cost = forms.DecimalField(
        label=gettext_lazy("What it cost"), required=False, min_value=0, max_digits=12, decimal_places=2,
        widget=forms.NumberInput(attrs=INPUT),
    )  # fmt: skip

    def done(self) -> Done:
        """What was said."""
        given = self.cleaned_data
        photo = given["photo"].read() if given.get("photo") else None
        return Done(given["done_on"], given["how"], given["proof"], photo, given["cost"])


def said_of(item: CountdownItem) -> dict[str, Any]:
    """What was said of an item before, and the last thing that happened to it."""
    last = item.events.order_by("-pk").values_list("pk", flat=True).first()
    return {name: getattr(item, name) for name in ("done_on", "how", "proof", "cost")} | {"seen": last or 0}


class ReasonForm(forms.Form):
    """A check, a withdrawal or a taking back: the act and its reason."""

    ACTS = ("pass", "return", "take_back", "withdraw", "reopen")
    act = forms.ChoiceField(choices=[(one, one) for one in ACTS])
    note = forms.CharField(required=False, max_length=2_000)
    seen = forms.IntegerField(required=False)

    def first_error(self) -> str:
        """What to say when the form cannot be used."""
        return _("Choose what to do with this item.") if "act" in self.errors else _("The reason is too long: shorten it.")
