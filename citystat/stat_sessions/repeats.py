"""Section six: the same service at the same spot, what was opened again, and escalations where they are known."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from citystat.plan import queries as plan
from citystat.stat_sessions import sections, words
from citystat.stat_sessions.content import Audience, Fact, RepeatPlace, Value
from citystat.stat_sessions.figures import Reader
from citystat.stat_sessions.lists import Lists, Row, place_names
from citystat.stat_sessions.writing import shown

RATES = ("reopen_rate", "recurrence_rate", "transferred_share", "mass_closed_share")


def places(lists: Lists, districts: Mapping[str, str], audience: Audience) -> tuple[RepeatPlace, ...]:
    """Spots in order of requests: a neighborhood, ZIP code or district; for staff the address, unless the service is sensitive."""
    names, hidden = place_names(lists.build, "neighborhood"), _sensitive(lists)
    return tuple(
        RepeatPlace(
            service=row["service"] or _("Not recorded"),
            place=row["address"]
            if audience == "staff" and row["address"] and row["service_slug"] not in hidden
            else _coarse(row, names, districts),
            requests=row["requests"],
            requests_in_month=row["requests_in_month"],
            still_open=row["still_open"],
        )
        for row in lists.repeat_places()
    )


def _coarse(row: Row, neighborhoods: Mapping[str, str], districts: Mapping[str, str]) -> str:
    """The smallest area with a name. A neighborhood known by a number alone, such as 0 for "none", tells a reader nothing."""
    named = neighborhoods.get(row["neighborhood"], row["neighborhood"] or "")
    if any(letter.isalpha() for letter in named):
        return named
    if row["district"]:
        return districts.get(row["district"], row["district"])
    return _("ZIP code %(zip)s") % {"zip": row["zip"]} if row["zip"] else _("not named")


def _sensitive(lists: Lists) -> frozenset[str]:
    if "sensitive" not in lists.build.columns("services"):
        return frozenset()
    return frozenset(slug for (slug,) in lists.build.rows("SELECT service_slug FROM services WHERE sensitive"))


def facts(reader: Reader, before_name: str, *, complete: bool) -> tuple[Fact, ...]:
    """Reopened, asked for again, handed over, closed in bulk: each with its comparison, or the sentence that it is not known."""
    return tuple(_fact(reader, name, before_name, complete=complete) for name in RATES)


def _fact(reader: Reader, name: str, before_name: str, *, complete: bool) -> Fact:
    measure = plan.measure(name)
    figure = sections.compared(reader, name, complete=complete)
    label = measure.label.in_(words.language())
    if figure.now.state == "missing":
        return Fact(label, _("Not known: the export does not record it."))
    if figure.now.state == "too_few":
        return Fact(label, _("Too few requests for a share this month."))
    said = _("%(value)s of %(n)s requests.") % {"value": shown(figure.now, "percent"), "n": _count(figure.now)}
    if figure.now.state == "incomplete" or not complete:
        return Fact(label, f"{said} " + _("Not final: later requests can still change it."))
    return Fact(label, f"{said} {words.comparison(figure, 'percent', before_name)}")


def _count(value: Value) -> str:
    return words.number(value.denominator or 0)
