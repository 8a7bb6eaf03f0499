"""URLs of the sessions."""

from django.urls import path

from citystat.stat_sessions.cycle import record_views, room_views, staff_views, views

app_name = "stat"
urlpatterns = [
    path("stat/", views.index, name="index"),
    path("stat/calendar/<str:month>/", views.month, name="month"),
    path("stat/coverage/<int:year>/", views.coverage, name="coverage"),
    path("stat/decisions/", views.decisions, name="decisions"),
    path("stat/calendar.ics", views.feed, name="feed"),
    path("stat/plan/", staff_views.plan, name="plan"),
    path("stat/worth/<str:secret>/", views.worth, name="worth"),
    path("stat/<int:key>/", views.session, name="session"),
    path("stat/<int:key>/session.ics", views.entry, name="entry"),
    path("stat/<int:key>/packet.<str:form>", views.packet_file, name="packet_file"),
    path("stat/<int:key>/memo/", views.memo, name="memo"),
    path("stat/<int:key>/memo.<str:form>", views.memo_file, name="memo_file"),
    path("stat/<int:key>/prepare/", staff_views.prepare, name="prepare"),
    path("stat/<int:key>/preview/", staff_views.preview, name="preview"),
    path("stat/<int:key>/room/", room_views.room, name="room"),
    path("stat/<int:key>/correct/", record_views.correct, name="correct"),
]
