"""Campaigns: their days, what they are about, whom they reached by whose count, and what is told to those who follow one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from citystat.core import audit, clock, outbox
from citystat.core.access import has_right
from citystat.core.errors import InputError, NotFound
from citystat.service_requests import access
from citystat.service_requests.cases import covering, follow_requests, messages
from citystat.service_requests.cases.notices import LONGEST_BODY, LONGEST_TITLE, Texts, words_in
from citystat.service_requests.models import Campaign, CampaignNews, CampaignReach, Subscription

# Following a campaign is a subscription to a place of this kind: it is confirmed, stopped and forgotten like any other.
FOLLOWED_AS: Final = follow_requests.CAMPAIGN
LONGEST_SLUG = 60
LONGEST_DAYS = 366
MOST_TOLD = 5_000


@dataclass(frozen=True)
class Content:
    """What is written of a campaign; empty services, groups and codes mean all."""

    texts: Texts
    starts_on: date
    ends_on: date
    is_public: bool = True
    services: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    kind: str = ""
    codes: tuple[str, ...] = ()
    shape: str = ""


def public() -> list[Campaign]:
    """Campaigns everyone may see, latest first."""
    return list(Campaign.objects.filter(is_public=True))


def every() -> list[Campaign]:
    """All campaigns, latest first."""
    return list(Campaign.objects.select_related("author"))


def by_slug(slug: str, *, user: Any = None) -> Campaign:
    """One campaign; one that is not public only for those who manage the center. Raises NotFound."""
    found = Campaign.objects.filter(slug=slug).first()
    if found is None or not (found.is_public or has_right(user, "manage_311")):
        raise NotFound(_("There is no such campaign."))
    return found


def one_of(pk: int) -> Campaign:
    """One campaign by its key; raises NotFound."""
    found = Campaign.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such campaign."))
    return found


def words(one: Campaign) -> Mapping[str, str]:
    """Title and body in the reader's language."""
    return words_in(one.texts, get_language() or "en")


def reach_of(one: Campaign) -> list[CampaignReach]:
    """How many it reached by each channel, as entered."""
    return list(one.reach.order_by("pk"))


def news_of(one: Campaign) -> list[CampaignNews]:
    """What was new, latest first."""
    return list(one.news.select_related("by").order_by("-at", "-pk"))


def write(*, by: Any, content: Content, pk: int | None = None) -> Campaign:
    """Enter a campaign, or change it. Its address stays once made. Raises InputError with a sentence."""
    access.check_can_manage_311(by)
    fields = _checked(content)
    try:
        with transaction.atomic():
            one = one_of(pk) if pk is not None else Campaign(author=by, slug=_new_slug(fields["texts"]))
            for name, value in fields.items():
                setattr(one, name, value)
            one.written_at = clock.now()
            one.save()
            audit.record(by=by, action="write campaign", target=one.slug)
    except IntegrityError as error:
        raise InputError(_("Another campaign of this name was entered a moment ago: send it again.")) from error
    return one


