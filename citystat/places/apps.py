"""Django application of the room `places`."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Boundaries with versions, population, points in places."""

    name = "citystat.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which names the room knows."""
        from citystat.core import known_names

        known_names.register(known_names.DISTRICT, "citystat.places.queries.district_names")
