"""Reads of appointments: what is free for a request, whose turn a day is, how full the days are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from citystat.core import clock
from citystat.core.cities import current_city
from citystat.core.errors import NotFound
from citystat.service_requests import access, appointment_rules
from citystat.service_requests.appointment_rules import SlotKey, SlotTime
from citystat.service_requests.cases import offers
from citystat.service_requests.cases.offers import Briefly
from citystat.service_requests.models import Appointment, AppointmentRule, AppointmentSlot, ServiceRequest

# A given-back seat is free; a missed one was used.
IN_USE = Q(appointments__seat__isnull=False)
MOST_OF_A_DAY = 500


def _read_rules() -> dict[str, tuple[AppointmentRule, ...]]:
    found: dict[str, list[AppointmentRule]] = {}
    for rule in AppointmentRule.objects.order_by("service_slug", "order"):
        found.setdefault(rule.service_slug, []).append(rule)
    return {slug: tuple(rules) for slug, rules in found.items()}


_rules: Briefly[dict[str, tuple[AppointmentRule, ...]]] = Briefly(_read_rules, AppointmentRule)


@dataclass(frozen=True)
class Free:
    """A window that can be booked, or is full or blocked: `left` seats of `capacity`."""

    key: SlotKey
    capacity: int
    taken: int
    blocked_why: str = ""

    @property
    def left(self) -> int:
        """Seats that can be booked; none on a blocked window, nor where more are booked than a lowered capacity."""
        return 0 if self.blocked_why else max(self.capacity - self.taken, 0)

    @property
    def is_over(self) -> bool:
        """Whether more are booked than there are seats: the capacity was lowered afterwards."""
        return self.taken > self.capacity


@dataclass(frozen=True)
class Choice:
    """What a service offers at a place. `kinds_missing`: kinds of place that must be known first."""

    times: list[Free] = field(default_factory=list)
    kinds_missing: list[str] = field(default_factory=list)

    def free(self) -> list[Free]:
        """Windows with a seat left, earliest first."""
        return [one for one in self.times if one.left]

    def next_free(self, wanted: SlotKey | None) -> Free | None:
        """The first free window not before the wanted one, else the first of all."""
        free = self.free()
        later = [one for one in free if wanted is not None and one.key.day >= wanted.day]
        return next(iter(later or free), None)


def takes_appointments(service: str) -> bool:
    """Whether a resident chooses a time for this service."""
    return bool(offers.offer(service).form.takes_appointments)


def services() -> list[offers.Offer]:
    """Services with appointments, by name."""
    return [one for one in offers.all_offers() if one.form.takes_appointments]


def rules_of(service: str) -> tuple[AppointmentRule, ...]:
    """The service's rules in order."""
    return _rules.get().get(service, ())


def local_now() -> datetime:
    """This instant in the city's zone."""
    return clock.now().astimezone(current_city().zone)


def offered_times(service: str, places: Mapping[str, str], now: datetime | None = None) -> list[SlotTime]:
    """What the rules offer, before anybody took a seat."""
    calendar = offers.business_calendar()
    return appointment_rules.slot_times(
        rules_of(service), places, now or local_now(),
        is_business_day=lambda day: calendar.hours_on(day) is not None, is_holiday=lambda day: day in calendar.holidays,
    )  # fmt: skip


def choice(service: str, places: Mapping[str, str]) -> Choice:
    """Every window offered at a place with its free seats; one statement."""
    slug = offers.offer(service).slug
    kinds = appointment_rules.kinds_of(rules_of(slug))
    missing = [kind for kind in kinds if kind and kind not in places]
    return Choice(with_seats(slug, offered_times(slug, places)), missing)


def with_seats(slug: str, times: Sequence[SlotTime]) -> list[Free]:
    """The same windows with what is booked, changed and blocked."""
    if not times:
        return []
    rows = slots_between(slug, times[0].key.day, times[-1].key.day)
    stored = {row.key: row for row in rows}
    return [_free(one, stored.get(one.key)) for one in times]


def _free(one: SlotTime, row: AppointmentSlot | None) -> Free:
    if row is None:
        return Free(one.key, one.capacity, 0)
    return Free(one.key, one.capacity if row.capacity is None else row.capacity, row.taken, row.blocked_why)  # type: ignore[attr-defined]


def slots_between(slug: str, first: date, last: date) -> QuerySet[AppointmentSlot]:
    """Stored windows of these days, with `taken` seats."""
    found = AppointmentSlot.objects.filter(service_slug=slug, day__gte=first, day__lte=last)
    return found.annotate(taken=Count("appointments", filter=IN_USE))


def slot_capacity(service: str, key: SlotKey) -> int | None:
    """Seats the rules give a window that can be booked now; None for one that cannot."""
    places = {key.kind: key.area} if key.kind else {}
    return next((one.capacity for one in offered_times(service, places) if one.key == key), None)


def booked(request: ServiceRequest) -> Appointment | None:
    """The appointment that stands; None without one."""
    return booked_of(request.pk)


def booked_of(request_id: int) -> Appointment | None:
    """The same by the key of the request."""
    return Appointment.objects.filter(request_id=request_id, status=Appointment.Status.BOOKED).select_related("slot").first()


