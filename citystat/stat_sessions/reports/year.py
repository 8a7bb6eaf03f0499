"""The annual report: for every measure the year before, the year with its target, and the next year's target with its reason."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.plan.registered import register
from citystat.stat_sessions.reports import figures, grounds
from citystat.stat_sessions.reports.document import Cell, Column, Document, Section, Table, number
from citystat.stat_sessions.reports.document import words as text
from citystat.stat_sessions.reports.figures import Stand
from citystat.stat_sessions.reports.grounds import Ground


@dataclass(frozen=True)
class Yearly:
    """A measure over two years, with the targets of the year and of the next one."""

    stand: Stand
    prior: float | None
    actual: float | None
    next_target: float | None
    note: str


def stands(on: Ground) -> tuple[Stand, ...]:
    """Every measure at the year's end, beside the year before."""
    before = date(on.span.end.year - 1, 12, 31)
    return figures.stands(on.span.end, before, audience=on.audience, language=on.language, build=on.build)


def content(on: Ground, found: tuple[Stand, ...]) -> Document:
    """The annual report as a document."""
    sections: list[Section | None] = [
        _table(on, tuple(_yearly(one, on) for one in found)),
        grounds.commitments(on),
        grounds.quality(on, found),
        grounds.appendix(on, found),
    ]
    return grounds.document(on, sections, _("Results of the year and targets of the next one"))


def _yearly(one: Stand, on: Ground) -> Yearly:
    year = on.span.end.year
    prior, _periods = figures.year_value(one.measure, year - 1, on.build)
    following = register.target_on(one.measure.targets, date(year + 1, 12, 31))
    note = following.why(on.language) if following else _("No target is set for the next year.")
    return Yearly(one, prior, one.actual, _whole(following.value, one) if following else None, note)


def _whole(value: float, one: Stand) -> float:
    """A target of a month over the twelve of a year, where months are added up."""
    return value * 12 if one.how == "sum" and one.measure.period == "month" else value


def _table(on: Ground, found: tuple[Yearly, ...]) -> Section:
    year = on.span.end.year
    columns = (
        Column(_("Measure"), width=2.0),
        Column(_("Actual %(year)s") % {"year": year - 1}, "count"),
        Column(_("Actual %(year)s") % {"year": year}, "count"),
        Column(_("Target %(year)s") % {"year": year}, "count"),
        Column(_("Target %(year)s") % {"year": year + 1}, "count"),
        Column(_("Notes"), width=2.6),
    )
    met = sum(_is_met(one) for one in found)
    with_target = sum(one.stand.target is not None and one.actual is not None for one in found)
    sentence = _("%(met)s of %(n)s measures with a target met it in %(year)s.") % {
        "met": formats.number(met), "n": formats.number(with_target), "year": year
    }  # fmt: skip
    table = Table(
        _("Results and targets"), columns, tuple(_row(one) for one in found), _("Where not every month has a value, the row says so.")
    )
    return Section("results", _("Results of %(year)s") % {"year": year}, sentence, (sentence,), tables=(table,))


def _is_met(one: Yearly) -> bool:
    target, actual = one.stand.target, one.actual
    if target is None or actual is None:
        return False
    return actual <= target if one.stand.measure.direction == "decrease" else actual >= target


def _row(one: Yearly) -> tuple[Cell, ...]:
    unit, stand = one.stand.measure.format, one.stand
    short = stand.measure.period == "month" and 0 < stand.n_known < 12
    sub = _("%(n)s of 12 months") % {"n": formats.number(stand.n_known)} if short else stand.why_not
    return (
        text(stand.label),
        number(one.prior, unit),
        number(one.actual, unit, sub=sub, state=stand.state),
        number(stand.target, unit),
        number(one.next_target, unit),
        text(one.note),
    )
