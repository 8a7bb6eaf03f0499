"""Shipped layouts: valid, and recognized from the column lists their cities published."""

import json
import random

import pytest

from citystat.core.errors import InputError
from citystat.service_requests.loading import headers, layout, recognition

PUBLISHED = {
    "chicago-311": "chicago",
    "chicago-tree-debris-historical": "chicago-historical",
    "chicago-vacant-buildings-historical": "chicago-vacant-buildings",
    "cincinnati-311": "cincinnati-311",
    "cincinnati-csr": "cincinnati-csr",
    "kansas-city-311-from-2021": "kansas-city-2021",
    "kansas-city-311-to-2021": "kansas-city",
    "montgomery-county-mc311": "montgomery-county",
    "new-orleans-311-2012-2018": "new-orleans",
    "new-york-311-from-2010": "new-york",
    "oakland-311": "oakland",
    "san-francisco-311-cases": "san-francisco",
}
BOSTON = (
    "case_enquiry_id,open_dt,{due},closed_dt,{on_time},case_status,closure_reason,case_title,subject,reason,type,queue,department,submittedphoto,"
    "closedphoto,location,fire_district,pwd_district,city_council_district,police_district,neighborhood,neighborhood_services_district,ward,precinct,"
    "location_street_name,location_zipcode,latitude,longitude,source"
)
LOS_ANGELES = (
    "SRNumber,CreatedDate,UpdatedDate,ActionTaken,Owner,RequestType,Status,RequestSource,CreatedByUserOrganization,MobileOS,Anonymous,AssignTo,"
    "ServiceDate,ClosedDate,AddressVerified,ApproximateAddress,Address,HouseNumber,Direction,StreetName,Suffix,ZipCode,Latitude,Longitude,Location,"
    "TBMPage,TBMColumn,TBMRow,APC,CD,CDMember,NC,NCName,PolicePrecinct"
)
AUSTIN = (
    "sr_number,sr_type_desc,sr_department_desc,sr_method_received_desc,sr_status_desc,sr_status_date,sr_created_date,sr_updated_date,sr_closed_date,"
    "sr_location,sr_location_zip_code,sr_location_x,sr_location_y,sr_location_lat,sr_location_long,sr_location_council_district"
)
LOS_ANGELES_BEFORE_2016 = (
    "srNumber,createdDate,updatedDate,actionTaken,owner,srType,status,source,mobilos,anonymous,assignTo,serviceDate,closedDate,reasonCode,"
    "resolutionCode,addressVerified,srApproximateAddress,srAddress,srHouseNumber,zipcode,latitude,longitude,srCouncilDistrictNo"
)
LOS_ANGELES_2025 = (
    "CaseNumber,CreatedDate,UpdatedDate,ClosedDate,ServiceDate,DateServiceRendered,Status,ActionTaken,ReasonCode,ResolutionCode,RequestType,"
    "RequestSource,CreatedByUserOrganization,Anonymous,Owner,AssignTo,Address,ZipCode,Latitude,Longitude,Location,APC,CD,CDMember,NC,NCName"
)
LOS_ANGELES_2025_FIELDS = (
    "casenumber,createddate,closeddate,systemmodstamp,type,status,origin,action_taken__c,department_name__c,assigned_to__c,resolution_code__c,"
    "zipcode__c,geolocation__latitude__s,geolocation__longitude__s,locator_council_district,locator_sr_neigborhood_council_1"
)
AUSTIN_REPORT = (
    "Service Request (SR) Number,Department,Group Description,SR Description,Method Received,SR Status,Is Duplicate? (1/0),"
    "Status Change Date,Created Date,Overdue On Date,Last Update Date,Close Date,SR Age (days),"
    "Response Days,SR Location,State Plane X Coordinate,"
    "State Plane Y Coordinate"
)
SEECLICKFIX = (
    "id,status,summary,description,rating,lat,lng,address,created_at,acknowledged_at,closed_at,reopened_at,updated_at,request_type"
)
PHILADELPHIA = (
    "objectid,service_request_id,status,status_notes,service_name,service_code,agency_responsible,service_notice,requested_datetime,"
    "updated_datetime,expected_datetime,closed_datetime,address,zipcode,media_url,lat,lon"
)
# Exports that share the column names of a vendor with a city that has a layout.
OTHERS = {
    "St. Louis": "CALLERTYPE,DATECANCELLED,DATEINVTDONE,DATETIMECLOSED,DATETIMEINIT,DESCRIPTION,GROUP,PRJCOMPLETEDATE,PROBADDRESS,"
    "PROBLEMCODE,PROBZIP,REQUESTID,SRX,SRY,STATUS,SUBMITTO,WARD",
    "Miami-Dade": "ticket_id,issue_type,issue_Description,case_owner,street_address,zip_code,District,longitude,latitude,"
    "ticket_created_date_time,ticket_closed_date_time,ticket_status,method_received,goal_days,OverDueFlag",
    "Detroit": "ticket_id,city,issue_type,ticket_status,issue_description,ticket_closed_date_time,acknowledged_at,ticket_created_date_time,"
    "address,lat,lng,location",
    "without a status": "service_request_id,requested_datetime,updated_datetime,service_name,service_code,lat,long",
}
BALTIMORE = (
    "SRRecordID,ServiceRequestNum,SRType,MethodReceived,CreatedDate,SRStatus,StatusDate,DueDate,CloseDate,Agency,LastActivity,LastActivityDate,"
    "Outcome,Address,ZipCode,Neighborhood,CouncilDistrict,PoliceDistrict,PolicePost,Latitude,Longitude"
)
POTHOLES = (
    "CREATION DATE,STATUS,COMPLETION DATE,SERVICE REQUEST NUMBER,TYPE OF SERVICE REQUEST,CURRENT ACTIVITY,MOST RECENT ACTION,"
    "NUMBER OF POTHOLES FILLED ON BLOCK,STREET ADDRESS,ZIP,X COORDINATE,Y COORDINATE,Ward,Police District,Community Area,SSA,"
    "LATITUDE,LONGITUDE,LOCATION"
)
NEW_YORK_2015 = (
    "Unique Key,Created Date,Closed Date,Agency,Agency Name,Complaint Type,Descriptor,Location Type,Incident Zip,Incident Address,"
    "Status,Due Date,"
    "Resolution Action Updated Date,Community Board,Borough,X Coordinate (State Plane),Y Coordinate (State Plane),"
    "School Name,School Number,"
    "School Region,School Code,School or Citywide Complaint,Latitude,Longitude,Location"
)
NAMED = [
    (BOSTON.format(due="target_dt", on_time="ontime"), "boston"),
    (BOSTON.format(due="sla_target_dt", on_time="on_time"), "boston"),
    (
        "case_id,open_date,case_topic,service_name,assigned_department,case_status,close_date,target_close_date,on_time,report_source",
        "boston-2025",
    ),
    (LOS_ANGELES, "los-angeles"),
    (LOS_ANGELES.lower(), "los-angeles"),
    (AUSTIN, "austin"),
    ("Service Request (SR) Number,SR Description,Method Received,SR Status,Created Date,Close Date", "austin"),
    (LOS_ANGELES_BEFORE_2016, "los-angeles"),
    (LOS_ANGELES_2025, "los-angeles-2025"),
    (LOS_ANGELES_2025_FIELDS, "los-angeles-2025"),
    (AUSTIN_REPORT, "austin"),
    (SEECLICKFIX, "seeclickfix"),
    (PHILADELPHIA, "open311"),
    (BALTIMORE, "baltimore"),
    (POTHOLES, "chicago-historical"),
    (NEW_YORK_2015, "new-york-2015"),
    ("service_request_id,status,service_name,service_code,requested_datetime,updated_datetime,lat,long", "open311"),
    ("request_id,service,opened_at,status,closed_at,council_district", "citystat"),
]


