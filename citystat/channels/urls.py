"""Addresses of the room: stuck messages, what came in, webhooks."""

from django.urls import path

from citystat.channels import views

app_name = "channels"
urlpatterns = [
    path("messages/", views.stuck, name="stuck"),
    path("messages/retry/", views.retry_all, name="retry_all"),
    path("messages/<int:pk>/retry/", views.retry, name="retry"),
    path("messages/in/", views.inbox, name="inbox"),
    path("messages/in/<int:pk>/", views.inbound, name="inbound"),
    path("messages/in/<int:pk>/files/<str:token>/", views.inbound_file, name="inbound_file"),
    path("hooks/sms/", views.text_hook, name="text_hook"),
    path("hooks/inbound/", views.inbound_hook, name="inbound_hook"),
]
