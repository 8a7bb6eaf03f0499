"""The demo city's contact center: fifteen months of calls, callers' answers and costs as files, loaded the way a city loads its own."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from citystat.ops.demo.city import DemoCity
from citystat.ops.demo.demand import HOUR
from citystat.ops.demo.facts import add_months
from citystat.service_requests.center import calls, loading

SEED = 3110
MONTHS = 15
WEEKS_BY_INTERVAL = 5
SURVEY_MONTHS = 13
NEWEST_AFTER_DAYS = 120
MINUTES = 30
CALLS_A_WEEKDAY = 640
WEEKDAY = (1.32, 1.12, 1.04, 1.0, 1.0, 0.36, 0.24)
QUEUES = (("English", 0.86), ("Spanish", 0.14))
STORM = 1.9
HANDLE = 228.0
CALL_HEADER = (
    "Calls offered",
    "Calls answered",
    "Calls abandoned",
    "ASA seconds",
    "AHT seconds",
    "Answered within target",
    "Agents on duty",
)
POST = 5_150


@dataclass(frozen=True)
class Staffing:
    """Opening hours of a kind of day and the agents of each queue while it is busy."""

    opens: int
    closes: int
    agents: tuple[int, int]


WEEKDAYS, WEEKENDS = Staffing(7, 20, (4, 1)), Staffing(8, 17, (3, 1))


def make(city: DemoCity, folder: Path) -> dict[str, Any]:
    """Write the files into a folder and load them; the same city on the same day gives the same files."""
    folder.mkdir(parents=True, exist_ok=True)
    end = _newest(city.facts.as_of)
    random = np.random.default_rng(SEED)
    storms = frozenset(city.facts["storms"]["days"])
    first, by_interval = add_months(end.replace(day=1), -MONTHS), end - timedelta(weeks=WEEKS_BY_INTERVAL) + timedelta(days=1)
    rows = [_day(on, storms, random) for on in _days(first, end)]
    _write(
        folder / "calls-by-day.csv",
        ("Date", "Queue", *CALL_HEADER),
        (row for day in rows if day[0].on < by_interval for row in _by_queue(day)),
    )
    _write(
        folder / "calls-by-interval.csv",
        ("Date", "Time", "Queue", *CALL_HEADER),
        (row for day in rows if day[0].on >= by_interval for row in _by_slot(day)),
    )
    _write(
        folder / "caller-survey.csv",
        ("Response ID", "Date", "Department", "Overall", "Customer service", "Timeliness"),
        _answers(city, end, random),
    )
    _write(folder / "center-costs.csv", ("Period", "Post", "Payer", "Share", "Amount", "Kind"), _costs(end))
    loaded = [loading.load_calls(folder / name) for name in ("calls-by-day.csv", "calls-by-interval.csv")]
    loaded += [loading.load_survey(folder / "caller-survey.csv"), loading.load_costs(folder / "center-costs.csv")]
    return {"files": [{name: one[name] for name in ("file", "rows_read", "loaded", "rejected")} for one in loaded]}


def _newest(as_of: date) -> date:
    """Yesterday where the city's day is near, so that the pages are of these days; else the last day of its history."""
    today = calls.today()
    return today - timedelta(days=1) if 0 <= (today - as_of).days <= NEWEST_AFTER_DAYS else as_of


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@dataclass(frozen=True)
class Slot:
    """One interval of one queue; `wait` and `handle` are means in seconds."""

    on: date
    minute: int
    queue: str
    offered: int
    answered: int
    abandoned: int
    wait: float
    handle: float
    in_time: int
    on_duty: int


