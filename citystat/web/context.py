"""What every page knows: the city, the build it shows, the menu, the languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from citystat.core.cities import CITY_FILE, City, current_city
from citystat.core.errors import UserError
from citystat.core.home import home
from citystat.service_requests.cases import emergency, notices, offers
from citystat.web.front_end import MISSING, is_installed
from citystat.web.navigation import PUBLIC_ITEMS, STAFF_ITEMS, Group, Item, foot, grouped, items_for


@dataclass(frozen=True)
class BuildNote:
    """Number and as-of date of the build the page shows."""

    number: int
    as_of: date


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of web/base.html; a page that shows another build passes its own `build_note`."""
    public, staff = items_for(getattr(request, "user", None))
    return {
        "city": city(),
        "build_note": build_note(),
        "menu": menu_of(public, staff, request.path),
        "staff_items": staff,
        "foot": _foot(get_language() or ""),
        "languages": [pair for pair in settings.LANGUAGES if pair[0] in city().languages],
        "emergency": emergency_now(),
        "city_provider": settings.CITYSTAT_OIDC,
        "front_end_missing": "" if is_installed() else MISSING,
    }


def menu_of(public: Sequence[Item], staff: Sequence[Item], path: str) -> SafeString:
    """The main menu for these entries with the page's own marked; each is made once, for most pages have the same."""
    listed = ((item.path, item.is_current(path)) for item in (*public, *staff))
    return _menu(get_language() or "", len(public), tuple(listed))


@lru_cache(maxsize=512)
def _menu(language: str, count: int, listed: tuple[tuple[str, bool], ...]) -> SafeString:
    items = {item.path: item for item in (*PUBLIC_ITEMS, *STAFF_ITEMS)}
    if not listed:
        return SafeString()
    entries = [(items[path], is_current) for path, is_current in listed]
    return render_to_string("web/_menu.html", {"menu_public": entries[:count], **_staff_menu(entries[count:])})


def _staff_menu(entries: Sequence[tuple[Item, bool]]) -> dict[str, Any]:
    """Entries that stand alone, and groups with their entries and whether the page belongs under one of them."""
    current = {item.path for item, is_current in entries if is_current}
    menu: dict[str, Any] = {"menu_staff": [], "menu_groups": []}
    for one in grouped([item for item, _ in entries]):
        if isinstance(one, Group):
            inner = [(item, item.path in current) for item in one.items]
            menu["menu_groups"].append((one.label, inner, any(is_current for _, is_current in inner)))
        else:
            menu["menu_staff"].append((one, one.path in current))
    return menu


@lru_cache(maxsize=8)
def _foot(language: str) -> SafeString:
    return render_to_string("web/_foot.html", {"foot_groups": foot()})


def emergency_now() -> emergency.Emergency | None:
    """The light form, while it is on; None too when the database does not answer: the error page must not fail itself."""
    try:
        return emergency.current()
    except DatabaseError:
        return None


def told_version() -> tuple[int, ...]:
    """Changes with the emergency banner, with the notices in force and with what services are called."""
    state = emergency.current()
    return (state.turn if state else 0, int(state.is_to_confirm) if state else 0, offers.words_version(), *notices.version())


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
