"""Programs other people wrote, run unchanged against this server."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import chicagorequests
import georeport
import pytest
from chicagorequests import Downloader, day_intervals
from civicbot import Endpoint, HttpError, HttpTransport, Open311Client, ValidationError
from civicbot.http import RateLimiter
from click.testing import CliRunner

from citystat.open311 import actions
from citystat.service_requests.models import ServiceRequest
from tests.factories import cases
from tests.open311.conftest import BASE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(live_server, db) -> str:
    cases.make_districts()
    cases.make_service()
    cases.make_service("Street Light Out", "LIGHT", form={"questions": [cases.SIZE_QUESTION]})
    return f"{live_server.url}{BASE}"


@pytest.fixture
def bot(server):
    endpoint = Endpoint(id="city", name="City", base_url=server, write=True)
    return Open311Client(endpoint, HttpTransport(rate_limiter=RateLimiter(min_interval=0)), jurisdiction_id="city.example")


def test_civicbot_files_a_request_and_follows_it(bot):
    key = actions.add_key(by=None, name="civicbot")
    sent = bot.create_request(
        "LIGHT", lat=39.05, lng=-94.59, description="Dark since Monday", attributes={"SIZE": "L"}, email="ana@example.org", api_key=key,
        first_name="Ana", last_name="Ruiz", validate_remote=True, dry_run=False, confirm="SEND",
    )  # fmt: skip
    number = sent.response[0]["service_request_id"]
    assert bot.get_request(number)["status"] == "open"
    assert [one["service_request_id"] for one in bot.list_requests(service_code="LIGHT", page_size=200)] == [number]
    assert bot.list_requests(service_request_ids=[number])[0]["lat"] == 39.05
    assert ServiceRequest.objects.get().answers[0]["values"] == ["L"]
    assert bot.get_token(ServiceRequest.objects.get().tracking_token)[0]["service_request_id"] == number


def test_civicbot_checks_answers_by_our_definition(bot):
    with pytest.raises(ValidationError, match="SIZE"):
        bot.create_request("LIGHT", lat=39.05, lng=-94.59, validate_remote=True)
    with pytest.raises(ValidationError, match="XXL"):
        bot.create_request("LIGHT", lat=39.05, lng=-94.59, attributes={"SIZE": ["XXL"]}, validate_remote=True)


def test_civicbot_reads_a_wrong_key_as_refused(bot):
    with pytest.raises(HttpError) as refused:
        bot.create_request("POT", address_string="12 Main St", api_key="wrong", dry_run=False, confirm="SEND")
    assert refused.value.status == 403
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize("fmt", ["json", "xml"])
def test_georeport_reads_every_call(server, fmt):
    made = [cases.file_request(email="") for _ in range(2)]
    client = georeport.GeoReport(server, jurisdiction="city.example", output_format=fmt)
    assert {one["service_code"] for one in client.get_service_list()} == {"POT", "LIGHT"}
    assert client.get_service_definition("LIGHT")["service_code"] == "LIGHT"
    assert client.get_service_request(made[0].number)["service_request_id"] == made[0].number
    found = client.get_service_requests(service_code="POT", status="open", start_date="2020-01-01T00:00:00Z")
    assert [one["service_request_id"] for one in found] == [made[1].number, made[0].number]
    by_id = client.get_service_requests(service_request_id=f"{made[0].number},{made[1].number}")
    assert len(by_id) == 2


@pytest.mark.slow
def test_chicagorequests_loses_no_row_over_several_pages(server, monkeypatch):
    monkeypatch.setattr(Downloader, "BASE_URL", f"{server}/requests.json")
    zone = ZoneInfo("America/Chicago")
    noon = datetime(2026, 5, 30, 12, tzinfo=zone)
    rows = [cases.file_request(email="", opened_at=noon + timedelta(seconds=place % 7)) for place in range(405)]
    outside = cases.file_request(email="", opened_at=noon + timedelta(days=1))
    (day,) = day_intervals(datetime(2026, 5, 30, tzinfo=zone), datetime(2026, 5, 31, tzinfo=zone))

    found = Downloader(["POT"])(day)

    assert sorted(one["service_request_id"] for one in found) == sorted(row.number for row in rows)
    assert outside.number not in {one["service_request_id"] for one in found}
    assert all("extended_attributes" in one for one in found)


@pytest.mark.slow
def test_chicagorequests_asks_by_update_with_blanks_in_its_dates(server, monkeypatch):
    monkeypatch.setattr(Downloader, "BASE_URL", f"{server}/requests.json")
    changed, kept = cases.file_request(email=""), cases.file_request(email="")
    ServiceRequest.objects.filter(pk=kept.pk).update(updated_at=datetime(2020, 1, 1, tzinfo=UTC))
    zone = ZoneInfo("America/Chicago")
    today = datetime.now(zone)
    found = Downloader(None, today - timedelta(days=1), today + timedelta(days=1))((today - timedelta(days=1), today + timedelta(hours=1)))
    assert [one["service_request_id"] for one in found] == [changed.number]


@pytest.mark.slow
def test_chicagorequests_command_prints_every_request_of_the_day(server, monkeypatch):
    monkeypatch.setattr(Downloader, "BASE_URL", f"{server}/requests.json")
    request = cases.file_request(email="", opened_at=datetime(2026, 5, 30, 23, 59, 59, 500_000, tzinfo=ZoneInfo("America/Chicago")))
    answer = CliRunner().invoke(chicagorequests.main, ["-s", "2026-05-30", "-e", "2026-05-30"])
    assert answer.exit_code == 0
    assert request.number in answer.output
