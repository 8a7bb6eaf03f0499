"""Pages of the shell: the language switch, the city's colors, how to read the pages."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from citystat.core import charting
from citystat.core.access import rule
from citystat.web import colors
from citystat.web.context import city
from citystat.web.reading import example_figure, example_table

# What search engines leave alone: one person's pages, acts, and the endless pages of a search.
NOT_SEARCHED = ("/r/", "/my-data/", "/accounts/", "/language/", "/explore/?", "/explore/cells.json", "/charts/")
YEAR_IN_SECONDS = 365 * 24 * 60 * 60


@rule("public")
@require_safe
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the language in a cookie and go back to the page."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    following = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        following = "/"
    response = HttpResponseRedirect(following)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=YEAR_IN_SECONDS,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response


@rule("public")
@require_safe
@cache_control(max_age=86_400, public=True)
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: everything public but one person's pages and the endless ones."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_SEARCHED)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@rule("public")
@require_safe
@cache_control(max_age=300, public=True)
def city_colors(request: HttpRequest) -> HttpResponse:
    """The city's accent as custom properties; a style sheet, because pages carry no inline styles."""
    return HttpResponse(colors.style_sheet(city().accent_color), content_type="text/css; charset=utf-8")


@rule("public")
@require_safe
@cache_control(max_age=YEAR_IN_SECONDS, public=True, immutable=True)
def picture(request: HttpRequest, key: str) -> HttpResponse:
    """A chart a page promised; its address is the checksum of what it shows."""
    return HttpResponse(charting.promised(key), content_type="image/svg+xml")


@rule("public")
@require_safe
def reading(request: HttpRequest) -> HttpResponse:
    """How to read these pages: every mark and state once, explained."""
    return render(request, "web/reading.html", {"figure": example_figure(), "table": example_table()})
