"""What the database says when it is missing, old, busy or out of room, as a sentence a person can act on."""

from typing import Final

from django.db import DatabaseError

SET_UP: Final = (
    "The database lacks what this needs: run `citystat init` if this is a new installation, or `citystat migrate` after an update; "
    "CITYSTAT_HOME names the folder it is in."
)
SERVER: Final = "The database server does not answer: check DATABASE_URL and that the server runs."
SIGN_IN: Final = (
    "The database server does not let this account in: check the user, the password and the name of the database in DATABASE_URL."
)
FULL: Final = "The disk is full, so this was stopped; nothing already stored was lost. Free space and try again."
ENDED: Final = "The database server ended the connection: see that it runs, then try again."
NO_PLACE: Final = "The database server has no connection left: end other programs that use it, or raise its setting max_connections."
LOCKED: Final = "The database is busy with another command: wait until that is done and try again."
# What must all stand in the error, in small letters, and what is said then; SQLite first, then PostgreSQL.
SENTENCES: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("no such table",), SET_UP),
    (("no such column",), SET_UP),
    (("has no column named",), SET_UP),
    (
        ("unable to open database file",),
        "The database cannot be opened: CITYSTAT_HOME must name a folder you can write to; `citystat init` makes it.",
    ),
    (("attempt to write a readonly database",), "The database cannot be written: this account needs the right to write to CITYSTAT_HOME."),
    (("database or disk is full",), FULL),
    (("database is locked",), LOCKED),
    (("file is not a database",), "The database file is damaged or is no database: put back a backup with `citystat restore`."),
    (("relation ", "does not exist"), SET_UP),
    (("column ", "does not exist"), SET_UP),
    (
        ("database ", "does not exist"),
        "The database server has no database of the name in DATABASE_URL: make it with `createdb`, or correct it.",
    ),
    (("role ", "does not exist"), SIGN_IN),
    (("authentication failed",), SIGN_IN),
    (("no pg_hba.conf entry",), SIGN_IN),
    (
        ("permission denied",),
        "The account in DATABASE_URL may not do this in the database: make it the owner of the database and of its tables.",
    ),
    (("read-only transaction",), "The database server only reads: DATABASE_URL must name the main server, not its copy."),
    (("no space left on device",), FULL),
    (("deadlock detected",), LOCKED),
    (("lock timeout",), LOCKED),
    (("too many clients",), NO_PLACE),
    (("connection slots are reserved",), NO_PLACE),
    (("connection refused",), SERVER),
    (("failed to resolve host",), SERVER),
    (("connection is bad",), SERVER),
    (("connection timeout",), SERVER),
    (("server closed the connection",), ENDED),
    (("terminating connection",), ENDED),
)


def sentence_for(error: BaseException) -> str | None:
    """The sentence for an error of the database; None for any other error."""
    if not isinstance(error, DatabaseError):
        return None
    said = str(error).lower()
    return next((sentence for words, sentence in SENTENCES if all(word in said for word in words)), None)
