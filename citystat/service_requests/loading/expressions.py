"""SQL expressions of the vocabulary of layouts: cleaned text, numbers, moments, points, value maps. DuckDB dialect."""

import itertools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from citystat.service_requests.loading.blanks import EVERY, Blanks

BLANKS: Final = "' \t\r\n\u00a0\ufeff'"
NO_ID: Final = ("null", "none", "nan", "n/a", "na", "-", "--", "#n/a", "unknown")
OFFSET_LENGTH: Final = 19
TOO_EARLY: Final = "TIMESTAMP '0999-12-31 23:59:59.999999'"
ZONE_WORDS: Final = {
    "UTC": "+00", "GMT": "+00", "EST": "-05", "EDT": "-04", "CST": "-06", "CDT": "-05", "MST": "-07", "MDT": "-06", "PST": "-08",
    "PDT": "-07",
}  # fmt: skip
TWELVE_HOURS: Final = ("%Y-%m-%d %I:%M:%S %p", "%Y-%m-%d %I:%M %p", "%Y/%m/%d %I:%M:%S %p", "%Y/%m/%d %I:%M %p")
THOUSANDS: Final = r"-?\d{1,3}(,\d{3})+(\.\d*)?"
DIGITS_OF_DECIMALS: Final = r"(-?\d{1,3}(?:\.\d+)?)"
EPOCHS: Final = {"epoch_milliseconds": (r"-?\d{11,13}(\.0+)?", 1_000), "epoch_seconds": (r"-?\d{9,10}(\.\d+)?", 1_000_000)}
TIME_FORMATS: Final = ("%I:%M %p", "%I:%M:%S %p", "%H:%M", "%H:%M:%S", "%I:%M%p", "%H:%M:%S.%f")


def literal(value: Any) -> str:
    """A SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def cleaned(column: str, missing: Sequence[str] = (), blanks: Blanks = EVERY) -> str:
    """Text without surrounding blanks; empty text and the layout's words for `not recorded` become null.

    Other blanks than `blanks` are in none of the texts.
    """
    # Trimming costs ten times what looking at both ends does, and is seldom needed. The last character costs three times what one
    # known character at the end does, and four times what one anywhere does.
    tests = [f"{column} < '!'", f"{column}[-1] < '!'" if blanks.controls else f"suffix({column}, ' ')"]
    if blanks.line_ends and not blanks.controls:
        tests.append(f"contains({column}, '\n')")
    if blanks.no_break_spaces:
        tests.append(f"contains({column}, '\u00a0')")
    text = f"CASE WHEN {' OR '.join(tests)} THEN nullif(trim({column}, {BLANKS}), '') ELSE {column} END"
    if missing:
        text = f"CASE WHEN trim({column}) NOT IN ({', '.join(map(literal, missing))}) THEN {text} END"
    return text


def without_decimal_zero(text: str) -> str:
    """`64110.0` as `64110`, other text as it is."""
    is_number = f"ends_with({text}, '.0') AND try_cast({text} AS DOUBLE) IS NOT NULL"
    return f"CASE WHEN {is_number} THEN left({text}, length({text}) - 2) ELSE {text} END"


def number(text: str) -> str:
    """A number; commas between thousands are ignored, anything else is null."""
    is_grouped = f"contains({text}, ',') AND regexp_full_match({text}, {literal(THOUSANDS)})"
    return f"coalesce(try_cast({text} AS DOUBLE), CASE WHEN {is_grouped} THEN replace({text}, ',', '')::DOUBLE END)"


def if_offset(text: str, then: str, otherwise: str) -> str:
    """SQL that differs for an ISO text that ends in Z, an offset from UTC or a zone's name; short texts are told by their length alone."""
    signs = " OR ".join(f"substr({text}, -{place}, 1) IN ('+', '-')" for place in (3, 5, 6))
    names = ", ".join(literal(f" {name}") for name in ZONE_WORDS)
    is_named = f"CASE WHEN substr({text}, -1, 1) > '9' THEN ends_with({text}, 'Z') OR right({text}, 4) IN ({names}) ELSE {signs} END"
    is_offset = f"CASE WHEN strlen({text}) > {OFFSET_LENGTH} THEN {is_named} ELSE ends_with({text}, 'Z') END"
    return f"CASE WHEN {is_offset} THEN {then} ELSE {otherwise} END"


