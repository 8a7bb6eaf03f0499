"""Dates written otherwise than the layout says."""

from datetime import date, datetime, timedelta

import pytest
import yaml

from citystat.core.errors import InputError
from citystat.service_requests import layout_queries
from citystat.service_requests.loading import date_formats
from tests.service_requests.loading.conftest import as_csv, request

FIRST = datetime(2020, 1, 25, 14, 45)
HEADER = "CaseID,Opened,Closed,Status,Responsible Agency,Supervisor District\n"
FORMS = {
    "%m/%d/%Y %I:%M %p": lambda moment: moment.strftime("%m/%d/%Y %I:%M %p"),
    "excel_serial": lambda moment: repr(round((moment - datetime(1899, 12, 30)).total_seconds() / 86400, 8)),
    "epoch_milliseconds": lambda moment: str(int((moment - datetime(1970, 1, 1) + timedelta(hours=8)).total_seconds() * 1000)),
    "%Y %b %d %I:%M:%S %p": lambda moment: moment.strftime("%Y %b %d %I:%M:%S %p"),
    "the day first": lambda moment: moment.strftime("%d/%m/%Y %H:%M:%S"),
}


def cases(form, count=30):
    moments = [FIRST + timedelta(days=number) for number in range(count)]
    return HEADER + "".join(f"{number},{FORMS[form](moment)},,Open,Streets,1\n" for number, moment in enumerate(moments))


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_load_reads_dates_the_layout_does_not_list(load, stored, form):
    result = load(cases(form), time_zone=None)
    assert (result["layout"], result["loaded"]) == ("san-francisco", 30)
    (note,) = (note for note in result["notes"] if f"were read as {form}" in note)
    assert ("take the city's clock for UTC" in note) == form.startswith("epoch")
    found = stored("SELECT opened_on, opened_at, opened_has_time FROM states ORDER BY request_id::INTEGER")
    assert found == [
        (date(2020, 1, 25) + timedelta(days=number), FIRST + timedelta(days=number, hours=8), True) for number in range(30)
    ]  # Eight hours behind UTC: no clock changes before March.


@pytest.mark.slow
def test_load_says_nothing_of_dates_as_the_layout_has_them(load):
    notes = load(cases("%m/%d/%Y %I:%M %p").replace(":45 ", ":45:00 "), time_zone=None)["notes"]
    assert not any("were read as" in note for note in notes)


@pytest.mark.slow
def test_load_a_few_numbers_are_no_dates(load):
    assert load(cases("excel_serial", count=5), time_zone=None)["quarantined"] == 5


@pytest.mark.slow
def test_load_dates_that_may_be_meant_otherwise_stay_unread(load):
    rows = [request(number, opened_at=f"0{number}/0{number + 1}/2020", closed_at="") for number in range(1, 6)]
    assert load(as_csv(rows))["quarantined"] == 5
    assert load(as_csv([*rows, request(7, opened_at="05/25/2020", closed_at="")]))["loaded"] == 6


@pytest.mark.slow
def test_load_a_whole_day_of_a_spreadsheet_has_no_time(load, stored):
    load(HEADER + "".join(f"{number},{43_831 + number},,Open,Streets,1\n" for number in range(25)), time_zone=None)
    assert stored("SELECT opened_on, opened_has_time FROM states WHERE request_id = '0'") == [(date(2020, 1, 1), False)]


@pytest.mark.slow
def test_load_corrected_rows_have_the_dates_of_their_load(load):
    result = load(cases("excel_serial") + "99,soon,,Open,Streets,1\n", time_zone=None)
    with open(result["quarantine_file"], encoding="utf-8", newline="") as file:
        corrected = file.read().replace("soon", "43855.5")
    assert load(corrected, name="again.csv", as_of=None, time_zone=None)["loaded"] == 1


@pytest.mark.slow
def test_load_requests_all_opened_after_the_as_of_date_are_refused(load, stored):
    with pytest.raises(InputError, match=r"opened after 2019-12-31, the as-of date, the first on 2020-05-01"):
        load(as_csv([request(1)]), as_of=date(2019, 12, 31))
    assert stored("SELECT 1") == []
    assert load(as_csv([request(1)]), as_of=date(2020, 4, 30))["flags"]["opened_after_as_of"] == 1


def test_draft_for_dates_of_a_spreadsheet(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Case Number,Date Opened,Zip,Status\n" + "".join(f"{n},{43_831 + n}.25,{33_101 + n % 7},Open\n" for n in range(30)))
    found = yaml.safe_load(layout_queries.draft_for(str(path)))
    assert (found["dates"], found["columns"]["opened"]) == (["excel_serial"], "Date Opened")
    assert found["places"] == {"zip": "Zip"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [(["43831", "43831.75"], ("excel_serial",)), (["12345"], ()), (["43831", "red"], ()), ([], ())],
)
def test_serial_formats_of(values, expected):
    assert date_formats.serial_formats_of(values) == expected
