"""The SQL that makes canonical requests of a staged file, generated from its layout. No row passes through Python."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from citystat.service_requests.loading import clocks
from citystat.service_requests.loading import expressions as sql
from citystat.service_requests.loading.blanks import EVERY, Blanks
from citystat.service_requests.loading.date_formats import EXCEL_SERIAL
from citystat.service_requests.loading.headers import Column, find, normalized
from citystat.service_requests.loading.layout import MOMENTS, TEXTS, Layout, spellings_of
from citystat.service_requests.loading.vocabulary import (
    ALL_TYPES,
    CHANNEL_WORDS,
    FLAGS,
    KEPT_WORDS,
    ON_TIME_WORDS,
    ORIGIN_WORDS,
    STATE_TYPES,
    STATUS_WORDS,
)  # fmt: skip

DIRECT_TEXTS: Final = tuple(name for name in TEXTS if name not in {"request_id", "parent_id", "channel", "origin", "status"})
EARLIEST_CREDIBLE: Final = "DATE '1980-01-02'"
LATEST_CREDIBLE: Final = "DATE '2079-06-06'"
LONGEST_CREDIBLE_DAYS: Final = 20 * 365.25
MINUTES_TOO_FAST: Final = 10
NEVER: Final = "NULL::TIMESTAMP"
# Known since later than the other columns: a row without them has the number it had before, so that it still counts as unchanged.
LATER_COLUMNS: Final = ("appointment_on", "appointment_kept")


@dataclass(frozen=True)
class Context:
    """What every row of a load shares."""

    source: str
    time_zone: str
    as_of: date
    load_id: int


@dataclass
class Plan:
    """A layout bound to the columns of one file. `points` are ways to read the point, in the order in which they are tried; `parsed` is
    what the step after them computes."""

    layout: Layout
    columns: Sequence[Column]
    context: Context
    parsed: dict[str, str] = field(default_factory=dict)
    stored: set[int] = field(default_factory=set)
    leftovers: dict[int, str] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    places: list[tuple[str, str]] = field(default_factory=list)
    points: list[tuple[str, str]] = field(default_factory=list)
    reason: str = "NULL"

    def column(self, value: Any) -> Column | None:
        """The column a layout names, if the file has it."""
        spellings = spellings_of(value)
        column = find(self.columns, spellings)
        if column is None and spellings[0] not in self.absent:
            self.absent.append(spellings[0])
        return column

    def text(self, value: Any) -> str | None:
        """SQL of a text field: one column, several joined, or the first that is not empty. Its columns count as stored."""
        if not isinstance(value, dict):
            column = self.column(value)
            if column is None:
                return None
            self.stored.add(column.position)
            return name_of(column)
        found = [column for column in (self.column(one) for one in value.get("join") or value["first_of"]) if column]
        if not found:
            return None
        if "join" in value:
            self.stored.update(column.position for column in found)
            return f"nullif(concat_ws({sql.literal(value.get('separator', ' '))}, {', '.join(map(name_of, found))}), '')"
        self.stored.add(found[0].position)
        return f"coalesce({', '.join(map(name_of, found))})"

    def formats(self) -> list[str]:
        """The date formats of the layout, those aside that the cleaned texts no longer have."""
        return [form for form in self.layout.listed("dates") if form != EXCEL_SERIAL]

    def leave_unless(self, column: Column | None, is_stored: str) -> None:
        """Keep a column's text in `extra` on rows where it could not be turned into a value."""
        if column is not None:
            self.stored.add(column.position)
            self.leftovers[column.position] = f"CASE WHEN ({is_stored}) IS NOT TRUE THEN {name_of(column)} END"


def name_of(column: Column) -> str:
    """The cleaned text of a column in the second step."""
    return f"t{column.position}"


def bind(layout: Layout, columns: Sequence[Column], context: Context) -> Plan:
    """Bind a layout to the columns of a file; `plan.absent` then lists the columns it names and the file lacks."""
    plan = Plan(layout, columns, context)
    fields = layout.columns
    identity = plan.text(fields["request_id"])
    plan.parsed["request_id"] = sql.without_decimal_zero(identity) if identity else "NULL::VARCHAR"
    _bind_words(plan)
    for name in MOMENTS:
        _bind_moment(plan, name, fields.get(name))
    for name in DIRECT_TEXTS:
        _bind_text(plan, name)
    parent = plan.text(fields["parent_id"]) if "parent_id" in fields else None
    plan.parsed["parent_id"] = sql.without_decimal_zero(parent) if parent else "NULL::VARCHAR"
    _bind_numbers(plan)
    _bind_appointment(plan)
    _bind_point(plan)
    _bind_places(plan)
    _bind_reject(plan)
    return plan