def columns_of_published(folder, file, kind):
    described = json.loads((folder / "layouts" / f"{file}.json").read_text())["columns"]
    return [list(column.values())[kind] for column in described]


@pytest.mark.parametrize("kind", [0, 1], ids=["labels", "field names"])
@pytest.mark.parametrize("file", PUBLISHED)
def test_recognize_published_columns_in_any_order_and_case(shared_data, file, kind):
    names = columns_of_published(shared_data, file, kind)
    random.Random(3).shuffle(names)
    names = [name.upper() if place % 2 else f" {name} " for place, name in enumerate(names)]
    match = recognition.recognize(headers.columns_of(["\ufeff" + names[0], *names[1:]]), file)
    assert match.layout.name == PUBLISHED[file]


@pytest.mark.parametrize(("names", "expected"), NAMED)
def test_recognize_headers_of_other_cities(names, expected):
    assert recognition.recognize(headers.columns_of(names.split(",")), "file").layout.name == expected


@pytest.mark.parametrize("city", OTHERS)
def test_recognize_does_not_take_a_file_for_that_of_another_city(city):
    with pytest.raises(InputError, match="citystat layout draft"):
        recognition.recognize(headers.columns_of(OTHERS[city].split(",")), city)


def test_recognize_survives_missing_optional_columns():
    names = "CASE ID,CREATION DATE,STATUS,EXCEEDED EST TIMEFRAME"
    assert recognition.recognize(headers.columns_of(names.split(",")), "file").layout.name == "kansas-city"


