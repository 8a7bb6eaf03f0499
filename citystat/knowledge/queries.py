"""Reads of the room: search, one article, what needs work."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from citystat.core.errors import NotFound
from citystat.knowledge import rules
from citystat.knowledge.models import Article, ArticleText, UnansweredSearch
from citystat.service_requests.cases.offers import Briefly
from citystat.service_requests.models import ContactRecord

USUAL_LANGUAGE = "en"


@dataclass(frozen=True)
class Answer:
    """An article in the language it is shown in."""

    slug: str
    title: str
    body: str
    language: str
    services: tuple[str, ...]
    is_public: bool
    review_by: date | None
    score: float = 0.0

    @property
    def excerpt(self) -> str:
        """The beginning of its text."""
        return rules.excerpt(self.body)

    @property
    def paragraphs(self) -> list[str]:
        """Its paragraphs."""
        return rules.paragraphs(self.body)

    def is_due(self, today: date) -> bool:
        """Whether somebody should have looked at it again."""
        return self.review_by is not None and self.review_by < today


@dataclass(frozen=True)
class _Shelf:
    """Every article as rows and as weighed words, by the key of its text."""

    texts: dict[int, ArticleText]
    words: dict[int, rules.Words]


def _read() -> _Shelf:
    texts = {text.pk: text for text in ArticleText.objects.select_related("article").order_by("article__slug", "language")}
    return _Shelf(texts, {key: rules.weigh(key, text.title, _keywords(text), text.body) for key, text in texts.items()})


def _keywords(text: ArticleText) -> list[str]:
    """Its own, and the words of the services it is about: who asks for "bulky" means the article on large items."""
    return [*text.keywords, *(service.replace("-", " ") for service in text.article.services)]


_shelf: Briefly[_Shelf] = Briefly(_read, Article, ArticleText)


def search(text: str, language: str, limit: int = 10, *, include_internal: bool = False) -> list[Answer]:
    """Articles that answer, best first, each once: in the language asked for where its words fit, else in another.

    Nothing but articles with a good score: an empty list means that the search found no answer.
    """
    shelf = _shelf.get()
    open_words = [words for key, words in shelf.words.items() if include_internal or shelf.texts[key].article.is_public]
    found: dict[int, tuple[float, int]] = {}
    for key, score in rules.rank(text, open_words):
        article = shelf.texts[key].article_id
        if score >= rules.GOOD_SCORE and score > found.get(article, (0.0, 0))[0]:
            found[article] = (score, key)
    best = sorted(found.items(), key=lambda one: (-one[1][0], shelf.texts[one[1][1]].article.slug))
    return [_answer(_in_language(shelf, article, language), score) for article, (score, _key) in best[:limit]]


def _in_language(shelf: _Shelf, article: int, language: str) -> ArticleText:
    """The text of an article in a language, else in English, else in any."""
    texts = {text.language: text for text in shelf.texts.values() if text.article_id == article}
    return texts.get(language) or texts.get(USUAL_LANGUAGE) or next(iter(texts.values()))


def _answer(text: ArticleText, score: float = 0.0) -> Answer:
    article = text.article
    return Answer(
        article.slug, text.title, text.body, text.language, tuple(article.services), article.is_public, article.review_by, score
    )  # fmt: skip


def answers(language: str, *, include_internal: bool = False) -> list[Answer]:
    """Every article by title."""
    shelf = _shelf.get()
    articles = dict.fromkeys(text.article_id for text in shelf.texts.values() if include_internal or text.article.is_public)
    return sorted((_answer(_in_language(shelf, article, language)) for article in articles), key=lambda one: one.title.casefold())


def answer(slug: str, language: str, *, include_internal: bool = False) -> Answer:
    """One article; raises NotFound, also for one that is not public."""
    shelf = _shelf.get()
    found = next((text for text in shelf.texts.values() if text.article.slug == slug), None)
    if found is None or not (include_internal or found.article.is_public):
        raise NotFound(_("There is no such answer: it may have been taken away."))
    return _answer(_in_language(shelf, found.article_id, language))


def for_service(service: str, language: str, limit: int = 3) -> list[Answer]:
    """Public articles about a service, by title."""
    return [one for one in answers(language) if service in one.services][:limit]


def article(slug: str) -> Article:
    """The row of an article; raises NotFound."""
    found = Article.objects.select_related("owner", "updated_by").prefetch_related("texts").filter(slug=slug).first()
    if found is None:
        raise NotFound(_("There is no such answer: it may have been taken away."))
    return found


def articles() -> list[dict[str, Any]]:
    """Every article with its titles, owner, date of review, helpful votes and the contacts it answered."""
    rows = (
        Article.objects.select_related("owner")
        .prefetch_related("texts")
        .annotate(votes=Count("feedback"), helpful=Count("feedback", filter=Q(feedback__is_helpful=True)))
        .order_by(F("review_by").asc(nulls_first=True), "slug")
    )
    contacts = dict(ContactRecord.objects.exclude(article="").values_list("article").annotate(Count("id")).order_by("article"))
    return [
        {
            "article": row, "titles": [text.title for text in row.texts.all()], "languages": [text.language for text in row.texts.all()],
            "votes": row.votes, "helpful": row.helpful, "contacts": contacts.get(row.slug, 0),
        }
        for row in rows
    ]  # fmt: skip


def unanswered() -> QuerySet[UnansweredSearch]:
    """Searches without an answer that nobody has settled, most frequent first."""
    return UnansweredSearch.objects.filter(settled_at__isnull=True)
