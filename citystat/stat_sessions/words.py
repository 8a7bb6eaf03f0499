"""Sentences of a packet in the language that is active. Numbers in, words out; nothing is read here."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.plan import queries as plan
from citystat.stat_sessions.content import Cause, Compared, Value
from citystat.stat_sessions.rules import Candidate
from citystat.stat_sessions.writing import interval, shown, with_unit, written

# From where on a reader would not call two figures "about the same", even where chance explains the difference.
LOOKS_APART_POINTS = 0.03
LOOKS_APART_PART = 0.1
DAYS_PER_YEAR = 365.25

CHANNELS: dict[str, Promise] = {
    "phone": gettext_lazy("Phone"),
    "web": gettext_lazy("Web"),
    "mobile": gettext_lazy("Mobile app"),
    "email": gettext_lazy("Email"),
    "sms": gettext_lazy("Text message"),
    "walk_in": gettext_lazy("In person"),
    "mail": gettext_lazy("Mail"),
    "social": gettext_lazy("Social media"),
    "staff": gettext_lazy("City staff"),
    "other": gettext_lazy("Other"),
    "unknown": gettext_lazy("Not recorded"),
}
RULE_NAMES: dict[str, Promise] = {
    "two_misses": gettext_lazy("Target missed twice in a row"),
    "concerning_signal": gettext_lazy("Concerning signal"),
    "backlog_growing": gettext_lazy("Backlog growing"),
    "district_gap": gettext_lazy("District gap"),
    "on_time_fell": gettext_lazy("Fewer on time than a year before"),
    "mass_closure": gettext_lazy("Closed in bulk"),
    "rise_in_demand": gettext_lazy("Rise in demand"),
    "promise_unlike_practice": gettext_lazy("Promise unlike practice"),
    "longest_waiting": gettext_lazy("Longest waiting"),
}
CAUSE_LABELS: dict[str, Promise] = {
    "process": gettext_lazy("Process"),
    "data": gettext_lazy("Data"),
    "resource": gettext_lazy("Resource"),
    "outside": gettext_lazy("Outside"),
}
# Questions and possible causes by rule. A cause is a question about a process, the data, a resource or the outside.
QUESTIONS: dict[str, tuple[Promise, ...]] = {
    "two_misses": (
        gettext_lazy("What was tried after the first miss, and what did it change?"),
        gettext_lazy("Is the target still the right one, and who confirms it?"),
        gettext_lazy("By which month should it be met again, and what is needed for that?"),
    ),
    "concerning_signal": (
        gettext_lazy("What changed at about the time the signal began?"),
        gettext_lazy("Does it concern all services and districts, or only some?"),
        gettext_lazy("What is the first step that would show a difference next month?"),
    ),
    "backlog_growing": (
        gettext_lazy("How many requests a week can be closed now, and how many come in?"),
        gettext_lazy("Which of the open requests need a decision rather than a crew?"),
        gettext_lazy("At what number would the backlog be normal, and by when?"),
    ),
    "district_gap": (
        gettext_lazy("Are crews, routes or contracts different in this district?"),
        gettext_lazy("Which services make most of the gap?"),
        gettext_lazy("Who hears from residents there, and what do they say?"),
    ),
    "on_time_fell": (
        gettext_lazy("In which month did it begin, and what changed then?"),
        gettext_lazy("Did more come in, or was less done?"),
        gettext_lazy("What would bring back the share of a year before, and by which month?"),
    ),
    "mass_closure": (
        gettext_lazy("Was the work done before these requests were closed together?"),
        gettext_lazy("Who decided on the closing, and were residents told?"),
        gettext_lazy("Should these requests be left out of the times reported?"),
    ),
    "rise_in_demand": (
        gettext_lazy("Was a service, crew or inspection reduced before the rise?"),
        gettext_lazy("Is the problem itself growing, or is it reported more readily?"),
        gettext_lazy("What would prevent these requests instead of answering them?"),
    ),
    "promise_unlike_practice": (
        gettext_lazy("Who set this promise, when, and on what evidence?"),
        gettext_lazy("What could residents be told that is both true and useful?"),
        gettext_lazy("What would it take to keep a shorter promise nine times in ten?"),
    ),
    "longest_waiting": (
        gettext_lazy("What are these requests waiting for?"),
        gettext_lazy("Which of them will not be done, and have those residents been told?"),
        gettext_lazy("Is the problem still there? When was it last looked at?"),
    ),
}
CAUSES: dict[str, tuple[tuple[str, Promise], ...]] = {
    "two_misses": (
        ("process", gettext_lazy("At which step do late requests wait longest?")),
        ("data", gettext_lazy("Are finished requests closed in the system on the day the work is done?")),
        ("resource", gettext_lazy("Were crews, equipment or material short in these months?")),
        ("outside", gettext_lazy("Did weather, a contractor or another agency hold work up?")),
    ),
    "concerning_signal": (
        ("process", gettext_lazy("Was a procedure, route or assignment changed?")),
        ("data", gettext_lazy("Did the system, a category or the way of recording change?")),
        ("resource", gettext_lazy("Did staffing, equipment or budget change?")),
        ("outside", gettext_lazy("Was there a storm, a season or an event that explains it?")),
    ),
    "backlog_growing": (
        ("process", gettext_lazy("Do requests wait for an inspection, a permit or another department?")),
        ("data", gettext_lazy("Are some of the open requests in fact done, or duplicates?")),
        ("resource", gettext_lazy("Do crews or material limit how many can be closed?")),
        ("outside", gettext_lazy("Is demand high for a time, or for good?")),
    ),
    "district_gap": (
        ("process", gettext_lazy("Are requests of this district routed or grouped differently?")),
        ("data", gettext_lazy("Are locations or closing dates recorded differently there?")),
        ("resource", gettext_lazy("Are crews or equipment farther away or fewer there?")),
        ("outside", gettext_lazy("Are streets, buildings or access there harder to work in?")),
    ),
    "on_time_fell": (
        ("process", gettext_lazy("Was a step added, or work handed to somebody else?")),
        ("data", gettext_lazy("Was the promise shortened, or the way of closing changed?")),
        ("resource", gettext_lazy("Are crews, equipment or a contract missing since then?")),
        ("outside", gettext_lazy("Did demand, weather or a supplier change?")),
    ),
    "mass_closure": (
        ("process", gettext_lazy("Is closing in bulk part of a regular clean-up?")),
        ("data", gettext_lazy("Did an import, a migration or a script write the closing dates?")),
        ("resource", gettext_lazy("Was there no time to close requests one by one?")),
        ("outside", gettext_lazy("Did one event settle all of them at once?")),
    ),
    "rise_in_demand": (
        ("process", gettext_lazy("Are requests split or filed under another service than before?")),
        ("data", gettext_lazy("Is a new channel or a new form counted here?")),
        ("resource", gettext_lazy("Was routine work reduced, so that residents ask for it?")),
        ("outside", gettext_lazy("Did weather, construction or an event raise the need?")),
    ),
    "promise_unlike_practice": (
        ("process", gettext_lazy("Does the promise cover steps that are no longer taken?")),
        ("data", gettext_lazy("Are requests closed before the work is done?")),
        ("resource", gettext_lazy("Does the promise assume crews the service no longer has, or did not have then?")),
        ("outside", gettext_lazy("Does a law or a contract fix the promise?")),
    ),
    "longest_waiting": (
        ("process", gettext_lazy("Does nobody own these requests after a handover?")),
        ("data", gettext_lazy("Are they done and never closed in the system?")),
        ("resource", gettext_lazy("Do they need money that is not in this year's budget?")),
        ("outside", gettext_lazy("Do they wait for a court, an owner or another government?")),
    ),
}
DECISIONS: dict[str, Promise] = {
    "two_misses": gettext_lazy("%(subject)s, %(measure)s: keep the target and change the work, or change the target?"),
    "concerning_signal": gettext_lazy("%(subject)s, %(measure)s: who finds out what changed, and reports by when?"),
    "backlog_growing": gettext_lazy("%(subject)s: is a catch-up plan needed, and who owns it?"),
    "on_time_fell": gettext_lazy("%(subject)s: what brings it back to the share of a year before, and who sees to it?"),
    "district_gap": gettext_lazy("%(subject)s: which service should be evened out first?"),
    "mass_closure": gettext_lazy("%(subject)s: are requests closed in bulk checked again, and by whom?"),
    "rise_in_demand": gettext_lazy("%(subject)s: answer more requests, or prevent them?"),
    "promise_unlike_practice": gettext_lazy("%(subject)s: which promise is made to residents from now on?"),
    "longest_waiting": gettext_lazy("%(subject)s: finish, schedule or decline the oldest requests?"),
}


def channel(code: str | None) -> str:
    """A channel in words."""
    return str(CHANNELS.get(code or "unknown", code))


def causes(rule: str) -> tuple[Cause, ...]:
    """The possible causes to ask about."""
    return tuple(Cause(kind, str(CAUSE_LABELS[kind]), str(question)) for kind, question in CAUSES[rule])


def questions(rule: str) -> tuple[str, ...]:
    """What to ask."""
    return tuple(str(question) for question in QUESTIONS[rule])


def decisions(chosen: Sequence[Candidate]) -> tuple[str, ...]:
    """One decision a topic."""
    return tuple(
        str(DECISIONS[one.rule]) % {"subject": one.subject, "measure": _inside(one.facts.get("label") or one.facts.get("measure", ""))}
        for one in chosen
    )


def _looks_apart(now: Value, before: Value, unit: str) -> bool:
    """Whether a reader would not call the two "about the same": three points of a share, a tenth of anything else."""
    gap = abs((now.value or 0.0) - (before.value or 0.0))
    return gap >= (LOOKS_APART_POINTS if unit == "percent" else LOOKS_APART_PART * abs(before.value or 0.0)) and gap > 0


def comparison(figure: Compared, unit: str, before_name: str) -> str:
    """The difference from the same month last year, in words first."""
    now, before = figure.now, figure.before
    if before is None or not before.is_known:
        return _("No comparison with %(month)s: %(reason)s.") % {"month": before_name, "reason": _absent(before)}
    values = {"month": before_name, "value": shown(before, unit, units=True), "gap": _gap(now, before, unit)}
    if figure.verdict == "same" and _looks_apart(now, before, unit):
        return _("The difference from %(month)s (%(value)s) is within chance.") % values
    if figure.verdict == "same":
        return _("About the same as in %(month)s (%(value)s); the difference is within chance.") % values
    if figure.verdict == "higher":
        return _("Higher than in %(month)s (%(value)s) by %(gap)s, more than chance explains.") % values
    if figure.verdict == "lower":
        return _("Lower than in %(month)s (%(value)s) by %(gap)s, more than chance explains.") % values
    return _("%(month)s: %(value)s; the two are not compared.") % values


def _absent(before: Value | None) -> str:
    if before is not None and before.state == "too_few":
        return _("too few requests then")
    return _("that month is not known in the data")


def _gap(now: Value, before: Value, unit: str) -> str:
    difference = abs((now.value or 0.0) - (before.value or 0.0))
    if unit == "percent":
        return _("%(n)s points") % {"n": formats.number(difference * 100, 1 if difference < 0.095 else 0)}
    return with_unit(difference, unit)


def completeness(is_complete: bool, *, month: str, days_known: int, days: int, as_of: str) -> str:
    """Whether the month can be judged."""
    if is_complete:
        return _("%(month)s is complete as of %(day)s.") % {"month": month, "day": as_of}
    return _(
        "%(month)s is not complete: the data hold %(known)s of its %(days)s days, as of %(day)s. Counts are those so far; trends and "
        "comparisons are left out."
    ) % {"month": month, "known": days_known, "days": days, "day": as_of}


def purpose(kind: str, name: str, month: str) -> str:
    """What the packet is for."""
    if kind == "department":
        return _("What residents asked of %(name)s in %(month)s, what was done in time, and what needs a decision.") % {
            "name": name,
            "month": month,
        }
    if kind == "district":
        return _("What residents of %(name)s asked for in %(month)s, what was done in time, and what needs a decision.") % {
            "name": name,
            "month": month,
        }
    return _("What residents asked the city for in %(month)s, what was done in time, and where attention is needed most.") % {
        "month": month
    }


def subtitle(kind: str) -> str:
    """For whom the packet is."""
    if kind == "department":
        return _("311 requests of one department, for the mayor, the city manager and the council")
    if kind == "district":
        return _("311 requests of one council district, for its council members and residents")
    return _("311 requests of the whole city, for the mayor, the city manager and the council")


def topic_title(candidate: Candidate) -> str:
    """The finding as a sentence."""
    return _TITLES[candidate.rule](candidate.subject, candidate.facts)


def topic_reason(candidate: Candidate) -> str:
    """Why the rule applies, in numbers."""
    return _REASONS[candidate.rule](candidate.facts)


def _two_misses_title(subject: str, facts: Mapping[str, Any]) -> str:
    return _("%(subject)s: %(measure)s has missed its target for %(n)s months") % {
        "subject": subject,
        "measure": _inside(facts["label"]),
        "n": formats.number(facts["in_a_row"]),
    }


def _signal_title(subject: str, facts: Mapping[str, Any]) -> str:
    values = {"subject": subject, "measure": _inside(facts["label"]), "since": facts["since"], "month": facts["in"]}
    if not facts["since"] and facts["rising"]:
        return _("%(subject)s: %(measure)s far above its usual range in %(month)s") % values
    if not facts["since"]:
        return _("%(subject)s: %(measure)s far below its usual range in %(month)s") % values
    if facts["rising"]:
        return _("%(subject)s: %(measure)s higher than chance explains since %(since)s") % values
    return _("%(subject)s: %(measure)s lower than chance explains since %(since)s") % values


def _backlog_title(subject: str, facts: Mapping[str, Any]) -> str:
    values = {"subject": subject, "before": formats.number(facts["before"]), "value": formats.number(facts["value"])}
    return _("%(subject)s: open requests grew from %(before)s to %(value)s in three months") % values


def _gap_title(subject: str, facts: Mapping[str, Any]) -> str:
    points = formats.number(facts["gap"] * 100)
    return _("%(subject)s: %(points)s points fewer requests closed on time than in the city, at the same mix of services") % {
        "subject": subject,
        "points": points,
    }


def _fall_title(subject: str, facts: Mapping[str, Any]) -> str:
    values = {"subject": subject, "value": formats.percent(facts["value"]), "before": formats.percent(facts["before"])}
    return _("%(subject)s: %(value)s on time in three months, %(before)s a year before") % values


def _mass_title(subject: str, facts: Mapping[str, Any]) -> str:
    return _("%(subject)s: %(n)s requests closed together") % {"subject": subject, "n": formats.number(facts["together"])}


def _rise_title(subject: str, facts: Mapping[str, Any]) -> str:
    values = {"subject": subject, "value": formats.number(facts["value"]), "before": formats.number(facts["before"])}
    return _("%(subject)s: %(value)s requests in three months, %(before)s a year before") % values


def _promise_title(subject: str, facts: Mapping[str, Any]) -> str:
    values = {"subject": subject, "days": formats.number(facts["promise"], 0 if facts["promise"] >= 2 else 1)}
    if facts["kind"] == "padded":
        return _("%(subject)s: the promise of %(days)s days is far longer than the work takes") % values
    return _("%(subject)s: the promise of %(days)s days is kept for fewer than half of the requests") % values


def _waiting_title(subject: str, facts: Mapping[str, Any]) -> str:
    values = {"subject": subject, "wait": _waited(facts["median_age"])}
    return _("%(subject)s: half of the open requests have waited %(wait)s or more") % values


def _waited(days: float) -> str:
    """Days as a person says them: in years, rounded down, once they pass two."""
    if days < 2 * DAYS_PER_YEAR:
        return _("%(n)s days") % {"n": formats.number(days)}
    return _("%(n)s years") % {"n": formats.number(math.floor(days / DAYS_PER_YEAR * 10) / 10, 1)}


_TITLES = {
    "two_misses": _two_misses_title,
    "concerning_signal": _signal_title,
    "backlog_growing": _backlog_title,
    "district_gap": _gap_title,
    "on_time_fell": _fall_title,
    "mass_closure": _mass_title,
    "rise_in_demand": _rise_title,
    "promise_unlike_practice": _promise_title,
    "longest_waiting": _waiting_title,
}


def _two_misses_reason(facts: Mapping[str, Any]) -> str:
    values = {"target": with_unit(facts["target"], facts["unit"]), "value": with_unit(facts["value"], facts["unit"])}
    return _("The target is %(target)s; this month it was %(value)s, and it was missed the month before too.") % values


def _signal_reason(facts: Mapping[str, Any]) -> str:
    return str(facts["sentence"])


def _backlog_reason(facts: Mapping[str, Any]) -> str:
    if not facts["before"]:
        grown = _("Open requests rose in each of the last three months, by %(n)s in all; there were none before (the rule asks for ten).")
        return grown % {"n": formats.number(facts["growth"])}
    share = facts["growth"] / facts["before"]
    return _("Open requests rose in each of the last three months, by %(share)s in all (the rule asks for a tenth).") % {
        "share": formats.percent(share)
    }


def _gap_reason(facts: Mapping[str, Any]) -> str:
    return _("With the city's mix of services, its share on time is below what chance explains and at least five points below the city's.")


def _fall_reason(facts: Mapping[str, Any]) -> str:
    return _(
        "Its share on time fell by %(points)s points in a year, in each of the three months, and more than chance explains; "
        "the rule asks for five points."
    ) % {"points": formats.number(facts["fall"] * 100)}


def _mass_reason(facts: Mapping[str, Any]) -> str:
    return _("They are %(share)s of the month's closings; a twentieth is enough for this rule.") % {
        "share": formats.percent(facts["share"])
    }


def _rise_reason(facts: Mapping[str, Any]) -> str:
    return _("Each of the last three months was higher than a year before, together %(ratio)s times as many (the rule asks for 1.5).") % {
        "ratio": formats.number(facts["ratio"], 1)
    }


def _promise_reason(facts: Mapping[str, Any]) -> str:
    if facts["kind"] == "padded":
        return _("Nine in ten requests are closed within %(days)s days; the promise is %(ratio)s times that (the rule asks for three).") % {
            "days": written(facts["p90"], "days"),
            "ratio": formats.number(facts["ratio"], 1),
        }
    return _("Half of the requests take more than %(days)s days, longer than the promise.") % {"days": written(facts["median"], "days")}


def _waiting_reason(facts: Mapping[str, Any]) -> str:
    return _(
        "The rule asks for half of the open requests to be older than 90 days. %(n)s are open; the oldest has waited %(oldest)s days."
    ) % {
        "n": formats.number(facts["open"]),
        "oldest": formats.number(facts["oldest"]),
    }


_REASONS = {
    "two_misses": _two_misses_reason,
    "concerning_signal": _signal_reason,
    "backlog_growing": _backlog_reason,
    "district_gap": _gap_reason,
    "on_time_fell": _fall_reason,
    "mass_closure": _mass_reason,
    "rise_in_demand": _rise_reason,
    "promise_unlike_practice": _promise_reason,
    "longest_waiting": _waiting_reason,
}


def _inside(label: str) -> str:
    """A label inside a sentence: lower case, unless it starts with an abbreviation."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def per_1000(value: Value, *, year: int, residents: float) -> str:
    """Requests per 1,000 residents with interval and the year of the count."""
    values = {"rate": shown(value, "rate"), "interval": interval(value, "rate"), "residents": formats.number(residents), "year": str(year)}
    if value.state == "too_few":
        return _("Too few requests for a rate per 1,000 of the %(residents)s residents counted in %(year)s.") % values
    return _("%(rate)s requests per 1,000 residents (95%% interval %(interval)s), of %(residents)s residents in %(year)s.") % values


