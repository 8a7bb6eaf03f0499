"""Invented rows in the spellings of real exports: other column names, dates counted from 1970, statuses and flags of other cities."""

import json
from datetime import UTC, datetime

import pytest
import yaml

from citystat.service_requests import layout_queries
from citystat.service_requests.loading import date_formats, header_words


def milliseconds(*parts):
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def draft(tmp_path):
    def run(content, name="unseen.csv"):
        (tmp_path / name).write_text(content, encoding="utf-8")
        text = layout_queries.draft_for(str(tmp_path / name))
        (tmp_path / "unseen.yaml").write_text(text, encoding="utf-8")
        return text, yaml.safe_load(text), str(tmp_path / "unseen.yaml")

    return run


BALTIMORE = (
    "SRRecordID,ServiceRequestNum,SRType,MethodReceived,CreatedDate,SRStatus,StatusDate,DueDate,CloseDate,Agency,Latitude,Longitude\n"
)


@pytest.mark.slow
def test_load_baltimore_counts_dates_from_1970(load, stored):
    opened, closed = milliseconds(2020, 3, 8, 6, 30), milliseconds(2020, 3, 9, 4, 15)
    rows = f"a1,20-1,Invented,API,{opened},Closed,{closed},{closed},{closed},Streets,39.29,-76.61\n"
    result = load(BALTIMORE + rows, time_zone=None)
    assert (result["layout"], result["loaded"]) == ("baltimore", 1)
    found = stored("SELECT opened_at::VARCHAR, opened_on::VARCHAR, closed_at::VARCHAR, closed_on::VARCHAR, opened_has_time FROM states")
    # Half past one at night in Baltimore, before the clocks change; the closing still falls on the 9th, after they did.
    assert found == [("2020-03-08 06:30:00", "2020-03-08", "2020-03-09 04:15:00", "2020-03-09", True)]


@pytest.mark.slow
def test_load_baltimore_an_instant_falls_on_the_day_of_its_zone(load, stored):
    opened = milliseconds(2020, 3, 10, 2, 0)
    load(BALTIMORE + f"a1,20-1,Invented,API,{opened},New,,,,Streets,39.29,-76.61\n", time_zone=None)
    assert stored("SELECT opened_on::VARCHAR, opened_at::VARCHAR, status FROM states") == [("2020-03-09", "2020-03-10 02:00:00", "open")]


@pytest.mark.slow
def test_load_a_number_is_no_date_where_the_layout_does_not_say_so(load):
    result = load(f"request_id,service,status,opened_at\nR1,Pothole,open,{milliseconds(2020, 3, 8)}\n")
    assert (result["loaded"], result["quarantined"]) == (0, 1)


@pytest.mark.slow
def test_load_seconds_since_1970(load, stored, tmp_path):
    layout = tmp_path / "own.yaml"
    layout.write_text("name: own\nsource: own\ndates: [epoch_seconds]\ncolumns: {request_id: id, opened: at}\n")
    load("id,at\n1,1583649000\n2,1583649000.0\n3,20200308\n", layout=str(layout))
    assert stored("SELECT request_id, opened_at::VARCHAR FROM states ORDER BY 1")[:2] == [
        ("1", "2020-03-08 06:30:00"),
        ("2", "2020-03-08 06:30:00"),
    ]


@pytest.mark.slow
def test_load_open311_columns_as_csv_take_the_closing_date_of_their_own(load, stored):
    header = "service_request_id,status,service_name,service_code,requested_datetime,updated_datetime,closed_datetime,lat,lon\n"
    rows = (
        "1,Closed,Invented,S1,2020-03-02 08:00:00,2020-05-01 09:00:00,2020-03-04 10:00:00,39.9,-75.1\n"
        "2,Open,Invented,S1,2020-03-02 08:00:00,2020-05-01 09:00:00,,39.9,-75.1\n"
    )
    load(header + rows)
    assert stored("SELECT request_id, status, closed_on::VARCHAR FROM states ORDER BY 1") == [
        ("1", "closed", "2020-03-04"),
        ("2", "open", None),
    ]


@pytest.mark.slow
def test_load_seeclickfix_issues(load, stored):
    issue = {
        "id": 1, "status": "Archived", "summary": "Invented", "description": "words", "lat": 41.1, "lng": -72.1, "address": "1 Invented St",
        "created_at": "2020-03-02T08:00:00-05:00", "acknowledged_at": None, "closed_at": "2020-03-04T10:00:00-05:00", "updated_at": None,
        "reopened_at": None, "request_type": {"id": 7, "title": "Invented"},
    }  # fmt: skip
    result = load(json.dumps({"issues": [issue, {**issue, "id": 2, "status": "Acknowledged", "closed_at": None}]}), name="issues.json")
    assert (result["layout"], result["loaded"]) == ("seeclickfix", 2)
    assert stored("SELECT status, opened_at::VARCHAR, service FROM states ORDER BY request_id") == [
        ("closed", "2020-03-02 13:00:00", "Invented"),
        ("open", "2020-03-02 13:00:00", "Invented"),
    ]


