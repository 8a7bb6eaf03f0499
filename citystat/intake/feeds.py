"""The Atom feeds: new public requests, notices in force."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from citystat.core.cities import current_city
from citystat.intake import presenters
from citystat.service_requests.cases.notices import Current
from citystat.service_requests.models import ServiceRequest

MOST = 50


def atom(root: str, requests: Sequence[ServiceRequest], own_address: str, page: str) -> HttpResponse:
    """The feed; an entry changes when its request does."""
    city = current_city().name
    feed = Atom1Feed(
        title=_("%(city)s: requests to the city") % {"city": city}, link=page, feed_url=own_address, description="",
        language=presenters.language(), author_name=city,
    )  # fmt: skip
    for one in requests:
        row, link = presenters.row(one), root.rstrip("/") + reverse("intake:request_page", args=[one.number])
        feed.add_item(
            title=" · ".join(part for part in (row["service"], row["place"]) if part), link=link, unique_id=link,
            description=" ".join(part for part in (row["status"].sentence, row["status"].due) if part),
            pubdate=one.opened_at, updateddate=one.updated_at, categories=[row["service"]],
        )  # fmt: skip
    response = HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=60"
    return response


def atom_of_notices(found: Sequence[Current], own_address: str, page: str) -> HttpResponse:
    """The feed of notices in force; one that has ended is no longer in it."""
    city = current_city().name
    feed = Atom1Feed(
        title=_("%(city)s: notices") % {"city": city}, link=page, feed_url=own_address, description="",
        language=presenters.language(), author_name=city,
    )  # fmt: skip
    for one in found:
        area = _("For %(area)s.") % {"area": one.area} if one.area else ""
        feed.add_item(
            title=one.title, link=page, unique_id=f"{page}#{one.id}", updateddate=one.updated_at, pubdate=one.updated_at,
            description=" ".join(part for part in (one.body, area, _("Until %(until)s.") % {"until": one.until}) if part),
        )  # fmt: skip
    response = HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=60"
    return response
