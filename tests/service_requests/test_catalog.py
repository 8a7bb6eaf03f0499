"""The service catalog: loading it, due times, what the caller is told."""

import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.core.management import call_command

from citystat.core.cities import write_city
from citystat.core.errors import InputError, NotAllowed, NotFound
from citystat.core.models import AuditEvent
from citystat.people.models import User
from citystat.service_requests import catalog, catalog_actions, catalog_files
from citystat.service_requests.models import Service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("chicago")]
CHICAGO = ZoneInfo("America/Chicago")


@pytest.fixture
def chicago(city_home: Path) -> None:
    write_city(time_zone="America/Chicago")


def load(tmp_path: Path, text: str, **options: Any) -> dict[str, Any]:
    path = tmp_path / "services.csv"
    path.write_text(text)
    return catalog_actions.load_services(path, **options)


@pytest.mark.feature("F099")
def test_due_counts_business_hours_and_holidays_and_the_caller_is_told(tmp_path: Path) -> None:
    load(tmp_path, "service,promise\nMissed Trash,3 business days\nWater Leak,4 business hours\n")
    # Opened on Friday; Monday is Memorial Day. Opening day is day 0.
    trash = catalog.promise_for("Missed Trash", datetime(2024, 5, 24, 10, 30, tzinfo=CHICAGO))
    assert trash.due_on == date(2024, 5, 30)
    assert catalog.caller_sentence(trash, "en") == "promised by Thursday, May 30"
    assert catalog.caller_sentence(trash, "es") == "prometido para el jueves 30 de mayo"
    # One hour of Friday is left, the other three follow on Tuesday.
    leak = catalog.promise_for("Water Leak", datetime(2024, 5, 24, 16, 0, tzinfo=CHICAGO))
    assert leak.due_at == datetime(2024, 5, 28, 11, 0, tzinfo=CHICAGO)
    assert catalog.caller_sentence(leak, "en") == "promised by Tuesday, May 28 at 11:00 AM"


def test_due_on_a_saturday_counts_from_the_same_day_zero(tmp_path: Path) -> None:
    load(tmp_path, "service,promise\nMissed Trash,3 business days\n")
    assert catalog.promise_for("missed trash", datetime(2024, 5, 25, 23, 0, tzinfo=CHICAGO)).due_on == date(2024, 5, 30)


def test_caller_sentence_of_a_suggestion_is_no_promise(tmp_path: Path) -> None:
    load(tmp_path, "service,promise,promise_source\nPothole,2 days,suggested\n")
    promise = catalog.promise_for("Pothole", datetime(2024, 5, 24, 10, tzinfo=CHICAGO))
    assert catalog.caller_sentence(promise) == "suggested by Sunday, May 26, from how long it has taken so far"
    assert "prometido" not in catalog.caller_sentence(promise, "es")


def test_caller_sentence_without_promise(tmp_path: Path) -> None:
    load(tmp_path, "service\nPothole\n")
    promise = catalog.promise_for("Pothole", datetime(2024, 5, 24, 10, tzinfo=CHICAGO))
    assert (promise.due_at, catalog.caller_sentence(promise, "es")) == (None, "sin plazo prometido")


def test_promise_is_the_one_in_force_when_opened(tmp_path: Path) -> None:
    load(tmp_path, "service,promise,in_force_from,in_force_to\nPothole,5 days,,2023-12-31\nPothole,2 days,2024-01-01,\n")
    promised = [catalog.promise_for("Pothole", datetime(year, 6, 3, 10, tzinfo=CHICAGO)).value for year in (2023, 2024)]
    assert promised == [5, 2]


def test_promise_for_unknown_service() -> None:
    with pytest.raises(NotFound, match="no service 'Sky'"):
        catalog.promise_for("Sky", datetime(2024, 5, 24, tzinfo=UTC))


def test_due_instants_by_unit_equal_the_single_ones(tmp_path: Path) -> None:
    opened = np.array(["2024-05-24T15:30", "2024-05-24T21:00", "2024-05-24T15:30", "NaT", "2024-05-24T15:30"], dtype="datetime64[us]")
    values = np.array([3, 4, 2, 1, np.nan])
    due = catalog.due_instants(opened, values, ["business_days", "business_hours", "calendar_hours", "calendar_days", None])
    assert due[0] == np.datetime64("2024-05-31T04:59:59.999999")
    assert due[1] == np.datetime64("2024-05-28T16:00")
    assert due[2] == np.datetime64("2024-05-24T17:30")
    assert np.isnat(due[3:]).all()


