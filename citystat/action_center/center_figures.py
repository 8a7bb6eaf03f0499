"""Charts of calls: offered by day with the usual range of the weekday, and agents needed by interval."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from citystat.action_center import center_words as words
from citystat.core import charts_by_group, charts_over_time, formats
from citystat.core.charts_by_group import GroupValue
from citystat.core.charts_over_time import Point
from citystat.core.figures import Figure, Link
from citystat.service_requests.center import signals
from citystat.service_requests.center.staffing_needs import Needs

MARKS = ("improving", "concerning", "neutral", "common_cause", "incomplete")


def offered(series: signals.Series, given: Mapping[str, Any]) -> Figure:
    """Calls offered by day; the finding of the newest complete day is the title."""
    points = [
        Point(on, series.values[i], series.center[i], series.lower[i], series.upper[i], series.signals[i], series.complete[i])
        for i, on in enumerate(series.on)
    ]
    wide, narrow = (charts_over_time.control_chart(points, form="count", width=width) for width in ("wide", "narrow"))
    seen = {point.signal or "common_cause" if point.complete else "incomplete" for point in points if point.value is not None}
    notes: tuple[str, ...] = (_("Limits follow the weekday: Mondays are compared with Mondays."),) if series.is_adjusted else ()
    if not charts_over_time.starts_at_zero(points, form="count"):
        notes += (_("The axis does not begin at zero."),)
    return Figure(
        title=finding(series),
        subtitle=_("Calls offered by day; the band is the usual range"),
        description=_("The table by day holds the same numbers."),
        wide=wide,
        narrow=narrow,
        links=(Link("CSV", f"{reverse('action:center_calls_csv')}?by=day&queue={given.get('queue', '')}"),),
        key=(*(name for name in MARKS if name in seen), *(("limits",) if any(series.lower) else ())),
        notes=notes,
    )


def finding(series: signals.Series) -> str:
    """The newest complete day in words."""
    index = series.last
    if index is None or series.signals[index] is None:
        return _("Calls offered: not enough complete days to judge")
    said = {"day": formats.day(series.on[index]), "n": words.count(series.values[index])}
    if series.signals[index] == "common_cause":
        return _("Calls offered are within their usual range on %(day)s") % said
    if series.directions[index] > 0:
        return _("Calls offered are higher than usual on %(day)s: %(n)s") % said
    return _("Calls offered are lower than usual on %(day)s: %(n)s") % said


def needs(found: Needs) -> Figure:
    """Agents needed by interval."""
    groups = [GroupValue(words.hour(one.slot.minute), float(one.queue.agents)) for one in found.needs]
    wide, narrow = (charts_by_group.bars(groups, form="count", width=width) for width in ("wide", "narrow"))
    most = max(found.needs, key=lambda one: one.queue.agents)
    return Figure(
        title=_("At most %(n)s agents are needed, at %(time)s")
        % {"n": words.count(most.queue.agents), "time": words.hour(most.slot.minute)},
        subtitle=_("Agents needed by the start of the interval"),
        description=_("Bars from zero; the table above holds the same numbers."),
        wide=wide,
        narrow=narrow,
    )