def last(request: ServiceRequest) -> Appointment | None:
    """The newest appointment of a request, whatever became of it."""
    return Appointment.objects.filter(request=request).select_related("slot").order_by("-id").first()


def places_of(request: ServiceRequest, chosen: str = "") -> dict[str, str]:
    """Where a request is, for times by area: its point, else the area just chosen (`kind.code`), else that of its last time."""
    kind, _dot, code = chosen.partition(".")
    found = {kind: code[:60]} if kind and code else {}
    before = last(request)
    if not found and before is not None and before.slot.area_kind:
        found = {before.slot.area_kind: before.slot.area}
    return {**found, **request.places}


def appointment(pk: int) -> Appointment:
    """One appointment with its request; raises NotFound."""
    found = Appointment.objects.select_related("slot", "request", "request__service").filter(pk=pk).first()
    if found is None:
        raise NotFound(f"There is no appointment {pk}.")
    return found


def of_day(day: date, service: str = "") -> list[Appointment]:
    """Appointments that stand or stood on a day, by window and area."""
    found = Appointment.objects.filter(slot__day=day, seat__isnull=False).select_related("slot", "request", "request__service")
    if service:
        found = found.filter(slot__service_slug=service)
    return list(found.order_by("slot__starts", "slot__ends", "slot__area", "request__address", "id")[:MOST_OF_A_DAY])


def within(user: Any, found: Iterable[Appointment]) -> list[Appointment]:
    """Those the person's crew or department goes to."""
    return [one for one in found if access.can_keep_appointment(user, one.request)]


def days_between(service: str, first: date, last: date, areas: Mapping[str, Sequence[str]]) -> list[Free]:
    """How full the days are: every window of every area, those the rules no longer offer included where somebody is booked.

    areas: kind -> codes of its places. Days that are over or too near to be booked are shown too.
    """
    every: dict[SlotKey, int] = {}
    start = datetime.combine(first - timedelta(days=1), datetime.max.time(), tzinfo=current_city().zone)
    for kind in appointment_rules.kinds_of(rules_of(service)):
        for code in areas.get(kind, ()) if kind else ("",):
            every |= {one.key: one.capacity for one in _ungated(service, {kind: code} if kind else {}, start)}
    rows = {row.key: row for row in slots_between(service, first, last)}
    shown = [_free(SlotTime(key, capacity), rows.get(key)) for key, capacity in every.items() if first <= key.day <= last]
    gone = [Free(key, row.capacity or 0, row.taken, row.blocked_why) for key, row in rows.items() if key not in every and row.taken]  # type: ignore[attr-defined]
    return sorted([*shown, *gone], key=lambda one: one.key)


def _ungated(service: str, places: Mapping[str, str], start: datetime) -> list[SlotTime]:
    """What the rules offer from a day on, without lead time and as far as they may look."""
    calendar = offers.business_calendar()
    rules = [_wide(rule) for rule in rules_of(service)]
    return appointment_rules.slot_times(
        rules, places, start, is_business_day=lambda day: True, is_holiday=lambda day: day in calendar.holidays
    )


def _wide(rule: AppointmentRule) -> AppointmentRule:
    fields = ("area_kind", "areas", "weekdays", "on_date", "starts", "ends", "capacity", "on_holidays")
    return AppointmentRule(lead_days=0, horizon_days=60, **{name: getattr(rule, name) for name in fields})


def outcomes(since: datetime, service: str = "") -> dict[str, int]:
    """Appointments that were due since, by what became of them: kept, missed, not recorded, given up, taken back."""
    found = Appointment.objects.filter(starts_at__gte=since, starts_at__lt=clock.now())
    if service:
        found = found.filter(slot__service_slug=service)
    return found.aggregate(
        kept=Count("id", filter=Q(status="kept")), missed=Count("id", filter=Q(status="missed")),
        not_recorded=Count("id", filter=Q(status="booked")), cancelled=Count("id", filter=Q(status="cancelled")),
        released=Count("id", filter=Q(status="released")),
    )  # fmt: skip


def first_outcomes(request_ids: Sequence[int]) -> dict[int, tuple[date, bool | None]]:
    """The day of each request's first appointment that stood, and whether it was kept: None until somebody says so."""
    stood = Appointment.objects.filter(request_id__in=request_ids, seat__isnull=False).select_related("slot").order_by("-starts_at", "-id")
    kept = {Appointment.Status.KEPT: True, Appointment.Status.MISSED: False}
    return {one.request_id: (one.slot.day, kept.get(Appointment.Status(one.status))) for one in stood}


def standing_from(request_ids: Sequence[int], day: date) -> set[int]:
    """Those of the requests with an appointment on this day or later."""
    if not request_ids:
        return set()
    found = Appointment.objects.filter(request_id__in=request_ids, status=Appointment.Status.BOOKED, slot__day__gte=day)
    return set(found.values_list("request_id", flat=True))


def missed_by(request_ids: Sequence[int]) -> set[int]:
    """Those of the requests whose newest appointment was missed: the resident has to choose again before anybody goes there."""
    if not request_ids:
        return set()
    found = Appointment.objects.filter(request_id__in=request_ids).order_by("id").values_list("request_id", "status")
    return {pk for pk, status in dict(found).items() if status == Appointment.Status.MISSED}
