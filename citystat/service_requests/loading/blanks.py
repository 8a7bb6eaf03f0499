"""Which blanks the texts of a file may have at their ends, told from its bytes: what is nowhere in it is not looked for in every text."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHUNK_BYTES: Final = 1 << 20
NO_BREAK_SPACE: Final = "\u00a0".encode()


@dataclass(frozen=True)
class Blanks:
    """What texts may end in besides spaces, or begin with: tabs and carriage returns, line ends, no-break spaces."""

    controls: bool = True
    line_ends: bool = True
    no_break_spaces: bool = True


EVERY: Final = Blanks()


def of_csv(path: Path) -> Blanks:
    """Of a plain UTF-8 file whose texts have line ends only inside of quotation marks. Passes over it once, at little cost."""
    with open(path, "rb") as file:
        return of_bytes(iter(lambda: file.read(CHUNK_BYTES), b""))


def of_bytes(chunks: Iterable[bytes]) -> Blanks:
    """The same of its pieces."""
    controls = line_ends = no_break_spaces = False
    last = b""
    for chunk in chunks:
        controls = controls or b"\t" in chunk or b"\r" in chunk
        line_ends = line_ends or b'"' in chunk
        # Its first byte alone is looked for far faster than both.
        if not no_break_spaces and (NO_BREAK_SPACE[:1] in chunk or last == NO_BREAK_SPACE[:1]):
            no_break_spaces = NO_BREAK_SPACE in last + chunk
        last = chunk[-1:]
    return Blanks(controls, line_ends, no_break_spaces)
