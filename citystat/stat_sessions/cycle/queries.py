"""Reads of sessions: the calendar, one session with what was decided, coverage, sponsors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from citystat.core import clock
from citystat.core.errors import InputError, NotFound
from citystat.stat_sessions import corrections
from citystat.stat_sessions.cycle import access, calendar, content, rules
from citystat.stat_sessions.cycle.content import MemoContent, SessionPacket
from citystat.stat_sessions.cycle.rules import Coverage, Expected, Meeting
from citystat.stat_sessions.models import Attendee, Decision, Memo, Release, Series, Session


@dataclass(frozen=True)
class SponsorAttendance:
    """How often an executive sponsor came to the sessions held they were invited to."""

    name: str
    invited: int
    came: int

    @property
    def share(self) -> float:
        """Came of invited."""
        return self.came / self.invited if self.invited else 0.0


def sessions(*, staff: bool) -> QuerySet[Session]:
    """Every session the reader may know of, latest first."""
    rows = Session.objects.select_related("series").defer("draft")
    return rows if staff else rows.filter(kind__in=rules.IS_PUBLIC)


def session(session_id: int, *, reader: Any) -> Session:
    """One session; NotFound where there is none, NotAllowed where the reader may not know of it."""
    found = Session.objects.select_related("series", "previous", "chair", "analyst", "reviewed_by").filter(pk=session_id).first()
    if found is None:
        raise NotFound(_("There is no such session."))
    access.check_can_see(reader, found)
    return found


def coming(*, staff: bool, most: int = 6) -> list[Session]:
    """The next sessions, soonest first."""
    rows = sessions(staff=staff).filter(starts_at__gte=clock.now() - timedelta(hours=12), status=Session.Status.PLANNED)
    return list(rows.order_by("starts_at", "id")[:most])


def past(*, staff: bool, most: int = 12) -> list[Session]:
    """The last sessions, latest first, however they ended, with how much was decided and promised."""
    over = Q(status__in=[Session.Status.HELD, Session.Status.MISSED, Session.Status.CANCELLED]) | Q(
        starts_at__lt=clock.now() - timedelta(hours=12)
    )
    rows = sessions(staff=staff).filter(over, starts_at__lte=clock.now() + timedelta(days=1))
    visible = {} if staff else {"filter": Q(decisions__is_public=True)}
    promised = {} if staff else {"filter": Q(commitments__is_public=True)}
    counted = rows.annotate(
        n_decisions=Count("decisions", distinct=True, **visible), n_commitments=Count("commitments", distinct=True, **promised)
    )
    return list(counted.order_by("-starts_at", "-id")[:most])


def of_month(month: date, *, staff: bool) -> list[Session]:
    """Sessions of a month in order, for the calendar."""
    rows = sessions(staff=staff).filter(starts_at__date__gte=month - timedelta(days=1), starts_at__date__lt=month + timedelta(days=33))
    return [one for one in rows.order_by("starts_at", "id") if calendar.day_of(one).replace(day=1) == month]


def for_feed(*, staff: bool) -> list[Session]:
    """Sessions of the last year and to come, for calendars people subscribe to."""
    return list(sessions(staff=staff).filter(starts_at__gte=clock.now() - timedelta(days=366)).order_by("starts_at", "id")[:500])


def coverage(year: int, *, staff: bool) -> Coverage:
    """What each series should have held in a year, what it did, and each missing session by name."""
    if not 1990 <= year <= 2200:
        raise InputError(_("%(year)s is not a year of this calendar.") % {"year": year})
    rows = Series.objects.all() if staff else Series.objects.filter(kind__in=rules.IS_PUBLIC)
    series = {one.pk: one for one in rows.order_by("title")}
    expected = [Expected(one.slug, one.department, one.goal_code, one.times_a_year, one.starts_on, one.ends_on) for one in series.values()]
    found = Session.objects.filter(series_id__in=series, starts_at__year__gte=year - 1, starts_at__year__lte=year + 1).order_by("starts_at")
    meetings = [Meeting(series[one.series_id].slug, calendar.day_of(one), one.status, one.why_not_held) for one in found if one.series_id]
    return rules.coverage(expected, meetings, year, clock.today())


def titles_of_series() -> dict[str, Series]:
    """Series by slug."""
    return {one.slug: one for one in Series.objects.all()}


def release_for(session: Session, *, staff: bool, language: str) -> Release | None:
    """The newest edition in the reader's language; the staff version for staff."""
    rows = session.releases.filter(audience="staff" if staff else "public").order_by("-edition")
    wanted = "es" if language.startswith("es") else "en"
    return rows.filter(language=wanted).first() or rows.first()


def packet_of(row: Release) -> SessionPacket:
    """The frozen packet; InputError when it no longer has the checksum it was released with."""
    packet = content.packet_of(row.content)
    if content.checksum(packet) != row.checksum:
        raise InputError(_("The stored content of this packet does not match its checksum, so it is not shown."))
    return packet


def memo_for(session: Session, *, staff: bool, language: str) -> tuple[Memo, MemoContent] | None:
    """The newest memo in the reader's language and for the audience; None before there is one, or none for this audience."""
    row = session.memos.order_by("-edition").first()
    if row is None:
        return None
    if content.checksum(row.content) != row.checksum:
        raise InputError(_("The stored content of this memo does not match its checksum, so it is not shown."))
    versions = row.content.get("staff" if staff else "public")
    return (row, content.memo_of(versions["es" if language.startswith("es") else "en"])) if versions else None


def public_decisions(*, most: int = 30) -> list[Decision]:
    """What the city decided in public sessions that are followed up, latest first, with votes and what was promised."""
    rows = Decision.objects.filter(is_public=True, session__kind__in=rules.IS_PUBLIC, session__stage=Session.Stage.FOLLOWED_UP)
    known = rows.select_related("session").prefetch_related("votes", "commitments__owner", "corrections__by", "corrections__commitment")
    return list(known.order_by("-decided_on", "-id")[:most])


def sponsors(*, since: date) -> list[SponsorAttendance]:
    """Executive sponsors with the sessions held they were invited to and came to; who came least often first."""
    rows = Attendee.objects.filter(role=Attendee.Role.SPONSOR, session__status=Session.Status.HELD, session__starts_at__date__gte=since)
    counted = rows.values("person__name", "person__email", "name").annotate(invited=Count("id"), came=Count("id", filter=Q(came=True)))
    found = [
        SponsorAttendance(row["person__name"] or row["person__email"] or row["name"], row["invited"], row["came"])
        for row in counted.order_by("person__name", "name")
    ]
    return sorted(found, key=lambda one: (one.share, one.name))


def series() -> QuerySet[Series]:
    """Every series by title."""
    return Series.objects.all()


def topics_with_record(session: Session) -> Sequence[Any]:
    """The picked topics with what was decided and promised on each, in order."""
    rows = session.topics.filter(is_picked=True).order_by("position", "id")
    return list(rows.prefetch_related(Prefetch("decisions"), Prefetch("commitments")))


def corrected_since_memo(session: Session, memo: Memo, *, staff: bool) -> list[str]:
    """What was corrected in the record after a memo went out, in words."""
    return corrections.sentences(corrections.of_session(session, staff=staff, since=memo.sent_at), staff=staff)


def corrected(session: Session, row: Release | None, *, staff: bool) -> list[str]:
    """What was corrected in the record of a session; and, where its packet was released before, in that of the session before."""
    before = corrections.of_session(session.previous, staff=staff, since=row.released_at) if row else []
    return corrections.sentences([*before, *corrections.of_session(session, staff=staff)], staff=staff)
