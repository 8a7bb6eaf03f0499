"""Django application of the room `stat_sessions`."""

from django.apps import AppConfig


class StatSessionsConfig(AppConfig):
    """Packets."""

    name = "citystat.stat_sessions"
    label = "stat_sessions"
    default_auto_field = "django.db.models.BigAutoField"
