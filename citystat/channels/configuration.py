"""What the machine's owner sets in the environment: mail server, mailbox, text messages, secrets of webhooks.

Read when needed, so that a command sees what is set now. `None` means that a channel is not set up; a setting that cannot be used raises
Unsafe with what to do.
"""

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase

from citystat.core.errors import Unsafe
from citystat.service_requests import rules as request_rules

TLS_WAYS = ("starttls", "ssl", "off")


@dataclass(frozen=True)
class MailServer:
    """An SMTP server to send by, or an IMAP server to fetch from."""

    host: str
    port: int
    user: str
    password: str
    tls: str


@dataclass(frozen=True)
class TextGateway:
    """A Twilio-compatible service for text messages. `base_url` has no slash at its end."""

    base_url: str
    account: str
    token: str
    sender: str


@dataclass(frozen=True)
class HookSource:
    """A program that passes on messages of social media or chat: its secret and the channel its requests count under."""

    name: str
    secret: str
    channel: str


def smtp_server() -> MailServer | None:
    """The server that takes our mail; None where no host is set."""
    host = os.environ.get("CITYSTAT_SMTP_HOST", "").strip()
    if not host:
        return None
    tls = _tls("CITYSTAT_SMTP_TLS", os.environ.get("CITYSTAT_SMTP_TLS", ""), "starttls")
    port = _number("CITYSTAT_SMTP_PORT", os.environ.get("CITYSTAT_SMTP_PORT", ""), {"ssl": 465, "starttls": 587, "off": 25}[tls])
    return MailServer(host, port, os.environ.get("CITYSTAT_SMTP_USER", ""), os.environ.get("CITYSTAT_SMTP_PASSWORD", ""), tls)


def imap_server() -> MailServer | None:
    """The mailbox server; None where no host is set."""
    host = os.environ.get("CITYSTAT_IMAP_HOST", "").strip()
    if not host:
        return None
    tls = _tls("CITYSTAT_IMAP_TLS", os.environ.get("CITYSTAT_IMAP_TLS", ""), "ssl")
    port = _number("CITYSTAT_IMAP_PORT", os.environ.get("CITYSTAT_IMAP_PORT", ""), 993 if tls == "ssl" else 143)
    return MailServer(host, port, os.environ.get("CITYSTAT_IMAP_USER", ""), os.environ.get("CITYSTAT_IMAP_PASSWORD", ""), tls)


def imap_folder() -> str:
    """The folder new mail is fetched from."""
    return os.environ.get("CITYSTAT_IMAP_FOLDER", "").strip() or "INBOX"


def text_gateway() -> TextGateway | None:
    """The text message service; None where no account is set."""
    account = os.environ.get("CITYSTAT_SMS_ACCOUNT", "").strip()
    if not account:
        return None
    base_url = (os.environ.get("CITYSTAT_SMS_URL", "").strip() or "https://api.twilio.com").rstrip("/")
    if not base_url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise Unsafe("CITYSTAT_SMS_URL must begin with https://, because text messages carry telephone numbers.")
    return TextGateway(base_url, account, sms_token(), os.environ.get("CITYSTAT_SMS_FROM", "").strip())


def sms_token() -> str:
    """The secret shared with the text message service; empty where there is none."""
    return os.environ.get("CITYSTAT_SMS_TOKEN", "").strip()


def mail_from() -> str:
    """The address mail is sent from; empty where none is set."""
    return _one_line("CITYSTAT_MAIL_FROM", os.environ.get("CITYSTAT_MAIL_FROM", "")) or (f"311@{mail_domain()}" if mail_domain() else "")


def mail_domain() -> str:
    """The domain replies come back to; empty where replies go to the sender's address."""
    return _one_line("CITYSTAT_MAIL_DOMAIN", os.environ.get("CITYSTAT_MAIL_DOMAIN", "")).casefold()


def general_service() -> str:
    """Slug of the service that takes what no other fits; empty where a call taker decides."""
    return os.environ.get("CITYSTAT_GENERAL_SERVICE", "").strip()


def most_an_hour() -> int:
    """Messages one sender may send an hour before more are ignored."""
    return _number("CITYSTAT_MESSAGES_AN_HOUR", os.environ.get("CITYSTAT_MESSAGES_AN_HOUR", ""), 20)


def channel_of_machine(sender: str) -> str | None:
    """The channel of a machine that forwards voicemail or fax by e-mail; None for everybody else.

    `CITYSTAT_MAIL_CHANNELS` is `voicemail@pbx.example.gov=phone,fax*@pbx.example.gov=mail`.
    """
    for part in _parts("CITYSTAT_MAIL_CHANNELS", os.environ.get("CITYSTAT_MAIL_CHANNELS", "")):
        pattern, channel = part
        _check_channel("CITYSTAT_MAIL_CHANNELS", channel)
        if fnmatchcase(sender.casefold(), pattern.casefold()):
            return channel
    return None


def hook_source(name: str) -> HookSource | None:
    """The source of this name. `CITYSTAT_HOOK_SECRETS` is `facebook=SECRET,chat/web=SECRET`; the channel is `social` unless named."""
    for key, secret in _parts("CITYSTAT_HOOK_SECRETS", os.environ.get("CITYSTAT_HOOK_SECRETS", "")):
        source, _, channel = key.partition("/")
        if source != name:
            continue
        _check_channel("CITYSTAT_HOOK_SECRETS", channel or "social")
        if len(secret) < 16:
            raise Unsafe(f"The secret of {source} in CITYSTAT_HOOK_SECRETS is shorter than 16 characters: use a long random one.")
        return HookSource(source, secret, channel or "social")
    return None


def _parts(name: str, value: str) -> list[tuple[str, str]]:
    found = []
    for part in filter(None, (one.strip() for one in value.split(","))):
        key, equals, rest = part.partition("=")
        if not (equals and key.strip() and rest.strip()):
            raise Unsafe(f"{name} is a list of name=value separated by commas.")
        found.append((key.strip(), rest.strip()))
    return found


def _check_channel(name: str, channel: str) -> None:
    if channel not in request_rules.CHANNELS:
        raise Unsafe(f"{name} names the channel {channel!r}: use one of {', '.join(request_rules.CHANNELS)}.")


def _tls(name: str, value: str, usual: str) -> str:
    found = value.strip().lower() or usual
    if found not in TLS_WAYS:
        raise Unsafe(f"{name} must be one of {', '.join(TLS_WAYS)}, not {value!r}.")
    return found


def _number(name: str, value: str, usual: int) -> int:
    text = value.strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) > 0):
        raise Unsafe(f"{name} must be a whole number above 0, not {value!r}.")
    return int(text) if text else usual


def _one_line(name: str, value: str) -> str:
    if any(ord(letter) < 32 for letter in value):
        raise Unsafe(f"{name} must be one line.")
    return value.strip()
