"""A small city with services, districts and people, for tests of live requests."""

import io
from typing import Any

import shapely
from django.contrib.auth import get_user_model
from PIL import Image

from citystat.people.models import RoleGrant, WorkScope
from citystat.places.models import Layer, Place
from citystat.service_requests.cases import actions
from citystat.service_requests.cases.actions import Report
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import Service, ServiceForm, ServiceRequest

WEST_POINT = (-94.59, 39.05)
EAST_POINT = (-94.55, 39.05)
SEA_POINT = (-40.0, 30.0)
SIZE_QUESTION = {
    "code": "SIZE",
    "description": "How big is it?",
    "datatype": "singlevaluelist",
    "required": True,
    "order": 1,
    "variable": True,
    "values": [{"key": "S", "name": "Like a hand"}, {"key": "L", "name": "Like a wheel"}],
}


def make_districts() -> None:
    """Two council districts side by side: 1 in the west, 2 in the east."""
    layer = Layer.objects.create(
        kind="council_district", version="2023", source="test", checksum="c", crs="EPSG:4326", code_property="D", notes=[]
    )
    for code, west, east in (("1", -94.60, -94.57), ("2", -94.57, -94.50)):
        shape = shapely.box(west, 39.0, east, 39.1)
        Place.objects.create(layer=layer, code=code, name=f"District {code}", geometry=shapely.to_wkb(shape), area_km2=10.0)


def make_service(
    name: str = "Pothole", code: str = "POT", department: str = "Streets", form: dict[str, Any] | None = None, **values: Any
) -> Service:
    """A service with a promise of five calendar days and its form."""
    slug = name.lower().replace(" ", "-")
    given = {"category": "Streets", "promise_value": 5, "promise_unit": "calendar_days", "promise_source": "published"} | values
    service = Service.objects.create(name=name, slug=slug, code=code, department=department, **given)
    ServiceForm.objects.create(slug=slug, **(form or {}))
    return service


def make_user(email: str, *roles: str, name: str = "", department: str | None = None, district: str = "", team: str = "") -> Any:
    """A person with roles; with a department (or "" for all) also a scope."""
    user = get_user_model().objects.create_user(email, "a long password for tests", name=name)
    for role in roles:
        RoleGrant.objects.create(user=user, role=role)
    if department is not None:
        WorkScope.objects.create(user=user, department=department, district=district, team=team)
    return user


def file_request(
    service: str = "pothole", point: tuple[float, float] | None = WEST_POINT, email: str = "ana@example.org", **values: Any
) -> ServiceRequest:
    """A request from the web by somebody with an e-mail address."""
    report = Report(
        service=service,
        description=values.pop("description", "A deep hole"),
        longitude=point[0] if point else None,
        latitude=point[1] if point else None,
        address=values.pop("address", "" if point else "12 Main St"),
        answers=values.pop("answers", {}),
        reporter=Details(name="Ana Ruiz" if email else "", email=email),
    )
    return actions.file_request(by=values.pop("by", None), report=report, channel=values.pop("channel", "web"), **values)


def photo(size: tuple[int, int] = (64, 48), color: str = "gray", kind: str = "JPEG", **options: Any) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, kind, **options)
    return out.getvalue()
