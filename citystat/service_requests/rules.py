"""Decisions about requests that need no stored data."""

from typing import Final

STATUSES: Final = ("open", "closed", "cancelled", "duplicate", "invalid", "information_only")
NOT_COUNTED: Final = frozenset({"cancelled", "duplicate", "invalid"})
CHANNELS: Final = ("phone", "web", "mobile", "email", "sms", "walk_in", "mail", "social", "staff", "other", "unknown")
ORIGINS: Final = ("resident", "internal", "unknown")
