"""Django application of the room `core`."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Audit events."""

    name = "citystat.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"
