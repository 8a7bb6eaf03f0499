"""Calder Bend counts down: 300 vacant houses in 1,000 days, said to be done, checked, returned; processes, findings, trained leads."""

import csv
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
from django.db import transaction

from citystat.core import clock
from citystat.core.cities import current_city
from citystat.ops.demo.city import DemoCity
from citystat.people.models import RoleGrant, User, WorkScope
from citystat.plan.countdowns import actions
from citystat.plan.countdowns.actions import CountdownText, Done, ItemText
from citystat.plan.models import Countdown, CountdownItem
from citystat.plan.processes import actions as process_actions
from citystat.plan.processes import rules as process_rules
from citystat.plan.processes.actions import ProcessText

SEED = 1000
DAYS, DAYS_GONE, TARGET, LISTED, REPORTED = 1000, 400, 300, 330, 128
SLUG = "vacant-houses"
DEPARTMENT, INSPECTOR, CHECKER = "Code Enforcement", "codes@calderbend.example", "analysis@calderbend.example"
UNTRAINED = "Solid Waste"
HOW = ("Repaired by the owner", "Demolished", "Sold and repaired", "Repaired by the city")
WHY_RETURNED = ("The photo shows another house", "The windows are still boarded up", "The permit is still open")
DAYS_TO_CHECK, DAYS_TO_MEND = 4, 12


def make_countdown(city: DemoCity) -> dict[str, int]:
    """The countdown with its houses, 400 days into it."""
    random = np.random.default_rng(SEED)
    starts_on = clock.today() - timedelta(days=DAYS_GONE - 1)
    with transaction.atomic():
        with clock.at(_noon(starts_on) - timedelta(hours=3)):
            countdown = actions.save_countdown(by=None, countdown=_text(starts_on))
            actions.put_items(by=None, countdown=countdown, items=_houses(city, random))
        _work(countdown, random)
    return {"houses": LISTED}


def _text(starts_on: date) -> CountdownText:
    return CountdownText(
        slug=SLUG, title="300 vacant houses in 1,000 days", title_es="300 casas vacías en 1,000 días",
        things="vacant houses", things_es="casas vacías", starts_on=starts_on, ends_on=starts_on + timedelta(days=DAYS - 1),
        target_count=TARGET, department=DEPARTMENT, check_share=0.4, budget=Decimal(2_400_000),
        text="Each house is repaired, sold to somebody who repairs it, or taken down. The list comes from the survey of vacant houses.",
        text_es="Cada casa se repara, se vende a quien la repara o se derriba. La lista viene del registro de casas vacías.",
    )  # fmt: skip


def _houses(city: DemoCity, random: np.random.Generator) -> list[ItemText]:
    streets = (city.folder / "streets.txt").read_text(encoding="utf-8").split("\n")
    named = [street.strip() for street in streets if street.strip()]
    return [
        ItemText(
            f"VH-{number:04}",
            f"{int(random.integers(100, 4900))} {named[int(random.integers(len(named)))]}",
            city.districts[int(random.integers(len(city.districts)))],
        )
        for number in range(1, LISTED + 1)
    ]


def _work(countdown: Countdown, random: np.random.Generator) -> None:
    """Houses are said to be done faster and faster; the analyst looks at those drawn four days later."""
    inspector, checker = _inspector(), User.objects.get(email=CHECKER)
    houses = list(CountdownItem.objects.filter(countdown=countdown).order_by("key"))[:REPORTED]
    days = np.sort(np.sqrt(random.random(REPORTED)) * (DAYS_GONE - 2)).astype(int)
    for house, day in zip(houses, days, strict=True):
        cost = Decimal(0) if random.random() < 0.3 else Decimal(round(100 * float(random.lognormal(9.3, 0.6)))) / 100
        done = Done(countdown.starts_on, HOW[int(random.integers(len(HOW)))], f"Permit {house.key[3:]}-B", cost=cost)
        is_wrong, is_mended = random.random() < 0.1, random.random() < 0.6
        at = countdown.starts_on + timedelta(days=int(day))
        if _reported(house, done, at, inspector, checker, is_wrong=is_wrong) and is_mended:
            _reported(house, done, at + timedelta(days=DAYS_TO_MEND), inspector, checker, is_wrong=False)


