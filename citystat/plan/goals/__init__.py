"""The plan as adopted: versions, goals in a tree with their measures of success, partners, themes across departments.

Words: a *plan* is one version, a *priority* a goal of the council, below it *objectives*, *strategies* and *department goals*;
a goal is *measurable* only with a measure, a baseline, a target and a date; a *theme* joins goals and measures of several departments.
Rooms above read by `queries` and write by `actions`. An adopted plan never changes: a change is a new version.
"""
