"""URLs of the room."""

from django.urls import path

from citystat.service_requests import quality_views, views

app_name = "requests"
urlpatterns = [
    path("explore/", views.explore, name="explore"),
    path("explore/cells.json", views.explore_cells, name="explore_cells"),
    path("explore/outline/<slug:kind>.geojson", views.explore_outline, name="explore_outline"),
    path("explore/requests.csv", views.explore_csv, name="explore_csv"),
    path("explore/requests.json", views.explore_json, name="explore_json"),
    path("reality-check/", views.reality_check, name="reality_check"),
    path("data-notes/", views.notes, name="data_notes"),
    path("quality-review/", quality_views.queue, name="quality"),
    path("quality-review/samples/<int:number>/", quality_views.sample, name="quality_sample"),
    path("quality-review/mass-closure/", quality_views.mass_closure, name="quality_mass"),
    path("quality-review/closings/<str:source>/<path:request_id>/", quality_views.closing, name="quality_closing"),
    path("quarantine/", views.quarantine, name="quarantine"),
    path("quarantine/<int:load>.csv", views.quarantine_file, name="quarantine_file"),
]
