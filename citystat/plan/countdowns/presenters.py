"""What countdown pages say: counts, sentences, chart and tables, in the reader's language."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core import formats
from citystat.core.cities import current_city
from citystat.core.figures import Column, Figure, Link, Table
from citystat.core.texts import said
from citystat.places import queries as places
from citystat.plan.countdowns import charts, queries, rules
from citystat.plan.countdowns.queries import Errors, Progress
from citystat.plan.models import Countdown, CountdownItem

STATUSES = {
    "open": gettext_lazy("Not done"),
    "pending": gettext_lazy("Said to be done, not checked"),
    "counted": gettext_lazy("Counted"),
    "returned": gettext_lazy("Returned"),
    "withdrawn": gettext_lazy("Withdrawn"),
    "": gettext_lazy("New"),
}


def amount(value: float, most: int = 1) -> str:
    """A number of things or days: whole where it is whole."""
    return formats.number(value, 0 if abs(value - round(value)) < 0.05 else most)


def money(value: Any, decimals: int = 0) -> str:
    """An amount in dollars."""
    return f"${formats.number(float(value), decimals)}"


def headline(found: Progress) -> str:
    """How many of how many."""
    given = {"done": formats.number(found.standing.done), "target": formats.number(found.standing.target)}
    return _("%(done)s of %(target)s %(things)s are done") % (given | {"things": said(found.countdown, "things")})


def against_line(found: Progress) -> str:
    """Ahead of or behind the straight line, in things and days."""
    at = found.standing
    if at.days_gone == 0:
        return _("The countdown begins on %(day)s.") % {"day": formats.day(found.countdown.starts_on)}
    given = {
        "things": amount(abs(at.ahead)), "days": amount(abs(at.ahead_days)), "expected": amount(at.expected),
        "day": formats.day(found.on),
    }  # fmt: skip
    if at.remaining == 0:
        return _("The target is reached.")
    if at.days_left == 0:
        missing = formats.number(at.remaining)
        return _("The days are over: %(missing)s are missing.") % {"missing": missing}
    if abs(at.ahead) < 0.5:
        return _("Exactly on schedule: at an even pace %(expected)s would be done by %(day)s.") % given
    if at.ahead > 0:
        return _("%(things)s more than an even pace asks for, or %(days)s days ahead: %(expected)s would be done by %(day)s.") % given
    return _("%(things)s fewer than an even pace asks for, or %(days)s days behind: %(expected)s would be done by %(day)s.") % given


def required(found: Progress) -> str:
    """What every day, and every 30, has to bring from now on."""
    rate = found.standing.required_per_day
    if not rate:
        return ""
    given = {"rate": amount(rate * 30), "planned": amount(found.standing.planned_per_day * 30)}
    return _("From now on %(rate)s every 30 days are needed; the plan began with %(planned)s.") % given


def finish(found: Progress) -> str:
    """When the rest will be done at the recent pace, or why nobody can say."""
    end, given = found.finish, {"days": formats.number(found.finish.window_days), "count": formats.number(found.finish.counted)}
    if end.answer == "finished":
        return ""
    if end.answer == "too_short":
        return _("The countdown is too young to project its end.")
    if end.answer == "no_pace":
        return _("Nothing was counted in the last %(days)s days, so no end can be projected.") % given
    if end.on is None:
        return _("At the pace of the last %(days)s days (%(count)s counted) there is no end in sight.") % given
    given |= {"on": formats.day(end.on), "earliest": formats.day(end.earliest_on) if end.earliest_on else ""}
    if end.latest_on is None:
        return _("At the pace of the last %(days)s days (%(count)s counted) the last is done about %(on)s; it may take far longer.") % given
    return _(
        "At the pace of the last %(days)s days (%(count)s counted) the last is done about %(on)s: "
        "between %(earliest)s and %(latest)s, with 95%% confidence."
    ) % (given | {"latest": formats.day(end.latest_on)})


def errors_said(errors: Errors) -> str:
    """The error rate with its number and interval."""
    if errors.share is None or errors.lower is None or errors.upper is None:
        return _("Nothing has been checked yet, so there is no error rate.")
    given = {
        "returned": formats.number(errors.returned), "checked": formats.number(errors.checked), "share": formats.percent(errors.share),
        "lower": formats.percent(errors.lower), "upper": formats.percent(errors.upper),
    }  # fmt: skip
    return _("%(returned)s of %(checked)s checked were returned: %(share)s (%(lower)s to %(upper)s, 95%% interval).") % given


def spending(found: Progress) -> str:
    """Spent, what one costs, what is left."""
    paid = found.money
    if paid.unit.per_unit is None:
        return ""
    given = {"spent": money(paid.spent), "count": formats.number(paid.unit.volume), "each": money(paid.unit.per_unit)}
    sentence = _("%(spent)s was spent on %(count)s done: %(each)s each.") % given
    if paid.unknown:
        sentence += " " + _("Done and without a recorded cost: %(n)s.") % {"n": formats.number(paid.unknown)}
    if paid.budget is not None and paid.left is not None:
        sentence += " " + _("%(left)s of %(budget)s is left.") % {"left": money(paid.left), "budget": money(paid.budget)}
    return sentence


def page(of: Countdown, on: date | None) -> dict[str, Any]:
    """The context of a countdown's page."""
    found = queries.progress(of, on)
    at = found.standing
    waiting = found.counts["pending"]
    return {
        "countdown": of, "title": said(of, "title"), "text": said(of, "text"), "things": said(of, "things"), "progress": found,
        "headline": headline(found), "sentence": against_line(found), "required": required(found), "finish": finish(found),
        "errors": errors_said(found.errors), "spending": spending(found),
        "strip": [
            (_("Done"), formats.number(at.done)), (_("To do"), formats.number(at.remaining)),
            (_("Days left"), formats.number(at.days_left)), (_("Waiting for the check"), formats.number(waiting)),
        ],
        "figure": figure(found), "districts": district_table(found), "is_past": on is not None,
        "checked": _("All are checked before they count.") if of.check_share >= 1 else
        _("%(share)s are drawn to be checked; the others count at once, with proof.") % {"share": formats.percent(of.check_share)},
        "taken_back": list(queries.taken_back(of)[:50]),
        "goal_url": f"/plan/goals/{of.goal_code}/" if of.goal_code else "",
    }  # fmt: skip


