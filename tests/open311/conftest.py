"""A small city behind the interface, a program with a key, and short ways to ask."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from citystat.open311 import actions, limits
from citystat.service_requests.models import ApiClient
from tests.factories import cases

BASE = "/open311/v2"


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    limits.counts.forget()


@pytest.fixture
def city(db: None) -> None:
    cases.make_districts()
    cases.make_service()
    cases.make_service("Street Light Out", "LIGHT/1.2", form={"questions": [cases.SIZE_QUESTION], "shows_description": True})
    cases.make_service("Homeless Camp", "CAMP", form={"visibility": "no_place"}, sensitive=True)
    cases.make_service("Staff Complaint", "STAFF", form={"visibility": "private"})


@pytest.fixture
def key(city: None) -> str:
    return actions.add_key(by=None, name="App", email="app@example.org")


@pytest.fixture
def program(key: str) -> ApiClient:
    return ApiClient.objects.get()


@pytest.fixture
def ask(client: Client) -> Callable[..., Any]:
    """The JSON of an address below the base."""

    def get(path: str, **given: Any) -> Any:
        return client.get(f"{BASE}/{path}", given).json()

    return get


@pytest.fixture
def send(client: Client, key: str) -> Callable[..., Any]:
    """Post a request as a program with a key would."""

    def post(path: str = "requests.json", headers: dict[str, str] | None = None, **given: Any) -> Any:
        form = {"api_key": key, "service_code": "POT", "address_string": "12 Main St"} | given
        body = {name: value for name, value in form.items() if value is not None}
        return client.post(f"{BASE}/{path}", body, headers=headers)

    return post
