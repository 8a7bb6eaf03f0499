"""Pages other sites may show in a frame of theirs: as everyone sees them, without the frame of this site."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from csp.decorators import csp_replace
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.views.decorators.clickjacking import xframe_options_exempt

PARAMETER = "embed"
View = Callable[..., HttpResponse]


def is_embedded(request: HttpRequest) -> bool:
    """Whether the page is asked for to stand in another page."""
    return request.GET.get(PARAMETER) == "1"


def embeddable(view: View) -> View:
    """With `?embed=1` any site may frame the page, and whoever asks sees what is public; without it nobody may frame it.

    A frame of another site must never show what only the staff may see, nor a button that somebody signed in could be led to press.
    """
    framed = cast(View, xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(view)))

    @wraps(view)
    def choose(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_embedded(request):
            return view(request, *args, **kwargs)
        request.user = AnonymousUser()
        return framed(request, *args, **kwargs)

    return choose
