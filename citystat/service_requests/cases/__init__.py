"""Live requests: one write path for every channel, append-only facts, reads for every role.

Words: a *request* is what somebody asked the city for; its *events* say everything that happened to it; an *offer* is a service as it
can be asked for today (promise, form, policies); a *contact* is a person's encrypted address; a *voice* is one resident who reports it.
Rooms above call `cases.actions` to change and `cases.queries` to read; nothing else writes these tables.
"""
