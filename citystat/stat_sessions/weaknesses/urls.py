"""Addresses of weaknesses."""

from django.urls import path

from citystat.stat_sessions.weaknesses import views

app_name = "weaknesses"
urlpatterns = [
    path("weak-points/", views.weaknesses, name="weaknesses"),
    path("weak-points/take-up/", views.take_up, name="take_up"),
    path("weak-points/new/", views.new, name="new"),
    path("weak-points/<int:key>/", views.weakness, name="weakness"),
    path("weak-points/<int:key>/<slug:name>/", views.act, name="act"),
    path("celebrations/", views.celebrations, name="celebrations"),
]
