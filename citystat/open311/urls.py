"""Addresses of GeoReport v2. The format is the last suffix; codes and numbers may hold dots and slashes themselves.

The suffix may be in large letters, and a slash at the end, which some programs add, is passed over.
"""

from django.urls import re_path

from citystat.open311 import views

app_name = "open311"
FORMAT = r"(?:\.(?P<suffix>[xX][mM][lL]|[jJ][sS][oO][nN]))?/?$"
BASE = r"^open311/v2/"
urlpatterns = [
    re_path(rf"^open311/(?:v2/)?discovery{FORMAT}", views.discovery, name="discovery"),
    re_path(rf"{BASE}services{FORMAT}", views.services, name="services"),
    re_path(rf"{BASE}services?/(?P<code>.+?){FORMAT}", views.service, name="service"),
    re_path(rf"{BASE}requests{FORMAT}", views.requests, name="requests"),
    re_path(rf"{BASE}requests?/(?P<number>.+?){FORMAT}", views.one_request, name="request"),
    re_path(rf"{BASE}tokens?/(?P<text>.+?){FORMAT}", views.token, name="token"),
    re_path(rf"{BASE}bulk\.(?P<kind>csv|json)$", views.bulk, name="bulk"),
    re_path(rf"{BASE}openapi\.json$", views.openapi_document, name="openapi"),
    re_path(rf"^open311/(?P<rest>[\s\S]*?){FORMAT}", views.unknown, name="unknown"),
]
