"""A month's numbers as rows of an export: text, dates as a city writes them, and the rows no load can use."""

from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from citystat.ops.demo.addresses import Addresses
from citystat.ops.demo.city import DemoCity
from citystat.ops.demo.closing import Booleans
from citystat.ops.demo.demand import Times
from citystat.ops.demo.history import CANCELLED, CHANNELS, DUPLICATE, INVALID, OPEN_OR_CLOSED, STAFF, Month

STATUS = pa.array(["open", "closed", "cancelled", "invalid", "duplicate"])
OUTCOMES = {
    "field": ("Work completed", "Work completed", "Inspected and corrected", "Referred to contractor", "Nothing found on site"),
    "information": ("Question answered",),
}
REMARKS = pa.array(
    [
        "",
        "",
        "",
        "Please fix this soon.",
        "Near the corner, by the bus stop.",
        "Second time I am reporting this.",
        "It is getting worse every day.",
        "Blocking the sidewalk.",
        "Call me at 555-0142 with questions, Dana.",
        "Se necesita ayuda en esta cuadra.",
        "In front of the blue house.",
    ]
)
OPENINGS = pa.array(["", "There is ", "Hello, ", "Please help: ", "I want to report ", "On our block: ", "Again: ", "Hay "])
SHARE_SAYING_WHAT = 0.85
NEVER = np.datetime64("NaT", "s")


def as_table(
    city: DemoCity, month: Month, addresses: Addresses, first_number: int, as_of: date, random: np.random.Generator, earlier: bool = False
) -> pa.Table:
    """The month as one export shows it on its as-of date; `earlier` is the export before requests were opened again."""
    status, closed = _as_known(city, month, as_of, earlier)
    ids = _ids(month, first_number)
    opened = pa.array(month.opened).cast(pa.string())
    columns = {
        "request_id": ids,
        **_service_columns(city, month),
        "channel": pa.array(CHANNELS).take(pa.array(month.channel)),
        "origin": pa.array(["resident", "internal"]).take(pa.array((month.channel == STAFF).astype(np.int64))),
        "status": STATUS.take(pa.array(status)),
        "outcome": _outcomes(city, month, closed, random),
        "opened_at": opened,
        "closed_at": pa.array(closed).cast(pa.string()),
        "updated_at": pa.array(np.where(np.isnat(closed), month.opened, closed)).cast(pa.string()),
        "address": addresses.text.take(pa.array(month.address)),
        "latitude": pa.array(month.latitude, from_pandas=True),
        "longitude": pa.array(month.longitude, from_pandas=True),
        "council_district": pa.array(city.districts).take(pa.array(month.recorded_district, mask=month.recorded_district < 0)),
        "neighborhood": _neighborhoods(city, month, addresses),
        "parent_id": ids.take(pa.array(month.parent, mask=month.parent < 0)),
        "transfers": pa.array(np.searchsorted([0.92, 0.985], random.random(len(ids)))),
        "former_system": _repeat(str(city.facts["migration"]["former_system"]) if month.plan.moved else None, len(ids)),
        "description": descriptions(city, month.service, random.integers(0, len(REMARKS), len(ids)), first_number),
    }
    return pa.table(columns)


def descriptions(city: DemoCity, service: npt.NDArray[np.int64], remark: npt.NDArray[np.int64], seed: int) -> pa.Array:
    """What the resident wrote: nothing, a remark that could be about anything, or most often also a word for what is wrong."""
    random = np.random.default_rng([seed, len(service)])
    words = pa.array([word for known in city.words for word in known])
    first = np.cumsum([0, *(len(known) for known in city.words)])
    count = np.diff(first)[service]
    chosen = first[service] + np.minimum((random.random(len(service)) * np.maximum(count, 1)).astype(np.int64), np.maximum(count - 1, 0))
    says_what = (count > 0) & (random.random(len(service)) < SHARE_SAYING_WHAT)
    opening = OPENINGS.take(pa.array(random.integers(0, len(OPENINGS), len(service))))
    said = pc.binary_join_element_wise(opening, words.take(pa.array(np.minimum(chosen, len(words) - 1))), pa.scalar(""))
    remarks = REMARKS.take(pa.array(remark))
    both = pc.binary_join_element_wise(said, pa.scalar(". "), remarks, pa.scalar(""))
    return pc.if_else(pc.equal(remarks, ""), remarks, pc.if_else(pa.array(says_what), both, remarks))


