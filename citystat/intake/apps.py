"""The room as a Django app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Intake."""

    name = "citystat.intake"
