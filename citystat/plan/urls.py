"""URLs of the room: those of each part that has pages."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

# Parts whose first words are longer stand first: /measures/<name>/values/ before /measures/<name>/.
PARTS = ("registered", "countdowns", "processes", "programs", "exchange", "goals")


def _exists(module: str) -> bool:
    try:
        return find_spec(f"citystat.plan.{module}") is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [path("", include(f"citystat.plan.{part}.urls")) for part in PARTS if _exists(f"{part}.urls")]
