"""The health of the measures: stale, ownerless, unread, never on a packet, without data, not validated. For the notes of every packet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core import formats
from citystat.core.cities import current_city
from citystat.plan import answers, descriptions, known, on_packets, periods
from citystat.plan.definitions import Measure
from citystat.plan.models import MeasureVersion, ValueRequest
from citystat.plan.registered import board, register, tables
from citystat.warehouse.connections import Warehouse

DAYS_OF_REVIEW = 30
DAYS_OVER = {"month": 62, "quarter": 184, "year": 730}
RULES = {
    "stale": gettext_lazy("No recent value"),
    "asked": gettext_lazy("Asked for and not answered"),
    "ownerless": gettext_lazy("Without an owner"),
    "unread": gettext_lazy("Nobody is named as reading it"),
    "off_packets": gettext_lazy("Never on a packet"),
    "gap": gettext_lazy("No data yet"),
    "not_validated": gettext_lazy("Waiting to be validated"),
    "review": gettext_lazy("Review is overdue"),
}


@dataclass(frozen=True)
class Ailment:
    """One thing that is wrong with one measure."""

    rule: str
    measure: str
    label: str
    department: str
    sentence: str
    since: date | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**self.__dict__, "since": self.since.isoformat() if self.since else None}


def health(build: Warehouse, *, language: str = "en") -> tuple[Ailment, ...]:
    """Everything that ails any measure in use, by rule and measure."""
    found = [ailment for one in known.in_use().values() for ailment in _of_measure(one, build, language)]
    found += [*_asked(language), *_not_validated()]
    order = list(RULES)
    return tuple(sorted(found, key=lambda one: (order.index(one.rule), one.measure)))


def _of_measure(one: Measure, build: Warehouse, language: str) -> Iterator[Ailment]:
    label, department = one.label.in_(language), board.department_of(one.name)
    if one.source == "gap":
        needed = one.registered.data_needed if one.registered else ""
        yield Ailment("gap", one.name, label, department, _("Needed: %(what)s") % {"what": needed})
    else:
        yield from _stale(one, build, label, department, language)
    row = register.content().rows.get(one.name)
    if not one.owner and (row is None or row.owner_id is None):
        yield Ailment("ownerless", one.name, label, department, _("Name an owner, or drop it."))
    elif one.source in {"typed", "survey"} and (row is None or row.owner_id is None):
        yield Ailment("ownerless", one.name, label, department, _("Nobody with an account is asked for its values."))
    if not one.readers:
        yield Ailment("unread", one.name, label, department, _("Name the meeting or report it is for, or drop it."))
    # Nothing is called unseen before somebody makes packets.
    seen = on_packets.named()
    if any(seen) and not any(one.name in names for names in seen):
        yield Ailment("off_packets", one.name, label, department, _("No released packet shows it."))
    if one.review_by < tables.today():
        yield Ailment(
            "review", one.name, label, department, _("Its review was due on %(day)s.") % {"day": formats.day(one.review_by)}, one.review_by
        )


def _stale(one: Measure, build: Warehouse, label: str, department: str, language: str) -> Iterator[Ailment]:
    row = board.standing(one, build).row
    day = answers.last_day(one, build)
    if row is None:
        yield Ailment("stale", one.name, label, department, _("It has no value in three years."))
    elif day - row.period_end > timedelta(days=DAYS_OVER[one.period]):
        named = _named(one, row.period_start, language)
        yield Ailment("stale", one.name, label, department, _("Its last value is of %(period)s.") % {"period": named}, row.period_end)


def _named(measure: Measure, day: date, language: str) -> str:
    """The period of a measure that holds a day, as people say it."""
    fiscal = current_city().fiscal_year_start_month
    return descriptions.period_name(periods.period_at(measure.period, periods.index_of(measure.period, day, fiscal), fiscal), language)


def _asked(language: str) -> Iterator[Ailment]:
    known_measures: Mapping[str, Measure] = known.in_use()
    late = (
        ValueRequest.objects.filter(answered_at__isnull=True, due_on__lt=tables.today()).select_related("measure").order_by("due_on", "id")
    )
    for request in late:
        name = request.measure.name
        if name in known_measures:
            sentence = _("The value of %(period)s was due on %(day)s.") % {
                "period": _named(known_measures[name], request.period_start, language), "day": formats.day(request.due_on),
            }  # fmt: skip
            yield Ailment("asked", name, known_measures[name].label.in_(language), request.measure.department, sentence, request.due_on)


def _not_validated() -> Iterator[Ailment]:
    """Definitions nobody finished: sent to review, or a first draft, more than a month ago."""
    edge = tables.today() - timedelta(days=DAYS_OF_REVIEW)
    waiting = MeasureVersion.objects.filter(drafted_at__date__lt=edge).exclude(status=MeasureVersion.Status.VALIDATED)
    for version in waiting.select_related("measure").order_by("measure__name", "version"):
        label = str(version.definition.get("label", {}).get("en", version.measure.name))
        sentence = _("Version %(number)s has not been validated since %(day)s.") % {
            "number": version.version, "day": formats.day(version.drafted_at.date()),
        }  # fmt: skip
        yield Ailment("not_validated", version.measure.name, label, version.measure.department, sentence, version.drafted_at.date())
