"""`citystat staffing`: from a telephone system's export to people by interval."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from citystat.core.errors import InputError
from citystat.ops import call_files


def test_read_takes_the_columns_kansas_city_publishes(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text('Date,Water Received,Total Received\n2017-06-01,10,"1,204"\n2017-06-02,9,980\n')
    assert [(one.start, one.calls) for one in call_files.read(file)] == [("2017-06-01", 1204.0), ("2017-06-02", 980.0)]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "interval,calls\n08:00,many\n", "interval,calls\n08:00,-3\n"])
def test_read_says_what_is_wrong(tmp_path: Path, text: str) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(text)
    with pytest.raises(InputError, match="calls"):
        call_files.read(file)


def test_staffing_prints_people_for_the_stated_target(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text("interval,calls\n08:00,100\n08:30,20\n")
    out = io.StringIO()
    call_command("staffing", str(file), "--handle", "180", "--patience", "0", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert [row["agents"] for row in found["intervals"]] == [14, 4]
    assert [row["people"] for row in found["intervals"]] == [20, 6]
