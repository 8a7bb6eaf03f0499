"""What the page of calls shows: days with their signals, months, and the people each interval needs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from citystat.action_center import center_figures as figures
from citystat.action_center import center_words as words
from citystat.action_center.center_forms import CallsForm
from citystat.core import formats
from citystat.core.errors import InputError
from citystat.core.figures import Column, Table
from citystat.service_requests.center import calls, signals, staffing_needs
from citystat.service_requests.center.calls import Day, Figures, Month
from citystat.service_requests.center.staffing_needs import Needs
from citystat.service_requests.models import CenterLoad

DAYS_SHOWN = 28
MONTHS_SHOWN = 25
LOADS_SHOWN = 8
ARROWS = {1: "↑", -1: "↓"}
Given = Mapping[str, Any]


def calls_page(given: Given) -> dict[str, Any]:
    """The page of calls; empty before the first load."""
    known = calls.known()
    page: dict[str, Any] = {"tab": "calls", "loads": loads_table(CenterLoad.Kind.CALLS)}
    if known is None:
        return page
    form = CallsForm(given, known.queues)
    form.is_valid()
    queue = form.chosen("queue")
    days = calls.daily(known.last - timedelta(days=signals.DAYS - 1), known.last, queue)
    judged = [signals.judged(name, days) for name in signals.FIGURES]
    needs, mistake = _needs(form, queue)
    return page | {
        "known": known,
        "form": form,
        "mistake": mistake or bool(form.errors),
        "said": mistake,
        "latest": latest_table(judged),
        "latest_day": latest_day(judged),
        "figure": figures.offered(judged[0], given) if any(day.figures.offered is not None for day in days) else None,
        "by_day": days_table(days[-DAYS_SHOWN:], judged),
        "by_month": months_table(calls.monthly(queue=queue)[-MONTHS_SHOWN:]),
        "needs": needs,
        "needs_table": needs_table(needs) if needs else None,
        "needs_figure": figures.needs(needs) if needs else None,
        "day_file": f"{reverse('action:center_calls_csv')}?by=day",
        "interval_file": f"{reverse('action:center_calls_csv')}?by=interval",
    }


def _needs(form: CallsForm, queue: str) -> tuple[Needs | None, str]:
    try:
        return staffing_needs.needs(form.chosen("days"), form.target(), queue=queue), ""
    except InputError as error:
        return None, str(error)


def label(name: str) -> str:
    """A figure's name."""
    return {
        "offered": _("Calls offered"),
        "abandoned_share": _("Abandoned"),
        "asa_seconds": _("Average speed of answer"),
        "service_level": _("Service level"),
    }[name]


def written(name: str, value: float | None) -> str:
    """A figure in its unit."""
    if value is None:
        return words.DASH
    if name in {"abandoned_share", "service_level"}:
        return words.percent(value, 1 if value < 0.095 else 0)
    return _("%(n)s s") % {"n": words.count(value)} if name == "asa_seconds" else words.count(value)


def latest_day(judged: Sequence[signals.Series]) -> str:
    """The day the newest figures are of; empty where they are of several, which the table then names."""
    days = {series.on[series.last] for series in judged if series.last is not None}
    return formats.day(days.pop()) if len(days) == 1 else ""


def latest_table(judged: Sequence[signals.Series]) -> Table | None:
    """The newest complete day beside what is usual for its weekday; an arrow only where it is a signal; the day where there are several."""
    rows, same = [], bool(latest_day(judged))
    for series in judged:
        index = series.last
        if index is None:
            continue
        signal = series.signals[index]
        arrow = ARROWS.get(series.directions[index], "") if signal not in (None, "common_cause") else ""
        usual = _range(series, index)
        rows.append(
            (
                label(series.name),
                *(() if same else (formats.short_day(series.on[index]),)),
                f"{written(series.name, series.values[index])} {arrow}".strip(),
                usual,
                signal,
            )
        )
    columns = (
        Column(_("Figure")),
        *(() if same else (Column(_("Day"), "date"),)),
        Column(_("Value"), "number"),
        Column(_("Usual for the weekday"), "number"),
        Column(_("Signal"), "signal"),
    )
    return Table(_("The newest complete day"), columns, rows, hide_caption=True) if rows else None


def _range(series: signals.Series, index: int) -> str:
    low, high = series.lower[index], series.upper[index]
    if low is None or high is None:
        return _("too few days")
    top = min(high, 1.0) if series.name in {"abandoned_share", "service_level"} else high
    return _("%(low)s to %(high)s") % {"low": written(series.name, max(low, 0.0)), "high": written(series.name, top)}


def days_table(days: Sequence[Day], judged: Sequence[signals.Series]) -> Table:
    """The last days, newest first; a day that is not complete says so and carries no signal."""
    offered = dict(zip(judged[0].on, judged[0].signals, strict=True))
    columns = (Column(_("Day"), "date"), *_columns(), Column(_("Signal of calls offered"), "signal"), Column(_("Note"), "state"))
    rows = []
    for day in reversed(days):
        state = "missing" if day.figures.offered is None else "" if day.complete else "incomplete"
        rows.append((formats.short_day(day.on), *_cells(day.figures), offered.get(day.on), state))
    return words.noted(_("Calls by day"), columns, rows)


