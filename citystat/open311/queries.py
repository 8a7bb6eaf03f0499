"""Reads for programs: public requests alone, newest first in a fixed order, one statement for the rows and one for what hangs on them."""

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import CharField, F, Q, QuerySet, TextField, Value
from django.utils import timezone

from citystat.core.errors import NotFound
from citystat.open311.models import Changeset
from citystat.open311.parameters import STATUSES, Search
from citystat.service_requests import rules
from citystat.service_requests.cases import offers, queries
from citystat.service_requests.models import Event, Photo, Service, ServiceRequest

ROWS_AT_ONCE = 2000


class Row(NamedTuple):
    """The columns of a request the public may see some of; which, the presenters decide."""

    id: int
    service_slug: str
    status: str
    resolution: str
    status_note: str
    visibility: str
    shows_description: bool
    channel: str
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    department: str
    address: str
    address_id: str
    zipcode: str
    longitude: float | None
    latitude: float | None
    description: str
    media_url: str
    places: dict[str, str]
    voices: int

    @property
    def number(self) -> str:
        """What people and programs call it."""
        return f"{self.opened_at:%y}-{self.id:06d}"


class Note(NamedTuple):
    """One public event of a request."""

    at: datetime
    kind: str
    text: str


@dataclass
class Extras:
    """Public photos and, where asked for, public events of some requests, by request."""

    photos: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[int, list[Note]] = field(default_factory=lambda: defaultdict(list))


class ServiceName(NamedTuple):
    """What a service is called."""

    code: str
    name: str


def _read_names() -> dict[str, ServiceName]:
    rows = Service.objects.order_by("in_force_from", "pk").values_list("slug", "code", "name")
    return {slug: ServiceName(code or slug, name) for slug, code, name in rows}


# Requests keep the names of services that are offered no more.
_names: offers.Briefly[dict[str, ServiceName]] = offers.Briefly(_read_names, Service)


def service_names() -> Mapping[str, ServiceName]:
    """Code and name of every service there ever was, by slug."""
    return _names.get()


def offered(code: str) -> offers.Offer:
    """A service programs may ask for, by code; raises NotFound."""
    found = offers.offer(code)
    if not found.form.is_offered:
        raise NotFound(f"The city offers no service {code[:80]!r}.")
    return found


def find(search: Search) -> tuple[list[Row], bool]:
    """One page, and whether there is another: one statement, and no count."""
    start = (search.page - 1) * search.page_size
    found = _ordered(search)[start : start + search.page_size + 1]
    rows = [Row._make(values) for values in found.values_list(*Row._fields)]
    if search.ids:
        rows = _of_their_year(rows, search.ids)
    return rows[: search.page_size], len(rows) > search.page_size


def count(search: Search) -> int:
    """How many requests the search finds; a statement of its own, for who asks."""
    return _matching(search).count()


def every(search: Search) -> Iterator[list[Row]]:
    """All requests of a search in parts, without holding them all."""
    part: list[Row] = []
    for values in _ordered(search).values_list(*Row._fields).iterator(chunk_size=ROWS_AT_ONCE):
        part.append(Row._make(values))
        if len(part) == ROWS_AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def one(number: str) -> Row:
    """A public request by its number; raises NotFound, the same for a private one as for none."""
    rows, _more = find(Search(ids=(number,)))
    if not rows:
        raise NotFound(f"There is no request {number[:40]!r}.")
    return rows[0]


def of_token(token: str) -> Row:
    """The public request a token leads to; raises NotFound."""
    found = ServiceRequest.objects.filter(tracking_token=token[:40], visibility__in=queries.PUBLIC).values_list(*Row._fields).first()
    if found is None:
        raise NotFound(f"There is no request with the token {token[:40]!r}.")
    return Row._make(found)


def extras(rows: Sequence[Row], *, notes: bool) -> Extras:
    """Photos, and events if wanted, of all rows in one statement."""
    found = Extras()
    ids = [row.id for row in rows]
    if not ids:
        return found
    photos = Photo.objects.filter(request_id__in=ids, public=True, removed_at__isnull=True).order_by()
    wanted: QuerySet[Any, Any] = _columns(photos, "photo", F("token"), F("added_at"), Value(""))
    if notes:
        events = Event.objects.filter(request_id__in=ids, public=True).order_by()
        wanted = wanted.union(_columns(events, "note", F("kind"), F("at"), F("text")), all=True)
    for request_id, _pk, what, name, at, text in sorted(wanted, key=lambda row: (row[4], row[1])):
        if what == "photo":
            found.photos[request_id].append(name)
        else:
            found.notes[request_id].append(Note(at, name, text))
    return found


