"""Parts every page uses: numbers with their unit and period, states, signals, charts, tables, paging.

Rooms below `web` use them from their templates by `{% load citystat %}`; values come as `core.figures` or plain texts.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.core.paginator import Page
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from citystat.core import charting, formats, texts
from citystat.core.errors import UserError
from citystat.core.figures import Figure, Link, Table
from citystat.plan import queries as measures
from citystat.web.navigation import exists

register = template.Library()

STATES = {
    "too_few": gettext_lazy("Too few to show"),
    "missing": gettext_lazy("Not recorded"),
    "incomplete": gettext_lazy("Not complete yet"),
}
SIGNALS = {
    "improving": gettext_lazy("Improving"),
    "concerning": gettext_lazy("Concerning"),
    "neutral": gettext_lazy("Changed"),
    "common_cause": gettext_lazy("No real change"),
}
KEY = {
    "improving": gettext_lazy("improving"),
    "concerning": gettext_lazy("concerning"),
    "neutral": gettext_lazy("changed, neither better nor worse"),
    "common_cause": gettext_lazy("within the usual range"),
    "incomplete": gettext_lazy("period not complete"),
    "limits": gettext_lazy("usual range"),
    "center": gettext_lazy("average"),
    "target": gettext_lazy("target"),
}


@register.filter
def num(value: float | int | None, decimals: int = 0) -> str:
    """A number in the reader's form; an en dash where there is none."""
    return "–" if value is None else formats.number(value, int(decimals))


@register.filter
def pct(share: float | None, decimals: int = 0) -> str:
    """A fraction of one as percent."""
    return "–" if share is None else formats.percent(share, int(decimals))


@register.filter
def as_value(value: float | None, form: str) -> str:
    """A measure's value by its format (count, rate, percent, days, weeks)."""
    return "–" if value is None else formats.value(value, form)


@register.filter
def as_day(value: date | None) -> str:
    """A date in words."""
    return "–" if value is None else formats.day(value)


@register.filter(expects_localtime=True)
def as_instant(value: datetime | None) -> str:
    """A day in words and a time, on the city's clock."""
    return "–" if value is None else f"{formats.short_day(value.date())}, {formats.clock(value.time())}"


@register.filter(is_safe=True)
def one_dot(text: str) -> str:
    """`{% filter one_dot %}`: a sentence in which an hour stands last ends with one dot, in Spanish too."""
    return texts.one_dot(text)


@register.simple_tag
def only_in(language: str) -> str:
    """What stands below a text nobody has translated yet: the language it is in, said in the reader's own."""
    name = get_language_info(language)["name_translated"]
    # English alone writes the names of languages with a capital.
    return _("Only in %(language)s so far.") % {"language": name if (get_language() or "en").startswith("en") else name.lower()}


@register.filter
def short_day(value: date | str | None) -> str:
    """A date in few signs, for a table; what is no date comes back as it is."""
    try:
        return "–" if value is None or value == "" else formats.short_day(formats.as_day(value))
    except ValueError:
        return str(value)


@register.filter
def measure_label(name: str) -> str:
    """A measure by its label in the reader's language; a name that is no measure's comes back as it is."""
    try:
        return str(measures.measure(name).label.in_(get_language() or "en"))
    except UserError:
        return name


@register.filter
def as_month(value: date | str | None) -> str:
    """A month in words, from a date or `2017-06`."""
    return "–" if value is None else formats.month(value)


@register.filter
def said(row: Any, name: str) -> str:
    """A text that stands in two languages, in the reader's."""
    return texts.said(row, name)


@register.filter
def label_in(measure: Any, language: str) -> str:
    """The label of a measure in a language."""
    return str(measure.label.in_(language))


@register.filter
def is_link(cell: Any) -> bool:
    """Whether a table cell leads somewhere."""
    return isinstance(cell, Link)


@register.simple_tag(takes_context=True)
def language_url(context: Context, code: str) -> str:
    """Address that shows this very page in another language; it needs no script and no form."""
    request = context.get("request")
    following = request.get_full_path() if request is not None else "/"
    return reverse("web:language", args=[code]) + "?" + urlencode({"next": following})


