"""The error tree. The message of each is the one sentence its reader sees."""


class UserError(Exception):
    """Something a person can act on; the message says what to do."""

    http_status = 400
    field = ""


class InputError(UserError):
    """What was given cannot be used: a file, a definition, a value. `field` names the field of a form it is about, where there is one."""

    def __init__(self, message: object = "", *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotFound(UserError):
    """What was asked for does not exist."""

    http_status = 404


class SpentLink(NotFound):
    """A personal link from a message is over, was used, or never was one."""


class NoDataYet(NotFound):
    """Nothing has been loaded: the page says what to do first."""


class NotAllowed(UserError):
    """The person has no right to do or see this."""

    http_status = 403


class Busy(UserError):
    """Somebody else is doing it right now."""

    http_status = 409


class Unsafe(UserError):
    """The set-up would be unsafe to run."""

    http_status = 500
