"""The question a saved analysis holds, checked when it is saved and asked again whenever it is opened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.plan import groups
from citystat.plan import periods as calendar
from citystat.plan.definitions import Measure
from citystat.plan.registered import tables
from citystat.warehouse.connections import Warehouse

PARAMETERS = ("by", "where", "cohort", "every", "from", "to", "last")
MOST_PERIODS = 1200


@dataclass(frozen=True)
class Question:
    """Groups, filters and range. `last` periods up to the newest, or fixed `start` and `end` (end None: the newest)."""

    by: tuple[str, ...] = ()
    where: dict[str, list[str]] = field(default_factory=dict)
    cohort: str | None = None
    every: str = "month"
    start: str | None = None
    end: str | None = None
    last: int | None = None

    def days(self, as_of: date) -> tuple[date, date]:
        """First and last day of the range, with the newest period where the end is left open."""
        fiscal = current_city().fiscal_year_start_month
        end = calendar.parse_period(self.end, fiscal).end if self.end else as_of
        if self.start:
            return calendar.parse_period(self.start, fiscal).start, end
        newest = calendar.index_of(self.every, end, fiscal)
        return calendar.period_at(self.every, newest - (self.last or 24) + 1, fiscal).start, end


def question_from(parameters: Mapping[str, Any], measure: Measure, build: Warehouse) -> Question:
    """The question in plain values; one sentence names the first value that cannot be asked."""
    unknown = sorted(set(parameters) - set(PARAMETERS))
    if unknown:
        raise InputError(f"A saved analysis has no setting {unknown[0]!r}: use {', '.join(PARAMETERS)}.")
    question = Question(
        by=tuple(parameters.get("by", ())),
        where={key: list(groups.texts(value)) for key, value in parameters.get("where", {}).items()},
        cohort=parameters.get("cohort") or None,
        every=parameters.get("every") or measure.period,
        start=parameters.get("from") or None,
        end=parameters.get("to") or None,
        last=parameters.get("last"),
    )
    calendar.check_unit(question.every)
    if question.last is not None and not (isinstance(question.last, int) and 1 <= question.last <= MOST_PERIODS):
        raise InputError(f"`last` must be a number of periods from 1 to {MOST_PERIODS}.")
    if measure.source == "warehouse":
        groups.resolve_all(question.by, measure, build)
        groups.compile_where(question.where, measure, build)
    else:
        tables.check_groups(measure, question.by, question.where)
        tables.check_period(measure, question.every, current_city().fiscal_year_start_month)
    measure.cohort(question.cohort)
    start, end = question.days(build.as_of)
    calendar.periods_between(question.every, start, end)
    return question
