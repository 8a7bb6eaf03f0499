"""Propose a layout for a header nobody has seen: by the names of the columns and by what a sample of rows holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import duckdb
import yaml

from citystat.service_requests.loading.headers import Column
from citystat.service_requests.loading.staging import Staged
from citystat.service_requests.loading.vocabulary import STATUS_WORDS

SAMPLE_ROWS: Final = 5_000
FORMATS: Final = (
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%m/%d/%y %H:%M", "%m/%d/%y",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m-%d-%Y %H:%M", "%m-%d-%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y %b %d %I:%M:%S %p", "%b %d, %Y %I:%M:%S %p", "%b %d, %Y", "%d-%b-%Y %H:%M", "%d-%b-%Y",
    "%d-%b-%y", "%Y%m%d",
)  # fmt: skip
ISO: Final = "ISO 8601"
# Field, a pattern for the header (lower case, blanks for punctuation), the content it needs.
ID_WORDS: Final = "case|request|ticket|sr|issue|incident|reference|service request|unique|tracking|folio|solicitud"
SERVICE_WORDS: Final = "service (name|type|request type)|request type|issue type|complaint type|sr type|type of|problem|subject|issue"
RECEIVED_WORDS: Final = "how (it was )?received|received (by|via|through)|^received$|how reported"
RULES: Final[tuple[tuple[str, str, str], ...]] = (
    ("request_id", rf"\b({ID_WORDS})\W*(id|no|num|number|key|nbr)?\b|^id$|\bid$", "unique"),
    ("closed", r"clos|resolv|complet|finish|cerrad|resolution date|date done", "date"),
    ("due", r"\bdue\b|target|expected|sla|deadline|promis|estimated|planned|vencim", "date"),
    ("first_response", r"first (response|action)|acknowledg|dispatch|assigned", "date"),
    ("updated", r"updat|modif|last (activity|change|action)|status date|status change", "date"),
    ("opened", r"open|creat|request|receiv|submit|report|initiat|entered|start|logged|call date|fecha|abiert", "date"),
    ("status", r"status|state of|\bstate\b|estado|disposition", "status"),
    ("latitude", r"\blat(itude)?\b|^y$|y coord|point y", "latitude"),
    ("longitude", r"\b(lon|long|lng)(gitude)?\b|^x$|x coord|point x", "longitude"),
    ("location", r"location|point|geom|coord|lat long|latlong|geocod", "location"),
    ("council_district", r"council|district council|supervisor|\bcd\b|commission(er)? district", "few"),
    ("ward", r"\bward\b", "few"),
    ("police_district", r"police|precinct|\bbeat\b", "few"),
    ("neighborhood", r"neighbou?rhood|\bnbh|community area|colonia|barrio", "few"),
    ("zip", r"\bzip|postal|postcode", "few"),
    ("channel", rf"source|channel|method|origin|{RECEIVED_WORDS}|intake|contact type", "few"),
    ("department", r"department|\bdept|agency|owner|division|bureau|responsible", "few"),
    ("team", r"team|\bgroup\b|queue|crew|assigned to|work unit|section", "few"),
    ("service", rf"{SERVICE_WORDS}|\btype\b|topic|service$", "few"),
    ("category", r"category|classification|\bgroup\b|descriptor|sub ?type|reason", "few"),
    ("service_code", r"(service|type|sr|problem) code|\bcode\b", "few"),
    ("on_time", r"\bon ?time|overdue|within sla|met sla|exceed", "few"),
    ("days_to_close_recorded", r"days? (to close|open|to complet)|age in days|duration", "number"),
    ("outcome", r"resolution|outcome|closure|action taken|result|disposition|close (reason|note)", "text"),
    ("address", r"address|direcci|street location|^location$|intersection", "text"),
    ("description", r"descri|comment|detail|notes?$|text", "text"),
    ("parent_id", r"parent|duplicate of|master", "any"),
    ("transfers", r"transfer", "number"),
)  # fmt: skip
POINT: Final = {"latitude", "longitude", "location"}
PLACES: Final = {"council_district", "ward", "police_district", "neighborhood", "zip"}


@dataclass(frozen=True)
class Profile:
    """What a sample of one column holds."""

    column: Column
    filled: int
    distinct: int
    rows: int
    values: tuple[str, ...]
    formats: tuple[str, ...]

    @property
    def words(self) -> str:
        """The header in lower case, with blanks for punctuation and between words run together."""
        split = re.sub(r"([a-z])([A-Z])", r"\1 \2", self.column.header)
        return re.sub(r"[^0-9a-záéíóúñ#]+", " ", split.lower()).strip()

    @property
    def is_date(self) -> bool:
        """Whether nearly every value reads as a date."""
        return bool(self.formats)

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value and no two are the same."""
        return self.rows > 0 and self.filled == self.rows and self.distinct >= 0.98 * self.rows

    def numbers(self) -> list[float]:
        """The values, if all are numbers."""
        try:
            return [float(value.replace(",", "")) for value in self.values]
        except ValueError:
            return []


