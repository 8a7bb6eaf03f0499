"""Addresses of the pages about people."""

from django.urls import path

from citystat.people import city_sign_in, views

app_name = "people"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/role/", views.change_role, name="change_role"),
    path("people/<int:pk>/queue/", views.add_scope, name="add_scope"),
    path("people/<int:pk>/queue/<int:scope>/remove/", views.remove_scope, name="remove_scope"),
    path("people/<int:pk>/link/", views.make_link, name="make_link"),
    path("people/<int:pk>/active/", views.set_active, name="set_active"),
    path("sign-in/city/", city_sign_in.start, name="city_sign_in"),
    path("sign-in/city/back/", city_sign_in.back, name="city_sign_in_back"),
    path("set-password/<uidb64>/<token>/", views.set_password, name="set_password"),
]