def _bind_text(plan: Plan, name: str) -> None:
    value = plan.layout.columns.get(name)
    text = plan.text(value) if value is not None else None
    constant = plan.layout.section("constants").get(name)
    if constant is not None:
        text = f"coalesce({text}, {sql.literal(constant)})" if text else sql.literal(constant)
    plan.parsed[name] = text or "NULL::VARCHAR"


def _bind_moment(plan: Plan, name: str, value: Any) -> None:
    spec = value if isinstance(value, dict) else {"date": value} if value is not None else {}
    if "days_after_opened" in spec:
        _bind_days_after(plan, name, spec["days_after_opened"])
        return
    column = plan.column(spec["date"]) if spec else None
    if column is None:
        plan.parsed.update({f"{name}_local": NEVER, f"{name}_has_time": "false", f"{name}_exact": NEVER})
        return
    text = name_of(column)
    formats = plan.formats()
    local = sql.local_time(text, formats, plan.context.time_zone)
    clock = plan.column(spec["time"]) if "time" in spec else None
    if "when_status" in spec:
        local = f"CASE WHEN ({plan.parsed['status_word']}) = {sql.literal(spec['when_status'])} THEN {local} END"
    is_date_only = spec.get("precision") == "date"
    if clock is not None:
        time = sql.time_of_day(name_of(clock))
        plan.parsed[f"{name}_local"] = f"coalesce(({local})::DATE + {time}, ({local})::DATE::TIMESTAMP)"
        plan.parsed[f"{name}_has_time"] = f"({time}) IS NOT NULL"
        plan.leave_unless(clock, f"{time} IS NOT NULL AND {name}_local IS NOT NULL")
    elif is_date_only:
        plan.parsed[f"{name}_local"] = f"({local})::DATE::TIMESTAMP"
        plan.parsed[f"{name}_has_time"] = "false"
    else:
        plan.parsed[f"{name}_local"] = local
        has_time = f"contains({text}, ':')"
        if sql.EPOCHS.keys() & set(formats):
            has_time = f"({has_time} OR {sql.is_epoch(text, formats)})"
        if spec.get("midnight_is_date", plan.layout.definition.get("midnight_is_date")):
            has_time += f" AND ({local})::TIME <> TIME '00:00:00'"
        plan.parsed[f"{name}_has_time"] = f"coalesce({has_time}, false)"
    exact = sql.exact_time(text, formats)
    exact = f"CASE WHEN {local} IS NOT NULL THEN {exact} END" if "when_status" in spec else exact
    plan.parsed[f"{name}_exact"] = exact if clock is None and not is_date_only else "NULL::TIMESTAMP"
    if "when_status" in spec and column.position in plan.stored:
        return
    plan.leave_unless(column, f"{name}_local IS NOT NULL")


def _bind_days_after(plan: Plan, name: str, value: Any) -> None:
    days: str | None = str(float(value)) if isinstance(value, int | float) else None
    if days is None:
        column = plan.column(value)
        days = sql.number(name_of(column)) if column else "NULL::DOUBLE"
    opened = plan.parsed["opened_local"]
    plan.parsed[f"{name}_local"] = f"({opened}) + to_days(({days})::INTEGER)"
    plan.parsed[f"{name}_has_time"] = plan.parsed["opened_has_time"]
    plan.parsed[f"{name}_exact"] = "NULL::TIMESTAMP"


def _bind_words(plan: Plan) -> None:
    layout, fields = plan.layout, plan.layout.columns
    recorded = plan.text(fields["channel"]) if "channel" in fields else None
    constant = layout.section("constants").get("channel")
    plan.parsed["channel_recorded"] = recorded or "NULL::VARCHAR"
    unmapped = f"CASE WHEN {recorded} IS NULL THEN 'unknown' ELSE 'other' END" if recorded else sql.literal(constant or "unknown")
    plan.parsed["channel"] = sql.mapped(recorded, layout.section("channels") or CHANNEL_WORDS, unmapped) if recorded else unmapped
    _bind_origin(plan, recorded)
    status = plan.text(fields["status"]) if "status" in fields else None
    plan.parsed["status_recorded"] = status or "NULL::VARCHAR"
    word = sql.mapped(status, layout.section("status"), sql.mapped(status, STATUS_WORDS, "NULL")) if status else "NULL"
    plan.parsed["status_word"] = _by_rules(plan, "status", f"({word})::VARCHAR")


