"""Pages of released packets: the list, one packet, its files, what changed since."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from citystat.core.access import rule
from citystat.core.embedding import embeddable, is_embedded
from citystat.core.errors import NotFound
from citystat.stat_sessions import access, actions, appearances, changes, editions, queries, setting
from citystat.stat_sessions.models import Packet
from citystat.stat_sessions.reports import openings

FORMS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf", "json": "application/json"}


@rule("public")
@require_safe
def packet_list(request: HttpRequest) -> HttpResponse:
    """Every released packet the reader may see, newest month first."""
    gone = openings.retired()
    rows = [one for one in queries.packets(staff=access.can_see_staff(request.user)) if openings.of_packet(one) not in gone]
    return render(request, "stat_sessions/packet_list.html", {"packets": editions.packet_list(rows)})


@rule("public")
@require_safe
@embeddable
def packet_page(request: HttpRequest, key: int) -> HttpResponse:
    """One released packet as a page of the site; `?embed=1` leaves out its frame."""
    row = _visible(request, key)
    openings.count(request, openings.of_packet(row))
    content = queries.content_of(row)
    context = setting.page_context(content) | {"row": row, "editions": queries.editions(row).defer("content"), "language": row.language}
    context |= {"embed": is_embedded(request), "errata": appearances.errata(appearances.corrected_since(row))}
    return render(request, "stat_sessions/packet_page.html", context)


@rule("public")
@require_safe
def packet_file(request: HttpRequest, key: int, form: str) -> HttpResponse:
    """The frozen HTML, PDF or JSON file."""
    row = _visible(request, key)
    if form not in FORMS:
        raise NotFound("A packet is offered as html, pdf and json.")
    path = actions.folder_of(row) / f"packet.{form}"
    if not path.is_file():
        actions.write_files(queries.content_of(row), path.parent)
    response = HttpResponse(path.read_bytes(), content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{editions.file_name(row)}.{form}"'
    return response


@rule("public")
@require_safe
def packet_changes(request: HttpRequest, key: int) -> HttpResponse:
    """What later editions changed, in the reader's language where the packet is released in it; for those who release, also what
    the build that serves would change.
    """
    row = queries.in_language(_visible(request, key), translation.get_language() or "en")
    before = queries.content_of(row)
    later = [one for one in queries.editions(row) if one.edition > row.edition]
    with translation.override(row.language):
        tables = [editions.edition_changes(one, changes.changes(before, queries.content_of(one))) for one in later]
        if access.can_release(request.user):
            tables.append(editions.build_changes(queries.changes_since(row)))
    return render(request, "stat_sessions/packet_changes.html", {"row": row, "title": before.title, "tables": tables})


def _visible(request: HttpRequest, key: int) -> Packet:
    row = queries.packet(key)
    access.check_can_see(request.user, row)
    return row