def with_zone(text: str) -> str:
    """The instant of a text that says its offset, of whose zone names the database knows only some."""
    start = f"left({text}, length({text}) - 4)"
    named = " ".join(f"WHEN {literal(f' {name}')} THEN {start} || '{offset}'" for name, offset in ZONE_WORDS.items())
    apart = f"substr({text}, -6, 1) = ' ' OR substr({text}, -7, 1) = ' '"
    joined = f"CASE WHEN {apart} THEN regexp_replace({text}, ' ([+-][0-9]{{2}}:?[0-9]{{2}})$', '\\1') ELSE {text} END"
    spelled = f"CASE WHEN substr({text}, -1, 1) > '9' THEN CASE right({text}, 4) {named} ELSE {text} END ELSE {joined} END"
    return f"try_cast({spelled} AS TIMESTAMPTZ)"


def from_serial(text: str, formats: Sequence[str]) -> str:
    """A spreadsheet's number of days as an ISO 8601 text, where the formats say that there are such numbers."""
    if "excel_serial" not in formats:
        return text
    seconds = f"round(({text})::DOUBLE * 86400)"
    moment = f"TIMESTAMP '1899-12-30 00:00:00' + to_seconds({seconds}::BIGINT)"
    written = f"CASE WHEN contains({text}, '.') THEN strftime({moment}, '%Y-%m-%d %H:%M:%S') ELSE strftime({moment}, '%Y-%m-%d') END"
    return f"CASE WHEN regexp_full_match({text}, '[1-9][0-9]{{4}}(\\.[0-9]+)?') THEN {written} ELSE {text} END"


def exact_time(text: str, formats: Sequence[str] = ()) -> str:
    """The instant, in UTC, of a text that says its offset or, where the formats list an epoch, counts from 1970; null for others."""
    otherwise = "NULL::TIMESTAMP"
    for name in EPOCHS.keys() & set(formats):
        otherwise = f"CASE WHEN {is_epoch(text, [name])} THEN {_epoch_time(text, name)} ELSE {otherwise} END"
    return if_offset(text, f"timezone('UTC', {with_zone(text)})", otherwise)


def is_epoch(text: str, formats: Sequence[str]) -> str:
    """Whether a text counts from 1970, as the formats allow."""
    tests = [f"regexp_full_match({text}, {literal(EPOCHS[name][0])})" for name in formats if name in EPOCHS]
    return f"({' OR '.join(tests)})" if tests else "false"


def _epoch_time(text: str, name: str) -> str:
    return f"make_timestamp((try_cast({text} AS DOUBLE) * {EPOCHS[name][1]})::BIGINT)"


def local_time(text: str, formats: Sequence[str], zone: str) -> str:
    """Clock time in the zone: ISO 8601 first, then each format in turn; two-digit years before four-digit ones."""
    with_offset = f"timezone({literal(zone)}, {with_zone(text)})"
    # The cast also reads "11/4/18" as the year 11, and passes over what follows the time: "PM", or the name of a zone. Each mention of it
    # is another reading: what is too early becomes one moment no text says, which is then none.
    iso = f"CASE WHEN substr({text}, -1, 1) <= '9' THEN nullif(greatest(try_cast({text} AS TIMESTAMP), {TOO_EARLY}), {TOO_EARLY}) END"
    parsed = f"coalesce({if_offset(text, with_offset, iso)}, {_by_format(text, [form for form in formats if form not in EPOCHS])})"
    for name in EPOCHS.keys() & set(formats):
        in_zone = f"timezone({literal(zone)}, timezone('UTC', {_epoch_time(text, name)}))"
        parsed = f"CASE WHEN {is_epoch(text, [name])} THEN {in_zone} ELSE {parsed} END"
    return parsed


def _by_format(text: str, formats: Sequence[str]) -> str:
    """Clock time by the first format that fits. Each that does not fit costs as much as reading the text, so that the likely come first."""
    ordered = sorted([*formats, *TWELVE_HOURS], key=lambda form: "%y" not in form)
    timed, dated = (
        ", ".join(map(literal, sorted(ordered, key=lambda form: ("%H" in form or "%I" in form) != has_time))) for has_time in (True, False)
    )
    parsed = f"CASE WHEN contains({text}, ':') THEN try_strptime({text}, [{timed}]) ELSE try_strptime({text}, [{dated}]) END"
    # %Y reads "18" as the year 18, which no request has. A text named twice would be read for every row, ISO ones included.
    return f"list_filter([{parsed}], lambda moment: year(moment) >= 100)[1]"


def time_of_day(text: str) -> str:
    """A clock time of its own column."""
    return f"try_strptime({text}, [{', '.join(map(literal, TIME_FORMATS))}])::TIME"


def condition(text: str, values: Iterable[Any]) -> str:
    """Whether a text is one of the values, without regard to case; `*` in a value stands for anything."""
    exact = [fold(value) for value in values if "*" not in str(value)]
    patterns = [fold(value) for value in values if "*" in str(value)]
    parts = [f"lower({text}) IN ({', '.join(map(literal, exact))})"] if exact else []
    for pattern in patterns:
        like = pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("*", "%")
        parts.append(f"lower({text}) LIKE {literal(like)} ESCAPE '\\'")
    return "(" + " OR ".join(parts) + ")"