def _bind_origin(plan: Plan, recorded_channel: str | None) -> None:
    origins = plan.layout.section("origins")
    otherwise = sql.literal(origins.pop("otherwise", "unknown"))
    value = plan.layout.columns.get("origin")
    column = plan.column(value) if value is not None and not isinstance(value, dict) else None
    text = name_of(column) if column else recorded_channel if origins else None
    words = origins or (ORIGIN_WORDS if column else {})
    origin = sql.mapped(text, words, otherwise) if text and words else otherwise
    plan.parsed["origin"] = _by_rules(plan, "origin", origin)
    if column is not None:
        plan.leave_unless(column, sql.mapped(name_of(column), words, "NULL") + " IS NOT NULL")


def _by_rules(plan: Plan, effect: str, otherwise: str) -> str:
    whens = []
    for rule in plan.layout.listed("rules"):
        test = _test(plan, rule["when"]) if effect in rule else None
        if test:
            whens.append(f"WHEN {test} THEN {sql.literal(rule[effect])}")
    return f"CASE {' '.join(whens)} ELSE {otherwise} END" if whens else otherwise


def _test(plan: Plan, when: dict[str, list[Any]]) -> str | None:
    """SQL of a rule's conditions, all of which must hold; None where the file lacks a column."""
    tests = []
    for header, values in when.items():
        column = find(plan.columns, (header,))
        if column is None:
            return None
        tests.append(sql.condition(name_of(column), [str(value).lower() if isinstance(value, bool) else value for value in values]))
    return " AND ".join(tests)


def _bind_numbers(plan: Plan) -> None:
    fields = plan.layout.columns
    for name, kind in (("days_to_close_recorded", "DOUBLE"), ("transfers", "INTEGER")):
        column = plan.column(fields[name]) if name in fields else None
        plan.parsed[name] = f"try_cast({sql.number(name_of(column))} AS {kind})" if column else f"NULL::{kind}"
        plan.leave_unless(column, f"{name} IS NOT NULL")
    column = plan.column(fields["on_time"]) if "on_time" in fields else None
    plan.parsed["on_time_recorded"] = (
        sql.flag(name_of(column), plan.layout.section("on_time") or ON_TIME_WORDS) if column else "NULL::BOOLEAN"
    )
    plan.leave_unless(column, "on_time_recorded IS NOT NULL")


def _bind_appointment(plan: Plan) -> None:
    fields = plan.layout.columns
    day, kept = (plan.column(fields[name]) if name in fields else None for name in LATER_COLUMNS)
    local = sql.local_time(name_of(day), plan.formats(), plan.context.time_zone) if day else ""
    plan.parsed["appointment_on"] = f"({local})::DATE" if day else "NULL::DATE"
    plan.parsed["appointment_kept"] = sql.flag(name_of(kept), KEPT_WORDS) if kept else "NULL::BOOLEAN"
    for name, column in zip(LATER_COLUMNS, (day, kept), strict=True):
        plan.leave_unless(column, f"{name} IS NOT NULL")


def _bind_point(plan: Plan) -> None:
    point = plan.layout.section("point")
    options: list[tuple[str, str]] = []
    pair = [plan.column(point[name]) if name in point else None for name in ("latitude", "longitude")]
    if all(pair):
        options.append((sql.number(name_of(pair[0])), sql.number(name_of(pair[1]))))  # type: ignore[arg-type]
        for column in pair:
            plan.leave_unless(column, "is_pair_used")
    location = find(plan.columns, spellings_of(point["location"])) if "location" in point else None
    if location:
        options.append((sql.location_part(name_of(location), "latitude"), sql.location_part(name_of(location), "longitude")))
    plane = [find(plan.columns, spellings_of(point[name])) if name in point else None for name in ("x", "y")]
    if all(plane):
        x, y = (sql.number(name_of(column)) for column in plane if column)
        call = f"from_plane_{point['epsg']}({x}, {y})"
        options.append((f"({call}).latitude", f"({call}).longitude"))
    plan.points = options
    usable = [_usable(number) for number in range(len(options))]
    plan.parsed["is_pair_used"] = usable[0] if all(pair) else "false"
    for name in ("latitude", "longitude"):
        whens = " ".join(f"WHEN {test} THEN {name}_{number}" for number, test in enumerate(usable))
        plan.parsed[name] = f"CASE {whens} END" if whens else "NULL::DOUBLE"
    plan.parsed["is_zero_point"] = "coalesce(latitude_0 = 0 AND longitude_0 = 0, false)" if options else "false"


