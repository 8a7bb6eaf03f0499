"""Following is confirmed first: an address gets one message with a link, and nothing else until somebody with that address uses it.

What the page says is the same whether the address is known, follows already, or has been asked too often.
"""

from datetime import timedelta
from typing import Any, Final, cast

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from citystat.core import clock, outbox
from citystat.core.cities import current_city
from citystat.core.errors import InputError, NotFound
from citystat.places import queries as place_queries
from citystat.service_requests.cases import changes, contacts, messages, offers
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import Contact, Event, PendingFollow, ServiceRequest, Subscription

LIVES: Final = timedelta(days=3)
ASKED_WITHIN: Final = timedelta(days=1)
MOST_ASKED: Final = 5
CAMPAIGN: Final = "campaign"


def ask(
    *, reporter: Details, request: ServiceRequest | None = None, service_slug: str = "", place_kind: str = "", place_code: str = ""
) -> None:
    """Send the link that confirms a follow of a request, a service or a place; an address gets at most five a day."""
    if request is None and not (service_slug or (place_kind and place_code)):
        raise InputError(_("Choose a service or a place to follow."))
    details = contacts.checked(reporter)
    if not (details.email or details.phone):
        raise InputError(_("Give an e-mail address or a telephone number to be told at."))
    if _is_asked_too_often(details):
        return
    now = clock.now()
    with transaction.atomic():
        pending = PendingFollow.objects.create(
            contact=cast(Contact, contacts.keep(details)),  # never nothing: there is an address
            request=request,
            service_slug=service_slug,
            place_kind=place_kind,
            place_code=place_code,
            created_at=now,
            expires_at=now + LIVES,
        )
        outbox.put([_draft(pending, details)])


def _is_asked_too_often(details: Details) -> bool:
    field, address = reached_by(details)
    recent = PendingFollow.objects.filter(created_at__gt=clock.now() - ASKED_WITHIN)
    return recent.filter(**{f"contact__{field}_index": contacts.index_of(field, address)}).count() >= MOST_ASKED


def reached_by(details: Details) -> tuple[str, str]:
    """`email` or `phone`, and the address messages go to."""
    return ("phone", details.phone) if details.prefers == "sms" and details.phone else ("email", details.email)


def _draft(pending: PendingFollow, details: Details) -> outbox.Draft:
    field, address = reached_by(details)
    kind = "sms" if field == "phone" else "email"
    with translation.override(details.language):
        link = messages.link(f"/follow/confirm/{pending.token}/")
        what = what_is_followed(pending)
        if kind == "sms":
            text = _("%(city)s 311: to be told of %(what)s, confirm here within three days: %(link)s") % {
                "city": current_city().name, "what": what, "link": link,
            }  # fmt: skip
        else:
            text = _(
                "Somebody, perhaps you, asked %(city)s to tell this address of %(what)s.\n\nConfirm it within three days: %(link)s\n\n"
                "If it was not you, do nothing: you will hear no more of it, and the address is removed."
            ) % {"city": current_city().name, "what": what, "link": link}
        return outbox.Draft(kind, address, text, f"follow:{pending.pk}", _("Confirm that you want to be told"))


def what_is_followed(one: PendingFollow | Subscription) -> str:
    """In words: a request, a campaign, or new requests of a service or place."""
    if one.request is not None:
        return _("request %(number)s") % {"number": one.request.number}
    if one.place_kind == CAMPAIGN:
        return _("news of a campaign")
    service = next((offers.to_reader(offer).name for offer in offers.all_offers() if offer.slug == one.service_slug), one.service_slug)
    place = place_queries.place_names(one.place_kind).get(one.place_code, one.place_code) if one.place_kind else ""
    return _("new requests (%(what)s)") % {"what": ", ".join(part for part in (service, place) if part)}


def followed(token: str) -> str:
    """What the link that stops messages would stop, in words; empty where nothing is left to stop."""
    found = Subscription.objects.select_related("request").filter(token=token, stopped_at__isnull=True).first()
    return what_is_followed(found) if found else ""


def find(token: str) -> PendingFollow:
    """The follow a link is for; raises NotFound, in a sentence, when it is over."""
    found = PendingFollow.objects.select_related("request", "contact").filter(token=token[:40]).first()
    if found is None or found.expires_at <= clock.now() or found.contact.removed_at is not None:
        raise NotFound(_("This link was used already, or its three days are over. Follow again to get a new one."))
    return found


def confirm(token: str) -> Subscription:
    """Follow from now on; twice the same is one."""
    with transaction.atomic():
        pending = find(PendingFollow.objects.select_for_update().filter(token=token[:40]).values_list("token", flat=True).first() or "")
        PendingFollow.objects.filter(pk=pending.pk).delete()
        same = _same(pending)
        if same is not None:
            pending.contact.delete()
            return same
        made = Subscription.objects.create(
            request=pending.request, contact=pending.contact, service_slug=pending.service_slug, place_kind=pending.place_kind,
            place_code=pending.place_code,
        )  # fmt: skip
        if pending.request is not None:
            changes.change_request(pending.request.pk, by=None, check=changes.anyone, change=_followed(pending.contact))
    return made


def _same(pending: PendingFollow) -> Subscription | None:
    contact = pending.contact
    field = "phone" if contact.prefers == "sms" else "email"
    index = getattr(contact, f"{field}_index")
    active = Subscription.objects.filter(
        stopped_at__isnull=True, request=pending.request, service_slug=pending.service_slug, place_kind=pending.place_kind,
        place_code=pending.place_code, contact__prefers=contact.prefers, **{f"contact__{field}_index": index},
    )  # fmt: skip
    return active.first() if index else None


def _followed(contact: Contact) -> Any:
    def change(request: ServiceRequest, now: Any) -> Event:
        return changes.add_event(request, "followed", by=None, channel="web", data={"contact": contact.pk}, at=now)

    return change
