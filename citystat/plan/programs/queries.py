"""Reads of programs, their evidence and delivery, budget lines, improvements and meetings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from citystat.core.cities import current_city
from citystat.core.errors import NotFound, UserError
from citystat.methods import money
from citystat.plan import periods as calendar
from citystat.plan import queries as measures
from citystat.plan.models import (
    BudgetLine,
    Countdown,
    CountdownItem,
    Evidence,
    Improvement,
    Incident,
    Program,
    WorkGroup,
    WorkGroupMeeting,
)
from citystat.plan.programs import rules
from citystat.plan.programs.rules import Delivery

Row = TypeVar("Row", bound=Model)
VOLUME = "requests_opened"
YEARS = 3


def programs(*, public_only: bool = False) -> QuerySet[Program]:
    """Every program by title, with its budget lines."""
    rows = Program.objects.prefetch_related("lines")
    return rows.filter(is_public=True) if public_only else rows


def program(slug: str) -> Program:
    """One program; NotFound where there is none."""
    return _one(Program.objects.all(), slug, _("There is no program with the short name %(name)s."))


def evidence(of: Program) -> tuple[list[Evidence], list[Evidence]]:
    """Findings dated up to the decision, and follow-up dated after it; what was taken back is in neither."""
    return rules.split_evidence(of.evidence.all(), of.decided_on)


def finding(of: str, pk: int) -> Evidence:
    """One finding of a program; NotFound where there is none."""
    found = Evidence.objects.select_related("program").filter(pk=pk, program__slug=of).first()
    if found is None:
        raise NotFound(_("There is no such finding."))
    return found


def delivery(of: Program) -> tuple[Countdown, Delivery] | None:
    """The countdown of a program and what is done, counted from the single items; None without one."""
    found = Countdown.objects.filter(slug=of.countdown).first() if of.countdown else None
    if found is None:
        return None
    items = CountdownItem.objects.filter(countdown=found)
    return found, rules.delivery(items, found.target_count, found.budget if found.budget is not None else of.budget)


@dataclass(frozen=True)
class YearOfLine:
    """A fiscal year of a line: requests of its services (None: not known), amount (None: not given), amount by request."""

    year: int
    key: str
    is_complete: bool
    requests: int | None
    amount: Decimal | None
    per_request: Decimal | None


@dataclass(frozen=True)
class LineTrend:
    """A budget line with its years, and the sentence why there is no volume where there is none."""

    line: BudgetLine
    scope: str
    years: tuple[YearOfLine, ...]
    reason: str = ""


def budget_lines() -> tuple[BudgetLine, ...]:
    """Every line with amounts and program, by code."""
    return tuple(BudgetLine.objects.select_related("program").prefetch_related("amounts"))


def trend(line: BudgetLine, *, build: int | None = None, years: int = YEARS) -> LineTrend:
    """Requests of the line's services (else its department) in the last complete fiscal years beside the amounts."""
    amounts = {one.year: one.amount for one in line.amounts.all()}
    where: dict[str, Any] = {"service": list(line.services)} if line.services else {"department": line.department}
    scope = ", ".join(line.services) or line.department
    if not scope:
        return LineTrend(line, "", _without(amounts, years), _("Neither services nor a department: no volume can be counted."))
    start = current_city().fiscal_year_start_month
    last = measures.last_day(VOLUME, build)
    index = calendar.index_of("fiscal_year", last, start)
    if calendar.period_at("fiscal_year", index, start).end > last:
        index -= 1
    span = [calendar.period_at("fiscal_year", at, start) for at in range(index - years + 1, index + 1)]
    table = measures.measure_table(
        VOLUME, start=span[0].start, end=span[-1].end, where=where, build=build, period="fiscal_year", interval=False
    )
    counted = {one.period: one for one in table.rows()}
    found = []
    for one in span:
        row = counted.get(one.key)
        requests = int(row.numerator) if row is not None and row.numerator is not None else None
        amount = amounts.get(one.start.year)
        quotient = money.unit_cost(amount, requests).per_unit if amount is not None and requests else None
        found.append(YearOfLine(one.start.year, one.key, True, requests, amount, quotient))
    reason = "" if any(one.requests for one in found) else _("No request of these years names %(scope)s.") % {"scope": scope}
    return LineTrend(line, scope, tuple(found), reason)


