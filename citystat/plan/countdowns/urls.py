"""Addresses of countdowns."""

from django.urls import path

from citystat.plan.countdowns import views

app_name = "countdowns"
urlpatterns = [
    path("countdowns/", views.index, name="index"),
    path("countdowns/new/", views.new, name="new"),
    path("countdowns/checks/", views.checks, name="checks"),
    path("countdowns/<slug:slug>/", views.countdown, name="countdown"),
    path("countdowns/<slug:slug>/items.csv", views.items_csv, name="items_csv"),
    path("countdowns/<slug:slug>/edit/", views.edit, name="edit"),
    path("countdowns/<slug:slug>/items/", views.items, name="items"),
    path("countdowns/<slug:slug>/items/<int:pk>/", views.item, name="item"),
    path("countdowns/<slug:slug>/items/<int:pk>/act/", views.act, name="act"),
    path("countdowns/<slug:slug>/items/<int:pk>/photo/", views.photo, name="photo"),
]
