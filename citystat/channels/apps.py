"""The room as a Django app."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Channels."""

    name = "citystat.channels"
