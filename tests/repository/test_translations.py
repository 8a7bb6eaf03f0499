"""Every word a page shows has a Spanish translation with the same placeholders."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tools.extract_messages import PACKAGE, rooms_with_own_words, words, words_of

CATALOGS = sorted(PACKAGE.glob("**/locale/es/LC_MESSAGES/django.po"))
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(%%)")


def entries(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [entry for entry in read_po(file, locale="es") if entry.id]


def texts(value: str | tuple[str, ...]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-5])
def test_every_message_is_translated_and_none_is_a_guess(path: Path) -> None:
    unfinished = [entry.id for entry in entries(path) if entry.fuzzy or not all(texts(entry.string))]
    assert unfinished == []


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-5])
def test_translations_keep_their_placeholders(path: Path) -> None:
    def placeholders(text: str) -> set[str]:
        return {found[0] or found[1] for found in PLACEHOLDER.findall(text)}

    changed = [
        entry.id
        for entry in entries(path)
        for text, source in zip(texts(entry.string), texts(entry.id), strict=True)
        if text and (placeholders(text) - {"%%"} != placeholders(source) - {"%%"} or ("%%" in text) != ("%%" in source))
    ]
    assert changed == []


@pytest.mark.slow
def test_shared_catalog_has_every_word_of_code_and_templates() -> None:
    known = {entry.id for entry in entries(PACKAGE / "locale" / "es" / "LC_MESSAGES" / "django.po")}
    assert [message for message in words() if message not in known] == [], "run tools/extract_messages.py and translate"


@pytest.mark.slow
@pytest.mark.parametrize("room", rooms_with_own_words(), ids=lambda room: room.name)
def test_catalog_of_a_room_has_its_words(room: Path) -> None:
    known = {entry.id for path in room.glob("locale/es/LC_MESSAGES/*.po") for entry in entries(path)}
    known |= {entry.id for entry in entries(PACKAGE / "locale" / "es" / "LC_MESSAGES" / "django.po")}
    files = [path for pattern in ("**/*.py", "**/templates/**/*.html") for path in sorted(room.glob(pattern))]
    assert sorted({str(message) for path in files for message in words_of(path) if message not in known}) == []


def test_extraction_finds_words_of_templates_and_code(tmp_path: Path) -> None:
    page, code = tmp_path / "page.html", tmp_path / "code.py"
    page.write_text(
        '{% translate "One" %}{% blocktranslate with n=x trimmed %}\n Two {{ n }}\n{% endblocktranslate %}{{ _("Three") }}'
        '{% translate "Held" context "sessions" %}'
    )
    code.write_text('_("Four"); ngettext("a", "b", 2); pgettext("requests", "Open")')
    assert list(words_of(page)) == ["One", "Two %(n)s", "Three", "Held"]
    assert list(words_of(code)) == ["Four", ("a", "b"), "Open"]
