"""Values people give, from a file: every row is kept, the same as what stands, or refused with its line and the reason.

Each row goes the way of a value typed on a page, with the same checks and rights. Nothing is kept while a row is refused, unless it
is said that the good ones shall be.
"""

import csv
import io
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from citystat.core import audit
from citystat.core.errors import InputError, UserError
from citystat.plan import csv_files, numbers
from citystat.plan.csv_files import File, Line
from citystat.plan.definitions import Measure
from citystat.plan.models import RecordedValue
from citystat.plan.registered import register, value_actions
from citystat.plan.registered.value_actions import GIVEN, Given

COLUMNS = ("measure", "period", "value", "numerator", "denominator", "group_key", "group_value", "note", "evidence")
LONGEST = {"group_value": 200, "note": 5_000, "evidence": 500}
MOST_ROWS = 20_000
Place = tuple[str, str, str, str]


class _Undo(Exception):
    """Everything was tried; nothing stays."""


@dataclass(frozen=True)
class Refused:
    """A row that was not kept: its line, what it was, and why."""

    line: int
    what: str
    reason: str
    cells: dict[str, str] = field(default_factory=dict, compare=False)


@dataclass
class Loaded:
    """What became of each row. `is_kept` says whether the accepted ones are stored."""

    rows: int = 0
    accepted: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    is_kept: bool = False
    ignored: tuple[str, ...] = ()
    encoding: str = "utf-8"
    seen: dict[Place, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        refused = [{"line": one.line, "what": one.what, "reason": one.reason} for one in self.refused]
        plain = {name: part for name, part in vars(self).items() if name != "seen"}
        return {**plain, "ignored": list(self.ignored), "refused": refused}


def load(
    *, by: Any, name: str, content: bytes, measure: str = "", keep_good: bool = False, dry_run: bool = False, most_rows: int = MOST_ROWS
) -> Loaded:
    """Keep the values of a file; `measure` is meant where the file has no such column. Raises InputError for what is no such file."""
    needed = ("period",) if measure else ("measure", "period")
    file = csv_files.read(name, content, columns=COLUMNS, needed=needed, most_rows=most_rows)
    found = Loaded(rows=len(file.lines), ignored=file.ignored, encoding=file.encoding)
    try:
        with transaction.atomic():
            for line in file.lines:
                _take(by, file, line, measure, found)
            found.is_kept = not dry_run and found.accepted > 0 and (keep_good or not found.refused)
            if not found.is_kept:
                raise _Undo
            details = {"rows": found.rows, "accepted": found.accepted, "unchanged": found.unchanged, "refused": len(found.refused)}
            audit.record(by=by, action="plan.load_values", target=name[:200], details=details)
    except _Undo:
        register.forget()
    return found


def text_of(name: str, content: bytes) -> str:
    """The rows as they were given, to be put right where they stand."""
    return csv_files.decoded(name, content)[0]


def refused_text(found: Loaded) -> str:
    """The refused rows as a file of their own, to be put right and given again."""
    out = io.StringIO()
    names = [one for one in COLUMNS if any(one in row.cells for row in found.refused)]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row.cells.get(one, "") for one in names] for row in found.refused)
    return out.getvalue()


def _take(by: Any, file: File, line: Line, measure: str, found: Loaded) -> None:
    """One row: recorded inside the transaction, the same as before, or refused."""
    name = line.cells.get("measure") or measure
    what = " ".join(part for part in (name, line.cells.get("period", ""), line.cells.get("group_value", "")) if part)
    try:
        _check_shape(line)
        one = _measure(name)
        given = _given(one, file, line)
        period = value_actions.period_of(one, line.cells.get("period", ""))
        _check_first(found, (name, period.key, given.group_key, given.group_value), line.number)
        if value_actions.stands(one, period, given):
            found.unchanged += 1
            return
        value_actions.record(by=by, name=name, period=period.key, given=given, channel=RecordedValue.Channel.FILE)
    except UserError as error:
        found.refused.append(Refused(line.number, what, str(error), line.cells))
    else:
        found.accepted += 1


def _check_first(found: Loaded, place: Place, line: int) -> None:
    before = found.seen.setdefault(place, line)
    if before != line:
        raise InputError(_("The same measure, period and group stand in line %(line)s already.") % {"line": before})


def _check_shape(line: Line) -> None:
    if line.problem:
        raise InputError(line.problem)
    if not line.cells.get("period"):
        raise InputError(_("The row has no period: write one such as 2017-06."))
    for name, longest in LONGEST.items():
        if len(line.cells.get(name, "")) > longest:
            raise InputError(_("%(column)s is longer than %(count)s characters.") % {"column": name, "count": longest})


def _measure(name: str) -> Measure:
    if not name:
        raise InputError(_("The row names no measure."))
    found = register.content().measures.get(name)
    if found is None or found.source not in GIVEN:
        raise InputError(
            _("There is no measure “%(name)s” whose values people give: the register of measures has their names.") % {"name": name[:60]}
        )
    return found


def _given(measure: Measure, file: File, line: Line) -> Given:
    cells = line.cells
    parts = [
        _number(cells.get(name, ""), measure.format if name == "value" else "", file) for name in ("numerator", "denominator", "value")
    ]
    group = cells.get("group_value", "")
    key = cells.get("group_key", "") or (measure.groups[0] if group and measure.groups else "")
    return Given(parts[0], parts[1], parts[2], cells.get("note", ""), cells.get("evidence", ""), key, group)


def _number(text: str, form: str, file: File) -> float | None:
    """A number of a cell. Where semicolons part the cells, a comma may be a decimal one, so it is asked back and never guessed."""
    if not text:
        return None
    if file.separator == ";" and "," in text:
        raise InputError(_("“%(text)s” has a comma, which could part decimals or thousands: write it with a point, like 61.5 or 1200.") % {
            "text": text[:40],
        })  # fmt: skip
    return numbers.read(text, form)
