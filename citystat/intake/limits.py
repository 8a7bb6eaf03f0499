"""How much one address may send without an account: enough for a school's network on a storm day, too little for a flood.

Counted in the memory of each serving process, so it costs no statement; several processes allow a little more.
"""

import threading
import time
from collections import OrderedDict, deque

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from citystat.core.errors import UserError

SECONDS = 600
MOST_ADDRESSES = 10_000
_seen: OrderedDict[str, deque[float]] = OrderedDict()
_lock = threading.Lock()


class TooMany(UserError):
    """One address sent more than people do."""

    http_status = 429


def check(request: HttpRequest) -> None:
    """Count one more from the sender's address; raises TooMany. People who are signed in are not counted."""
    if request.user.is_authenticated:
        return
    key, now = address_of(request), time.monotonic()
    with _lock:
        sent = _seen.setdefault(key, deque())
        _seen.move_to_end(key)
        while len(_seen) > MOST_ADDRESSES:
            _seen.popitem(last=False)
        while sent and now - sent[0] > SECONDS:
            sent.popleft()
        if len(sent) >= settings.CITYSTAT_FORMS_PER_ADDRESS:
            raise TooMany(
                _("Very much came from your network in the last minutes. What you typed is kept: send it in ten minutes, or call.")
            )
        sent.append(now)


def address_of(request: HttpRequest) -> str:
    """The sender's network address; behind a trusted proxy the one it names last."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if settings.SECURE_PROXY_SSL_HEADER is None:
        return direct
    return request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip() or direct


def forget() -> None:
    """Start counting anew."""
    with _lock:
        _seen.clear()
