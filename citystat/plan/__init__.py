"""Measures: what is counted, over what, by which rule, and what the numbers say.

Words: a *measure* is a definition in YAML; a *measure row* is its value for one period and group with its interval and state;
a *signal* is a change that chance does not explain; a *trace* leads from a value to its rows. Reads the warehouse only,
never `service_requests` or `surveys`, so a new source needs no change here.
"""