def _day(on: date, storms: frozenset[date], random: np.random.Generator) -> list[Slot]:
    """Every interval of a day and queue: offered by the hour's share, the rest by how busy the agents are."""
    staffing = WEEKENDS if on.weekday() >= 5 else WEEKDAYS
    expected = (
        CALLS_A_WEEKDAY * WEEKDAY[on.weekday()] * (STORM if on in storms else 1.0) * (1 + 0.05 * np.cos(2 * np.pi * (on.month - 7) / 12))
    )
    share = HOUR[staffing.opens : staffing.closes].sum()
    slots: list[Slot] = []
    for minute in range(staffing.opens * 60, staffing.closes * 60, MINUTES):
        for (queue, part), agents in zip(QUEUES, staffing.agents, strict=True):
            on_duty = agents if 8 <= minute // 60 < 18 else max(1, agents // 2)
            offered = int(random.poisson(expected * part * HOUR[minute // 60] / share / 2))
            slots.append(_slot(on, minute, queue, offered, on_duty, random))
    return slots


def _slot(on: date, minute: int, queue: str, offered: int, on_duty: int, random: np.random.Generator) -> Slot:
    busy = offered * HANDLE / (MINUTES * 60) / on_duty
    abandoned = int(random.binomial(offered, min(0.4, 0.015 + 0.35 * max(0.0, busy - 0.7))))
    answered = offered - abandoned
    wait = round(6 + 30 * busy**3 * float(random.uniform(0.7, 1.3)), 1)
    in_time = int(random.binomial(answered, float(np.clip(1.02 - 0.5 * max(0.0, busy - 0.45), 0.2, 0.98))))
    handle = round(HANDLE + float(random.normal(0, 9)), 1)
    return Slot(on, minute, queue, offered, answered, abandoned, wait, handle, in_time, on_duty)


def _by_slot(slots: Sequence[Slot]) -> Iterable[Sequence[Any]]:
    for one in slots:
        figures = (one.offered, one.answered, one.abandoned, one.wait, one.handle, one.in_time, one.on_duty)
        yield (one.on.strftime("%m/%d/%Y"), f"{one.minute // 60:02d}:{one.minute % 60:02d}", one.queue, *figures)


def _by_queue(slots: Sequence[Slot]) -> Iterable[Sequence[Any]]:
    """The day's report: sums, and means weighted by answered calls."""
    for queue, _part in QUEUES:
        mine = [one for one in slots if one.queue == queue]
        answered = sum(one.answered for one in mine)
        wait = round(sum(one.wait * one.answered for one in mine) / max(1, answered), 2)
        handle = round(sum(one.handle * one.answered for one in mine) / max(1, answered), 2)
        offered, abandoned, in_time = sum(one.offered for one in mine), sum(one.abandoned for one in mine), sum(one.in_time for one in mine)
        yield (mine[0].on.strftime("%m/%d/%Y"), queue, offered, answered, abandoned, wait, handle, in_time, "")


def _answers(city: DemoCity, end: date, random: np.random.Generator) -> Iterable[Sequence[Any]]:
    """About seventy-five respondents a month; timeliness is what they are least content with."""
    departments = sorted(set(city.services.departments))
    number = 0
    for back in range(SURVEY_MONTHS, -1, -1):
        month = add_months(end.replace(day=1), -back)
        for _respondent in range(int(random.integers(60, 90))):
            on = month + timedelta(days=int(random.integers(0, 28)))
            if on > end:
                continue
            number += 1
            scores = [int(np.searchsorted(np.cumsum(chances[:-1]), random.random(), side="right")) + 1 for chances in SCORES]
            yield (f"C{number:05d}", on.isoformat(), departments[int(random.integers(len(departments)))], *scores)


SCORES = ((0.06, 0.08, 0.13, 0.38, 0.35), (0.03, 0.05, 0.1, 0.36, 0.46), (0.12, 0.15, 0.17, 0.32, 0.24))


def _costs(end: date) -> Iterable[Sequence[Any]]:
    """Two centers under one roof: sixteen posts, of which Water pays three alone and half of the manager; telephones are split."""
    for back in range(SURVEY_MONTHS, 0, -1):
        period = f"{add_months(end.replace(day=1), -back):%Y-%m}"
        for number in range(1, 16):
            yield (period, f"Call taker {number}", "Water" if number > 12 else "General fund", 1, POST, "post")
        for payer in ("General fund", "Water"):
            yield (period, "Manager", payer, "50%", 8_900, "post")
        yield (period, "Telephones", "General fund", "80%", 6_400, "other")
        yield (period, "Telephones", "Water", "20%", 6_400, "other")


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
