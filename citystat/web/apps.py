"""Django application of the room `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages that join rooms."""

    name = "citystat.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Pages that are kept are made anew when the banner or the notices they show change."""
        from citystat.core.page_cache import also_until

        also_until("citystat.web.context.told_version")
