"""What the first reader should not wait for, done in the background when the server starts."""

import logging
import threading

from citystat.core import charting
from citystat.core.errors import UserError
from citystat.plan import queries as plan
from citystat.warehouse.connections import open_build

log = logging.getLogger(__name__)


def start() -> threading.Thread:
    """Warm up on a thread of its own; a failure is logged and costs only the time it would have saved."""
    thread = threading.Thread(target=_warm_up, name="warm-up", daemon=True)
    thread.start()
    return thread


def _warm_up() -> None:
    try:
        charting.warm_up()
        plan.weak_points(build=open_build().number, audience="public")
    except UserError as reason:
        log.info("Nothing to warm up yet: %s", reason)
    except Exception:
        log.exception("Warming up failed")
