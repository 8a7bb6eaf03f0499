"""Six weeks of life in the demo city's action center, up to now: people, requests, work, answers. Through the same actions as by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import shapely
from django.utils import timezone

from citystat.core import clock
from citystat.core.errors import UserError
from citystat.ops.demo import appointment_book
from citystat.ops.demo.city import DemoCity
from citystat.ops.demo.lists import Homes, homes
from citystat.ops.demo.pictures import picture
from citystat.people.models import RoleGrant, User, WorkScope
from citystat.service_requests import rules
from citystat.service_requests.cases import actions, offers, work_orders
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import ServiceRequest, WorkOrder

DAYS = 42
REQUESTS = 260
SEED = 311
CHANNELS = ("web", "web", "web", "mobile", "mobile", "phone", "phone", "phone", "email", "sms", "social", "walk_in")
NAMES = ("Ana Ruiz", "Marcus Webb", "Linh Tran", "Josephine Adler", "Omar Haddad", "Grace Obi", "Peter Novak", "Rosa Delgado")
THANKS = ("Thank you, that was quick!", "The crew was friendly. ¡Gracias!", "Looks great now.")
TAILS = ("Please have a look.", "Second time I am reporting this.", "Gracias.", "")
STREETS = ("Acorn St", "Alder Ave", "Antioch Rd", "Ash Ln", "Fulton Ct", "Elder Dr")
SOUND = "The road is sound; nothing loose was found."
# E-mail, name, roles, department of the scope ("" for all, None for no scope), team.
PEOPLE: tuple[tuple[str, str, tuple[str, ...], str | None, str], ...] = (
    ("calls@calderbend.example", "Nadia Brooks", ("call_taker",), None, ""),
    ("manager@calderbend.example", "Theo Lindgren", ("manager_311",), "", ""),
    ("streets@calderbend.example", "Mara Ellison", ("supervisor",), "Streets", ""),
    ("waste@calderbend.example", "Devon Achterberg", ("supervisor",), "Solid Waste", ""),
    ("desk@calderbend.example", "Ivy Castellano", ("department_worker",), "Streets", ""),
    ("crew.east@calderbend.example", "Sam Okafor", ("crew",), "Streets", "Streets east"),
    ("crew.west@calderbend.example", "Lena Fischer", ("crew",), "Streets", "Streets west"),
    ("officer@calderbend.example", "Renee Kowalczyk", ("performance_officer", "data_officer"), "", ""),
    ("analysis@calderbend.example", "Marcus Bell", ("analyst",), None, ""),
    ("mayor@calderbend.example", "Adaeze Whitmore", ("executive",), None, ""),
    ("crew.bulky@calderbend.example", "Rafael Soto", ("crew",), "Solid Waste", "Bulky pickup"),
    ("council3@calderbend.example", "Office of District 3", ("council_office",), None, ""),
)


@dataclass(frozen=True)
class Cast:
    """Who acts: one supervisor of everything, the crews, the residents' words and places."""

    boss: User
    crews: dict[str, User]
    spots: Sequence[tuple[float, float]]
    homes: Homes


def make_people() -> dict[str, User]:
    """The city's staff with their roles and queues, by e-mail address; without passwords, so nobody can sign in yet."""
    found = {}
    for email, name, roles, department, team in PEOPLE:
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)
        for role in roles:
            RoleGrant.objects.get_or_create(user=user, role=role)
        if department is not None:
            WorkScope.objects.get_or_create(user=user, department=department, team=team)
        found[email] = user
    for grant in RoleGrant.objects.filter(role="administrator", user__work_scopes__isnull=True):
        WorkScope.objects.create(user=grant.user)
    return found


def make_activity(city: DemoCity, *, until: datetime | None = None, requests: int = REQUESTS) -> dict[str, int]:
    """Requests of the last weeks and what became of them; the same city, day and number give the same story."""
    people = make_people()
    random = np.random.default_rng(SEED)
    end = until or timezone.now()
    crews = {"Streets east": people["crew.east@calderbend.example"], "Streets west": people["crew.west@calderbend.example"]}
    cast = Cast(people["manager@calderbend.example"], crews, _spots(city, random), homes(city).busy())
    openings = sorted(end - timedelta(days=float(day)) for day in DAYS * random.random(requests) ** 1.3)
    for opened in openings:
        _one(city, cast, opened, end, random)
    appointment_book.fill(cast.spots, people["crew.bulky@calderbend.example"], end)
    return {"requests": ServiceRequest.objects.count(), "open": ServiceRequest.objects.filter(status__in=rules.OPEN_STATUSES).count()}


