"""The resident's pages: report, find, follow, and say how it went; no account needed.

A *report* becomes a request of `service_requests.cases`; its private page has an address nobody can guess.
"""
