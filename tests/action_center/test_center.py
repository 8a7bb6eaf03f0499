"""The contact center's pages: what stands on them, what stays hidden, and that a call at night is marked."""

import gzip
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from citystat.action_center import center_words
from citystat.core.cities import write_city
from citystat.core.figures import Column
from citystat.service_requests.models import CenterLoad
from tests.factories import calls as factory
from tests.factories import cases

pytestmark = pytest.mark.django_db
MONDAY = date(2017, 6, 5)


@pytest.fixture
def manager(city_home: Path) -> Any:
    write_city(name="Rivertown", time_zone="America/Chicago")
    return cases.make_user("manager@city.example", "manager_311", department="")


@pytest.fixture
def weeks(manager: Any) -> None:
    """Nine weeks of weekdays, the last day cut off at noon."""
    days = [MONDAY + timedelta(days=7 * week + day) for week in range(9) for day in range(5)]
    ups = (0, 3, -2, 1, -3, 2, -1)
    rows = [row for number, day in enumerate(days[:-1]) for row in factory.half_hours(day, 60 + ups[number % 7], staff=8.0)]
    factory.save([*rows, *factory.half_hours(days[-1], 60, until=12 * 60)])


def test_calls_page_without_calls_says_what_to_do(manager: Any, sign_in: Any) -> None:
    assert "citystat load calls FILE" in sign_in(manager).get("/center/").content.decode()


@pytest.mark.slow
def test_calls_page_shows_days_months_and_the_need_by_interval(manager: Any, weeks: None, sign_in: Any) -> None:
    page = sign_in(manager).get("/center/?share=90&within=15")
    context = page.context
    assert page.status_code == 200
    newest, before = list(context["by_day"].rows)[:2]
    assert (newest[1], newest[-2], newest[-1]) == ("480", None, "incomplete")
    assert (before[1], before[-2]) == ("1,134", "common_cause")
    assert context["latest_day"] == "August 3, 2017"
    assert [column.label for column in context["latest"].columns] == ["Figure", "Value", "Usual for the weekday", "Signal"]
    assert (context["needs"].target.share, context["needs"].target.within) == (0.9, 15)
    assert all(one.queue.service_level >= 0.9 for one in context["needs"].needs)
    assert len(context["needs_table"].rows) == 18
    assert [row[0] for row in context["by_month"].rows] == ["August 2017", "July 2017", "June 2017"]