@pytest.mark.slow
def test_load_los_angeles_cases_of_2025_leave_questions_apart(load, stored):
    header = "CaseNumber,CreatedDate,ClosedDate,Status,ActionTaken,ResolutionCode,RequestType,RequestSource,Latitude,Longitude,CD\n"
    rows = (
        "00001,03/02/2020 08:00:00 PM,03/02/2020 08:01:00 PM,Closed,SR Created,,Information-Only,Call,,,0\n"
        "00002,03/02/2020 08:00:00 PM,03/05/2020 07:00:00 AM,Closed Ext-Referred,SR Created,R,Invented,Mobile App,34.05,-118.24,9\n"
    )
    result = load(header + rows, time_zone=None)
    assert result["layout"] == "los-angeles-2025"
    assert stored("SELECT status, opened_at::VARCHAR, channel FROM states ORDER BY request_id") == [
        ("information_only", "2020-03-03 04:00:00", "phone"),
        ("closed", "2020-03-03 04:00:00", "mobile"),
    ]


@pytest.mark.slow
def test_load_austin_report_of_a_department(load, stored):
    header = (
        "Service Request (SR) Number\tDepartment\tSR Description\tMethod Received\tSR Status\tIs Duplicate? (1/0)\tCreated Date\t"
        "Overdue On Date\tClose Date\tState Plane X Coordinate\tState Plane Y Coordinate\n"
    )
    rows = (
        "20-1\tInvented\tSignal\tPhone\tOpen\t0\t3/2/2020 8:00:00 AM\t3/9/2020 8:00:00 AM\t\t3115000\t10070000\n"
        "20-2\tInvented\tSignal\tPhone\tClosed\t1\t3/2/2020 8:00:00 AM\t\t3/3/2020 8:00:00 AM\t\t\n"
    )
    result = load((header + rows).encode("utf-16"), time_zone=None)
    assert (result["layout"], result["loaded"]) == ("austin", 2)
    found = stored("SELECT status, department, due_on::VARCHAR, round(latitude, 1), round(longitude, 1) FROM states ORDER BY request_id")
    assert found == [("open", "Invented", "2020-03-09", 30.3, -97.7), ("duplicate", "Invented", None, None, None)]


ST_LOUIS = (
    "CALLERTYPE,DATECANCELLED,DATETIMECLOSED,DATETIMEINIT,DESCRIPTION,GROUP,PRJCOMPLETEDATE,PROBADDRESS,PROBADDTYPE,PROBLEMCODE,REQUESTID,SRX,"
    "SRY,STATUS,SUBMITTO,WARD\n"
    ",,2020-03-04 10:11:12.04,2020-03-02 08:00:00.0,Light out,Lights,2020-03-06,1 INVENTED AV,B,L1,71,882147.5,1007167.5,CLOSED,STREETS,3\n"
    "WEB,2020-03-05 10:00:00.0,,2020-03-03 09:00:00.0,Debris,Trash,2020-03-09,2 INVENTED AV,A,D1,72,882148.5,1007168.5,CANCEL,FORESTRY,4\n"
    "WEB,,,2020-03-03 09:30:00.0,Debris,Trash,2020-03-09,2 INVENTED AV,A,D1,73,882149.5,1007169.5,OPEN,FORESTRY,4\n"
)


@pytest.mark.slow
def test_draft_for_words_run_together(draft, load, stored):
    text, found, path = draft(ST_LOUIS)
    expected = {
        "request_id": "REQUESTID", "opened": "DATETIMEINIT", "closed": "DATETIMECLOSED", "due": "PRJCOMPLETEDATE", "status": "STATUS",
        "department": "SUBMITTO", "channel": "CALLERTYPE", "service": "DESCRIPTION", "category": "GROUP", "address": "PROBADDRESS",
    }  # fmt: skip
    assert expected.items() <= found["columns"].items()
    assert '# point: {x: "SRX", y: "SRY", epsg: 0}' in text
    assert load(ST_LOUIS, layout=path)["loaded"] == 3
    assert stored("SELECT status FROM states ORDER BY request_id") == [("closed",), ("cancelled",), ("open",)]


MIAMI = (
    "ticket_id,issue_type,case_owner,street_address,state,ticket_created_date_time,ticket_closed_date_time,ticket_status,method_received,"
    "goal_days,actual_completed_days,OverDueFlag,ObjectId\n"
    f"20-1,INVENTED,Streets,1 NW 1 ST,FL,{milliseconds(2020, 3, 2, 13)},{milliseconds(2020, 3, 20, 13)},CLOSED,PHONE,14,18,1,1\n"
    f"20-2,INVENTED,Parks,2 NW 2 ST,FL,{milliseconds(2020, 3, 3, 13)},,OPEN,WEB,14,,0,2\n"
)


