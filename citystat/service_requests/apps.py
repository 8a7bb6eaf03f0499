"""Django application of the room `service_requests`."""

from django.apps import AppConfig


class ServiceRequestsConfig(AppConfig):
    """Loaded requests, services, quality reviews."""

    name = "citystat.service_requests"
    label = "service_requests"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what the room holds of a person."""
        from citystat.core import personal_data

        personal_data.register("citystat.service_requests.cases.person_data.SOURCE")
