"""Words and links for the room's templates."""

from typing import Any

from django import template

from citystat.service_requests import words
from citystat.service_requests.explorer.filters import Filters

register = template.Library()
register.filter("flag_word", words.flag_word)
register.filter("kind_word", words.kind_word)


@register.filter
def status_word(name: str | None) -> Any:
    """A status in the reader's language."""
    return words.STATUS_WORDS.get(name or "", name or "")


@register.filter
def unlocalized(value: float) -> str:
    """A number as SVG wants it, whatever the reader's language."""
    return f"{value:g}" if isinstance(value, int) else f"{value:.2f}"


@register.simple_tag
def with_filter(filters: Filters, **changes: Any) -> str:
    """The URL query of the filters with one changed; a status becomes the only one."""
    if "status" in changes:
        changes["status"] = (changes["status"],)
    return filters.query(**changes)
