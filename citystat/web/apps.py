"""Django application of the room `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages that join rooms."""

    name = "citystat.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