def _spots(city: DemoCity, random: np.random.Generator) -> list[tuple[float, float]]:
    spots = []
    for shape in city.shapes:
        west, south, east, north = shape.bounds
        while True:
            x, y = random.uniform(west, east), random.uniform(south, north)
            if shapely.contains_xy(shape, x, y):
                spots.append((round(float(x), 6), round(float(y), 6)))
                break
    return spots


def _one(city: DemoCity, cast: Cast, opened: datetime, end: datetime, random: np.random.Generator) -> None:
    weight = city.services.weight * np.array([words != () for words in city.words])
    at = int(random.choice(len(weight), p=weight / weight.sum()))
    offer = offers.offer(city.services.codes[at])
    spot = cast.spots[int(random.integers(len(cast.spots)))]
    near = cast.homes.nearest(spot[0] + float(random.normal(0, 0.0008)), spot[1] + float(random.normal(0, 0.0006)))
    words = str(random.choice(city.words[at]))
    report = actions.Report(
        service=offer.slug,
        description=f"{words[0].upper()}{words[1:]}. {random.choice(TAILS)}".strip(),
        longitude=float(cast.homes.longitude[near]),
        latitude=float(cast.homes.latitude[near]),
        address=cast.homes.text[near],
        answers={question["code"]: _answer(question, random) for question in offer.questions},
        reporter=_reporter(random),
    )
    channel = str(random.choice(CHANNELS))
    pictures = [picture(random, offer.slug)] if offer.form.resident_photo != "none" and random.random() < 0.25 else []
    try:
        with clock.at(opened):
            request = actions.file_request(by=None, report=report, channel=channel, opened_at=opened, pictures=pictures)
    except UserError:
        return  # the point fell outside the city, which the action center refuses
    _story(cast, request, opened, end, random)


def _answer(question: dict[str, Any], random: np.random.Generator) -> Any:
    if question["values"]:
        return question["values"][int(random.integers(len(question["values"])))]["key"]
    return {"number": "3", "datetime": "2026-05-01"}.get(question["datatype"], "1234")


def _reporter(random: np.random.Generator) -> Details:
    if random.random() < 0.3:
        return Details()
    name = str(random.choice(NAMES))
    address = f"{name.split()[0].lower()}{int(random.integers(100))}@resident.example"
    return Details(name=name, email=address, language="es" if random.random() < 0.2 else "en")


def _story(cast: Cast, request: ServiceRequest, opened: datetime, end: datetime, random: np.random.Generator) -> None:
    """What happens next: nothing yet, work, a hold, a referral, the end, the resident's word."""
    days = np.cumsum(random.exponential([0.6, 1.0, 2.5, 2.0])).tolist()
    later = [instant for instant in (opened + timedelta(days=day) for day in days) if instant < end]
    draw = random.random()
    if not later:
        return
    with clock.at(later[0]):
        team = request.team or f"{request.department} crew"
        actions.assign(by=cast.boss, request_id=request.pk, team=team, assignee=cast.crews.get(team))
    if len(later) > 1:
        with clock.at(later[1]):
            if draw < 0.08:
                actions.hold(by=cast.boss, request_id=request.pk, reason="Waiting for material that was ordered.")
                return
            if draw < 0.12 and request.reporter_id:
                actions.ask(by=cast.boss, request_id=request.pk, question="On which side of the street is it?")
                return
            actions.start(by=cast.boss, request_id=request.pk)
    if len(later) > 2 and draw < 0.9:
        _end(cast, request, later[2], random)
    if len(later) > 3 and random.random() < 0.35 and draw < 0.9:
        _word(request, later[3], random)


def _end(cast: Cast, request: ServiceRequest, instant: datetime, random: np.random.Generator) -> None:
    with clock.at(instant):
        draw = random.random()
        if draw < 0.1:
            actions.close(by=cast.boss, request_id=request.pk, resolution="inspected_no_action", note=SOUND)
        elif draw < 0.14:
            actions.close(by=cast.boss, request_id=request.pk, resolution="referred_outside", note="This road belongs to the state.")
        else:
            orders = WorkOrder.objects.filter(request=request, status__in=["waiting", "started"])
            for order in orders:
                answers = {item["code"]: "yes" for item in order.checklist}
                work_orders.finish_order(
                    by=cast.boss, order_id=order.pk, answers=answers, pictures=[picture(random, request.service_slug, is_done=True)]
                )


def _word(request: ServiceRequest, instant: datetime, random: np.random.Generator) -> None:
    with clock.at(instant):
        fixed = bool(random.random() < 0.85)
        thanks = str(random.choice(THANKS)) if fixed and random.random() < 0.5 else ""
        score = int(random.integers(4, 6)) if fixed else int(random.integers(1, 3))
        actions.answer_feedback(request_id=request.pk, channel="web", is_fixed=fixed, score=score, thanks=thanks)
