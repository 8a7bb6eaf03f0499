"""Names the city's rooms know, offered where somebody types one: departments, districts, services.

A room registers what it knows in its AppConfig; the forms that ask never know the rooms. A name is offered, not required: a department
without a service can have people and goals all the same.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

DEPARTMENT: Final = "department"
DISTRICT: Final = "district"
SERVICE: Final = "service"

Supplier = Callable[[], Mapping[str, str]]

_paths: dict[str, list[str]] = {}


def register(kind: str, path: str) -> None:
    """Take in a supplier by its dotted path: a function that gives value -> what people call it."""
    paths = _paths.setdefault(kind, [])
    if path not in paths:
        paths.append(path)


def known(kind: str) -> dict[str, str]:
    """Every name of a kind: value -> what people call it, in the order of the latter; empty where nothing is loaded yet."""
    found: dict[str, str] = {}
    for path in _paths.get(kind, ()):
        supplier: Supplier = import_string(path)
        for value, words in supplier().items():
            found.setdefault(value, words)
    return dict(sorted(found.items(), key=lambda one: _order(one[1])))


def _order(words: str) -> list[Any]:
    """By letters, numbers by their size: District 2 before District 10."""
    return [int(part) if part.isdecimal() else part.casefold() for part in re.split(r"(\d+)", words)]


class OfferedInput(forms.TextInput):
    """A line of text that offers the known names of a kind while it is typed, and takes others too; works without scripts."""

    def __init__(self, kind: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.kind = kind

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The input and its list of names."""
        names = known(self.kind)
        if not names:
            return super().render(name, value, attrs, renderer)
        list_id = f"{(attrs or {}).get('id', name)}_names"
        line = super().render(name, value, {**(attrs or {}), "list": list_id}, renderer)
        options = format_html_join(
            "", '<option value="{}">{}</option>', ((key, "" if key == words else words) for key, words in names.items())
        )
        return format_html('{}<datalist id="{}">{}</datalist>', line, list_id, options)