@dataclass
class Draft:
    """The proposal: column by field, why, and the columns left over."""

    chosen: dict[str, Profile] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    left: list[Profile] = field(default_factory=list)
    clocks: dict[str, Profile] = field(default_factory=dict)


def profiles(connection: duckdb.DuckDBPyConnection, staged: Staged) -> list[Profile]:
    """Profiles of all columns from the first rows."""
    columns = [column for column in staged.columns if not column.is_own]
    listed = ", ".join(column.sql for column in columns)
    rows = connection.execute(f"SELECT {listed} FROM ({staged.rows}) LIMIT {SAMPLE_ROWS}").fetchall()
    return [_profile(column, [row[place] for row in rows]) for place, column in enumerate(columns)]


def _profile(column: Column, raw: Sequence[str | None]) -> Profile:
    filled = [value.strip() for value in raw if value and value.strip()]
    distinct = list(dict.fromkeys(filled))
    return Profile(column, len(filled), len(distinct), len(raw), tuple(distinct[:500]), formats_of(distinct[:300]))


def formats_of(values: Sequence[str]) -> tuple[str, ...]:
    """The date format that reads at least nineteen in twenty of the values, or the fewest that do together; none if they are no dates."""
    if not values:
        return ()
    enough = 0.95 * len(values)
    counts = {form: sum(_reads(value, form) for value in values) for form in (ISO, *FORMATS)}
    alone = next((form for form, count in counts.items() if count >= enough), None)
    if alone:
        return (alone,)
    left, found = list(values), list[str]()
    for form in sorted(counts, key=lambda one: -counts[one]):
        read = {value for value in left if _reads(value, form)}
        if read and len(read) >= len(values) / 20:
            found.append(form)
            left = [value for value in left if value not in read]
    return tuple(found) if len(left) <= len(values) - enough else ()


def _reads(value: str, form: str) -> bool:
    try:
        parsed = datetime.fromisoformat(value) if form == ISO else datetime.strptime(value, form)  # noqa: DTZ007
    except ValueError:
        return False
    return 1899 <= parsed.year <= 2100 and (form != ISO or "-" in value[:8])


def propose(found: Sequence[Profile]) -> Draft:
    """Give each field the first unused column whose name and content fit, in the order of the rules."""
    draft, used = Draft(), set[int]()
    for name, pattern, need in RULES:
        options = [one for one in found if one.column.position not in used and re.search(pattern, one.words) and _fits(one, need)]
        if not options:
            continue
        best = min(options, key=lambda one: _rank(one, name, pattern))
        used.add(best.column.position)
        draft.chosen[name] = best
        draft.reasons[name] = _reason(best, need)
    _fill_needed(draft, found, used)
    _find_clock_times(draft, found, used)
    draft.left = [one for one in found if one.column.position not in used]
    return draft


