"""Notices: what the city knows already, told to people before they report it. Written, published after a look, ended, counted.

Reading costs no statement while a storm lasts: published notices are kept for a few seconds, and each is held against the clock
when it is asked for, so one that has run out is never shown. One ended early is gone from every serving process within ten seconds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from citystat.core import audit, clock, formats
from citystat.core.cities import current_city
from citystat.core.errors import InputError, NotFound
from citystat.service_requests import access
from citystat.service_requests.cases import covering
from citystat.service_requests.cases.covering import Cover, Point
from citystat.service_requests.cases.offers import Briefly
from citystat.service_requests.models import Notice, NoticeCount

LONGEST_TITLE = 160
LONGEST_BODY = 2_000
GRAVITY = ("emergency", "warning", "info")
Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Content:
    """What is written of a notice. `shape` is GeoJSON text; codes are of places of `kind`; empty covers all."""

    texts: Texts
    starts_at: datetime
    ends_at: datetime
    severity: str = Notice.Severity.INFORMATION
    services: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    kind: str = ""
    codes: tuple[str, ...] = ()
    shape: str = ""


@dataclass(frozen=True)
class Current:
    """A notice that is out, in the reader's language; `language` is the one it is in where that is another."""

    id: int
    title: str
    body: str
    severity: str
    area: str
    ends_at: datetime
    updated_at: datetime
    language: str = ""

    @property
    def until(self) -> str:
        """When it ends, in the city's zone and the reader's form."""
        local = self.ends_at.astimezone(current_city().zone)
        return f"{formats.day(local.date())}, {formats.clock(local.time())}"


def _read_out() -> tuple[tuple[Notice, Cover], ...]:
    found = Notice.objects.filter(published_at__isnull=False, ended_early_at__isnull=True, ends_at__gt=clock.now())
    return tuple((one, covering.cover_of(one)) for one in found)


_out: Briefly[tuple[tuple[Notice, Cover], ...]] = Briefly(_read_out, Notice)


def current(
    service: str = "", places: Mapping[str, str] | None = None, point: Point | None = None, *, only_whole_city: bool = False
) -> list[Current]:
    """Notices in force for a service (empty: any) at a place, gravest first.

    Where the place is not known yet (`places` None), those of a part of the city count when they name the service: the reader sees
    for which part they are.
    """
    now = clock.now()
    return _gravest_first(
        one for one, cover in _out.get()
        if one.starts_at <= now < one.ends_at
        and (not service or cover.fits_service(service))
        and (cover.is_whole_city if only_whole_city else _fits(cover, service, places, point))
    )  # fmt: skip


def _gravest_first(found: Iterable[Notice]) -> list[Current]:
    return [in_words(one) for one in sorted(found, key=lambda one: (GRAVITY.index(one.severity), one.ends_at, one.pk))]


def _fits(cover: Cover, service: str, places: Mapping[str, str] | None, point: Point | None) -> bool:
    if places is None:
        return cover.is_whole_city or cover.names_services or not service
    return cover.fits_place(places, point)


def of_place(kind: str, code: str) -> list[Current]:
    """Notices in force in a place the city knows: those of all the city and those that name the place."""
    now = clock.now()
    return _gravest_first(
        one for one, cover in _out.get()
        if one.starts_at <= now < one.ends_at and (cover.is_whole_city or (cover.kind == kind and code in cover.codes))
    )  # fmt: skip


def version() -> tuple[int, ...]:
    """Changes whenever another set of notices is in force: pages that are kept are kept for it."""
    now = clock.now()
    return tuple(
        part for one, _cover in _out.get() if one.starts_at <= now < one.ends_at for part in (one.pk, int(_changed(one).timestamp()))
    )


def _changed(one: Notice) -> datetime:
    return max(one.written_at, one.published_at or one.written_at, one.starts_at)


def in_words(one: Notice) -> Current:
    """The notice in the reader's language, or in the city's first where it has no other."""
    text = words_in(one.texts, get_language() or "en")
    return Current(
        one.pk, text["title"], text["body"], one.severity, covering.area_words(one), one.ends_at, _changed(one), text["language"]
    )


def words_in(texts: Texts, language: str) -> Mapping[str, str]:
    """The words in a language, else in the first of the city's languages that has any: `language` says then which."""
    wanted = language.partition("-")[0]
    for code in (wanted, *current_city().languages, *texts):
        if texts.get(code, {}).get("title"):
            return {**texts[code], "language": "" if code == wanted else code}
    return {"title": "", "body": "", "language": ""}


def one_of(pk: int) -> Notice:
    """A notice in any state; raises NotFound."""
    found = Notice.objects.select_related("author", "published_by", "ended_by").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such notice."))
    return found


