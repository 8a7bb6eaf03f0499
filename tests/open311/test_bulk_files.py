"""GeoReport Bulk files: the whole of what the lists show, and nothing more."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from citystat.open311 import queries
from citystat.service_requests.models import ServiceForm, ServiceRequest
from tests.factories import cases
from tests.open311.conftest import BASE

pytestmark = pytest.mark.usefixtures("city")


def text_of(answer) -> str:
    return b"".join(answer.streaming_content).decode()


@pytest.fixture
def three():
    now = timezone.now()
    return [cases.file_request(opened_at=now - timedelta(days=days), address="5 Main St, Unit 2") for days in (0, 100, 300)]


def test_bulk_csv_has_every_public_request_of_all_times(client, three):
    cases.file_request("staff-complaint")
    answer = client.get(f"{BASE}/bulk.csv")
    rows = list(csv.DictReader(io.StringIO(text_of(answer))))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert [row["service_request_id"] for row in rows] == [one.number for one in three]
    assert (rows[0]["status_description"], rows[0]["source"], rows[0]["address"]) == ("open", "web", "5 Main St, Unit 2")


def test_bulk_json_and_lists_never_disagree(client, three, ask):
    bulk = json.loads(text_of(client.get(f"{BASE}/bulk.json")))
    listed = ask("requests.json", start_date="2020-01-01")
    shared = set(bulk[0]) & set(listed[0])
    assert {"service_request_id", "lat", "long", "address", "requested_datetime", "agency_responsible"} <= shared
    assert [{name: one[name] for name in shared} for one in bulk] == [{name: one[name] for name in shared} for one in listed]


def test_bulk_files_without_requests_are_still_files(client):
    assert text_of(client.get(f"{BASE}/bulk.json")) == "[]"
    assert text_of(client.get(f"{BASE}/bulk.csv")).startswith("service_request_id,")


def test_bulk_is_sent_in_parts_and_loses_none_between_them(client, three, monkeypatch):
    monkeypatch.setattr(queries, "ROWS_AT_ONCE", 2)
    rows = list(csv.DictReader(io.StringIO(text_of(client.get(f"{BASE}/bulk.csv")))))
    assert len(rows) == 3


def test_bulk_takes_the_filters_of_lists(client, three):
    day = (timezone.now() - timedelta(days=150)).date().isoformat()
    rows = list(csv.DictReader(io.StringIO(text_of(client.get(f"{BASE}/bulk.csv?start_date={day}&status=open&service_code=POT")))))
    assert len(rows) == 2
    assert client.get(f"{BASE}/bulk.csv?start_date=never").status_code == 400


def test_bulk_shows_no_place_where_there_is_none_to_show(client):
    cases.file_request("homeless-camp", address="99 Hidden Ln")
    text = text_of(client.get(f"{BASE}/bulk.csv"))
    assert "Homeless Camp" in text
    assert "Hidden" not in text
    assert "39.05" not in text


def test_bulk_csv_has_no_formulas(client):
    ServiceForm.objects.filter(slug="pothole").update(shows_description=True)
    cases.file_request(description='=HYPERLINK("http://evil.example")')
    assert "'=HYPERLINK" in text_of(client.get(f"{BASE}/bulk.csv"))
    assert ServiceRequest.objects.get().description.startswith("=")
