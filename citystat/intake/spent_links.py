"""What a personal link says that was used, is over or was cut off: not "no such page", but what to do next."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from citystat.core.errors import NotFound
from citystat.intake import places

View = Callable[..., HttpResponse]
FOLLOW = ("intake:follow", gettext_lazy("Follow again"))
MY_DATA = ("intake:my_data", gettext_lazy("Ask for a new link"))
REQUESTS = ("intake:requests", gettext_lazy("Find a request by its number"))


def explained(next_step: tuple[str, str | Promise]) -> Callable[[View], View]:
    """The view, with a page of its own for a link that leads nowhere; `next_step` is a page's name and the words of its button."""

    def of(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except NotFound as error:
                return _page(request, error, *next_step)

        return shown

    return of


def _page(request: HttpRequest, error: NotFound, name: str, words: str | Promise) -> HttpResponse:
    context = {"sentence": str(error), "to": reverse(name), "words": words}
    return places.private(render(request, "intake/spent_link.html", context, status=error.http_status))