@pytest.mark.slow
def test_draft_for_dates_from_1970_goal_days_and_a_late_flag(draft, load, stored):
    _, found, path = draft(MIAMI)
    assert found["dates"] == ["epoch_milliseconds"]
    assert found["columns"]["due"] == {"days_after_opened": "goal_days"}
    assert found["columns"]["status"] == "ticket_status"
    load(MIAMI, layout=path, time_zone="America/New_York")
    assert stored("SELECT opened_on::VARCHAR, due_on::VARCHAR, on_time_recorded, status FROM states ORDER BY request_id") == [
        ("2020-03-02", "2020-03-16", False, "closed"),
        ("2020-03-03", "2020-03-17", True, "open"),
    ]


def test_draft_for_a_state_of_the_union_is_no_status(draft):
    _, found, _ = draft("service_request_id,requested_date,state,status_description\n1,2020-03-02,KY,Closed\n2,2020-03-03,KY,In progress\n")
    assert found["columns"]["status"] == "status_description"


TORONTO = (
    "Creation Date,Status,First 3 Chars of Postal Code,Ward,Service Request Type,Division\n"
    "2020-03-02 08:15:20.0000000,Closed,M4C,Invented (19),Bin: Repair,Waste\n"
    "2020-03-02 08:15:20.0000000,In-progress,M4C,Invented (19),Noise,Licensing\n"
    "2020-03-02 09:30:00.0000000,Cancelled,M4D,Invented (19),Noise,Licensing\n"
    "2020-03-02 09:30:00.0000000,Cancelled,M4D,Invented (19),Noise,Licensing\n"
    "2020-03-02 10:30:00.0000000,Initiated,M4D,Invented (19),Noise,Licensing\n"
)


@pytest.mark.slow
def test_draft_for_requests_without_a_number_joins_what_lasts(draft, load, stored):
    text, found, path = draft(TORONTO)
    joined = found["columns"]["request_id"]["join"]
    assert joined[:2] == ["Creation Date", "Service Request Type"]
    assert "Status" not in joined
    assert "rows alike in all of them count as one" in text
    result = load(TORONTO, layout=path)
    assert (result["rows_read"], result["loaded"], result["unchanged"], result["quarantined"]) == (5, 4, 1, 0)
    load(TORONTO.replace("In-progress", "Closed"), layout=path, as_of=datetime(2020, 7, 31).date())
    assert stored("SELECT count(DISTINCT request_id), count(*) FROM states") == [(4, 5)]


def test_draft_for_prefers_a_number_of_the_request_to_one_of_the_row(draft):
    text, found, _ = draft("OBJECTID,INCIDENT_NUMBER,REPORTED_DATE\n1,301,2020-03-02\n2,302,2020-03-03\n")
    assert found["columns"]["request_id"] == "INCIDENT_NUMBER"
    text, found, _ = draft("OBJECTID,REPORTED_DATE\n1,2020-03-02\n2,2020-03-03\n")
    assert found["columns"]["request_id"] == "OBJECTID"
    assert "may change with every export" in text


def test_draft_for_a_status_of_numbers_says_how_many_are_closed(draft):
    rows = "11,2020/03/02 08:00:00+00,0,2020/03/04 08:00:00+00\n12,2020/03/02 08:00:00+00,1,\n"
    text, _, _ = draft("CASEID,OPENEDDATETIME,CASESTATUS,CLOSEDDATETIME\n" + rows)
    assert "0 is open, closed, cancelled, duplicate, invalid or information_only? 1 of its 1 rows have a closing date" in text
    assert "1 is open, closed, cancelled, duplicate, invalid or information_only? 0 of its 1 rows have a closing date" in text


def test_draft_for_dates_that_read_either_way_asks(draft):
    text, _, _ = draft("Case Number,Opened,Status\n1,02/03/2020,Open\n2,04/05/2020,Open\n")
    assert "with the month first and with the day first" in text
    text, _, _ = draft("Case Number,Opened,Status\n1,02/13/2020,Open\n2,04/05/2020,Open\n")
    assert "with the day first" not in text


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("DATETIMECLOSED", "date time closed"),
        ("ServiceRequestNum", "service request num"),
        ("SERVICECODEDESCRIPTION", "service code description"),
        ("Lat/Lng", "lat lng"),
        ("Request #", "request #"),
        ("_id", "row id"),
        ("Notes", "notes"),
        ("Catastrophe", "catastrophe"),
    ],
)
def test_words_of(header, words):
    assert header_words.words_of(header) == words


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1583649000000", "1583649000000.0"], ("epoch_milliseconds",)),
        (["1583649000"], ("epoch_seconds",)),
        (["101004113747"], ()),
        (["2021/03/03 15:15:33+00"], ("ISO 8601",)),
        (["2020-03-02 08:15:20.0000000"], ("ISO 8601",)),
    ],
)
def test_formats_of_other_clocks(values, expected):
    assert date_formats.formats_of(values) == expected


