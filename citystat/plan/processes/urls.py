"""Addresses of processes."""

from django.urls import path

from citystat.plan.processes import views

app_name = "processes"
urlpatterns = [
    path("plan/processes/", views.index, name="index"),
    path("plan/processes/new/", views.new, name="new"),
    path("plan/processes/evaluations/", views.evaluations, name="evaluations"),
    path("plan/processes/evaluations/<int:pk>/", views.evaluation, name="evaluation"),
    path("plan/processes/leads/", views.leads, name="leads"),
    path("plan/processes/leads/<int:pk>/end/", views.end_lead, name="end_lead"),
    path("plan/processes/<int:pk>/", views.process, name="process"),
    path("plan/processes/<int:pk>/edit/", views.edit, name="edit"),
]
