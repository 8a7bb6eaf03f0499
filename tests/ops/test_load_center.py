"""`citystat load calls`, `caller-survey`, `center-costs`, and `citystat staffing` from what was loaded."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from citystat.core.cities import write_city
from citystat.core.errors import InputError

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(city_home: Path, tmp_path: Path) -> Any:
    """Run a command on a file of this text; what it prints."""
    write_city(name="Rivertown", time_zone="America/Chicago")

    def command(*words: str, text: str = "") -> str:
        path, out = tmp_path / "file.csv", io.StringIO()
        path.write_text(text)
        call_command(*words, *([str(path)] if text else []), stdout=out)
        return out.getvalue()

    return command


def test_load_calls_prints_every_row_accounted_for(run: Any) -> None:
    said = run("load", "calls", text="Date,Time,Calls offered\n2017-06-05,8:00,100\n2017-06-05,8:30,many\n")
    assert "           2  rows read" in said
    assert "           1  loaded: new or changed" in said
    assert "Line 3: offered: not a number." in said


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("caller-survey", "Response ID,Date,Overall\n1,2017-06-05,5\n"),
        ("center-costs", "Period,Post,Payer,Amount\n2017-06,Manager,Finance,9000\n"),
    ],
)
def test_load_survey_and_costs_by_command(run: Any, word: str, text: str) -> None:
    assert "           1  loaded: new or changed" in run("load", word, text=text)


def test_staffing_without_a_file_takes_the_calls_that_were_loaded(run: Any) -> None:
    run(
        "load",
        "calls",
        text="Date,Time,Calls offered,Calls answered,AHT,Agents\n2017-06-05,8:00,100,95,180,12\n2017-06-06,8:00,100,95,180,12\n",
    )
    found = json.loads(run("staffing", "--patience", "0", "--json"))
    (row,) = found["intervals"]
    assert (row["interval"], row["calls"], row["agents"], row["on_duty"]) == ("08:00", 100, 14, 12)
    assert found["of"] == "Mean of 2 weekdays from 2017-06-05 to 2017-06-06; calls take 180 s."


def test_staffing_without_calls_says_what_to_do(run: Any) -> None:
    with pytest.raises(InputError, match="citystat load calls"):
        run("staffing")
