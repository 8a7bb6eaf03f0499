"""Addresses of the register."""

from django.urls import path

from citystat.plan.registered import board_views, file_views, value_views, views

app_name = "register"
urlpatterns = [
    path("measures/register/", views.register, name="register"),
    path("measures/register/new/", views.new, name="new"),
    path("measures/board/", board_views.board, name="board"),
    path("measures/health/", board_views.health, name="health"),
    path("measures/<slug:name>/definition/", views.definition, name="definition"),
    path("measures/<slug:name>/definition/new/", views.new_version, name="new_version"),
    path("measures/<slug:name>/definition/<int:number>/", views.edit, name="edit"),
    path("measures/<slug:name>/definition/<int:number>/review/", views.review, name="review"),
    path("measures/<slug:name>/settings/", views.settings, name="settings"),
    path("measures/<slug:name>/targets/", views.targets, name="targets"),
    path("measures/<slug:name>/values/", value_views.values, name="values"),
    path("measures/<slug:name>/correct/", value_views.correct, name="correct"),
    path("values/", value_views.asked, name="asked"),
    path("values/file/", file_views.values_from_file, name="from_file"),
    path("values/<str:secret>/", value_views.by_link, name="by_link"),
    path("corrections/", value_views.corrections, name="corrections"),
    path("corrections.atom", value_views.corrections_feed, name="corrections_feed"),
]
