"""The open exchange format for performance data: a Data Package of CSV tables that carries a performance program from city to city.

`tables` says what a table is, `core_tables` declares those of this room, `writing` makes a package, `reading` checks one and `saving`
stores it in one transaction. Rooms above declare tables of their own and hand them in: this room does not know of sessions.
"""
