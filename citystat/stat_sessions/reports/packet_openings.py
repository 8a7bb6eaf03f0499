"""What a packet begins with, as sections of its Excel and PowerPoint files: purpose, decisions, last time, agenda, what residents say."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.stat_sessions.content import PacketContent
from citystat.stat_sessions.cycle.content import SessionPacket
from citystat.stat_sessions.reports.document import Column, Section, Table, figure, number
from citystat.stat_sessions.reports.document import words as text


def purpose(said: str, decisions: tuple[str, ...], good_news: str = "") -> Section:
    """Why people meet and what is to be decided: the first slide after the title."""
    asked = tuple(_("To decide: %(decision)s") % {"decision": one} for one in decisions)
    return Section("purpose", _("Purpose"), _("Decisions needed"), points=tuple(line for line in (said, good_news, *asked) if line))


def last_time(packet: SessionPacket) -> Section | None:
    """The follow-up memo of the session before, in short."""
    memo = packet.last_memo
    if memo is None:
        return None
    focus = _("In focus today: %(focus)s") % {"focus": memo.next_focus} if memo.next_focus else ""
    decided = tuple(_("Decided: %(decision)s") % {"decision": one} for one in memo.decisions)
    heading = _("Last time, %(day)s") % {"day": formats.day(date.fromisoformat(memo.on))}
    return Section("last", heading, points=tuple(line for line in (memo.summary, *decided, focus) if line))


def agenda(packet: SessionPacket) -> Section | None:
    """The meeting minute by minute."""
    if not packet.agenda:
        return None
    starts = datetime.fromisoformat(packet.starts_at)
    rows = tuple(
        (text(formats.clock((starts + timedelta(minutes=item.start)).time())), number(item.minutes), text(item.text))
        for item in packet.agenda
    )
    columns = (Column(_("From"), width=0.6), Column(_("Minutes"), "count"), Column(_("What"), width=4.0))
    return Section("agenda", _("Agenda"), tables=(Table(_("Agenda"), columns, rows),))


def residents(packet: SessionPacket) -> Section | None:
    """What residents ask for, and what they say of the work."""
    points = tuple(f"{fact.label}: {fact.text}" for fact in packet.signals)
    return Section("residents", _("What residents say"), points=points) if points else None


def missing_goals(packet: SessionPacket) -> Section | None:
    """Goals of the plan that show no value: missing, not well."""
    points = tuple(f"{goal.title}: {goal.why}" for goal in packet.missing_goals)
    return Section("missing", _("Goals without a value"), points=points) if points else None


def channels(packet: PacketContent) -> Section | None:
    """Requests opened by channel, beside the same month last year."""
    if not packet.channels:
        return None
    columns = (
        Column(_("Channel"), width=1.6),
        Column(packet.month_name, "count"),
        Column(packet.before_name, "count"),
        Column(_("Share"), "percent"),
        Column(_("Share, %(month)s") % {"month": packet.before_name}, "percent"),
    )
    rows = tuple(
        (text(one.label), figure(one.opened.now), figure(one.opened.before), number(one.share), number(one.share_before))
        for one in packet.channels
    )
    heading = _("Requests opened by channel")
    return Section("channels", heading, tables=(Table(heading, columns, rows),))
