"""Error pages: what happened, what was kept, what to do, as a page or as JSON for programs."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from citystat.core.errors import NoDataYet, SpentLink, UserError

logger = logging.getLogger("citystat.errors")


def headings() -> dict[int, str]:
    """The heading of each error page."""
    return {
        400: _("We could not read that request"),
        403: _("You do not have access to this page"),
        404: _("We could not find that page"),
        409: _("Somebody else is doing this right now"),
        429: _("Too many tries"),
        500: _("Something went wrong on our side"),
    }


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asked: an API path, a .json address, or an Accept header that prefers JSON."""
    if request.path.startswith("/api/") or request.path.endswith(".json"):
        return True
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def page(request: HttpRequest, status: int, sentence: str, title: str = "") -> HttpResponse:
    """The error page with this sentence, under its own title or that of its status, or `{"error": sentence}` for a program."""
    if wants_json(request):
        return JsonResponse({"error": sentence, "status": status}, status=status)
    title = title or headings().get(status) or headings()[400]
    return render(request, "web/error.html", {"error_title": title, "sentence": sentence, "status": status}, status=status)


def response_for(request: HttpRequest, error: UserError) -> HttpResponse:
    """The response to an error a person can act on; before any data, what to do first."""
    if isinstance(error, NoDataYet) and not wants_json(request):
        return render(request, "web/glance/empty.html", status=error.http_status)
    title = _("This link does not work") if isinstance(error, SpentLink) else ""
    return page(request, error.http_status, str(error), title)


class UserErrorMiddleware:
    """Turns a UserError raised by a view into its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the work is in process_exception."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """None leaves other exceptions to Django's 500 page."""
        if isinstance(exception, DataError) and "NUL" in str(exception):
            # PostgreSQL keeps no such text, so what was asked for cannot be there, and what was sent cannot be stored.
            return bad_request(request)
        if not isinstance(exception, UserError):
            return None
        if exception.http_status >= 500:
            logger.error("%s at %s", exception, request.path)
        return response_for(request, exception)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return page(request, 400, _("Check the address, or go back and try again."))


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """403, also for forms sent without their token."""
    if reason:
        return page(request, 403, _("The form was open too long or came from another page. Go back, reload the page and send it again."))
    return page(request, 403, _("Ask the person who manages CityStat in your city for access."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return page(request, 404, _("The address may be mistyped, or the page has moved. Start again from the home page."))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: plain text when even the page cannot be made."""
    sentence = _("Nothing was lost: what you see elsewhere on this site still stands. Try again in a few minutes.")
    try:
        return page(request, 500, sentence)
    except Exception:
        logger.exception("The error page itself failed at %s", request.path)
        return HttpResponse(f"{headings()[500]}. {sentence}", status=500, content_type="text/plain; charset=utf-8")


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """429 after too many failed sign-ins."""
    return page(request, 429, _("Signing in failed too often. Wait 30 minutes, then try again, or ask an administrator for a new link."))
