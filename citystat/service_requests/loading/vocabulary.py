"""Words many cities use, for layouts that bring no list of their own, and the canonical columns of a request state."""

from typing import Final

STATUS_WORDS: Final = {
    "open": [
        "open", "opened", "new", "assigned", "in progress", "in-progress", "inprogress", "pending", "started", "received", "submitted", "active",
        "acknowledged", "reopened", "re-opened", "referred", "forwarded", "on hold", "hold", "unassigned", "scheduled", "waiting", "awaiting*",
        "work in progress", "open - *", "under investigation", "dispatched", "initiated", "archived - open", "abierto", "en proceso",
    ],
    "closed": ["closed", "close", "completed", "complete", "resolved", "done", "fixed", "finished", "closed - *", "closed (*", "completed - *", "cerrado"],
    "cancelled": ["cancelled", "canceled", "cancel", "withdrawn", "void", "voided", "deleted", "closed - cancelled", "closed - canceled"],
    "duplicate": ["duplicate", "dup", "duplicated", "* - dup", "*(duplicate)*", "duplicate (*", "closed - duplicate", "*- duplicate"],
    "invalid": ["invalid", "rejected", "not valid", "test", "spam"],
    "information_only": ["information only", "information", "info only", "informational"],
}  # fmt: skip
CHANNEL_WORDS: Final = {
    "phone": ["phone", "call", "constituent call", "telephone", "phone call", "calls", "phone-in", "voice", "voicemail", "311", "hotline", "teléfono", "*phone*"],
    "web": ["web", "website", "online", "internet", "self service", "self-service", "portal", "web form", "webform", "www", "en línea", "*web*", "*portal*", "*online*"],
    "mobile": ["mobile", "app", "mobile app", "mobile/open311", "mobile device", "citizens connect app", "iphone", "android", "ios", "seeclickfix", "*mobile*", "* app"],
    "email": ["email", "e-mail", "*email*", "*e-mail*"],
    "sms": ["sms", "text", "text message", "text/sms"],
    "walk_in": ["walk-in", "walk in", "walkin", "in person", "counter", "walk", "front desk"],
    "mail": ["mail", "letter", "fax", "us mail", "mail/fax"],
    "social": ["twitter", "facebook", "social", "social media", "nextdoor", "*twitter*"],
    "staff": ["staff", "employee generated", "employee", "city worker app", "inspector", "internal", "system", "radio", "driver self report", "integrated agency"],
    "unknown": ["unknown", "unspecified", "n/a", "none"],
}  # fmt: skip
ON_TIME_WORDS: Final = {
    "yes": ["y", "yes", "true", "t", "1", "ontime", "on time", "on-time", "met", "within sla"],
    "no": ["n", "no", "false", "f", "0", "overdue", "late", "not met", "missed", "outside sla"],
}
ORIGIN_WORDS: Final = {
    "resident": ["resident", "public", "citizen", "constituent", "customer", "external"],
    "internal": ["internal", "staff", "employee", "city", "employee generated"],
}

STATE_TYPES: Final = {
    "source": "VARCHAR", "request_id": "VARCHAR", "service": "VARCHAR", "service_code": "VARCHAR", "category": "VARCHAR", "department": "VARCHAR",
    "team": "VARCHAR", "channel": "VARCHAR", "channel_recorded": "VARCHAR", "origin": "VARCHAR", "status": "VARCHAR", "status_recorded": "VARCHAR",
    "outcome": "VARCHAR", "opened_at": "TIMESTAMP", "due_at": "TIMESTAMP", "first_response_at": "TIMESTAMP", "closed_at": "TIMESTAMP",
    "updated_at": "TIMESTAMP", "opened_on": "DATE", "due_on": "DATE", "first_response_on": "DATE", "closed_on": "DATE", "opened_has_time": "BOOLEAN",
    "due_has_time": "BOOLEAN", "closed_has_time": "BOOLEAN", "on_time_recorded": "BOOLEAN", "days_to_close_recorded": "DOUBLE", "address": "VARCHAR",
    "latitude": "DOUBLE", "longitude": "DOUBLE", "recorded_places": "MAP(VARCHAR, VARCHAR)", "parent_id": "VARCHAR", "transfers": "INTEGER",
    "description": "VARCHAR", "extra": "MAP(VARCHAR, VARCHAR)",
}  # fmt: skip
FLAGS: Final = (
    "closed_before_opened", "default_date", "default_point", "off_city", "impossible_duration", "mass_closed", "closed_in_minutes",
    "closed_after_as_of", "opened_after_as_of", "status_conflict", "unknown_status",
)  # fmt: skip
ALL_TYPES: Final = {
    **STATE_TYPES,
    **{f"flag_{name}": "BOOLEAN" for name in FLAGS},
    "state_hash": "UBIGINT", "load_id": "INTEGER", "as_of": "DATE", "moved_away": "BOOLEAN",
}  # fmt: skip
