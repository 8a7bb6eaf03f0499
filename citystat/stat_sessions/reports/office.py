"""What Excel and PowerPoint files share: bytes that repeat, and names a program can take."""

import io
import re
import zipfile
from datetime import date, datetime

# The first day a ZIP file can name.
EPOCH = (1980, 1, 1, 0, 0, 0)
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
MOST_LETTERS_OF_A_SHEET = 31
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def repeatable(data: bytes) -> bytes:
    """The same package with its parts in order and without the time it was written."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            package.writestr(entry, source.read(name))
    return target.getvalue()


def sheet_names(captions: list[str]) -> list[str]:
    """A name for each sheet that spreadsheet programs accept, no two the same in any case."""
    found: list[str] = []
    for index, caption in enumerate(captions, start=1):
        plain = " ".join(FORBIDDEN.sub(" ", CONTROL.sub("", caption)).split()).strip("'") or f"Table {index}"
        name = plain[:MOST_LETTERS_OF_A_SHEET].strip()
        if name.casefold() in {one.casefold() for one in found} or name.casefold() == "history":
            ending = f" ({index})"
            name = plain[: MOST_LETTERS_OF_A_SHEET - len(ending)].strip() + ending
        found.append(name)
    return found


def clean(text: str) -> str:
    """Text without the control characters that XML refuses."""
    return CONTROL.sub("", text)


def midnight(day: str) -> datetime:
    """When a file says it was made: the day of its data."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time())
