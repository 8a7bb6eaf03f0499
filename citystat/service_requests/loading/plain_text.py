"""Inputs as plain UTF-8 files: standard input, gzip and other encodings are written out once, in bounded memory."""

import codecs
import gzip
import shutil
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from citystat.service_requests.loading.sniffing import Sniffed, truncated_gzip

CHUNK_BYTES: Final = 1 << 20


def from_standard_input(folder: Path) -> Path:
    """Standard input as a file."""
    path = folder / "standard-input"
    with open(path, "wb") as target:
        shutil.copyfileobj(sys.stdin.buffer, target, CHUNK_BYTES)
    return path


def plain(sniffed: Sniffed, folder: Path, encoding: str | None = None) -> Path:
    """The input itself where it is plain UTF-8 already, otherwise a converted copy in `folder`."""
    encoding = encoding or sniffed.encoding
    if not sniffed.is_gzip and encoding == "utf-8":
        return sniffed.path
    target = folder / f"plain-{sniffed.path.name}"
    with open(target, "wb") as out, _opened(sniffed) as source:
        try:
            for piece in _converted(source, encoding):
                out.write(piece)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise truncated_gzip(sniffed.path.name) from error
    return target


def _opened(sniffed: Sniffed) -> BinaryIO:
    return gzip.open(sniffed.path, "rb") if sniffed.is_gzip else open(sniffed.path, "rb")  # type: ignore[return-value]


def _converted(source: BinaryIO, encoding: str) -> Iterator[bytes]:
    if encoding == "utf-8":
        while chunk := source.read(CHUNK_BYTES):
            yield chunk
    elif encoding == "mixed":
        for line in iter(lambda: source.readline(CHUNK_BYTES), b""):
            yield _line_as_utf8(line)
    else:
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        while chunk := source.read(CHUNK_BYTES):
            yield decoder.decode(chunk).encode("utf-8")


def _line_as_utf8(line: bytes) -> bytes:
    """A line that is not UTF-8 is read as Windows-1252, the encoding older city systems write; bytes it lacks as Latin-1."""
    try:
        line.decode("utf-8")
        return line
    except UnicodeDecodeError:
        pass
    try:
        return line.decode("cp1252").encode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1").encode("utf-8")
