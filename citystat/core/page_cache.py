"""Public pages kept as they were rendered, until the build (or whatever the key function names) changes.

Only answers to readers who are not signed in are kept: nothing on them is personal, so one copy serves everyone who asks for the
same address in the same language. A copy is compressed once, for the many who ask: a page is then a seventh of its size on a phone.
Since it holds no secret and nothing a reader typed beside one, its compressed length gives nothing away.
"""

import gzip
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from citystat.core.home import home

BYTES_KEPT = 64 * 1024 * 1024
LONGEST_ADDRESS = 2_000
SHORTEST_PACKED = 1_000
COMPRESSION = 6
TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Page:
    """A rendered page and the same compressed; empty where that would gain nothing."""

    response: HttpResponse
    packed: bytes

    @property
    def size(self) -> int:
        """Bytes it takes to keep it."""
        return len(self.response.content) + len(self.packed)


def packed(response: HttpResponse) -> Page:
    """The page with its compressed content."""
    worth = len(response.content) >= SHORTEST_PACKED and not response.has_header("Content-Encoding")
    return Page(response, gzip.compress(response.content, COMPRESSION, mtime=0) if worth else b"")


class _Kept:
    """Rendered pages, the ones used longest ago dropped first."""

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[Any, ...], Page] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[Any, ...]) -> Page | None:
        """The page, if it is still kept."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def put(self, key: tuple[Any, ...], page: Page) -> None:
        """Keep a page; one that would fill the whole room is not kept."""
        size = page.size
        if size * 8 > BYTES_KEPT:
            return
        with self._lock:
            replaced = self._pages.pop(key, None)
            self._bytes += size - (replaced.size if replaced else 0)
            self._pages[key] = page
            while self._bytes > BYTES_KEPT:
                _, dropped = self._pages.popitem(last=False)
                self._bytes -= dropped.size

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0


kept_pages = _Kept()
_also: list[str] = []
_named = cache(import_string)


def also_until(version: str) -> None:
    """Something every page shows, such as a banner: pages are kept until what this function (`package.module.function`) says changes, too.

    It is loaded with the first page: a command that shows none starts without it.
    """
    if version not in _also:
        _also.append(version)


def kept_until_changed(version: Callable[[], Any]) -> Callable[[View], View]:
    """Keep a public page per address and language as long as `version()` gives the same value."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may_keep(request):
                return view(request, *args, **kwargs)
            key = (str(home()), version(), *(_named(one)() for one in _also), get_language(), request.get_full_path())
            found = kept_pages.get(key)
            if found is None:
                made = view(request, *args, **kwargs)
                if made.status_code != 200 or made.streaming or made.cookies:
                    return copy_of(made)
                found = packed(made)
                kept_pages.put(key, found)
            return sent(found, request)

        return answer

    return decorate


def may_keep(request: HttpRequest) -> bool:
    """Whether the answer is the same for everyone."""
    plain = request.method in {"GET", "HEAD"} and len(request.get_full_path()) <= LONGEST_ADDRESS
    return plain and not settings.DEBUG and not request.user.is_authenticated and not len(get_messages(request))


def sent(page: Page, request: HttpRequest) -> HttpResponse:
    """The page as this reader takes it: compressed, or as it is."""
    response = copy_of(page.response)
    if page.packed:
        patch_vary_headers(response, ["Accept-Encoding"])
        if TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")):
            response.content = page.packed
            response["Content-Encoding"] = "gzip"
    return response


def copy_of(page: HttpResponse) -> HttpResponse:
    """A fresh response with the same content, so that middleware may add headers to it."""
    if page.streaming:
        return page
    return HttpResponse(page.content, status=page.status_code, headers=dict(page.items()))
