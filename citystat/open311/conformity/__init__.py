"""A report on any GeoReport v2 server: each check by name, passed, failed or skipped, with what was seen.

`first_look` finds the base, `fetching` asks, `server` remembers, `checks_of_*` judge one answer each, `report` runs them. It needs
nothing of this installation but this folder. Nothing is filed on the server unless asked for: the posts of the checks lack what a
server needs to take them.
"""
