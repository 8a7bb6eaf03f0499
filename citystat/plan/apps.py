"""Django application of the room `plan`."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Measures, saved analyses."""

    name = "citystat.plan"
    label = "plan"
    default_auto_field = "django.db.models.BigAutoField"
