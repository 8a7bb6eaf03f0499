"""Columns and DuckDB types of the tables this room gives the warehouse; docs/reference/canonical-request.md says what each means."""

MAP = "MAP(VARCHAR, VARCHAR)"
# What the columns of the map of places are called inside a Parquet file.
PARTS_OF_PLACES = ["recorded_places.key_value.key", "recorded_places.key_value.value"]

# What a load writes for each request state (section 1 of the contract), flags apart.
RECORDED_COLUMNS: dict[str, str] = {
    "source": "VARCHAR",
    "request_id": "VARCHAR",
    "service": "VARCHAR",
    "service_code": "VARCHAR",
    "category": "VARCHAR",
    "department": "VARCHAR",
    "team": "VARCHAR",
    "channel": "VARCHAR",
    "channel_recorded": "VARCHAR",
    "origin": "VARCHAR",
    "status": "VARCHAR",
    "status_recorded": "VARCHAR",
    "outcome": "VARCHAR",
    "opened_at": "TIMESTAMP",
    "due_at": "TIMESTAMP",
    "first_response_at": "TIMESTAMP",
    "closed_at": "TIMESTAMP",
    "updated_at": "TIMESTAMP",
    "opened_on": "DATE",
    "due_on": "DATE",
    "first_response_on": "DATE",
    "closed_on": "DATE",
    "opened_has_time": "BOOLEAN",
    "due_has_time": "BOOLEAN",
    "closed_has_time": "BOOLEAN",
    "on_time_recorded": "BOOLEAN",
    "days_to_close_recorded": "DOUBLE",
    "address": "VARCHAR",
    "latitude": "DOUBLE",
    "longitude": "DOUBLE",
    "recorded_places": MAP,
    "parent_id": "VARCHAR",
    "transfers": "INTEGER",
    "appointment_on": "DATE",
    "appointment_kept": "BOOLEAN",
    "description": "VARCHAR",
    "extra": MAP,
}

ROW_FLAGS = (
    "flag_closed_before_opened",
    "flag_default_date",
    "flag_impossible_duration",
    "flag_status_conflict",
    "flag_unknown_status",
)
BUILD_FLAGS = (
    "flag_default_point",
    "flag_off_city",
    "flag_mass_closed",
    "flag_closed_in_minutes",
    "flag_closed_after_as_of",
    "flag_opened_after_as_of",
)
FLAGS = ROW_FLAGS + BUILD_FLAGS

STATE_KEYS: dict[str, str] = {"state_hash": "UBIGINT", "load_id": "INTEGER", "as_of": "DATE"}

STATE_COLUMNS: dict[str, str] = RECORDED_COLUMNS | dict.fromkeys(ROW_FLAGS, "BOOLEAN") | STATE_KEYS | {"moved_away": "BOOLEAN"}

# What the build adds to the recorded columns of a request (section 2); place columns follow the loaded layers.
DERIVED_COLUMNS: dict[str, str] = {
    "opened_month": "DATE",
    "closed_recorded_on": "DATE",
    "is_counted": "BOOLEAN",
    "is_field_service": "BOOLEAN",
    "service_slug": "VARCHAR",
    "due_source": "VARCHAR",
    "days_to_close": "DOUBLE",
    "age_days": "DOUBLE",
    "on_time": "BOOLEAN",
    "is_overdue": "BOOLEAN",
    "reopened": "BOOLEAN",
    "recurred": "BOOLEAN",
    "is_located": "BOOLEAN",
}

REQUEST_COLUMNS: dict[str, str] = RECORDED_COLUMNS | STATE_KEYS | DERIVED_COLUMNS | dict.fromkeys(FLAGS, "BOOLEAN")

REQUEST_STATE_COLUMNS: dict[str, str] = {
    "source": "VARCHAR",
    "request_id": "VARCHAR",
    "load_id": "INTEGER",
    "as_of": "DATE",
    "status": "VARCHAR",
    "service": "VARCHAR",
    "department": "VARCHAR",
    "opened_on": "DATE",
    "closed_on": "DATE",
    "due_on": "DATE",
}

SERVICE_COLUMNS: dict[str, str] = {
    "service": "VARCHAR",
    "service_slug": "VARCHAR",
    "service_code": "VARCHAR",
    "category": "VARCHAR",
    "department": "VARCHAR",
    "kind": "VARCHAR",
    "promise_value": "DOUBLE",
    "promise_unit": "VARCHAR",
    "promise_source": "VARCHAR",
    "inspection_counts_as_done": "BOOLEAN",
    "sensitive": "BOOLEAN",
    "requests": "BIGINT",
}

DEPARTMENT_COLUMNS: dict[str, str] = {"department": "VARCHAR", "department_slug": "VARCHAR", "requests": "BIGINT"}

PLACE_AGREEMENT_COLUMNS: dict[str, str] = {
    "kind": "VARCHAR",
    "version": "VARCHAR",
    "rows_with_both": "BIGINT",
    "rows_agreeing": "BIGINT",
}

LOAD_COLUMNS: dict[str, str] = {
    "load_id": "INTEGER",
    "as_of": "DATE",
    "loaded_at": "TIMESTAMP",
    "layout": "VARCHAR",
    "source": "VARCHAR",
    "files": "VARCHAR",
    "rows_read": "BIGINT",
    "loaded": "BIGINT",
    "unchanged": "BIGINT",
    "superseded": "BIGINT",
    "quarantined": "BIGINT",
    "flags": "VARCHAR",
}
