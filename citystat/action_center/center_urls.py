"""Addresses of the contact center's own pages: calls, callers' answers, costs."""

from django.urls import path

from citystat.action_center import center_load_views, center_views

urlpatterns = [
    path("center/", center_views.calls, name="center"),
    path("center/calls.csv", center_views.calls_csv, name="center_calls_csv"),
    path("center/load/<slug:kind>/", center_load_views.load, name="center_load"),
    path("center/survey/", center_views.survey, name="center_survey"),
    path("center/costs/", center_views.costs, name="center_costs"),
]
