"""Addresses of the shell and of the pages that join rooms."""

from django.urls import path

from citystat.web import views

app_name = "web"
urlpatterns = [
    path("language/<slug:code>/", views.language, name="language"),
    path("city.css", views.city_colors, name="city_colors"),
    path("how-to-read/", views.reading, name="reading"),
]
