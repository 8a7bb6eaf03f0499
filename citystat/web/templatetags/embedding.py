"""What somebody pastes into another site to show a page there."""

from typing import Any

from django import template
from django.conf import settings
from django.template import Context

from citystat.core.embedding import PARAMETER

register = template.Library()


@register.inclusion_tag("web/components/embed_code.html", takes_context=True)
def embed_code(context: Context, title: str) -> dict[str, Any]:
    """The frame with the address of this page; nothing on a page that stands in a frame already. `title` says what it shows."""
    address = f"{settings.CITYSTAT_BASE_URL.rstrip('/')}{context['request'].path}?{PARAMETER}=1"
    return {"title": title, "address": address, "is_framed": bool(context.get("embed"))}
