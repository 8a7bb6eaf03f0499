"""Read the SQL statements rooms keep in their `sql/` folders."""

from functools import cache
from importlib.resources import files

from citystat.core.errors import NotFound


@cache
def load(package: str, name: str) -> str:
    """The one statement in `<package>/sql/<name>.sql`, without its trailing semicolon.

    Example: `load("citystat.service_requests", "open_on")`.
    """
    path = files(package) / "sql" / f"{name}.sql"
    if not path.is_file():
        raise NotFound(f"There is no statement called {name} in {package}.")
    return path.read_text(encoding="utf-8").strip().removesuffix(";")


def literal(value: str) -> str:
    """A string as a SQL literal, for the few places that take no parameter (file lists, settings)."""
    return "'" + value.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def file_list(paths: list[str]) -> str:
    """Paths as a SQL list of strings, as read_parquet takes it."""
    return "[" + ", ".join(literal(path) for path in paths) + "]"
