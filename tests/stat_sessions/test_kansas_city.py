"""The packet of Kansas City for June 2017, against Python reading the published file row by row."""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from shapely.geometry import Point, shape

from citystat.core.cities import write_city
from citystat.warehouse.connections import forget_builds

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
REQUESTS = "kansas-city/311/kcmo_311_requests_2007_2017.csv.gz"
DISTRICTS = "kansas-city/boundaries/kcmo_council_districts_2012.geojson"
AS_OF = date(2017, 12, 31)
MONTHS = {"now": (date(2017, 6, 1), date(2017, 6, 30)), "before": (date(2016, 6, 1), date(2016, 6, 30))}
CHANNELS = {"PHONE": "phone", "WEB": "web", "EMAIL": "email", "TWIR": "social", "INSPE": "staff"}


@dataclass(frozen=True)
class Row:
    """One request as the file has it; `closed` is known on the as-of day, or empty."""

    service: str
    department: str
    source: str
    opened: date
    closed: date | None
    is_on_time: bool
    point: tuple[float, float]


def read(path: Path) -> Iterator[Row]:
    """Cancelled and duplicate rows are no requests, unless they became so after the as-of day: until then they were open."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            opened, closed = (_day(row[name]) for name in ("CREATION DATE", "CLOSED DATE"))
            assert opened is not None
            known = closed if closed and closed <= AS_OF else None
            if row["STATUS"] in {"CANC", "DUP"} and known:
                continue
            point = (float(row["LONGITUDE"]), float(row["LATITUDE"]))
            yield Row(row["REQUEST TYPE"], row["DEPARTMENT"], row["SOURCE"], opened, known, row["EXCEEDED EST TIMEFRAME"] == "N", point)


def _day(text: str) -> date | None:
    return datetime.strptime(text, "%m/%d/%Y").date() if text else None


@dataclass(frozen=True)
class Twin:
    """Every figure again, by loops over rows."""

    rows: tuple[Row, ...]

    def opened(self, when: str) -> list[Row]:
        first, last = MONTHS[when]
        return [row for row in self.rows if first <= row.opened <= last]

    def closed(self, when: str) -> list[Row]:
        first, last = MONTHS[when]
        return [row for row in self.rows if row.closed and first <= row.closed <= last]

    def open_at_end(self, when: str) -> list[Row]:
        last = MONTHS[when][1]
        return [row for row in self.rows if row.opened <= last and (row.closed is None or row.closed > last)]

    def figures(self, when: str, of: Callable[[Row], bool] = lambda row: True) -> dict[str, float]:
        """The counts of a table's row."""
        found = {"requests_opened": self.opened(when), "requests_closed": self.closed(when), "open_backlog": self.open_at_end(when)}
        return {name: sum(map(of, rows)) for name, rows in found.items()}


def days_to_close(rows: Iterable[Row], share: float) -> int:
    """The first day by which the product-limit estimate has closed the share; rows still open leave on the as-of day."""
    waits = [((row.closed or AS_OF) - row.opened, row.closed is not None) for row in rows]
    still_open = 1.0
    for wait in sorted({wait for wait, is_closed in waits if is_closed}):
        at_risk = sum(other >= wait for other, _closed in waits)
        still_open *= 1 - sum(other == wait and is_closed for other, is_closed in waits) / at_risk
        if still_open <= 1 - share:
            return wait.days
    raise AssertionError("the share is never reached")


@pytest.fixture
def packet(shared_data: Path, city_home: Path, tmp_path: Path) -> Any:
    """The packet of the staff as its commands make it, read back from packet.json."""
    forget_builds()
    city_home.mkdir(parents=True, exist_ok=True)
    write_city(name="Kansas City", time_zone="America/Chicago")
    call_command("load", "places", str(shared_data / DISTRICTS), "--kind", "council_district", "--code", "DISTRICT")
    call_command("load", "requests", str(shared_data / REQUESTS), "--as-of", AS_OF.isoformat())
    call_command("build")
    call_command("packet", "--month", "2017-06", "--out", str(tmp_path), "--formats", "json", "--audience", "staff")
    return json.loads((tmp_path / "packet.json").read_text(encoding="utf-8"))["content"]


