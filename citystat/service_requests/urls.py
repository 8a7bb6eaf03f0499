"""URLs of the room."""

from django.urls import path

from citystat.service_requests import views

app_name = "requests"
urlpatterns = [
    path("explore/", views.explore, name="explore"),
    path("explore/cells.json", views.explore_cells, name="explore_cells"),
    path("explore/outline/<slug:kind>.geojson", views.explore_outline, name="explore_outline"),
    path("explore/requests.csv", views.explore_csv, name="explore_csv"),
    path("explore/requests.json", views.explore_json, name="explore_json"),
    path("reality-check/", views.reality_check, name="reality_check"),
    path("data-notes/", views.notes, name="data_notes"),
    path("quarantine/", views.quarantine, name="quarantine"),
    path("quarantine/<int:load>.csv", views.quarantine_file, name="quarantine_file"),
]
