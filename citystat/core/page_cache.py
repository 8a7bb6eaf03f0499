"""Public pages kept as they were rendered, until the build (or whatever the key function names) changes.

Only answers to readers who are not signed in are kept: nothing on them is personal, so one copy serves everyone who asks for the
same address in the same language.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from citystat.core.home import home

BYTES_KEPT = 64 * 1024 * 1024
LONGEST_ADDRESS = 2_000
View = Callable[..., HttpResponse]


class _Kept:
    """Rendered pages, the ones used longest ago dropped first."""

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[Any, ...], HttpResponse] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[Any, ...]) -> HttpResponse | None:
        """The page, if it is still kept."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def put(self, key: tuple[Any, ...], page: HttpResponse) -> None:
        """Keep a page; one that would fill the whole room is not kept."""
        size = len(page.content)
        if size * 8 > BYTES_KEPT:
            return
        with self._lock:
            replaced = self._pages.pop(key, None)
            self._bytes += size - (len(replaced.content) if replaced else 0)
            self._pages[key] = page
            while self._bytes > BYTES_KEPT:
                _, dropped = self._pages.popitem(last=False)
                self._bytes -= len(dropped.content)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0


kept_pages = _Kept()
_also: list[Callable[[], Any]] = []


def also_until(version: Callable[[], Any]) -> None:
    """Something every page shows, such as a banner: pages are kept until its version changes, too."""
    if version not in _also:
        _also.append(version)


def kept_until_changed(version: Callable[[], Any]) -> Callable[[View], View]:
    """Keep a public page per address and language as long as `version()` gives the same value."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may_keep(request):
                return view(request, *args, **kwargs)
            key = (str(home()), version(), *(one() for one in _also), get_language(), request.get_full_path())
            found = kept_pages.get(key)
            if found is None:
                found = view(request, *args, **kwargs)
                if found.status_code == 200 and not found.streaming and not found.cookies:
                    kept_pages.put(key, found)
            return copy_of(found)

        return answer

    return decorate


def may_keep(request: HttpRequest) -> bool:
    """Whether the answer is the same for everyone."""
    plain = request.method in {"GET", "HEAD"} and len(request.get_full_path()) <= LONGEST_ADDRESS
    return plain and not settings.DEBUG and not request.user.is_authenticated and not len(get_messages(request))


def copy_of(page: HttpResponse) -> HttpResponse:
    """A fresh response with the same content, so that middleware may add headers to it."""
    if page.streaming:
        return page
    return HttpResponse(page.content, status=page.status_code, headers=dict(page.items()))
