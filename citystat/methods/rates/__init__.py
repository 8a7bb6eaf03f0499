"""Rates: proportions, counts and per-capita rates with intervals; fair comparison of places; small numbers.

``wilson``, ``byar`` and ``per_capita`` give intervals; ``difference_of_*`` and ``ratio_of_*`` compare two groups
and say "about_the_same" when the interval holds no difference; ``directly_standardized_*`` compare at one mix;
``*_funnel`` finds units beyond what their size explains; ``poisson_dispersion`` says how bursty counts are;
``small_number_state`` is ok, too_few or missing.
Arrays in, arrays out: every function broadcasts. Words: a *share* lies in 0..1, a *rate* is per so many residents.
Any room may import it; it imports numpy and scipy only.
"""

from citystat.methods.rates.comparisons import (
    difference_of_proportions,
    difference_of_rates,
    ratio_of_proportions,
    ratio_of_rates,
)
from citystat.methods.rates.dispersion import poisson_dispersion
from citystat.methods.rates.funnel import proportion_funnel, rate_funnel
from citystat.methods.rates.intervals import byar, per_capita, wilson
from citystat.methods.rates.results import Comparison, FunnelLimits, Interval, Standardized
from citystat.methods.rates.small_numbers import small_number_state
from citystat.methods.rates.standardization import (
    IndirectlyStandardized,
    directly_standardized_rate,
    directly_standardized_share,
    indirectly_standardized_ratio,
)

__all__ = [
    "Comparison",
    "FunnelLimits",
    "IndirectlyStandardized",
    "Interval",
    "Standardized",
    "byar",
    "difference_of_proportions",
    "difference_of_rates",
    "directly_standardized_rate",
    "directly_standardized_share",
    "indirectly_standardized_ratio",
    "per_capita",
    "poisson_dispersion",
    "proportion_funnel",
    "rate_funnel",
    "ratio_of_proportions",
    "ratio_of_rates",
    "small_number_state",
    "wilson",
]