def spoil(city: DemoCity, table: pa.Table, month: Month, random: np.random.Generator) -> tuple[pa.Table, dict[str, int]]:
    """Plant rows without number or date, impossible dates, and rows that stand twice; return the table and the counts."""
    bad, dates, twice = city.facts["bad_rows"], city.facts["impossible_dates"], city.facts["repeated_rows"]
    childless = np.ones(table.num_rows, dtype=bool)
    childless[month.parent[month.parent >= 0]] = False
    draw = np.where(childless, random.random(table.num_rows), 1.0)
    edges = np.cumsum([bad["share_without_id"], bad["share_without_date"], bad["share_with_nonsense_date"], twice["share"]])
    kind = np.searchsorted(edges, draw, side="right")
    table = _blank(table, "request_id", kind == 0, None)
    table = _blank(table, "opened_at", kind == 1, None)
    table = _blank(table, "opened_at", kind == 2, "soon")
    closed = (month.fate == OPEN_OR_CLOSED) & (not month.plan.moved) & pc.is_valid(table["closed_at"]).to_numpy() & (kind > 3)
    draw = random.random(table.num_rows)
    ancient = closed & (draw < dates["share_1900"])
    backwards = closed & ~ancient & (draw < dates["share_1900"] + dates["share_closed_before_opened"])
    table = _blank(table, "closed_at", ancient, "1900-01-01 00:00:00")
    before = pa.array(month.opened - random.integers(3_600, 20 * 86_400, table.num_rows).astype("timedelta64[s]")).cast(pa.string())
    table = table.set_column(
        table.column_names.index("closed_at"), "closed_at", pc.if_else(pa.array(backwards), before, table["closed_at"])
    )
    repeated = np.flatnonzero(kind == 3)
    counts = {
        "quarantined": int((kind < 3).sum()),
        "repeated": len(repeated),
        "closed_1900": int(ancient.sum()),
        "closed_before_opened": int(backwards.sum()),
    }
    return pa.concat_tables([table, table.take(pa.array(repeated))]), counts


def _as_known(city: DemoCity, month: Month, as_of: date, earlier: bool) -> tuple[npt.NDArray[np.int64], Times]:
    """Status code and closing time as known at the end of the as-of date."""
    closed = month.closing.closed if earlier else month.closed_again
    quick = month.opened + np.timedelta64(5 * 3600, "s")
    closed = np.where(month.fate == OPEN_OR_CLOSED, closed, np.minimum(closed, quick))
    closed = np.where(closed > np.datetime64(as_of, "s") + np.timedelta64(86_399, "s"), NEVER, closed)
    by_fate = np.select([month.fate == CANCELLED, month.fate == INVALID, month.fate == DUPLICATE], [2, 3, 4], default=-1)
    return np.where(by_fate >= 0, by_fate, np.where(np.isnat(closed), 0, 1)), closed


def _ids(month: Month, first_number: int) -> pa.Array:
    numbers = pa.array(np.arange(first_number, first_number + len(month.service))).cast(pa.string())
    prefix = ("M" if month.plan.moved else "") + f"{month.plan.first:%y}"
    return pc.binary_join_element_wise(_repeat(prefix, len(numbers)), pc.utf8_lpad(numbers, 8, "0"), "-")


def _service_columns(city: DemoCity, month: Month) -> dict[str, pa.Array]:
    services, renamed = city.services, city.facts["service_renamed"]
    code = pa.array(month.service)
    name = pa.array(services.names).take(code)
    former = (month.service == services.index(renamed["service"])) & (month.opened < np.datetime64(renamed["day"]))
    name = pc.if_else(pa.array(former), pa.scalar(renamed["old_name"]), name)
    side = pa.array([" north", " south"]).take(pa.array((month.district >= 2).astype(np.int64)))
    departments = pa.array(services.departments).take(code)
    return {
        "service": name,
        "service_code": pa.array(services.codes).take(code),
        "category": pa.array(services.categories).take(code),
        "department": departments,
        "team": pc.binary_join_element_wise(departments, side, ""),
    }


def _outcomes(city: DemoCity, month: Month, closed: Times, random: np.random.Generator) -> pa.Array:
    choices = pa.array([*OUTCOMES["field"], *OUTCOMES["information"], city.facts["mass_closure"]["outcome"]])
    code = np.where(city.services.is_field[month.service], random.integers(0, len(OUTCOMES["field"]), len(closed)), len(OUTCOMES["field"]))
    code = np.where(month.closing.in_mass, len(choices) - 1, code)
    return choices.take(pa.array(code, mask=np.isnat(closed) | (month.fate != OPEN_OR_CLOSED)))


def _neighborhoods(city: DemoCity, month: Month, addresses: Addresses) -> pa.Array:
    code = addresses.neighborhood[month.address]
    return pa.array(city.neighborhoods).take(pa.array(code, mask=month.recorded_district < 0))


def _repeat(text: str | None, count: int) -> pa.Array:
    return pa.array([text], pa.string()).take(pa.array(np.zeros(count, dtype=np.int64)))


def _blank(table: pa.Table, column: str, rows: Booleans, value: str | None) -> pa.Table:
    changed = pc.if_else(pa.array(rows), pa.scalar(value, pa.string()), table[column])
    return table.set_column(table.column_names.index(column), column, changed)
