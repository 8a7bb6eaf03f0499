"""Texts in two languages."""

from types import SimpleNamespace

import pytest

from citystat.core import texts

ROW = SimpleNamespace(title="Roads", title_es="Calles", text="Only English", text_es="")


@pytest.mark.parametrize(
    ("name", "language", "wanted"), [("title", "en", "Roads"), ("title", "es-mx", "Calles"), ("text", "es", "Only English")]
)
def test_said_gives_the_language_where_it_is_filled_in(name, language, wanted):
    assert texts.said(ROW, name, language) == wanted
