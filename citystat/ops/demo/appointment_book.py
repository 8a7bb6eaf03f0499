"""Three weeks of bulky pickups by appointment in the demo city, by the same actions as by hand: some days are full, some were not kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from citystat.core import clock
from citystat.core.errors import UserError
from citystat.people.models import User
from citystat.service_requests.cases import actions, appointment_queries, appointments, offers, points, work_orders
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import Appointment

SERVICE = "bulky-item-pickup"
DAYS, REPORTS, SEED = 21, 96, 118
SHARE_MISSED = 0.1
THINGS = (("F", "An old couch"), ("M", "Two mattresses"), ("A", "A fridge, doors taped shut"), ("F", "A broken bed frame"))
STREETS = ("Acorn St", "Alder Ave", "Antioch Rd", "Ash Ln", "Fulton Ct", "Elder Dr")
NAMES = ("Ana Ruiz", "Marcus Webb", "Linh Tran", "Josephine Adler", "Omar Haddad", "Grace Obi", "Peter Novak", "Rosa Delgado")


def fill(spots: Sequence[tuple[float, float]], crew: User, end: datetime) -> int:
    """File and book up to now, then say what became of the days that are over; how many appointments were made."""
    if not appointment_queries.takes_appointments(offers.offer(SERVICE).slug):
        return 0
    random = np.random.default_rng(SEED)
    openings = sorted(end - timedelta(days=float(day)) for day in DAYS * random.random(REPORTS))
    for opened in openings:
        with clock.at(opened):
            _book(spots, random)
    for one in Appointment.objects.filter(status="booked", ends_at__lt=end).select_related("slot").order_by("ends_at", "id"):
        _became(one, crew, random)
    return Appointment.objects.count()


def _book(spots: Sequence[tuple[float, float]], random: np.random.Generator) -> None:
    """A resident takes one of the first free times of their district."""
    x, y = spots[int(random.integers(len(spots)))]
    free = appointment_queries.choice(SERVICE, points.places_of(x, y)).free()
    if not free:
        return
    key = free[min(int(random.exponential(0.8)), len(free) - 1)].key
    kind, words = THINGS[int(random.integers(len(THINGS)))]
    name = str(random.choice(NAMES))
    report = actions.Report(
        service=SERVICE, description=words, longitude=x, latitude=y,
        address=f"{int(random.integers(100, 9900))} {random.choice(STREETS)}",
        answers={"ITEMS": [kind], "COUNT": str(int(random.integers(1, 5)))},
        reporter=Details(name=name, email=f"{name.split()[0].lower()}{int(random.integers(100))}@resident.example"),
    )  # fmt: skip
    try:
        appointments.file_and_book(by=None, report=report, channel=str(random.choice(["web", "phone", "mobile"])), slot=key)
    except UserError:
        return  # the point fell outside the city


def _became(one: Appointment, crew: User, random: np.random.Generator) -> None:
    """The crew was there: most is collected, sometimes nothing stands at the curb."""
    with clock.at(one.ends_at - timedelta(minutes=int(random.integers(5, 180)))):
        if random.random() < SHARE_MISSED:
            appointments.record(by=crew, appointment_id=one.pk, is_kept=False, note="Nothing stood at the curb.")
            return
        order = appointments.take_up(by=crew, appointment_id=one.pk)
        answers = {item["code"]: "yes" for item in order.checklist}
        work_orders.finish_order(by=crew, order_id=order.pk, answers=answers)
