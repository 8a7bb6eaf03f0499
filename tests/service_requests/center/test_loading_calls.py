"""Call volumes from files: every row accounted for, once, whole or not at all."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from citystat.core.errors import InputError, NotAllowed
from citystat.service_requests.center import layout_files, loading
from citystat.service_requests.models import CallVolume, CenterLoad, PhoneCall
from tests.factories import cases

pytestmark = pytest.mark.django_db
INTERVALS = """Queue,Date,Time,Calls Offered,Calls Answered,Calls Abandoned,ASA,AHT,Service Level %,Agents
English,06/01/2017,8:00 AM,40,36,4,0:25,240,75%,6
English,06/01/2017,8:30 AM,20,20,0,10,200,95%,6
Spanish,06/01/2017,8:00 AM,5,5,0,12,300,80%,2
"""


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """Load a text as a file."""

    def run(text: str, name: str = "calls.csv", **options: Any) -> dict[str, Any]:
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return loading.load_calls(path, **options)

    return run


def accounted(found: dict[str, Any]) -> tuple[int, ...]:
    return tuple(found[name] for name in ("rows_read", "loaded", "unchanged", "superseded", "rejected"))


def test_load_calls_keeps_sums_of_an_interval_in_the_citys_own_time(load: Any) -> None:
    assert accounted(load(INTERVALS)) == (3, 3, 0, 0, 0)
    one = CallVolume.objects.get(queue="English", minute=480)
    assert one.starts_at == datetime(2017, 6, 1, 13, 0, tzinfo=UTC)
    assert (one.offered, one.answered, one.abandoned, one.minutes, one.staff) == (40, 36, 4, 30, 6)
    assert (one.wait_seconds, one.handle_seconds, one.in_target, one.target_seconds) == (36 * 25, 36 * 240, 30, 20)


def test_load_calls_again_changes_nothing(load: Any) -> None:
    load(INTERVALS)
    assert accounted(load(INTERVALS, "calls.csv.gz")) == (3, 0, 3, 0, 0)
    assert CallVolume.objects.count() == 3


def test_load_calls_takes_a_corrected_interval_for_the_one_it_corrects(load: Any) -> None:
    load(INTERVALS)
    found = load(INTERVALS.replace("8:30 AM,20,20", "8:30 AM,22,21"))
    assert accounted(found) == (3, 1, 2, 0, 0)
    assert CallVolume.objects.get(minute=510).offered == 22


def test_load_calls_counts_the_last_of_two_rows_for_one_interval(load: Any) -> None:
    found = load(INTERVALS + "English,06/01/2017,8:00 AM,41,37,4,25,240,75%,6\n")
    assert accounted(found) == (4, 3, 0, 1, 0)
    assert CallVolume.objects.get(queue="English", minute=480).offered == 41


def test_load_calls_says_for_each_rejected_row_why(load: Any) -> None:
    bad = (
        "English,06/01/2017,9:00 AM,many,1,0,1,1,1,1\nEnglish,13/45/2017,9:00 AM,3,1,0,1,1,1,1\nEnglish,06/01/2017,9:30 AM,-3,1,0,1,1,1,1\n"
    )
    found = load(INTERVALS + bad)
    assert accounted(found) == (6, 3, 0, 0, 3)
    assert [(one["line"], one["reason"]) for one in found["rejected_rows"]] == [
        (5, "offered: not a number"),
        (6, "start: not a date"),
        (7, "offered: a number below zero or impossibly large"),
    ]
    assert CenterLoad.objects.get().reasons["start: not a date"] == 1


def test_load_calls_keeps_nothing_of_a_file_without_a_usable_row(load: Any) -> None:
    with pytest.raises(InputError, match=r"No row of calls.csv could be used; line 2: offered: not a number"):
        load("Date,Time,Offered\n2017-06-01,8:00,x\n")
    assert not CenterLoad.objects.exists()


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "Date,Time\n2017-06-01,8:00\n", ""])
def test_load_calls_refuses_a_file_that_fits_no_layout(load: Any, text: str) -> None:
    with pytest.raises(InputError):
        load(text)


def test_load_calls_reads_the_hour_that_comes_twice_as_two_hours(load: Any) -> None:
    text = "Date,Time,Offered\n11/05/2017,1:30 AM,3\n11/05/2017,1:30 AM,4\n"
    assert accounted(load(text)) == (2, 2, 0, 0, 0)
    assert sorted(CallVolume.objects.values_list("starts_at__hour", "offered")) == [(6, 3), (7, 4)]
    assert accounted(load(text)) == (2, 0, 2, 0, 0)


def test_load_calls_by_day(load: Any) -> None:
    found = load("Date,Calls offered,Calls abandoned\n2017-06-01,900,45\n2017-06-02,800,30\n")
    assert found["layout"] == "telephone-days"
    assert list(CallVolume.objects.values_list("grain", "offered", "answered")) == [("day", 900, 855), ("day", 800, 770)]


def kansas_city(shared_data: Path) -> str:
    """A file with every column the city publishes, in its order; each queue has 10 calls received, of which 8 were handled."""
    import json

    columns = [one["name"] for one in json.loads((shared_data / "layouts" / "kansas-city-311-call-volume.json").read_text())["columns"]]
    cells = {"Month/Year": "06/01/2017", "Total Received": "80", "Total Handled": "64", "Total Abandoned": "16", "Call Taker FTE": "26"}
    row = [cells.get(name) or ("8" if "Handled" in name else "2" if "bandon" in name else "10") for name in columns]
    return ",".join(columns) + "\n" + ",".join(row) + "\n"


def test_load_calls_takes_the_columns_kansas_city_publishes(load: Any, shared_data: Path) -> None:
    found = load(kansas_city(shared_data))
    assert found["layout"] == "kansas-city-volume"
    volumes = {one.queue: (one.offered, one.answered, one.abandoned) for one in CallVolume.objects.all()}
    assert volumes.pop("") == (80, 64, 16)
    assert len(volumes) == 8
    assert set(volumes.values()) == {(10, 8, 2)}


CALLS = """Call ID,Call start,Queue,Outcome,Wait seconds,Handle seconds,Caller number
a1,2017-06-01 08:05:00,English,answered,15,200,816-555-0101
a2,2017-06-01 08:29:59,English,answered,45,300,816-555-0102
a3,2017-06-01 08:10:00,English,abandoned,70,,816-555-0103
a4,2017-06-01 08:31:00,English,answered,5,100,816-555-0104
"""


def test_load_calls_counts_single_calls_into_intervals(load: Any) -> None:
    assert accounted(load(CALLS)) == (4, 4, 0, 0, 0)
    one = CallVolume.objects.get(minute=480)
    assert (one.offered, one.answered, one.abandoned) == (3, 2, 1)
    assert (one.wait_seconds, one.handle_seconds, one.in_target) == (60, 500, 1)


def test_load_calls_in_two_files_counts_the_interval_from_both(load: Any) -> None:
    first, second = CALLS.splitlines()[:3], [CALLS.splitlines()[0], *CALLS.splitlines()[2:]]
    load("\n".join(first))
    assert accounted(load("\n".join(second))) == (3, 2, 1, 0, 0)
    assert CallVolume.objects.get(minute=480).offered == 3


def test_load_calls_moves_a_call_whose_queue_was_corrected(load: Any) -> None:
    load(CALLS)
    load(CALLS.replace("a4,2017-06-01 08:31:00,English", "a4,2017-06-01 08:31:00,Spanish"))
    assert dict(CallVolume.objects.filter(minute=510).values_list("queue", "offered")) == {"English": 0, "Spanish": 1}


def test_load_calls_keeps_no_telephone_number(load: Any) -> None:
    load(CALLS)
    said = " ".join(str(value) for one in PhoneCall.objects.values_list() for value in one)
    assert "816-555" not in said


def test_load_calls_needs_the_right(load: Any) -> None:
    agent = cases.make_user("agent@city.example", "call_taker")
    with pytest.raises(NotAllowed):
        load(INTERVALS, by=agent)


def test_every_layout_that_comes_with_citystat_is_valid_and_named_like_its_file() -> None:
    found = layout_files.installed()
    assert {one.name for one in found} == {path.stem for path in layout_files.FOLDER.glob("*.yaml")}
    assert {one.kind for one in found} == {"calls", "caller_survey"}


def test_read_says_what_is_wrong_in_a_layout(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("name: own\ntitle: Own\nkind: calls\nsource: own\nrows: hour\nstarts: [A]\n")
    with pytest.raises(InputError, match=r"own.yaml cannot be used: rows"):
        layout_files.read(path)


def test_load_calls_by_a_layout_of_the_citys_own(load: Any, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "name: own\ntitle: Own\nkind: calls\nsource: own\nrows: interval\nminutes: 15\nstarts: [Zeit]\nblocks: [{offered: [Anrufe]}]\n"
    )
    load("Zeit;Anrufe\n2017-06-01 08:15;7\n", layout=str(path))
    assert CallVolume.objects.values_list("minutes", "minute", "offered").get() == (15, 495, 7)
