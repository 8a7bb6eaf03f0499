"""Sends what waits in the outbox: each message once, again later after a failure, stuck when it will never go."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from citystat.channels import composing, configuration
from citystat.channels.models import StoppedNumber
from citystat.channels.transports import Mailer, NotSent, Texter, Unreachable
from citystat.core import outbox, vault
from citystat.core.errors import InputError
from citystat.core.models import OutboxMessage

# A claim holds for five minutes; so many messages are sent in less, even when each one waits for its timeout.
AT_ONCE = 10
NOT_SET_UP = (
    "Nothing was sent: set CITYSTAT_SMTP_HOST and CITYSTAT_MAIL_FROM for e-mail, or CITYSTAT_SMS_ACCOUNT, CITYSTAT_SMS_TOKEN and "
    "CITYSTAT_SMS_FROM for text messages."
)


@dataclass
class Sent:
    """How many messages went out, failed for now, got stuck, or were dropped; `trouble` says what stopped a channel."""

    sent: int = 0
    failed: int = 0
    stuck: int = 0
    dropped: int = 0
    trouble: str = ""

    @property
    def total(self) -> int:
        """Messages looked at."""
        return self.sent + self.failed + self.stuck + self.dropped

    def add(self, other: "Sent") -> None:
        """Count another run in."""
        self.sent, self.failed, self.stuck = self.sent + other.sent, self.failed + other.failed, self.stuck + other.stuck
        self.dropped, self.trouble = self.dropped + other.dropped, " ".join(filter(None, (self.trouble, other.trouble)))


def send_waiting() -> Sent:
    """Send everything due now on every channel that is set up; raises InputError where none is."""
    server, gateway = configuration.smtp_server(), configuration.text_gateway()
    if server is None and gateway is None:
        raise InputError(NOT_SET_UP)
    done = Sent()
    if server is not None:
        done.add(_send_mail(server))
    if gateway is not None:
        texter = Texter(gateway)
        done.add(_send_all("sms", lambda message: _text(texter, message)))
    return done


def _send_mail(server: configuration.MailServer) -> Sent:
    """The connection is made first: a server that is down costs no message one of its tries."""
    composing.sender_address()
    if not OutboxMessage.objects.filter(status=OutboxMessage.Status.WAITING, kind="email").exists():
        return Sent()
    with ExitStack() as stack:
        try:
            mailer = stack.enter_context(Mailer(server))
        except Unreachable as error:
            return Sent(trouble=str(error))
        return _send_all("email", lambda message: mailer.send(composing.email_of(message, vault.decrypt(message.to_sealed))))


def _text(texter: Texter, message: OutboxMessage) -> None:
    number = vault.decrypt(message.to_sealed)
    if StoppedNumber.objects.filter(phone_index=vault.index_of("phone", number)).exists():
        raise _Unwanted("The number answered STOP.")
    texter.send(number, message.text)


class _Unwanted(Exception):
    """Its reader wants no more messages."""


def _send_all(kind: str, send: Callable[[OutboxMessage], None]) -> Sent:
    done = Sent()
    while batch := outbox.claim(AT_ONCE, kind):
        for message in batch:
            try:
                _send_one(message, send, done)
            except Unreachable as error:
                outbox.mark_failed(message, str(error))
                done.failed += 1
                done.trouble = str(error)
                return done
    return done


def _send_one(message: OutboxMessage, send: Callable[[OutboxMessage], None], done: Sent) -> None:
    try:
        send(message)
    except NotSent as error:
        _failed(message, str(error), error.is_final, done)
    except InputError as error:
        _failed(message, str(error), True, done)
    except _Unwanted as error:
        outbox.drop(message, str(error))
        done.dropped += 1
    else:
        outbox.mark_sent(message)
        done.sent += 1


def _failed(message: OutboxMessage, reason: str, is_final: bool, done: Sent) -> None:
    outbox.mark_failed(message, reason, is_final=is_final)
    if is_final or message.attempts > len(outbox.WAITS):
        done.stuck += 1
    else:
        done.failed += 1
