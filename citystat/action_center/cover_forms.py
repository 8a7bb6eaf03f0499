"""Fields that say which services and which part of the city a notice or campaign is about, and its words in each language."""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.action_center.forms import box, text
from citystat.core.cities import current_city
from citystat.service_requests.cases import covering, offers


def languages() -> list[tuple[str, str]]:
    """Code and name of the city's languages."""
    return [(code, str(name)) for code, name in settings.LANGUAGES if code in current_city().languages]


class CoverForm(forms.Form):
    """Services, groups, places of one kind or a drawn area; nothing chosen means all."""

    groups = forms.MultipleChoiceField(label=gettext_lazy("Groups of services"), required=False, widget=forms.CheckboxSelectMultiple)
    services = forms.MultipleChoiceField(label=gettext_lazy("Single services"), required=False, widget=forms.CheckboxSelectMultiple)
    places = forms.MultipleChoiceField(label=gettext_lazy("Places"), required=False, widget=forms.CheckboxSelectMultiple)
    shape = forms.CharField(
        label=gettext_lazy("Drawn area (GeoJSON)"), required=False, max_length=covering.LONGEST_SHAPE,
        widget=box(4, spellcheck="false", autocomplete="off"),
        help_text=gettext_lazy("Draw on the map, or paste a polygon. Empty: the places above, or all of the city."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.give("groups", [(one, one) for one in covering.groups_offered()])
        self.give("services", [(one.slug, one.name) for one in offers.all_offers()])
        self.give("places", [(f"{kind}:{code}", name) for kind, names in covering.place_names().items() for code, name in names.items()])
        for code, name in languages():
            self.add_language(code, name)

    def give(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Fill a list."""
        field: Any = self.fields[name]
        field.choices = choices

    def add_language(self, code: str, name: str) -> None:
        """A title and a text in one language."""
        self.fields[f"title_{code}"] = forms.CharField(
            label=_("Title, %(language)s") % {"language": name}, required=False, max_length=160, widget=text(lang=code)
        )
        self.fields[f"body_{code}"] = forms.CharField(
            label=_("Text, %(language)s") % {"language": name}, required=False, max_length=2_000, widget=box(4, lang=code)
        )

    def word_fields(self) -> list[Any]:
        """Titles and texts, language by language."""
        return [self[f"{part}_{code}"] for code, _name in languages() for part in ("title", "body")]

    def texts(self) -> dict[str, dict[str, str]]:
        """Language -> title and body."""
        given = self.cleaned_data
        return {code: {"title": given[f"title_{code}"], "body": given[f"body_{code}"]} for code, _name in languages()}

    def clean_places(self) -> list[str]:
        """Places of one kind only."""
        found: list[str] = self.cleaned_data["places"]
        if len({one.partition(":")[0] for one in found}) > 1:
            raise forms.ValidationError(_("Choose places of one kind only, or draw the area."))
        return found

    def cover(self) -> dict[str, Any]:
        """The same for the requests' room."""
        given = self.cleaned_data
        pairs = [one.partition(":") for one in given["places"]]
        return {
            "services": tuple(given["services"]), "groups": tuple(given["groups"]), "shape": given["shape"],
            "kind": pairs[0][0] if pairs else "", "codes": tuple(code for _kind, _colon, code in pairs),
        }  # fmt: skip


def cover_values(row: Any) -> dict[str, Any]:
    """A stored row as the form's first values."""
    values: dict[str, Any] = {
        "services": row.services, "groups": row.groups, "places": [f"{row.place_kind}:{code}" for code in row.place_codes],
        "shape": json.dumps(row.shape) if row.shape else "",
    }  # fmt: skip
    for code, words in row.texts.items():
        values |= {f"title_{code}": words.get("title", ""), f"body_{code}": words.get("body", "")}
    return values
