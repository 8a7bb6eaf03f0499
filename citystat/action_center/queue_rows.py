"""Lines of the queue's table, written at once: a template takes a third of the page's time for a hundred of them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from citystat.action_center import queries, words
from citystat.service_requests import rules
from citystat.service_requests.models import ServiceRequest

# The cells stand under the headings of action_center/queue.html; on a phone who has it stands below when it is due.
LINE = """<tr>
  <td><input class="cs-check" type="checkbox" name="chosen" value="{id}" aria-label="{choose}"{ticked}></td>
  <th scope="row"><a href="{url}">{number}</a></th>
  <td>{service} <span class="ac-place">{place}</span>{flags}</td>
  <td class="ac-wide-only">{district}</td>
  <td class="ac-wide-only">{status}</td>
  <td>{due} <span class="ac-place ac-narrow-only">{owner}</span></td>
  <td class="ac-wide-only">{owner}</td>
</tr>
"""
SAMPLE = "00-000000"
TICKED = SafeString(" checked")


def written(requests: Sequence[ServiceRequest], now: datetime, chosen: Collection[int] = ()) -> SafeString:
    """The lines of these requests, in order, those in `chosen` ticked; empty without any."""
    address, districts, choose, nobody = (
        reverse("action:case", args=[SAMPLE]),
        queries.district_names(),
        _("Choose %(number)s"),
        _("Nobody yet"),
    )
    lines = []
    for one in requests:
        number = one.number
        line = format_html(
            LINE, id=str(one.pk), ticked=TICKED if one.pk in chosen else "", choose=choose % {"number": number},
            url=address.replace(SAMPLE, number), number=number,
            service=one.service.name, place=place_of(one), flags=_flags(one), district=districts.get(one.district, one.district),
            status=words.word(words.STATUS_WORDS, one.status), due=_due(one, now),
            owner=str(one.assignee) if one.assignee else one.team or nobody,
        )  # fmt: skip
        lines.append(line)
    return SafeString("".join(lines))


def _due(one: ServiceRequest, now: datetime) -> str:
    """When it is due; of one that is over, how it ended."""
    if one.status not in rules.OPEN_STATUSES:
        return words.word(words.RESOLUTION_WORDS, one.resolution) if one.resolution else ""
    said = words.due(one.due_at, now)
    return format_html('<strong class="ac-overdue">{}</strong>', said) if one.due_at and one.due_at < now else said


def _flags(one: ServiceRequest) -> str:
    return format_html_join("", ' <span class="ac-flag">{}</span>', ((flag,) for flag in flags_of(one)))


def flags_of(one: ServiceRequest) -> tuple[str, ...]:
    """What makes a request stand out."""
    found = []
    if one.priority == 1:
        found.append(_("urgent"))
    if one.escalation_level:
        found.append(_("escalated %(count)s×") % {"count": one.escalation_level})
    if one.reopened:
        found.append(_("reopened"))
    if one.voices > 1:
        found.append(_("%(count)s people report it") % {"count": one.voices})
    if one.origin == "internal":
        found.append(_("found by staff"))
    if one.needs_review:
        found.append(_("older form"))
    return tuple(found)


def place_of(one: ServiceRequest) -> str:
    """Where it is, in one line."""
    if one.address:
        return one.address
    if one.latitude is not None and one.longitude is not None:
        return f"{one.latitude:.5f}, {one.longitude:.5f}"
    return _("No place given")
