"""What a program asks for, read leniently: an empty parameter is an absent one, lists have commas or repeat, dates have many spellings."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from citystat.core.cities import current_city
from citystat.core.errors import InputError, NotFound

MOST_ROWS = 1000
MOST_PAGES = 1_000_000
SPAN = timedelta(days=90)
DEFAULT_RADIUS = 1000.0
WIDEST_RADIUS = 50_000.0
# A `+` that was sent without being escaped arrives as a blank.
LOST_PLUS = re.compile(r"^(.*\d\d:\d\d(?::\d\d(?:\.\d+)?)?) (\d\d:?\d\d)$")
DAY_ALONE = re.compile(r"^\d{4}-\d\d-\d\d$")
END_OF_DAY = re.compile(r"^(\d{4}-\d\d-\d\d[T ])24:00(?=$|:00|[Z+-])")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
STATUSES = frozenset({"open", "closed"})
YES = frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True)
class Search:
    """Which requests, and which page of them. None is no limit; `ids` overrides everything else."""

    ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    statuses: frozenset[str] = STATUSES
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None
    box: tuple[float, float, float, float] | None = None
    circle: tuple[float, float, float] | None = None
    words: str = ""
    offset: int = 0
    page: int = 1
    page_size: int = MOST_ROWS
    extended: bool = False
    counted: bool = False


@dataclass(frozen=True)
class Given:
    """Parameters by name, the first place that has one winning."""

    places: tuple[QueryDict, ...] = field(default_factory=tuple)

    def one(self, name: str) -> str:
        """The value without blanks around it; empty when absent."""
        for place in self.places:
            for value in reversed(place.getlist(name)):
                cleaned = clean(value).strip()
                if cleaned:
                    return cleaned
        return ""

    def many(self, name: str) -> tuple[str, ...]:
        """Every value, of commas and of repeated names, each once."""
        values = [clean(value) for place in self.places for value in (*place.getlist(name), *place.getlist(f"{name}[]"))]
        return tuple(dict.fromkeys(part.strip() for value in values for part in value.split(",") if part.strip()))

    def number(self, name: str) -> float | None:
        """A number; raises InputError for anything else that is not empty."""
        return number(name, self.one(name))

    def is_on(self, name: str) -> bool:
        """Whether a switch is on."""
        return self.one(name).casefold() in YES


def clean(text: str) -> str:
    """The text without control characters, which no database and no XML takes."""
    return CONTROL.sub("", text)


def check_jurisdiction(given: Given) -> None:
    """Raise NotFound for another jurisdiction than this city's; a city that names none takes any."""
    asked, ours = given.one("jurisdiction_id"), str(settings.CITYSTAT_OPEN311_JURISDICTION)
    if ours and asked and asked.casefold() != ours.casefold():
        raise NotFound(_("This server does not serve the jurisdiction “%(name)s”.") % {"name": asked[:80]})


def search_of(given: Given, now: datetime | None = None) -> Search:
    """The search of a list; raises InputError, in a sentence, for what cannot be read."""
    extended, counted = given.is_on("extensions"), given.is_on("count")
    page, page_size = page_of(given)
    offset = min(_whole("offset", given.one("offset"), 0, least=0), MOST_PAGES)
    ids = tuple(one for value in given.many("service_request_id") for one in value.split())
    if ids:
        return Search(ids=ids[:MOST_ROWS], offset=offset, page=page, page_size=page_size, extended=extended, counted=counted)
    updated_from, updated_to = instant(given, "updated_after"), instant(given, "updated_before", ends=True)
    opened_from, opened_to = _span(given, now or timezone.now(), has_updated=bool(updated_from or updated_to))
    return Search(
        codes=_codes(given), statuses=_statuses(given.many("status")), opened_from=opened_from, opened_to=opened_to,
        updated_from=updated_from, updated_to=updated_to, box=_box(given.one("bbox")), circle=_circle(given), words=given.one("q")[:200],
        offset=offset, page=page, page_size=page_size, extended=extended, counted=counted,
    )  # fmt: skip


def bulk_search_of(given: Given) -> Search:
    """The search of a whole file: everything, unless dates, services or a status are asked for."""
    return Search(
        codes=_codes(given), statuses=_statuses(given.many("status")),
        opened_from=instant(given, "start_date"), opened_to=instant(given, "end_date", ends=True),
        updated_from=instant(given, "updated_after"), updated_to=instant(given, "updated_before", ends=True),
    )  # fmt: skip


