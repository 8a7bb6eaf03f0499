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


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Hasta: 22 de diciembre, 8:30 a.m..", "Hasta: 22 de diciembre, 8:30 a.m."),
        ("Desde las 8:30 a.m.. Otra vez: 9:00 p.m..", "Desde las 8:30 a.m. Otra vez: 9:00 p.m."),
        ("Wait... then go.", "Wait... then go."),
        ("Until 8:30 AM.", "Until 8:30 AM."),
    ],
)
def test_one_dot_ends_a_sentence(text: str, wanted: str) -> None:
    assert texts.one_dot(text) == wanted
