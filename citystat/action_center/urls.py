"""URLs of the room."""

from django.urls import path

from citystat.action_center import call_views, case_views, crew_views, queue_views

app_name = "action"
urlpatterns = [
    path("work/", queue_views.queue, name="queue"),
    path("work/bulk/", queue_views.bulk, name="bulk"),
    path("work/photos/<str:token>.jpg", case_views.photo, name="photo"),
    path("work/<str:number>/", case_views.case, name="case"),
    path("work/<str:number>/contact/", case_views.contact, name="contact"),
    path("work/<str:number>/do/<slug:name>/", case_views.act, name="act"),
    path("calls/", call_views.calls, name="calls"),
    path("crew/", crew_views.today, name="crew"),
    path("crew/<int:number>/", crew_views.order, name="order"),
    path("crew/<int:number>/start/", crew_views.start, name="order_start"),
    path("crew/<int:number>/done/", crew_views.done, name="order_done"),
]