def every(limit: int = 200) -> list[tuple[Notice, Mapping[str, int]]]:
    """All notices, latest first, each with how often it was shown and what people did then."""
    found = list(Notice.objects.select_related("author", "published_by")[:limit])
    sums = NoticeCount.objects.filter(notice__in=found).values("notice_id")
    counted: dict[int, Any] = {
        row["notice_id"]: row for row in sums.annotate(shown=Sum("shown"), filed=Sum("filed"), withheld=Sum("withheld")).order_by()
    }
    nothing = {"shown": 0, "filed": 0, "withheld": 0}
    return [(one, counted.get(one.pk, nothing)) for one in found]


def state(one: Notice) -> str:
    """draft, waiting, current or ended."""
    now = clock.now()
    if one.ended_early_at or one.ends_at <= now:
        return "ended"
    if one.published_at is None:
        return "draft"
    return "current" if one.starts_at <= now else "waiting"


def write(*, by: Any, content: Content, pk: int | None = None) -> Notice:
    """Write a notice, or write one anew; it is shown once somebody publishes it. Raises InputError with every mistake."""
    access.check_can_manage_311(by)
    fields = _checked(content)
    with transaction.atomic():
        one = one_of(pk) if pk is not None else Notice(author=by)
        if pk is not None and state(one) == "ended":
            raise InputError(_("This notice has ended: write a new one."))
        before = one.texts
        for name, value in fields.items():
            setattr(one, name, value)
        # Whoever changes what is out has looked at it.
        one.written_at, one.published_by = clock.now(), by if one.published_at else None
        one.save()
        details = {"texts": fields["texts"]} | ({"before": before} if pk is not None else {})
        audit.record(by=by, action="write notice", target=str(one.pk), details=details)
    return one


def _checked(content: Content) -> dict[str, Any]:
    texts = {code: {part: text.get(part, "").strip() for part in ("title", "body")} for code, text in content.texts.items()}
    texts = {code: text for code, text in texts.items() if text["title"] or text["body"]}
    if not texts or not all(text["title"] for text in texts.values()):
        raise InputError(_("Give the notice a title in each language it is written in."))
    if any(len(text["title"]) > LONGEST_TITLE or len(text["body"]) > LONGEST_BODY for text in texts.values()):
        raise InputError(
            _("A title has at most %(title)s characters and a text %(body)s.") % {"title": LONGEST_TITLE, "body": f"{LONGEST_BODY:,}"}
        )
    if content.ends_at <= content.starts_at:
        raise InputError(_("A notice ends after it starts."))
    if content.ends_at <= clock.now():
        raise InputError(_("The end lies in the past: such a notice would never be shown."))
    if content.severity not in Notice.Severity.values:
        raise InputError(_("Choose how grave it is."))
    covered = covering.checked(
        services=content.services, groups=content.groups, kind=content.kind, codes=content.codes, shape_text=content.shape
    )
    return {"texts": texts, "severity": content.severity, "starts_at": content.starts_at, "ends_at": content.ends_at, **covered}


def publish(*, by: Any, pk: int) -> Notice:
    """Let a notice out, after a look at how residents see it; the record says who looked, the author or another."""
    access.check_can_manage_311(by)
    with transaction.atomic():
        one = one_of(pk)
        if state(one) != "draft":
            raise InputError(_("This notice is out already, or has ended."))
        one.published_at, one.published_by = clock.now(), by
        one.save()
        details = {"looked at by another": bool(one.author_id and one.author_id != getattr(by, "pk", None))}
        audit.record(by=by, action="publish notice", target=str(one.pk), details=details)
    return one


def end(*, by: Any, pk: int) -> Notice:
    """End a notice now."""
    access.check_can_manage_311(by)
    with transaction.atomic():
        one = one_of(pk)
        if state(one) == "ended":
            raise InputError(_("This notice has ended already."))
        one.ended_early_at, one.ended_by = clock.now(), by
        one.save()
        audit.record(by=by, action="end notice", target=str(one.pk))
    return one


def count(ids: Iterable[int], *, shown: int = 0, filed: int = 0, withheld: int = 0) -> None:
    """Add to a notice's numbers of today. They are sums: who it was is nowhere written."""
    wanted = {one for one in ids if any(one == notice.pk for notice, _cover in _out.get())}
    on = clock.now().astimezone(current_city().zone).date()
    for pk in sorted(wanted):
        NoticeCount.objects.get_or_create(notice_id=pk, on=on)
        NoticeCount.objects.filter(notice_id=pk, on=on).update(
            shown=F("shown") + shown, filed=F("filed") + filed, withheld=F("withheld") + withheld
        )
