"""Texts as people read them: those that stand in two languages beside each other (`title` and `title_es`), and the end of a sentence."""

import re
import unicodedata
from typing import Any

from django.utils.translation import get_language

# Marks nobody sees that turn the order of letters round or ring a bell; line ends and tabs are none of them.
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
TWO_DOTS = re.compile(r"(?<!\.)\.\.(?!\.)")


def as_seen(text: str) -> str:
    """A text of somebody outside without control characters and the marks that show letters in another order than they stand."""
    return HIDDEN.sub("", text)


def folded(text: str) -> str:
    """Lower case without accents: for finding, and for an order in which Árbol stands before Bache."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))


def one_dot(text: str) -> str:
    """A sentence that ends with a Spanish hour has one dot at its end: `hasta las 8:30 a.m..` -> `hasta las 8:30 a.m.`"""
    return TWO_DOTS.sub(".", text)


def said(row: Any, name: str, language: str | None = None) -> str:
    """The field in the reader's language (or the one asked for); English where the other is not filled in."""
    spanish = (language or get_language() or "en").startswith("es")
    other = getattr(row, f"{name}_es", "") if spanish else ""
    return str(other or getattr(row, name))
