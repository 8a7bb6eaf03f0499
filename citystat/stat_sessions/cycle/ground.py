"""What a session's packet stands on: one build, one month, one scope, read through the same measures as every other page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from citystat.core import clock, formats
from citystat.core.errors import NotFound, UserError
from citystat.stat_sessions import districts, queries
from citystat.stat_sessions.content import Scope
from citystat.stat_sessions.districts import DistrictGap
from citystat.stat_sessions.figures import Reader, month_end, month_of
from citystat.stat_sessions.lists import Lists, district_kind, place_names
from citystat.stat_sessions.models import Session
from citystat.stat_sessions.topics import Evidence
from citystat.warehouse.connections import Warehouse, open_build


@dataclass
class Ground:
    """Readers of one build for one session; `no_data` says in a sentence why there is nothing to read."""

    build: Warehouse
    month: date
    scope: Scope
    reader: Reader
    lists: Lists
    everything: Lists
    kind: str | None
    is_complete: bool
    no_data: str = ""

    @cached_property
    def names(self) -> dict[str, str]:
        """Districts by code."""
        return {code: queries.district_name(code, name) for code, name in place_names(self.build, self.kind).items()}

    @cached_property
    def given(self) -> Reader:
        """Reads measures people give or work out from them: they are the department's own already, so nothing is left out."""
        return Reader(self.build, self.month) if self.reader.where else self.reader

    @property
    def is_over(self) -> bool:
        """Whether the month is over, whatever the data of requests hold of it."""
        return month_end(self.month) < clock.today()

    @cached_property
    def gaps(self) -> tuple[DistrictGap, ...]:
        """Districts standardized to the city's mix, where that can be judged."""
        judged = self.is_complete and not self.no_data and self.scope.kind != "department"
        return districts.gaps(self.reader, self.kind, self.names) if judged else ()

    def evidence(self, language: str, only: Iterable[str] | None = None) -> Evidence:
        """What the rules of the monthly packet look at; `only` keeps to the measures of a goal, which is much less work."""
        kept = None if only is None else frozenset(only)
        gaps = self.gaps if kept is None or "closed_on_time" in kept else ()
        return Evidence(self.reader, self.lists, self.scope, language, self.names, gaps, kept)


def ground_of(session: Session, build: int | None = None) -> Ground | str:
    """The ground of a session, or the sentence that says why there is no build to stand on."""
    try:
        warehouse = open_build(build)
    except UserError as error:
        return str(error)
    month = month_of(session.month)
    kind = district_kind(warehouse)
    scope, no_data = _scope(warehouse, session)
    where = {"department": scope.code} if scope.kind == "department" else {}
    lists, everything = Lists(warehouse, month, scope, kind), Lists(warehouse, month, Scope(), kind)
    no_data = no_data or _silence(lists, everything)
    complete = not no_data and queries.is_complete(everything)
    return Ground(warehouse, month, scope, Reader(warehouse, month, where), lists, everything, kind, complete, no_data)


def _scope(build: Warehouse, session: Session) -> tuple[Scope, str]:
    """The department of the session, else the city; a department the data do not know is named."""
    if not session.department:
        return queries.find_scope(build, "city", ""), ""
    try:
        return queries.find_scope(build, "department", session.department), ""
    except NotFound as error:
        return Scope("department", session.department, session.department), str(error)


def _silence(lists: Lists, everything: Lists) -> str:
    try:
        queries.check_month(everything, lists)
    except NotFound as error:
        return str(error)
    return ""


def nothing_known(month: str) -> str:
    """What a page says where a session has no data."""
    return _("There are no figures of %(month)s yet.") % {"month": formats.month(month)}
