"""The room as a Django app."""

from django.apps import AppConfig


class Open311Config(AppConfig):
    """Open311."""

    name = "citystat.open311"