def _without(amounts: dict[int, Decimal], years: int) -> tuple[YearOfLine, ...]:
    """The amounts alone, by fiscal years named like those of other lines."""
    start = current_city().fiscal_year_start_month
    keys = {
        year: calendar.period_at("fiscal_year", calendar.index_of("fiscal_year", date(year, start, 1), start), start).key
        for year in amounts
    }
    return tuple(YearOfLine(year, keys[year], True, None, amounts[year], None) for year in sorted(amounts)[-years:])


@dataclass(frozen=True)
class WithoutData:
    """A program nobody can say the volume of, with the reason. It is listed; the list decides nothing."""

    program: Program
    reason: str


def without_data(rows: Sequence[Program], *, build: int | None = None) -> tuple[WithoutData, ...]:
    """Programs without volume data: no services, no measures, no countdown, or none of them with a single number."""
    return tuple(WithoutData(one, reason) for one in rows if (reason := _why_no_volume(one, build)))


def _why_no_volume(of: Program, build: int | None) -> str:
    services = list(dict.fromkeys([*of.services, *(name for line in of.lines.all() for name in line.services)]))
    if not services and not of.measures and not of.countdown:
        return _("It names no service, no measure and no countdown.")
    counted = [
        *([bool(_volume(VOLUME, {"service": services}, build))] if services else []),
        *(bool(_volume(name, None, build)) for name in of.measures),
        *([CountdownItem.objects.filter(countdown__slug=of.countdown).exists()] if of.countdown else []),
    ]
    return "" if any(counted) else _("What it names has no number in the last three years.")


def _volume(name: str, where: dict[str, Any] | None, build: int | None) -> float:
    """The sum of the numbers of the last three years; 0 where the measure is unknown or has none."""
    try:
        last = measures.last_day(name, build)
        period = None if measures.measure(name).source != "warehouse" else "year"
        start = date(last.year - YEARS, 1, 1)
        table = measures.measure_table(name, start=start, end=last, where=where, build=build, period=period, interval=False)
    except UserError:
        return 0
    told = [one.numerator if one.numerator is not None else one.value for one in table.rows()]
    return float(sum(abs(one) for one in told if one is not None))


def improvements(*, public_only: bool = False) -> QuerySet[Improvement]:
    """Every improvement, newest first."""
    rows = Improvement.objects.select_related("meeting", "meeting__group", "program")
    return rows.filter(is_public=True) if public_only else rows


def improvement(slug: str) -> Improvement:
    """One improvement; NotFound where there is none."""
    return _one(improvements(), slug, _("There is no improvement with the short name %(name)s."))


def groups() -> QuerySet[WorkGroup]:
    """Work groups with their meetings, newest first, and what came of each."""
    return WorkGroup.objects.prefetch_related("meetings__improvements")


def group(slug: str) -> WorkGroup:
    """One work group; NotFound where there is none."""
    return _one(WorkGroup.objects.all(), slug, _("There is no work group with the short name %(name)s."))


def meetings() -> QuerySet[WorkGroupMeeting]:
    """Every meeting of every group, newest first."""
    return WorkGroupMeeting.objects.select_related("group")


def incident_kinds() -> tuple[str, ...]:
    """Kinds of incidents loaded."""
    return tuple(Incident.objects.order_by("kind").values_list("kind", flat=True).distinct())


def _one(rows: QuerySet[Row], slug: str, sentence: str) -> Row:
    found = rows.filter(slug=slug).first()
    if found is None:
        raise NotFound(sentence % {"name": slug})
    return found
