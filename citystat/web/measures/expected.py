"""The coming months of a measure in words, as a table, and as the dashed part of its chart."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.core.chart_ahead import Ahead
from citystat.core.figures import Column, Table
from citystat.plan.definitions import Measure
from citystat.plan.outlooks import FEWEST_MONTHS, Outlook
from citystat.web.measures import figures


@dataclass(frozen=True)
class Expected:
    """The sentence under the chart; the table only where there is a forecast."""

    sentence: str
    table: Table | None


def ahead(outlook: Outlook | None) -> tuple[Ahead, ...]:
    """What is drawn after the last month."""
    months = outlook.months if outlook else ()
    return tuple(Ahead(one.month.start, one.value, one.lower, one.upper) for one in months)


def expected(outlook: Outlook | None, measure: Measure) -> Expected | None:
    """What to say of the coming months; None where the chart ends before the data do, or has no months."""
    if outlook is None:
        return None
    return Expected(_sentence(outlook), _table(outlook, measure) if outlook.months else None)


def _sentence(outlook: Outlook) -> str:
    if outlook.state == "too_short":
        said = {"needed": formats.number(FEWEST_MONTHS), "n": formats.number(outlook.known)}
        return _("No forecast is drawn: it takes %(needed)s complete months in a row to try one out, and there are %(n)s.") % said
    if outlook.state == "not_better":
        return _(
            "No forecast is drawn: tried on past months, it was no better than repeating the last month or the same month of the year "
            "before."
        )
    return _(
        "The gray dashed line is a forecast. Tried on past months, it was wrong by %(saved)s less than repeating the same month of the "
        "year before. In 8 of 10 cases the value lies in the range."
    ) % {"saved": formats.value(outlook.saved or 0.0, "percent")}


def _table(outlook: Outlook, measure: Measure) -> Table:
    label = f"{measure.label.in_(figures.language())}{figures.unit_in_brackets(measure)}"
    columns = Column(_("Month")), Column(label, "number"), Column(_("Range in 8 of 10 cases"), "number")
    rows = [
        (
            formats.month(one.month.start),
            figures.text(one.value, measure.format),
            figures.between(one.lower, one.upper, measure.format),
        )
        for one in outlook.months
    ]
    return Table(_("Forecast of the coming months"), columns, rows)
