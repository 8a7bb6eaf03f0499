"""Whatever is wrong with an input: one sentence, and nothing already stored is lost."""

import gzip
import io
import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta

import pytest

from citystat.core.errors import Busy, InputError, NotFound, UserError
from citystat.core.locks import exclusive
from citystat.service_requests import actions
from citystat.service_requests.loading import month_files
from citystat.warehouse import landing
from tests.service_requests.loading.conftest import as_csv, request

GOOD = as_csv([request(1), request(2)])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n\n \n", "is empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "is a web page"),
        (b"<?xml version='1.0'?><service_requests/>", "is XML"),
        (b"request_id,service,opened_at,status\n", "no rows"),
        (b"alpha,beta\n1,2\n", "No layout knows the columns"),
        (b"just one line of words", "No layout knows the columns"),
        (bytes(range(256)) * 40, "is not text"),
        (b"PK\x03\x04 and so on", "ZIP or Excel"),
        (gzip.compress(gzip.compress(GOOD.encode(), mtime=0), mtime=0), "compressed twice"),
        (GOOD.encode("cp500"), "not text that can be read"),
        (b"\x1f\x8b\x08\x00broken", "damaged or incomplete gzip"),
        (gzip.compress(GOOD.encode() * 200, mtime=0)[:-40], "damaged or incomplete gzip"),
        (b'[{"request_id": "1", "opened_at": "2020-05-01", "service": "x"', "not complete JSON"),
        (b'{"error": true, "message": "Invalid app token"}', "Invalid app token"),
        (b"PAR1 but not really", "damaged Parquet"),
    ],
)
def test_load_requests_unusable_content_is_one_sentence(load, content, words):
    load(GOOD)
    with pytest.raises(UserError) as caught:
        load(content, name="bad.bin")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [one.number for one in landing.loads("requests")] == [1]


def test_load_requests_missing_file(load, tmp_path):
    with pytest.raises(NotFound, match="There is no file"):
        actions.load_requests([str(tmp_path / "nowhere.csv")], as_of=date(2020, 1, 1))


