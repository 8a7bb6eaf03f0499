"""The contact center's own figures: calls offered and answered, what callers say, what a contact costs.

Words: a *volume* is the calls of one queue in one interval, day or month; *service level* is the share of offered calls answered within
the target; *ASA* (average speed of answer) is the mean wait of answered calls; a *load* is one file with every row accounted for.
Files are read by layouts, which are data (`layouts/*.yaml`). Writes are in `loading`, reads in `calls`, `survey` and `costs`.
"""
