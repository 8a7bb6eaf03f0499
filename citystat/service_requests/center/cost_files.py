"""What the center costs and who pays: one row a payer's share of a post in a period. Reads only."""

import calendar
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from citystat.core.errors import InputError
from citystat.service_requests.center.tables import Account, Opened, Row

COLUMNS = {
    "payer": ("Payer", "Paid by", "Department", "Fund"),
    "post": ("Post", "Position", "Item", "Cost item"),
    "share": ("Share", "Share paid", "Percent"),
    "amount": ("Amount", "Cost", "Full cost", "Total"),
    "period": ("Period", "Month", "Year", "Fiscal year"),
    "kind": ("Kind", "Type"),
}
OTHER = frozenset({"other", "no", "non-post", "equipment", "contract", "service", "rent", "telephone"})
CENT, PART = Decimal("0.01"), Decimal("0.00001")
ROUNDING = Decimal("0.001")
MOST = Decimal("1e11")


@dataclass(frozen=True)
class Part:
    """One payer's share of a post; `amount` is the post's full cost in the period."""

    line: int
    payer: str
    is_post: bool
    share: Decimal
    amount: Decimal


@dataclass
class Group:
    """One post in one period, with all who pay for it."""

    starts_on: date
    ends_on: date
    post: str
    parts: list[Part] = field(default_factory=list)


def read(file: Opened, account: Account) -> list[Group]:
    """Posts whose shares add up to the whole; rows of those that do not are rejected together."""
    places = {name: file.header.find(spellings) for name, spellings in COLUMNS.items()}
    for name in ("payer", "post", "amount", "period"):
        if places[name] is None:
            raise InputError(f"{file.name} needs a column {name}: it has one row a payer's share of a post in a period.")
    groups: dict[tuple[date, date, str], Group] = {}
    for row in file.rows:
        account.read += 1
        try:
            starts_on, ends_on = period(row.text(places["period"]))
            group = groups.setdefault(
                (starts_on, ends_on, _text(row, places, "post")), Group(starts_on, ends_on, _text(row, places, "post"))
            )
            group.parts.append(_part(row, places))
        except ValueError as error:
            account.reject(row.line, str(error))
    return [group for group in groups.values() if group.parts and _is_whole(group, account)]


def period(text: str) -> tuple[date, date]:
    """First and last day of `2026-09`, `2026`, `2026-Q3` or `2026-07-01 to 2027-06-30`."""
    given = text.strip()
    if re.fullmatch(r"\d{4}", given):
        return date(int(given), 1, 1), date(int(given), 12, 31)
    if found := re.fullmatch(r"(\d{4})-?[Qq]([1-4])", given):
        first = int(found[2]) * 3 - 2
        return _month(int(found[1]), first)[0], _month(int(found[1]), first + 2)[1]
    if found := re.fullmatch(r"(\d{4})-(\d\d)", given):
        return _month(int(found[1]), int(found[2]))
    if found := re.fullmatch(r"(\d{4}-\d\d-\d\d)\s*(?:to|/|–)\s*(\d{4}-\d\d-\d\d)", given):
        try:
            starts_on, ends_on = date.fromisoformat(found[1]), date.fromisoformat(found[2])
        except ValueError:
            raise ValueError("period: a day that is in no calendar") from None
        if ends_on < starts_on:
            raise ValueError("period: it ends before it starts")
        return starts_on, ends_on
    raise ValueError("period: not 2026-09, 2026, 2026-Q3 or two days joined by “to”")


def _month(year: int, month: int) -> tuple[date, date]:
    if not 1 <= month <= 12 or not 1900 <= year <= 2200:
        raise ValueError("period: a month that is in no calendar")
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _part(row: Row, places: dict[str, int | None]) -> Part:
    share = _share(row.text(places["share"]))
    amount = _decimal(row.text(places["amount"]), "amount").quantize(CENT)
    is_post = row.text(places["kind"]).casefold() not in OTHER
    return Part(row.line, _text(row, places, "payer"), is_post, share, amount)


def _text(row: Row, places: dict[str, int | None], name: str) -> str:
    found = " ".join(row.text(places[name]).split())[:200]
    if not found:
        raise ValueError(f"no {name}")
    return found


def _share(text: str) -> Decimal:
    """`0.5`, `50%`, `1/2`; the whole where the cell is empty."""
    if not text.strip():
        return Decimal(1)
    if found := re.fullmatch(r"(\d+)\s*/\s*([1-9]\d*)", text.strip()):
        value = Decimal(found[1]) / Decimal(found[2])
    else:
        value = _decimal(text.rstrip("% "), "share") / (100 if text.strip().endswith("%") else 1)
    if not 0 < value <= 1:
        raise ValueError("share: not above 0 and up to 1")
    return value.quantize(PART)


def _decimal(text: str, name: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", "").replace("$", "").strip())
    except InvalidOperation:
        raise ValueError(f"{name}: not a number") from None
    if not value.is_finite() or not 0 <= value < MOST:
        raise ValueError(f"{name}: a number below zero or impossibly large")
    return value


def _is_whole(group: Group, account: Account) -> bool:
    """Whether the post has one full cost, no payer twice, and shares that add up; if not, all of its rows are rejected."""
    shares = sum((one.share for one in group.parts), Decimal(0))
    reason = ""
    if len({one.amount for one in group.parts}) > 1:
        reason = "the rows of one post and period give different full costs"
    elif len({one.payer for one in group.parts}) < len(group.parts):
        reason = "one payer stands twice for the same post and period"
    elif abs(shares - 1) > ROUNDING:
        reason = f"the shares of the post add up to {shares.normalize():f}, not to 1"
    for one in group.parts if reason else ():
        account.reject(one.line, reason)
    return not reason
