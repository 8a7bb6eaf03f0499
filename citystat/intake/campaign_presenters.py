"""A campaign in words, as a table and as a chart: what the numbers say, and what they cannot."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citystat.core import charts_by_group as charts
from citystat.core import formats
from citystat.core.charts_by_group import GroupValue
from citystat.core.figures import Column, Figure, Table
from citystat.service_requests.cases import campaigns, covering, offers
from citystat.service_requests.cases.campaign_counts import Compared, Counts, Window
from citystat.service_requests.models import Campaign

MOST_NAMES = 12


def page(one: Campaign, counts: Counts | None) -> dict[str, Any]:
    """Everything the page of a campaign shows."""
    return {
        "campaign": one,
        "words": campaigns.words(one),
        "days": days(one),
        "about": about(one),
        "area": covering.area_words(one),
        "reach": [(row.channel, formats.number(row.number), row.counted, row.source) for row in campaigns.reach_of(one)],
        "news": [(formats.day(row.at.date()), campaigns.news_words(row)) for row in campaigns.news_of(one)],
        "figure": figure(counts) if counts else None,
        "table": table(counts) if counts else None,
        "findings": findings(counts) if counts else [],
        "limits": limits(counts) if counts else [],
    }


def days(one: Campaign) -> str:
    """From when to when."""
    return _("%(first)s to %(last)s") % {"first": formats.day(one.starts_on), "last": formats.day(one.ends_on)}


def about(one: Campaign) -> str:
    """The services it is about; empty for all."""
    names = {offer.slug: offers.to_reader(offer).name for offer in offers.all_offers()}
    found = [*one.groups, *(names.get(slug, slug) for slug in one.services)]
    return ", ".join(found[:MOST_NAMES])


def name_of(window: Window) -> str:
    """What a window is called."""
    if window.is_year_before:
        return {"before": _("A year earlier: before"), "during": _("A year earlier: during"), "after": _("A year earlier: after")}[
            window.name
        ]
    return {"before": _("Before"), "during": _("During"), "after": _("After")}[window.name]


def mark_of(window: Window, counts: Counts) -> str:
    """What a window is called beside its mark, short enough for a phone: a year earlier is told by its year."""
    if not window.is_year_before:
        return name_of(window)
    said = {"before": _("Before, %(year)s"), "during": _("During, %(year)s"), "after": _("After, %(year)s")}[window.name]
    return said % {"year": counts.window("during").start.year - 1}


def figure(counts: Counts) -> Figure:
    """Requests a day in each window with their intervals; before the campaign is the line."""
    groups = [
        GroupValue(mark_of(one, counts), one.per_day, one.lower, one.upper, denominator=one.days, state="ok" if one.days else "missing")
        for one in counts.windows
    ]
    before = counts.window("before").per_day
    drawn = {width: charts.intervals(groups, form="rate", width=width, reference=before, reference_name=_("before")) for width in WIDTHS}
    return Figure(
        title=title(counts),
        subtitle=_("Requests of the services of the campaign, opened a day, with 95% intervals."),
        description=" ".join(findings(counts)),
        wide=drawn["wide"],
        narrow=drawn["narrow"],
        as_of=counts.as_of,
        build=counts.build,
    )


WIDTHS: tuple[Any, ...] = ("wide", "narrow")
NOTABLE = 1.1
EXACT_BELOW = 10
FEW = 10


def title(counts: Counts) -> str:
    """The finding: more, fewer or about the same while it ran."""
    verdict = _of(counts, "during_before").verdict
    said = {
        "higher": _("More requests while the campaign ran than just before"),
        "lower": _("Fewer requests while the campaign ran than just before"),
        "about_the_same": _("About as many requests while the campaign ran as just before"),
    }
    too_little = _("Too little is known to compare the days of the campaign")
    return said.get(verdict) or (_("The data end before the campaign begins") if begins_after(counts) else too_little)


def begins_after(counts: Counts) -> bool:
    """Whether the campaign began after the last day of the data."""
    return counts.window("during").start > counts.as_of


def _of(counts: Counts, name: str) -> Compared:
    return next(one for one in counts.compared if one.name == name)


def findings(counts: Counts) -> list[str]:
    """Each comparison in a sentence."""
    names = {
        "during_before": _("While it ran, against just before"),
        "during_year_before": _("While it ran, against the same weeks a year earlier"),
        "after_before": _("After it, against just before it"),
        "usual_during_before": _("A year earlier, the same two stretches, without the campaign"),
    }
    known = [f"{names[one.name]}: {compared_words(one)}" for one in counts.compared if compared_words(one)]
    missing = [names[one.name] for one in counts.compared if not compared_words(one)]
    if begins_after(counts):
        return [
            _("The data end on %(day)s: what changed shows when they reach into the campaign.") % {"day": formats.day(counts.as_of)},
            *known,
        ]
    if missing:
        known.append(_("Cannot be compared, for want of days or requests: %(names)s.") % {"names": "; ".join(missing)})
    return known


def compared_words(one: Compared) -> str:
    """How many times as many, with the interval; within chance is said so; nothing where there is nothing to compare."""
    if one.ratio is None or one.lower is None or one.upper is None:
        return ""
    values = {name: _times(value) for name, value in (("ratio", one.ratio), ("low", one.lower), ("high", one.upper))}
    said = {
        "higher": _("%(ratio)s times as many a day (%(low)s to %(high)s): more than chance explains."),
        "lower": _("%(ratio)s times as many a day (%(low)s to %(high)s): fewer than chance explains."),
    }.get(one.verdict, _("%(ratio)s times as many a day (%(low)s to %(high)s): the difference is within chance."))
    return said % values


def _times(value: float) -> str:
    """A ratio as exact as anybody can use it: 2.25, 17, 771."""
    return formats.number(value, 2 if value < EXACT_BELOW else 0)


def limits(counts: Counts) -> list[str]:
    """What the numbers cannot prove."""
    said = [
        _("This does not show that the campaign was the cause: weather, news and other work of the city fall in the same weeks."),
        _("More requests can mean that the problem grew, or that more people know where to report it."),
    ]
    if counts.dispersion >= NOTABLE:
        widened = formats.number(counts.dispersion**0.5, 1)
        said.append(_("The intervals are %(times)s times as wide as usual, because the days vary more than chance.") % {"times": widened})
    open_ones = [one for one in counts.windows if one.days and not one.is_whole]
    if open_ones:
        said.append(_("Not over yet in these data, only the days so far are counted: %(names)s.") % {"names": _names(open_ones)})
    missing = [one for one in counts.windows if not one.days]
    if missing:
        said.append(_("Outside the data: %(names)s.") % {"names": _names(missing)})
    return said


def _names(windows: list[Window]) -> str:
    return ", ".join(name_of(one) for one in windows)


def table(counts: Counts) -> Table:
    """The numbers of each window."""
    columns = (
        Column(_("Window")), Column(_("First day"), "date"), Column(_("Last day"), "date"), Column(_("Days counted"), "number"),
        Column(_("Requests"), "number"), Column(_("Requests a day"), "number"), Column(_("95% interval"), "number"),
    )  # fmt: skip
    return Table(_("Requests of the campaign's services by window"), columns, [_row(one) for one in counts.windows])


def _row(one: Window) -> tuple[str, ...]:
    first, last = formats.short_day(one.start), formats.short_day(one.end)
    if one.per_day is None or one.lower is None or one.upper is None:
        return (name_of(one), first, last, "0", "–", "–", "–")
    digits = 1 if one.per_day >= FEW else 2
    interval = f"{formats.number(one.lower, digits)} – {formats.number(one.upper, digits)}"
    rate = formats.number(one.per_day, digits)
    return (name_of(one), first, last, formats.number(one.days), formats.number(one.requests), rate, interval)


def line(one: Campaign) -> dict[str, str]:
    """A campaign in a list."""
    reach = sum(1 for _row in one.reach.all())
    channels = ngettext("%(count)s channel", "%(count)s channels", reach) % {"count": reach}
    return {"slug": one.slug, "title": campaigns.words(one)["title"], "days": days(one), "about": about(one), "channels": channels}
