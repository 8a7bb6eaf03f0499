"""A small city with services of every kind, and a form as a browser would send it."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from citystat.intake import limits
from tests.factories import cases


@pytest.fixture
def town(db: None, city_home: Any) -> None:
    """Two districts and six services: open, with questions, hiding its place, private, elsewhere, not offered."""
    cases.make_districts()
    cases.make_service(
        form={"description": "A hole in the pavement.", "keywords": ["hole in the road", "bache"], "shows_description": True}
    )
    fall = {"code": "FALL", "description": "Has somebody fallen?", "datatype": "singlevaluelist", "required": True, "order": 2}
    when = {"code": "WHEN", "description": "When was it?", "datatype": "datetime", "required": True, "order": 3}
    questions = [
        cases.SIZE_QUESTION,
        fall | {"values": [{"key": "Y", "name": "Yes"}, {"key": "N", "name": "No"}]},
        when | {"condition": {"question": "FALL", "equals": "Y"}},
        {"code": "COUNT", "description": "How many?", "datatype": "number", "order": 4},
        {"code": "NOTE", "description": "Crews come on weekdays.", "variable": False, "order": 5},
    ]
    cases.make_service("Sidewalk", "SID", form={"questions": questions, "resident_photo": "required"})
    cases.make_service("Missed trash", "TRA", form={"visibility": "no_place"})
    cases.make_service("Elder abuse", "ELD", form={"visibility": "private", "resident_photo": "none"})
    cases.make_service("Power line", "POW", form={"outside_agency": "Calder Power, 816-555-0100"})
    cases.make_service("Crew notice", "CRW", form={"is_offered": False})


@pytest.fixture(autouse=True)
def counting_anew() -> None:
    """No test is held up by what another one sent."""
    limits.forget()


def picture(name: str = "hole.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    """An upload."""
    return SimpleUploadedFile(name, cases.photo() if content is None else content, content_type="image/jpeg")


def values(**changes: Any) -> dict[str, Any]:
    """A form of a pothole in the west, anonymous, without photos."""
    given = {"description": "A deep hole", "address": "12 Main St", "longitude": "", "latitude": "", "once": ""} | changes
    return {name: value for name, value in given.items() if value is not None}


def at(point: tuple[float, float]) -> dict[str, str]:
    """The hidden fields of a pin."""
    return {"longitude": str(point[0]), "latitude": str(point[1])}


def send(client: Client, service: str = "pothole", **changes: Any) -> Any:
    """Send the form of a service."""
    return client.post(f"/report/{service}/", values(**changes))


def said(response: Any) -> str:
    """The text of a page, without tags and with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def field_error(response: Any, field: str) -> str:
    """What stands beside a field."""
    found = re.search(rf'id="id_{field}_error"[^>]*>(.*?)</span>', response.content.decode(), re.DOTALL)
    return " ".join(found[1].split()) if found else ""
