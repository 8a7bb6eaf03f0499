"""Pages of measures: the list, one measure, its places, downloads, and the rows behind a number."""

import csv
import io
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from citystat.plan import outlooks
from citystat.plan import queries as plan
from citystat.plan.comparisons import StandardisedComparison, StandardisedPlace
from citystat.plan.known_then import OpenThen
from citystat.plan.outlooks import MonthAhead, Outlook
from citystat.plan.periods import period_at
from citystat.warehouse.connections import open_build
from citystat.web.measures import figures
from citystat.web.measures.group_figures import limits
from tests.web.pages import SECRET_ADDRESS, signed_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
PAGE = "/measures/closed_on_time/"
JUNE = "/measures/requests_opened/2017-06/rows/"


@pytest.mark.slow
def test_list_gives_every_public_measure_with_its_month(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        page = text(client.get("/measures/"))
    public = [measure.label.in_("en") for measure in plan.measures("public")]
    assert public
    assert all(label in page for label in public)
    assert "120 requests" in page
    assert "August 2017" in page


@pytest.mark.slow
def test_list_shows_staff_measures_to_staff_only(client: Client) -> None:
    hidden = [f'href="/measures/{one.name}/"' for one in plan.measures() if one.audience != "public"]
    assert hidden
    assert not any(link in text(client.get("/measures/")) for link in hidden)
    assert all(link in text(signed_in("executive").get("/measures/")) for link in hidden)


def test_measure_page_shows_finding_value_places_and_definition(client: Client, django_assert_max_num_queries: Any) -> None:
    # What residents said of it; nothing where the page is kept from an earlier visit.
    with django_assert_max_num_queries(1):
        page = text(client.get(PAGE))
    for said in (
        "<h1>Closed on time</h1>",
        "By council district",
        "District 1",
        "Definition",
        "Where this number comes from",
        "95% interval",
    ):
        assert said in page
    assert page.count("<svg") >= 3
    assert "Closed on time by month, September 2014 to August 2017" in page


def test_measure_page_says_why_there_is_no_forecast(client: Client) -> None:
    page = text(client.get("/measures/requests_opened/"))
    assert "No forecast is drawn: it takes 45 complete months in a row to try one out" in page
    assert "What to expect" not in page


@pytest.mark.slow
def test_measure_page_shows_a_forecast_that_proved_better(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    month = MonthAhead(period_at("month", 2017 * 12 + 8), 123.0, 100.0, 150.0)
    monkeypatch.setattr(outlooks, "outlook", lambda *_: Outlook("better", 60, (month,), 0.25))
    # Months nobody else asks for: pages are kept.
    page = text(client.get("/measures/requests_opened/?from=2016-03"))
    assert "wrong by 25% less than repeating the same month of the year before" in page
    assert re.search(r"September 2017.*?123.*?100.*?150", page, re.DOTALL)
    picture = client.get("/measures/requests_opened/numbers.svg?from=2016-03").content
    assert b"stroke-dasharray" in picture
    # A range of months that ended long ago has nothing to come.
    assert "forecast" not in text(client.get("/measures/requests_opened/?from=2015-01&to=2016-12"))


def test_measure_page_in_spanish(client: Client) -> None:
    client.cookies["django_language"] = "es"
    page = text(client.get(PAGE))
    assert '<html lang="es">' in page
    assert plan.measure("closed_on_time").label.in_("es") in page
    assert "agosto de 2017" in page
    assert "Definition</h2>" not in page


def test_measure_page_limited_to_a_district_says_so(client: Client) -> None:
    page = text(client.get(f"{PAGE}?council_district=2&by=service"))
    assert "council district: <strong>District 2</strong>" in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2017-13", "“2017-13” is not a month: write it as year-month, for example 2017-06."),
        ("from=2017-06&to=2017-01", "The first month is after the last month: exchange them."),
        ("from=1900-01&to=2017-01", "At most 30 years can be shown at once."),
        ("color=red", "This measure cannot be limited by “color”."),
    ],
)
def test_measure_page_bad_input_is_one_sentence_and_keeps_what_was_typed(client: Client, query: str, sentence: str) -> None:
    response = client.get(f"{PAGE}?{query}")
    page = text(response)
    assert response.status_code == 400
    assert sentence in page
    assert page.count('role="alert"') == 1
    typed = dict(pair.split("=") for pair in query.split("&"))
    assert all(f'name="{name}" type="month" value="{value}"' in page for name, value in typed.items() if name in {"from", "to"})


