"""URLs of the room."""

from django.urls import path

from citystat.intake import (
    address_views,
    appointment_views,
    campaign_views,
    confirm_views,
    my_data_views,
    notice_views,
    public_views,
    tracking_views,
    views,
)

app_name = "intake"
urlpatterns = [
    path("report/", views.report, name="report"),
    path("report/<slug:slug>/", views.report_form, name="report_form"),
    path("report/<slug:slug>/notices/", views.place_notices, name="place_notices"),
    path("r/<str:token>/", tracking_views.tracking, name="tracking"),
    path("r/<str:token>/done/", views.done, name="done"),
    path("r/<str:token>/appointment/", appointment_views.appointment, name="appointment"),
    path("r/<str:token>/reply/", tracking_views.reply, name="reply"),
    path("r/<str:token>/feedback/", tracking_views.feedback, name="feedback"),
    path("r/<str:token>/stop/", tracking_views.stop_messages, name="stop_messages"),
    path("requests/", public_views.request_list, name="requests"),
    path("requests/<str:number>/", public_views.request_page, name="request_page"),
    path("requests/<str:number>/follow/", public_views.follow_request, name="follow_request"),
    path("photos/<str:token>.jpg", public_views.photo, name="photo"),
    path("follow/", public_views.follow, name="follow"),
    path("my-data/", my_data_views.my_data, name="my_data"),
    path("my-data/get/<str:secret>/", my_data_views.my_data_get, name="my_data_get"),
    path("my-data/delete/<str:secret>/", my_data_views.my_data_delete, name="my_data_delete"),
    path("follow/confirm/<str:token>/", confirm_views.confirm_follow, name="confirm_follow"),
    path("follow/stop/<str:token>/", public_views.stop_following, name="stop_following"),
    path("address/", address_views.find, name="addresses"),
    path("address/<int:key>/", address_views.address, name="address"),
    path("campaigns/", campaign_views.campaign_list, name="campaigns"),
    path("campaigns/<slug:slug>/", campaign_views.campaign, name="campaign"),
    path("campaigns/<slug:slug>/follow/", campaign_views.follow_campaign, name="follow_campaign"),
    path("notices/", notice_views.notice_list, name="notices"),
    path("feeds/notices.atom", notice_views.notice_feed, name="notice_feed"),
    path("feeds/requests.atom", public_views.feed, name="feed"),
]
