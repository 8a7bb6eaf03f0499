"""Django application of the room `core`."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Audit events."""

    name = "citystat.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Forms say what to do where something was left empty."""
        from citystat.core import required_fields

        required_fields.say()
