"""Django application of the room `service_requests`."""

from django.apps import AppConfig


class ServiceRequestsConfig(AppConfig):
    """Loaded requests, services, quality reviews."""

    name = "citystat.service_requests"
    label = "service_requests"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what the room holds of a person, and which names it knows."""
        from citystat.core import known_names, personal_data

        personal_data.register("citystat.service_requests.cases.person_data.SOURCE")
        known_names.register(known_names.DEPARTMENT, "citystat.service_requests.catalog.department_names")
        known_names.register(known_names.SERVICE, "citystat.service_requests.catalog.service_names")
