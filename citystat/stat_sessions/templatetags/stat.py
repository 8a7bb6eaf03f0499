"""A button of the preparation page: one form for one act, with a question where the act needs an answer."""

from typing import Any

from django import template
from django.template import Context

register = template.Library()


@register.inclusion_tag("stat_sessions/cycle/act.html", takes_context=True)
def stat_act(context: Context, act: str, button: str, **options: Any) -> dict[str, Any]:
    """`ask` is the question, `field` its name, `value` what is sent without asking, `outline` a quieter button."""
    usual = {"ask": "", "field": "reason", "value": "", "outline": False}
    return usual | options | {"act": act, "button": button, "session": context["session"], "csrf_token": context.get("csrf_token")}
