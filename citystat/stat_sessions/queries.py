"""Reads: the content of a packet from a build, released packets, and what changed since a release."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.core.cities import current_city
from citystat.core.errors import InputError, NotFound
from citystat.places.rules import code_order
from citystat.plan.build_facts import first_day
from citystat.stat_sessions import center, changes, data_notes, districts, given, repeats, rules, sections, topics, words
from citystat.stat_sessions.changes import Change
from citystat.stat_sessions.content import FORMAT, Audience, PacketContent, Scope, ScopeKind, checksum, from_dict
from citystat.stat_sessions.figures import Reader, key_of, month_end, month_of
from citystat.stat_sessions.lists import OLDEST_IN_ALL, Lists, district_kind, place_names
from citystat.stat_sessions.models import Packet
from citystat.stat_sessions.topics import Evidence
from citystat.warehouse.connections import Warehouse, open_build

LANGUAGES = ("en", "es")
AUDIENCES: tuple[Audience, ...] = ("public", "staff")


def packet_content(
    month: str,
    *,
    kind: ScopeKind = "city",
    code: str = "",
    language: str = "en",
    audience: Audience = "public",
    build: int | None = None,
) -> PacketContent:
    """The packet of one month (`2017-06`) for the city, a department or a district; the same build gives the same content.

    Raises InputError for a month, language or audience that is not one, NotFound for a month without requests or an unknown scope.
    """
    first = checked_month(month)
    if language not in LANGUAGES:
        raise InputError(f"There is no packet in {language!r}: use {' or '.join(LANGUAGES)}.")
    if audience not in AUDIENCES:
        raise InputError(f"There is no audience {audience!r}: use {' or '.join(AUDIENCES)}.")
    warehouse = open_build(build)
    with translation.override(language):
        scope = find_scope(warehouse, kind, code)
        return _content(warehouse, first, scope, language, audience)


def checked_month(text: str) -> date:
    """The first day of a month written 2017-06."""
    try:
        return month_of(text.strip())
    except ValueError:
        raise InputError(f"{text!r} is not a month: write it like 2017-06.") from None


def find_scope(build: Warehouse, kind: ScopeKind, code: str) -> Scope:
    """The department by name or slug, the district by code or name; NotFound names those there are."""
    if kind == "city":
        return Scope("city", "", current_city().name)
    if kind == "department":
        rows = build.rows("SELECT department, department_slug FROM departments ORDER BY department")
        name = next((name for name, slug in rows if code.casefold() in (name.casefold(), (slug or "").casefold())), None)
        if name is None:
            raise NotFound(
                _("There is no department %(code)s; there are: %(names)s.") % {"code": code, "names": ", ".join(row[0] for row in rows)}
            )
        return Scope("department", name, name)
    names = place_names(build, district_kind(build))
    if not names:
        raise NotFound(_("No district boundaries have been loaded, so there are no district packets: run `citystat load places` first."))
    found = next((one for one, name in names.items() if code.casefold() in (one.casefold(), name.casefold())), None)
    if found is None:
        known = ", ".join(sorted(names, key=code_order))
        raise NotFound(_("There is no district %(code)s; there are: %(names)s.") % {"code": code, "names": known})
    return Scope("district", found, district_name(found, names[found]))


def district_name(code: str, name: str) -> str:
    """The place's own name, or `District 3` where the name is no more than the code."""
    return _("District %(code)s") % {"code": code} if name == code else name


