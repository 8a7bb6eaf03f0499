"""Pages of sessions for everyone: the list, the calendar, coverage, one session, its files, its memo."""

from datetime import date
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citystat.core import clock
from citystat.core.access import rule
from citystat.core.cities import current_city
from citystat.core.embedding import embeddable, is_embedded
from citystat.core.errors import InputError, NotFound
from citystat.stat_sessions.cycle import access, content, documents, ical, mail, memos, presenters, queries, rules
from citystat.stat_sessions.cycle.content import SessionPacket
from citystat.stat_sessions.models import Release, Session
from citystat.stat_sessions.reports import openings

ICS = "text/calendar; charset=utf-8"


@rule("public")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The next sessions, the last ones, how many of those expected were held."""
    staff, today = access.can_see_staff(request.user), clock.today()
    context = {
        "coming": [presenters.session_row(one, request.user) for one in queries.coming(staff=staff)],
        "past": [presenters.session_row(one, request.user) for one in queries.past(staff=staff)],
        "coverage": presenters.coverage_view(queries.coverage(today.year, staff=staff)),
        "month": f"{today:%Y-%m}",
        "can_run": access.can_run(request.user),
    }
    return render(request, "stat_sessions/cycle/index.html", context)


@rule("public")
@require_safe
def month(request: HttpRequest, month: str) -> HttpResponse:
    """The calendar of one month."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise InputError(_("%(text)s is not a month: write it like 2017-06.") % {"text": month[:20]}) from None
    if not 1990 <= first.year <= 2200:
        raise NotFound(_("This calendar has no page for %(year)s.") % {"year": first.year})
    page = presenters.calendar_page(first, queries.of_month(first, staff=access.can_see_staff(request.user)))
    return render(request, "stat_sessions/cycle/month.html", {"calendar": page})


@rule("public")
@require_safe
def coverage(request: HttpRequest, year: int) -> HttpResponse:
    """Expected, held and missing sessions of a year; for staff, also how often sponsors came."""
    staff = access.can_see_staff(request.user)
    context: dict[str, Any] = {"coverage": presenters.coverage_view(queries.coverage(year, staff=staff)), "year": year}
    context["sponsors"] = queries.sponsors(since=date(year, 1, 1)) if staff else []
    return render(request, "stat_sessions/cycle/coverage.html", context)


@rule("public")
@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """What the city decided, and on what evidence."""
    return render(request, "stat_sessions/cycle/decisions.html", {"decisions": presenters.decision_rows(queries.public_decisions())})


