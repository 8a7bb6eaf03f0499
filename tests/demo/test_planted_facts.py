"""CityStat finds every fact planted in the demo city. The facts stand in examples/calder-bend/planted.yaml; each has a test here."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from citystat.ops.demo.city import DEMO_CITY, EXAMPLES
from citystat.ops.demo.facts import Facts, add_months, read_facts
from citystat.plan import queries
from citystat.service_requests import data_notes, reality
from citystat.warehouse.connections import Warehouse, open_build

FACTS = read_facts(EXAMPLES / DEMO_CITY)
END = FACTS.as_of
START = add_months(END.replace(day=1), 1 - FACTS.months_of_history)
YEAR = add_months(END.replace(day=1), -11)


def slug(service: str) -> str:
    return service.lower().replace(" ", "-")


@pytest.fixture
def build(demo: dict[str, Any]) -> Warehouse:
    return open_build()


@pytest.fixture
def facts(demo: dict[str, Any]) -> Facts:
    return FACTS


def signals(name: str, start: date, **where: str) -> dict[str, str | None]:
    """Signal of each month of a chart."""
    return {row.period: row.signal for row in queries.chart(name, start=start, end=END, where=where).rows}


def total(name: str, start: date, end: date, **where: str) -> float:
    """A count over a range of months."""
    return sum(row.numerator or 0 for row in queries.measure_rows(name, start=start, end=end, where=where))


def counts_by(name: str, key: str, **where: str) -> Mapping[str | None, dict[str, float]]:
    """Numerators by group and month over the whole history."""
    found: dict[str | None, dict[str, float]] = {}
    for row in queries.measure_rows(name, start=START, end=END, by=(key,), where=where):
        found.setdefault(row.group[key], {})[row.period] = row.numerator or 0
    return found


def test_every_planted_fact_has_a_test() -> None:
    tested = {name.removeprefix("test_finds_") for name in globals() if name.startswith("test_finds_")}
    assert tested == set(FACTS.parameters)


def test_finds_backlog_grows(facts: Facts, build: Warehouse) -> None:
    found = signals("open_backlog", add_months(END.replace(day=1), -35), service=slug(facts["backlog_grows"]["service"]))
    assert list(found.values())[-3:] == ["concerning"] * 3
    weak = [(point.measure, point.group.get("department")) for point in queries.weak_points()]
    assert ("open_backlog", "Parks and Forestry") in weak[:25]


def test_finds_padded_promise(facts: Facts, build: Warehouse) -> None:
    gaps = {gap.service: gap for gap in reality.promise_gaps(build)}
    padded = gaps[facts["padded_promise"]["service"]]
    assert padded.verdict == "padded"
    assert padded.p90_days is not None
    assert padded.p90_days <= facts["padded_promise"]["nearly_all_within_days"] < padded.promise_days
    assert [gap.service for gap in gaps.values() if gap.verdict == "padded"] == [padded.service]


@pytest.mark.feature("F121")
def test_finds_district_served_worse(facts: Facts, build: Warehouse) -> None:
    places = queries.standardised("closed_on_time", by="council_district", start=YEAR, end=END).places
    fair = {place.code: place for place in places if place.code}
    worst = min(fair.values(), key=lambda place: place.value or 1)
    assert worst.code == facts["district_served_worse"]["district"]
    assert (worst.verdict, worst.position) == ("lower", "low_998")
    assert all(place.verdict != "lower" for place in fair.values() if place.code != worst.code)


def test_finds_district_with_other_mix(facts: Facts, build: Warehouse) -> None:
    places = queries.standardised("closed_on_time", by="council_district", start=YEAR, end=END).places
    fair = {place.code: place for place in places if place.code}
    other = facts["district_with_other_mix"]["district"]
    assert min(fair.values(), key=lambda place: place.crude or 1).code == other
    assert fair[other].verdict != "lower"


def test_finds_migration(facts: Facts, build: Warehouse) -> None:
    day = facts["migration"]["day"]
    before = total("requests_opened", add_months(day, -6), date.fromordinal(day.toordinal() - 1))
    after = total("requests_opened", day, date.fromordinal(add_months(day, 6).toordinal() - 1))
    assert 0 < before < 0.2 * after
    # Some closings precede their opening by up to three weeks, so the last month before the change is left out.
    assert total("requests_closed", add_months(day, -18), date.fromordinal(add_months(day, -1).toordinal() - 1)) == 0


def test_finds_service_renamed(facts: Facts, build: Warehouse) -> None:
    fact = facts["service_renamed"]
    month = f"{fact['day']:%Y-%m}"
    old, new = (
        {
            row.period: row.numerator
            for row in queries.measure_rows("requests_opened", start=START, end=END, where={"service": slug(fact[name])})
        }
        for name in ("old_name", "service")
    )
    assert max(period for period, count in old.items() if count) < month == min(period for period, count in new.items() if count)


def test_finds_mass_closure(facts: Facts, demo: dict[str, Any], build: Warehouse) -> None:
    closures = reality.mass_closures(build)
    assert len(closures) == 1
    assert closures[0].closed_on == facts["mass_closure"]["at"].date()
    assert 0.9 * demo["truth"]["mass_closed"] <= closures[0].requests <= demo["truth"]["mass_closed"]
    month = f"{closures[0].closed_on:%Y-%m}"
    assert signals("mass_closed_share", START)[month] == "concerning"


def test_finds_duplicates(facts: Facts, demo: dict[str, Any], build: Warehouse) -> None:
    duplicates = total("duplicate_share", START, END)
    assert duplicates == pytest.approx(demo["truth"]["duplicates"], rel=0.01)
    everything = build.rows("SELECT count(*) FROM requests WHERE opened_on >= ?", (START,))[0][0]
    assert total("requests_opened", START, END) + total("requests_not_counted", START, END) == everything


def test_finds_cancelled(facts: Facts, build: Warehouse) -> None:
    rows = queries.measure_rows("cancelled_share", start=START, end=END, period="year")
    share = sum(row.numerator or 0 for row in rows) / sum(row.denominator or 0 for row in rows)
    assert share == pytest.approx(facts["cancelled"]["share_cancelled"] + facts["cancelled"]["share_invalid"], rel=0.15)


def test_finds_internal(facts: Facts, build: Warehouse) -> None:
    rows = [row for row in queries.measure_rows("internal_share", start=YEAR, end=END, by=("service",), period="year") if row.value]
    highest = max(rows, key=lambda row: row.value or 0 if (row.denominator or 0) > 100 else 0)
    assert highest.group["service"] in {slug(facts["internal"]["service"]), "Debris in Street"}
    assert highest.value == pytest.approx(facts["internal"]["share"], abs=0.08)


def test_finds_closed_in_minutes(facts: Facts, demo: dict[str, Any], build: Warehouse) -> None:
    found = reality.closed_too_fast(build)
    assert [one.service for one in found] == [facts["closed_in_minutes"]["service"]]
    assert found[0].within_ten_minutes / found[0].closed == pytest.approx(facts["closed_in_minutes"]["share"], abs=0.05)


def test_finds_unlocated(facts: Facts, demo: dict[str, Any], build: Warehouse) -> None:
    truth = demo["truth"]
    assert data_notes.notes(build).unlocated == pytest.approx(truth["unlocated"] + truth["default_point"] + truth["off_city"], rel=0.01)
    by_district = counts_by("requests_opened", "council_district")
    assert sum(sum(months.values()) for months in by_district.values()) == total("requests_opened", START, END)
    assert sum(by_district[None].values()) > 0


def test_finds_default_point(facts: Facts, demo: dict[str, Any], build: Warehouse) -> None:
    assert dict(data_notes.flag_counts(build))["default_point"] == pytest.approx(demo["truth"]["default_point"], rel=0.01)


def test_finds_off_city(facts: Facts, demo: dict[str, Any], build: Warehouse) -> None:
    assert dict(data_notes.flag_counts(build))["off_city"] == pytest.approx(demo["truth"]["off_city"], abs=2)


def test_finds_recurrent_places(facts: Facts, build: Warehouse) -> None:
    places = reality.recurrent_places(build)
    dumping = facts["recurrent_places"]["service"]
    assert len(places) >= 3
    assert {place.service for place in places[:10]} == {dumping}
    rates = {
        row.group["service"]: row.value
        for row in queries.measure_rows("recurrence_rate", start=YEAR, end=END, by=("service",), period="year")
        if row.state == "ok"
    }
    assert max(rates, key=lambda service: rates[service] or 0) in {dumping, slug(dumping)}


@pytest.mark.feature("F114")
def test_finds_rat_control_cut(facts: Facts, build: Warehouse) -> None:
    fact = facts["rat_control_cut"]
    where = {"service": slug(fact["service"])}
    found = signals("requests_opened", date(2023, 1, 1), **where, council_district=fact["district"])
    assert sum(signal == "neutral" for period, signal in found.items() if period >= f"{fact['rise_from']:%Y-%m}") >= 6
    alerts = [point for point in queries.weak_points() if "rise_after_cut" in (point.rule, *point.also)]
    (alert,) = [point for point in alerts if point.group.get("service") == fact["service"]]
    assert alert.group["council_district"] == fact["district"]
    assert alert.before is not None
    assert alert.after is not None
    assert alert.after > 1.5 * alert.before


def test_finds_storms(facts: Facts, build: Warehouse) -> None:
    found = counts_by("requests_opened", "service", service="fallen-tree-or-limb")
    months = next(iter(found.values()))
    storms = {f"{day:%Y-%m}" for day in facts["storms"]["days"]}
    assert set(sorted(months, key=lambda month: -months[month])[:3]) == storms
    judged = signals("requests_opened", START, service="fallen-tree-or-limb")
    assert {judged[month] for month in storms} == {"neutral"}


def test_finds_seasons(facts: Facts, build: Warehouse) -> None:
    for service, peak in facts["seasons"]["services"].items():
        months = next(iter(counts_by("requests_opened", "service", service=slug(service)).values()))
        by_month: dict[int, float] = {}
        for period, count in months.items():
            by_month[int(period[5:])] = by_month.get(int(period[5:]), 0) + count / (5 if int(period[5:]) in (5, 6, 7, 8, 9, 10) else 4)
        highest = max(by_month, key=lambda month: by_month[month])
        assert min((highest - peak) % 12, (peak - highest) % 12) <= 1


def test_finds_improvement(facts: Facts, build: Warehouse) -> None:
    fact = facts["improvement"]
    found = signals("closed_on_time", add_months(END.replace(day=1), -33), service=slug(fact["service"]))
    since = [signal for period, signal in found.items() if period >= f"{fact['from']:%Y-%m}"]
    assert since.count("improving") >= len(since) - 1


def test_finds_channels(facts: Facts, build: Warehouse) -> None:
    months = counts_by("requests_opened", "channel")
    share = [sum(months["mobile"][period] for period in chosen) / sum(sum(found[period] for found in months.values()) for period in chosen)
             for chosen in (sorted(months["mobile"])[:12], sorted(months["mobile"])[-12:])]  # fmt: skip
    assert share[1] > 2 * share[0]


def test_finds_reopened(facts: Facts, demo: dict[str, Any], build: Warehouse) -> None:
    counted = {one.service: one.reopened for one in reality.reopened(build) or () if one.reopened}
    planted = build.rows(
        """SELECT count(*) FROM (SELECT request_id FROM request_states WHERE as_of < ? AND closed_on IS NOT NULL) earlier
           JOIN requests USING (request_id) WHERE status = 'open' AND is_counted""",
        (END,),
    )[0][0]
    assert set(counted) <= set(facts["reopened"]["services"])
    assert counted
    assert total("reopen_rate", START, END) <= demo["truth"]["reopened"]
    assert planted > 0


def test_finds_bad_rows(facts: Facts, demo: dict[str, Any], build: Warehouse) -> None:
    load = demo["loads"][-1]
    assert load["quarantined"] == demo["truth"]["quarantined"] > 0
    assert load["rows_read"] == load["loaded"] + load["unchanged"] + load["superseded"] + load["quarantined"]
    assert (demo["home"] / "quarantine" / "load-00000002.csv").exists()


def test_finds_impossible_dates(facts: Facts, demo: dict[str, Any], build: Warehouse) -> None:
    flags, truth = dict(data_notes.flag_counts(build)), demo["truth"]
    assert flags["default_date"] == pytest.approx(truth["closed_1900"], abs=1)
    assert flags["closed_before_opened"] == pytest.approx(truth["closed_1900"] + truth["closed_before_opened"], abs=2)


def test_finds_repeated_rows(facts: Facts, demo: dict[str, Any], build: Warehouse) -> None:
    requests = build.rows("SELECT count(*), count(DISTINCT request_id) FROM requests")[0]
    assert requests[0] == requests[1] == demo["requests"] - demo["truth"]["quarantined"]


@pytest.mark.feature("F002")
def test_counts_by_service_month_and_district_sum_to_the_raw_count(demo: dict[str, Any], build: Warehouse) -> None:
    rows = queries.measure_rows("requests_opened", start=START, end=END, by=("service", "council_district"))
    raw = build.rows("SELECT count(*) FROM requests WHERE is_counted AND opened_on >= ?", (START,))[0][0]
    assert sum(row.numerator or 0 for row in rows) == raw
