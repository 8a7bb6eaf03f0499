"""When each request of a month is closed, and what the planted facts do to it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from citystat.ops.demo.city import DemoCity, Floats, Integers
from citystat.ops.demo.demand import MonthPlan, Times

DAY = 86_400
NEVER_DAYS = 4_000.0
ALWAYS_ON_CALL_DAYS = 1.0
STORM_SLOWER = 1.8
FORGOTTEN_SHARE, FORGOTTEN_SLOWER = 0.004, 9.0

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Closing:
    """Parallel arrays: the closing time whatever the as-of date, and which rows a planted fact touched."""

    closed: Times
    in_minutes: Booleans
    in_mass: Booleans
    not_done: Booleans


def draw_closing(
    city: DemoCity, plan: MonthPlan, service: Integers, district: Integers, opened: Times, random: np.random.Generator
) -> Closing:
    """Closing times of a month's rows: lognormal by service, put into working hours, then the planted facts."""
    days = _natural_days(city, plan, service, district, random)
    not_done = _never(city, service, opened, random)
    days[not_done] = NEVER_DAYS
    closed = _working_time(city, service, opened, opened + (days * DAY).astype("timedelta64[s]"), random)
    in_minutes = _minutes(city, service, random)
    low, high = city.facts["closed_in_minutes"]["minutes"]
    closed[in_minutes] = opened[in_minutes] + random.integers(low * 60, high * 60, in_minutes.sum()).astype("timedelta64[s]")
    in_mass = _mass(city, service, opened, closed)
    closed[in_mass] = np.datetime64(city.facts["mass_closure"]["at"], "s")
    if plan.moved:
        closed = _survived(city, opened, closed, random)
    return Closing(closed, in_minutes, in_mass, not_done)


def _natural_days(city: DemoCity, plan: MonthPlan, service: Integers, district: Integers, random: np.random.Generator) -> Floats:
    services, facts = city.services, city.facts
    middle = np.log(services.median_days[service])
    worse = facts["district_served_worse"]
    is_field = services.is_field[service]
    middle += np.where((district == city.districts.index(worse["district"])) & is_field, np.log(worse["slower"]), 0.0)
    better = facts["improvement"]
    if plan.first >= better["from"]:
        middle += np.where(service == services.index(better["service"]), np.log(better["faster"]), 0.0)
    behind = facts["backlog_grows"]
    if plan.first >= behind["from"]:
        middle += np.where(service == services.index(behind["service"]), np.log(behind["slower"]), 0.0)
    if any((on.year, on.month) == (plan.first.year, plan.first.month) for on in facts["storms"]["days"]):
        middle += np.where(services.mask(list(facts["storms"]["services"]))[service], np.log(STORM_SLOWER), 0.0)
    forgotten = is_field & (random.random(len(service)) < FORGOTTEN_SHARE)
    middle += np.where(forgotten, np.log(FORGOTTEN_SLOWER), 0.0)
    return np.exp(middle + services.spread[service] * random.standard_normal(len(service)))


def _never(city: DemoCity, service: Integers, opened: Times, random: np.random.Generator) -> Booleans:
    """Left lying: the growing backlog, and what the mass closure will sweep up."""
    behind, mass = city.facts["backlog_grows"], city.facts["mass_closure"]
    in_backlog = (service == city.services.index(behind["service"])) & (opened >= np.datetime64(behind["from"]))
    lying = service == city.services.index(mass["service"])
    lying &= (opened >= np.datetime64(mass["opened_from"])) & (opened < np.datetime64(mass["opened_to"]))
    chance = np.where(in_backlog, behind["share_not_done"], np.where(lying, mass["share_left_lying"], 0.0))
    return random.random(len(service)) < chance


def _working_time(city: DemoCity, service: Integers, opened: Times, closed: Times, random: np.random.Generator) -> Times:
    """Move closings of ordinary field services to a working day and hour; crews on call and answers stay where they fall."""
    ordinary = city.services.is_field[service] & (city.services.median_days[service] > ALWAYS_ON_CALL_DAYS)
    day = closed.astype("datetime64[D]")
    weekday = (day.astype(np.int64) + 3) % 7
    day = day + np.where(weekday >= 5, 7 - weekday, 0)
    moved = day.astype("datetime64[s]") + random.integers(int(7.5 * 3600), int(17.5 * 3600), len(service)).astype("timedelta64[s]")
    too_early = moved <= opened + np.timedelta64(1200, "s")
    moved = np.where(too_early, opened + random.integers(1800, 4 * 3600, len(service)).astype("timedelta64[s]"), moved)
    shortest = np.where(city.services.is_field[service], 1500, 40).astype("timedelta64[s]")
    working: Times = np.where(ordinary, moved, np.maximum(closed, opened + shortest))
    return working


def _minutes(city: DemoCity, service: Integers, random: np.random.Generator) -> Booleans:
    fact = city.facts["closed_in_minutes"]
    quick: Booleans = (service == city.services.index(fact["service"])) & (random.random(len(service)) < fact["share"])
    return quick


def _mass(city: DemoCity, service: Integers, opened: Times, closed: Times) -> Booleans:
    fact = city.facts["mass_closure"]
    at = np.datetime64(fact["at"], "s")
    swept: Booleans = (service == city.services.index(fact["service"])) & (opened >= np.datetime64(fact["opened_from"]))
    swept &= (opened < np.datetime64(fact["opened_to"])) & (closed > at)
    return swept


def _survived(city: DemoCity, opened: Times, closed: Times, random: np.random.Generator) -> Times:
    """Only what was still open on the day of the migration was moved: every closing falls after it."""
    change = np.datetime64(city.facts["migration"]["day"], "s")
    after = change + np.maximum(1, random.exponential(45, len(opened)) * DAY).astype("timedelta64[s]")
    return np.where(closed <= change, after, closed)