def _rank(one: Profile, name: str, pattern: str) -> tuple[int, float, int]:
    """Smaller is better: a date with a clock time, a name of which the match is most, most rows filled."""
    match = re.search(pattern, one.words)
    covered = round(len(match.group()) / max(len(one.words), 1), 1) if match else 0.0
    is_day_only = int(name in {"opened", "closed"} and not any("%H" in form or "%I" in form or form == ISO for form in one.formats))
    return is_day_only, -covered, -one.filled


def _fits(one: Profile, need: str) -> bool:
    numbers = one.numbers() if need in {"latitude", "longitude", "number"} else []
    if need == "unique":
        return one.is_unique and not one.is_date
    if need == "date":
        return one.is_date
    if need == "status":
        return 0 < one.distinct <= 40 and not one.is_date
    if need == "latitude":
        return bool(numbers) and all(-90 <= value <= 90 for value in numbers) and any(value % 1 for value in numbers)
    if need == "longitude":
        return bool(numbers) and all(-180 <= value <= 180 for value in numbers) and any(value % 1 for value in numbers)
    if need == "location":
        return any(re.search(r"-?\d{1,3}\.\d+\s*[, ]\s*-?\d{1,3}\.\d+|coordinates|latitude", value) for value in one.values[:20])
    if need == "number":
        return bool(numbers)
    if need == "few":
        return one.filled > 0 and not one.is_date and not (one.is_unique and one.rows > 20)
    return not one.is_date


def _reason(one: Profile, need: str) -> str:
    facts = {
        "unique": f"no two of {one.rows} rows share a value",
        "date": f"dates like {one.values[0] if one.values else ''!r}",
        "status": f"{one.distinct} different values: {', '.join(one.values[:6])}",
        "latitude": "numbers between -90 and 90",
        "longitude": "numbers between -180 and 180",
        "location": "texts with a pair of coordinates",
        "number": "numbers",
        "few": f"{one.distinct} different values, such as {', '.join(one.values[:2])}",
    }
    return f"the name fits; {facts.get(need, f'texts such as {one.values[0][:40]!r}' if one.values else 'empty in the sample')}"


def _fill_needed(draft: Draft, found: Sequence[Profile], used: set[int]) -> None:
    """Where no name fits the id or the opening date, take what the content alone suggests."""
    free = [one for one in found if one.column.position not in used]
    if "request_id" not in draft.chosen:
        unique = next((one for one in free if one.is_unique and not one.is_date and not _fits(one, "latitude")), None)
        if unique:
            draft.chosen["request_id"], draft.reasons["request_id"] = unique, "by content alone: " + _reason(unique, "unique")
            used.add(unique.column.position)
    if "opened" not in draft.chosen:
        dates = [one for one in free if one.is_date and one.filled == one.rows and one.column.position not in used]
        if dates:
            first = min(dates, key=lambda one: min(one.values))
            draft.chosen["opened"], draft.reasons["opened"] = first, "by content alone: " + _reason(first, "date")
            used.add(first.column.position)


def _find_clock_times(draft: Draft, found: Sequence[Profile], used: set[int]) -> None:
    """Clock times in a column of their own, beside a date of the same first word."""
    for name in ("opened", "closed"):
        one = draft.chosen.get(name)
        if one is None or any("%H" in form or "%I" in form or form == ISO for form in one.formats):
            continue
        for clock in found:
            is_clock = bool(clock.values) and all(
                re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?( ?[AaPp][Mm])?", value) for value in clock.values[:50]
            )
            if is_clock and clock.column.position not in used and set(clock.words.split()) & set(one.words.split()):
                draft.clocks[name] = clock
                used.add(clock.column.position)
                break


