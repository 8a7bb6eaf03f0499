"""A database that is missing, old or full is told in one sentence."""

import os
import subprocess
import sys

import pytest
from django.db import InternalError, OperationalError, ProgrammingError

from citystat.core.database_errors import sentence_for


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OperationalError("no such table: places_layer"), "citystat init"),
        (ProgrammingError('relation "places_layer" does not exist\nLINE 1: SELECT'), "citystat migrate"),
        (OperationalError("unable to open database file"), "a folder you can write to"),
        (OperationalError("database or disk is full"), "The disk is full"),
        (OperationalError("database is locked"), "busy with another command"),
        (ProgrammingError('column "nosuch" does not exist\nLINE 1: SELECT'), "citystat migrate"),
        (ProgrammingError('column "nosuch" of relation "places_layer" does not exist'), "citystat migrate"),
        (
            OperationalError('connection failed: connection to server on socket "/tmp/s" failed: FATAL:  database "x" does not exist'),
            "createdb",
        ),
        (OperationalError('connection failed: FATAL:  role "nobody" does not exist'), "check the user"),
        (OperationalError('FATAL:  password authentication failed for user "citystat"'), "check the user"),
        (ProgrammingError("permission denied for table places_layer"), "owner of the database"),
        (InternalError("cannot execute DELETE in a read-only transaction"), "not its copy"),
        (OperationalError("could not extend file: No space left on device"), "The disk is full"),
        (OperationalError("deadlock detected\nDETAIL:  Process 1 waits"), "busy with another command"),
        (OperationalError("FATAL:  sorry, too many clients already"), "max_connections"),
        (OperationalError("connection failed: Connection refused\n\tIs the server running"), "does not answer"),
        (OperationalError("failed to resolve host 'db.invalid': [Errno -2] Name or service not known"), "does not answer"),
        (OperationalError("connection is bad: No such file or directory"), "does not answer"),
        (OperationalError("terminating connection due to administrator command"), "ended the connection"),
    ],
)
def test_sentence_for_what_the_database_says(error, words):
    assert words in (sentence_for(error) or "")


@pytest.mark.parametrize(
    "error", [ValueError("no such table"), OperationalError("something new"), ProgrammingError("relation is ambiguous")]
)
def test_sentence_for_other_errors_is_none(error):
    assert sentence_for(error) is None


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["load", "places", "map.geojson", "--kind", "ward", "--code", "W"], ["migrate"]])
def test_main_before_init_says_what_to_do(tmp_path, arguments):
    (tmp_path / "map.geojson").write_text("{}")
    home = tmp_path / "home"
    if arguments[0] == "load":
        home.mkdir()
    surroundings = {**os.environ, "CITYSTAT_HOME": str(home), "CITYSTAT_SECRET_KEY": "stones warm river lamp of the long road 0123456789"}
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        surroundings.pop(name, None)
    ran = subprocess.run([sys.executable, "-m", "citystat", *arguments], cwd=tmp_path, env=surroundings, capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert "citystat init" in ran.stderr