def test_load_requests_folder_instead_of_file(load, tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        actions.load_requests([str(tmp_path)], as_of=date(2020, 1, 1))


def test_load_requests_unknown_header_names_the_draft(load):
    with pytest.raises(InputError, match=r"citystat layout draft .*odd\.csv > mycity\.yaml"):
        load("alpha,beta\n1,2\n", name="odd.csv")


def test_load_requests_hundred_megabyte_line(load, tmp_path):
    path = tmp_path / "long.csv"
    with open(path, "wb") as file:
        for _ in range(100):
            file.write(b"x" * (1 << 20))
    with pytest.raises(InputError, match=r"first line of long.csv is longer"):
        actions.load_requests([str(path)], as_of=date(2020, 1, 1))


def test_load_requests_very_long_row_is_quarantined(load):
    result = load(as_csv([request(1), request(2, service="y" * 20_000_000), request(3)]))
    assert (result["loaded"], result["quarantined"]) == (2, 1)


def test_load_requests_without_as_of(load):
    with pytest.raises(InputError, match="--as-of"):
        load(GOOD, as_of=None)


def test_load_requests_as_of_before_the_data_loads_with_flags(load):
    result = load(GOOD, as_of=date(2020, 5, 2))
    assert (result["loaded"], result["flags"]["closed_after_as_of"], result["flags"]["opened_after_as_of"]) == (2, 2, 0)
    assert any("check that --as-of is right" in note for note in result["notes"])


def test_load_requests_own_layout_naming_an_absent_column(load, tmp_path):
    layout = tmp_path / "own.yaml"
    layout.write_text("name: own\nsource: own\ncolumns: {request_id: request_id, opened: opened_at, due: promised}\n")
    with pytest.raises(InputError, match="has no column 'promised'"):
        load(GOOD, layout=str(layout))


def test_load_requests_layout_without_the_id_column(load):
    with pytest.raises(InputError, match="has no column 'CASE ID'"):
        load(GOOD, layout="kansas-city")


def test_load_requests_unknown_layout(load):
    with pytest.raises(NotFound, match="citystat layout list"):
        load(GOOD, layout="atlantis")


def test_load_requests_unknown_time_zone(load):
    with pytest.raises(InputError, match="is not a time zone"):
        load(GOOD, time_zone="Mars/Olympus")


def test_load_requests_while_another_load_runs(load, city_home):
    with exclusive("load"), pytest.raises(Busy, match="already running"):
        load(GOOD)


def test_load_requests_disk_that_fills_up_loses_nothing(load, monkeypatch):
    load(GOOD)

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(month_files, "write", full)
    with pytest.raises(UserError, match="disk is full"):
        load(as_csv([request(9)]))
    folder = landing.read("requests", 1).folder.parent
    assert sorted(path.name for path in folder.iterdir()) == ["00000001"]


def test_load_requests_interrupted_before_commit_leaves_nothing(load, monkeypatch):
    monkeypatch.setattr(actions, "_commit", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        load(GOOD)
    assert landing.loads("requests") == ()


def test_load_requests_killed_leaves_nothing_visible(load, city_home, tmp_path):
    load(GOOD)
    big = tmp_path / "big.csv"
    with open(big, "w", encoding="utf-8") as file:
        file.write(as_csv([request(number) for number in range(150_000)]))
    command = [sys.executable, "-m", "citystat", "load", "requests", str(big), "--as-of", "2020-07-31"]
    process = subprocess.Popen(command, env={**os.environ, "CITYSTAT_HOME": str(city_home)}, stderr=subprocess.DEVNULL)
    folder = landing.read("requests", 1).folder.parent
    while process.poll() is None and not any(path.name.startswith(".incoming-") for path in folder.iterdir()):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert [one.number for one in landing.loads("requests")] == [1]
    assert load(as_csv([request(7)]))["load"] == 2


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig", "utf-16-le", "utf-32"])
def test_load_requests_other_encodings_are_read(load, stored, encoding):
    load(as_csv([request(1, service="Café – Nuñez")]).encode(encoding))
    assert stored("SELECT service FROM states") == [("Café – Nuñez",)]


def test_load_requests_late_byte_of_another_encoding_is_noted(load, stored):
    many = as_csv([request(number) for number in range(20_000)]).encode()
    result = load(many + ",".join(request(99_999, service="Straße")).encode("cp1252") + b"\n")
    assert (result["loaded"], result["quarantined"]) == (20_001, 0)
    assert any("Windows-1252" in note for note in result["notes"])
    assert stored("SELECT service FROM states WHERE request_id = 'R99999'") == [("Straße",)]


def test_load_requests_from_standard_input(load, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(GOOD.encode(), mtime=0))))
    result = actions.load_requests(["-"], as_of=date(2020, 6, 30), time_zone="America/Chicago")
    assert result["loaded"] == 2


@pytest.mark.parametrize("content", ["[]", "[1, 2, 3]", "{}", '{"type": "FeatureCollection", "features": []}'])
def test_load_json_without_a_request_says_so(load, stored, content):
    with pytest.raises(InputError, match=r"JSON without a single request|a JSON answer without requests"):
        load(content, name="export.json")
    assert stored("SELECT * FROM states") == []


def test_load_notes_an_as_of_date_that_is_still_to_come(load):
    rows = as_csv([request(1)])
    soon = date.today() + timedelta(days=30)
    assert any("is still to come" in note for note in load(rows, as_of=soon)["notes"])
    assert not any("still to come" in note for note in load(rows, source="other")["notes"])


def test_load_refuses_an_as_of_date_of_another_century(load, stored):
    load(GOOD)
    with pytest.raises(InputError, match="2999-01-01 is more than a year ahead"):
        load(GOOD, as_of=date(2999, 1, 1))
    assert stored("SELECT DISTINCT as_of::VARCHAR FROM states") == [("2020-06-30",)]
