"""Bring the Spanish catalog up to date with the words in code and templates: `python tools/extract_messages.py`.

New words are added without translation (a test then fails until somebody translates them), words no longer used are dropped.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent / "citystat"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# Headers that would change at every run, or name people who are not there.
IDLE_HEADERS = re.compile(rb'^"(?:Project-Id-Version|Report-Msgid|POT-|PO-|Last-|Language-Team|Generated)[^\n]*\n', re.M)
Message = str | tuple[str, str]
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"""(?:[np]gettext\({LITERAL}\s*,\s*{LITERAL}|(?:gettext|_)\({LITERAL})[^)\n]*\)""", re.DOTALL)


def rooms_with_own_words() -> list[Path]:
    """Rooms that keep a catalog of their own."""
    return [path.parent for path in PACKAGE.glob("*/locale")]


def sources() -> list[Path]:
    """Python files and templates whose words belong to the shared catalog."""
    apart = rooms_with_own_words()
    found = [path for pattern in ("**/*.py", "**/templates/**/*.html", "**/templates/**/*.txt") for path in PACKAGE.glob(pattern)]
    return sorted(path for path in found if not any(path.is_relative_to(room) for room in apart) and "migrations" not in path.parts)


def words_of(path: Path) -> Iterator[Message]:
    """Every message of one file, in order; a pair where it has a plural."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = calls_of_template(text, str(path))
    for _line, message, _comments, _context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
        if isinstance(message, tuple):
            yield message[0], message[1]
        elif message:
            yield message


def calls_of_template(text: str, origin: str) -> str:
    """The translation calls of a template as Python, one a line; what Django makes of the rest of it is no Python."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
    return "\n".join(match[0] for match in CALL.finditer(templatize(text, origin=origin)))


def words() -> dict[Message, list[str]]:
    """Every message of the shared catalog with the files that use it."""
    found: dict[Message, list[str]] = {}
    for path in sources():
        for message in words_of(path):
            places = found.setdefault(message, [])
            if (place := path.relative_to(PACKAGE.parent).as_posix()) not in places:
                places.append(place)
    return found


def update(path: Path) -> tuple[int, int]:
    """Write the catalog anew, keeping its translations; return how many messages it has and how many lack one."""
    with path.open("rb") as file:
        known = read_po(file, locale="es")
    fresh = Catalog(locale="es", project="CityStat", version="", charset="utf-8", fuzzy=False)
    fresh.header_comment = "# Spanish words of CityStat's pages, as Spanish is written in the United States."
    for message, places in sorted(words().items(), key=lambda item: (item[1][0], str(item[0]))):
        before = known.get(message if isinstance(message, str) else message[0])
        flags = ["python-format"] if re.search(r"%\(\w+\)[sd]", str(message)) else []
        fresh.add(message, before.string if before else None, locations=[(place, None) for place in places], flags=flags)
    written = io.BytesIO()
    write_po(written, fresh, width=120, include_lineno=False)
    path.write_bytes(IDLE_HEADERS.sub(b"", written.getvalue()))
    missing = sum(1 for entry in fresh if entry.id and not all([entry.string] if isinstance(entry.string, str) else entry.string or [""]))
    return len(fresh), missing


if __name__ == "__main__":
    count, missing = update(PACKAGE / "locale" / "es" / "LC_MESSAGES" / "django.po")
    sys.stdout.write(f"{count} messages, {missing} without a translation\n")
