"""What every page knows: the city, the build it shows, the menu, the languages."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest

from citystat.core.cities import CITY_FILE, City, current_city
from citystat.core.errors import UserError
from citystat.core.home import home
from citystat.service_requests.cases import emergency, notices
from citystat.web.front_end import MISSING, is_installed
from citystat.web.navigation import foot, items_for


@dataclass(frozen=True)
class BuildNote:
    """Number and as-of date of the build the page shows."""

    number: int
    as_of: date


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of web/base.html; a page that shows another build passes its own `build_note`."""
    public, staff = items_for(getattr(request, "user", None))
    path = request.path
    return {
        "city": city(),
        "build_note": build_note(),
        "menu": [(item, item.is_current(path)) for item in public],
        "staff_menu": [(item, item.is_current(path)) for item in staff],
        "foot": foot(),
        "languages": [pair for pair in settings.LANGUAGES if pair[0] in city().languages],
        "emergency": emergency_now(),
        "city_provider": settings.CITYSTAT_OIDC,
        "front_end_missing": "" if is_installed() else MISSING,
    }


def emergency_now() -> emergency.Emergency | None:
    """The light form, while it is on; None too when the database does not answer: the error page must not fail itself."""
    try:
        return emergency.current()
    except DatabaseError:
        return None


def told_version() -> tuple[int, ...]:
    """Changes with the emergency banner and with the notices in force."""
    state = emergency.current()
    return (state.turn if state else 0, int(state.is_to_confirm) if state else 0, *notices.version())


def build_note() -> BuildNote | None:
    """The current build, or None before the first one."""
    from citystat.warehouse.connections import open_build

    try:
        build = open_build()
    except UserError:
        return None
    return BuildNote(build.number, build.as_of)


def city() -> City:
    """The city's facts, read again only when its file has changed."""
    path = home() / CITY_FILE
    try:
        changed_at = path.stat().st_mtime_ns
    except FileNotFoundError:
        changed_at = 0
    return _city_as_of(path, changed_at)


@lru_cache(maxsize=8)
def _city_as_of(path: Path, changed_at: int) -> City:
    return current_city()
