"""URLs of the room: the packets, and those of each part that has pages."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

PARTS = ("packet_urls", "cycle.urls", "commitments.urls", "weaknesses.urls", "reports.urls", "maturity.urls")


def _exists(module: str) -> bool:
    try:
        return find_spec(f"citystat.stat_sessions.{module}") is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [path("", include(f"citystat.stat_sessions.{part}")) for part in PARTS if _exists(part)]
