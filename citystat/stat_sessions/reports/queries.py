"""Reads of reports: what was released, which departments' reports of a month exist, what people wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from citystat.core.errors import InputError, NotFound, UserError
from citystat.core.texts import said
from citystat.plan import queries as plan
from citystat.stat_sessions.models import Audience, Narrative, Report, RetiredReport
from citystat.stat_sessions.reports import document
from citystat.stat_sessions.reports.document import Document
from citystat.warehouse.connections import open_build


@dataclass(frozen=True)
class DepartmentReport:
    """Whether a department's report of a month is there; `retired` says why none is made any more."""

    department: str
    report: Report | None
    retired: str = ""


def reports(*, staff: bool, language: str) -> QuerySet[Report]:
    """Reports in the reader's language, the staff's version for staff, newest period first; retired kinds are not listed."""
    wanted = "es" if language.startswith("es") else "en"
    rows = Report.objects.filter(language=wanted, audience="staff" if staff else "public").defer("content")
    gone = RetiredReport.objects.filter(what__startswith="report:").values_list("what", flat=True)
    for kind, _colon, department in (what.removeprefix("report:").partition(":") for what in gone):
        rows = rows.exclude(kind=kind, department=department)
    return rows.order_by("-period", "kind", "department", "-edition")


def newest(*, staff: bool, language: str) -> list[Report]:
    """The newest edition of each report."""
    found: dict[tuple[str, str, str], Report] = {}
    for row in reports(staff=staff, language=language):
        found.setdefault((row.kind, row.period, row.department), row)
    return list(found.values())


def report(key: int) -> Report:
    """One released report; NotFound where there is none."""
    found = Report.objects.filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such report."))
    return found


def document_of(row: Report) -> Document:
    """The frozen document; InputError when it no longer has the checksum it was released with."""
    found = document.from_dict(row.content)
    if document.checksum(found) != row.checksum:
        raise InputError(_("The stored content of this report does not match its checksum, so it is not shown."))
    return found


def other_versions(row: Report) -> QuerySet[Report]:
    """Every language, audience and edition of the same report, newest edition first."""
    same = Report.objects.filter(kind=row.kind, period=row.period, department=row.department).defer("content")
    return same.order_by("-edition", "audience", "language")


def last_edition(kind: str, period: str, department: str) -> tuple[Report, ...]:
    """The rows of the last edition; nothing before there is one."""
    rows = Report.objects.filter(kind=kind, period=period, department=department)
    last = rows.order_by("-edition").values_list("edition", flat=True).first()
    return tuple(rows.filter(edition=last).order_by("audience", "language")) if last else ()


def departments() -> list[str]:
    """Departments of the build that serves with requests of the last year, or with some still open."""
    last = _as_of()
    if last is None or not _has_departments():
        return []
    month = last.replace(day=1)
    found = [
        row
        for name, first in (("requests_opened", date(last.year - 1, last.month, 1)), ("open_backlog", month - timedelta(days=1)))
        for row in plan.measure_rows(name, start=first, end=last, by=("department",), interval=False)
    ]
    return sorted({str(row.group["department"]) for row in found if row.group["department"] and row.value})


def _as_of() -> date | None:
    try:
        return open_build().as_of + timedelta(days=1)
    except UserError:
        return None


def _has_departments() -> bool:
    return "department" in plan.group_keys("requests_opened")


def department_reports(month: str, *, language: str, staff: bool) -> list[DepartmentReport]:
    """Each department with its report of a month, or without one: what is missing is listed before the meeting."""
    there: dict[str, Report] = {}
    wanted = "es" if language.startswith("es") else "en"
    rows = Report.objects.filter(kind="department_month", period=month, language=wanted, audience="staff" if staff else "public")
    for row in rows.defer("content").order_by("edition"):
        there[row.department] = row
    gone = dict(RetiredReport.objects.filter(what__startswith="report:department_month:").values_list("what", "reason"))
    names = sorted({*departments(), *there})
    return [DepartmentReport(name, there.get(name), gone.get(f"report:department_month:{name}", "")) for name in names]


def missing(found: Sequence[DepartmentReport]) -> list[str]:
    """Departments whose report should be there and is not."""
    return [one.department for one in found if one.report is None and not one.retired]


def last_month(today: date) -> str:
    """The last month that is over, no later than the data know."""
    day = min(today, _as_of() or today).replace(day=1) - timedelta(days=1)
    return f"{day:%Y-%m}"


def audience(key: int) -> Audience:
    """One audience with its members; NotFound where there is none."""
    found = Audience.objects.prefetch_related("members__person").filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such audience."))
    return found


def narratives(period: str, language: str) -> dict[str, str]:
    """What people wrote about measures in a period, in a language, by measure."""
    return {row.measure: said(row, "text", language) for row in Narrative.objects.filter(period=period)}


def narrative_rows(period: str) -> dict[str, Narrative]:
    """The same with their revisions, for forms."""
    return {row.measure: row for row in Narrative.objects.filter(period=period)}
