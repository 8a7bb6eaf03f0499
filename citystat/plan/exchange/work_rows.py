"""Which rows of countdowns, processes, programs and advice go out: the public gets what its pages show, the staff everything."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import F, QuerySet

from citystat.plan.exchange.tables import Scope
from citystat.plan.models import CountdownItem, Evidence, FocusSelection, Incident, Program

Rows = Iterable[Any]
Give = Callable[[Scope], Rows]


def whole(model: Any, *order: str) -> Give:
    """Every row, for everyone."""

    def give(scope: Scope) -> Rows:
        rows: QuerySet[Any] = model.objects.order_by(*order, "pk")
        return rows

    return give


def for_staff(model: Any, *order: str) -> Give:
    """Every row for the staff, none for others: the pages of these are for the staff too."""

    def give(scope: Scope) -> Rows:
        rows: QuerySet[Any] = model.objects.order_by(*order, "pk")
        return rows if scope.staff else ()

    return give


def incidents(scope: Scope) -> Rows:
    """Calls for the staff, those without a time first: left to itself, each database has an order of its own for what is empty."""
    return Incident.objects.order_by("kind", "on", "area", "source", F("seconds").asc(nulls_first=True), "pk") if scope.staff else ()


def public(model: Any, *order: str) -> Give:
    """Every row for the staff, public ones for others."""

    def give(scope: Scope) -> Rows:
        rows: QuerySet[Any] = model.objects.order_by(*order, "pk")
        return rows if scope.staff else rows.filter(is_public=True)

    return give


def items(scope: Scope) -> Rows:
    """Items of countdowns; as on the page, what shows that one is done is for everyone once it counts."""
    rows = CountdownItem.objects.order_by("countdown__slug", "key", "pk")
    if scope.staff:
        return rows
    found = list(rows.filter(countdown__is_public=True))
    for one in found:
        if one.status != CountdownItem.Status.COUNTED:
            one.proof = one.proof_file = ""
    return found


def programs(scope: Scope) -> Rows:
    """Programs; measures of the staff are not named to others."""
    found = list(public(Program, "slug")(scope))
    for one in found:
        one.measures = [name for name in one.measures if scope.shows(name)]
    return found


def evidence(scope: Scope) -> Rows:
    """Findings behind programs; one that was taken back is on no public page."""
    rows = Evidence.objects.order_by("program__slug", "dated_on", "pk")
    return rows if scope.staff else rows.filter(program__is_public=True, taken_back_at__isnull=True)


def selections(scope: Scope) -> Rows:
    """Areas in focus; a rule over measures of the staff is theirs."""
    rows = public(FocusSelection, "slug")(scope)
    return [one for one in rows if all(scope.shows(str(part.get("measure", ""))) for part in one.indicators)]
