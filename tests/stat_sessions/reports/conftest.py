"""The small city in July 2017, with the people who make reports."""

from tests.stat_sessions.conftest import small_city
from tests.stat_sessions.cycle.conftest import analyst, chief, july, reviewer, session

__all__ = ["analyst", "chief", "july", "reviewer", "session", "small_city"]
