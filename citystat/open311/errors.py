"""Errors of the programs' interface that the common tree has no word for."""

from citystat.core.errors import UserError


class TooMany(UserError):
    """Asked for more often than the limit allows; `seconds` until it may ask again."""

    http_status = 429

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class WrongMethod(UserError):
    """The address does not do that."""

    http_status = 405
