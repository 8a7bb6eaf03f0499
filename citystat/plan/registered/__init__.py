"""The register of measures people write: typed values, survey items, computed measures, and gaps that have no data yet.

Words: a *definition* is everything said of a measure, kept in *versions* that lock when validated; a *recorded value* is what
somebody gave for a period; a *correction* says in public that a figure was wrong; a *tier* is who a measure is for (1 crews,
2 managers, 3 mayor and council). Readers ask `plan.queries`, which answers for every source alike.
"""
