"""What pages of the room show."""

from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citystat.knowledge import access
from citystat.knowledge.models import UnansweredSearch
from citystat.knowledge.queries import Answer
from citystat.service_requests.cases import offers

A_PAGE = 50


def answer_page(found: Answer, user: Any, *, today: date) -> dict[str, Any]:
    """One answer, the services it is about, and what the reader may do."""
    known = {one.slug: one.name for one in offers.offered_to_reader()}
    return {
        "answer": found,
        "services": [(slug, known[slug]) for slug in found.services if slug in known],
        "can_edit": access.can_edit(user),
        "can_log": access.can_log_answers(user),
        "is_due": access.can_see_internal(user) and found.is_due(today),
        "channels": [("phone", _("Phone")), ("walk_in", _("In person")), ("email", _("E-mail")), ("social", _("Social media or chat"))],
    }


def rows(articles: list[dict[str, Any]], today: date) -> list[dict[str, Any]]:
    """Articles with whether their review is late."""
    return [row | {"is_due": bool(row["article"].review_by and row["article"].review_by < today)} for row in articles]


def page_of(searches: QuerySet[UnansweredSearch], number: str) -> Page[UnansweredSearch]:
    """One page of searches."""
    return Paginator(searches, A_PAGE).get_page(number)


def settled_words(settled: int) -> str:
    """How many searches in vain an answer that was saved has ended."""
    return ngettext(
        "%(count)s search that found nothing before finds an answer now and is off the list.",
        "%(count)s searches that found nothing before find an answer now and are off the list.", settled,
    ) % {"count": settled}  # fmt: skip
