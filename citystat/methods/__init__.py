"""Statistical methods: numbers and small tables in, frozen documented results out.

Packages: ``control_charts`` (is this month's change a signal?), ``durations`` (business time, on-time cohorts,
time to close with cases still open), ``rates`` (intervals, standardization, funnel limits, small numbers),
``forecasts`` (seasonal baselines with backtested intervals) and ``money`` (unit cost).
Everything here is usable from a notebook on its own: it imports numpy, scipy and, inside ``forecasts``,
statsmodels; neither Django nor DuckDB nor any other part of CityStat. Time and seeds are arguments.
Wrong input raises ``ValueError`` with one sentence. Any room may import these packages; they do not import
each other. Which method answers which question is told in ``docs/explanation/statistics.md``.
"""
