"""Texts that stand in two languages beside each other: `title` and `title_es`."""

from typing import Any

from django.utils.translation import get_language


def said(row: Any, name: str, language: str | None = None) -> str:
    """The field in the reader's language (or the one asked for); English where the other is not filled in."""
    spanish = (language or get_language() or "en").startswith("es")
    other = getattr(row, f"{name}_es", "") if spanish else ""
    return str(other or getattr(row, name))
