"""A connection kept from an earlier request is looked at without asking the server, unless the server has said something.

Django asks `SELECT 1` at the first statement of every request. A server that has gone away has closed the connection, and one that was
told to end it has said so: both are there to be read before any question is put.
"""

import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, but for `is_usable`."""

    def is_usable(self) -> bool:
        """Whether the connection stands: at once where nothing has come from the server, else by asking."""
        kept: Any = self.connection
        if kept is None or kept.closed:
            return False
        # Not `select`, which cannot look at a file beyond the first thousand.
        looked_at = select.poll()
        looked_at.register(kept.fileno(), select.POLLIN)
        return not looked_at.poll(0) or bool(super().is_usable())
