"""Staff pages of live requests: queue, case, call taker, crew, supervisor, manager, and the live view by role.

Reads by `cases.queries`, writes by `cases.actions`; a page decides nothing itself.
"""