@register.simple_tag
def page_link(path: str) -> str:
    """The address if this installation has the page, else nothing."""
    return path if exists(path) else ""


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """The page's own query string with some values replaced; None takes a value out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    encoded = query.urlencode()
    return f"?{encoded}" if encoded else "?"


@register.inclusion_tag("web/components/number.html")
def number(text: str, unit: str = "", of: str = "", period: str = "", compared: str = "", state: str = "ok") -> dict[str, Any]:
    """A value with its unit, its denominator ("of 1,204 due"), its period and what it is compared with."""
    return {"text": text, "unit": unit, "of": of, "period": period, "compared": compared, "state": state}


@register.inclusion_tag("web/components/state.html")
def state(name: str, reason: str = "") -> dict[str, Any]:
    """Why there is no ordinary number: too_few, missing or incomplete."""
    return {"name": name, "label": STATES.get(name, name), "reason": reason}


@register.inclusion_tag("web/components/signal.html")
def signal(name: str | None, direction: str = "") -> dict[str, Any]:
    """Whether a change is real: shape, word, color; `direction` up or down adds an arrow. Nothing without a signal name."""
    arrows = {"up": "↑", "down": "↓"} if name not in {None, "common_cause"} else {}
    words = {"up": _("rising"), "down": _("falling")} if arrows else {}
    return {"name": name, "label": SIGNALS.get(name or "", ""), "arrow": arrows.get(direction, ""), "word": words.get(direction, "")}


@register.inclusion_tag("web/components/signal_shape.html")
def signal_shape(name: str) -> dict[str, Any]:
    """The shape of a signal alone, as charts draw it."""
    return {"name": name}


@register.inclusion_tag("web/components/chart.html", takes_context=True)
def chart(context: Context, figure: Figure, heading: str = "h3") -> dict[str, Any]:
    """A figure: title, picture (one per width), key, data date and build, table, downloads."""
    note = context.get("build_note")
    return {
        "figure": figure,
        "heading": heading,
        "wide": promised_picture(figure.wide),
        "narrow": promised_picture(figure.narrow) if figure.narrow else None,
        "words": f"{figure.title.rstrip('.')}. {figure.description}" if figure.description else figure.title,
        "key": [(name, KEY[name]) for name in figure.key],
        "as_of": figure.as_of or (note.as_of if note else None),
        # What people keep by hand has a day and is of no build.
        "build": figure.build or (note.number if note and figure.as_of is None else None),
    }


def promised_picture(specification: dict[str, Any]) -> dict[str, Any]:
    """Address and size of a chart that is drawn when the browser asks for it, and only in the width it shows."""
    size = {name: specification.get(name) for name in ("width", "height")}
    is_known = "facet" not in specification and all(isinstance(value, int | float) for value in size.values())
    return {"key": charting.promise(specification), **(size if is_known else {})}


def picture(specification: dict[str, Any], title: str, description: str) -> SafeString:
    """The chart as inline SVG; `core.charting` has taken out everything that is not drawing."""
    return mark_safe(charting.svg(specification, title=title, description=description))  # noqa: S308


@register.simple_tag
def picture_of(figure: Figure, title: str = "") -> SafeString:
    """The picture of a figure alone, for a card that says the rest itself."""
    return picture(figure.wide, figure.title or title, figure.description)


@register.inclusion_tag("web/components/table.html")
def table(data: Table) -> dict[str, Any]:
    """A table whose numbers are right-aligned, in a scrolling frame the keyboard reaches."""
    rows = [list(zip(row, data.columns, strict=True)) for row in data.rows]
    return {"table": data, "rows": rows}


@register.inclusion_tag("web/components/breadcrumb.html")
def breadcrumb(*steps: str) -> dict[str, Any]:
    """`{% breadcrumb "Measures" "/measures/" "Closed on time" %}`: text and address in turn, the page itself last."""
    pairs = list(zip(steps[:-1:2], steps[1::2], strict=False))
    return {"steps": pairs, "current": steps[-1]}


@register.inclusion_tag("web/components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """Links to the previous and next page that keep the filters."""
    back = query_with(context, **{name: page.previous_page_number()}) if page.has_previous() else ""
    forth = query_with(context, **{name: page.next_page_number()}) if page.has_next() else ""
    return {"page": page, "previous": back, "next": forth}


@register.inclusion_tag("web/components/empty.html")
def empty(title: str, sentence: str, command: str = "", url: str = "", link: str = "") -> dict[str, Any]:
    """Nothing here yet: says what to do first, by a command or a link."""
    return {"title": title, "sentence": sentence, "command": command, "url": url, "link": link}


@register.inclusion_tag("web/components/filters.html")
def filters(form: Any, label: str, button: str, reset_url: str = "") -> dict[str, Any]:
    """A GET form of filters that lives in the address; `form` is a Django form."""
    return {"form": form, "label": label, "button": button, "reset_url": reset_url}


@register.simple_tag
def join(words: Sequence[str], separator: str = " · ") -> str:
    """The words that are not empty, joined."""
    return separator.join(word for word in words if word)
