"""A small city with two departments and the people who work in it."""

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests.factories import cases


@pytest.fixture
def city(db: None) -> None:
    cases.make_districts()
    cases.make_service()
    cases.make_service("Leak", "LEA", department="Water")


@pytest.fixture
def worker(city: None) -> Any:
    return cases.make_user("worker@city.example", "department_worker", department="Streets", name="Will Works", team="North")


@pytest.fixture
def boss(city: None) -> Any:
    return cases.make_user("boss@city.example", "supervisor", department="Streets", name="Berta Boss")


@pytest.fixture
def crew(city: None) -> Any:
    return cases.make_user("crew@city.example", "crew", department="Streets", name="Cora Crew", team="North")


@pytest.fixture
def agent(city: None) -> Any:
    return cases.make_user("agent@city.example", "call_taker", name="Ada Agent")


@pytest.fixture
def sign_in() -> Any:
    """A browser of a person who has signed in."""

    def browser(user: Any) -> Client:
        client = Client()
        client.force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[1])
        return client

    return browser