@pytest.mark.slow
def test_calls_page_statements_do_not_grow_with_the_days(
    manager: Any, weeks: None, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    browser = sign_in(manager)
    with django_assert_max_num_queries(30):
        browser.get("/center/")


@pytest.mark.slow
def test_calls_page_keeps_a_target_that_cannot_be_used_and_says_why(manager: Any, weeks: None, sign_in: Any) -> None:
    page = sign_in(manager).get("/center/?share=abc")
    assert page.status_code == 400
    assert "abc" in page.content.decode()


def test_calls_file_gives_every_day_with_empty_cells_for_what_is_not_known(manager: Any, weeks: None, sign_in: Any) -> None:
    lines = sign_in(manager).get("/center/calls.csv?by=day").content.decode().splitlines()
    assert lines[0] == "day,offered,answered,abandoned,asa_seconds,service_level,handle_seconds,complete"
    assert lines[1] == "2017-06-05,1080,972,108,20.0,0.8,200.0,True"
    assert lines[6].startswith("2017-06-10,,,,")
    assert lines[-1].endswith("False")


def test_calls_file_by_interval_gives_the_need(manager: Any, weeks: None, sign_in: Any) -> None:
    lines = sign_in(manager).get("/center/calls.csv?by=interval").content.decode().splitlines()
    assert lines[1].startswith("weekdays,08:00,30,")
    assert len(lines) == 1 + 18


@pytest.mark.slow
def test_survey_page_shows_shares_of_many_and_nothing_of_few(manager: Any, sign_in: Any) -> None:
    factory.answers(date(2017, 6, 10), [5] * 81 + [2] * 19, department="Water")
    factory.answers(date(2017, 5, 10), [1] * 7, department="Parks")
    page = sign_in(manager).get("/center/survey/")
    june, may = page.context["months"]
    assert june["table"].rows[0][1:4] == ("100", "81%", "72% to 87%")
    assert may["table"].rows[0][1:] == ("–", "–", "", "too_few")
    assert may["sentence"] == "Fewer than 20 callers answered."
    assert "2017-06-10-0" not in page.content.decode()


def test_costs_page_shows_both_denominators_and_the_split(manager: Any, sign_in: Any) -> None:
    june = (date(2017, 6, 1), date(2017, 6, 30))
    for number in range(5):
        factory.cost(june, f"Call taker {number}", "Water", "5000")
    factory.cost(june, "Manager", "Finance", "5000")
    factory.save(factory.volume(date(2017, 6, day), offered=120, answered=100, grain="day") for day in range(1, 31))
    page = sign_in(manager).get("/center/costs/")
    (unit,) = page.context["units"].rows
    assert unit[:4] == ("June 2017", "$30,000", "3,000", "$10.00")
    assert unit[4:] == ("–", "–", "Requests are not known for the whole period.")
    water = page.context["periods"][0]["table"].rows[0]
    assert water[:2] == ("Water", "5")


@pytest.mark.parametrize("path", ["/center/", "/center/survey/", "/center/costs/", "/center/calls.csv"])
def test_center_pages_are_for_staff(path: str, sign_in: Any, db: None) -> None:
    group = cases.make_user("group@city.example", "community_group")
    assert sign_in(group).get(path).status_code == 403


def volumes(*lines: str) -> SimpleUploadedFile:
    text = "\n".join(["Queue,Date,Time,Offered,Answered,Abandoned", *lines])
    return SimpleUploadedFile("volumes.csv", text.encode(), content_type="text/csv")


ONE_DAY = ("311,2017-06-05,08:00,20,18,2", "311,2017-06-05,08:30,25,25,0")


@pytest.mark.slow
def test_calls_are_loaded_in_the_browser_and_every_row_is_accounted_for(manager: Any, sign_in: Any) -> None:
    browser = sign_in(manager)

    page = browser.post("/center/load/calls/", {"file": volumes(*ONE_DAY, "311,no day,09:00,1,1,0")}, follow=True)

    assert page.status_code == 200, page.context["form"].errors
    assert page.redirect_chain[-1][0] == "/center/"
    assert "3 rows read: 2 new or changed, 0 unchanged, 0 superseded, 1 rejected." in page.content.decode()
    assert "line 4" in page.content.decode()
    assert CenterLoad.objects.get().loaded_by == manager
    again = browser.post("/center/load/calls/", {"file": volumes(*ONE_DAY)}, follow=True)
    assert "0 new or changed, 2 unchanged" in again.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("rows.csv", b"Nothing,Known\n1,2\n", "fits no layout of calls"),
        ("calls.csv.gz", gzip.compress(b"0" * 1000, mtime=0), "compressed"),
        ("calls.xlsx", b"PK\x03\x04" + bytes(60), "xlsx"),
        ("calls.csv", b"Queue,Date,Time,Offered\n", "no rows"),
    ],
)
def test_file_that_cannot_be_loaded_is_refused_beside_its_field(manager: Any, sign_in: Any, name: str, content: bytes, words: str) -> None:
    page = sign_in(manager).post("/center/load/calls/", {"file": SimpleUploadedFile(name, content)})

    assert page.status_code == 400
    assert words in page.content.decode().replace("&#x27;", "'")
    assert not CenterLoad.objects.exists()


def test_answers_and_costs_have_pages_to_load_them_and_nothing_else_has(manager: Any, sign_in: Any) -> None:
    browser = sign_in(manager)
    assert "Columns that are looked for" in browser.get("/center/load/survey/").content.decode()
    assert "Paid by" not in browser.get("/center/load/costs/").content.decode()
    assert "Payer" in browser.get("/center/load/costs/").content.decode()
    assert browser.get("/center/load/people/").status_code == 404


def test_calls_page_links_loading_for_those_who_may(manager: Any, sign_in: Any) -> None:
    agent = cases.make_user("agent@city.example", "call_taker", department="")

    assert 'href="/center/load/calls/"' in sign_in(manager).get("/center/").content.decode()
    assert 'href="/center/load/calls/"' not in sign_in(agent).get("/center/").content.decode()
    assert sign_in(agent).post("/center/load/calls/", {"file": volumes(*ONE_DAY)}).status_code == 403


def test_noted_leaves_the_note_out_where_no_row_has_one():
    columns = (Column("Month"), Column("Note"))
    assert [one.label for one in center_words.noted("Calls", columns, [("May", ""), ("June", "")]).columns] == ["Month"]
    kept = center_words.noted("Calls", columns, [("May", ""), ("June", "partial")])
    assert (len(kept.columns), kept.rows[1]) == (2, ("June", "partial"))
