"""Django application of the room `stat_sessions`."""

from django.apps import AppConfig


class StatSessionsConfig(AppConfig):
    """Packets, sessions, commitments, reports."""

    name = "citystat.stat_sessions"
    label = "stat_sessions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The health of the measures asks which were on a packet."""
        from citystat.plan import on_packets

        on_packets.register("citystat.stat_sessions.appearances.on_packets")
