"""Addresses of commitments."""

from django.urls import path

from citystat.stat_sessions.commitments import views

app_name = "commitments"
urlpatterns = [
    path("commitments/", views.commitments, name="commitments"),
    path("commitments/list.csv", views.download, name="download"),
    path("commitments/new/", views.new, name="new"),
    path("commitments/link/<str:secret>/", views.by_link, name="by_link"),
    path("commitments/<str:number>/", views.commitment, name="commitment"),
    path("commitments/<str:number>/<slug:name>/", views.act, name="act"),
]
