"""The explorer: filters live in the URL, combine, and every count agrees with the rows."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict

from citystat.core.errors import InputError
from citystat.service_requests.explorer import queries
from citystat.service_requests.explorer.filters import Filters, parse
from citystat.warehouse.connections import Warehouse, open_build
from tests.factories.requests import request, write_build

PLACES = [
    {"kind": "council_district", "version": "2012", "code": code, "name": f"District {code}", "is_current": True}
    for code in ("1", "2", "10")
]


def rows() -> list[dict[str, Any]]:
    """Forty-eight requests over two services, two districts and none, three months and all statuses."""
    made = []
    for number in range(48):
        opened = date(2008 + number % 3, 1 + number % 12, 1 + number % 27)
        status = ("open", "closed", "cancelled", "duplicate")[number % 4]
        made.append(
            request(
                service=("Pothole", "Rats")[number % 2],
                status=status,
                opened_on=opened,
                closed_on=opened if status == "closed" else None,
                due_on=opened,
                latitude=None if number % 7 == 0 else 39.1 + number / 1000,
                place_council_district=(None, "1", "10")[number % 3],
            )
        )
    return made


@pytest.fixture
def warehouse(city_home: Path) -> Warehouse:
    write_build(rows(), by_month=False, places=PLACES)
    return open_build()


def raw_count(made: Sequence[dict[str, Any]], filters: Filters) -> int:
    """The same filters over plain rows: the slow twin."""
    return sum(
        (not filters.status or row["status"] in filters.status)
        and (not filters.service or row["service"].lower() in filters.service)
        and (not filters.opened_from or row["opened_on"] >= filters.opened_from)
        and (not filters.opened_to or row["opened_on"] <= filters.opened_to)
        and (not filters.place or (row["place_council_district"] or "") == filters.place_code)
        for row in made
    )


@pytest.mark.feature("F175")
@pytest.mark.parametrize(
    "query",
    [
        "",
        "status=open",
        "status=open&status=closed",
        "place=council_district:1",
        "place=council_district:",
        "from=2008-01-01&to=2008-12-31",
        "status=closed&service=pothole&place=council_district:10&from=2009-01-01",
        "status=open&from=2009-02-01&to=2010-11-30&service=rats",
    ],
)
def test_summary_combined_filters_match_raw_rows(warehouse: Warehouse, query: str) -> None:
    filters = parse(QueryDict(query))
    expected = raw_count(rows(), filters)

    overview = queries.overview(warehouse, filters, "council_district")
    summary = overview.summary

    assert summary.total == expected == sum(count for _, count in summary.by_status)
    assert sum(choice.requests for choice in overview.places) == expected
    assert sum(batch.num_rows for batch in queries.download(warehouse, filters, exact=False)) == expected


@pytest.mark.feature("F175")
def test_months_show_the_full_history_from_the_first_year(warehouse: Warehouse) -> None:
    months = queries.overview(warehouse, parse(QueryDict("from=2009-03-01&to=2009-05-31"))).months

    assert months[0].month == date(2008, 1, 1)
    assert sum(month.requests for month in months) == 48
    assert [month.month for month in months if month.selected] == [date(2009, 3, 1), date(2009, 4, 1), date(2009, 5, 1)]


@pytest.mark.feature("F102")
def test_cells_and_unlocated_add_up_to_the_table(warehouse: Warehouse) -> None:
    filters = parse(QueryDict("service=rats"))
    summary = queries.overview(warehouse, filters).summary

    cells = queries.cells(warehouse, filters, (-180.0, -90.0, 180.0, 90.0), 10.0)

    shown = sum(feature["properties"]["count"] for feature in cells["features"])
    assert shown + summary.unlocated == summary.total
    assert summary.unlocated > 0


@pytest.mark.slow
def test_cells_many_points_become_grid_cells_with_the_same_sum(city_home: Path) -> None:
    write_build(
        [request(latitude=39 + number / 5000, longitude=-94.5 + number % 40 / 500) for number in range(900)], by_month=False, places=PLACES
    )

    cells = queries.cells(open_build(), Filters(), (-95.0, 38.0, -94.0, 40.0), 9.0)

    assert len(cells["features"]) < queries.POINTS_AT_MOST
    assert sum(feature["properties"]["count"] for feature in cells["features"]) == cells["total"] == 900


@pytest.mark.slow
def test_cells_sensitive_services_have_no_point(city_home: Path) -> None:
    services = [
        {"service": "Pothole", "service_slug": "pothole", "requests": 1, "sensitive": True, "kind": "field", "promise_source": "none"},
    ]
    write_build([request()], places=PLACES, services=services)

    cells = queries.cells(open_build(), Filters(), (-180.0, -90.0, 180.0, 90.0), 12.0)

    assert cells["features"] == []
    assert cells["hidden"] == 1


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("2729 HARRISON ST", "2700 block HARRISON ST"),
        ("73-42 68 AVENUE", "unit block 68 AVENUE"),
        ("5A Main St", "unit block Main St"),
        ("Main St & 5th Ave", "Main St & 5th Ave"),
        ("1212 1/2 Oak", "1200 block Oak"),
        (None, None),
    ],
)
def test_block_hides_the_house_number(warehouse: Warehouse, address: str | None, expected: str | None) -> None:
    found = warehouse.rows(f"SELECT {queries.block('a')} FROM (SELECT ?::VARCHAR AS a)", (address,))[0][0]

    assert found == expected


@pytest.mark.parametrize("query", ["from=yesterday", "status=lost", "from=2010-01-02&to=2010-01-01", "place=1", "origin=mars"])
def test_parse_impossible_value_is_one_sentence(query: str) -> None:
    with pytest.raises(InputError, match=r"\.$"):
        parse(QueryDict(query))


def test_overview_places_are_in_natural_order_with_names_and_the_unplaced_last(warehouse: Warehouse) -> None:
    places = queries.overview(warehouse, Filters(), "council_district").places

    assert [(choice.value, choice.label) for choice in places] == [("1", "District 1"), ("10", "District 10"), ("", "")]


@pytest.mark.slow
@pytest.mark.parametrize(("query", "pages"), [("", (1, 2, 5)), ("status=open&from=2021-02-10", (1, 2))])
def test_page_back_to_the_month_it_reaches_is_the_page_of_all_rows(city_home: Path, query: str, pages: tuple[int, ...]) -> None:
    days = [date(2021, 1, 1) + timedelta(days=number * 7 % 210) for number in range(260)]
    made = [request(opened_on=day, opened_at=datetime.combine(day, time(number % 24)), status=("open", "closed")[number % 5 == 0])
            for number, day in enumerate(days)]  # fmt: skip
    write_build([*made, request(opened_on=date(2021, 7, 20), opened_at=None)], by_month=False, places=PLACES)
    filters, build = parse(QueryDict(query)), open_build()
    overview = queries.overview(build, filters)

    for number in pages:
        since = overview.reaches_back_to(number * queries.ROWS_PER_PAGE)
        rows = queries.page(build, filters, number, exact=False, since=since)
        assert rows == queries.page(build, filters, number, exact=False)
        assert rows

    assert overview.reaches_back_to(queries.ROWS_PER_PAGE) == date(2021, 6, 1)
    assert overview.reaches_back_to(100_000) is None


def test_summary_unknown_place_kind_is_refused(warehouse: Warehouse) -> None:
    with pytest.raises(InputError, match="ward"):
        queries.overview(warehouse, parse(QueryDict("place=ward:1")))


@pytest.mark.parametrize("text", ["'; DROP VIEW requests; --", "\\", "100%", "ñ"])
def test_summary_text_is_never_sql(warehouse: Warehouse, text: str) -> None:
    query = QueryDict(mutable=True)
    query["q"] = text

    assert queries.overview(warehouse, parse(query)).summary.total == 0


def test_filters_query_round_trips() -> None:
    text = "status=closed&status=open&service=rats&place=council_district%3A1&from=2009-01-01&to=2009-12-31&q=a+b&overdue=1"

    assert parse(QueryDict(text)).query() == text
