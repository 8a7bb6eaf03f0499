"""What the database says when it is missing, old, busy or out of room, as a sentence a person can act on."""

from typing import Final

from django.db import DatabaseError

SET_UP: Final = (
    "The database lacks what this needs: run `citystat init` if this is a new installation, or `citystat migrate` after an update; "
    "CITYSTAT_HOME names the folder it is in."
)
SENTENCES: Final = (
    ("no such table", SET_UP),
    ("no such column", SET_UP),
    ("has no column named", SET_UP),
    ("relation", SET_UP),
    (
        "unable to open database file",
        "The database cannot be opened: CITYSTAT_HOME must name a folder you can write to; `citystat init` makes it.",
    ),
    ("attempt to write a readonly database", "The database cannot be written: this account needs the right to write to CITYSTAT_HOME."),
    ("database or disk is full", "The disk is full, so this was stopped; nothing already stored was lost. Free space and try again."),
    ("database is locked", "The database is busy with another command: wait until that is done and try again."),
    ("file is not a database", "The database file is damaged or is no database: put back a backup with `citystat restore`."),
    ("connection refused", "The database server does not answer: check DATABASE_URL and that the server runs."),
)


def sentence_for(error: BaseException) -> str | None:
    """The sentence for an error of the database; None for any other error."""
    if not isinstance(error, DatabaseError):
        return None
    said = str(error).lower()
    return next((sentence for words, sentence in SENTENCES if words in said and (words != "relation" or "does not exist" in said)), None)
