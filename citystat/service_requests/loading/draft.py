"""Propose a layout for a header nobody has seen: by the names of the columns and by what a sample of rows holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import duckdb

from citystat.service_requests.loading.date_formats import EPOCHS, formats_of, has_clock_time, serial_formats_of
from citystat.service_requests.loading.draft_rules import NEVER_A_NUMBER, RULES, Rule
from citystat.service_requests.loading.header_words import words_of
from citystat.service_requests.loading.headers import Column
from citystat.service_requests.loading.staging import Staged
from citystat.service_requests.loading.vocabulary import CHANNEL_WORDS, ON_TIME_WORDS, STATUS_WORDS, word_of

SAMPLE_ROWS: Final = 5_000
# Names under which five digits may be a spreadsheet's date and not a postal code.
DATED: Final = r"\bdate\b|\btime\b|\bon$|\bdue\b|deadline|\bby$|\bfecha\b|(creat|open|clos|updat|submitt|receiv|complet|resolv|promis)ed"
# Of a request without a number, what stays as it is when the request moves on; tried in this order until no two rows are alike.
LASTING: Final = (
    "opened",
    "service",
    "address",
    "latitude",
    "longitude",
    "location",
    "zip",
    "ward",
    "council_district",
    "channel",
    "category",
)


@dataclass(frozen=True)
class Profile:
    """What a sample of one column holds."""

    column: Column
    filled: int
    distinct: int
    rows: int
    values: tuple[str, ...]
    formats: tuple[str, ...]
    cells: tuple[str, ...] = field(default=(), repr=False)

    @property
    def words(self) -> str:
        """The header in lower case, with blanks for punctuation and between words run together."""
        return words_of(self.column.header)

    @property
    def is_date(self) -> bool:
        """Whether nearly every value reads as a date."""
        return bool(self.formats)

    @property
    def is_epoch(self) -> bool:
        """Whether its dates are plain numbers, which may as well be something else."""
        return any(form in EPOCHS for form in self.formats)

    @property
    def is_unique(self) -> bool:
        """Whether nearly every row has a value and hardly two are the same."""
        return self.rows > 0 and self.filled >= 0.99 * self.rows and self.distinct >= 0.98 * self.filled

    def numbers(self) -> list[float]:
        """The values, if all are numbers."""
        try:
            return [float(value.replace(",", "")) for value in self.values]
        except ValueError:
            return []

    def share_known(self, words: dict[str, list[str]]) -> float:
        """The share of its values that a list of words knows."""
        return sum(word_of(value, words) is not None for value in self.values) / max(len(self.values), 1)


@dataclass
class Draft:
    """The proposal: column by field, why, and the columns left over. `key` holds the columns that tell requests without a number apart."""

    chosen: dict[str, Profile] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    left: list[Profile] = field(default_factory=list)
    clocks: dict[str, Profile] = field(default_factory=dict)
    key: list[Profile] = field(default_factory=list)


def profiles(connection: duckdb.DuckDBPyConnection, staged: Staged) -> list[Profile]:
    """Profiles of all columns from the first rows."""
    columns = [column for column in staged.columns if not column.is_own]
    listed = ", ".join(column.sql for column in columns)
    rows = connection.execute(f"SELECT {listed} FROM ({staged.rows}) LIMIT {SAMPLE_ROWS}").fetchall()
    return [_profile(column, [row[place] for row in rows]) for place, column in enumerate(columns)]


def _profile(column: Column, raw: Sequence[str | None]) -> Profile:
    cells = tuple((value or "").strip() for value in raw)
    filled = [value for value in cells if value]
    distinct = list(dict.fromkeys(filled))
    formats = formats_of(distinct[:300])
    if not formats and re.search(DATED, words_of(column.header)):
        formats = serial_formats_of(distinct[:300])
    return Profile(column, len(filled), len(distinct), len(raw), tuple(distinct[:500]), formats, cells)


def propose(found: Sequence[Profile]) -> Draft:
    """Give each field the best unused column whose name and content fit, in the order of the rules."""
    draft, used = Draft(), set[int]()
    for rule in RULES:
        options = [one for one in found if one.column.position not in used and _place(one, rule) is not None and _fits(one, rule.need)]
        if not options or (rule.field == "due_days" and "due" in draft.chosen):
            continue
        best = min(options, key=lambda one: _rank(one, rule))
        used.add(best.column.position)
        draft.chosen[rule.field] = best
        draft.reasons[rule.field] = f"the name fits; {_facts(best, rule.need)}"
    _fill_needed(draft, found, used)
    _find_clock_times(draft, found, used)
    draft.left = [one for one in found if one.column.position not in used]
    return draft


def _place(one: Profile, rule: Rule) -> int | None:
    """How telling the name is for a field, 0 the most; None where it does not fit."""
    if re.search(rule.never, one.words):
        return None
    return next((place for place, name in enumerate(rule.names) if re.search(name, one.words)), None)


def _rank(one: Profile, rule: Rule) -> tuple[bool, bool, bool, bool, int, float, int]:
    """Smaller is better: not empty, values the field knows, several of them, a clock time, a telling name that is most of the header."""
    place = _place(one, rule) or 0
    match = re.search(rule.names[place], one.words)
    covered = round(len(match.group()) / max(len(one.words), 1), 1) if match else 0.0
    known = {"status": STATUS_WORDS, "channel": CHANNEL_WORDS}.get(rule.field)
    is_unknown = known is not None and one.share_known(known) < 0.5
    is_day_only = rule.field in {"opened", "closed"} and not any(map(has_clock_time, one.formats))
    return one.filled == 0, is_unknown, one.distinct == 1 and rule.field == "service", is_day_only, place, -covered, -one.filled


def _fits(one: Profile, need: str) -> bool:
    numbers = one.numbers() if need in {"latitude", "longitude", "number", "days"} else []
    tests = {
        "unique": lambda: one.is_unique and (not one.is_date or one.is_epoch),
        "date": lambda: one.is_date,
        "status": lambda: 0 < one.distinct <= 40 and not one.is_date and ("stat" in one.words.replace("state", "") or _knows_a_status(one)),
        "latitude": lambda: bool(numbers) and all(-90 <= value <= 90 for value in numbers) and any(value % 1 for value in numbers),
        "longitude": lambda: bool(numbers) and all(-180 <= value <= 180 for value in numbers) and any(value % 1 for value in numbers),
        "location": lambda: any(_is_pair(value) for value in one.values[:20]),
        "number": lambda: bool(numbers),
        "days": lambda: bool(numbers) and all(0 <= value <= 3_660 for value in numbers),
        "yes_no": lambda: 0 < one.distinct <= 4 and one.share_known(ON_TIME_WORDS) == 1,
        "few": lambda: one.filled > 0 and not one.is_date and not (one.is_unique and one.rows > 20),
        "any": lambda: not one.is_date,
        "text": lambda: not one.is_date and not (one.numbers() and one.filled),
    }
    return tests["few" if need == "channel" else need]()


def _knows_a_status(one: Profile) -> bool:
    return one.share_known(STATUS_WORDS) > 0


def _is_pair(value: str) -> bool:
    return re.search(r"-?\d{1,3}\.\d+\s*[, ]\s*-?\d{1,3}\.\d+|coordinates|latitude|[\"']x[\"']\s*:", value) is not None


def _facts(one: Profile, need: str) -> str:
    facts = {
        "unique": f"no two of {one.rows} rows share a value" if one.distinct == one.rows else f"{one.distinct} values in {one.rows} rows",
        "date": f"dates like {one.values[0] if one.values else ''!r}",
        "status": f"{one.distinct} different values: {', '.join(one.values[:6])}",
        "latitude": "numbers between -90 and 90",
        "longitude": "numbers between -180 and 180",
        "location": "texts with a pair of coordinates",
        "number": "numbers",
        "days": "numbers of days",
        "few": f"{one.distinct} different values, such as {', '.join(one.values[:2])}",
    }
    facts |= {"yes_no": facts["few"], "channel": facts["few"]}
    return facts.get(need, f"texts such as {one.values[0][:40]!r}" if one.values else "empty in the sample")


def _fill_needed(draft: Draft, found: Sequence[Profile], used: set[int]) -> None:
    """Where no name fits the id or the opening date, take what the content alone suggests."""
    free = [one for one in found if one.column.position not in used]
    if "opened" not in draft.chosen:
        dates = [one for one in free if one.is_date and not one.is_epoch and one.filled == one.rows]
        if dates:
            _take(draft, used, "opened", min(dates, key=lambda one: min(one.values)), "date")
    if "request_id" not in draft.chosen:
        unique = [one for one in free if one.column.position not in used and _is_key(one)]
        if unique:
            _take(draft, used, "request_id", min(unique, key=lambda one: "row id" in one.words or "global" in one.words), "unique")
        else:
            draft.key = _telling_apart(draft)


def _is_key(one: Profile) -> bool:
    """Whether a column may number the requests though its name does not say so."""
    speaks_against = re.search(NEVER_A_NUMBER, one.words)
    return one.is_unique and not one.is_date and not _fits(one, "latitude") and not _fits(one, "longitude") and not speaks_against


def _take(draft: Draft, used: set[int], name: str, one: Profile, need: str) -> None:
    draft.chosen[name], draft.reasons[name] = one, f"by content alone: {_facts(one, need)}"
    if "row id" in one.words or "global" in one.words:
        draft.reasons[name] += "; a number of the row may change with every export, and then every request loads again as a new one"
    used.add(one.column.position)


def _telling_apart(draft: Draft) -> list[Profile]:
    """The fewest lasting columns that together tell nearly all rows of the sample apart; empty if none do."""
    chosen: list[Profile] = []
    told = 1
    for name in LASTING:
        one = draft.chosen.get(name)
        if one is None or not one.filled:
            continue
        more = len(set(zip(*(part.cells for part in [*chosen, one]), strict=True)))
        # A sample is small: three columns at least, though fewer tell its rows apart.
        if more > told or len(chosen) < 3:
            chosen, told = [*chosen, one], more
        if told >= 0.98 * one.rows and len(chosen) >= 3:
            return chosen
    return chosen if chosen and "opened" in draft.chosen and told >= 0.8 * chosen[0].rows else []


def _find_clock_times(draft: Draft, found: Sequence[Profile], used: set[int]) -> None:
    """Clock times in a column of their own, beside a date of the same first word."""
    for name in ("opened", "closed"):
        one = draft.chosen.get(name)
        if one is None or any(map(has_clock_time, one.formats)):
            continue
        for clock in found:
            is_clock = bool(clock.values) and all(
                re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?( ?[AaPp][Mm])?", value) for value in clock.values[:50]
            )
            if is_clock and clock.column.position not in used and set(clock.words.split()) & set(one.words.split()):
                draft.clocks[name] = clock
                used.add(clock.column.position)
                break
