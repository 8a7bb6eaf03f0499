"""Lists: which requests, in which order, page by page."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone as django_timezone

from citystat.core.errors import InputError
from citystat.open311 import queries
from citystat.open311.models import Changeset
from citystat.open311.parameters import Given, search_of
from citystat.service_requests.cases import actions as case_actions
from citystat.service_requests.models import ServiceRequest
from tests.factories import cases
from tests.open311.conftest import BASE

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def search(query: str):
    return search_of(Given((QueryDict(query),)), NOW)


@pytest.fixture
def several(city):
    """Five requests, a day apart, the newest today."""
    now = django_timezone.now()
    made = [cases.file_request(email="", opened_at=now - timedelta(days=days)) for days in range(5)]
    for request in made:
        ServiceRequest.objects.filter(pk=request.pk).update(updated_at=request.opened_at)
    return made


def numbers(records) -> list[str]:
    return [one["service_request_id"] for one in records]


def test_search_without_dates_is_the_last_90_days():
    assert (search("").opened_from, search("").opened_to) == (NOW - timedelta(days=90), None)


def test_search_with_an_end_alone_goes_90_days_back():
    found = search("end_date=2026-03-01T00:00:00Z")
    assert found.opened_from == datetime(2026, 3, 1, tzinfo=UTC) - timedelta(days=90)


def test_search_with_a_start_alone_is_open_ended():
    assert search("start_date=2020-01-01").opened_to is None


def test_search_by_update_alone_is_not_cut_to_90_days():
    assert search("updated_after=2026-06-01T00:00:00Z").opened_from is None


def test_search_wide_span_is_refused_only_by_a_strict_city(settings):
    wide = "start_date=2020-01-01T00:00:00Z&end_date=2026-01-01T00:00:00Z"
    assert search(wide).opened_from.year == 2020
    settings.CITYSTAT_OPEN311_STRICT_SPAN = True
    with pytest.raises(InputError, match="90 days"):
        search(wide)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-30T08:00:00Z", datetime(2026, 5, 30, 8, tzinfo=UTC)),
        ("2026-05-30T08:00:00-05:00", datetime(2026, 5, 30, 13, tzinfo=UTC)),
        ("2026-05-30T08:00:00%2B02:00", datetime(2026, 5, 30, 6, tzinfo=UTC)),
        ("2026-05-30T08:00:00+02:00", datetime(2026, 5, 30, 6, tzinfo=UTC)),
        ("2026-05-30+08:00:00-05:00", datetime(2026, 5, 30, 13, tzinfo=UTC)),
        ("2026-05-30T08:00:00.123456-05:00", datetime(2026, 5, 30, 13, 0, 0, 123456, tzinfo=UTC)),
        ("2026-05-30T08:00:00.1234567Z", datetime(2026, 5, 30, 8, 0, 0, 123456, tzinfo=UTC)),
        ("2026-05-30T08:00:00", datetime(2026, 5, 30, 8, tzinfo=ZoneInfo("America/Chicago"))),
        ("2026-05-30", datetime(2026, 5, 30, tzinfo=ZoneInfo("America/Chicago"))),
        ("0001-01-01T00:00:00Z", datetime(1900, 1, 1, tzinfo=UTC)),
        ("9999-12-31T00:00:00Z", datetime(2999, 12, 28, tzinfo=UTC)),
    ],
)
def test_search_reads_dates_in_the_spellings_programs_use(text, expected, monkeypatch):
    from citystat.core.cities import City
    from citystat.open311 import parameters

    monkeypatch.setattr(parameters, "current_city", lambda: City(time_zone="America/Chicago"))
    assert search(f"start_date={text}").opened_from == expected


def test_search_day_alone_as_the_end_is_the_whole_day():
    assert search("end_date=2026-05-30").opened_to.time().hour == 23


@pytest.mark.parametrize(
    "query",
    [
        "start_date=yesterday", "start_date=2026-13-01", "status=lost", "page=0", "page=x", "page_size=-1", "page_size=%C2%B2",
        "bbox=1,2,3",
        "bbox=a,b,c,d", "bbox=nan,1,1,1", "lat=39", "lat=91&long=0", "lat=1&long=1&radius=-5", "lat=inf&long=1",
    ],
)  # fmt: skip
def test_search_that_cannot_be_read_is_refused(query):
    with pytest.raises(InputError):
        search(query)


@pytest.mark.parametrize("query", ["status=&page=&page_size=&start_date=&service_code=&bbox=&lat=&long=&q=&service_request_id=", ""])
def test_search_empty_parameters_are_absent_ones(query):
    assert search(query) == search("")


@pytest.mark.parametrize(
    "query", ["service_code=A,B", "service_code=A,%20B", "service_code=A&service_code=B", "service_code[]=A&service_code[]=B"]
)
def test_search_lists_come_with_commas_or_repeated(query):
    assert set(search(query).codes) >= {"A", "B"}


def test_search_page_size_is_honoured_up_to_a_thousand():
    assert [search(f"page_size={size}").page_size for size in (1, 200, 1000, 5000)] == [1, 200, 1000, 1000]
    assert search("").page_size == 1000
    assert [search(f"{name}=7").page_size for name in ("per_page", "limit")] == [7, 7]
    assert search("limit=7&page_size=9").page_size == 9


def test_list_is_newest_first(several, ask):
    assert numbers(ask("requests.json")) == [one.number for one in several]


def test_list_pages_never_repeat_or_lose_a_row_of_the_same_instant(city, ask):
    now = django_timezone.now()
    made = [cases.file_request(email="", opened_at=now).number for _ in range(5)]
    pages = [numbers(ask("requests.json", page=page, page_size=2)) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(one for page in pages for one in page) == sorted(made)


def test_list_takes_a_zone_no_place_has(city, client):
    assert client.get(f"{BASE}/requests.json?start_date=2026-05-30T08:00:00-20:55").status_code == 200


def test_list_page_past_the_end_is_empty(several, client):
    answer = client.get(f"{BASE}/requests.json?page=99&page_size=2")
    assert (answer.status_code, answer.json()) == (200, [])


def test_list_empty_is_valid_xml_without_records(city, client):
    assert client.get(f"{BASE}/requests.xml").content.decode().endswith("<service_requests></service_requests>")


def test_list_tells_the_next_page_and_counts_when_asked(several, client):
    answer = client.get(f"{BASE}/requests.json?page_size=2&status=open&count=true")
    assert (answer["X-Result-Count"], answer["X-Page-Count"]) == ("5", "3")
    last = client.get(client.get(answer["X-Next-Page-URL"])["X-Next-Page-URL"])
    assert numbers(last.json()) == [several[4].number]
    assert "X-Next-Page-URL" not in last
    assert "X-Result-Count" not in client.get(f"{BASE}/requests.json")


def test_list_by_ids_overrides_everything_else(several, ask):
    ServiceRequest.objects.filter(pk=several[4].pk).update(opened_at=several[4].opened_at - timedelta(minutes=1))
    ids = f"{several[1].number}, {several[4].number},99-000001,nothing"
    assert numbers(ask("requests.json", service_request_id=ids, status="closed", start_date="2999-01-01")) == [
        several[1].number, several[4].number,
    ]  # fmt: skip


def test_list_of_unknown_ids_alone_is_empty(several, ask):
    assert ask("requests.json", service_request_id="nothing") == []


def test_list_span_includes_both_ends(several, ask):
    start, end = several[3].opened_at.isoformat(), several[1].opened_at.isoformat()
    assert numbers(ask("requests.json", start_date=start, end_date=end)) == [one.number for one in several[1:4]]


def test_list_by_code_name_of_several_services(several, ask):
    light = cases.file_request("street-light-out", answers={"SIZE": "S"})
    assert numbers(ask("requests.json", service_code="LIGHT/1.2")) == [light.number]
    assert len(ask("requests.json", service_code="POT,LIGHT/1.2")) == 6
    assert ask("requests.json", service_code="NOTHING") == []


def test_list_by_status_takes_every_state_of_work_as_open(several, ask):
    worker = cases.make_user("w@city.example", "department_worker", department="Streets")
    case_actions.hold(by=worker, request_id=several[0].pk, reason="Waiting for parts")
    case_actions.cancel(by=worker, request_id=several[1].pk, reason="Sent by mistake")
    assert numbers(ask("requests.json", status="closed")) == [several[1].number]
    records = ask("requests.json", status="open", extensions="true")
    assert (len(records), records[0]["status"], records[0]["extended_attributes"]["status"]) == (4, "open", "held")
    assert records[0]["status_notes"] == "Waiting for parts"
    assert len(ask("requests.json", status="open,closed")) == 5


def test_list_by_update(several, ask):
    assert len(ask("requests.json", updated_after=several[2].opened_at.isoformat())) == 3
    assert len(ask("requests.json", updated_before=several[2].opened_at.isoformat())) == 3


def test_list_by_box_and_circle(several, ask):
    east = cases.file_request(point=cases.EAST_POINT)
    assert numbers(ask("requests.json", bbox="-94.56,39.0,-94.54,39.1")) == [east.number]
    assert numbers(ask("requests.json", lat=39.05, long=-94.55, radius=100)) == [east.number]
    assert len(ask("requests.json", lat=39.05, long=-94.57, radius=2000)) == 6
    assert len(ask("requests.json", lat=39.05, long=-94.57, radius=1000)) == 0


def test_list_circle_has_no_corners(city, ask):
    cases.file_request(point=(-94.55 + 0.0009 / 0.7765 * 0.9, 39.05 + 0.0009 * 0.9))
    assert ask("requests.json", lat=39.05, long=-94.55, radius=100) == []
    assert len(ask("requests.json", lat=39.05, long=-94.55, radius=130)) == 1


def test_list_by_words_searches_only_what_is_shown(city, ask):
    light = cases.file_request("street-light-out", answers={"SIZE": "S"}, description="Dark near the bakery")
    hole = cases.file_request(description="bakery", address="7 Oak St")
    assert numbers(ask("requests.json", q="bakery")) == [light.number]
    assert numbers(ask("requests.json", q="oak")) == [hole.number]
    assert numbers(ask("requests.json", q="street light")) == [light.number]


def test_list_extended_has_public_notes_alone(city, ask):
    worker = cases.make_user("w@city.example", "department_worker", department="Streets", name="Will Works")
    request = cases.file_request()
    case_actions.comment(by=worker, request_id=request.pk, text="Caller was rude", public=False)
    case_actions.comment(by=worker, request_id=request.pk, text="Crew is on the way", public=True)
    case_actions.assign(by=worker, request_id=request.pk, assignee=worker)
    record = ask("requests.json", extensions="true")[0]
    assert [(note["type"], note["description"]) for note in record["notes"]] == [
        ("opened", None), ("comment", "Crew is on the way"), ("assigned", None),
    ]  # fmt: skip
    assert "rude" not in str(record)
    assert "Will Works" not in str(record)
    assert record["extended_attributes"]["places"] == [{"kind": "council_district", "code": "1"}]
    assert "notes" not in ask("requests.json")[0]


def test_list_of_a_hundred_takes_two_statements(city, client, settings, django_assert_num_queries):
    settings.CITYSTAT_SECONDS_KEPT = 60
    for _ in range(100):
        cases.file_request(email="")
    client.get(f"{BASE}/requests.json")
    for query in ("page_size=100", "page_size=100&extensions=true", "page_size=100&status=open&service_code=POT"):
        with django_assert_num_queries(2):
            assert len(client.get(f"{BASE}/requests.json?{query}").json()) == 100


def test_changeset_reads_as_an_instant():
    assert str(Changeset(checksum="x", seen_at=NOW)) == "2026-06-15T12:00:00Z"


def plan_of(asked) -> str:
    with CaptureQueriesContext(connection) as caught:
        queries.find(asked)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {caught[-1]['sql']}")
        return str(cursor.fetchall())


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the plan as SQLite writes it")
@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("", "request_opened"),
        ("status=open", "request_opened"),
        ("service_code=POT,LIGHT/1.2", "request_opened"),
        ("start_date=2020-01-01&status=closed", "request_opened"),
        ("service_code=POT&status=open", "request_service_opened"),
    ],
)
def test_list_walks_an_index_of_time_and_sorts_nothing(city, query, index):
    plan = plan_of(search(query))
    assert f"USING INDEX {index} " in plan
    assert "B-TREE" not in plan


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the plan as SQLite writes it")
def test_list_of_what_changed_lately_looks_at_nothing_else(city):
    assert "USING INDEX request_updated" in plan_of(search("updated_after=2026-06-14"))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-05-30t08:00:00z", datetime(2026, 5, 30, 8, tzinfo=UTC)),
        ("2026-05-30T24:00:00Z", datetime(2026, 5, 31, tzinfo=UTC)),
        ("2026-05-30 24:00Z", datetime(2026, 5, 31, tzinfo=UTC)),
        ("2026-12-31T24:00:00.000-06:00", datetime(2027, 1, 1, 6, tzinfo=UTC)),
    ],
)
def test_search_of_date_in_small_letters_or_at_the_end_of_a_day(text, instant):
    assert search(f"start_date={text.replace('+', '%2B')}").opened_from == instant


@pytest.mark.parametrize("text", ["9999-12-31T24:00:00Z", "2026-05-30T25:00:00Z", "2026-05-30T24:01:00Z"])
def test_search_of_date_past_the_end_of_a_day_is_refused(text):
    with pytest.raises(InputError, match="must be a date"):
        search(f"start_date={text}")


def test_requests_offset_passes_over_rows_and_the_next_page_goes_on(ask, client, several):
    everything = numbers(ask("requests.json"))
    answer = client.get(f"{BASE}/requests.json", {"limit": 2, "offset": 1})
    assert numbers(answer.json()) == everything[1:3]
    assert numbers(client.get(answer["X-Next-Page-URL"]).json()) == everything[3:5]
    assert numbers(ask("requests.json", offset=0)) == everything
    assert (
        client.get(f"{BASE}/requests.json", {"offset": "-1"}).json()[0]["description"] == "offset must be a whole number from 0, not “-1”."
    )


@pytest.mark.parametrize("query", ["status=open+closed", "status=Open,%20closed", "status=open&status[]=closed", "status="])
def test_search_of_statuses_in_every_kind_of_list(query):
    assert search(query).statuses == {"open", "closed"}
