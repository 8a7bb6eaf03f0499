"""A department's series over the small city, on a day in July 2017."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from citystat.core import clock
from citystat.people.models import RoleGrant, User
from citystat.stat_sessions.cycle import actions
from citystat.stat_sessions.models import Session
from tests.stat_sessions.conftest import small_city

__all__ = ["small_city"]
ZONE = ZoneInfo("America/Chicago")


def at(day: date, hour: int = 9) -> Any:
    """A day on which everything happens at one hour."""
    return clock.at(datetime.combine(day, time(hour), tzinfo=ZONE))


def person(email: str, *roles: str, name: str = "") -> User:
    found = User.objects.create_user(email, name=name)
    for role in roles:
        RoleGrant.objects.create(user=found, role=role)
    return found


@pytest.fixture
def analyst(db: None) -> User:
    return person("analyst@rivertown.example", "analyst", name="Ada Lane")


@pytest.fixture
def reviewer(db: None) -> User:
    return person("officer@rivertown.example", "performance_officer", name="Omar Reed")


@pytest.fixture
def chief(db: None) -> User:
    return person("chief@rivertown.example", "department_head", name="Ines Ford")


@pytest.fixture
def july(small_city: Any) -> Iterator[None]:
    """Monday, July 10, 2017, nine in the morning."""
    with at(date(2017, 7, 10)):
        yield


@pytest.fixture
def session(july: None, analyst: User, chief: User) -> Session:
    """A public session of the whole city on July 19."""
    details = actions.SeriesDetails(
        "citystat", "CityStat", "public", 12, date(2017, 1, 1), title_es="CityStat en público", chair=chief, analyst=analyst
    )
    series = actions.create_series(by=analyst, details=details)
    return actions.plan_session(by=analyst, series_id=series.pk, on=date(2017, 7, 19), at=time(14))
