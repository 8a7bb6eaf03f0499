"""Django application of the room `ops`."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """Commands that join rooms."""

    name = "citystat.ops"
    label = "ops"
    default_auto_field = "django.db.models.BigAutoField"