def test_recognize_call_volumes_are_no_requests(shared_data):
    names = columns_of_published(shared_data, "kansas-city-311-call-volume", 0)
    with pytest.raises(InputError, match="citystat layout draft"):
        recognition.recognize(headers.columns_of(names), "volume.csv")


def test_recognize_says_why():
    match = recognition.recognize(headers.columns_of(POTHOLES.split(",")), "file")
    assert "of the 19 columns are those of chicago-historical" in match.reason


@pytest.mark.parametrize("one", layout.shipped(), ids=lambda one: one.name)
def test_shipped_layout_fits_the_schema(one):
    assert layout.checked(one.definition, one.name) == one


@pytest.mark.parametrize("one", layout.shipped(), ids=lambda one: one.name)
def test_shipped_layout_finds_its_own_columns(one):
    names = [spellings[0] for _, spellings in one.fields()]
    assert recognition.is_candidate(
        one, headers.columns_of(dict.fromkeys([*names, *(layout.spellings_of(m)[0] for m in one.listed("recognize"))]))
    )
    assert one.time_zone or one.name in {"citystat", "open311", "seeclickfix"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("columns: [", "not valid YAML"),
        ("name: x\nsource: x\ncolumns: {request_id: a}", "'opened' is a required property"),
        ("name: x\nsource: x\ncolumns: {request_id: a, opened: b, opend: c}", "opend"),
        ("name: x\nsource: x\ntime_zone: Mars\ncolumns: {request_id: a, opened: b}", "does not exist"),
        ("name: x\nsource: x\ncolumns: {request_id: a, opened: b}\nstatus: {shut: [a]}", "shut"),
        ("just words", "is not of type 'object'"),
    ],
)
def test_parse_wrong_layout_is_one_sentence(text, words):
    with pytest.raises(InputError, match=words):
        layout.parse(text, "own.yaml")


def test_installed_layout_of_the_home_folder_wins(city_home):
    folder = city_home / "layouts"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text("name: boston\nsource: mine\ncolumns: {request_id: a, opened: b}\n")
    assert layout.get("boston").source == "mine"


def test_columns_of_a_name_that_comes_twice_is_numbered():
    found = headers.columns_of(["Id", " id ", "", "Opened At"])
    assert [column.header for column in found] == ["Id", "id (2)", "column 3", "Opened At"]
    assert headers.find(found, ("ID",)).position == 0