def _usable(number: int) -> str:
    """Whether a way to read the point, computed by `_with_points`, gave one."""
    latitude, longitude = f"latitude_{number}", f"longitude_{number}"
    return f"({latitude} BETWEEN -90 AND 90 AND {longitude} BETWEEN -180 AND 180 AND NOT ({latitude} = 0 AND {longitude} = 0))"


def _with_points(plan: Plan, source: str) -> str:
    """The source with `latitude_<n>` and `longitude_<n>` of each way to read the point: worked out once, where those before failed."""
    for number, (latitude, longitude) in enumerate(plan.points):
        failed = " AND ".join(f"{_usable(earlier)} IS NOT TRUE" for earlier in range(number)) or "true"
        parts = ", ".join(
            f"CASE WHEN {failed} THEN {value} END AS {name}_{number}" for name, value in (("latitude", latitude), ("longitude", longitude))
        )
        source = f"SELECT *, {parts} FROM ({source})"
    return source


def _bind_places(plan: Plan) -> None:
    for kind, value in sorted(plan.layout.section("places").items()):
        text = plan.text(value)
        if text:
            plan.places.append((kind, sql.without_decimal_zero(text)))


def _bind_reject(plan: Plan) -> None:
    """Why a row cannot be a request; null for rows that can."""
    identity, opened = (_header(plan, name) for name in ("request_id", "opened"))
    column = find(plan.columns, plan.layout.needed()[-1])
    raw = name_of(column) if column else "NULL"
    no_id = f"request_id IS NULL OR lower(request_id) IN ({', '.join(map(sql.literal, sql.NO_ID))})"
    plan.parsed["reject"] = _by_rules(plan, "reject", "NULL::VARCHAR")
    plan.parsed["opened_raw"] = f"{raw}::VARCHAR"
    plan.reason = (
        f"CASE WHEN reject IS NOT NULL THEN reject WHEN {no_id} THEN {sql.literal(f'no request id in {identity}')} "
        f"WHEN opened_local IS NULL AND opened_raw IS NULL THEN {sql.literal(f'no opening date in {opened}')} "
        f"WHEN opened_local IS NULL THEN {sql.literal(f'the opening date in {opened} cannot be read: ')} || left(opened_raw, 80) END"
    )


def _header(plan: Plan, name: str) -> str:
    groups = [spellings for found, spellings in plan.layout.fields() if found == name]
    column = next((one for one in (find(plan.columns, spellings) for spellings in groups) if one), None)
    return column.header if column else name


def rows(plan: Plan, source: str, other: str = "", blanks: Blanks = EVERY) -> str:
    """SQL of every row of `source` (a query with c0, c1, ...) as a request state, with `reason` (null where usable) and `month`.

    `other` names a further column of the source to hand through, with a comma after it; `blanks` are those its texts may have.
    """
    kept = [column for column in plan.columns if not column.is_own]
    missing = plan.layout.listed("missing")
    extra = _extra(plan, kept)
    dated = {column.position for column in plan.layout.date_columns(kept)}
    formats = {column: plan.layout.listed("dates") if column.position in dated else [] for column in kept}
    cleaned = ", ".join(
        f"{sql.from_serial(sql.cleaned(column.sql, missing, blanks), formats[column])} AS {name_of(column)}" for column in kept
    )
    first = f"SELECT {other}{cleaned} FROM ({source})"
    second = f"SELECT *, {_listed(plan.parsed)} FROM ({_with_points(plan, first)})"
    third = f"SELECT {other}{_listed(_state(plan, extra))} FROM ({second})"
    fourth = f"SELECT *, {_listed(_maps_and_hash(plan, extra))} FROM ({third})"
    made = _flags(plan) | _of_the_load(plan)
    final = ", ".join(f"({made[name]})::{kind} AS {name}" if name in made else name for name, kind in ALL_TYPES.items())
    return f"SELECT {other}reason, strftime(opened_on, '%Y-%m') AS month, {final} FROM ({fourth})"


def constants(plan: Plan) -> dict[str, str]:
    """SQL of the columns that are the same in every row of the file: what no column of it tells, and what the load is."""
    same = _of_the_load(plan) | {"source": sql.literal(plan.context.source)}
    for name in MOMENTS:
        if plan.parsed[f"{name}_local"] == NEVER:
            same |= {f"{name}_at": NEVER, f"{name}_on": "NULL::DATE", f"{name}_has_time": "false"}
    same |= {name: text for name, text in plan.parsed.items() if text.startswith("NULL::")}
    same |= {name: text for name, text in _flags(plan).items() if text == "false"}
    return {name: same[name] for name in ALL_TYPES if name in same}


