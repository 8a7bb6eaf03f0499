"""The link that confirms a follow: a page with one button, because mail programs open links by themselves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from citystat.core.access import rule
from citystat.intake import places, spent_links
from citystat.service_requests.cases import follow_requests


@rule("public")
@require_http_methods(["GET", "HEAD", "POST"])
@spent_links.explained(spent_links.FOLLOW)
def confirm_follow(request: HttpRequest, token: str) -> HttpResponse:
    """Say what is followed, and begin when the button is pressed."""
    pending = follow_requests.find(token)
    context = {"what": follow_requests.what_is_followed(pending), "stop": ""}
    if request.method == "POST":
        context["stop"] = follow_requests.confirm(token).token
    return places.private(render(request, "intake/confirm_follow.html", context))
