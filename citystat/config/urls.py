"""The URL table: every room with a `urls.py`, sign-in, error pages. Each view declares its rule; a test walks it with every role."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

# Shorter paths first in the list never hide longer ones: each room keeps to its own first words. Programs ask most often.
ROOMS = (
    "open311", "people", "places", "service_requests", "plan", "knowledge", "channels", "stat_sessions", "intake", "action_center", "web",
)  # fmt: skip

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    *(path("", include(f"citystat.{room}.urls")) for room in ROOMS if find_spec(f"citystat.{room}.urls")),
]

handler400 = "citystat.web.errors.bad_request"
handler403 = "citystat.web.errors.forbidden"
handler404 = "citystat.web.errors.not_found"
handler500 = "citystat.web.errors.server_error"