def test_load_services_reads_every_column(tmp_path: Path) -> None:
    header = "Service,Code,Category,Department,Kind,Promise value,Promise unit,Inspection counts as done,Sensitive\n"
    result = load(tmp_path, header + "Rat Control,H1,Health,Health,field,10,business_days,yes,no\nInfo,,,,information,,,no,Y\n")
    assert (result["rows_read"], result["loaded"], result["with_promise"]) == (2, 2, 1)
    rats, info = Service.objects.get(slug="rat-control"), Service.objects.get(slug="info")
    assert (rats.department, rats.promise_value, rats.promise_source, rats.inspection_counts_as_done) == ("Health", 10, "published", True)
    assert (info.kind, info.promise_source, info.sensitive) == ("information", "none", True)
    assert catalog.sensitive_slugs() == {"info"}


def test_load_services_again_changes_nothing_and_a_shorter_file_keeps_the_rest(tmp_path: Path) -> None:
    load(tmp_path, "service,department,promise\nPothole,Streets,3 days\n")
    assert load(tmp_path, "service,department,promise\nPothole,Streets,3 days\n")["unchanged"] == 1
    assert load(tmp_path, "service,sensitive\nPothole,yes\n")["updated"] == 1
    assert Service.objects.get().promise_value == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name of it\nx\n", "no column `service`"),
        ("service\n", "has no service"),
        ("service,promise\nA,soon\n", "'soon' in line 2 of services.csv is not understood"),
        ("service,promise_value,promise_unit\nA,3,weeks\n", "unit 'weeks'"),
        ("service,promise_value,promise_unit\nA,1.5,business_days\n", "is no number of business days"),
        ("service,promise_value,promise_unit\nA,-1,calendar_hours\n", "is no number of calendar hours"),
        ("service,kind\nA,magic\n", "kind in line 2 of services.csv is 'magic'"),
        ("service,sensitive\nA,perhaps\n", "write yes or no"),
        ("service,code\n,7\n", "no service name in line 2"),
        ("service,in_force_from\nA,tomorrow\n", "write a date"),
        ("service,in_force_from\nA,\nA,2024-01-01\n", "two promises at once"),
        ("service,in_force_from,in_force_to\nA,2024-01-01,2023-01-01\n", "before it starts"),
    ],
)
def test_load_services_bad_file_is_one_sentence_and_nothing_saved(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        load(tmp_path, text)
    assert not Service.objects.exists()


def test_load_services_second_promise_must_not_meet_a_stored_one(tmp_path: Path) -> None:
    load(tmp_path, "service,promise\nPothole,3 days\n")
    with pytest.raises(InputError, match="two promises at once"):
        load(tmp_path, "service,promise,in_force_from\nPothole,2 days,2024-01-01\n")
    assert Service.objects.count() == 1


def test_load_services_is_refused_without_the_right(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        load(tmp_path, "service\nA\n", by=User.objects.create_user("resident@example.org"))


def test_load_services_leaves_an_audit_row(tmp_path: Path) -> None:
    administrator = User.objects.create_superuser("admin@example.org")
    load(tmp_path, "service\nA\n", by=administrator)
    event = AuditEvent.objects.get()
    assert (event.by, event.action, event.details["loaded"]) == (administrator, "service_requests.load_services", 1)


def test_export_reads_back_to_the_same_catalog(tmp_path: Path) -> None:
    header = "service,code,promise,kind,sensitive,in_force_from\n"
    load(tmp_path, header + '"Trash, missed",T1,1.5 business hours,field,yes,2024-01-01\nInfo,,,information,no,\n')
    before = list(Service.objects.values())
    text = catalog_files.write_services(Service.objects.all())
    assert load(tmp_path, text)["unchanged"] == 2
    assert list(Service.objects.values()) == before


def test_catalog_table_has_nulls_for_what_is_not_there(tmp_path: Path) -> None:
    load(tmp_path, "service,promise\nPothole,3 days\nInfo,\n")
    info, pothole = catalog.catalog_table().to_pylist()
    assert (pothole["service_slug"], pothole["promise_value"], pothole["promise_unit"]) == ("pothole", 3, "calendar_days")
    assert (info["promise_value"], info["promise_unit"], info["department"], info["promise_source"]) == (None, None, None, "none")


def test_services_command_lists_what_it_loaded(tmp_path: Path) -> None:
    path = tmp_path / "services.csv"
    path.write_text("service,department,promise\nPothole,Streets,1 business day\n")
    call_command("services", "load", str(path), stdout=io.StringIO())
    out = io.StringIO()
    call_command("services", "list", stdout=out)
    header, row = out.getvalue().splitlines()
    assert header.split()[:3] == ["service", "department", "kind"]
    assert row.split()[:6] == ["Pothole", "Streets", "field", "1", "business", "day"]


def test_services_command_export_json(tmp_path: Path) -> None:
    load(tmp_path, "service\nPothole\n")
    out = io.StringIO()
    call_command("services", "export", "--json", stdout=out)
    assert json.loads(out.getvalue())["services"] == 1
