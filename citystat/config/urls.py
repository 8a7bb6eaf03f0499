"""The URL table. Each view declares its rule; a test walks the table with every role."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
