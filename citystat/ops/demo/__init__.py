"""The demo city: a seeded generator of its 311 history, and the command that rebuilds it through the real load path.

Words: a *planted fact* is something true of the invented history by design; all stand in `planted.yaml` of the city's
folder under `examples/`, read by this generator and by the tests that assert CityStat finds them. *Truth* is what the
generator counted while it planted. The generator works month by month, so memory does not grow with the number of requests.
"""
