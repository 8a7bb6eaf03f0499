"""URLs of the monthly packets."""

from django.urls import path

from citystat.stat_sessions import views

app_name = "packets"
urlpatterns = [
    path("packets/", views.packet_list, name="packet_list"),
    path("packets/<int:key>/", views.packet_page, name="packet_page"),
    path("packets/<int:key>/changes/", views.packet_changes, name="packet_changes"),
    path("packets/<int:key>/packet.<str:form>", views.packet_file, name="packet_file"),
]
