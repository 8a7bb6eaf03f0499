"""A proposal as a layout file: a reason beside every column, and `# fill:` where a person must decide."""

import re
from collections.abc import Iterable
from typing import Final

import yaml

from citystat.service_requests.loading.date_formats import EPOCHS, ISO, is_either_way
from citystat.service_requests.loading.draft import Draft, Profile
from citystat.service_requests.loading.draft_rules import LATE, PLACES, POINT
from citystat.service_requests.loading.layout import MOMENTS
from citystat.service_requests.loading.vocabulary import STATUS_WORDS, word_of

HELP: Final = {"due": "; without one, `citystat services suggest` proposes promised times from history"}
WANTED: Final = ("service", "status", "closed", "due", "department", "channel")


def as_yaml(draft: Draft, name: str) -> str:
    """The text of the layout file."""
    columns = {field: one for field, one in draft.chosen.items() if field not in POINT | PLACES}
    marks = [columns[field].column.header for field in ("request_id", "opened", "status", "service") if field in columns]
    lines = [
        "# A proposal. Look at every line, fill what is marked, then: citystat load requests FILE --as-of DATE --layout THIS_FILE",
        f"name: {_word(name)}",
        f"title: {_quoted(f'{name}: 311 requests')}",
        f"source: {_word(name)}  # the register the request ids belong to",
        "# fill: the time zone of the clock times, for example America/Chicago (city.yaml or --time-zone otherwise)",
        "# time_zone: America/Chicago",
        f"recognize: [{', '.join(map(_quoted, marks))}]",
        *_date_lines(columns[field] for field in MOMENTS if field in columns),
        "columns:",
        *_column_lines(draft, columns),
        *_point_lines(draft),
        *_section_lines(draft, "places", PLACES),
        *_status_lines(draft),
        *_on_time_lines(draft),
    ]
    if draft.left:
        lines += ["# These are kept with every request as they are:", *(f"#   {one.column.header}" for one in draft.left)]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return yaml.safe_dump(text, default_style='"', width=10_000, allow_unicode=True).strip()


def _word(text: str) -> str:
    """A word as YAML reads it back: a file called 311.csv gives no number."""
    return yaml.safe_dump(text, allow_unicode=True).splitlines()[0]


def _date_lines(columns: Iterable[Profile]) -> list[str]:
    dated = list(columns)
    formats = list(dict.fromkeys(form for one in dated for form in one.formats if form != ISO))
    lines = [f"dates: [{', '.join(map(_quoted, formats))}]"] if formats else []
    if any(form in EPOCHS for form in formats):
        lines.append("# The dates are counted from 1970 in UTC: the time zone decides which day they fall on.")
    months = [one for one in dated if any(form.startswith("%m/%d") for form in one.formats)]
    if months and all(is_either_way(one.values, one.formats) for one in months):
        lines.append("# fill: the dates of the sample read with the month first and with the day first (%d/%m): which is it?")
    return lines


def _column_lines(draft: Draft, columns: dict[str, Profile]) -> list[str]:
    lines = _missing_lines(draft, columns)
    for name, one in columns.items():
        header = _quoted(one.column.header)
        clock = draft.clocks.get(name)
        value = f"{{date: {header}, time: {_quoted(clock.column.header)}}}" if clock else header
        if name == "due_days":
            name, value = "due", f"{{days_after_opened: {header}}}"
            draft.reasons[name] = draft.reasons["due_days"] + "; leave it out if the city counts business days"
        lines.append(f"  {name}: {value}  # {_comment(draft.reasons[name])}")
    for name in WANTED:
        if name not in columns and not (name == "due" and "due_days" in columns):
            lines.append(f"  # fill: {name}: no column looked like it{HELP.get(name, '')}")
    if "closed" not in columns and "updated" in columns:
        header = _quoted(columns["updated"].column.header)
        lines.append(f"  # closed: {{date: {header}, when_status: closed}}  # if the last change of a closed request is its closing")
    return lines


def _missing_lines(draft: Draft, columns: dict[str, Profile]) -> list[str]:
    lines = []
    if draft.key:
        headers = ", ".join(_quoted(one.column.header) for one in draft.key)
        lines.append("  # No column numbers the requests: these together tell them apart, and rows alike in all of them count as one.")
        lines.append(f'  request_id: {{join: [{headers}], separator: "|"}}  # fill: a column with a number is far better, if there is one')
    elif "request_id" not in columns:
        lines.append("  # fill: request_id: the column with the number of the request")
    if "opened" not in columns:
        lines.append("  # fill: opened: the column with the day it was made")
    return lines


def _point_lines(draft: Draft) -> list[str]:
    lines = _section_lines(draft, "point", POINT)
    plane = [one.column.header for one in draft.left if _is_plane(one)]
    if not lines and len(plane) >= 2:
        lines = [
            "# fill: these look like coordinates of a projection; with its EPSG number they give points:",
            f"# point: {{x: {_quoted(plane[0])}, y: {_quoted(plane[1])}, epsg: 0}}",
        ]
    return lines


def _is_plane(one: Profile) -> bool:
    has_name = re.search(r"\b[xy]\b|\bsr[xy]\b|easting|northing|coord", one.words)
    return bool(has_name) and any(abs(value) > 360 for value in one.numbers())


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
        word = word_of(value, STATUS_WORDS)
        if word:
            words.setdefault(word, []).append(value)
        else:
            open_questions.append(value)
    lines = [f"  {word}: [{', '.join(map(_quoted, values))}]" for word, values in words.items()]
    marked = [
        f"  # fill: {_comment(value)} is open, closed, cancelled, duplicate, invalid or information_only?{_closings(draft, one, value)}"
        for value in open_questions
    ]
    return ["status:", *lines, *marked] if lines else ["# status:", *(f"#{line}" for line in marked)]


def _closings(draft: Draft, status: Profile, value: str) -> str:
    """How many of the rows with a status have a closing date, which tells what the word means."""
    closed = draft.chosen.get("closed")
    if closed is None:
        return ""
    days = [day for word, day in zip(status.cells, closed.cells, strict=True) if word == value]
    return f" {sum(map(bool, days))} of its {len(days)} rows have a closing date"


def _on_time_lines(draft: Draft) -> list[str]:
    """Where the column says that a request was late, yes means not on time."""
    one = draft.chosen.get("on_time")
    if one is None or not re.search(LATE, one.words):
        return []
    return [
        "on_time:  # the column says late, so its yes is not on time",
        '  "yes": ["n", "no", "false", "f", "0"]',
        '  "no": ["y", "yes", "true", "t", "1"]',
    ]


def _comment(text: str) -> str:
    return " ".join(text.split())[:200]