def _of_the_load(plan: Plan) -> dict[str, str]:
    return {"load_id": str(plan.context.load_id), "as_of": f"DATE '{plan.context.as_of}'", "moved_away": "false"}


def _listed(values: dict[str, str]) -> str:
    return ", ".join(f"{expression} AS {name}" for name, expression in values.items())


def _extra(plan: Plan, kept: Sequence[Column]) -> list[tuple[Column, str]]:
    """Columns whose text is kept as it is: those the layout does not store, and stored ones on rows where that failed."""
    repeats = {normalized(str(name)) for name in plan.layout.listed("repeats")}
    found = []
    for column in sorted(kept, key=lambda one: one.key):
        if column.position in plan.leftovers:
            found.append((column, plan.leftovers[column.position]))
        elif column.position not in plan.stored and column.key not in repeats:
            found.append((column, name_of(column)))
    return found


def _state(plan: Plan, extra: Sequence[tuple[Column, str]]) -> dict[str, str]:
    """The third step: canonical values, `place_<kind>` and `x<position>` of columns kept as they are."""
    zone = plan.context.time_zone
    values = {"reason": plan.reason, "source": sql.literal(plan.context.source)}
    values |= {name: name for name in STATE_TYPES if name in plan.parsed}
    for name in MOMENTS:
        # What no column tells is said once, not asked of every row.
        is_told = plan.parsed[f"{name}_local"] != NEVER
        values[f"{name}_at"] = f"coalesce({name}_exact, {clocks.as_utc(f'{name}_local', zone)})" if is_told else NEVER
        values[f"{name}_on"] = f"{name}_local::DATE" if is_told else "NULL::DATE"
    values.pop("updated_on")
    values["status"] = "coalesce(status_word, CASE WHEN closed_local IS NOT NULL THEN 'closed' ELSE 'open' END)"
    values |= {f"{name}_has_time": f"{name}_has_time AND {name}_local IS NOT NULL" for name in ("opened", "due", "closed")}
    values |= {f"place_{kind}": text for kind, text in plan.places}
    values |= {f"x{column.position}": text for column, text in extra}
    return values | {name: name for name in ("status_word", "is_zero_point")}


def _maps_and_hash(plan: Plan, extra: Sequence[tuple[Column, str]]) -> dict[str, str]:
    """The fourth step: the two maps, and one number for all recorded values."""
    apart = {"source", "recorded_places", "extra", *LATER_COLUMNS}
    fixed = [name for name in STATE_TYPES if name not in apart and not name.endswith("_has_time")]
    places = [(kind, f"place_{kind}") for kind, _ in plan.places]
    kept = [(column, f"x{column.position}") for column, _ in extra]
    later = [(name, f"{name}::VARCHAR") for name in LATER_COLUMNS if name in plan.layout.columns]
    return {
        "recorded_places": sql.text_map(places),
        "extra": sql.text_map([(column.header, text) for column, text in kept]),
        "state_hash": sql.content_hash(
            fixed, [(f"place {kind}", text) for kind, text in places], [(f"extra {column.key}", text) for column, text in kept] + later
        ),
    }


def _flags(plan: Plan) -> dict[str, str]:
    """Row flags; those that need many rows are false here and set by the build."""
    as_of = f"DATE '{plan.context.as_of}'"

    not_credible = [f"{name}_on < {EARLIEST_CREDIBLE} OR {name}_on >= {LATEST_CREDIBLE}" for name in ("opened", "due", "closed")]
    has_status = plan.parsed["status_recorded"] != "NULL::VARCHAR"
    tests = {
        "closed_before_opened": "CASE WHEN opened_has_time AND closed_has_time THEN closed_at < opened_at ELSE closed_on < opened_on END",
        "default_date": " OR ".join(f"coalesce({test}, false)" for test in not_credible),
        "default_point": "is_zero_point",
        "impossible_duration": f"closed_on - opened_on > {LONGEST_CREDIBLE_DAYS}",
        "closed_in_minutes": (
            "opened_has_time AND closed_has_time AND status = 'closed' AND closed_at >= opened_at "
            f"AND closed_at < opened_at + INTERVAL {MINUTES_TOO_FAST} MINUTE"
        ),
        "closed_after_as_of": f"closed_on > {as_of}",
        "opened_after_as_of": f"opened_on > {as_of}",
        "status_conflict": "(status = 'closed' AND closed_on IS NULL) OR (status = 'open' AND closed_on IS NOT NULL)",
        "unknown_status": "status_word IS NULL" if has_status else "false",
    }
    return {f"flag_{name}": f"coalesce({tests[name]}, false)" if tests.get(name, "false") != "false" else "false" for name in FLAGS}
