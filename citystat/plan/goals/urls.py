"""Addresses where plans are written. The public pages stand above, in the shell."""

from django.urls import path

from citystat.plan.goals import views

app_name = "plan"
urlpatterns = [
    path("plan/drafts/", views.drafts, name="drafts"),
    path("plan/drafts/new/", views.new_plan, name="new_plan"),
    path("plan/drafts/<int:number>/", views.draft, name="draft"),
    path("plan/drafts/<int:number>/change/", views.change_plan, name="change_plan"),
    path("plan/drafts/<int:number>/adopt/", views.adopt, name="adopt"),
    path("plan/drafts/<int:number>/withdraw/", views.withdraw, name="withdraw"),
    path("plan/drafts/<int:number>/goals/new/", views.new_goal, name="new_goal"),
    path("plan/drafts/<int:number>/goals/<slug:code>/", views.goal, name="goal_form"),
    path("plan/drafts/<int:number>/goals/<slug:code>/remove/", views.remove_goal, name="remove_goal"),
    path("plan/goals/<slug:code>/progress/", views.progress, name="progress"),
    path("plan/inputs/", views.inputs, name="inputs"),
    path("plan/themes/new/", views.new_theme, name="new_theme"),
    path("plan/themes/<slug:slug>/edit/", views.theme, name="theme_form"),
]
