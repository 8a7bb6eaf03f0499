"""Figures of before and after in the reader's words: values, changes with intervals, what they say and what they cannot prove."""

from decimal import Decimal
from math import isfinite

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.core.figures import Column, Table
from citystat.methods.before_after import Estimate
from citystat.plan.programs.before_after import BeforeAfter, Change, Side

POINTS = 100
MINUTE = 60


def dollars(amount: Decimal | float | None, decimals: int = 0) -> str:
    """An amount of money; an en dash where there is none."""
    return "–" if amount is None else f"${formats.number(float(amount), decimals)}"


def unit_cost(amount: Decimal | None) -> str:
    """An amount for one thing: cents only where they matter."""
    return dollars(amount, 2 if amount is not None and abs(amount) < POINTS else 0)


def minutes(seconds: float | None) -> str:
    """Seconds as minutes and seconds."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    return _("%(minutes)s min %(seconds)s s") % {"minutes": whole // MINUTE, "seconds": f"{whole % MINUTE:02d}"}


def value(side: Side, found: BeforeAfter) -> str:
    """The value of a side with what it is of."""
    if side.value is None:
        return _("too few") if side.of else "–"
    if found.how == "percentile":
        return _("%(value)s (of %(n)s)") % {"value": minutes(side.value), "n": formats.number(side.of or 0)}
    text = formats.value(side.value, found.form)
    if found.how == "share":
        return _("%(value)s of %(n)s") % {"value": text, "n": formats.number(side.of or 0)}
    if found.how == "months" and found.measure is not None and found.form != "percent":
        return f"{text} {found.measure.unit.in_(get_language() or 'en')}"
    return text


def change(one: Estimate, found: BeforeAfter) -> str:
    """The change with its 95 % interval."""
    if one.estimate is None:
        return "–"
    shown = {"share": _points, "count": _percent, "percentile": _seconds, "months": _plain}[found.how]
    if found.how == "months" and found.form == "percent":
        shown = _points
    text = shown(one.estimate)
    if one.lower is None or one.upper is None or not isfinite(one.upper):
        return text
    return _("%(change)s (%(low)s to %(high)s)") % {"change": text, "low": shown(one.lower), "high": shown(one.upper)}


def _signed(number: float, decimals: int) -> str:
    text = formats.number(number, decimals)
    return f"+{text}" if round(number, decimals) > 0 else text


def _points(number: float) -> str:
    return _("%(n)s points") % {"n": _signed(number * POINTS, 1)}


def _percent(number: float) -> str:
    return f"{_signed((number - 1) * POINTS, 0)}%"


def _seconds(number: float) -> str:
    return _("%(n)s s") % {"n": _signed(number, 0)}


def _plain(number: float) -> str:
    return _signed(number, 1)


def verdict(one: Estimate) -> str:
    """What the interval says."""
    return {
        "higher": _("Higher"),
        "lower": _("Lower"),
        "about_the_same": _("About the same: within chance"),
        "undefined": _("Too few to say"),
    }[one.verdict]


def headline(found: BeforeAfter) -> str:
    """The whole in one sentence."""
    whole = found.rows[0]
    given = {"before": value(whole.before, found), "after": value(whole.after, found)}
    if found.how == "percentile":
        given = {"before": _("nine in ten within %(value)s") % {"value": given["before"]},
                 "after": _("within %(value)s") % {"value": given["after"]}}  # fmt: skip
    if whole.change.verdict == "undefined":
        return _("There is too little yet to say whether it changed.")
    if whole.change.verdict == "about_the_same":
        return _("About the same: %(before)s before, %(after)s after. The difference is within chance.") % given
    if _is_better(found, whole):
        return _("Better: %(before)s before, %(after)s after.") % given
    if _is_better(found, whole) is False:
        return _("Worse: %(before)s before, %(after)s after.") % given
    return _("Changed: %(before)s before, %(after)s after.") % given


def leaves_out(found: BeforeAfter) -> str:
    """What a response time is of, and what it does not say; nothing for other figures."""
    if found.how != "percentile":
        return ""
    whole = found.rows[0]
    text = _("Nine in ten were reached within this time. One in ten waited longer, and this figure does not say how long.")
    sides = (whole.before, whole.after)
    if not any(one.without_time for one in sides):
        return text
    counts = [(formats.number(one.without_time), formats.number(one.without_time + (one.of or 0))) for one in sides]
    given = {"before": counts[0][0], "all_before": counts[0][1], "after": counts[1][0], "all_after": counts[1][1]}
    missing = _("Calls without a recorded time are left out: %(before)s of %(all_before)s before, %(after)s of %(all_after)s after.")
    return f"{text} {missing % given}"


def _is_better(found: BeforeAfter, one: Change) -> bool | None:
    direction = "decrease" if found.how == "percentile" else found.measure.direction if found.measure else "neutral"
    if direction == "neutral":
        return None
    return (one.change.verdict == "higher") == (direction == "increase")


def method(found: BeforeAfter) -> str:
    """How the change is judged."""
    if found.how == "share":
        return _("Shares are compared by the interval of Newcombe for the difference of two proportions.")
    if found.how == "count":
        return _(
            "Counts are compared as a ratio for each day, with the exact interval of two Poisson counts, widened %(times)s times in "
            "variance because earlier months swing more than chance alone."
        ) % {"times": formats.number(found.dispersion, 1)}
    if found.how == "percentile":
        return _("Nine in ten is the 90th percentile. Its interval assumes no shape of the times; an average alone would hide the slowest.")
    return _(
        "The averages of the monthly values are compared by Welch's interval. Months that follow each other make it look surer than it is."
    )


def limits() -> str:
    """What no before and after can prove."""
    return _(
        "This shows what changed, not why. Other things changed in the same months: weather, demand, staff, how cases are recorded. "
        "Only a comparison with places or people chosen by lot could show the cause."
    )


def table(found: BeforeAfter, names: dict[str, str]) -> Table:
    """The whole, each area, and the whole in the same months a year earlier."""
    rows = [_row(one, found, names.get(one.area, one.area) if one.area is not None else _("All together")) for one in found.rows]
    if found.earlier is not None:
        rows.append(_row(found.earlier, found, _("All, the same months a year earlier")))
    columns = (
        Column(_("Where")), Column(_("Before"), "number"), Column(_("After"), "number"), Column(_("Change (95% interval)"), "number"),
        Column(_("What it says")),
    )  # fmt: skip
    return Table(_("Before and after"), columns, rows, hide_caption=True, stacks=True)


def _row(one: Change, found: BeforeAfter, name: str) -> list[str]:
    return [name, value(one.before, found), value(one.after, found), change(one.change, found), verdict(one.change)]


def times_table(found: BeforeAfter, names: dict[str, str]) -> Table:
    """Response times beside the percentile: medians, the interval of each percentile, and calls without a time."""
    rows = []
    for one in found.rows:
        name = names.get(one.area, one.area) if one.area is not None else _("All together")
        spans = [f"{minutes(side.lower)} – {minutes(side.upper)}" for side in (one.before, one.after)]
        missing = formats.number(one.before.without_time + one.after.without_time)
        rows.append([name, minutes(one.before.median), minutes(one.after.median), *spans, missing])
    columns = (
        Column(_("Where")), Column(_("Median before"), "number"), Column(_("Median after"), "number"),
        Column(_("90th percentile lies between, before"), "number"), Column(_("90th percentile lies between, after"), "number"),
        Column(_("Without a time"), "number"),
    )  # fmt: skip
    return Table(_("Medians and intervals"), columns, rows, stacks=True)
