"""Pages of reports for everyone: the list, which departments' reports are there, one report, its files."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from citystat.core import clock
from citystat.core.access import rule
from citystat.stat_sessions.models import Report
from citystat.stat_sessions.reports import access, deliveries, office_views, openings, presenters, queries, rules, setting


@rule("public")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every report the reader may see, and which departments' reports of last month are missing."""
    staff, language = access.can_see_staff(request.user), get_language() or "en"
    month = queries.last_month(clock.today())
    found = queries.department_reports(month, language=language, staff=staff)
    context = {
        "groups": presenters.report_rows(queries.newest(staff=staff, language=language)),
        "month": presenters.month_view(month, found, queries.missing(found)),
        "can_release": access.can_release(request.user),
        "can_deliver": access.can_deliver(request.user),
    }
    return render(request, "stat_sessions/reports/index.html", context)


@rule("public")
@require_safe
def departments(request: HttpRequest, month: str) -> HttpResponse:
    """Which departments' reports of a month exist, the missing ones first."""
    rules.span("department_month", month)
    found = queries.department_reports(month, language=get_language() or "en", staff=access.can_see_staff(request.user))
    page = presenters.month_view(month, found, queries.missing(found))
    return render(request, "stat_sessions/reports/departments.html", {"month": page, "can_release": access.can_release(request.user)})


@rule("public")
@require_safe
def report(request: HttpRequest, key: int) -> HttpResponse:
    """One released report as a page."""
    row = _visible(request, key)
    openings.count(request, openings.of_report(row.kind, row.department))
    versions = [one for one in queries.other_versions(row) if one.audience == row.audience]
    context = setting.page_context(queries.document_of(row)) | {
        "row": row,
        "language": row.language,
        "newer": next((one for one in versions if one.edition > row.edition and one.language == row.language), None),
        "others": [one for one in versions if one.edition == row.edition and one.language != row.language],
        "what": deliveries.name_of_report(row),
        "can_deliver": access.can_deliver(request.user),
    }
    return render(request, "stat_sessions/reports/report.html", context)


@rule("public")
@require_safe
def report_file(request: HttpRequest, key: int, form: str) -> HttpResponse:
    """The frozen report as HTML, PDF, JSON, Excel or PowerPoint."""
    row = _visible(request, key)
    return office_views.answer(queries.document_of(row), form, tuple(setting.FORMS))


def _visible(request: HttpRequest, key: int) -> Report:
    row = queries.report(key)
    access.check_can_see(request.user, row)
    return row
