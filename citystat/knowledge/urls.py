"""Addresses of the room."""

from django.urls import path

from citystat.knowledge import views

app_name = "answers"
urlpatterns = [
    path("answers/", views.search, name="search"),
    path("answers/manage/", views.manage, name="manage"),
    path("answers/new/", views.new, name="new"),
    path("answers/unanswered/", views.unanswered, name="unanswered"),
    path("answers/unanswered/<int:pk>/settle/", views.settle, name="settle"),
    path("answers/<slug:slug>/", views.answer, name="answer"),
    path("answers/<slug:slug>/edit/", views.edit, name="edit"),
    path("answers/<slug:slug>/helpful/", views.helpful, name="helpful"),
    path("answers/<slug:slug>/log/", views.log, name="log"),
]
