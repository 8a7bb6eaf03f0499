"""Residents' requests: loading any city's 311 export, the service catalog, quality reviews, the explorer's questions.

Words: a *layout* says how a city's columns become the canonical request; a *load* brings one export in; a *state* is a request
as one export showed it; *quarantine* holds rows no load could use. The contract is docs/reference/canonical-request.md.
Rooms above import `queries`, `actions`, `access`, `rules`, `extract`.
"""