def _reported(house: CountdownItem, done: Done, on: date, inspector: User, checker: User, *, is_wrong: bool) -> bool:
    """Say that a house is done and check it once it is time; whether it was returned."""
    if on >= clock.today():
        return False
    with clock.at(_noon(on)):
        row = actions.submit(by=inspector, item=house, done=Done(on, done.how, done.proof, cost=done.cost))
    checked_on = on + timedelta(days=DAYS_TO_CHECK)
    if row.status != CountdownItem.Status.PENDING or checked_on >= clock.today():
        return False
    note = WHY_RETURNED[row.pk % len(WHY_RETURNED)] if is_wrong else ""
    with clock.at(_noon(checked_on)):
        actions.check(by=checker, item=row, passes=not is_wrong, note=note)
    return is_wrong


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=current_city().zone)


def _inspector() -> User:
    user = User.objects.filter(email=INSPECTOR).first() or User.objects.create_user(INSPECTOR, name="Priya Raman")
    RoleGrant.objects.get_or_create(user=user, role="department_worker")
    WorkScope.objects.get_or_create(user=user, department=DEPARTMENT)
    return user


def make_processes(city: DemoCity) -> dict[str, int]:
    """Three processes of workshops, one of them without a measure; their findings; a trained lead in most departments."""
    people = {user.email.partition("@")[0]: user for user in User.objects.filter(is_active=True)}
    for text in _processes(people):
        process = process_actions.save_process(by=None, process=text)
        for finding, status, note in FINDINGS.get(text.name, ()):
            found_on = clock.today() - timedelta(days=60)
            row = process_actions.add_evaluation(
                by=None, process=process, finding=finding, owner=text.owner, found_on=found_on, due_on=found_on + timedelta(days=120)
            )
            process_actions.update_evaluation(by=None, row=row, status=status, note=note, revision=row.revision)
    trained_on = clock.today() - timedelta(days=200)
    with (city.folder / "departments.csv").open(encoding="utf-8", newline="") as file:
        heads = [(row["department"], row["head"]) for row in csv.DictReader(file)]
    trained = [(department, head) for department, head in heads if department != UNTRAINED]
    for department, head in trained:
        process_actions.add_lead(by=None, department=department, name=head, trained_on=trained_on)
    return {"processes": len(_processes(people)), "leads": len(trained)}


FINDINGS = {
    "Pothole repair": (
        ("Inspection and repair drive to the same hole twice.", "done", "The inspector carries cold mix and fills small holes at once."),
        ("Holes on state roads wait for a letter.", "in_progress", "A shared list with the state is being set up."),
    ),
    "Vacant house case": (("Nobody tells the neighbors that a case was opened.", "open", ""),),
}


def _processes(people: dict[str, User]) -> list[ProcessText]:
    workshop = clock.today() - timedelta(days=90)
    return [
        ProcessText(
            name="Pothole repair", name_es="Reparación de baches", department="Streets", owner=people["streets"],
            text="From the report of a hole to a road that is safe again.",
            steps=process_rules.read_steps(
                "Report comes in; 311; minutes\nPlaced on the map of the week; Streets desk; 1 day\nFilled; Streets crew; 3 days"
                "\nPhoto and closing; Streets crew; minutes"
            ),
            measures=["median_days_to_close", "closed_on_time"], services=["pothole"],
            workshop_on=workshop, workshop_by="Performance office with both street crews",
        ),
        ProcessText(
            name="Vacant house case", name_es="Caso de casa vacía", department=DEPARTMENT, owner=people["codes"],
            text="From a vacant house to one that is repaired, sold or taken down.",
            steps=process_rules.read_steps(
                "Inspection; Inspector; 5 days\nNotice to the owner; Code Enforcement; 30 days\nHearing; Court; 60 days"
            ),
            measures=["open_backlog"], workshop_on=workshop, workshop_by="Performance office with inspectors and counsel",
        ),
        ProcessText(
            name="Bulky pickup", name_es="Recogida de muebles", department="Solid Waste", owner=people["waste"],
            text="From a call to an empty curb.",
            steps=process_rules.read_steps("A time is booked; Resident; minutes\nPickup; Bulky crew; 1 day"),
            workshop_on=workshop, workshop_by="Performance office with the bulky crew",
        ),
    ]  # fmt: skip
