"""A button of the preparation page: the fields it needs, what is wrong with them, and the act it is for."""

from typing import Any

from django import template
from django.template import Context

register = template.Library()


@register.inclusion_tag("stat_sessions/cycle/act.html", takes_context=True)
def stat_act(context: Context, act: str, button: str, *, outline: bool = False, asks: bool = True) -> dict[str, Any]:
    """`outline` is a quieter button; `asks` false leaves out the fields of an act that needs none this time."""
    page = context["page"]
    form = page.beside.get(act) if asks else None
    problem = page.problem if page.act == act and form is None else ""
    return {"act": act, "button": button, "outline": outline, "form": form, "problem": problem}