def standardised(value: Value, city: Value, position: str, window: str) -> str:
    """The district's share on time at the city's mix of services, beside the city's."""
    if value.state == "too_few":
        return _("Too few requests for a fair comparison with the city (%(window)s).") % {"window": window}
    values = {"value": shown(value, "percent"), "interval": interval(value, "percent"), "city": shown(city, "percent"), "window": window}
    if position == "low_998":
        return (
            _(
                "At the city's mix of services, %(value)s were closed on time (95%% interval %(interval)s; city %(city)s; %(window)s): "
                "lower than chance explains."
            )
            % values
        )
    if position == "high_998":
        return (
            _(
                "At the city's mix of services, %(value)s were closed on time (95%% interval %(interval)s; city %(city)s; %(window)s): "
                "higher than chance explains."
            )
            % values
        )
    return (
        _(
            "At the city's mix of services, %(value)s were closed on time (95%% interval %(interval)s; city %(city)s; %(window)s): "
            "about the same; the difference is within chance."
        )
        % values
    )


def figure_line(value: Value, facts: Mapping[str, Any], month: str) -> str:
    """`Closed on time: 61% in June 2017 (95% interval 57% to 65%).`"""
    unit = plan_unit(facts["measure"])
    if not value.is_known:
        return ""
    said = {"label": facts["label"], "value": shown(value, unit, units=True), "month": month, "interval": interval(value, unit)}
    if value.denominator and unit == "percent":
        said["of"] = formats.number(value.denominator)
        return _("%(label)s: %(value)s of %(of)s in %(month)s (95%% interval %(interval)s).") % said
    return _("%(label)s: %(value)s in %(month)s.") % said


