"""What staff see of appointments: how full the days are, one day's list, a crew's windows, the times of one request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from citystat.action_center import queries as room
from citystat.action_center.queue_rows import place_of
from citystat.action_center.slot_forms import BlockForm, MissedForm, SeatsForm
from citystat.core import formats
from citystat.core.access import has_right
from citystat.core.figures import Column, Link, Table
from citystat.service_requests import access, appointment_rules, rules
from citystat.service_requests.cases import appointment_queries as queries
from citystat.service_requests.cases import appointment_words
from citystat.service_requests.cases.appointment_queries import Free
from citystat.service_requests.cases.offers import Offer
from citystat.service_requests.models import Appointment, ServiceRequest, WorkOrder

DAYS_SHOWN = 14
LOOK_BACK = timedelta(days=90)


def state_words() -> dict[str, str]:
    """Status of an appointment in words."""
    return {"booked": _("booked"), "kept": _("kept"), "missed": _("nobody or nothing there")}


def services_of(user: Any) -> list[Offer]:
    """Services with appointments of the departments the person supervises."""
    return [one for one in queries.services() if access.can_run_service(user, one.service.department)]


def areas_of(slug: str) -> dict[str, list[str]]:
    """Kind -> codes of the places that have seats of their own."""
    kinds = [kind for kind in appointment_rules.kinds_of(queries.rules_of(slug)) if kind]
    return {kind: list(room.places().get(kind, {})) for kind in kinds}


def area_name(kind: str, code: str) -> str:
    """The name of an area; the whole city where there is none."""
    return room.places().get(kind, {}).get(code, code) if kind else _("Whole city")


def board(offers: Sequence[Offer], offer: Offer, start: date) -> dict[str, Any]:
    """The context of the page of days: booked and seats by window and area."""
    last = start + timedelta(days=DAYS_SHOWN - 1)
    found = queries.days_between(offer.slug, start, last, areas_of(offer.slug))
    done = queries.outcomes(queries.local_now() - LOOK_BACK, offer.slug)
    return {
        "offers": [(one.slug, one.name) for one in offers],
        "offer": offer,
        "table": board_table(offer, found),
        "start": start,
        "last": last,
        "earlier": start - timedelta(days=DAYS_SHOWN),
        "later": start + timedelta(days=DAYS_SHOWN),
        "outcomes": done,
        "recorded": done["kept"] + done["missed"],
    }


def board_table(offer: Offer, found: Sequence[Free]) -> Table | None:
    """One row a window, one column an area: `3 of 12`."""
    areas = sorted({(one.key.kind, one.key.area) for one in found})
    columns = (Column(_("Day")), Column(_("Window")), *(Column(area_name(*area), "number") for area in areas))
    rows = []
    for (day, starts, ends), members in groupby(found, key=lambda one: (one.key.day, one.key.starts, one.key.ends)):
        cells = {(one.key.kind, one.key.area): seats_words(one) for one in members}
        link = Link(appointment_words.day_words(day), reverse("action:appointment_day", args=[offer.slug, day.isoformat()]))
        rows.append((link, appointment_words.window_words(starts, ends), *(cells.get(area, "–") for area in areas)))
    return Table(_("Booked and seats"), columns, rows, hide_caption=True) if rows else None


def seats_words(one: Free) -> str:
    """`3 of 12`, with the word where it is full, too full or blocked."""
    count = _("%(taken)s of %(seats)s") % {"taken": formats.number(one.taken), "seats": formats.number(one.capacity)}
    if one.blocked_why:
        return f"{count}, {_('blocked')}"
    if one.is_over:
        return f"{count}, {_('too many')}"
    return count if one.left else f"{count}, {_('full')}"


@dataclass(frozen=True)
class DayWindow:
    """One window of a day page with its form and its appointments."""

    title: str
    words: str
    free: Free
    form: SeatsForm
    stops: list[dict[str, Any]]


def day_page(offer: Offer, day: date, seats: SeatsForm | None = None, block: BlockForm | None = None) -> dict[str, Any]:
    """The context of one day; a form that was refused comes back with what was typed."""
    areas = areas_of(offer.slug)
    found = queries.days_between(offer.slug, day, day, areas)
    by_slot: dict[Any, list[Appointment]] = {}
    for one in queries.of_day(day, offer.slug):
        by_slot.setdefault(one.slot.key, []).append(one)
    windows = [_day_window(one, by_slot.get(one.key, []), seats) for one in found]
    return {
        "offer": offer,
        "day": day,
        "day_words": appointment_words.day_words(day),
        "windows": windows,
        "booked": sum(one.free.taken for one in windows),
        "seats": sum(one.free.capacity for one in windows),
        "blocked": any(one.free.blocked_why for one in windows),
        "block_form": block or BlockForm(areas=area_choices(areas)),
        "is_block_open": block is not None,
        "is_due": day <= queries.local_now().date(),
    }


def area_choices(areas: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Areas to choose from, as `kind.code`."""
    return [(f"{kind}.{code}", area_name(kind, code)) for kind, codes in areas.items() for code in codes]


