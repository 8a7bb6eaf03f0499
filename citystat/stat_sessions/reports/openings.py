"""Openings of reports, counted by day without saying by whom; which reports nobody opens, and which are retired."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _

from citystat.core import clock
from citystat.core.access import has_right
from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.stat_sessions.models import Opening, Packet, Release, Report, RetiredReport
from citystat.stat_sessions.reports import rules

BOT = re.compile(r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python|headless|^$", re.IGNORECASE)
STAFF = "see_staff_pages"


@dataclass(frozen=True)
class Produced:
    """A kind of report that is made: since when, how often it was opened in the set time, and when last."""

    what: str
    first_on: date
    last_made_on: date
    times_made: int
    opened: int = 0
    opened_by_staff: int = 0
    last_opened_on: date | None = None

    def is_unread(self, today: date, days: int) -> bool:
        """Whether its retirement is proposed."""
        return rules.is_unread(self.first_on, self.last_opened_on, today, days)


def of_report(kind: str, department: str) -> str:
    """What openings of a report are counted by: its kind and department, whatever its month."""
    return f"report:{kind}:{department}"[:80]


def of_packet(packet: Packet) -> str:
    """The monthly packet of a scope."""
    return of_scope(packet.scope_kind, packet.scope_code)


def of_scope(kind: str, code: str) -> str:
    """The monthly packet of the city, a department or a district."""
    return f"packet:{kind}:{code}"[:80]


def of_series(series_id: int | None) -> str:
    """Packets of the sessions of a series."""
    return f"session:{series_id or ''}"


def count(request: HttpRequest, what: str) -> None:
    """Add one opening of today; machines, by the name they give, are left out. Nothing of the reader is kept but staff or not."""
    if request.method != "GET" or BOT.search(request.headers.get("User-Agent", "")):
        return
    key: dict[str, Any] = {"what": what, "on": clock.today(), "by_staff": has_right(request.user, STAFF)}
    with transaction.atomic():
        Opening.objects.get_or_create(**key)
        Opening.objects.filter(**key).update(count=F("count") + 1)


def produced(*, days: int = rules.UNREAD_AFTER_DAYS) -> list[Produced]:
    """Every kind of report that was released, retired ones left out, with its openings; least opened first."""
    made: dict[str, list[datetime]] = {}
    for row in Packet.objects.filter(edition=1).defer("content"):
        made.setdefault(of_packet(row), []).append(row.released_at)
    for kind, department, at in Report.objects.filter(edition=1).values_list("kind", "department", "released_at"):
        made.setdefault(of_report(kind, department), []).append(at)
    for series, at in Release.objects.filter(edition=1).values_list("session__series_id", "released_at"):
        made.setdefault(of_series(series), []).append(at)
    gone = set(RetiredReport.objects.values_list("what", flat=True))
    opened = _opened(clock.today() - timedelta(days=days))
    found = [_produced(what, instants, opened.get(what, {})) for what, instants in made.items() if what not in gone]
    return sorted(found, key=lambda one: (one.opened + one.opened_by_staff, one.what))


def unread(*, days: int = rules.UNREAD_AFTER_DAYS) -> list[Produced]:
    """Reports that nobody opened for so many days, which are proposed for retirement."""
    if days < 1:
        raise InputError(_("Give the number of days as 1 or more."))
    return [one for one in produced(days=days) if one.is_unread(clock.today(), days)]


def retired() -> dict[str, RetiredReport]:
    """Kinds of report that are no longer made."""
    return {row.what: row for row in RetiredReport.objects.select_related("by")}


def check_not_retired(what: str) -> None:
    """Raise InputError, with the reason, for a kind of report that was retired."""
    row = RetiredReport.objects.filter(what=what).first()
    if row is not None:
        raise InputError(_("This report was retired: %(reason)s Make it live again before you release it.") % {"reason": row.reason})


def _opened(since: date) -> dict[str, dict[str, Any]]:
    """Openings by what was opened: the last day ever, and how often since a day by staff and by others."""
    last_days = Opening.objects.values_list("what").annotate(last=Max("on")).order_by("what")
    found: dict[str, dict[str, Any]] = {what: {"last": last} for what, last in last_days}
    for row in Opening.objects.filter(on__gt=since).values("what", "by_staff").annotate(n=Sum("count")).order_by():
        found[row["what"]]["staff" if row["by_staff"] else "public"] = row["n"]
    return found


def _produced(what: str, instants: list[datetime], opened: dict[str, Any]) -> Produced:
    days = sorted(at.astimezone(current_city().zone).date() for at in instants)
    return Produced(what, days[0], days[-1], len(days), opened.get("public", 0), opened.get("staff", 0), opened.get("last"))
