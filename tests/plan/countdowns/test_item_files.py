"""Lists of items: every row is accounted for, and loading again changes nothing."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from citystat.core import clock
from citystat.core.errors import InputError
from citystat.plan.countdowns import item_files
from citystat.plan.models import CountdownEvent, CountdownItem
from tests.factories import countdowns as factory

pytestmark = pytest.mark.django_db
LINES = """key,address,district,longitude,latitude,done_on,how,proof,cost
A-1,1 Oak St,1,-93.1,41.2,,,,
A-2,2 Oak St,1,,,2013-06-01,Repaired,Permit 7,"1,200.50"
A-3,3 Oak St,2,,,2013-07-01,Sold,,
A-1,9 Elm St,3,,,,,,
,4 Oak St,2,,,,,,
A-5,5 Oak St,2,,,07/01/2013,,,
A-6,6 Oak St,2,400,10,,,,
A-7,7 Oak St,2,,,2013-07-01,,Permit 8,much
A-8,8 Oak St,2,,,2031-07-01,,Permit 9,
"""


@pytest.fixture(autouse=True)
def city(city_home: Path) -> Any:
    with clock.at(datetime(2014, 4, 3, 15, tzinfo=ZoneInfo("UTC"))):
        yield


def load(tmp_path: Path, text: str = LINES, **changed: Any) -> item_files.Loaded:
    path = tmp_path / "items.csv"
    path.write_text(text, encoding="utf-8-sig")
    found = factory.Countdown.objects.first() or factory.countdown(**changed)
    return item_files.load(by=None, countdown=found, path=path)


def test_load_accounts_for_every_row_with_its_line_and_reason(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert (found.rows, found.added, found.said_done) == (9, 4, 2)
    assert [line for line, _reason in found.rejected] == [5, 6, 7, 8, 9, 10]
    reasons = " ".join(reason for _line, reason in found.rejected)
    for words in ("twice", "no key", "is not a day", "number of degrees", "is not an amount", "lies in the future"):
        assert words in reasons


def test_load_of_what_is_done_waits_for_the_check_and_keeps_its_cost(tmp_path: Path) -> None:
    load(tmp_path)
    states = dict(CountdownItem.objects.values_list("key", "status"))
    assert states == {"A-1": "open", "A-2": "pending", "A-3": "pending", "A-8": "open"}
    assert CountdownItem.objects.get(key="A-2").cost == Decimal("1200.50")


def test_load_again_changes_nothing(tmp_path: Path) -> None:
    load(tmp_path)
    before = (list(CountdownItem.objects.values()), CountdownEvent.objects.count())
    again = load(tmp_path)
    assert (again.added, again.changed, again.unchanged, again.said_done) == (0, 0, 4, 0)
    assert (list(CountdownItem.objects.values()), CountdownEvent.objects.count()) == before


def test_load_with_proof_that_came_later_adds_it(tmp_path: Path) -> None:
    load(tmp_path)
    load(tmp_path, LINES.replace("Sold,,", "Sold,Deed 5,"))
    assert CountdownItem.objects.get(key="A-3").proof == "Deed 5"
    assert CountdownItem.objects.get(key="A-3").status == "pending"


@pytest.mark.parametrize(
    ("text", "sentence"), [("parcel\n1\n", "no column key"), ('key\n"1\n', "line 2: this is not CSV"), ("", "no column key")]
)
def test_load_refuses_what_is_no_list(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        load(tmp_path, text)
    assert not CountdownItem.objects.exists()


def test_load_refuses_a_file_that_is_missing_or_binary(tmp_path: Path) -> None:
    row = factory.countdown()
    with pytest.raises(InputError, match="cannot be read"):
        item_files.load(by=None, countdown=row, path=tmp_path / "none.csv")
    (tmp_path / "x.csv").write_bytes(b"key\n\x00\x01\n")
    with pytest.raises(InputError, match="UTF-8"):
        item_files.load(by=None, countdown=row, path=tmp_path / "x.csv")


def test_load_of_a_windows_file_with_semicolons_reads_accents_and_asks_about_commas(tmp_path: Path) -> None:
    row = factory.countdown()
    text = "sep=;\r\nkey;address;done_on;proof;cost\r\nA;4 Calle Peña;;;\r\nB;5 Elm;2014-01-02;Permit;1250,50\r\n"
    (tmp_path / "x.csv").write_bytes(text.encode("cp1252"))
    found = item_files.load(by=None, countdown=row, path=tmp_path / "x.csv")
    assert (found.rows, found.added) == (2, 1)
    assert [(line, reason.startswith("cost 1250,50 is not an amount")) for line, reason in found.rejected] == [(4, True)]
    assert CountdownItem.objects.get(key="A").address == "4 Calle Peña"
