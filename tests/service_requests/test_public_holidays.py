import json
from datetime import date

import holidays
import pytest

from citystat.core.home import home
from citystat.service_requests import public_holidays

YEARS = range(1990, 2031)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("CITYSTAT_HOME", str(tmp_path))
    public_holidays._all_years.cache_clear()
    yield
    public_holidays._all_years.cache_clear()


def kept():
    return sorted((home() / public_holidays.FOLDER).glob("*.json"))


@pytest.mark.parametrize("state", ["", "MO", "TX"])
def test_named_is_what_the_library_says_kept_or_not(state):
    wanted = dict(holidays.country_holidays("US", subdiv=state or None, years=YEARS))
    first = public_holidays.named(state, YEARS)
    public_holidays._all_years.cache_clear()
    assert first == public_holidays.named(state, YEARS) == wanted
    assert len(kept()) == 1


def test_named_reads_the_kept_file_without_the_library(monkeypatch):
    public_holidays.named("MO", YEARS)
    kept()[0].write_text(json.dumps({"2020-02-03": "A day of our own"}))
    public_holidays._all_years.cache_clear()
    assert public_holidays.named("MO", YEARS) == {date(2020, 2, 3): "A day of our own"}


def test_named_of_another_version_of_the_library_is_asked_anew(monkeypatch):
    public_holidays.named("", YEARS)
    monkeypatch.setattr(public_holidays, "_version", lambda: "0.1")
    public_holidays.named("", YEARS)
    assert len(kept()) == 2


def test_named_damaged_file_is_made_again():
    public_holidays.named("", YEARS)
    kept()[0].write_text("{")
    public_holidays._all_years.cache_clear()
    assert date(2026, 7, 4) in public_holidays.named("", YEARS)
    assert json.loads(kept()[0].read_text())["2026-07-04"] == "Independence Day"


def test_named_home_that_cannot_be_written_to(tmp_path, monkeypatch):
    monkeypatch.setenv("CITYSTAT_HOME", str(tmp_path / "not" / "there"))
    assert date(2026, 7, 4) in public_holidays.named("", YEARS)


def test_named_years_beyond_the_kept_ones():
    assert date(2075, 7, 4) in public_holidays.named("", range(2075, 2076))
    assert not kept()


@pytest.mark.parametrize(("letters", "known"), [("MO", True), ("GU", True), ("XX", False), ("../MO", False), ("", False)])
def test_is_state(letters, known):
    assert public_holidays.is_state(letters) is known
