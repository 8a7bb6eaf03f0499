"""The two ways out: an SMTP server, and a Twilio-compatible service for text messages. Each sends one message or says why not."""

import base64
import json
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from http.client import HTTPMessage
from types import TracebackType
from typing import IO, Any, Self
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from citystat.channels.configuration import MailServer, TextGateway
from citystat.core.errors import UserError

SECONDS = 20.0
# The service waits fifteen seconds for the answer to a message with pictures.
SECONDS_OF_MEDIA = 4.0
MOST_MEDIA_BYTES = 12 * 1024 * 1024
# Answers that no later try can change: a number that is none, or that wants no messages.
FINAL_TEXT_ERRORS = frozenset([21211, 21212, 21408, 21610, 21612, 21614, 30003, 30005, 30006])


class NotSent(UserError):
    """One message was refused. `is_final` when a later try would be refused too."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


class Unreachable(UserError):
    """The server cannot be used at all: nothing was tried, no message is to blame."""


class Mailer:
    """One connection to an SMTP server, for as many messages as there are. Use it in a `with`."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Connect and sign in; raises Unreachable with what to look at."""
        self._connection = self._connected()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Say goodbye, if the server still listens."""
        try:
            if self._connection is not None:
                self._connection.quit()
        except (smtplib.SMTPException, OSError):
            pass

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        try:
            if server.tls == "ssl":
                found: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=ssl.create_default_context())
            else:
                found = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
            if server.tls == "starttls":
                found.starttls(context=ssl.create_default_context())
            if server.user:
                found.login(server.user, server.password)
        except smtplib.SMTPAuthenticationError as error:
            raise Unreachable(f"{server.host} refuses the user and password of CITYSTAT_SMTP_USER ({error.smtp_code}).") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"The mail server {server.host}:{server.port} cannot be used: {_words(error)}") from error
        return found

    def send(self, message: EmailMessage) -> None:
        """Hand one message over; raises NotSent when the server refuses it."""
        if self._connection is None:
            raise Unreachable("The mail server is not connected.")
        try:
            self._connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            self._reset()
            raise NotSent(_answer(code, words), is_final=code >= 500) from error
        except smtplib.SMTPSenderRefused as error:
            # It is our own address that was refused, so every message would be: that is for the city to set right.
            raise NotSent(_answer(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPResponseException as error:
            self._reset()
            raise NotSent(_answer(error.smtp_code, error.smtp_error), is_final=error.smtp_code >= 500) from error
        except (smtplib.SMTPException, OSError) as error:
            self._connection = self._connected()
            raise NotSent(_words(error)) from error

    def _reset(self) -> None:
        try:
            if self._connection is not None:
                self._connection.rset()
        except (smtplib.SMTPException, OSError):
            self._connection = self._connected()


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would send the telephone number and the password somewhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Follow none."""


class _PasswordStaysHere(HTTPRedirectHandler):
    """Pictures are often kept elsewhere: the way there is followed by HTTPS, without the password."""

    def redirect_request(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str) -> Request | None:
        """The next request; none to what is neither HTTPS nor the same server."""
        same = newurl.startswith(f"{req.type}://{req.host}/")
        if not (same or newurl.startswith("https://")):
            return None
        return Request(newurl, headers=dict(req.headers) if same else {})  # noqa: S310


class Texter:
    """Sends text messages by the gateway's API, and fetches pictures sent with one."""

    def __init__(self, gateway: TextGateway) -> None:
        self._gateway = gateway
        self._open = build_opener(_NoRedirects).open

    def send(self, to: str, text: str) -> str:
        """Hand one message over and give the service's id for it; raises NotSent when it is refused."""
        gateway = self._gateway
        url = f"{gateway.base_url}/2010-04-01/Accounts/{quote(gateway.account, safe='')}/Messages.json"
        body = urlencode({"To": to, "From": gateway.sender, "Body": text}).encode()
        request = Request(url, data=body, headers=self._password(), method="POST")  # noqa: S310
        try:
            with self._open(request, timeout=SECONDS) as answer:
                return str(_json(answer.read(65_536)).get("sid", ""))
        except HTTPError as error:
            raise self._refused(error) from error
        except (URLError, OSError, ValueError) as error:
            raise NotSent(f"The text message service cannot be reached: {_words(error)}") from error

    def media(self, url: str) -> bytes | None:
        """A file sent with a message; None for an address that is not the service's own, and for what cannot be fetched or is too large."""
        if not url.startswith(f"{self._gateway.base_url}/"):
            return None
        request = Request(url, headers=self._password())  # noqa: S310
        try:
            with build_opener(_PasswordStaysHere).open(request, timeout=SECONDS_OF_MEDIA) as answer:
                content: bytes = answer.read(MOST_MEDIA_BYTES + 1)
        except (URLError, OSError, ValueError):
            return None
        return content if len(content) <= MOST_MEDIA_BYTES else None

    def _password(self) -> dict[str, str]:
        account = f"{self._gateway.account}:{self._gateway.token}"
        return {"Authorization": f"Basic {base64.b64encode(account.encode()).decode()}"}

    def _refused(self, error: HTTPError) -> UserError:
        said = _json(error.read(65_536))
        code = said.get("code")
        if error.code in {401, 403}:
            return Unreachable("The text message service refuses CITYSTAT_SMS_ACCOUNT and CITYSTAT_SMS_TOKEN.")
        is_final = error.code == 400 and code in FINAL_TEXT_ERRORS
        return NotSent(f"The text message service answered {error.code}: {str(said.get('message', ''))[:200]}", is_final=is_final)


def _json(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _answer(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", errors="replace") if isinstance(words, bytes) else words
    return f"The mail server answered {code}: {' '.join(text.split())[:300]}"


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