def _day_window(one: Free, members: Sequence[Appointment], refused: SeatsForm | None) -> DayWindow:
    mine = refused is not None and refused.data.get("slot") == one.key.text
    form = refused if mine and refused is not None else SeatsForm(
        initial={"slot": one.key.text, "seats": one.capacity}, auto_id=f"{one.key.text.replace('.', '-')}-%s"
    )  # fmt: skip
    title = f"{area_name(one.key.kind, one.key.area)}, {appointment_words.window_words(one.key.starts, one.key.ends)}"
    return DayWindow(title, seats_words(one), one, form, [line(member) for member in members])


def line(one: Appointment) -> dict[str, Any]:
    """One appointment of a printed list: number, place, what is to be done."""
    request = one.request
    answers = [f"{item['question']} {', '.join(map(str, item.get('words') or item['values']))}" for item in request.answers]
    return {
        "id": one.pk,
        "number": request.number,
        "url": reverse("action:case", args=[request.number]),
        "place": place_of(request),
        "answers": answers,
        "text": request.description,
        "state": state_words().get(one.status, one.status),
        "is_open": one.status == Appointment.Status.BOOKED,
    }


def crew_windows(user: Any, day: date, orders: Iterable[WorkOrder]) -> list[tuple[str, list[dict[str, Any]]]]:
    """A crew's appointments of the day by window; each leads to its work order, or takes the stop."""
    if not queries.services():
        return []
    known = {one.request_id: one for one in orders}
    mine = queries.within(user, queries.of_day(day))
    return [
        (appointment_words.window_words(starts, ends), [crew_stop(one, known.get(one.request_id)) for one in members])
        for (starts, ends), members in groupby(mine, key=lambda one: (one.slot.starts, one.slot.ends))
    ]


def crew_stop(one: Appointment, order: WorkOrder | None) -> dict[str, Any]:
    """One stop of a window."""
    return line(one) | {
        "service": one.request.service.name,
        "order_url": reverse("action:order", args=[order.pk]) if order else "",
        "can_be_taken": one.status == Appointment.Status.BOOKED and one.request.status in rules.OPEN_STATUSES,
    }


def of_order(order: WorkOrder) -> dict[str, Any] | None:
    """The appointment a work order is for, on its own page; None without one."""
    found = queries.booked(order.request)
    if found is None:
        return None
    is_due = found.slot.day <= queries.local_now().date()
    when = appointment_words.words(appointment_words.data_of(found.slot))
    return {"id": found.pk, "when": when, "is_due": is_due, "form": MissedForm(auto_id="missed-%s")}


def fact(request: ServiceRequest) -> str:
    """The appointment of a request in words, for its facts; empty where its service has none."""
    if not queries.takes_appointments(request.service_slug):
        return ""
    last = queries.last(request)
    if last is None:
        return _("none yet")
    states = state_words() | {"moved": _("changed"), "cancelled": _("given up"), "released": _("taken back by the city")}
    return f"{appointment_words.words(appointment_words.data_of(last.slot))} ({states[last.status]})"


def request_page(user: Any, request: ServiceRequest, area: str = "", chosen: str = "") -> dict[str, Any]:
    """The context of the page on which staff book for a request."""
    choice = queries.choice(request.service_slug, queries.places_of(request, area))
    stands = queries.booked(request)
    missing = choice.kinds_missing[0] if choice.kinds_missing else ""
    days = [
        (appointment_words.day_words(day), [time_line(one, chosen) for one in members])
        for day, members in groupby(choice.free(), key=lambda one: one.key.day)
    ]
    return {
        "case": request,
        "place": place_of(request),
        "when": appointment_words.words(appointment_words.data_of(stands.slot)) if stands else "",
        "days": days,
        "areas": area_choices({missing: list(room.places().get(missing, {}))}) if missing else [],
        "area": area,
        "is_open": request.status in rules.OPEN_STATUSES,
        "can_take_calls": has_right(user, "take_contacts"),
        "can_work": access.can_work_on(user, request),
    }


def time_line(one: Free, chosen: str) -> dict[str, Any]:
    """A window to choose, with its seats."""
    return {
        "value": one.key.text,
        "words": appointment_words.window_words(one.key.starts, one.key.ends),
        "left": one.left,
        "is_chosen": one.key.text == chosen,
    }


def without_appointments(orders: Sequence[WorkOrder], day: date) -> list[WorkOrder]:
    """Work that is done by place: stops of today's windows stand there, those of later days and missed ones wait for theirs."""
    if not queries.services():
        return list(orders)
    waiting = [one.request_id for one in orders if one.status != WorkOrder.Status.DONE]
    later = queries.standing_from(waiting, day) | queries.missed_by(waiting)
    return [one for one in orders if one.request_id not in later]
