"""One month of the invented history as numbers: what is drawn, month by month, from its own seed."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from citystat.ops.demo.addresses import Addresses
from citystat.ops.demo.city import DemoCity, Floats, Integers
from citystat.ops.demo.closing import Booleans, Closing, draw_closing
from citystat.ops.demo.demand import MonthPlan, Times, draw_opened

OPEN_OR_CLOSED, CANCELLED, INVALID, DUPLICATE = range(4)
CHANNELS = ("phone", "web", "mobile", "email", "walk_in", "staff")
STAFF = CHANNELS.index("staff")


@dataclass
class Month:
    """Parallel arrays, one entry a request, in order of opening."""

    plan: MonthPlan
    service: Integers
    district: Integers
    opened: Times
    closing: Closing
    fate: Integers
    parent: Integers
    channel: Integers
    address: Integers
    longitude: Floats
    latitude: Floats
    reopened: Booleans
    closed_again: Times
    recorded_district: Integers
    truth: dict[str, int] = field(default_factory=dict)


def draw_month(city: DemoCity, plan: MonthPlan, addresses: Addresses, random: np.random.Generator) -> Month:
    """Everything about a month's requests that the export tells, and the counts of what was planted."""
    service, district, opened = draw_opened(city, plan, random)
    parent = np.full(len(service), -1) if plan.moved else _parents(city, service, district, opened, random)
    order = np.argsort(opened, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    service, district, opened = service[order], district[order], _no_missing_hour(opened[order])
    parent = np.where(parent[order] >= 0, rank[parent[order]], -1)
    closing = draw_closing(city, plan, service, district, opened, random)
    fate = np.zeros(len(service), dtype=np.int64) if plan.moved else _fate(city, parent, closing, random)
    address = _addresses(city, addresses, service, district, random)
    address = np.where(parent >= 0, address[parent], address)
    reopened, closed_again = _reopened(city, service, fate, closing, random)
    month = Month(
        plan, service, district, opened, closing, fate, parent, _channels(city, plan, service, district, random), address,
        addresses.longitude[address].copy(), addresses.latitude[address].copy(), reopened, closed_again, district.copy(),
    )  # fmt: skip
    _place(city, month, random)
    return month


def _parents(city: DemoCity, service: Integers, district: Integers, opened: Times, random: np.random.Generator) -> Integers:
    """For each duplicate the row it repeats: the report before it of the same service in the same district, not itself a duplicate."""
    fact = city.facts["duplicates"]
    order = np.lexsort((opened, district, service))
    repeats = city.services.mask(fact["services"])[service[order]] & (random.random(len(order)) < fact["share"])
    group = service[order] * 100 + district[order]
    repeats &= np.concatenate([[False], (group[1:] == group[:-1])]) if len(order) else repeats
    position = np.where(repeats, -1, np.arange(len(order)))
    earlier = np.maximum.accumulate(position)
    parent = np.full(len(order), -1)
    parent[order] = np.where(repeats, order[earlier], -1)
    return parent


def _fate(city: DemoCity, parent: Integers, closing: Closing, random: np.random.Generator) -> Integers:
    fact = city.facts["cancelled"]
    draw = random.random(len(parent))
    cancelled, invalid = fact["share_cancelled"], fact["share_invalid"]
    fate = np.where(draw < cancelled, CANCELLED, np.where(draw < cancelled + invalid, INVALID, OPEN_OR_CLOSED))
    fate = np.where(closing.in_mass | closing.not_done, OPEN_OR_CLOSED, fate)
    is_parent = np.zeros(len(parent), dtype=bool)
    is_parent[parent[parent >= 0]] = True
    return np.where(parent >= 0, DUPLICATE, np.where(is_parent, OPEN_OR_CLOSED, fate))


def _addresses(city: DemoCity, addresses: Addresses, service: Integers, district: Integers, random: np.random.Generator) -> Integers:
    """An address of the district, some far likelier than others; dumping comes back to the same forty lots."""
    first, last = addresses.first[district], addresses.first[district + 1]
    address = first + ((last - first) * random.random(len(district)) ** 1.1).astype(np.int64)
    fact = city.facts["recurrent_places"]
    again = (service == city.services.index(fact["service"])) & (random.random(len(service)) < fact["share"])
    lots = recurrent_lots(city, addresses)
    for code in range(len(city.districts)):
        here = np.flatnonzero(again & (district == code))
        address[here] = lots[code][random.integers(0, len(lots[code]), len(here))]
    return address


def recurrent_lots(city: DemoCity, addresses: Addresses) -> list[Integers]:
    """Addresses of the lots dumped on again and again, by district, evenly spread and always the same."""
    places = int(city.facts["recurrent_places"]["places"])
    share = np.diff(np.round(np.linspace(0, places, len(city.districts) + 1)).astype(int))
    return [
        np.linspace(addresses.first[code] + 5, addresses.first[code + 1] - 5, count).astype(np.int64) for code, count in enumerate(share)
    ]


def _channels(city: DemoCity, plan: MonthPlan, service: Integers, district: Integers, random: np.random.Generator) -> Integers:
    facts = city.facts
    passed = np.clip(1 - (facts.as_of - plan.first).days / (facts.months_of_history * 30.4), 0, 1)
    mobile = facts["channels"]["mobile_first"] + passed * (facts["channels"]["mobile_last"] - facts["channels"]["mobile_first"])
    share = np.array([1 - 0.24 - mobile, 0.16, mobile, 0.05, 0.03])
    channel = random.choice(len(share), len(service), p=share)
    rats = facts["rat_control_cut"]
    internal = city.services.share_internal[service]
    in_question = (service == city.services.index(rats["service"])) & (district == city.districts.index(rats["district"]))
    internal = np.where(in_question, 0.0 if plan.first >= rats["cut_day"] else rats["share_internal_before"], internal)
    return np.where(random.random(len(service)) < internal, STAFF, channel)


def _reopened(city: DemoCity, service: Integers, fate: Integers, closing: Closing, random: np.random.Generator) -> tuple[Booleans, Times]:
    """Closed in the export of a month earlier, open again in the current one, some closed a second time."""
    earlier = np.datetime64(previous_as_of(city.facts.as_of), "s") + np.timedelta64(86_399, "s")
    fact = city.facts["reopened"]
    recent = (closing.closed <= earlier) & (closing.closed > earlier - np.timedelta64(45 * 86_400, "s"))
    reopened = (
        recent & city.services.mask(fact["services"])[service] & (fate == OPEN_OR_CLOSED) & (random.random(len(service)) < fact["share"])
    )
    again = earlier + random.integers(3 * 86_400, 50 * 86_400, len(service)).astype("timedelta64[s]")
    return reopened, np.where(reopened, again, closing.closed)


def previous_as_of(as_of: date) -> date:
    """The last day of the month before: the as-of date of the earlier export."""
    return date.fromordinal(as_of.replace(day=1).toordinal() - 1)


def _place(city: DemoCity, month: Month, random: np.random.Generator) -> None:
    """Take points away, put the default point in, move a few off the city, and record some districts wrongly."""
    facts, count = city.facts, len(month.service)
    is_field = city.services.is_field[month.service]
    missing = random.random(count) < np.where(is_field, facts["unlocated"]["share_field"], facts["unlocated"]["share_information"])
    draw = random.random(count)
    default = ~missing & (draw < facts["default_point"]["share"])
    off = ~missing & ~default & (draw > 1 - facts["off_city"]["share"])
    month.longitude[default], month.latitude[default] = facts["default_point"]["longitude"], facts["default_point"]["latitude"]
    month.longitude[off] += np.round(random.uniform(0.6, 2.0, off.sum()), 6)
    month.longitude[missing] = month.latitude[missing] = np.nan
    wrong = random.random(count) < 0.012
    month.recorded_district[wrong] = random.integers(0, len(city.districts), wrong.sum())
    month.recorded_district[missing & (random.random(count) < 0.5)] = -1
    month.truth.update(unlocated=int(missing.sum()), default_point=int(default.sum()), off_city=int(off.sum()))


def _no_missing_hour(times: Times) -> Times:
    """Clocks skip from two to three on the second Sunday of March: no local time falls between."""
    shifted = times.copy()
    for year in np.unique(times[~np.isnat(times)].astype("datetime64[Y]").astype(int) + 1970):
        sunday = next(date(int(year), 3, day) for day in range(8, 15) if date(int(year), 3, day).weekday() == 6)
        start = np.datetime64(sunday, "s") + np.timedelta64(2 * 3600, "s")
        shifted[(times >= start) & (times < start + np.timedelta64(3600, "s"))] += np.timedelta64(3600, "s")
    return shifted
