"""Compile the translations (.po to .mo) that pages read; the compiled files are not committed."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent / "citystat"


def compile_all(package: Path) -> int:
    """Write one .mo beside every .po, of the project and of rooms with words of their own; return how many."""
    count = 0
    for source in sorted(package.glob("**/locale/*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalog = read_po(file)
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
        count += 1
    return count


if __name__ == "__main__":
    sys.stdout.write(f"{compile_all(PACKAGE)} translation files compiled\n")
