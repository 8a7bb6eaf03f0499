"""URLs of reports, audiences and openings."""

from django.urls import path

from citystat.stat_sessions.reports import office_views, staff_views, views

app_name = "reports"
urlpatterns = [
    path("reports/", views.index, name="index"),
    path("reports/<int:key>/", views.report, name="report"),
    path("reports/<int:key>/report.<str:form>", views.report_file, name="report_file"),
    path("reports/departments/<str:month>/", views.departments, name="departments"),
    path("reports/new/", staff_views.new, name="new"),
    path("reports/explain/<str:period>/", staff_views.explain, name="explain"),
    path("reports/audiences/", staff_views.audiences, name="audiences"),
    path("reports/audiences/<int:key>/", staff_views.member, name="member"),
    path("reports/deliver/<str:what>/", staff_views.deliver, name="deliver"),
    path("reports/unread/", staff_views.unread, name="unread"),
    path("packets/<int:key>/office.<str:form>", office_views.packet, name="packet_office"),
    path("stat/<int:key>/office.<str:form>", office_views.session, name="session_office"),
]
