"""`citystat appointments`, and the appointments of a form file."""

import io
import json
from datetime import date, time
from pathlib import Path

import pytest
from django.core.management import call_command

from citystat.core import clock
from citystat.core.errors import InputError
from citystat.service_requests import catalog_actions
from citystat.service_requests.cases import appointments
from citystat.service_requests.models import AppointmentRule, ServiceForm
from tests.factories import appointments as factory
from tests.factories import cases

pytestmark = pytest.mark.django_db
FORM = """
forms:
  pothole:
    appointments:
      area: council_district
      lead_days: 2
      horizon_days: 21
      windows:
        - {areas: ["1", "2"], days: [mon, Thursday], from: "07:00", to: "12:00", capacity: 12}
        - {date: 2026-12-26, from: 08:00, to: 12:30, capacity: 6}
"""


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("appointments", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def booked():
    cases.make_districts()
    factory.make_service()
    with clock.at(factory.NOW):
        request = factory.make_request(address="12 Main St")
        appointments.book(by=None, request_id=request.pk, slot=factory.key(1), channel="web")
        yield request


def test_remind_twice_reminds_once(booked):
    assert json.loads(run("remind", "--json")) == {"reminded": 1, "cannot_be_reached": 0}
    assert "0 reminders are on their way" in run("remind")


def test_day_lists_tomorrow_and_any_other_day(booked):
    assert f"07:00-12:00  1     {booked.number}  Bulky pickup, 12 Main St  booked" in run("day")
    assert "Nobody is booked on 2027-03-05." in run("day", "2027-03-05")
    assert json.loads(run("day", "2027-03-02", "--json"))["appointments"][0]["number"] == booked.number
    with pytest.raises(InputError, match="no day"):
        run("day", "someday")


def load(tmp_path: Path, text: str) -> None:
    path = tmp_path / "forms.yaml"
    path.write_text(text)
    catalog_actions.load_forms(path)


def test_load_forms_with_appointments_makes_rules_and_says_so_on_the_form(tmp_path):
    cases.make_service()
    load(tmp_path, FORM)

    first, second = AppointmentRule.objects.order_by("order")
    assert (first.service_slug, first.area_kind, first.areas, first.weekdays) == ("pothole", "council_district", ["1", "2"], [0, 3])
    assert (first.starts, first.ends, first.capacity, first.lead_days, first.horizon_days) == (time(7), time(12), 12, 2, 21)
    assert (second.on_date, second.starts, second.ends) == (date(2026, 12, 26), time(8), time(12, 30))
    assert ServiceForm.objects.get().takes_appointments


def test_load_forms_again_replaces_rules_and_an_empty_part_ends_them(tmp_path):
    cases.make_service()
    load(tmp_path, FORM)
    load(tmp_path, FORM)
    assert AppointmentRule.objects.count() == 2
    load(tmp_path, "forms:\n  pothole: {description: A hole}\n")
    assert AppointmentRule.objects.count() == 2
    load(tmp_path, "forms:\n  pothole: {appointments: }\n")
    assert not AppointmentRule.objects.exists()
    assert not ServiceForm.objects.get().takes_appointments


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{days: [mon], from: '07:00', to: '06:00', capacity: 1}", "ends before it begins"),
        ("{days: [moon], from: '07:00', to: '08:00', capacity: 1}", "no weekday"),
        ("{from: '07:00', to: '08:00', capacity: 1}", "either `days` or a `date`"),
        ("{days: [mon], date: 2026-12-26, from: '07:00', to: '08:00', capacity: 1}", "either `days` or a `date`"),
        ("{date: soon, from: '07:00', to: '08:00', capacity: 1}", "date must be a day"),
        ("{days: [mon], from: early, to: '08:00', capacity: 1}", "from must be a time"),
        ("{days: [mon], from: '07:00', to: '08:00'}", "capacity must be a whole number"),
        ("{days: [mon], from: '07:00', to: '08:00', capacity: -2}", "capacity must be a whole number"),
        ("{days: [mon], from: '07:00', to: '08:00', capacity: 1, color: red}", "'color' is not known"),
        ("7", "is not a list"),
    ],
)
def test_load_forms_says_what_is_wrong_with_a_window(tmp_path, line, words):
    cases.make_service()
    with pytest.raises(InputError, match=words):
        load(tmp_path, f"forms:\n  pothole:\n    appointments:\n      windows:\n        - {line}\n")
    assert not AppointmentRule.objects.exists()
