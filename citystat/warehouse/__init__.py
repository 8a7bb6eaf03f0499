"""What is counted: landed loads, numbered immutable builds of Parquet files, read-only connections. Knows no domain.

Words: a *build* is a numbered set of tables that never changes; `CURRENT` names the one that serves; the *manifest* lists its
files with checksums, sources and code version; *landing* is where loads leave their files. Only `build` writes builds, only
`landing` writes loads (decision 0002). The build number is the cache key of everything shown.
"""
