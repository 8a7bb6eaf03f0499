"""Sessions as iCalendar (RFC 5545): text escaped, lines folded at 75 octets, times in UTC."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from citystat.core.cities import current_city
from citystat.core.texts import said
from citystat.stat_sessions.models import Session

STATUSES = {"planned": "CONFIRMED", "held": "CONFIRMED", "missed": "CANCELLED", "cancelled": "CANCELLED"}
LONGEST_OCTETS = 75


def feed(sessions: Iterable[Session], *, host: str, base: str, name: str, now: datetime) -> str:
    """A calendar of sessions; `host` makes their identifiers unique, `base` begins the links."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//CityStat//Stat sessions//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines = [*head, f"X-WR-CALNAME:{escaped(name)}"]
    for one in sessions:
        lines += _event(one, host, base, now)
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(one: Session, host: str, base: str, now: datetime) -> Sequence[str]:
    link = f"{base.rstrip('/')}/stat/{one.pk}/"
    lines = [
        "BEGIN:VEVENT",
        f"UID:stat-session-{one.pk}@{host}",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(one.starts_at)}",
        f"DTEND:{_utc(one.starts_at + timedelta(minutes=one.minutes))}",
        f"SUMMARY:{escaped(said(one, 'title'))}",
        f"DESCRIPTION:{escaped(' '.join(part for part in (said(one, 'purpose'), one.why_not_held, link) if part))}",
        f"STATUS:{STATUSES[one.status]}",
        f"SEQUENCE:{one.revision - 1}",
        f"URL:{link}",
    ]
    if one.place:
        lines.append(f"LOCATION:{escaped(one.place)}")
    return [*lines, f"ORGANIZER;CN={_parameter(current_city().name)}:{link}", "END:VEVENT"]


def escaped(text: str) -> str:
    """A TEXT value: backslash, semicolon, comma and line breaks escaped; other control characters taken out."""
    plain = (
        text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    )
    return "".join(letter for letter in plain if letter >= " " and letter != "\x7f")


def folded(line: str) -> str:
    """A content line folded so that no piece is longer than 75 octets and no character is split."""
    pieces: list[str] = []
    piece = ""
    for letter in line:
        limit = LONGEST_OCTETS if not pieces else LONGEST_OCTETS - 1
        if len((piece + letter).encode("utf-8")) > limit:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])


def _parameter(text: str) -> str:
    return '"' + "".join(letter for letter in text if letter >= " " and letter != '"') + '"'


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
