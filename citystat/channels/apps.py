"""The room as a Django app."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Channels."""

    name = "citystat.channels"

    def ready(self) -> None:
        """Say what the room holds of a person."""
        from citystat.core import personal_data

        personal_data.register("citystat.channels.person_data.SOURCE")