@rule("public")
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The calendar people subscribe to: public sessions; all of them for staff who are signed in."""
    rows = queries.for_feed(staff=access.can_see_staff(request.user))
    base = str(settings.CITYSTAT_BASE_URL)
    host = base.split("//")[-1].split("/")[0].split(":")[0]
    text = ical.feed(rows, host=host, base=base, name=_("%(city)s Stat sessions") % {"city": current_city().name}, now=clock.now())
    return HttpResponse(text, content_type=ICS)


@rule("public")
@require_safe
def entry(request: HttpRequest, key: int) -> HttpResponse:
    """One session as a calendar file."""
    response = HttpResponse(mail.entry(queries.session(key, reader=request.user)), content_type=ICS)
    response["Content-Disposition"] = f'attachment; filename="stat-session-{key}.ics"'
    return response


@rule("public")
@require_safe
@embeddable
def session(request: HttpRequest, key: int) -> HttpResponse:
    """One session: its packet as released, what was decided and promised; `?embed=1` leaves out the frame of the site."""
    found = queries.session(key, reader=request.user)
    staff = access.can_see_staff(request.user)
    context: dict[str, Any] = {"session": presenters.session_row(found, request.user), "can_run": access.can_run(request.user)}
    context |= {"embed": is_embedded(request), "is_public": found.kind in rules.IS_PUBLIC}
    context["worth"] = memos.worth_of(found) if staff else None
    row = queries.release_for(found, staff=staff, language=_language())
    if row:
        openings.count(request, openings.of_series(found.series_id))
        context |= _released(row, queries.packet_of(row)) | {"what": f"release:{row.pk}"}
    context["memo"] = queries.memo_for(found, staff=staff, language=_language()) is not None
    context["corrections"] = queries.corrected(found, row, staff=staff)
    return render(request, "stat_sessions/cycle/session.html", context)


def _released(row: Release, packet: SessionPacket) -> dict[str, Any]:
    return documents.packet_context(packet, _changed(row, packet)) | {"row": row, "language": row.language}


@rule("public")
@require_safe
def packet_file(request: HttpRequest, key: int, form: str) -> HttpResponse:
    """The released packet as HTML, PDF or JSON."""
    found = queries.session(key, reader=request.user)
    row = queries.release_for(found, staff=access.can_see_staff(request.user), language=_language())
    if row is None:
        raise NotFound(_("The packet of this session is not released yet."))
    packet = queries.packet_of(row)
    if form == "json":
        return _file(content.canonical({"checksum": row.checksum, "content": row.content}), found, "Pre-Memo", form)
    if form not in FORMS:
        raise NotFound(_("A packet is offered as html, pdf and json."))
    changed = _changed(row, packet)
    body = documents.packet_html(packet, changed) if form == "html" else documents.packet_pdf(packet, changed)
    return _file(body, found, "Pre-Memo", form)


@rule("public")
@require_safe
def memo(request: HttpRequest, key: int) -> HttpResponse:
    """The follow-up memo of a session, and what was corrected since."""
    found, staff = queries.session(key, reader=request.user), access.can_see_staff(request.user)
    known = queries.memo_for(found, staff=staff, language=_language())
    context = documents.memo_context(known[1], queries.corrected_since_memo(found, known[0], staff=staff)) if known else {}
    context |= {"session": presenters.session_row(found, request.user), "can_run": access.can_run(request.user)}
    return render(request, "stat_sessions/cycle/memo.html", context)


@rule("public")
@require_safe
def memo_file(request: HttpRequest, key: int, form: str) -> HttpResponse:
    """The follow-up memo as HTML or PDF."""
    found, staff = queries.session(key, reader=request.user), access.can_see_staff(request.user)
    known = queries.memo_for(found, staff=staff, language=_language())
    if known is None or form not in {"html", "pdf"}:
        raise NotFound(_("There is no such memo."))
    corrected = queries.corrected_since_memo(found, known[0], staff=staff)
    body = documents.memo_html(known[1], corrected) if form == "html" else documents.memo_pdf(known[1], corrected)
    return _file(body, found, "Follow-Up Memo", form)


@rule("public")
@require_http_methods(["GET", "HEAD", "POST"])
def worth(request: HttpRequest, secret: str) -> HttpResponse:
    """One question after a meeting; a click answers it, nobody sees who did."""
    answer = request.POST.get("answer", "")
    if request.method == "POST" and answer in {"yes", "no"}:
        memos.answer_worth(secret=secret, was_worth=answer == "yes")
        messages.success(request, _("Thank you. Only the counts are kept."))
        return redirect("stat:index")
    return render(request, "stat_sessions/cycle/worth.html", {"session": memos.asked(secret)})


def _changed(row: Release, packet: SessionPacket) -> list[tuple[str, str, str]]:
    return presenters.changes_since_draft(row, content.figures_of(packet))


FORMS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf", "json": "application/json"}


def _file(body: str | bytes, found: Session, kind: str, form: str) -> HttpResponse:
    name = f"{presenters.file_name(found, kind)}.{form}"
    response = HttpResponse(body, content_type=FORMS[form])
    plain = name.encode("ascii", "ignore").decode().replace('"', "")
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return response


def _language() -> str:
    return get_language() or "en"
