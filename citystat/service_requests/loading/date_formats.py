"""Which date formats a sample of texts is written in."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

ISO: Final = "ISO 8601"
EPOCHS: Final = {"epoch_milliseconds": 1_000, "epoch_seconds": 1}
# Days since the end of 1899, as spreadsheets keep dates inside.
EXCEL_SERIAL: Final = "excel_serial"
SERIALS: Final = range(32_874, 51_502)  # 1990 to 2040
FORMATS: Final = (
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%m/%d/%y %I:%M %p", "%m/%d/%y %H:%M",
    "%m/%d/%y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m-%d-%Y %H:%M", "%m-%d-%Y", "%d-%m-%Y %H:%M", "%d-%m-%Y",
    "%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y %b %d %I:%M:%S %p", "%b %d, %Y %I:%M:%S %p", "%b %d %Y %I:%M%p", "%b %d, %Y", "%d-%b-%Y %H:%M",
    "%d-%b-%Y", "%d-%b-%y", "%Y%m%d", "%Y-%m-%d %I:%M:%S %p", "%Y-%m-%d %I:%M %p",
    "%Y/%m/%d %I:%M:%S %p", "%Y/%m/%d %I:%M %p",
)  # fmt: skip
ZONE_NAME: Final = r" (UTC|GMT|[ECMP][SD]T|[+-]\d\d:?\d\d)$"
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2040


def formats_of(values: Sequence[str]) -> tuple[str, ...]:
    """The date format that reads at least nineteen in twenty of the values, or the fewest that do together; none if they are no dates."""
    if not values:
        return ()
    enough = 0.95 * len(values)
    counts = {form: sum(_reads(value, form) for value in values) for form in (ISO, *FORMATS, *EPOCHS)}
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


def serial_formats_of(values: Sequence[str]) -> tuple[str, ...]:
    """`excel_serial` where nearly all values may be a spreadsheet's days; other numbers look the same, so only for a column of dates."""
    read = sum(bool(re.fullmatch(r"\d{5}(\.\d+)?", value)) and int(value[:5]) in SERIALS for value in values)
    return (EXCEL_SERIAL,) if values and read >= 0.95 * len(values) else ()


def share_read(values: Sequence[str], formats: Sequence[str]) -> float:
    """The share of the values that one of the formats reads."""
    return sum(any(_reads(value, form) for form in formats) for value in values) / max(len(values), 1)


def has_clock_time(form: str) -> bool:
    """Whether texts of a format can say a time of day."""
    return form in {ISO, EXCEL_SERIAL, *EPOCHS} or "%H" in form or "%I" in form


def is_either_way(values: Sequence[str], formats: Sequence[str]) -> bool:
    """Whether every value of a month-first format also reads with the day first, so that nobody can tell."""
    turned = [form.replace("%m/%d", "%d/%m") for form in formats if form.startswith("%m/%d")]
    return bool(turned) and all(any(_reads(value, form) for form in turned) for value in values)


def _reads(value: str, form: str) -> bool:
    if form in EPOCHS:
        return _reads_epoch(value, EPOCHS[form])
    try:
        # The loader reads 2021/03/04 as it reads 2021-03-04.
        text = value[:10].replace("/", "-") + re.sub(ZONE_NAME, "+00:00", value[10:])
        parsed = datetime.fromisoformat(text) if form == ISO else datetime.strptime(value, form)  # noqa: DTZ007
    except ValueError:
        return False
    return 1899 <= parsed.year <= 2100 and (form != ISO or "-" in text[:8])


def _reads_epoch(value: str, units: int) -> bool:
    """Of plain numbers only those of these decades count as instants; request numbers have as many digits."""
    if not re.fullmatch(r"\d{9,13}(\.0+)?", value):
        return False
    first, last = (datetime(year, 1, 1, tzinfo=UTC).timestamp() * units for year in (FIRST_YEAR, LAST_YEAR))
    return first <= float(value) < last