def test_measure_page_unknown_measure(client: Client) -> None:
    assert client.get("/measures/happiness/").status_code == 404


def test_measure_page_staff_measure_is_refused_to_the_public(client: Client) -> None:
    name = next(one.name for one in plan.measures() if one.audience != "public")
    assert client.get(f"/measures/{name}/").status_code == 403
    assert client.get(f"/measures/{name}/numbers.csv").status_code == 403


def test_download_csv_has_the_numbers_of_the_json(client: Client) -> None:
    query = "from=2017-05&to=2017-07&by=department"
    table = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}numbers.csv?{query}").content.decode())))
    rows = client.get(f"{PAGE}numbers.json?{query}").json()["rows"]
    assert [(row["period"], row["group_department"], float(row["value"])) for row in table] == [
        (row["period"], row["group"]["department"], row["value"]) for row in rows
    ]
    assert len(rows) == 6


def test_download_pictures(client: Client) -> None:
    assert client.get(f"{PAGE}numbers.png").content[:8] == b"\x89PNG\r\n\x1a\n"
    assert client.get(f"{PAGE}numbers.svg").content.startswith(b"<svg")
    assert client.get(f"{PAGE}numbers.xlsx").status_code == 404


@pytest.mark.slow
@pytest.mark.feature("F013")
@pytest.mark.parametrize("name", ["requests_opened", "closed_on_time", "median_days_to_close", "open_backlog"])
def test_trace_leads_from_the_number_to_rows_that_give_it_again(name: str) -> None:
    staff = signed_in("analyst")
    link = re.search(rf'href="(/measures/{name}/2017-\d\d/rows/[^"]*)"', text(staff.get(f"/measures/{name}/")))
    assert link
    page = text(staff.get(link[1].replace("&amp;", "&")))
    published, again = re.search(r"<dt>Published</dt> <dd>(.*?)</dd> <dt>Counted again from the rows</dt> <dd> (.*?) <span", page).groups()  # type: ignore[union-attr]
    assert published == again
    assert "the same" in page
    assert "The requests behind the number" in page


@pytest.mark.feature("F013")
def test_trace_number_of_rows_is_the_number_published() -> None:
    raw = open_build().rows("SELECT count(*) FROM requests WHERE opened_on BETWEEN DATE '2017-06-01' AND DATE '2017-06-30'")[0][0]
    page = text(signed_in("analyst").get(JUNE))
    assert f"<dd>{raw}</dd>" in page
    assert page.count('<th scope="row">') == 100
    assert "Page 1 of 2" in page


def test_trace_without_the_right_recounts_but_shows_no_row(client: Client) -> None:
    page = text(client.get(JUNE))
    assert "120 requests" in page
    assert SECRET_ADDRESS not in page
    assert "1212 Oak" not in page
    assert "pot1700" not in page


def test_trace_shows_addresses_to_those_with_the_right(django_assert_num_queries: Any) -> None:
    staff = signed_in("analyst")
    with django_assert_num_queries(3):
        page = text(staff.get(JUNE))
    assert "1212 Oak St" in page


def test_backlog_page_leads_to_the_backlog_as_known_then(client: Client) -> None:
    assert 'href="/measures/open_backlog/known-then/?' in text(client.get("/measures/open_backlog/"))
    assert "known-then" not in text(client.get(PAGE))
    assert client.get("/measures/closed_on_time/known-then/").status_code == 404


