"""Searches of the explorer that people save for others: kept as filters, asked again whenever they are opened."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from citystat.core import audit
from citystat.core.errors import InputError, NotFound
from citystat.service_requests import access
from citystat.service_requests.explorer.conditions import condition
from citystat.service_requests.explorer.filters import parse
from citystat.service_requests.models import SavedSearch
from citystat.warehouse.connections import Warehouse

LONGEST_NAME = 120


def searches() -> QuerySet[SavedSearch]:
    """Every saved search by name, with its owner."""
    return SavedSearch.objects.select_related("owner")


def search(number: int) -> SavedSearch:
    """One saved search; raises NotFound."""
    found = searches().filter(pk=number).first()
    if found is None:
        raise NotFound(_("This search was deleted, or never saved."))
    return found


def save(build: Warehouse, *, by: Any, name: str, query: Any) -> SavedSearch:
    """Save the filters of an explorer address (a QueryDict) under a name; those the build cannot answer are an InputError."""
    access.check_can_save(by)
    filters = parse(query)
    condition(filters, build.columns("requests"))
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= LONGEST_NAME:
        raise InputError(_("Give the search a name of up to %(most)s characters.") % {"most": LONGEST_NAME})
    try:
        with transaction.atomic():
            saved = SavedSearch.objects.create(name=cleaned, owner=by, query=filters.query())
            audit.record(by=by, action="service_requests.save_search", target=cleaned, details={"query": saved.query})
    except IntegrityError as error:
        raise InputError(_("You already have a search called “%(name)s”: choose another name.") % {"name": cleaned}) from error
    return saved


def delete(*, by: Any, search: SavedSearch) -> None:
    """Delete a saved search; what it asked stays in the audit."""
    access.check_can_delete_search(by, search)
    with transaction.atomic():
        audit.record(by=by, action="service_requests.delete_search", target=search.name, details={"query": search.query})
        search.delete()