def _codes(given: Given) -> tuple[str, ...]:
    # A code may itself hold a comma, so the value as it came is one of the candidates.
    return tuple(dict.fromkeys((*given.many("service_code"), *filter(None, [given.one("service_code")]))))


def _statuses(values: Iterable[str]) -> frozenset[str]:
    asked = {word.casefold() for value in values for word in value.split()}
    strange = sorted(asked - STATUSES)
    if strange:
        raise InputError(_("“%(value)s” is not a status: use open or closed.") % {"value": strange[0][:40]})
    return frozenset(asked) or STATUSES


def _span(given: Given, now: datetime, *, has_updated: bool) -> tuple[datetime | None, datetime | None]:
    """The last 90 days where nothing is said; wide spans are answered unless the city is strict, rows are capped always."""
    start, end = instant(given, "start_date"), instant(given, "end_date", ends=True)
    if start and settings.CITYSTAT_OPEN311_STRICT_SPAN and (end or now) - start > SPAN + timedelta(days=1):
        raise InputError(_("start_date and end_date may not be more than 90 days apart."))
    if start is None and not has_updated:
        start = (end or now) - SPAN
    return start, end


def page_of(given: Given) -> tuple[int, int]:
    """Page and rows per page; more than a thousand rows are a thousand."""
    page = _whole("page", given.one("page"), 1)
    size = _whole("page_size", given.one("page_size") or given.one("per_page") or given.one("limit"), MOST_ROWS)
    return min(page, MOST_PAGES), min(size, MOST_ROWS)


def _whole(name: str, text: str, default: int, *, least: int = 1) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or int(text[:12]) < least:
        words = {"name": name, "least": least, "value": text[:40]}
        raise InputError(_("%(name)s must be a whole number from %(least)s, not “%(value)s”.") % words)
    return int(text[:12])


def number(name: str, text: str) -> float | None:
    """A finite number, None for an empty text; raises InputError."""
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not abs(value) <= 1e9:
        raise InputError(_("%(name)s must be a number, not “%(value)s”.") % {"name": name, "value": text[:40]})
    return value


def _box(text: str) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    parts = [number("bbox", part.strip()) for part in text.split(",")]
    if len(parts) != 4 or None in parts:
        raise InputError(_("bbox is four numbers: west, south, east, north."))
    west, south, east, north = (float(part or 0.0) for part in parts)
    return west, south, east, north


def _circle(given: Given) -> tuple[float, float, float] | None:
    latitude, longitude, radius = given.number("lat"), given.number("long"), given.number("radius")
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None:
        raise InputError(_("A point needs both lat and long."))
    if abs(latitude) > 90 or abs(longitude) > 180 or (radius is not None and radius <= 0):
        raise InputError(_("lat, long and radius (in meters) do not make a circle on the map."))
    return longitude, latitude, min(radius or DEFAULT_RADIUS, WIDEST_RADIUS)


def instant(given: Given, name: str, *, ends: bool = False) -> datetime | None:
    """An instant; a day alone is its first instant, or its last where a span ends. Raises InputError."""
    text = given.one(name)
    return None if not text else _instant(name, text, ends=ends)


def _instant(name: str, text: str, *, ends: bool) -> datetime:
    try:
        if DAY_ALONE.match(text):
            found = datetime.combine(date.fromisoformat(text), time.max if ends else time.min)
        else:
            # Small letters stand for `T` and `Z` (RFC 3339), and hour 24 for the end of a day (ISO 8601).
            plain, is_end_of_day = END_OF_DAY.subn(r"\g<1>00:00", LOST_PLUS.sub(r"\1+\2", text.upper()))
            found = datetime.fromisoformat(plain) + timedelta(days=is_end_of_day)
    except (ValueError, OverflowError):
        raise InputError(
            _("%(name)s must be a date such as 2026-05-30T08:00:00Z, not “%(value)s”.") % {"name": name, "value": text[:40]}
        ) from None
    # Within these years every zone can say every instant, and no request is outside them.
    if not 1900 <= found.year <= 2999:
        found = found.replace(year=min(max(found.year, 1900), 2999), day=min(found.day, 28))
    # In UTC, since a database may refuse a zone no place on earth has.
    return (found if found.tzinfo else found.replace(tzinfo=current_city().zone)).astimezone(UTC)
