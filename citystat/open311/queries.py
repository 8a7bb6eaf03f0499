"""Reads for programs: public requests alone, newest first in a fixed order, one statement for the rows and one for what hangs on them."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from citystat.core.errors import NotFound
from citystat.open311 import statements
from citystat.open311.models import Changeset
from citystat.open311.parameters import Search, clean
from citystat.service_requests.cases import offers, queries
from citystat.service_requests.models import ApiClient, Service, ServiceRequest

ROWS_AT_ONCE = 2000


class Row(NamedTuple):
    """The columns of a request the public may see some of; which, the presenters decide. Instants are text in UTC."""

    id: int
    service_slug: str
    status: str
    resolution: str
    status_note: str
    visibility: str
    shows_description: bool
    channel: str
    opened_at: str
    updated_at: str
    closed_at: str | None
    due_at: str | None
    department: str
    address: str
    address_id: str
    zipcode: str
    longitude: float | None
    latitude: float | None
    description: str
    media_url: str
    places: str
    voices: int

    @property
    def number(self) -> str:
        """What people and programs call it."""
        return f"{self.opened_at[2:4]}-{self.id:06d}"


class Note(NamedTuple):
    """One public event of a request."""

    at: str
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
    rows = Service.objects.order_by(F("in_force_from").asc(nulls_first=True), "pk").values_list("slug", "code", "name")
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
        raise NotFound(_("The city offers no service “%(code)s”.") % {"code": clean(code)[:80]})
    return found


def find(search: Search) -> tuple[list[Row], bool]:
    """One page, and whether there is another: one statement, and no count."""
    start = search.offset + (search.page - 1) * search.page_size
    found = statements.rows(_where(search), limit=search.page_size + 1, offset=start, order=statements.order_of(search))
    rows = [Row._make(values) for values in found]
    if search.ids:
        rows = _of_their_year(rows, search.ids)
    return rows[: search.page_size], len(rows) > search.page_size


def count(search: Search) -> int:
    """How many requests the search finds; a statement of its own, for who asks."""
    return statements.count(_where(search))


def every(search: Search) -> Iterator[list[Row]]:
    """All requests of a search in parts, each part going on after the last row of the one before; nothing is held open meanwhile."""
    part: list[Row] = []
    while True:
        where = _where(search)
        if part:
            where.add("(opened_at, id) < (%s, %s)", part[-1].opened_at, part[-1].id)
        part = [Row._make(values) for values in statements.rows(where, limit=ROWS_AT_ONCE)]
        if part:
            yield part
        if len(part) < ROWS_AT_ONCE:
            return


def one(number: str) -> Row:
    """A public request by its number; raises NotFound, the same for a private one as for none."""
    rows, _more = find(Search(ids=(number,)))
    if not rows:
        raise NotFound(_("There is no request “%(number)s”.") % {"number": clean(number)[:40]})
    return rows[0]


def of_token(token: str) -> Row:
    """The public request a token leads to; raises NotFound."""
    where = statements.Where()
    where.add("tracking_token = %s", clean(token)[:40])
    found = statements.rows(where, limit=1)
    if not found:
        raise NotFound(_("There is no request with the token “%(token)s”.") % {"token": clean(token)[:40]})
    return Row._make(found[0])


def extras(rows: Sequence[Row], *, notes: bool) -> Extras:
    """Photos, and events if wanted, of all rows in one statement, oldest first."""
    found = Extras()
    ids = [row.id for row in rows]
    parts = statements.parts(ids, notes=notes) if ids else []
    for request_id, _pk, what, name, at, text in sorted(parts, key=lambda row: (row[4], row[1])):
        if what == "photo":
            found.photos[request_id].append(name)
        else:
            found.notes[request_id].append(Note(at, name, text))
    return found


def _where(search: Search) -> statements.Where:
    asked, words = set(search.codes), search.words.casefold()
    names = service_names()
    slugs = [slug for slug, service in names.items() if service.code in asked or slug in asked] if asked else []
    named = [slug for slug, service in names.items() if words in service.name.casefold()] if words else []
    return statements.where_of(search, slugs, named)


def _of_their_year(rows: list[Row], numbers: Sequence[str]) -> list[Row]:
    """Without rows whose number was given with another year."""
    asked = {f"{found[1]}-{int(found[2]):06d}" for found in map(queries.NUMBER.match, numbers) if found}
    return [row for row in rows if row.number in asked]


def probable_duplicates(made: ServiceRequest, limit: int = 5) -> list[queries.Near]:
    """Open public requests of the same service within its own distance, nearest first, without the request itself."""
    if made.longitude is None or made.latitude is None:
        return []
    found = queries.near(made.service_slug, made.longitude, made.latitude, limit=limit + 1)
    return [one for one in found if one.request.pk != made.pk][:limit]


def programs() -> list[dict[str, Any]]:
    """Programs with a key, and those whose key was revoked, by name."""
    return [
        {"name": one.name, "email": one.contact_email, "channel": one.channel, "a_minute": one.a_minute, "is_active": one.is_active}
        for one in ApiClient.objects.order_by("name")
    ]


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
