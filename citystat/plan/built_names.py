"""Departments and services as the requests of the current build name them; empty where there is no build."""

from citystat.core.errors import UserError
from citystat.warehouse.connections import open_build


def departments() -> dict[str, str]:
    """Departments with requests, as `core.known_names` takes them."""
    return _names("department")


def services() -> dict[str, str]:
    """Services with requests, as `core.known_names` takes them."""
    return _names("service")


def _names(column: str) -> dict[str, str]:
    try:
        rows = open_build().rows(f"SELECT DISTINCT {column} FROM requests WHERE {column} IS NOT NULL")
    except UserError:
        return {}
    return {str(name): str(name) for (name,) in rows}
