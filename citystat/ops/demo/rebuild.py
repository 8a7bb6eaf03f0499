"""Make or remake the demo city in CITYSTAT_HOME through the same path a real city takes."""

import json
import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connections as database_connections
from django.utils import timezone

from citystat.core import cities, home
from citystat.core.errors import NotAllowed
from citystat.core.locks import exclusive
from citystat.core.progress import progress
from citystat.ops import city_folder, set_up
from citystat.ops.demo import center, countdowns, lists, live, plans, programs, register, reporting, sessions, telling, weaknesses
from citystat.ops.demo.city import DemoCity, read_city
from citystat.ops.demo.exports import DEFAULT_SEED, Exports, write_exports
from citystat.ops.management.commands.build import find_weak_points, make_build
from citystat.people import actions as people_actions
from citystat.people.models import User
from citystat.service_requests import actions as request_actions
from citystat.service_requests.cases import learning
from citystat.warehouse import connections as warehouse_connections

STATE_FILE = "demo.json"
EXPORTS_FOLDER = "demo"
CENTER_FOLDER = "center"
ANALYST, ANALYST_NAME = "analyst@calderbend.example", "Ada Quill"
REGISTER = "calder-bend-311"


def make_demo(
    *,
    requests: int,
    as_of: date | None = None,
    seed: int = DEFAULT_SEED,
    again: bool = False,
    keep: bool = False,
    port: int = set_up.PORT,
) -> dict[str, Any]:
    """The demo city of the size asked for: made if missing or different, left alone if it is there already.

    Raises NotAllowed when CITYSTAT_HOME holds a real city.
    """
    check_may_overwrite()
    city = read_city(as_of=as_of)
    wanted = {"requests": requests, "as_of": str(city.facts.as_of), "seed": seed}
    if not again and _state() == wanted and set_up.has_build():
        number = warehouse_connections.open_build().number
        return {"made": False, "city": cities.current_city().name, **wanted, "build": number, **sign_in_links(port)}
    started = time.monotonic()
    with exclusive("demo"):
        result = _make(city, requests, seed, keep)
        (home.home() / STATE_FILE).write_text(json.dumps(wanted) + "\n", encoding="utf-8")
    return {"made": True, **wanted, **result, **sign_in_links(port), "seconds": round(time.monotonic() - started, 1)}


def sign_in_links(port: int) -> dict[str, Any]:
    """The analyst, and a one-time link for everybody of the demo who has no password yet; links given before are void."""
    people = User.objects.filter(email__in=[ANALYST, *live.make_people()]).order_by("pk")
    links = {person.email: people_actions.first_link(person) for person in people if not person.has_usable_password()}
    return {"administrator": ANALYST, "links": {email: set_up.address(port) + path for email, path in links.items()}}


def check_may_overwrite() -> None:
    """Refuse to touch the home of a real city."""
    taken = home.database_path().exists() or (home.home() / cities.CITY_FILE).exists()
    if taken and not cities.current_city().demo:
        raise NotAllowed(
            f"{home.home()} already holds {cities.current_city().name}, which is not the demo city: set CITYSTAT_HOME to another folder."
        )


def _make(city: DemoCity, requests: int, seed: int, keep: bool) -> dict[str, Any]:
    _clear()
    cities.write_city(demo=True)
    made = set_up.initialize(city_folder=city.folder)
    people_actions.make_first_administrator(ANALYST)
    # Who can be chosen as an owner has a name there.
    User.objects.filter(email=ANALYST).update(name=ANALYST_NAME)
    cities.write_city(demo=True)
    timezone.activate(cities.current_city().zone)
    city_folder.load(city.folder)
    folder = home.home() / EXPORTS_FOLDER
    exports = write_exports(folder, requests, seed=seed, city=city)
    loads = [_load(exports.earlier, exports.earlier_as_of), _load(exports.current, exports.as_of)]
    center.make(city, folder / CENTER_FOLDER)
    built = make_build()
    find_weak_points(built["build"])
    _tidy(folder, exports, keep)
    listed = lists.load_lists(city, folder)
    with progress("Filling the action center") as step:
        activity = live.make_activity(city)
        told = telling.make_telling(city)
        step(activity["requests"])
    _make_cycle(city, folder)
    learning.learn(warehouse_connections.open_build(built["build"]))
    return {
        "city": made["city"],
        "home": made["home"],
        "loads": loads,
        "build": built["build"],
        "truth": exports.truth,
        "lists": listed,
        "live": activity | told,
    }


def _make_cycle(city: DemoCity, folder: Path) -> None:
    """The plan, what stands under it, sessions and reports: minutes on a small machine, so each step says that it is done."""
    steps: tuple[Callable[[], object], ...] = (
        lambda: plans.make_plan(city),
        lambda: register.make_register(city),
        lambda: countdowns.make_countdown(city),
        lambda: countdowns.make_processes(city),
        lambda: programs.make_programs(city, folder),
        sessions.make_sessions,
        lambda: weaknesses.make_weaknesses(live.make_people()),
        reporting.make_reports,
    )
    with progress("Adopting the plan, holding sessions, writing reports", total=len(steps)) as step:
        for make in steps:
            make()
            step(1)


def _load(path: Path, as_of: date) -> dict[str, Any]:
    return request_actions.load_requests([str(path)], as_of=as_of, layout="citystat", source=REGISTER)


def _clear() -> None:
    """Remove a former demo: database, loads, builds, reports. The secret key stays."""
    database_connections.close_all()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{home.database_path()}{suffix}").unlink(missing_ok=True)
    photos = home.home() / "media" / "requests"
    for folder in (home.warehouse_dir(), home.quarantine_dir(), home.reports_dir(), home.home() / EXPORTS_FOLDER, photos):
        shutil.rmtree(folder, ignore_errors=True)
    (home.home() / STATE_FILE).unlink(missing_ok=True)


def _tidy(folder: Path, exports: Exports, keep: bool) -> None:
    if not keep:
        exports.earlier.unlink(missing_ok=True)
        exports.current.unlink(missing_ok=True)
        shutil.rmtree(folder / CENTER_FOLDER, ignore_errors=True)


def _state() -> dict[str, Any]:
    path = home.home() / STATE_FILE
    if not path.exists():
        return {}
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return known
