"""Staff, live requests and their work for a served city: `from tests.action_center.city import fill; fill()`."""

import random
from datetime import timedelta
from typing import Any

import shapely
from django.utils import timezone

from citystat.action_center import areas
from citystat.people.models import RoleGrant, User, WorkScope
from citystat.places.models import Place
from citystat.service_requests.cases import actions, appointment_queries, appointments, follow_ups, offers
from citystat.service_requests.cases.actions import Report
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import AppointmentSlot, ServiceRequest

PASSWORD = "stones warm river lamp"
PEOPLE = {
    "worker": ("department_worker", "Will Works"),
    "boss": ("supervisor", "Berta Boss"),
    "crew": ("crew", "Cora Crew"),
    "agent": ("call_taker", "Ada Agent"),
    "council": ("council_office", "Carl Council"),
    "manager": ("manager_311", "Mia Manager"),
    "officer": ("data_officer", "Otis Officer"),
}
SERVICES = ("pothole", "street-sweeping", "sidewalk-repair")


def fill(count: int = 40, seed: int = 7) -> None:
    """Staff of the streets department, and requests at every stage."""
    staff = people()
    made = [report(number, random.Random(seed + number)) for number in range(count)]
    for number, one in enumerate(made):
        work_on(number, one, staff)
    areas.make(by=staff["council"], name="District 3 meeting", place=("council_district", "3"))
    follow_ups.draw(by=staff["boss"], size=3, seed=seed)


def people() -> dict[str, Any]:
    """One person a role; all of them work for the department of potholes, except the call taker."""
    department, found = offers.offer("pothole").service.department, {}
    for name, (role, full_name) in PEOPLE.items():
        found[name] = User.objects.create_user(f"{name}@calder.example", PASSWORD, name=full_name)
        RoleGrant.objects.create(user=found[name], role=role)
        if role in {"department_worker", "supervisor", "crew"}:
            WorkScope.objects.create(user=found[name], department=department, team="Streets North")
    return found


def report(number: int, chance: random.Random, service: str = "") -> ServiceRequest:
    """A request at a place within a district."""
    place = chance.choice(list(Place.objects.filter(layer__kind="council_district").order_by("code")))
    point = shapely.from_wkb(bytes(place.geometry)).representative_point()
    return actions.file_request(
        by=None,
        report=Report(
            service=service or SERVICES[number % len(SERVICES)],
            description=chance.choice(["A deep hole by the curb", "Gravel all over the bike lane", "The slab is raised, I tripped"]),
            longitude=point.x + chance.uniform(-0.002, 0.002),
            latitude=point.y + chance.uniform(-0.002, 0.002),
            address=f"{100 + number * 7} {chance.choice(['Elm', 'Oak', 'Main'])} St",
            reporter=Details(name="Ana Ruiz", phone="816-555-0100") if number % 3 == 0 else Details(),
        ),
        channel=chance.choice(["web", "phone", "email"]),
        opened_at=timezone.now() - timedelta(days=chance.randrange(12)),
        strict_answers=False,
    )


def work_on(number: int, one: ServiceRequest, staff: dict[str, Any]) -> None:
    """Something of everything a department does."""
    if number % 5 == 0:
        actions.assign(by=staff["worker"], request_id=one.pk, team="Streets North", assignee=staff["crew"], note="Bring the small roller")
    if number % 7 == 1:
        actions.hold(by=staff["worker"], request_id=one.pk, reason="Waiting for asphalt")
    if number % 6 == 2:
        actions.close(by=staff["worker"], request_id=one.pk, resolution="inspected_no_action", note="The road is sound.")
    if number % 12 == 3:
        actions.escalate(by=staff["boss"], request_id=one.pk, reason="Overdue and asked about twice")


def appointment_today() -> str:
    """A pickup of today that the crew has taken; its number."""
    crew, offer = User.objects.get(email="crew@calder.example"), offers.offer("bulky-item-pickup")
    WorkScope.objects.get_or_create(user=crew, department=offer.service.department)
    found = report(3, random.Random(3), "bulky-item-pickup")
    free = appointment_queries.choice(found.service_slug, found.places).free()
    made = appointments.book(by=None, request_id=found.pk, slot=free[0].key, channel="web")
    AppointmentSlot.objects.filter(pk=made.slot_id).update(day=appointment_queries.local_now().date())
    appointments.take_up(by=crew, appointment_id=made.pk)
    return found.number
