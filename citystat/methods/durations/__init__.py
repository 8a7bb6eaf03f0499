"""Durations: promises in business time, the four on-time cohorts, and time to close with cases still open.

``due_at`` and ``due_instants`` turn a promise into a due instant on a ``BusinessCalendar``; ``business_seconds``
measures between instants. ``on_time_cohorts`` answers "closed on time" in the four ways cities publish it.
``kaplan_meier`` and ``kaplan_meier_percentiles`` (thousands of groups at once) estimate time to close without
dropping open cases. ``backlog_flow``, ``open_ages`` and ``weeks_of_work`` describe the backlog. Words: the *as-of*
instant is when the data was read; an *instant* is UTC; the *opening day* is day 0 of a promise in days.
Any room may import it; it imports numpy and scipy only.
"""

from citystat.methods.durations.grouped_survival import GroupedPercentiles, kaplan_meier_percentiles
from citystat.methods.durations.survival import KaplanMeier, TimePercentile, kaplan_meier

__all__ = [
    "GroupedPercentiles",
    "KaplanMeier",
    "TimePercentile",
    "kaplan_meier",
    "kaplan_meier_percentiles",
]
