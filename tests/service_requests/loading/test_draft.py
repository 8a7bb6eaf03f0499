"""Drafts for headers nobody has seen."""

from datetime import date

import pytest
import yaml

from citystat.core.errors import InputError
from citystat.service_requests import layout_queries
from citystat.service_requests.loading import date_formats

EXPORT = (
    "Ticket No;Date Reported;Time Reported;Date Resolved;Target Date;Current State;Problem;Responsible Dept;"
    "How Received;Site Address;Lat;Lng;Ward No\n"
    "A-1;03/13/2021;08:15 AM;03/14/2021;03/18/2021;Done;Pothole;Streets;Telephone;12 Oak St;41.1001;-80.5002;3\n"
    "A-2;03/13/2021;09:15 AM;;03/19/2021;In Progress;Graffiti;Parks;Web;13 Oak St;41.1002;-80.5003;3\n"
    "A-3;03/14/2021;11:15 PM;03/15/2021;03/19/2021;Zurückgestellt;Pothole;Streets;App;14 Elm St;41.1003;-80.5004;2\n"
)


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "Odd City 2021.csv"
    path.write_text(EXPORT)
    return path


def test_draft_for_finds_fields_by_name_and_content(export):
    columns = yaml.safe_load(layout_queries.draft_for(str(export)))["columns"]
    assert columns["opened"] == {"date": "Date Reported", "time": "Time Reported"}
    expected = {
        "request_id": "Ticket No",
        "closed": "Date Resolved",
        "due": "Target Date",
        "status": "Current State",
        "channel": "How Received",
    }
    assert expected.items() <= columns.items()


def test_draft_for_gives_a_reason_and_marks_gaps(export):
    text = layout_queries.draft_for(str(export))
    assert 'request_id: "Ticket No"  # the name fits; no two of 3 rows share a value' in text
    assert "# fill: Zurückgestellt is open, closed, cancelled" in text
    assert "# fill: the time zone" in text


@pytest.mark.slow
def test_draft_for_loads_as_it_is_where_the_needed_columns_are_plain(export, load, stored, tmp_path):
    layout = tmp_path / "odd.yaml"
    layout.write_text(layout_queries.draft_for(str(export)))
    result = load(EXPORT, layout=str(layout), as_of=date(2021, 6, 30))
    assert (result["loaded"], result["layout"]) == (3, "odd-city-2021")
    assert stored("SELECT status, round(latitude, 4), recorded_places['ward'] FROM states ORDER BY request_id")[:2] == [
        ("closed", 41.1001, "3"),
        ("open", 41.1002, "3"),
    ]


@pytest.mark.parametrize("file", ["311.csv", "2024.csv", "yes.csv", "null.csv"])
def test_draft_for_names_that_read_as_something_else_stay_words(tmp_path, file):
    path = tmp_path / file
    path.write_text(EXPORT)

    layout = yaml.safe_load(layout_queries.draft_for(str(path)))

    assert (layout["name"], layout["source"]) == (path.stem, path.stem)


def test_draft_for_a_header_without_dates_marks_what_is_needed(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("color,size\nred,1\nblue,1\nred,2\n")
    text = layout_queries.draft_for(str(path))
    assert "# fill: request_id" in text
    assert "# fill: opened" in text


def test_draft_for_an_export_without_due_dates_names_the_way_to_promises(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Case Number,Opened,Status\n1,2020-03-02,Open\n2,2020-03-03,Open\n")
    assert "# fill: due: no column looked like it; without one, `citystat services suggest`" in layout_queries.draft_for(str(path))


def test_draft_for_a_file_without_rows(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n")
    with pytest.raises(InputError, match="no rows to look at"):
        layout_queries.draft_for(str(path))


@pytest.mark.slow
def test_draft_for_kansas_city_says_that_yes_is_late(shared_data):
    found = yaml.safe_load(layout_queries.draft_for(str(shared_data / "kansas-city/311/kcmo_311_requests_2007_2017.csv.gz")))
    assert found["columns"]["request_id"] == "CASE ID"
    assert found["columns"]["on_time"] == "EXCEEDED EST TIMEFRAME"
    assert "y" in found["on_time"]["no"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["01/13/2020", "1/2/2020"], ("%m/%d/%Y",)),
        (["13/01/2020", "2/1/2020"], ("%d/%m/%Y",)),
        (["2020-01-13T01:02:03.000"], ("ISO 8601",)),
        (["13.01.2020"], ("%d.%m.%Y",)),
        (["red", "01/02/2020"], ()),
        ([], ()),
    ],
)
def test_formats_of(values, expected):
    assert date_formats.formats_of(values) == expected


def test_check_lists_what_a_layout_finds_and_lacks(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("CASE ID,CREATION DATE,EXCEEDED EST TIMEFRAME,Mood\n1,01/02/2017,N,sunny\n")
    found = layout_queries.check(str(path))
    assert (found["layout"], found["can_load"], found["kept_as_they_are"]) == ("kansas-city", True, ["Mood"])
    assert "status: STATUS" in found["absent"]
