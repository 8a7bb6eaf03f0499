"""Django application of the room `places`."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Boundaries with versions, population, points in places."""

    name = "citystat.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
