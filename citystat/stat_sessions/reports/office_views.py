"""Excel and PowerPoint files of packets: the same frozen content as their pages."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citystat.core.access import rule
from citystat.core.errors import NotFound
from citystat.stat_sessions import access as packet_access
from citystat.stat_sessions import queries as packets
from citystat.stat_sessions.cycle import queries as sessions
from citystat.stat_sessions.reports import access, packet_documents, presenters, setting
from citystat.stat_sessions.reports.document import Document

OFFICE = ("xlsx", "pptx")


@rule("public")
@require_safe
def packet(request: HttpRequest, key: int, form: str) -> HttpResponse:
    """The released monthly packet for Excel or PowerPoint."""
    row = packets.packet(key)
    packet_access.check_can_see(request.user, row)
    return answer(packet_documents.of_month(packets.content_of(row)), form, OFFICE)


@rule("public")
@require_safe
def session(request: HttpRequest, key: int, form: str) -> HttpResponse:
    """The released packet of a session for Excel or PowerPoint."""
    found = sessions.session(key, reader=request.user)
    row = sessions.release_for(found, staff=access.can_see_staff(request.user), language=get_language() or "en")
    if row is None:
        raise NotFound(_("The packet of this session is not released yet."))
    return answer(packet_documents.of_session(sessions.packet_of(row)), form, OFFICE)


def answer(document: Document, form: str, offered: tuple[str, ...]) -> HttpResponse:
    """A document as a file to keep; NotFound for a form that is not offered."""
    if form not in offered:
        raise NotFound(_("This file is offered as %(forms)s.") % {"forms": ", ".join(offered)})
    response = HttpResponse(setting.file(document, form), content_type=setting.FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{presenters.file_name(document)}.{form}"'
    return response
