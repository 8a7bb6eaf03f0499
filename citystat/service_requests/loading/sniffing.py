"""What an input is, from its first bytes: compression, format, encoding, delimiter, header."""

import codecs
import csv
import gzip
import io
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from citystat.core.errors import InputError, NotFound
from citystat.service_requests.loading import preamble

SAMPLE_BYTES: Final = 1 << 20
MAXIMUM_LINE_BYTES: Final = 16 << 20
ASCII: Final = bytes(range(128))
MOST_BEYOND_ASCII: Final = 0.5
SIGNATURES: Final = (
    (b"PK\x03\x04", "is a ZIP or Excel file: unpack it, or save the sheet as CSV, and load that"),
    (b"BZh", "is compressed with bzip2: unpack it, or compress it with gzip, and load that"),
    (b"\xfd7zXZ", "is compressed with xz: unpack it, or compress it with gzip, and load that"),
    (b"\x28\xb5\x2f\xfd", "is compressed with zstd: unpack it, or compress it with gzip, and load that"),
    (b"\x1f\x8b", "is compressed twice: unpack it once and load that"),
    (b"%PDF", "is a PDF: ask for the export as CSV or JSON"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel file: save the sheet as CSV and load that"),
    (b"SQLite format 3", "is a database: export the table as CSV and load that"),
)


@dataclass(frozen=True)
class Sniffed:
    """What was found. `format` is csv, json, jsonl or parquet; `headers`, `delimiter` and the lines before the header are of CSV only."""

    path: Path
    format: str
    is_gzip: bool = False
    encoding: str = "utf-8"
    delimiter: str = ","
    headers: tuple[str, ...] = ()
    extra_fields: int = 0
    sample: bytes = b""
    is_strict: bool = True
    lines_before: int = 0


def sniff(path: Path) -> Sniffed:
    """Look at a file; raise InputError with one sentence where it cannot be an export."""
    first = _first_bytes(path)
    if first.startswith(b"PAR1"):
        return Sniffed(path, "parquet")
    is_gzip = first.startswith(b"\x1f\x8b")
    sample = _unpacked(path) if is_gzip else first
    if not sample.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise InputError(f"{path.name} is empty: there is nothing to load.")
    for signature, sentence in SIGNATURES:
        if sample.startswith(signature):
            raise InputError(f"{path.name} {sentence}.")
    encoding = encoding_of(sample, path.name)
    text = decoded(sample, encoding)
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        raise InputError(_markup(start, path.name))
    if start[:1] in "[{":
        return Sniffed(path, _json_kind(start), is_gzip, encoding, sample=sample)
    return _csv(path, text, is_gzip, encoding, sample)


def _first_bytes(path: Path) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(SAMPLE_BYTES)
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder: give the files in it.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path, "rb") as file:
            return file.read(SAMPLE_BYTES)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise truncated_gzip(path.name) from error


def truncated_gzip(name: str) -> InputError:
    """The sentence for a gzip file that ends too early or is damaged."""
    return InputError(f"{name} is a damaged or incomplete gzip file: download it again; nothing of it was loaded.")


def encoding_of(sample: bytes, name: str) -> str:
    """UTF-8 unless marks or the pattern of zero bytes say UTF-16 or UTF-32; `mixed` where some bytes are not UTF-8."""
    if sample.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros = sample.count(0)
    if zeros:
        odd, even = sample[1::2].count(0), sample[::2].count(0)
        if zeros > len(sample) * 0.3 and max(odd, even) > 0.9 * zeros:
            return "utf-16-le" if odd > even else "utf-16-be"
        raise InputError(f"{name} is not text (it has zero bytes): give a CSV, JSON or Parquet export.")
    controls = sum(sample.count(code) for code in (1, 2, 3, 4, 5, 6, 14, 15, 16, 17, 18, 19, 20))
    if controls > max(8, len(sample) // 200):
        raise InputError(f"{name} is not text: give a CSV, JSON or Parquet export.")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError as error:
        # Of words in Windows-1252 few letters have an accent; of packed, encrypted or EBCDIC bytes most are beyond ASCII.
        if len(sample.translate(None, ASCII)) > len(sample) * MOST_BEYOND_ASCII:
            raise InputError(f"{name} is not text that can be read: give a CSV or JSON export in UTF-8, or a Parquet file.") from error
        return "mixed"
    return "utf-8"


def decoded(sample: bytes, encoding: str) -> str:
    """Text of a sample whose last character may be cut."""
    name = "cp1252" if encoding == "mixed" else encoding
    return sample.decode(name, errors="ignore" if encoding != "mixed" else "replace")


def _markup(start: str, name: str) -> str:
    if "<html" in start[:2000].lower() or "<!doctype html" in start[:200].lower():
        return f"{name} is a web page (HTML), not an export: the link may need signing in, or has moved; download the CSV or JSON again."
    return f"{name} is XML: ask for the export as CSV or JSON (an Open311 server answers JSON at requests.json)."


def _json_kind(start: str) -> str:
    if start.startswith("["):
        return "json"
    first, _, rest = start.partition("\n")
    return "jsonl" if first.strip().endswith("}") and rest.strip() else "json-object"


def _csv(path: Path, text: str, is_gzip: bool, encoding: str, sample: bytes) -> Sniffed:
    text = text.removeprefix("\ufeff")
    if len(sample) >= SAMPLE_BYTES and "\n" not in text and "\r" not in text:
        raise InputError(f"The first line of {path.name} is longer than {SAMPLE_BYTES >> 20} MB: this is not a CSV export.")
    start = preamble.start_of(text)
    delimiter = start.delimiter
    is_whole = len(sample) < SAMPLE_BYTES
    records = _records(_after(text, start.lines), delimiter, is_whole)
    if not records:
        raise InputError(f"{path.name} has no header: there is nothing to load.")
    headers = records[0]
    widths = Counter(len(record) for record in records[1:])
    usual = widths.most_common(1)[0][0] if widths else len(headers)
    trailing = usual - len(headers)
    extra = (
        trailing
        if 0 < trailing <= 3 and all(_is_blank_after(record, len(headers)) for record in records[1:] if len(record) == usual)
        else 0
    )
    return Sniffed(path, "csv", is_gzip, encoding, delimiter, tuple(headers), extra, sample, lines_before=start.lines)


def _after(text: str, lines: int) -> str:
    """A text without its first lines, whatever they end with."""
    stream = io.StringIO(text, newline="")
    for _ in range(lines):
        stream.readline()
    return stream.read()


def _is_blank_after(record: list[str], width: int) -> bool:
    return not any(field.strip() for field in record[width:])


def _records(text: str, delimiter: str, is_whole: bool) -> list[list[str]]:
    """The non-blank records of a sample, without the last one where the sample was cut."""
    csv.field_size_limit(MAXIMUM_LINE_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    try:
        for record in reader:
            if record:
                records.append(record)
            if len(records) > 200:
                return records
    except csv.Error:
        return records
    return records if is_whole or len(records) < 2 else records[:-1]
