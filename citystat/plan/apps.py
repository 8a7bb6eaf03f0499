"""Django application of the room `plan`."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Measures, saved analyses."""

    name = "citystat.plan"
    label = "plan"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which names the room knows."""
        from citystat.core import known_names

        known_names.register(known_names.DEPARTMENT, "citystat.plan.built_names.departments")
        known_names.register(known_names.SERVICE, "citystat.plan.built_names.services")
