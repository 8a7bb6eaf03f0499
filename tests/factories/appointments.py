"""A service with appointments: seats by district, on the days a test asks for."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from citystat.service_requests.appointment_rules import SlotKey
from citystat.service_requests.models import AppointmentRule, ServiceRequest
from tests.factories import cases

# A Monday without holidays near; the city of tests keeps UTC.
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=ZoneInfo("UTC"))
SERVICE = "bulky-pickup"


def make_service(capacity: int = 2, **rule: Any) -> None:
    """Bulky pickup with one window every day, by district; bookable from tomorrow on."""
    cases.make_service("Bulky pickup", "BUL", department="Waste", form={"visibility": "no_place", "takes_appointments": True})
    make_rule(capacity, **rule)


def make_rule(capacity: int = 2, order: int = 1, **values: Any) -> AppointmentRule:
    """One line of the offer."""
    fields = {"area_kind": "council_district", "weekdays": list(range(7)), "starts": time(7), "ends": time(12), "lead_days": 1} | values
    return AppointmentRule.objects.create(service_slug=SERVICE, order=order, capacity=capacity, **fields)


def key(days: int = 1, area: str = "1", kind: str = "council_district", day: date | None = None) -> SlotKey:
    """The window so many days after NOW."""
    return SlotKey(day or NOW.date() + timedelta(days=days), time(7), time(12), kind, area)


def make_request(email: str = "ana@example.org", **values: Any) -> ServiceRequest:
    """A request for a pickup in the west."""
    return cases.file_request(SERVICE, email=email, **({"opened_at": NOW} | values))