def as_yaml(draft: Draft, name: str) -> str:
    """The proposal as a layout file, a reason beside every column and `# fill:` where a person must decide."""
    columns = {field: one for field, one in draft.chosen.items() if field not in POINT | PLACES}
    marks = [columns[field].column.header for field in ("request_id", "opened", "status", "service") if field in columns]
    formats = list(dict.fromkeys(form for one in columns.values() for form in one.formats if form != ISO))
    lines = [
        "# A proposal. Look at every line, fill what is marked, then: citystat load requests FILE --as-of DATE --layout THIS_FILE",
        f"name: {name}",
        f"title: {_quoted(f'{name}: 311 requests')}",
        f"source: {name}  # the register the request ids belong to",
        "# fill: the time zone of the clock times, for example America/Chicago (city.yaml or --time-zone otherwise)",
        "# time_zone: America/Chicago",
        f"recognize: [{', '.join(map(_quoted, marks))}]",
        *([f"dates: [{', '.join(map(_quoted, formats))}]"] if formats else []),
        "columns:",
        *_column_lines(draft, columns),
        *_section_lines(draft, "point", POINT),
        *_section_lines(draft, "places", PLACES),
        *_status_lines(draft),
        *_on_time_lines(draft),
    ]
    if draft.left:
        lines += ["# These are kept with every request as they are:", *(f"#   {one.column.header}" for one in draft.left)]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return yaml.safe_dump(text, default_style='"', width=10_000, allow_unicode=True).strip()


def _column_lines(draft: Draft, columns: dict[str, Profile]) -> list[str]:
    lines = []
    for name in ("request_id", "opened"):
        if name not in columns:
            lines.append(f"  # fill: {name}: the column with the {'number of the request' if name == 'request_id' else 'day it was made'}")
    for name, one in columns.items():
        header = _quoted(one.column.header)
        clock = draft.clocks.get(name)
        value = f"{{date: {header}, time: {_quoted(clock.column.header)}}}" if clock else header
        lines.append(f"  {name}: {value}  # {_comment(draft.reasons[name])}")
    for name in ("service", "status", "closed", "due", "department", "channel"):
        if name not in columns:
            lines.append(f"  # fill: {name}: no column looked like it")
    return lines


def _section_lines(draft: Draft, section: str, names: set[str]) -> list[str]:
    chosen = {name: one for name, one in draft.chosen.items() if name in names}
    if section == "point" and len({"latitude", "longitude"} & set(chosen)) == 1:
        chosen = {name: one for name, one in chosen.items() if name == "location"}
    lines = [f"  {name}: {_quoted(one.column.header)}  # {_comment(draft.reasons[name])}" for name, one in chosen.items()]
    return [f"{section}:", *lines] if lines else []


def _status_lines(draft: Draft) -> list[str]:
    """The status words seen, each under the canonical word that fits; those that fit none are marked."""
    one = draft.chosen.get("status")
    if one is None:
        return []
    words: dict[str, list[str]] = {}
    open_questions = []
    for value in one.values[:40]:
        word = _status_of(value)
        if word:
            words.setdefault(word, []).append(value)
        else:
            open_questions.append(value)
    lines = [f"  {word}: [{', '.join(map(_quoted, values))}]" for word, values in words.items()]
    marked = [
        f"  # fill: {_comment(value)} is open, closed, cancelled, duplicate, invalid or information_only?" for value in open_questions
    ]
    return ["status:", *lines, *marked] if lines else ["# status:", *(f"#{line}" for line in marked)]


def _on_time_lines(draft: Draft) -> list[str]:
    """Where the column says that a request was late, yes means not on time."""
    one = draft.chosen.get("on_time")
    if one is None or not re.search(r"exceed|overdue|late\b|missed", one.words):
        return []
    return [
        "on_time:  # the column says late, so its yes is not on time",
        '  "yes": ["n", "no", "false", "0"]',
        '  "no": ["y", "yes", "true", "1"]',
    ]


def _status_of(value: str) -> str | None:
    text = value.strip().lower()
    exact = next((word for word, values in STATUS_WORDS.items() if text in values), None)
    return exact or next((word for word, values in STATUS_WORDS.items() if any(_like(text, one) for one in values if "*" in one)), None)


def _like(text: str, pattern: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) is not None


def _comment(text: str) -> str:
    return " ".join(text.split())[:140]


def as_definition(text: str) -> dict[str, Any]:
    """The proposal read back as plain values."""
    return dict(yaml.safe_load(text))