def _new_slug(texts: Texts) -> str:
    base = slugify(next(iter(texts.values()))["title"])[: LONGEST_SLUG - 4].strip("-") or "campaign"
    taken = set(Campaign.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(one for one in (base, *(f"{base}-{number}" for number in range(2, 1_000))) if one not in taken)


def _checked(content: Content) -> dict[str, Any]:
    texts = {code: {part: text.get(part, "").strip() for part in ("title", "body")} for code, text in content.texts.items()}
    texts = {code: text for code, text in texts.items() if text["title"] or text["body"]}
    if not texts or not all(text["title"] for text in texts.values()):
        raise InputError(_("Give the campaign a name in each language it is written in."))
    if any(len(text["title"]) > LONGEST_TITLE or len(text["body"]) > LONGEST_BODY for text in texts.values()):
        raise InputError(_("The name or the text is too long."))
    days = (content.ends_on - content.starts_on).days + 1
    if not 1 <= days <= LONGEST_DAYS:
        raise InputError(_("A campaign ends after it starts and lasts at most %(most)s days.") % {"most": LONGEST_DAYS})
    covered = covering.checked(
        services=content.services, groups=content.groups, kind=content.kind, codes=content.codes, shape_text=content.shape
    )
    return {"texts": texts, "starts_on": content.starts_on, "ends_on": content.ends_on, "is_public": content.is_public, **covered}


def add_reach(*, by: Any, pk: int, channel: str, number: int, counted: str, source: str) -> CampaignReach:
    """Enter how many a channel reached. What was counted and by whom must be said: a number alone means nothing."""
    access.check_can_manage_311(by)
    given = {"channel": channel.strip()[:80], "counted": counted.strip()[:80], "source": source.strip()[:200]}
    if not all(given.values()) or not 0 <= number <= 1_000_000_000:
        raise InputError(_("Give the channel, a number, what was counted (such as households), and whose count it is."))
    with transaction.atomic():
        made = CampaignReach.objects.create(campaign=one_of(pk), number=number, **given)
        audit.record(by=by, action="enter campaign reach", target=made.campaign.slug, details={"number": number, **given})
    return made


def remove_reach(*, by: Any, pk: int, reach: int) -> None:
    """Take a wrong number out; the record keeps it."""
    access.check_can_manage_311(by)
    with transaction.atomic():
        found = CampaignReach.objects.filter(pk=reach, campaign_id=pk).first()
        if found is None:
            raise NotFound(_("This number is not there any more."))
        details = {"channel": found.channel, "number": found.number, "counted": found.counted, "source": found.source}
        audit.record(by=by, action="remove campaign reach", target=found.campaign.slug, details=details)
        found.delete()


def add_news(*, by: Any, pk: int, texts: Mapping[str, str]) -> CampaignNews:
    """Say what is new, on the page and to everyone who follows the campaign."""
    access.check_can_manage_311(by)
    said = {code: text.strip()[:LONGEST_BODY] for code, text in texts.items() if text.strip()}
    if not said:
        raise InputError(_("Write what is new."))
    one = one_of(pk)
    if not one.is_public:
        raise InputError(_("This campaign is not public: nobody follows it yet."))
    with transaction.atomic():
        made = CampaignNews.objects.create(campaign=one, at=clock.now(), by=by if getattr(by, "pk", None) else None, texts=said)
        outbox.put([draft for follower in followers(one) if (draft := _draft(made, follower)) is not None])
        audit.record(by=by, action="add campaign news", target=one.slug)
    return made


def followers(one: Campaign) -> list[Subscription]:
    """Those who follow it and have not stopped."""
    active = Subscription.objects.filter(place_kind=FOLLOWED_AS, place_code=one.slug, stopped_at__isnull=True, contact__isnull=False)
    return list(active.select_related("contact").order_by("pk")[:MOST_TOLD])


def news_words(made: CampaignNews) -> str:
    """What is new, in the reader's language."""
    return _in_language(made.texts, get_language() or "en")


def _in_language(texts: Mapping[str, str], language: str) -> str:
    return texts.get(re.split("[-_]", language)[0]) or next(iter(texts.values()), "")


def _draft(made: CampaignNews, follower: Subscription) -> outbox.Draft | None:
    contact = follower.contact
    if contact is None or contact.removed_at is not None:
        return None
    to = contact.email if contact.prefers == "email" else contact.phone if contact.prefers == "sms" else ""
    if not to:
        return None
    with translation.override(contact.language):
        title, page = words(made.campaign)["title"], messages.link(f"/campaigns/{made.campaign.slug}/")
        text = _in_language(made.texts, contact.language)
        stop = _("To hear no more of it: %(link)s") % {"link": messages.link(f"/follow/stop/{follower.token}/")}
        whole = f"{title}: {text} {page}"[:480] if contact.prefers == "sms" else "\n".join((title, "", text, "", page, stop))
    return outbox.Draft(contact.prefers, to, whole, f"campaign:{made.pk}:contact:{contact.pk}", title)
