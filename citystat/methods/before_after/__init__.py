"""Before and after: one stretch of time, or one set of areas, against another, always with an interval.

``ratio_of_counts`` compares two counts exactly; ``quantile_of`` and ``difference_of_quantiles`` compare percentiles of times
without assuming their shape; ``difference_of_means`` compares averages of few monthly values; ``difference_in_differences`` and
``ratio_of_ratios`` set a change against the change elsewhere. Words: *after* is compared with *before*; above 0 (or 1) is more.
None of them proves a cause. Any room may import it; it imports numpy and scipy only.
"""

from citystat.methods.before_after.against import difference_in_differences, ratio_of_ratios
from citystat.methods.before_after.counts import ratio_of_counts
from citystat.methods.before_after.means import difference_of_means
from citystat.methods.before_after.quantiles import difference_of_quantiles, quantile_of
from citystat.methods.before_after.results import Estimate

__all__ = [
    "Estimate",
    "difference_in_differences",
    "difference_of_means",
    "difference_of_quantiles",
    "quantile_of",
    "ratio_of_counts",
    "ratio_of_ratios",
]