@pytest.mark.slow
def test_load_the_answer_of_a_map_server(load, stored):
    values = {"SRType": "Invented", "SRStatus": "Closed"}
    rows = [
        {
            "attributes": {**values, "SRRecordID": f"a{day}", "CreatedDate": milliseconds(2020, 3, day, 13)},
            "geometry": {"x": -76.6, "y": 39.2},
        }
        for day in (2, 3)
    ]
    result = load(json.dumps({"objectIdFieldName": "OBJECTID", "features": rows}), name="answer.json", time_zone=None)
    assert (result["layout"], result["loaded"]) == ("baltimore", 2)
    assert stored("SELECT opened_on::VARCHAR FROM states ORDER BY 1") == [("2020-03-02",), ("2020-03-03",)]


VENDORS = {
    "a permit system": (
        "Record ID,Record Type,Record Status,Date Opened,Date Closed,Assigned Department,Description,Parcel Number,Submitted Via\n"
        "SR22-1,Pothole,Closed,03/13/2020,03/15/2020,Streets,words,0001,Citizen Access\n"
        "SR22-2,Light out,In Review,03/14/2020,,Streets,more words,0002,Phone\n"
        "SR22-3,Pothole,Closed - Duplicate of SR22-1,03/14/2020,03/15/2020,Streets,further words,0003,Phone\n",
        {"request_id": "Record ID", "service": "Record Type", "channel": "Submitted Via", "description": "Description"},
        [("closed", "web"), ("open", "phone"), ("duplicate", "phone")],
    ),
    "a telephone app": (
        "Report Id,Report Type,Status,Date Submitted,Date Closed,Device,Assigned Group\n"
        "1,Pothole,Resolved by crew,03/13/2020,03/15/2020,iPhone,Streets\n"
        "2,Light out,Working,03/14/2020,,Web,Streets\n"
        "3,Light out,Closed: no access,03/14/2020,03/15/2020,Web,Streets\n",
        {"request_id": "Report Id", "service": "Report Type", "channel": "Device", "team": "Assigned Group"},
        [("closed", "mobile"), ("open", "web"), ("closed", "web")],
    ),
    "a city of Spanish words": (
        "Folio,Fecha de solicitud,Fecha de cierre,Estado,Tipo de servicio,Dependencia,Medio de recepción,Latitud,Longitud\n"
        "1,13/03/2020 10:00,15/03/2020 10:00,Resuelto,Bacheo,Obras,Teléfono,19.41,-99.11\n"
        "2,14/03/2020 11:00,,En proceso,Alumbrado,Obras,Web,19.42,-99.12\n",
        {"closed": "Fecha de cierre", "service": "Tipo de servicio", "department": "Dependencia", "channel": "Medio de recepción"},
        [("closed", "phone"), ("open", "web")],
    ),
    "a system of short names": (
        "RequestNo,RequestDate,Problem_Type,Req_Status,Comp_Date,Commit_Date,Div_Name,Call_Source,Addr\n"
        "1,03/13/2020 10:00,Pothole,COMP,03/15/2020,03/20/2020,STREETS,PHONE,1 INVENTED ST\n"
        "2,03/14/2020 10:00,Light out,OPEN,,03/20/2020,STREETS,WEB,2 INVENTED ST\n",
        {"closed": "Comp_Date", "due": "Commit_Date", "department": "Div_Name", "address": "Addr"},
        [("closed", "phone"), ("open", "web")],
    ),
    "a portal with areas": (
        "Case Id,Service request type,Status,Closure reason,Parent Closed,Open timestamp,Close date,Local area,Channel\n"
        "1,Pothole,Close,Service provided,Y,2020-03-13T10:00:00,2020-03-15,Invented,Phone\n"
        "2,Light out,Open,,,2020-03-14T11:00:00,,Invented,WEB\n"
        "3,Light out,Not started,,,2020-03-14T12:00:00,,Invented,WEB\n",
        {"outcome": "Closure reason", "service": "Service request type"},
        [("closed", "phone"), ("open", "web"), ("open", "web")],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("vendor", VENDORS)
def test_draft_for_the_columns_of_a_vendor(draft, load, stored, vendor):
    content, expected, words = VENDORS[vendor]
    _, found, path = draft(content)
    assert expected.items() <= found["columns"].items()
    assert "parent_id" not in found["columns"]
    load(content, layout=path)
    assert stored("SELECT status, channel FROM states ORDER BY request_id") == words
