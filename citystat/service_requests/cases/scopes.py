"""Conditions that choose live requests: those of a person's queues and places, those still open. Reads put them together."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from citystat.core.access import has_right
from citystat.service_requests import rules
from citystat.service_requests.models.cases import STILL_OPEN

RIGHTS = ("work_requests", "supervise_requests")


def still_open(statuses: tuple[str, ...] = rules.OPEN_STATUSES) -> Q:
    """Requests of these statuses, all of them open ones.

    Said twice, since a database takes the index of open requests only where it sees that its condition holds, and SQLite does not see
    that of a list of values.
    """
    return STILL_OPEN & Q(status__in=statuses)


def of(user: Any, path: str = "") -> Q:
    """Requests in the person's queues and places; nothing without a scope.

    `path` leads to the request from another table, such as `request__`.
    """
    nothing = Q(pk__in=())
    if not any(has_right(user, right) for right in RIGHTS):
        return nothing
    found = []
    for scope in user.scopes():
        given = {"department": scope.department, "district": scope.district}
        wanted = {f"{path}{name}": value for name, value in given.items() if value}
        if not wanted:
            return Q()
        found.append(Q(**wanted))
    return reduce(or_, found, nothing)
