"""URLs of the room."""

from django.urls import path

from citystat.action_center import (
    area_views,
    call_views,
    campaign_views,
    case_views,
    crew_views,
    emergency_views,
    live_views,
    notice_views,
    queue_views,
    supervision_views,
)

app_name = "action"
urlpatterns = [
    path("queue/", queue_views.queue, name="queue"),
    path("queue/bulk/", queue_views.bulk, name="bulk"),
    path("queue/photos/<str:token>.jpg", case_views.photo, name="photo"),
    path("queue/<str:number>/", case_views.case, name="case"),
    path("queue/<str:number>/contact/", case_views.contact, name="contact"),
    path("queue/<str:number>/do/<slug:name>/", case_views.act, name="act"),
    path("calls/", call_views.calls, name="calls"),
    path("crew/", crew_views.today, name="crew"),
    path("crew/<int:number>/", crew_views.order, name="order"),
    path("crew/<int:number>/start/", crew_views.start, name="order_start"),
    path("crew/<int:number>/done/", crew_views.done, name="order_done"),
    path("supervise/", supervision_views.supervise, name="supervise"),
    path("supervise/draw/", supervision_views.draw, name="draw"),
    path("supervise/looks/<int:number>/", supervision_views.look, name="look"),
    path("live/", live_views.live, name="live"),
    path("live/<slug:name>/", live_views.live, name="live_as"),
    path("live/<slug:name>/rows/", live_views.live_rows, name="live_rows"),
    path("notices/manage/", notice_views.notice_table, name="notices"),
    path("notices/manage/new/", notice_views.new_notice, name="new_notice"),
    path("notices/manage/<int:number>/", notice_views.notice, name="notice"),
    path("notices/manage/<int:number>/edit/", notice_views.edit_notice, name="edit_notice"),
    path("notices/manage/<int:number>/do/", notice_views.change_notice, name="change_notice"),
    path("outreach/", campaign_views.campaign_table, name="campaigns"),
    path("outreach/new/", campaign_views.new_campaign, name="new_campaign"),
    path("outreach/<int:number>/", campaign_views.campaign, name="campaign"),
    path("outreach/<int:number>/edit/", campaign_views.edit_campaign, name="edit_campaign"),
    path("outreach/<int:number>/reach/<int:reach>/remove/", campaign_views.remove_reach, name="remove_reach"),
    path("outreach/<int:number>/add/<slug:what>/", campaign_views.add_to_campaign, name="add_to_campaign"),
    path("emergency/", emergency_views.switch, name="emergency"),
    path("areas/", area_views.area_lists, name="areas"),
    path("areas/<int:number>/", area_views.area, name="area"),
    path("areas/<int:number>/decide/", area_views.decide, name="area_decide"),
    path("areas/<int:number>/meet/", area_views.meet, name="area_meet"),
]
