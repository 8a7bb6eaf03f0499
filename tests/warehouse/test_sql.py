"""Every statement kept in a .sql file can be read by another engine's tools."""

from pathlib import Path

import pytest
import sqlglot

import citystat
from citystat.core.errors import NotFound
from citystat.warehouse import sql

PACKAGE = Path(citystat.__file__).parent
STATEMENTS = sorted(PACKAGE.rglob("sql/*.sql"))


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_statement_parses_as_one_statement(path: Path) -> None:
    (parsed,) = sqlglot.parse(path.read_text(encoding="utf-8"), dialect="duckdb")
    assert isinstance(parsed, sqlglot.exp.Query)


def test_load_reads_a_statement_without_its_semicolon() -> None:
    assert sql.load("citystat.service_requests", "open_on").endswith("source, request_id")


def test_load_unknown_statement_is_not_found() -> None:
    with pytest.raises(NotFound, match="no statement called nothing"):
        sql.load("citystat.service_requests", "nothing")


def test_literal_doubles_quotes() -> None:
    assert sql.literal("O'Brien") == "'O''Brien'"
    assert sql.identifier('a"b') == '"a""b"'
    assert sql.file_list(["a", "b'c"]) == "['a', 'b''c']"