def plan_unit(measure: str) -> str:
    """How values of a measure are written."""
    return str(plan.measure(measure).format)


def flow_lines(facts: Mapping[str, Any]) -> list[str]:
    """Open now and three months ago, opened and closed between."""
    first = _("%(value)s open at the end of the month, %(before)s three months earlier.") % {
        "value": formats.number(facts["value"]),
        "before": formats.number(facts["before"]),
    }
    second = _("In these three months %(opened)s were opened and %(closed)s closed.") % {
        "opened": formats.number(facts["opened"]),
        "closed": formats.number(facts["closed"]),
    }
    return [first, second]


def gap_lines(facts: Mapping[str, Any], lower: float | None, upper: float | None, requests: float) -> list[str]:
    """Standardized share with interval beside the city's."""
    said = {"value": formats.percent(facts["value"]), "city": formats.percent(facts["city"]), "n": formats.number(requests)}
    first = _("%(value)s on time at the city's mix of services, %(city)s in the city.") % said
    if lower is None or upper is None:
        return [first]
    bounds = {"low": formats.percent(lower), "high": formats.percent(upper)}
    return [first, _("95%% interval %(low)s to %(high)s, from %(n)s requests.") % (said | bounds)]


def fall_lines(facts: Mapping[str, Any]) -> list[str]:
    """Both shares with what they count, and how far the fall may lie, services compared at once allowed for."""
    said = {"value": formats.percent(facts["value"]), "due": formats.number(facts["due"])}
    said |= {"before": formats.percent(facts["before"]), "due_before": formats.number(facts["due_before"])}
    first = _("%(value)s of %(due)s on time in the last three months, %(before)s of %(due_before)s in the same months a year before.")
    bounds = {"low": formats.number(facts["lower"] * 100, 1), "high": formats.number(facts["upper"] * 100, 1)}
    bounds["n"] = formats.number(facts["compared"])
    second = _("The fall lies between %(low)s and %(high)s points; the interval allows for %(n)s services compared at once.")
    return [first % said, second % bounds]


