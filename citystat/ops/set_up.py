"""Make an installation: the home folder, the database, the city's facts, the first administrator. Doing it again changes nothing."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from citystat.core import cities, home, yaml_files
from citystat.core.errors import InputError, NotAllowed, NotFound
from citystat.core.secrets import make_secret_key
from citystat.core.vault import make_contact_key
from citystat.people import actions as people_actions
from citystat.people import queries as people_queries
from citystat.warehouse.connections import open_build

PORT = 8000


def initialize(
    *,
    name: str | None = None,
    time_zone: str | None = None,
    admin_email: str | None = None,
    city_folder: Path | None = None,
    port: int = PORT,
) -> dict[str, Any]:
    """Make what is missing and return what there is: home, city, database state, and the administrator's one-time link if one was made."""
    check_is_not_the_demo(name)
    home.make_home()
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    make_secret_key()
    make_contact_key()
    city = _city(name, time_zone, city_folder)
    is_new = not has_database()
    call_command("migrate", verbosity=0, interactive=False)
    if connection.vendor == "sqlite":
        home.database_path().chmod(0o600)
    result: dict[str, Any] = {
        "home": str(home.home()),
        "city": city.name,
        "time_zone": city.time_zone or "UTC",
        "database": "created" if is_new else "up to date",
        "administrators": people_queries.administrators_who_can_sign_in(),
    }
    if admin_email:
        result["set_password_link"] = address(port) + people_actions.make_first_administrator(admin_email)
    return result


def check_is_not_the_demo(name: str | None) -> None:
    """Raise NotAllowed when a city would move into the home of the demo: its requests would stand among invented ones."""
    known = cities.current_city()
    if name and known.demo and name != known.name:
        raise NotAllowed(f"{home.home()} holds the demo city, {known.name}: set CITYSTAT_HOME to a folder of your city's own.")


def address(port: int) -> str:
    """Where links that are printed lead: the address the city says it has, else this machine and the port its pages will be served on."""
    return settings.CITYSTAT_BASE_URL.rstrip("/") if os.environ.get("CITYSTAT_BASE_URL") else f"http://127.0.0.1:{port}"


def check_ready() -> None:
    """Raise InputError with what to do when the database is missing or behind the code."""
    if not has_database():
        raise InputError("There is no CityStat here yet: run `citystat init`, or `citystat demo` for a city to look at.")
    if pending_migrations():
        raise InputError("The database is older than this version of CityStat: run `citystat init` to bring it up to date.")


def has_database() -> bool:
    """Whether there are tables of CityStat; asking makes no file."""
    return home.database_path().exists() if connection.vendor == "sqlite" else MigrationRecorder(connection).has_table()


def has_build() -> bool:
    """Whether a build serves."""
    try:
        return open_build().number > 0
    except NotFound:
        return False


def pending_migrations() -> list[str]:
    """Names of migrations the database still lacks."""
    executor = MigrationExecutor(connection)
    return [
        f"{migration.app_label}.{migration.name}" for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())
    ]


def _city(name: str | None, time_zone: str | None, folder: Path | None) -> cities.City:
    """The city's facts: what the folder says, then what the command line says, then what was known before."""
    changes: dict[str, Any] = {}
    if folder is not None:
        changes |= _facts_of(folder)
    changes |= {key: value for key, value in (("name", name), ("time_zone", time_zone)) if value}
    known = cities.current_city()
    return cities.write_city(**changes) if changes else known


def _facts_of(folder: Path) -> dict[str, Any]:
    path = folder / cities.CITY_FILE
    if not path.is_file():
        raise InputError(f"{folder} has no {cities.CITY_FILE}: a city is a folder of data, see examples/calder-bend.")
    facts = yaml_files.read(path) or {}
    cities.city_from(facts)
    return dict(facts)
