"""Django application of the room `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Accounts and role grants."""

    name = "citystat.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
