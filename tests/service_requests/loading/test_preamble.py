"""What stands before the header of an export."""

import csv

import pytest

from citystat.service_requests.loading import preamble

HEADER = "request_id,service,status,opened_at,closed_at,channel\n"
ROWS = "R1,Pothole,open,2020-05-01 09:00,,phone\nR2,Pothole\nR3,Light,open,2020-05-02 09:00,,web\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "lines"),
    [
        ("", 0),
        ("311 Service Requests\n", 1),
        ("311 Service Requests, City of Invented\n\nRun on,2020-06-30\n", 3),
        ("311 Service Requests,,,,,\nRun on,2020-06-30,,,,\n", 2),
        ("sep=,\n", 1),
        ("\n\n", 2),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_load_reads_past_what_stands_before_the_header(load, before, lines, line_end):
    result = load((before + HEADER + ROWS).replace("\n", line_end))
    assert (result["loaded"], result["quarantined"]) == (2, 1)
    assert any("before its header" in note for note in result["notes"]) == bool(lines)
    with open(result["quarantine_file"], encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["citystat_row"], row["request_id"]) == ("2", "R2")


@pytest.mark.parametrize(
    ("text", "delimiter", "lines"),
    [
        ("Report of a city\n" + (HEADER + ROWS).replace(",", ";"), ";", 1),
        ("Report; of a city\n" + (HEADER + ROWS).replace(",", "\t"), "\t", 1),
        ("sep=;\n" + HEADER.replace(",", ";"), ";", 1),
        ("id,at,note\n" + "1,2020-01-01,a;b;c;d\n" * 30, ",", 0),
        ("id,at\n1,2020-01-01\n", ",", 0),
        ("a,,\n1,2,3\n", ",", 0),
        ('"a title\nof two lines"\n' + HEADER + ROWS, ",", 0),
    ],
)
def test_start_of(text, delimiter, lines):
    assert preamble.start_of(text) == preamble.Start(delimiter, lines)
