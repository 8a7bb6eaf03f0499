"""Released packets as a reader meets them: the list, the name of a file, and what a later edition changed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.stat_sessions import presenters
from citystat.stat_sessions.models import Packet
from citystat.stat_sessions.presenters import View


def packet_list(rows: Iterable[Packet]) -> list[View]:
    """Released packets grouped by month, in the reader's language."""
    found: dict[str, View] = {}
    for row in rows:
        month = found.setdefault(row.month, {"month": formats.month(row.month), "packets": []})
        month["packets"].append(
            {
                "key": row.pk,
                "name": row.scope_name or row.scope_code,
                "language": {"en": "English", "es": "Español"}.get(row.language, row.language),
                "lang": row.language,
                "staff": row.audience == "staff",
                "edition": row.edition,
                "as_of": formats.short_day(row.as_of),
                "build": row.build,
                "released": formats.short_day(row.released_at.date()),
            }
        )
    return list(found.values())


def file_name(row: Packet) -> str:
    """`311-2017-06-district-3-es`: month, scope, language, audience and edition where they are not the ordinary ones."""
    scope = "" if row.scope_kind == "city" else f"-{row.scope_kind}-{slugify(row.scope_code)}"
    language = "" if row.language == "en" else f"-{row.language}"
    audience = "" if row.audience == "public" else f"-{row.audience}"
    return f"311-{row.month}{scope}{language}{audience}" + (f"-edition-{row.edition}" if row.edition > 1 else "")


def edition_changes(row: Packet, changed: Sequence[Any]) -> View:
    """What a later edition changed, and why it was released."""
    said = {"edition": formats.number(row.edition), "build": formats.number(row.build), "day": formats.day(row.released_at.date())}
    heading = _("Edition %(edition)s, released %(day)s from data build %(build)s") % said
    return _change_view(heading, row.reason, changed)


def build_changes(changed: Sequence[Any]) -> View:
    """What the build that serves would change."""
    return _change_view(_("If made again from the data build that serves now"), "", changed)


def _change_view(heading: str, lead: str, changed: Sequence[Any]) -> View:
    table = presenters.changes_table(changed)
    return {"heading": heading, "lead": lead, "table": table["table"] if table else None, "none": "" if table else _("No figure differs.")}
