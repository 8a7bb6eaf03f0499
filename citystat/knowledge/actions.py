"""Writes of the room: articles, what readers say of them, searches without an answer, calls an article answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from citystat.core import audit
from citystat.core.errors import InputError
from citystat.knowledge import access, queries, rules
from citystat.knowledge.models import Article, ArticleFeedback, ArticleText, UnansweredSearch
from citystat.service_requests.cases import contact_records
from citystat.service_requests.models import ContactRecord

LONGEST_BODY = 20_000
LONGEST_COMMENT = 1_000
MOST_SEARCHES_KEPT = 5_000
MOST_SEARCHES_TRIED = 200
RESERVED = frozenset({"new", "manage", "unanswered"})


@dataclass(frozen=True)
class Text:
    """An article in one language."""

    title: str
    body: str
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """Everything of an article but its slug. `texts` maps a language to its text."""

    texts: Mapping[str, Text]
    department: str = ""
    review_by: date | None = None
    services: tuple[str, ...] = ()
    is_public: bool = True
    owner: Any = field(default=None, compare=False)


@transaction.atomic
def save(*, by: Any, content: Content, slug: str = "") -> Article:
    """Make an article, or change the one of this slug; raises InputError for one without a title and a text."""
    access.check_can_edit(by)
    texts = {language: text for language, text in content.texts.items() if text.title.strip() or text.body.strip()}
    _check(texts)
    slug = slug or _free_slug(next(iter(texts.values())).title)
    if slug in RESERVED or slugify(slug) != slug:
        raise InputError(_("“%(slug)s” cannot be the address of an answer: use small letters, digits and dashes.") % {"slug": slug[:60]})
    values = {
        "department": content.department.strip(), "review_by": content.review_by, "services": list(content.services),
        "is_public": content.is_public, "owner": content.owner, "updated_at": timezone.now(), "updated_by": by,
    }  # fmt: skip
    article, is_new = Article.objects.update_or_create(slug=slug, defaults=values)
    for language, text in texts.items():
        words = {"title": text.title.strip(), "body": text.body.strip(), "keywords": [one.strip() for one in text.keywords if one.strip()]}
        ArticleText.objects.update_or_create(article=article, language=language, defaults=words)
    for left in ArticleText.objects.filter(article=article).exclude(language__in=texts):
        left.delete()
    audit.record(by=by, action="article made" if is_new else "article changed", target=slug)
    return article


def _check(texts: Mapping[str, Text]) -> None:
    if not texts:
        raise InputError(_("An answer needs a title and a text in at least one language."))
    for text in texts.values():
        if not (text.title.strip() and text.body.strip()):
            raise InputError(_("Give both a title and a text in each language you write in."))
        if len(text.body) > LONGEST_BODY:
            raise InputError(_("The text is longer than %(most)s characters: divide it into two answers.") % {"most": f"{LONGEST_BODY:,}"})
        if len(text.title) > 200:
            raise InputError(_("The title is longer than 200 characters."))


def _free_slug(title: str) -> str:
    base = slugify(title)[:70].strip("-") or "answer"
    base = f"{base}-answer" if base in RESERVED else base
    taken = set(Article.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(one for one in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))) if one not in taken)


def give_feedback(*, slug: str, language: str, is_helpful: bool, comment: str = "") -> None:
    """Whether the article helped; from anybody."""
    article = queries.article(slug)
    ArticleFeedback.objects.create(
        article=article, at=timezone.now(), language=language[:8], is_helpful=is_helpful, comment=comment.strip()[:LONGEST_COMMENT]
    )


def remember_unanswered(*, text: str, language: str) -> None:
    """Count a search without an answer; the list is bounded, so that nobody can fill the database by searching."""
    words = rules.remembered(text)
    if not words:
        return
    now = timezone.now()
    again = UnansweredSearch.objects.filter(words=words, language=language[:8]).update(count=F("count") + 1, last_at=now, settled_at=None)
    if not again and UnansweredSearch.objects.count() < MOST_SEARCHES_KEPT:
        row = {"count": 1, "first_at": now, "last_at": now}
        UnansweredSearch.objects.get_or_create(words=words, language=language[:8], defaults=row)


def settle(*, by: Any, search_id: int) -> None:
    """Take a search off the list: an article answers it now, or none should."""
    access.check_can_edit(by)
    with transaction.atomic():
        if UnansweredSearch.objects.filter(pk=search_id, settled_at__isnull=True).update(settled_at=timezone.now()):
            audit.record(by=by, action="search settled", target=f"search {search_id}")


def settle_answered(*, by: Any) -> int:
    """Take off the list what the answers written by now do answer, most frequent searches first; how many."""
    access.check_can_edit(by)
    tried = queries.unanswered()[:MOST_SEARCHES_TRIED]
    found = [one.pk for one in tried if queries.search(one.words, one.language, 1)]
    for pk in found:
        settle(by=by, search_id=pk)
    return len(found)


def log_answer(*, by: Any, slug: str, channel: str) -> ContactRecord:
    """A call taker read the article to somebody: one contact, answered on the spot."""
    found = queries.answer(slug, queries.USUAL_LANGUAGE, include_internal=True)
    outcome = ContactRecord.Outcome.ANSWERED
    return contact_records.record(by=by, channel=channel, outcome=outcome, article=found.slug, topic=found.title)
