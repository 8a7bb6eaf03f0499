"""Control charts: is this month's change a signal, or what this process always does?

``xmr`` judges one number a period, ``p_prime`` shares with large denominators, ``run_chart`` needs no
distribution. ``latest_finding`` says the verdict as data (rule, direction, since when), never as prose.
``expected_false_signals`` tells how many signals chance makes across many measures; ``lag_one_autocorrelation``
whether neighbors are too alike for the rules, and ``seasonally_adjusted`` takes a season out first. Words: a
*signal* is a run of points a rule flagged; *variation* is the verdict on the last point; *assurance* compares the
limits with the target; a *segment* lies between rebases.
Any room may import it; it imports numpy only.
"""

from citystat.methods.control_charts.autocorrelation import lag_one_autocorrelation
from citystat.methods.control_charts.false_signals import FalseSignals, average_run_length, expected_false_signals
from citystat.methods.control_charts.individuals import xmr
from citystat.methods.control_charts.judgement import latest_finding
from citystat.methods.control_charts.proportions import p_prime
from citystat.methods.control_charts.results import (
    ROLE_COLORS,
    RULES,
    Assurance,
    ChartOptions,
    ControlChart,
    Finding,
    Improvement,
    Label,
    PointLimits,
    PPrimeChart,
    Role,
    Rule,
    Segment,
    Signal,
    State,
)
from citystat.methods.control_charts.runs import RunChart, run_chart, run_chart_limits
from citystat.methods.control_charts.seasons import SeasonalAdjustment, seasonally_adjusted

__all__ = [
    "ROLE_COLORS",
    "RULES",
    "Assurance",
    "ChartOptions",
    "ControlChart",
    "FalseSignals",
    "Finding",
    "Improvement",
    "Label",
    "PPrimeChart",
    "PointLimits",
    "Role",
    "Rule",
    "RunChart",
    "SeasonalAdjustment",
    "Segment",
    "Signal",
    "State",
    "average_run_length",
    "expected_false_signals",
    "lag_one_autocorrelation",
    "latest_finding",
    "p_prime",
    "run_chart",
    "run_chart_limits",
    "seasonally_adjusted",
    "xmr",
]
