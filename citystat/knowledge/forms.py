"""Forms of the room: searching, editing an article, saying whether it helped."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from citystat.core.cities import current_city
from citystat.knowledge.actions import LONGEST_BODY, LONGEST_COMMENT, Content, Text
from citystat.knowledge.models import Article
from citystat.service_requests.cases import offers

INPUT = {"class": "usa-input", "autocomplete": "off"}


class SearchForm(forms.Form):
    """What somebody wants to know."""

    q = forms.CharField(
        label=_("What would you like to know?"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "usa-input", "type": "search"}),
    )


class FeedbackForm(forms.Form):
    """Whether an article helped, and what was missing."""

    helpful = forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))])
    comment = forms.CharField(required=False, max_length=LONGEST_COMMENT)


class ArticleForm(forms.Form):
    """An article; each language of the city has a title, a text and keywords."""

    department = forms.CharField(
        label=_("Department that answers for it"), required=False, max_length=200, widget=forms.TextInput(attrs=INPUT)
    )
    review_by = forms.DateField(
        label=_("Look at it again by"),
        required=False,
        widget=forms.DateInput(attrs={"class": "usa-input", "type": "date"}, format="%Y-%m-%d"),
    )
    services = forms.MultipleChoiceField(label=_("Services it is about"), required=False, widget=forms.CheckboxSelectMultiple)
    is_public = forms.BooleanField(label=_("Everyone may read it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["services"].choices = [(one.slug, one.name) for one in offers.all_offers()]  # type: ignore[attr-defined]
        self.languages = [pair for pair in settings.LANGUAGES if pair[0] in current_city().languages]
        for code, _name in self.languages:
            self._add_language(code)

    def _add_language(self, code: str) -> None:
        wide = {"class": "usa-textarea", "rows": 12, "lang": code}
        own = INPUT | {"lang": code}
        self.fields[f"title_{code}"] = forms.CharField(label=_("Title"), required=False, max_length=200, widget=forms.TextInput(attrs=own))
        self.fields[f"body_{code}"] = forms.CharField(
            label=_("Text"), required=False, max_length=LONGEST_BODY, widget=forms.Textarea(attrs=wide),
            help_text=_("Plain text; an empty line begins a new paragraph. Addresses of pages become links."),
        )  # fmt: skip
        self.fields[f"keywords_{code}"] = forms.CharField(
            label=_("Words people use for it"), required=False, max_length=500, widget=forms.TextInput(attrs=own),
            help_text=_("Separated by commas."),
        )  # fmt: skip

    def by_language(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Code, name and the three fields of each language."""
        return [(code, str(name), [self[f"{part}_{code}"] for part in ("title", "body", "keywords")]) for code, name in self.languages]

    def content(self) -> Content:
        """What was filled in."""
        given = self.cleaned_data
        texts = {code: self._text(given, code) for code, _name in self.languages}
        return Content(texts, given["department"], given["review_by"], tuple(given["services"]), given["is_public"])

    def _text(self, given: Mapping[str, Any], code: str) -> Text:
        return Text(given[f"title_{code}"], given[f"body_{code}"], tuple(given[f"keywords_{code}"].split(",")))


def values_of(article: Article) -> dict[str, Any]:
    """An article as the form's first values."""
    values: dict[str, Any] = {
        "department": article.department, "review_by": article.review_by, "services": article.services, "is_public": article.is_public,
    }  # fmt: skip
    for text in article.texts.all():
        values |= {
            f"title_{text.language}": text.title,
            f"body_{text.language}": text.body,
            f"keywords_{text.language}": ", ".join(text.keywords),
        }
    return values
