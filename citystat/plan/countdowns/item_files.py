"""Items of a countdown from a CSV file: every row is added, changed, the same as before, or rejected with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from citystat.core.errors import InputError, UserError
from citystat.plan import csv_files
from citystat.plan.countdowns import actions
from citystat.plan.countdowns.actions import Done, ItemText
from citystat.plan.csv_files import File
from citystat.plan.models import Countdown, CountdownItem

COLUMNS = ("key", "address", "district", "longitude", "latitude", "done_on", "how", "proof", "cost")
LONGEST = {"key": 80, "address": 300, "district": 60, "how": 120}
MOST_BYTES, MOST_ROWS = 50 * 1024 * 1024, 500_000


@dataclass
class Loaded:
    """What became of each row of a file; `said_done` are among the rows above, not beside them."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    said_done: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**vars(self), "rejected": [{"line": line, "reason": reason} for line, reason in self.rejected]}


@dataclass(frozen=True)
class Row:
    """One line of the file: where the item is, and what is said about its being done."""

    line: int
    item: ItemText
    done: Done | None


def load(*, by: Any, countdown: Countdown, path: Path) -> Loaded:
    """Add and change items from a file and say that those with a `done_on` are done. The same file again changes nothing."""
    found = Loaded()
    rows = {row.item.key: row for row in _good_rows(_read(path), found)}
    with transaction.atomic():
        counts = actions.put_items(by=by, countdown=countdown, items=[row.item for row in rows.values()])
        found.added, found.changed, found.unchanged = counts["added"], counts["changed"], counts["unchanged"]
        known = {item.key: item for item in CountdownItem.objects.filter(countdown=countdown)}
        for row in rows.values():
            if row.done is not None:
                _say_done(by, known[row.item.key], row, found)
    return found


def _say_done(by: Any, item: CountdownItem, row: Row, found: Loaded) -> None:
    """What is pending or counted already stays as it is; what the rules refuse is told, and the item stays where it was."""
    done = row.done
    has_news = done is not None and (done.proof != "" and done.proof != item.proof)
    if done is None or item.status == CountdownItem.Status.COUNTED or (item.status == CountdownItem.Status.PENDING and not has_news):
        return
    try:
        actions.submit(by=by, item=item, done=done)
    except UserError as error:
        found.rejected.append((row.line, _("The item is in the list, but not said to be done. %(why)s") % {"why": error}))
    else:
        found.said_done += 1


def _read(path: Path) -> File:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(_("%(file)s is larger than %(size)s MB: split it.") % {"file": path.name, "size": MOST_BYTES >> 20})
        content = path.read_bytes()
    except OSError:
        raise InputError(_("%(file)s cannot be read: check the path.") % {"file": path}) from None
    return csv_files.read(path.name, content, columns=COLUMNS, needed=("key",), most_rows=MOST_ROWS)


def _good_rows(file: File, found: Loaded) -> Iterator[Row]:
    seen: set[str] = set()
    for one in file.lines:
        found.rows, line = found.rows + 1, one.number
        try:
            if one.problem:
                raise InputError(one.problem)
            if file.separator == ";" and "," in one.cells.get("cost", ""):
                raise InputError(_("cost %(text)s is not an amount: write it as 1250.00.") % {"text": one.cells["cost"]})
            row = _row(line, one.cells)
            if row.item.key in seen:
                raise InputError(_("The key %(key)s stands in the file twice: the first line is used.") % {"key": row.item.key})
        except InputError as error:
            found.rejected.append((line, str(error)))
        else:
            seen.add(row.item.key)
            yield row


def _row(line: int, cells: dict[str, str]) -> Row:
    if not cells.get("key"):
        raise InputError(_("The row has no key."))
    for name, longest in LONGEST.items():
        if len(cells.get(name, "")) > longest:
            raise InputError(_("%(column)s is longer than %(count)s characters.") % {"column": name, "count": longest})
    place = ItemText(
        cells["key"],
        cells.get("address", ""),
        cells.get("district", ""),
        _degrees(cells, "longitude", 180),
        _degrees(cells, "latitude", 90),
    )
    if not cells.get("done_on"):
        return Row(line, place, None)
    return Row(line, place, Done(_day(cells["done_on"]), cells.get("how", ""), cells.get("proof", ""), cost=_money(cells.get("cost", ""))))


def _degrees(cells: dict[str, str], name: str, most: int) -> float | None:
    text = cells.get(name, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -most <= value <= most:
        raise InputError(_("%(column)s %(text)s is not a number of degrees.") % {"column": name, "text": text})
    return value


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(_("done_on %(text)s is not a day: write it as 2027-03-31.") % {"text": text}) from None


def _money(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text.replace(",", "").lstrip("$"))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value < Decimal(10) ** 10:
        raise InputError(_("cost %(text)s is not an amount: write it as 1250.00.") % {"text": text})
    return value
