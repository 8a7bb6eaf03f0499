"""What the privacy page shows of the looks at residents' contact data."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core import formats
from citystat.core.cities import current_city
from citystat.core.figures import Column, Table
from citystat.service_requests.cases import looks
from citystat.service_requests.cases.looks import Look

LOOKS_SHOWN = 50
PAGE_OF = "page of request "
WORDS: Final[dict[str, str | Promise]] = {
    "see contact": gettext_lazy("Saw contact data"),
    "find caller": gettext_lazy("Looked up a caller"),
    "look up person": gettext_lazy("Looked up a person"),
    "export personal data": gettext_lazy("Gave out personal data"),
    "delete personal data": gettext_lazy("Deleted personal data"),
}


def looks_page() -> dict[str, Any]:
    """The newest looks, and how many each person made of those counted."""
    found = looks.latest()
    counted = ", ".join(f"{_who(name)} {formats.number(count)}" for name, count in looks.by_person(found))
    return {"looks": _table(found[:LOOKS_SHOWN]) if found else None, "lookers": counted, "looks_since": _at(found[-1]) if found else ""}


def _table(found: Sequence[Look]) -> Table:
    columns = (Column(_("When")), Column(_("Who")), Column(_("What")), Column(_("Of what, and why")))
    rows = [(_at(one), _who(one.by), str(WORDS.get(one.act, one.act)), _why(one)) for one in found]
    return Table(_("Looks at contact data, newest first"), columns, rows, hide_caption=True, stacks=True)


def _at(one: Look) -> str:
    return formats.instant(timezone.localtime(one.at, current_city().zone))


def _who(name: str) -> str:
    return name or _("no account: a command or a resident's own link")


def _why(one: Look) -> str:
    if one.why.startswith(PAGE_OF):
        return _("page of request %(number)s") % {"number": one.why.removeprefix(PAGE_OF)}
    if not one.why and one.record.startswith("message "):
        return _("message %(number)s that came in") % {"number": one.record.removeprefix("message ")}
    return one.why or "–"
