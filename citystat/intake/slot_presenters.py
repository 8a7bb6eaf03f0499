"""Times of appointment as residents read them: days in order, the windows of each, what is full."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citystat.core import formats
from citystat.intake import places
from citystat.places import queries as place_queries
from citystat.service_requests import rules
from citystat.service_requests.cases import appointment_queries, appointment_words
from citystat.service_requests.cases.appointment_queries import Choice, Free
from citystat.service_requests.models import ServiceRequest

# More days than this stand behind "Later days", so that a phone shows the button soon.
DAYS_AT_ONCE = 8
FEW_LEFT = 3


@dataclass(frozen=True)
class Window:
    """One choice; `value` is what the form sends."""

    value: str
    words: str
    note: str
    is_chosen: bool


@dataclass(frozen=True)
class Day:
    """A day with its windows; none when it is full, then `note` says so."""

    words: str
    windows: list[Window]
    note: str = ""


@dataclass(frozen=True)
class Times:
    """What the page shows: the next days and the later ones; `is_empty` when nothing is free."""

    days: list[Day]
    later: list[Day]
    is_empty: bool

    @property
    def has_chosen_later(self) -> bool:
        """Whether the chosen window is among the later ones."""
        return any(one.is_chosen for day in self.later for one in day.windows)


def times(choice: Choice, chosen: str = "") -> Times:
    """Days of a choice, with one window chosen."""
    days = [_day(list(members), chosen) for _date, members in groupby(choice.times, key=lambda one: one.key.day)]
    return Times(days[:DAYS_AT_ONCE], days[DAYS_AT_ONCE:], not choice.free())


def _day(members: Sequence[Free], chosen: str) -> Day:
    windows = [_window(one, chosen) for one in members if one.left]
    blocked = next((one.blocked_why for one in members if one.blocked_why), "")
    note = "" if windows else blocked or _("Full")
    return Day(appointment_words.day_words(members[0].key.day), windows, note)


def _window(one: Free, chosen: str) -> Window:
    few = ngettext("one place left", "%(count)s places left", one.left) % {"count": formats.number(one.left)}
    return Window(
        one.key.text, appointment_words.window_words(one.key.starts, one.key.ends), few if one.left <= FEW_LEFT else "",
        one.key.text == chosen,
    )  # fmt: skip


def areas(kind: str) -> dict[str, str]:
    """Code -> name of the places a resident chooses from when the city does not know where the address is."""
    return place_queries.place_names(kind)


def standing(request: ServiceRequest) -> dict[str, object]:
    """The appointment part of a request's page: what stands, and whether a time can be chosen; empty for other services."""
    if not appointment_queries.takes_appointments(request.service_slug):
        return {}
    last = appointment_queries.last(request)
    is_open = request.status in rules.OPEN_STATUSES
    stands = last if last is not None and last.status == last.Status.BOOKED else None
    words = appointment_words.words(appointment_words.data_of(stands.slot)) if stands else ""
    past = bool(stands and stands.starts_at <= appointment_queries.local_now())
    return {
        "when": words,
        "is_past": past,
        "can_choose": is_open and not words,
        "can_change": bool(words) and not past and is_open,
        "was_missed": bool(last and last.status == last.Status.MISSED),
        "was_released": bool(last and last.status == last.Status.RELEASED),
    }


def area_words(kind: str) -> str:
    """The question for a kind of place."""
    return _("Which district is the address in?") if kind == places.district_kind() else _("Which part of the city is it in?")
