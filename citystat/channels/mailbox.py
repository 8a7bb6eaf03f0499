"""Fetches new mail from an IMAP mailbox. A message is marked as seen once it is stored, so that a break loses none."""

import imaplib
import re
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from citystat.channels import configuration, mail
from citystat.channels.configuration import MailServer
from citystat.channels.letters import MOST_BYTES
from citystat.core.errors import InputError

SECONDS = 30.0
AT_ONCE = 200
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
NOT_SET_UP = "No mail was fetched: set CITYSTAT_IMAP_HOST, CITYSTAT_IMAP_USER and CITYSTAT_IMAP_PASSWORD."


def fetch() -> dict[str, int]:
    """Take in what nobody has seen yet, at most 200 messages; counts by outcome. Raises InputError where the mailbox cannot be used."""
    server = configuration.imap_server()
    if server is None:
        raise InputError(NOT_SET_UP)
    try:
        with _opened(server) as mailbox:
            return dict(_take_all(mailbox))
    except (imaplib.IMAP4.error, OSError) as error:
        words = " ".join(str(error).split())[:200]
        raise InputError(f"The mailbox at {server.host}:{server.port} cannot be used: {words}") from error


@contextmanager
def _opened(server: MailServer) -> Iterator[imaplib.IMAP4]:
    """The mailbox with its folder open, signed in to."""
    context = ssl.create_default_context()
    if server.tls == "ssl":
        mailbox: imaplib.IMAP4 = imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=SECONDS)
    else:
        mailbox = imaplib.IMAP4(server.host, server.port, timeout=SECONDS)
    try:
        if server.tls == "starttls":
            mailbox.starttls(context)
        mailbox.login(server.user, server.password)
        _check(mailbox.select(f'"{configuration.imap_folder()}"'))
        yield mailbox
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            mailbox.logout()


def _take_all(mailbox: imaplib.IMAP4) -> Counter[str]:
    done: Counter[str] = Counter()
    found = _check(mailbox.uid("SEARCH", "UNSEEN"))
    numbers = (found[0] or b"").split() if found else []
    for number in numbers[:AT_ONCE]:
        uid = number.decode("ascii")
        done[_take_one(mailbox, uid)] += 1
        _check(mailbox.uid("STORE", uid, "+FLAGS", r"(\Seen)"))
    return done


def _take_one(mailbox: imaplib.IMAP4, uid: str) -> str:
    """What became of one message; too large or unreadable ones stay in the mailbox for a person."""
    size = SIZE.search(b" ".join(_bytes(_check(mailbox.uid("FETCH", uid, "(RFC822.SIZE)")))))
    if size and int(size[1]) > MOST_BYTES:
        return "too_large"
    raw = _content(_check(mailbox.uid("FETCH", uid, "(BODY.PEEK[])")))
    try:
        received = mail.take_in(raw)
    except InputError:
        return "unreadable"
    return "seen_before" if received.is_replay else str(received.message.outcome)


def _content(answer: list[Any]) -> bytes:
    return next((part[1] for part in answer if isinstance(part, tuple)), b"")


def _bytes(answer: list[Any]) -> list[bytes]:
    return [one if isinstance(one, bytes) else one[0] for one in answer if one]


def _check(answer: tuple[str, list[Any]]) -> list[Any]:
    """The data of an answer; an answer that is not OK becomes an error."""
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(" ".join(part.decode(errors="replace") for part in _bytes(answer[1])) or answer[0])
    return answer[1]
