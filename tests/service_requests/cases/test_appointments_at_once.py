"""Many people book the same window at the same time: threads on PostgreSQL, processes on the SQLite file a city has."""

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from citystat.core import clock
from citystat.core.errors import UserError
from citystat.service_requests.cases import appointments
from citystat.service_requests.models import Appointment, AppointmentSlot
from tests import migrated
from tests.browser.conftest import environment, run
from tests.factories import appointments as factory
from tests.factories import cases

SEATS, PEOPLE = 3, 12
MADE = """
from django.conf import settings
from tests.factories import appointments as factory, cases
cases.make_districts()
factory.make_service(capacity={seats})
print([factory.make_request(email=f"p{{n}}@example.org").pk for n in range({people})])
"""
# Each process waits for the file, so that all of them start to book at once; then it moves to the other day and back.
BOOKS = """
import json, sys, time
from pathlib import Path
from citystat.core import clock
from citystat.service_requests.cases import appointments
from tests.factories import appointments as factory
while not Path({start!r}).exists():
    time.sleep(0.005)
said = []
with clock.at(factory.NOW):
    for pk in {pks}:
        try:
            appointments.book(by=None, request_id=pk, slot=factory.key(1), channel="web")
            said.append("booked")
        except appointments.SlotGone:
            said.append("gone")
print(json.dumps(said))
"""
COUNTED = """
import json
from citystat.service_requests.models import Appointment
print(json.dumps([list(row) for row in Appointment.objects.order_by("seat").values_list("seat", "status")]))
"""


@pytest.mark.slow
@pytest.mark.feature("F118")
def test_book_by_many_processes_on_sqlite_gives_each_seat_once(tmp_path: Path):
    home, start = tmp_path / "var", tmp_path / "start"
    migrated.put_into(home)
    run(home, "init", "--name", "Test")
    made = json.loads(run(home, "shell", "--no-imports", "-c", MADE.format(seats=SEATS, people=PEOPLE)).strip().splitlines()[-1])
    parts = [made[number::4] for number in range(4)]
    workers = [shell(home, BOOKS.format(start=str(start), pks=part)) for part in parts]

    start.touch()
    said = [json.loads(worker.communicate(timeout=120)[0].strip().splitlines()[-1]) for worker in workers]

    assert Counter(word for words in said for word in words) == {"booked": SEATS, "gone": PEOPLE - SEATS}
    rows = json.loads(run(home, "shell", "--no-imports", "-c", COUNTED).strip().splitlines()[-1])
    assert rows == [[seat, "booked"] for seat in range(1, SEATS + 1)]


def shell(home: Path, code: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "citystat", "shell", "--no-imports", "-c", code]
    return subprocess.Popen(command, env=environment(home), stdout=subprocess.PIPE, text=True)


@pytest.fixture
def city(transactional_db: None) -> None:
    cases.make_districts()
    factory.make_service(capacity=SEATS)


def at_once(count: int, work: Any) -> list[str]:
    """What each of so many threads says, all of them with a connection of their own."""

    def one(number: int) -> str:
        try:
            with clock.at(factory.NOW):
                return str(work(number))
        except UserError as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(count)))


needs_a_server = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the database of the tests is in memory and has one connection; the processes above have a file"
)


@needs_a_server
@pytest.mark.usefixtures("city")
def test_book_by_many_threads_gives_each_seat_once():
    made = [factory.make_request(email=f"p{number}@example.org").pk for number in range(PEOPLE)]

    def book(number: int) -> str:
        appointments.book(by=None, request_id=made[number], slot=factory.key(1), channel="web")
        return "booked"

    assert Counter(at_once(PEOPLE, book)) == {"booked": SEATS, "SlotGone": PEOPLE - SEATS}
    assert sorted(Appointment.objects.values_list("seat", flat=True)) == [1, 2, 3]
    assert AppointmentSlot.objects.count() == 1


@needs_a_server
@pytest.mark.usefixtures("city")
def test_book_and_give_up_in_turns_never_holds_more_than_the_seats():
    made = [factory.make_request(email=f"p{number}@example.org").pk for number in range(PEOPLE)]

    def in_turns(number: int) -> str:
        for day in (1, 2):
            try:
                appointments.book(by=None, request_id=made[number], slot=factory.key(day), channel="web")
            except appointments.SlotGone:
                continue
            standing = Appointment.objects.filter(slot__day=factory.key(day).day, seat__isnull=False).count()
            if standing > SEATS:
                return "over capacity"
            if not number % 2:
                break
            appointments.cancel(by=None, request_id=made[number], channel="web")
        return "done"

    assert set(at_once(PEOPLE, in_turns)) == {"done"}
    for slot in AppointmentSlot.objects.all():
        assert Appointment.objects.filter(slot=slot, seat__isnull=False).count() <= SEATS


@needs_a_server
@pytest.mark.usefixtures("city")
def test_two_people_exchange_full_windows_without_a_deadlock():
    full = {day: [factory.make_request(email=f"d{day}p{number}@example.org").pk for number in range(SEATS)] for day in (1, 2)}
    with clock.at(factory.NOW):
        for day, members in full.items():
            for pk in members:
                appointments.book(by=None, request_id=pk, slot=factory.key(day), channel="web")

    def exchange(number: int) -> str:
        day = 1 + number % 2
        appointments.move(by=None, request_id=full[day][number // 2], slot=factory.key(3 - day), channel="web")
        return "moved"

    said = Counter(at_once(2 * SEATS, exchange))
    assert set(said) <= {"moved", "SlotGone"}
    for day in (1, 2):
        assert Appointment.objects.filter(slot__day=factory.key(day).day, seat__isnull=False).count() <= SEATS
