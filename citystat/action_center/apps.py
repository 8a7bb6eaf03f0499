"""The room as a Django app."""

from django.apps import AppConfig


class ActionCenterConfig(AppConfig):
    """ActionCenter."""

    name = "citystat.action_center"