def _columns(found: QuerySet[Any], what: str, name: Any, at: Any, text: Any) -> QuerySet[Any, Any]:
    plain: QuerySet[Any, Any] = found.annotate(
        part_what=Value(what, output_field=CharField()), part_name=name,
        part_at=at, part_text=text if isinstance(text, F) else Value("", output_field=TextField()),
    )  # fmt: skip
    return plain.values_list("request_id", "pk", "part_what", "part_name", "part_at", "part_text")


def _ordered(search: Search) -> QuerySet[ServiceRequest]:
    return _matching(search).order_by("-opened_at", "-id")


def _matching(search: Search) -> QuerySet[ServiceRequest]:
    found = ServiceRequest.objects.filter(visibility__in=queries.PUBLIC)
    if search.ids:
        numbers = [queries.NUMBER.match(number) for number in search.ids]
        return found.filter(pk__in=[int(number[2]) for number in numbers if number])
    spans = {
        "opened_at__gte": search.opened_from, "opened_at__lte": search.opened_to,
        "updated_at__gte": search.updated_from, "updated_at__lte": search.updated_to,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in spans.items() if value is not None})
    if search.codes:
        found = found.filter(service_slug__in=_slugs(search.codes))
    if search.statuses != STATUSES:
        is_open = Q(status__in=rules.OPEN_STATUSES)
        found = found.filter(is_open if "open" in search.statuses else ~is_open)
    if search.words:
        found = found.filter(_with_words(search.words))
    return _in_area(found, search)


def _slugs(codes: Sequence[str]) -> list[str]:
    asked = set(codes)
    return [slug for slug, service in service_names().items() if service.code in asked or slug in asked]


def _of_their_year(rows: list[Row], numbers: Sequence[str]) -> list[Row]:
    """Without rows whose number was given with another year."""
    asked = {f"{found[1]}-{int(found[2]):06d}" for found in map(queries.NUMBER.match, numbers) if found}
    return [row for row in rows if row.number in asked]


def _with_words(words: str) -> Q:
    """Words in what is public of a request: never in an address or a text that is not shown."""
    slugs = [slug for slug, service in service_names().items() if words.casefold() in service.name.casefold()]
    shown = Q(shows_description=True, description__icontains=words) | Q(visibility="public", address__icontains=words)
    return shown | Q(service_slug__in=slugs) if slugs else shown


def _in_area(found: QuerySet[ServiceRequest], search: Search) -> QuerySet[ServiceRequest]:
    """Requests whose place is shown, within the box or circle; others are not found by their place."""
    if search.box is not None:
        west, south, east, north = search.box
        found = found.filter(visibility="public", latitude__range=(south, north), longitude__range=(west, east))
    if search.circle is not None:
        longitude, latitude, radius = search.circle
        high = radius / queries.METERS_PER_DEGREE
        squeeze = max(math.cos(math.radians(latitude)), 0.01)
        x, y = F("longitude") - Value(longitude), F("latitude") - Value(latitude)
        found = found.filter(
            visibility="public", latitude__range=(latitude - high, latitude + high),
            longitude__range=(longitude - high / squeeze, longitude + high / squeeze),
        ).alias(apart=x * x * Value(squeeze**2) + y * y)  # fmt: skip
        found = found.filter(apart__lte=high**2)
    return found


def changeset() -> datetime:
    """When the services or their questions last changed, as far as anybody has looked."""
    checksum = _checksum()
    last = Changeset.objects.order_by("-id").first()
    if last is None or last.checksum != checksum:
        last = Changeset.objects.create(checksum=checksum, seen_at=timezone.now())
    return last.seen_at


def _checksum() -> str:
    parts = [
        [offer.code, offer.name, offer.group, offer.form.description, offer.form.keywords, offer.form.visibility, offer.questions]
        for offer in offers.offered()
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