def test_backlog_as_known_then_counts_the_causes_and_says_them(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    june, july = (date(2017, 6, 30), date(2017, 7, 31))
    found = (
        OpenThen("2017-05", date(2017, 5, 31), True, None, None, 41, None, None, None, None, 1),
        OpenThen("2017-06", june, True, june, 50, 44, 9, 1, 3, 1, 1),
        OpenThen("2017-07", july, True, july, 47, 47, 0, 0, 0, 0, 1),
    )
    monkeypatch.setattr(plan, "open_as_known", lambda *_, **__: found)
    # Months nobody else asks for: pages are kept.
    page = text(client.get("/measures/open_backlog/known-then/?from=2017-05"))
    assert (
        "On June 30, 2017, 50 were open as known then and 44 as known now: 9 closings were told later; 1 request was withdrawn later; "
        "3 open requests were told later; reopenings and corrected dates changed it by +1."
    ) in page
    assert "The first export describes June 30, 2017" in page
    assert re.search(r"June 2017.*?50.*?44.*?−9.*?−1.*?\+3.*?\+1", page, re.DOTALL)
    assert "May 2017" not in page
    assert "Why the two differ" in page


def test_backlog_as_known_then_without_an_export_of_the_time_says_so(client: Client) -> None:
    page = text(client.get("/measures/open_backlog/known-then/?from=2016-01&to=2016-06"))
    assert "No export had been read by the end of any of these months" in page


def test_count_by_group_has_no_columns_of_dashes(client: Client) -> None:
    counted, divided = (text(client.get(path)).partition('id="by"')[2] for path in ("/measures/open_backlog/", PAGE))
    assert "95% interval" not in counted
    assert "95% interval" in divided


def test_download_csv_holds_no_formula(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = plan.measure_rows("requests_opened", start=date(2017, 6, 1), end=date(2017, 6, 30))
    evil = replace(row, group={"service": "=HYPERLINK(0)"}, value=-3)
    monkeypatch.setattr(plan, "measure_rows", lambda *_, **__: (evil,))
    (line,) = csv.DictReader(io.StringIO(client.get("/measures/requests_opened/numbers.csv?by=service&from=2017-04").content.decode()))
    assert (line["group_service"], line["value"]) == ("'=HYPERLINK(0)", "-3")


def test_funnel_of_places_keeps_its_width_where_limits_are_cut() -> None:
    # A share of 97 %: the limits of the small place are cut at 1, those of the large one are not.
    def place(code: str, n: float, half: float) -> StandardisedPlace:
        cut = (max(0.0, 0.97 - half), min(1.0, 0.97 + half))
        return StandardisedPlace(code, 0.97 * n, n, 0.97, 0.97, 0.9, 1.0, 1.0, "about_the_same", "inside", cut, cut, "ok")

    places = (place("1", 25, 0.067), place("2", 2500, 0.0067))
    comparison = StandardisedComparison(plan.measure("closed_on_time"), "council_district", "2017-06", 1, places, 0.97, 1.0, 3)
    drawn = limits(comparison, places)[-1]
    assert (drawn.lower_95, drawn.upper_95) == pytest.approx((0.9633, 0.9767))


@pytest.mark.parametrize(
    ("value", "language", "wanted"), [(1.0, "en", "1 week of work"), (1.2, "en", "1.2 weeks of work"), (1.0, "es", "1 semana de trabajo")]
)
def test_with_unit_says_one_in_the_singular(value: float, language: str, wanted: str) -> None:
    with translation.override(language):
        assert figures.with_unit(value, plan.measure("backlog_in_weeks")) == wanted


def test_standing_number_has_no_decimal_of_nothing() -> None:
    assert [figures.standing(one, "days") for one in (54.0, 4.9, None)] == ["54", "4.9", "–"]
