"""What the first reader should not wait for, done in the background when the server starts."""

import logging
import threading

from citystat.core import charting
from citystat.core.errors import UserError
from citystat.plan import queries as plan
from citystat.service_requests.explorer import queries as explorer
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
        build = open_build()
        plan.measures("public")
        # Of a build they are asked once, by whoever comes first.
        explorer.bounds(build)
        explorer.choices(build)
        plan.weak_points(build=build.number, audience="public")
    except UserError as reason:
        log.info("Nothing to warm up yet: %s", reason)
    except Exception:
        log.exception("Warming up failed")
