"""The address of the five steps."""

from django.urls import path

from citystat.stat_sessions.maturity import views

app_name = "maturity"
urlpatterns = [path("center/maturity/", views.maturity, name="steps")]
