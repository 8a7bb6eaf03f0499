"""How often one program, or one address, may ask. Counted in the memory of each process, by the minute."""

import threading
import time
from collections import Counter

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from citystat.open311.errors import TooMany


class Minute:
    """Counts within the running minute; a new minute starts from nothing, so nothing piles up."""

    def __init__(self) -> None:
        self._minute = 0
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, who: str, most: int) -> None:
        """Count one; raises TooMany past `most`. Nought is no limit."""
        now = time.time()
        with self._lock:
            if self._minute != int(now // 60):
                self._minute = int(now // 60)
                self._counts.clear()
            self._counts[who] += 1
            count = self._counts[who]
        if most and count > most:
            raise TooMany(
                _("That was more than %(most)s requests in a minute: try again in the next.") % {"most": most}, 60 - int(now % 60)
            )

    def forget(self) -> None:
        """Start again."""
        with self._lock:
            self._counts.clear()


counts = Minute()


def check_key(client_id: int, most: int) -> None:
    """One request filed with a key."""
    counts.take(f"key {client_id}", most)


def check_address(request: HttpRequest) -> None:
    """One question from an address, whatever it asks."""
    counts.take(f"address {address_of(request)}", int(settings.CITYSTAT_OPEN311_A_MINUTE))


def address_of(request: HttpRequest) -> str:
    """Who asks; behind a trusted proxy, the one the proxy saw."""
    forwarded = request.headers.get("x-forwarded-for", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return str(forwarded).rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
