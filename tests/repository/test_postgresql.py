"""The PostgreSQL that tests start for themselves."""

import sys

import psycopg
import pytest

from tests.repository.paths import ROOT
from tools import postgresql

WRITES_VARIABLE = "import os, pathlib; pathlib.Path('{}').write_text(os.environ['CITYSTAT_TEST_DATABASE_URL'])"


def test_main_without_postgresql_says_so_and_succeeds(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv(postgresql.FOLDER_VARIABLE, str(tmp_path))
    assert postgresql.main([sys.executable, "-c", "raise SystemExit(3)"]) == 0
    assert capsys.readouterr().out.startswith("notice: nothing was run on PostgreSQL: ")


@pytest.mark.slow
def test_main_gives_the_command_its_address_and_answers_its_code(tmp_path):
    note = tmp_path / "address"
    try:
        postgresql.as_owner(), postgresql.programs()
    except postgresql.Missing as error:
        pytest.skip(f"no PostgreSQL here: {error}")
    assert postgresql.main([sys.executable, "-c", f"{WRITES_VARIABLE.format(note)}; raise SystemExit(3)"]) == 3
    assert note.read_text().startswith("postgresql://citystat@/citystat?host=/tmp/")


@pytest.mark.slow
def test_server_is_gone_after_the_block():
    try:
        with postgresql.server() as address:
            with psycopg.connect(address) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
            folder = address.partition("host=")[2]
    except postgresql.Missing as error:
        pytest.skip(f"no PostgreSQL here: {error}")
    assert folder.startswith("/tmp/")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)


def test_every_folder_and_file_of_the_database_tests_exists():
    line = next(line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith("DATABASE_TESTS"))
    names = line.partition("tests/,")[2].rstrip(")").split()
    assert names
    assert [name for name in names if not (ROOT / "tests" / name).exists()] == []
