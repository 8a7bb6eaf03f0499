"""Words of reports in the language that is active."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core import formats
from citystat.stat_sessions.reports import rules

KIND_NAMES: dict[str, Promise] = {
    "department_month": gettext_lazy("Monthly department report"),
    "quarter": gettext_lazy("Quarterly scorecard"),
    "year": gettext_lazy("Annual report"),
}
VARIATION_NAMES: dict[str, Promise] = {
    "improving": gettext_lazy("Improving"),
    "concerning": gettext_lazy("Concerning"),
    "neutral": gettext_lazy("Change"),
    "common_cause": gettext_lazy("No signal"),
    "not_judged": gettext_lazy("Not judged"),
}
ASSURANCE_NAMES: dict[str, Promise] = {
    "will_pass": gettext_lazy("Will meet its target"),
    "hit_or_miss": gettext_lazy("Hit or miss"),
    "will_fail": gettext_lazy("Will miss its target"),
    "no_target": gettext_lazy("No target"),
    "not_judged": gettext_lazy("Not judged"),
}
HOW_NAMES: dict[str, Promise] = {
    "sum": gettext_lazy("added up"),
    "pooled": gettext_lazy("all periods together"),
    "last": gettext_lazy("last value"),
}


def period_name(kind: str, period: str) -> str:
    """`June 2017`, `Second quarter of 2017`, `2017`."""
    if kind == "department_month":
        return formats.month(period)
    if kind == "year":
        return period
    year, _dash, quarter = period.partition("-Q")
    names = {"1": _("first quarter of %(year)s"), "2": _("second quarter of %(year)s"), "3": _("third quarter of %(year)s"),
             "4": _("fourth quarter of %(year)s")}  # fmt: skip
    return names[quarter] % {"year": year}


def title(kind: str, period: str, department: str, city: str) -> str:
    """The title of a report."""
    named = {"period": period_name(kind, period), "department": department, "city": city}
    if kind == "department_month":
        return _("%(department)s, %(period)s") % named
    if kind == "year":
        return _("Annual report of %(city)s, %(period)s") % named
    return _("Scorecard of %(city)s, %(period)s") % named


def as_day(text: str) -> str:
    """An ISO day in the reader's form."""
    return formats.day(date.fromisoformat(text))


def check_kind(kind: str) -> None:
    """Raise InputError for a kind there is not."""
    rules.span(kind, rules.EXAMPLES.get(kind, ""))
