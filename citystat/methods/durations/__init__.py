"""Durations: promises in business time, the four on-time cohorts, and time to close with cases still open.

``due_at`` and ``due_instants`` turn a promise into a due instant on a ``BusinessCalendar``; ``business_seconds``
measures between instants. ``on_time_cohorts`` answers "closed on time" in the four ways cities publish it.
``kaplan_meier`` and ``kaplan_meier_percentiles`` (thousands of groups at once) estimate time to close without
dropping open cases. ``backlog_flow``, ``open_ages`` and ``weeks_of_work`` describe the backlog. Words: the *as-of*
instant is when the data was read; an *instant* is UTC; the *opening day* is day 0 of a promise in days.
Any room may import it; it imports numpy and scipy only.
"""

from citystat.methods.durations.backlogs import (
    BacklogFlow,
    OpenAges,
    backlog_flow,
    checked_flow,
    open_ages,
    weeks_of_work,
)
from citystat.methods.durations.calendars import BusinessCalendar, OpeningHours, weekday_calendar
from citystat.methods.durations.cohorts import Cohort, OnTimeCohorts, on_time_cohorts
from citystat.methods.durations.due_dates import PromiseUnit, business_seconds, due_at, due_instants
from citystat.methods.durations.grouped_survival import GroupedPercentiles, kaplan_meier_percentiles
from citystat.methods.durations.survival import KaplanMeier, TimePercentile, kaplan_meier

__all__ = [
    "BacklogFlow",
    "BusinessCalendar",
    "Cohort",
    "GroupedPercentiles",
    "KaplanMeier",
    "OnTimeCohorts",
    "OpenAges",
    "OpeningHours",
    "PromiseUnit",
    "TimePercentile",
    "backlog_flow",
    "business_seconds",
    "checked_flow",
    "due_at",
    "due_instants",
    "kaplan_meier",
    "kaplan_meier_percentiles",
    "on_time_cohorts",
    "open_ages",
    "weekday_calendar",
    "weeks_of_work",
]
