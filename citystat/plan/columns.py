"""The columns of table `requests` a definition may name, and the few computed ones: an allow-list, so no SQL comes from outside."""

from typing import Final

TABLE: Final = "requests"

BOOLEANS: Final = frozenset({
    "appointment_kept",
    "closed_has_time",
    "due_has_time",
    "is_counted",
    "is_field_service",
    "is_located",
    "is_overdue",
    "on_time",
    "on_time_recorded",
    "opened_has_time",
    "recurred",
    "reopened",
})  # fmt: skip
NUMBERS: Final = frozenset({"age_days", "days_to_close", "days_to_close_recorded", "days_to_first_response", "transfers"})
TEXTS: Final = frozenset({
    "category",
    "channel",
    "department",
    "due_source",
    "origin",
    "outcome",
    "parent_id",
    "service",
    "service_slug",
    "source",
    "status",
    "team",
})  # fmt: skip
DATES: Final = frozenset({"appointment_on", "closed_on", "due_on", "first_response_on", "opened_on"})
FLAGS: Final = frozenset({
    "flag_closed_after_as_of",
    "flag_closed_before_opened",
    "flag_closed_in_minutes",
    "flag_default_date",
    "flag_default_point",
    "flag_impossible_duration",
    "flag_mass_closed",
    "flag_off_city",
    "flag_opened_after_as_of",
    "flag_status_conflict",
    "flag_unknown_status",
})  # fmt: skip
STORED: Final = BOOLEANS | NUMBERS | TEXTS | DATES | FLAGS

# Recorded for every request, but a city that never has a clock time has only "no" here: that counts as not recorded.
CLOCK_TIMES: Final = frozenset({"opened_has_time", "due_has_time", "closed_has_time"})

# Computed columns: a name in a definition, the SQL it stands for, the stored columns it reads.
# The status decides: a request that says open counts as open even where a closing date stands beside it (it is flagged).
IS_OPEN: Final = "(status = 'open')"
COMPUTED: Final[dict[str, str]] = {
    "days_to_first_response": "date_diff('second', opened_at, first_response_at) / 86400.0",
    # A request without a due date is judged, by the city's own flag, the day it is closed.
    "judged_on": "coalesce(due_on, CASE WHEN on_time IS NOT NULL THEN closed_on END)",
    "is_open": IS_OPEN,
}
SOURCES: Final[dict[str, tuple[str, ...]]] = {
    "days_to_first_response": ("first_response_at",),
    "judged_on": ("due_on", "on_time"),
    "is_open": ("status",),
}
TIME_COLUMNS: Final = ("opened_on", "closed_on", "due_on", "first_response_on", "judged_on", "appointment_on")
# Known at a period's end only, so they make sense in measures of what is open then.
AT_PERIOD_END: Final = ("age_days_at_end", "days_overdue_at_end")
# What a condition may compare them with.
YES_OR_NO: Final = BOOLEANS | FLAGS | {"is_open"}
COUNTED_NUMBERS: Final = NUMBERS | {"days_to_first_response", *AT_PERIOD_END}
CONDITION_COLUMNS: Final = STORED | set(COMPUTED) | set(AT_PERIOD_END)


def expression(name: str) -> str:
    """The SQL of a column of the allow-list."""
    return COMPUTED.get(name, name)


def stored_columns(name: str) -> tuple[str, ...]:
    """The stored columns a name reads."""
    return SOURCES.get(name, (name,))
