"""Reads of weaknesses: those worked on, those the rules find and nobody has taken up, those to celebrate."""

from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from citystat.core.errors import NotFound, UserError
from citystat.plan import queries as plan
from citystat.stat_sessions.models import WeakPointCase
from citystat.stat_sessions.queries import district_name

MOST_FOUND = 12
# Groups whose values are names already; every other group is a kind of place.
NAMED = frozenset({"department", "service", "category", "channel", "origin", "status"})


@dataclass(frozen=True)
class Found:
    """A weak point a rule finds in the last complete month, and nobody works on yet."""

    measure: str
    where: dict[str, str]
    title: str
    sentence: str
    rule: str
    value: float | None


def cases() -> QuerySet[WeakPointCase]:
    """Weaknesses people work on or have fixed, open ones first."""
    return WeakPointCase.objects.select_related("owner", "session").order_by(F("fixed_on").asc(nulls_first=True), "-found_on", "-id")


def case(key: int) -> WeakPointCase:
    """One weakness; NotFound where there is none."""
    row = cases().filter(pk=key).first()
    if row is None:
        raise NotFound(_("There is no such weakness."))
    return row


def celebrated() -> QuerySet[WeakPointCase]:
    """What was fixed and is told to everyone, latest first."""
    return WeakPointCase.objects.filter(celebrated_at__isnull=False).order_by("-celebrated_at", "-id")


def found() -> list[Found]:
    """Weak points of the last complete month that nobody has taken up; nothing before there is a build."""
    try:
        points = plan.weak_points()
    except UserError:
        return []
    taken = {(row.measure, tuple(sorted(row.where.items()))) for row in WeakPointCase.objects.filter(fixed_on__isnull=True)}
    labels = {one.name: one.label for one in plan.measures()}
    language, free = get_language() or "en", []
    for point in points:
        where = {key: value for key, value in point.group.items() if value}
        if (point.measure, tuple(sorted(where.items()))) in taken or point.measure not in labels:
            continue
        place = ", ".join(_named(key, value) for key, value in where.items())
        label = labels[point.measure].in_(language)
        title = f"{place}: {label}" if place else label
        free.append(Found(point.measure, where, title, point.sentence.in_(language), point.rule, point.value))
    return free[:MOST_FOUND]


def _named(key: str, value: str) -> str:
    """A department or service by its name; a place by its code with the word for it."""
    return value if key in NAMED else district_name(value, value)
