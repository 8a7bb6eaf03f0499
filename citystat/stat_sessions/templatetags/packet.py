"""Place a chart of the packet, and walk a table's cells beside its columns."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def packet_chart(context: Mapping[str, Any], key: str, description: str) -> SafeString:
    """The SVG of a chart by its key, named for those who do not see it; nothing where the packet has no such chart."""
    drawing = context["charts"].get(key, "")
    start = drawing.find("<svg")
    if start < 0:
        return mark_safe("")
    body = drawing[start + len("<svg") :]
    # The drawing comes from our own chart and map builders, never from a user; its description is escaped.
    return format_html('<svg role="img" aria-label="{}"{}', description, mark_safe(body))  # noqa: S308


@register.filter
def beside(cells: Iterable[Any], columns: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Each cell with its column."""
    return list(zip(cells, columns, strict=False))
