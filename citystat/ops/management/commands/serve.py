"""`citystat serve`: the pages, on one worker."""

import os
import socket
from typing import Any, ClassVar

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand
from citystat.core.errors import InputError
from citystat.ops import set_up
from citystat.warehouse.connections import current_number

APPLICATION = "citystat.config.wsgi:application"
THREADS = 4
MOST_WORKERS = 16


class Command(CityStatCommand):
    """Serve the pages with granian; Ctrl+C stops."""

    help = "Serve CityStat's pages. Needs `citystat init`; without a build the pages say what to load. Ctrl+C stops it."
    example: ClassVar[str] = "citystat serve --port 8000"

    def add_arguments(self, parser: CommandParser) -> None:
        """Options."""
        parser.add_argument("--port", type=int, default=set_up.PORT, help="Port to listen on (8000).")
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen on (127.0.0.1: this machine only).")
        parser.add_argument("--workers", type=int, default=1, help="Processes that answer (1); two on two cores for a live action center.")

    def run(self, **options: Any) -> dict[str, Any]:
        """Check, say the address, serve until stopped."""
        host, port, workers = options["host"], options["port"], options["workers"]
        if not 1 <= workers <= MOST_WORKERS:
            raise InputError(f"--workers is a number from 1 to {MOST_WORKERS}.")
        set_up.check_ready()
        check_port(host, port)
        call_command("collectstatic", interactive=False, verbosity=0)
        address = f"http://{host}:{port}/"
        # Only the number: a warehouse opened here would be copied into the worker without its threads, and hang there.
        build = current_number()
        if not options["json"]:
            self.stdout.write(
                f"CityStat serves build {build}" if build else "There is no build yet: load requests and run `citystat build`."
            )
            self.stdout.write(f"Open {address}   (Ctrl+C stops)")
            self.stdout.flush()
        links_lead_here(port)
        serve(host, port, workers)
        return {"address": address, "build": build}

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """Last words."""
        self.stdout.write("Stopped.")


def links_lead_here(port: int) -> None:
    """Links in messages and on pages lead to this port, unless the city says its address: workers take the settings as they stand here."""
    if not os.environ.get("CITYSTAT_BASE_URL") and not settings.HTTPS:
        settings.CITYSTAT_BASE_URL = os.environ["CITYSTAT_BASE_URL"] = f"http://{settings.ALLOWED_HOSTS[0]}:{port}"


def check_port(host: str, port: int) -> None:
    """Raise InputError when the port cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(f"Port {port} of {host} cannot be used ({reason}): choose another with --port.") from None


def serve(host: str, port: int, workers: int = 1) -> None:
    """Run granian until stopped."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citystat.config.settings")
    server = Server(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        workers_kill_timeout=5,
        log_level=LogLevels.warning,
    )
    server.serve()