def _content(build: Warehouse, month: date, scope: Scope, language: str, audience: Audience) -> PacketContent:
    kind = district_kind(build)
    where = {} if scope.kind == "city" else {"department" if scope.kind == "department" else str(kind): scope.code}
    reader, lists = Reader(build, month, where), Lists(build, month, scope, kind)
    everything = lists if scope.kind == "city" else Lists(build, month, Scope(), kind)
    days_known = check_month(everything, lists)
    complete = is_complete(everything)
    names = {code: district_name(code, name) for code, name in place_names(build, kind).items()}
    said = words.completeness(
        complete,
        month=formats.month(month),
        days_known=days_known,
        days=(month_end(month) - month).days + 1,
        as_of=formats.day(build.as_of),
    )
    before_name = formats.month(reader.last_year)
    gaps = districts.gaps(reader, kind, names) if complete and scope.kind != "department" else ()
    evidence = Evidence(reader, lists, scope, language, names, gaps)
    chosen = rules.choose(topics.candidates(evidence)) if complete else ()
    section = districts.districts(reader, lists, scope, names, gaps, audience, complete=complete)
    n_series = topics.n_series_judged(evidence) if complete else 0
    oldest = lists.oldest_open()[:OLDEST_IN_ALL]
    called = center.calls(build, month, scope, before_name, complete=complete)
    return PacketContent(
        format=FORMAT,
        city=current_city().name,
        demo=current_city().demo,
        month=key_of(month),
        month_name=formats.month(month),
        before_name=before_name,
        language=language,
        audience=audience,
        scope=scope,
        build=build.number,
        as_of=build.as_of.isoformat(),
        is_complete=complete,
        completeness=said,
        title=_title(scope, month),
        subtitle=words.subtitle(scope.kind),
        purpose=words.purpose(scope.kind, scope.name, formats.month(month)),
        decisions=words.decisions(chosen) or (words.nothing_to_decide(complete),),
        headlines=sections.headlines(reader, language, before_name, complete=complete),
        first_page_notes=called.notes,
        channels=sections.channels(reader, complete=complete),
        topics=tuple(topics.topic(candidate, evidence) for candidate in chosen),
        topics_note=words.topics_note(len(chosen), complete=complete),
        services=sections.services(reader, complete=complete),
        departments=sections.departments(reader, complete=complete) if scope.kind != "department" else None,
        oldest=sections.cases(oldest, names, audience),
        districts=section,
        repeats=repeats.places(lists, names, audience),
        repeat_facts=(*repeats.facts(reader, before_name, complete=complete), *center.facts(build, month, scope)),
        loads=data_notes.loads(build),
        flags=data_notes.flags(lists),
        notes=data_notes.notes(reader, lists, n_series=n_series, completeness=said, complete=complete),
        calls=called.lines,
        least_cases=current_city().minimum_denominator,
        own=given.lines(build, month, scope.code, language, audience) if scope.kind == "department" else (),
    )


def _title(scope: Scope, month: date) -> str:
    place = current_city().name if scope.kind == "city" else f"{current_city().name}: {scope.name}"
    return f"{place}, {formats.month(month)}"


def check_month(everything: Lists, lists: Lists) -> int:
    """Days of the month that hold requests of the city; NotFound, with the months there are, when none does."""
    span, number = everything.span(), lists.build.number
    if lists.span()["first_day"] is None:
        raise NotFound(_("There are no requests of %(name)s in data build %(build)s.") % {"name": lists.scope.name, "build": number})
    if not span["in_month"]:
        said = {"month": formats.month(lists.month), "build": number}
        ends = {"first": formats.month(span["first_day"]), "last": formats.month(span["last_day"])}
        raise NotFound(
            _("There are no requests of %(month)s in data build %(build)s: they run from %(first)s to %(last)s.") % (said | ends)
        )
    return len(everything.ask("month_days"))


def is_complete(everything: Lists) -> bool:
    """Whether the month is over and the city's data cover it from its first week to its last."""
    begins, week = first_day(everything.build), timedelta(days=7)
    days = [row["opened_on"] for row in everything.ask("month_days")]
    if begins is None or not days or everything.build.as_of < month_end(everything.month):
        return False
    starts = begins <= everything.month or days[0] <= everything.month + week
    return bool(starts and days[-1] >= month_end(everything.month) - week)


def released(packet: PacketContent) -> Packet | None:
    """The last released edition of the same month, scope, language and audience."""
    same = Packet.objects.filter(
        month=packet.month,
        scope_kind=packet.scope.kind,
        scope_code=packet.scope.code,
        language=packet.language,
        audience=packet.audience,
    )
    return same.order_by("-edition").first()


def editions(packet: Packet) -> QuerySet[Packet]:
    """Every edition of a packet, newest first."""
    names = ("month", "scope_kind", "scope_code", "language", "audience")
    return Packet.objects.filter(**{name: getattr(packet, name) for name in names}).order_by("-edition")


def in_language(packet: Packet, language: str) -> Packet:
    """The same edition in another language; the packet itself where that is not released."""
    names = ("month", "scope_kind", "scope_code", "audience", "edition")
    same = Packet.objects.filter(**{name: getattr(packet, name) for name in names})
    return same.filter(language=language.partition("-")[0]).first() or packet


def packets(*, staff: bool) -> QuerySet[Packet]:
    """Released packets, newest month first; staff versions only where asked."""
    everything = Packet.objects.defer("content")
    return everything if staff else everything.filter(audience="public")


def packet(key: int) -> Packet:
    """One released packet; NotFound where there is none."""
    found = Packet.objects.filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such packet."))
    return found


def content_of(row: Packet) -> PacketContent:
    """The frozen content; InputError when it no longer has the checksum it was released with."""
    content = from_dict(row.content)
    if checksum(content) != row.checksum:
        raise InputError(_("The stored content of this packet does not match its checksum, so it is not shown."))
    return content


def changes_since(row: Packet, build: int | None = None) -> tuple[Change, ...]:
    """Figures that differ if the packet is made again from a build (the one that serves)."""
    before = content_of(row)
    again = packet_content(
        row.month, kind=before.scope.kind, code=row.scope_code, language=row.language, audience=before.audience, build=build
    )
    with translation.override(row.language):
        return changes.changes(before, again)
