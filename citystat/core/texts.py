"""Texts as people read them: those that stand in two languages beside each other (`title` and `title_es`), and the end of a sentence."""

import re
from typing import Any

from django.utils.translation import get_language

TWO_DOTS = re.compile(r"(?<!\.)\.\.(?!\.)")


def one_dot(text: str) -> str:
    """A sentence that ends with a Spanish hour has one dot at its end: `hasta las 8:30 a.m..` -> `hasta las 8:30 a.m.`"""
    return TWO_DOTS.sub(".", text)


def said(row: Any, name: str, language: str | None = None) -> str:
    """The field in the reader's language (or the one asked for); English where the other is not filled in."""
    spanish = (language or get_language() or "en").startswith("es")
    other = getattr(row, f"{name}_es", "") if spanish else ""
    return str(other or getattr(row, name))
