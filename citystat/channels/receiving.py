"""A receiving SMTP server for the city's own addresses: it takes messages in and passes none on."""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiosmtpd.controller import Controller
from django.db import close_old_connections

from citystat.channels import configuration, mail
from citystat.channels.letters import MOST_BYTES
from citystat.core.errors import InputError

logger = logging.getLogger(__name__)
MOST_RECIPIENTS = 20


class Postbox:
    """Answers each step of a delivery. The database is used from one thread of its own, one message after the other."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="postbox")
        self.taken = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        """Only the city's own domain: this is no relay."""
        if address.rpartition("@")[2].casefold() != configuration.mail_domain():
            return "550 5.7.1 This server takes mail for the city alone"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Say yes only after the message is stored; a message nobody could ever read is refused for good."""
        arguments = (bytes(envelope.content), envelope.mail_from or "", tuple(envelope.rcpt_tos))
        try:
            await asyncio.get_running_loop().run_in_executor(self._worker, _take_in, *arguments)
        except InputError as error:
            return f"554 5.6.0 {error}"
        except Exception:
            logger.exception("A message could not be stored")
            return "451 4.3.0 The message could not be stored, try again later"
        self.taken += 1
        return "250 2.0.0 Taken"

    def close(self) -> None:
        """Finish what is under way."""
        self._worker.shutdown(wait=True)


def _take_in(raw: bytes, envelope_from: str, recipients: tuple[str, ...]) -> None:
    close_old_connections()
    try:
        mail.take_in(raw, envelope_from, recipients)
    finally:
        close_old_connections()


def server(host: str, port: int) -> tuple[Controller, Postbox]:
    """The server, not yet started, and what it hands messages to; raises InputError without a domain to take mail for."""
    if not configuration.mail_domain():
        raise InputError("Set CITYSTAT_MAIL_DOMAIN to the domain the city takes mail for.")
    postbox = Postbox()
    return Controller(postbox, hostname=host, port=port, data_size_limit=MOST_BYTES, ident="CityStat"), postbox


def serve(host: str, port: int, stop: threading.Event) -> int:
    """Take mail in until `stop` is set; how many messages there were. Raises InputError when the address cannot be listened on."""
    controller, postbox = server(host, port)
    try:
        controller.start()
    except OSError as error:
        raise InputError(f"{host}:{port} cannot be listened on: {(error.strerror or str(error)).lower()}.") from error
    try:
        stop.wait()
    finally:
        controller.stop()
        postbox.close()
    return postbox.taken
