"""The example on the page that explains the marks: twenty-four invented months, some of them unusual."""

from datetime import date

from django.utils.translation import gettext as _

from citystat.core import charts_over_time as charts
from citystat.core import formats
from citystat.core.charts_over_time import Point, RebaseMark, TargetLine
from citystat.core.figures import Column, Figure, Table

SHARES = (78, 81, 79, 83, 77, 80, 76, 79, 82, 78, 66, 80, 81, 79, 86, 88, 87, 89, 86, 88, 90, 87, 89, 91)
EXAMPLE_YEARS = (2015, 2016)
REBASED_AT = 14
TARGET = 0.85


def example_points() -> list[Point]:
    """Two stretches: one with an unusual month, one after a change, its last month not over yet."""
    points = []
    for index, share in enumerate(SHARES):
        is_late = index >= REBASED_AT
        center, lower, upper = (0.88, 0.82, 0.94) if is_late else (0.79, 0.70, 0.88)
        signal = "concerning" if share < 100 * lower else "improving" if index in {20, 22} else None
        on = date(EXAMPLE_YEARS[index // 12], index % 12 + 1, 1)
        is_last = index == len(SHARES) - 1
        points.append(Point(on, share / 100, center, lower, upper, signal, complete=not is_last, segment=int(is_late)))
    return points


def example_figure() -> Figure:
    """The example as a figure with every mark in its key."""
    points = example_points()
    target, rebase = TargetLine(TARGET, start=date(2016, 1, 1)), RebaseMark(date(2016, 3, 1), _("second crew"))
    wide, narrow = (
        charts.control_chart(points, form="percent", width=width, target=target, rebases=[rebase]) for width in ("wide", "narrow")
    )
    notes = () if charts.starts_at_zero(points, form="percent", target=target) else (_("The vertical axis does not start at zero."),)
    return Figure(
        title=_("More potholes are filled on time since the second crew started"),
        subtitle=_("Share of potholes due in the month that were filled by their due date. Invented numbers."),
        description=_(
            "Each point is a month. Most of 2015 lies between 70% and 88%; November 2015 is unusually low. "
            "From March 2016 the usual range is 82% to 94%."
        ),
        wide=wide,
        narrow=narrow,
        table=example_table(),
        key=("common_cause", "improving", "concerning", "incomplete", "center", "limits", "target"),
        notes=notes,
    )


def example_table() -> Table:
    """The same numbers."""
    columns = (Column(_("Month"), "text"), Column(_("Filled on time"), "number"), Column(_("Usual range"), "number"))
    rows = [
        (
            formats.month(point.on),
            formats.percent(point.value or 0),
            f"{formats.percent(point.lower or 0)} – {formats.percent(point.upper or 0)}",
        )
        for point in example_points()
    ]
    return Table(_("Potholes filled on time, by month"), columns, rows)