def fold(value: Any) -> str:
    """The form in which values are compared."""
    return re.sub(r"\s+", " ", str(value).strip()).lower()


def said_by(pattern: Any) -> int:
    """How much a pattern says: the letters it asks for."""
    return len(fold(pattern).replace("*", ""))


def mapped(text: str, mapping: Mapping[str, Sequence[Any]], otherwise: str) -> str:
    """The canonical word of a recorded value; exact values win over patterns, and a pattern that says more over one that says less."""
    pairs = [(value, word) for word, values in mapping.items() for value in values]
    pairs.sort(key=lambda pair: -said_by(pair[0]) if "*" in str(pair[0]) else -math.inf)
    whens = []
    for word, group in itertools.groupby(pairs, key=lambda pair: pair[1]):
        whens.append(f"WHEN {condition(text, [value for value, _ in group])} THEN {literal(word)}")
    return f"CASE {' '.join(whens)} ELSE {otherwise} END" if whens else otherwise


def flag(text: str, mapping: Mapping[str, Sequence[Any]]) -> str:
    """True, false or null from recorded yes and no."""
    return f"(({mapped(text, mapping, 'NULL')})::VARCHAR = 'yes')"


def location_part(text: str, part: str) -> str:
    """Latitude or longitude from "(lat, lon)" at the end of a text, GeoJSON, WKT, an object with both names, or a map server's x and y."""
    first, second = (1, 2) if part == "latitude" else (2, 1)
    axis = "y" if part == "latitude" else "x"
    options = [
        (rf"\(?\s*{DIGITS_OF_DECIMALS}\s*,\s*{DIGITS_OF_DECIMALS}\s*\)?\s*$", first),
        (rf'"coordinates"\s*:\s*\[\s*{DIGITS_OF_DECIMALS}\s*,\s*{DIGITS_OF_DECIMALS}', second),
        (rf"(?i)POINT(?:\s*Z)?\s*\(\s*{DIGITS_OF_DECIMALS}\s+{DIGITS_OF_DECIMALS}", second),
        (rf"""['"]{part}['"]\s*:\s*['"]?{DIGITS_OF_DECIMALS}""", 1),
        (rf"""['"]{axis}['"]\s*:\s*{DIGITS_OF_DECIMALS}\s*[,}}]""", 1),
    ]
    found = ", ".join(f"nullif(regexp_extract({text}, {literal(pattern)}, {group}), '')" for pattern, group in options)
    return f"try_cast(coalesce({found}) AS DOUBLE)"


def text_map(entries: Sequence[tuple[str, str]]) -> str:
    """MAP(VARCHAR, VARCHAR) of the (key, SQL) pairs whose value is not null.

    A struct casts to a map at a tenth of the cost of building one, but keeps nulls: the general way is for rows with some of both.
    """
    if not entries:
        return "MAP {}::MAP(VARCHAR, VARCHAR)"
    values = [value for _, value in entries]
    pairs = ", ".join(f"{literal(key)}: {value}" for key, value in entries)
    structs = ", ".join(f"{{'key': {literal(key)}, 'value': {value}}}" for key, value in entries)
    return (
        f"CASE WHEN coalesce({', '.join(values)}) IS NULL THEN MAP {{}}::MAP(VARCHAR, VARCHAR) "
        f"WHEN {' AND '.join(f'{value} IS NOT NULL' for value in values)} THEN {{{pairs}}}::MAP(VARCHAR, VARCHAR) "
        f"ELSE map_from_entries(list_filter([{structs}], lambda entry: entry.value IS NOT NULL)) END"
    )


def content_hash(fixed: Sequence[str], usual: Sequence[tuple[str, str]], seldom: Sequence[tuple[str, str]]) -> str:
    """One number of all values: the canonical ones in their fixed order, others by name, so that neither the order of columns nor
    an absent column changes it. `seldom` are those most rows have none of, which are then passed over together."""
    folded = f"hash({', '.join(fixed)})"
    if usual:
        folded = f"xor({folded}, {_named_hash(usual)})"
    if seldom:
        none = f"coalesce({', '.join(value for _, value in seldom)}) IS NULL"
        folded = f"xor({folded}, CASE WHEN {none} THEN 0::UBIGINT ELSE {_named_hash(seldom)} END)"
    return folded


def _named_hash(named: Sequence[tuple[str, str]]) -> str:
    parts = [f"CASE WHEN {value} IS NOT NULL THEN hash({literal(name)}, {value}) ELSE 0::UBIGINT END" for name, value in named]
    folded = parts[0]
    for part in parts[1:]:
        folded = f"xor({folded}, {part})"
    return folded
