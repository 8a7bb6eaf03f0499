"""What the pages of callers' answers and of costs show: shares with intervals, nothing of few; who pays, and both unit costs."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from citystat.action_center import center_words as words
from citystat.action_center.center_presenters import loads_table
from citystat.core import formats
from citystat.core.errors import NotFound
from citystat.core.figures import Column, Table
from citystat.service_requests.center import costs, survey
from citystat.service_requests.center.costs import Period
from citystat.service_requests.models import CenterLoad
from citystat.warehouse.connections import open_build


def survey_page() -> dict[str, Any]:
    """Callers' answers: every question over the last year, by month and by department."""
    last = survey.last_day()
    page: dict[str, Any] = {"tab": "survey", "loads": loads_table(CenterLoad.Kind.SURVEY), "fewest": survey.FEWEST}
    if last is None:
        return page
    first = (last.replace(day=1) - timedelta(days=335)).replace(day=1)
    return page | {
        "first": first,
        "last": last,
        "overall": answers_table(_("Every question"), [(one.label, one) for one in survey.overall(first, last)], _("Question")),
        "months": [_survey_month(one) for one in reversed(survey.months(first, last))],
        "departments": answers_table(_("By department"), _of_departments(first, last), _("Department and question")),
    }


def _of_departments(first: date, last: date) -> list[tuple[str, survey.Satisfaction]]:
    return [(f"{name}: {one.label}", one) for name, found in survey.by_department(first, last) for one in found]


def answers_table(caption: str, found: Sequence[tuple[str, survey.Satisfaction]], first: str) -> Table | None:
    """Answers, the share that is 4 or 5 of 5 and its interval; few answers show no number."""
    columns = (
        Column(first),
        Column(_("Answers"), "number"),
        Column(_("Satisfied"), "number"),
        Column(_("95% interval"), "number"),
        Column(_("Note"), "state"),
    )
    rows = [
        (
            name,
            words.count(one.answers),
            words.percent(one.share),
            words.interval(one.lower, one.upper),
            "" if one.state == survey.OK else one.state,
        )
        for name, one in found
    ]
    return words.noted(caption, columns, rows) if rows else None


def _survey_month(one: survey.SurveyMonth) -> dict[str, Any]:
    said = {"n": words.count(one.respondents), "of": words.count(one.calls_answered), "share": words.percent(one.response_rate, 1)}
    if one.respondents is None:
        sentence = _("Fewer than %(n)s callers answered.") % {"n": survey.FEWEST}
    elif one.response_rate is None:
        sentence = _("%(n)s callers answered; the calls of the month are not all known, so there is no response rate.") % said
    else:
        sentence = _("%(n)s callers answered, of %(of)s answered calls: a response rate of %(share)s.") % said
    table = answers_table(formats.month(one.first), [(answer.label, answer) for answer in one.questions], _("Question"))
    return {"name": formats.month(one.first), "sentence": sentence, "table": table}


def costs_page() -> dict[str, Any]:
    """Costs by payer, and unit costs by period with both volumes."""
    found = list(reversed(costs.periods(count_requests)))
    page: dict[str, Any] = {"tab": "costs", "loads": loads_table(CenterLoad.Kind.COSTS)}
    return page | {"periods": [_cost_period(one) for one in found], "units": units_table(found)} if found else page


def count_requests(first: date, last: date) -> tuple[int, bool]:
    """Requests opened between two days in the build that serves, counted as the measure counts them; whether the data reach to the end."""
    try:
        build = open_build()
    except NotFound:
        return 0, False
    rows = build.rows("SELECT count(*) FROM requests WHERE is_counted AND opened_on BETWEEN ? AND ?", (first, last))
    begins = build.rows("SELECT min(opened_on) FROM requests")[0][0]
    return int(rows[0][0]), begins is not None and begins <= first + timedelta(days=7) and build.as_of >= last


def period_name(one: Period) -> str:
    """`September 2026`, or both days."""
    if (one.starts_on.year, one.starts_on.month) == (one.ends_on.year, one.ends_on.month) and one.starts_on.day == 1:
        return formats.month(one.starts_on)
    return _("%(first)s to %(last)s") % {"first": formats.short_day(one.starts_on), "last": formats.short_day(one.ends_on)}


def units_table(found: Sequence[Period]) -> Table:
    """One row a period: cost, both volumes, both unit costs."""
    columns = (
        Column(_("Period")),
        Column(_("Cost"), "number"),
        Column(_("Calls answered"), "number"),
        Column(_("Cost per call answered"), "number"),
        Column(_("Requests opened"), "number"),
        Column(_("Cost per request"), "number"),
        Column(_("Note")),
    )
    rows = [
        (
            period_name(one),
            words.money(one.cost, 0),
            words.count(one.contacts.volume) if not one.contacts_why else words.DASH,
            words.money(one.contacts.per_unit),
            words.count(one.requests.volume) if not one.requests_why else words.DASH,
            words.money(one.requests.per_unit),
            " ".join(why for why in (_why_calls(one), _why_requests(one)) if why),
        )
        for one in found
    ]
    return words.noted(_("Cost per contact and per request"), columns, rows)


def _why_calls(one: Period) -> str:
    if one.contacts_why == "missing":
        return _("The calls of the period are not loaded.")
    if one.contacts_why:
        return _("Calls are known for %(n)s days only, so nothing is divided by them.") % {"n": one.days_known}
    return ""


def _why_requests(one: Period) -> str:
    return _("Requests are not known for the whole period.") if one.requests_why else ""


def _cost_period(one: Period) -> dict[str, Any]:
    columns = (
        Column(_("Payer")),
        Column(_("Posts paid alone"), "number"),
        Column(_("Posts paid with others"), "number"),
        Column(_("In whole posts"), "number"),
        Column(_("Other costs"), "number"),
        Column(_("Amount"), "number"),
        Column(_("Share"), "number"),
    )
    rows = [
        (
            payer.payer,
            words.count(payer.posts_alone),
            words.count(payer.posts_shared),
            words.count(float(payer.posts), 2),
            words.count(payer.other_items),
            words.money(payer.amount, 0),
            words.percent(float(payer.share), 1),
        )
        for payer in one.payers
    ]
    said = {"cost": words.money(one.cost, 0), "posts": words.count(one.posts), "payers": words.count(len(one.payers))}
    sentence = _("%(cost)s for %(posts)s posts and other costs, borne by %(payers)s payers.") % said
    return {"name": period_name(one), "sentence": sentence, "table": Table(period_name(one), columns, rows, hide_caption=True)}