def bulk_lines(facts: Mapping[str, Any]) -> list[str]:
    """When, what, and how old."""
    said = {"n": formats.number(facts["together"]), "day": formats.day(facts["day"]), "closed": formats.number(facts["closed"])}
    lines = [_("%(n)s of the month's %(closed)s closings came together on %(day)s.") % said]
    if facts["service"]:
        lines.append(_("Most of them: %(service)s.") % {"service": facts["service"]})
    if facts["oldest"]:
        lines.append(_("The oldest had been open since %(day)s.") % {"day": formats.day(facts["oldest"])})
    return lines


def rise_lines(facts: Mapping[str, Any], place: str, here: Mapping[str, Any] | None, month: str, before: str) -> list[str]:
    """How much, and where most."""
    said = {"value": formats.number(facts["value"]), "before": formats.number(facts["before"])}
    lines = [_("%(value)s requests in the last three months, %(before)s in the same months a year before.") % said]
    if here and here["opened"] > here["opened_before"]:
        where = {"place": place, "now": formats.number(here["opened"]), "then": formats.number(here["opened_before"])}
        lines.append(
            _("The rise is largest in %(place)s: %(now)s in %(month)s, %(then)s in %(before)s.")
            % (where | {"month": month, "before": before})
        )
    return lines


def promise_lines(closed: float, median: float | None, p90: float | None) -> list[str]:
    """How long the work really takes."""
    lines = [
        _("%(n)s requests closed among those opened in the last twelve months; open ones are counted as open so far.")
        % {"n": formats.number(closed)}
    ]
    if median is not None:
        lines.append(_("Half were closed within %(days)s.") % {"days": with_unit(median, "days")})
    if p90 is not None:
        lines.append(_("Nine in ten were closed within %(days)s.") % {"days": with_unit(p90, "days")})
    return lines


def waiting_lines(facts: Mapping[str, Any], day: str) -> list[str]:
    """How many, how long."""
    said = {"n": formats.number(facts["open"]), "day": day, "median": formats.number(facts["median_age"])}
    return [_("%(n)s open on %(day)s; half of them for %(median)s days or more.") % said]


def bar_value(value: float, unit: str) -> str:
    """A bar's number with its unit."""
    return formats.percent(value) if unit == "percent" else with_unit(value, unit)


def language() -> str:
    """The language that is active."""
    return get_language() or "en"


def number(value: float) -> str:
    """A whole number."""
    return formats.number(value)


def topics_note(chosen: int, *, complete: bool) -> str:
    """How the topics came to be."""
    if not complete:
        return _("No topics: the month is not complete, and a part of a month is not judged.")
    if not chosen:
        return _("No rule found a weak point this month. That is a finding too: ask what keeps it so.")
    return _(
        "Chosen by rule, weak points first; each says its rule. They name processes, data, resources and outside causes, never people."
    )


def nothing_to_decide(complete: bool) -> str:
    """What stands where no topic asks for a decision."""
    if not complete:
        return _("None: the month is not complete. Wait for its last day before judging it.")
    return _("None proposed by the rules.")