def figure(found: Progress) -> Figure:
    """The pace chart with its numbers."""
    days = queries.counted_by_day(found.countdown, found.on)
    rows = _months(days)
    columns = (Column(_("Month")), Column(_("Counted in all"), "number"))
    return Figure(
        title=headline(found),
        subtitle=_("Counted day by day; the dashed line would bring everything by %(day)s.")
        % {"day": formats.day(found.countdown.ends_on)},
        description=against_line(found),
        wide=charts.pace_chart(found, days, "wide"),
        narrow=charts.pace_chart(found, days, "narrow"),
        table=Table(_("Counted by the end of each month"), columns, rows, hide_caption=True),
        links=(Link("CSV", reverse("countdowns:items_csv", args=[found.countdown.slug])),),
        as_of=found.on,
    )


def _months(days: list[tuple[date, int]]) -> list[tuple[str, str]]:
    last = {day.isoformat()[:7]: total for day, total in days}
    return [(formats.month(month), formats.number(total)) for month, total in sorted(last.items())]


def district_table(found: Progress) -> Table:
    """Counted by district."""
    columns = (Column(_("District")), Column(_("Listed"), "number"), Column(_("Counted"), "number"), Column(_("Not checked"), "number"))
    names = places.place_names("council_district")
    rows = [
        (_district(code, names), formats.number(listed), formats.number(done), formats.number(pending))
        for code, listed, done, pending in queries.by_district(found.countdown, found.on)
    ]
    return Table(_("By district"), columns, rows, hide_caption=True)


def _district(code: str, names: Mapping[str, str]) -> str:
    """The district's own name; `District 3` where it has none."""
    if not code:
        return _("Not known")
    name = names.get(code, code)
    return _("District %(code)s") % {"code": code} if name == code and code.isdecimal() else name


def item_row(item: CountdownItem) -> dict[str, Any]:
    """An item in a list."""
    return {"item": item, "status": STATUSES[item.status], "drawn": item.is_sampled}


def _at(moment: datetime) -> str:
    """Day and time to the minute: seconds say nothing of a house."""
    return f"{formats.short_day(moment.date())}, {formats.clock(moment.time())}"


def item_events(item: CountdownItem) -> list[dict[str, Any]]:
    """What happened to an item."""
    return [
        {
            "at": _at(one.at.astimezone(current_city().zone)),
            "by": str(one.by) if one.by else "",
            "after": STATUSES[one.after],
            "note": one.note,
        }
        for one in queries.events(item)
    ]


def acts(item: CountdownItem, *, can_check: bool, can_submit: bool, can_review: bool) -> list[tuple[str, Any, bool]]:
    """What this person may do with the item beside saying that it is done: act, button, whether it needs a reason."""
    found: list[tuple[str, Any, bool]] = []
    if item.status == "pending" and can_check:
        found += [("pass", _("It is done: count it"), False), ("return", _("Return it"), True)]
    if item.status == "counted" and can_review:
        found.append(("take_back", _("Take it back"), True))
    if can_submit and "withdrawn" in rules.TRANSITIONS[item.status]:
        found.append(("withdraw", _("It does not belong to the countdown"), True))
    if can_submit and item.status == "withdrawn":
        found.append(("reopen", _("It belongs to it after all"), False))
    return found