def months_table(months: Sequence[Month]) -> Table | None:
    """The last months, newest first."""
    columns = (Column(_("Month")), *_columns(), Column(_("Days known"), "number"), Column(_("Note"), "state"))
    rows = [
        (
            formats.month(month.first),
            *_cells(month.figures),
            _("%(n)s of %(of)s") % {"n": month.days_known, "of": month.days},
            "" if month.complete else "incomplete",
        )
        for month in reversed(months)
    ]
    return words.noted(_("Calls by month"), columns, rows) if rows else None


def _columns() -> tuple[Column, ...]:
    names = (_("Offered"), _("Answered"), _("Abandoned"), _("Speed of answer, seconds"), _("Service level"))
    return tuple(Column(name, "number") for name in names)


def _cells(found: Figures) -> tuple[str, ...]:
    return (
        words.count(found.offered),
        words.count(found.answered_known),
        words.share_of(found.abandoned_share, found.abandoned_of),
        words.count(found.asa_seconds),
        words.share_of(found.service_level, found.target_calls),
    )


def needs_table(needs: Needs) -> Table:
    """One row an interval: mean calls, agents needed, people with breaks, what they would achieve, and who was on duty."""
    columns = (
        Column(_("Interval")),
        Column(_("Mean calls"), "number"),
        Column(_("Agents needed"), "number"),
        Column(_("People to schedule"), "number"),
        Column(_("Answered in time"), "number"),
        Column(_("On duty (mean)"), "number"),
        Column(_("On duty less needed"), "number"),
    )
    rows = [
        (
            words.hour(one.slot.minute),
            words.count(one.slot.offered, 1),
            words.count(one.queue.agents),
            words.count(one.people),
            words.percent(one.queue.service_level),
            words.count(one.slot.staff, 1),
            words.DASH if one.gap is None else ("+" if one.gap > 0 else "") + words.count(one.gap, 1),
        )
        for one in needs.needs
    ]
    return Table(_("Staffing need by interval"), columns, rows, hide_caption=True)


def loads_table(kind: str) -> Table | None:
    """The last files, every row accounted for."""
    columns = (
        Column(_("File")),
        Column(_("Loaded"), "date"),
        Column(_("Layout")),
        Column(_("Rows read"), "number"),
        Column(_("New or changed"), "number"),
        Column(_("Unchanged"), "number"),
        Column(_("Superseded"), "number"),
        Column(_("Rejected"), "number"),
    )
    rows = [
        (
            one.file,
            formats.short_day(one.loaded_at.date()),
            one.layout,
            *(words.count(number) for number in (one.rows_read, one.loaded, one.unchanged, one.superseded, one.rejected)),
        )
        for one in CenterLoad.objects.filter(kind=kind).order_by("-id")[:LOADS_SHOWN]
    ]
    return Table(_("Files loaded"), columns, rows, hide_caption=True) if rows else None


def file_kind(given: Given) -> str:
    """day, month or interval."""
    return str(given.get("by")) if given.get("by") in {"day", "month", "interval"} else "day"


def calls_file(given: Given) -> Iterator[Sequence[Any]]:
    """Rows of the download, the header first; empty cells are not known."""
    kind, known = file_kind(given), calls.known()
    queue = str(given.get("queue", ""))
    figures_of = ("offered", "answered", "abandoned", "asa_seconds", "service_level", "handle_seconds")
    if kind == "interval":
        yield ("days", "interval", "minutes", "mean_offered", "agents_needed", "people", "answered_in_time", "mean_on_duty")
        for group in staffing_needs.GROUPS if known else ():
            found = staffing_needs.needs(group, CallsForm(given, known.queues if known else ()).target(), queue=queue)
            for one in found.needs if found else ():
                yield (
                    group,
                    words.clock(one.slot.minute),
                    one.slot.minutes,
                    round(one.slot.offered, 3),
                    one.queue.agents,
                    one.people,
                    round(one.queue.service_level, 4),
                    one.slot.staff,
                )
        return
    yield (kind, *figures_of, "complete")
    if known is None:
        return
    if kind == "month":
        yield from ((f"{one.first:%Y-%m}", *_plain(one.figures), one.complete) for one in calls.monthly(queue=queue))
        return
    yield from ((day.on.isoformat(), *_plain(day.figures), day.complete) for day in calls.daily(known.first, known.last, queue))


def _plain(found: Figures) -> tuple[Any, ...]:
    shares = (found.asa_seconds, found.service_level, found.handle_mean_seconds)
    return (found.offered, found.answered_known, found.abandoned_known, *("" if one is None else round(one, 4) for one in shares))
