"""Signing out leaves nothing on a shared phone: pages kept for work without network go with the session."""

from collections.abc import Callable

from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest, HttpResponse


class ForgetMiddleware:
    """Tell the browser of a person who has signed out to clear what pages of this city stored in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; whether somebody signed out meanwhile is known afterwards."""
        response = self.get_response(request)
        if getattr(request, "has_signed_out", False):
            response["Clear-Site-Data"] = '"storage"'
        return response


def remember(sender: object, request: HttpRequest | None, **_others: object) -> None:
    """Note on the request that its person signed out."""
    if request is not None:
        request.has_signed_out = True  # type: ignore[attr-defined]


user_logged_out.connect(remember)
