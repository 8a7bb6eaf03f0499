"""One small city for tests of pages: three departments, four services, two districts, twenty months, one sensitive service."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from citystat.people.models import RoleGrant, User
from citystat.warehouse.connections import forget_builds
from tests.factories.requests import request, slug, write_build

AS_OF = date(2017, 8, 31)
SECRET_ADDRESS, SECRET_TEXT, SECRET_NAME = "77 Hidden Lane", "My neighbor Jane Roe hits her son", "Jane Roe"
SERVICES = {"Pothole": "Public Works", "Rat treatment": "Health", "Missed trash": "Public Works", "Child at risk": "Health"}
PLACES = [{"kind": "council_district", "version": "2012", "code": code, "name": code, "is_current": True} for code in ("1", "2")]
CITY_YAML = "name: Calder Bend\nlanguages: [en, es]\n"


def requests() -> list[dict[str, Any]]:
    """Thirty requests of each service a month from January 2016, promised in five days, later and later kept."""
    made = []
    for month in range(20):
        first = date(2016 + month // 12, month % 12 + 1, 1)
        for service, department in SERVICES.items():
            for number in range(30):
                opened = first + timedelta(days=number % 28)
                days = 3 + number % 4 + (3 if month > 17 else 0)
                private = (
                    {"address": SECRET_ADDRESS, "description": SECRET_TEXT} if service == "Child at risk" else {"address": "1212 Oak St"}
                )
                made.append(
                    request(
                        request_id=f"{slug(service)[:3]}{month:02d}{number:02d}", service=service, department=department, opened_on=opened,
                        due_on=opened + timedelta(days=5), closed_on=opened + timedelta(days=days) if number < 27 else None,
                        place_council_district=(None, "1", "2")[number % 3 if number else 0], latitude=None if number == 0 else 39.1,
                        extra={"caller": SECRET_NAME}, **private,
                    )
                )  # fmt: skip
    return made


def services() -> list[dict[str, Any]]:
    return [
        {"service": name, "service_slug": slug(name), "department": department, "kind": "field", "requests": 600,
         "promise_value": 5.0, "promise_unit": "calendar_days", "promise_source": "published", "sensitive": name == "Child at risk"}
        for name, department in SERVICES.items()
    ]  # fmt: skip


@contextmanager
def city(folder: Path) -> Iterator[Path]:
    """The city's home with one build; read by all tests of a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CITYSTAT_HOME", str(folder))
        folder.mkdir(parents=True)
        (folder / "city.yaml").write_text(CITY_YAML)
        write_build(requests(), as_of=AS_OF, by_month=False, places=PLACES, services=services())
        yield folder
    forget_builds()


def signed_in(role: str) -> Client:
    user = User.objects.create_user(f"{role}@example.org", name="Ana Ruiz")
    RoleGrant.objects.create(user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return " ".join(content.decode().split())