def both(figure: dict[str, Any]) -> tuple[float, float]:
    return figure["now"]["value"], figure["before"]["value"]


def cells(row: dict[str, Any], when: str) -> dict[str, float]:
    return {name: row["cells"][name][when]["value"] for name in ("requests_opened", "requests_closed", "open_backlog")}


def test_packet_of_kansas_city_is_recomputed_from_the_file(packet: Any, shared_data: Path) -> None:
    """The first page, every row of both tables, the districts, the oldest requests and the two topics that count."""
    twin = Twin(tuple(read(shared_data / REQUESTS)))
    check_first_page(packet, twin)
    check_tables(packet, twin)
    check_districts(packet, twin, shared_data / DISTRICTS)
    check_waiting(packet, twin)


def check_first_page(packet: Any, twin: Twin) -> None:
    found = {one["measure"]: both(one["figure"]) for one in packet["headlines"]}
    for name in ("requests_opened", "requests_closed", "open_backlog"):
        assert found[name] == tuple(twin.figures(when)[name] for when in MONTHS)
    on_time = [twin.closed(when) for when in MONTHS]
    assert found["closed_on_time"] == pytest.approx([sum(row.is_on_time for row in rows) / len(rows) for rows in on_time])
    channels = {one["channel"]: both(one["opened"]) for one in packet["channels"]}
    counts = [Counter(CHANNELS[row.source] for row in twin.opened(when)) for when in MONTHS]
    assert channels == {name: (counts[0][name], counts[1][name]) for name in counts[0] | counts[1]}


def check_tables(packet: Any, twin: Twin) -> None:
    most = [name for name, _n in sorted(Counter(row.service for row in twin.opened("now")).items(), key=lambda pair: -pair[1])][:9]
    rows = {row["code"]: row for row in packet["services"]["rows"]}
    assert len(rows) == 10
    assert set(most) <= set(rows)
    for when in MONTHS:
        for code, row in rows.items():
            assert cells(row, when) == twin.figures(when, lambda one, code=code: one.service == code)
        for row in packet["departments"]["rows"]:
            assert cells(row, when) == twin.figures(when, lambda one, code=row["code"]: one.department == code)
        total = packet["departments"]["total"]["cells"]
        for name, share in (("median_days_to_close", 0.5), ("p90_days_to_close", 0.9)):
            assert total[name][when]["value"] == days_to_close(twin.opened(when), share)


def check_districts(packet: Any, twin: Twin, boundaries: Path) -> None:
    areas = {one["properties"]["DISTRICT"]: shape(one["geometry"]) for one in json.loads(boundaries.read_text())["features"]}
    for when in MONTHS:
        counts = Counter(code for row in twin.opened(when) for code, area in areas.items() if area.contains(Point(row.point)))
        assert {page["code"]: page["opened"][when]["value"] for page in packet["districts"]["pages"]} == dict(counts)


def check_waiting(packet: Any, twin: Twin) -> None:
    end = MONTHS["now"][1]
    oldest = sorted(row.opened for row in twin.open_at_end("now"))[:10]
    assert [(one["opened_on"], one["age_days"]) for one in packet["oldest"]] == [(day.isoformat(), (end - day).days) for day in oldest]
    ages = sorted((end - row.opened).days for row in twin.open_at_end("now") if row.service == "Nuisance Violations")
    waiting = next(one for one in packet["topics"] if one["rule"] == "longest_waiting")
    assert waiting["evidence"] == [f"{len(ages)} open on June 30, 2017; half of them for {ages[len(ages) // 2]:,} days or more."]
    rising = next(one for one in packet["topics"] if one["rule"] == "rise_in_demand")
    quarter = [sum(_within(row, rising["subject"], year) for row in twin.rows) for year in (2017, 2016)]
    assert rising["evidence"][0] == f"{quarter[0]} requests in the last three months, {quarter[1]} in the same months a year before."


def _within(row: Row, service: str, year: int) -> bool:
    return row.service == service and date(year, 4, 1) <= row.opened < date(year, 6, 30) + timedelta(days=1)
