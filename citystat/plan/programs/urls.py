"""Addresses of programs, improvements, areas in focus and advice."""

from django.urls import path

from citystat.plan.programs import area_views, views

app_name = "programs"
urlpatterns = [
    path("programs/", views.programs, name="programs"),
    path("programs/new/", views.edit_program, name="new_program"),
    path("programs/budget/", views.budget, name="budget"),
    path("programs/<slug:slug>/", views.program, name="program"),
    path("programs/<slug:slug>/edit/", views.edit_program, name="edit_program"),
    path("programs/<slug:slug>/evidence/", views.add_evidence, name="add_evidence"),
    path("programs/<slug:slug>/evidence/<int:pk>/take-back/", views.take_back, name="take_back"),
    path("improvements/", views.improvements, name="improvements"),
    path("improvements/new/", views.edit_improvement, name="new_improvement"),
    path("improvements/meetings/", views.new_meeting, name="new_meeting"),
    path("improvements/<slug:slug>/", views.improvement, name="improvement"),
    path("improvements/<slug:slug>/edit/", views.edit_improvement, name="edit_improvement"),
    path("areas-in-focus/", area_views.selections, name="selections"),
    path("areas-in-focus/new/", area_views.edit_selection, name="new_selection"),
    path("areas-in-focus/<slug:slug>/", area_views.selection, name="selection"),
    path("areas-in-focus/<slug:slug>/edit/", area_views.edit_selection, name="edit_selection"),
    path("areas-in-focus/<slug:slug>/choose/", area_views.choose, name="choose"),
    path("areas-in-focus/<slug:slug>/plan/", area_views.partnership, name="partnership"),
    path("advice/", area_views.councils, name="councils"),
    path("advice/new/", area_views.edit_council, name="new_council"),
    path("advice/<slug:slug>/", area_views.council, name="council"),
    path("advice/<slug:slug>/edit/", area_views.edit_council, name="edit_council"),
    path("advice/<slug:slug>/members/", area_views.add_member, name="add_member"),
    path("advice/<slug:slug>/members/<int:pk>/end/", area_views.end_member, name="end_member"),
    path("advice/<slug:slug>/recommendations/", area_views.add_recommendation, name="add_recommendation"),
    path("advice/<slug:slug>/recommendations/<int:pk>/", area_views.respond, name="respond"),
]
