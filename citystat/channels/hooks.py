"""What comes by HTTP from other systems: signatures checked before a byte is read, and the same shape for all channels."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import translation

from citystat.channels import actions, configuration, rules
from citystat.channels.actions import Incoming, Received
from citystat.channels.configuration import HookSource
from citystat.channels.letters import Enclosure, recognized
from citystat.channels.transports import Texter
from citystat.core.errors import InputError, NotAllowed, UserError
from citystat.service_requests.cases import contacts
from citystat.service_requests.cases.contacts import Details

MOST_BYTES = 64 * 1024
MOST_MEDIA = 3
SECONDS_OFF = 300
LONGEST_FIELD = 250


class Refused(UserError):
    """The signature, the time or the source of a call is not right. It does not say which, so that nobody learns from trying."""

    http_status = 403


def text_signature(token: str, url: str, values: Mapping[str, list[str]]) -> str:
    """What the text message service signs: the address, then each name and value in order of the names (HMAC-SHA1, base64)."""
    signed = url + "".join(f"{name}{value}" for name in sorted(values) for value in sorted(set(values[name])))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def check_text(url: str, values: Mapping[str, list[str]], signature: str) -> None:
    """Raise Refused unless the service that shares our secret has signed this call."""
    token = configuration.sms_token()
    expected = text_signature(token, url, values)
    if not token or not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        raise Refused("The call is not signed as it should be.")


def take_text(values: Mapping[str, str]) -> str:
    """Take in one text message; the sentence to answer with, which may be empty. Raises InputError for a call without its parts."""
    message_id, text = values.get("MessageSid") or values.get("SmsSid") or "", values.get("Body", "").replace("\x00", "")
    if not message_id or "\x00" in message_id:
        raise InputError("The call names no message.")
    number = contacts.phone_number(values.get("From", ""))
    keyword, language = rules.keyword_of(text)
    if keyword:
        with translation.override(language):
            return KEYWORDS[keyword](number)
    text, starts_anew = rules.without_new(text)
    reporter = Details(phone=number, language=rules.language_of(text), prefers="sms")
    enclosures, left_out = _media(values)
    received = actions.receive(
        Incoming(
            source="sms", message_id=message_id, channel="sms", sender=number, text=text.strip(), reporter=reporter,
            starts_anew=starts_anew, left_out=left_out, enclosures=enclosures,
        )
    )  # fmt: skip
    return "" if received.is_replay else received.answer


KEYWORDS: Mapping[str, Callable[[str], str]] = {
    "stop": actions.stop_texts,
    "start": actions.start_texts,
    "help": lambda number: actions.help_with_texts(),
}


def _media(values: Mapping[str, str]) -> tuple[tuple[Enclosure, ...], int]:
    """Pictures sent with a text message, at most three, and how many files were left out."""
    sent, gateway = _count(values.get("NumMedia", "")), configuration.text_gateway()
    if not sent or gateway is None:
        return (), sent
    texter = Texter(gateway)
    fetched = [texter.media(values.get(f"MediaUrl{number}", "")) for number in range(min(sent, MOST_MEDIA))]
    found = tuple(one for one in (recognized(content) for content in fetched if content) if one is not None)
    return found, sent - len(found)


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def is_too_large(content_length: str) -> bool:
    """Whether a call says that its body is larger than a message can be."""
    return content_length.isascii() and content_length.isdigit() and (len(content_length) > 9 or int(content_length) > MOST_BYTES)


def hook_signature(secret: str, timestamp: str, body: bytes) -> str:
    """What a source signs: its time, a dot and the body (HMAC-SHA256, hexadecimal)."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def check_hook(name: str, timestamp: str, signature: str, body: bytes, *, now: float | None = None) -> HookSource:
    """The source that signed the body within the last five minutes; raises Refused for everything else."""
    source = configuration.hook_source(name)
    secret = source.secret if source else "nobody has this secret"
    given = signature.removeprefix("sha256=").casefold()
    is_signed = hmac.compare_digest(hook_signature(secret, timestamp, body).encode(), given.encode("utf-8", "replace"))
    is_timely = timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 13
    is_timely = is_timely and abs((now if now is not None else time.time()) - int(timestamp)) <= SECONDS_OFF
    if source is None or not is_signed or not is_timely:
        raise Refused("The call is not signed as it should be.")
    return source


def take_hook(source: HookSource, body: bytes) -> Received:
    """Take in one message of social media or chat; raises InputError for a body that is none."""
    said = _object(body)
    if said.get("source") not in {None, source.name}:
        raise NotAllowed("The body names another source than the one that signed it.")
    message_id, sender, text = (_text(said, name) for name in ("id", "sender", "text"))
    if not (message_id and sender):
        raise InputError("A message needs an id and a sender.")
    address, point = _place(said.get("place"))
    return actions.receive(
        Incoming(
            source=f"hook:{source.name}", message_id=message_id, channel=source.channel, sender=sender, text=text, address=address,
            point=point, reporter=_reporter(sender, text), reply_tokens=tuple(filter(None, [_text(said, "reply_to")])),
        )
    )  # fmt: skip


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InputError("The body is not JSON.") from error
    if not isinstance(said, dict):
        raise InputError("The body must be one JSON object.")
    return said


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or (name != "text" and len(value) > LONGEST_FIELD):
        raise InputError(f"“{name}” must be text{'' if name == 'text' else f' of at most {LONGEST_FIELD} characters'}.")
    return value.replace("\x00", "").strip()


def _place(value: Any) -> tuple[str, tuple[float, float] | None]:
    """An address as text, or a point as `{"longitude": ..., "latitude": ..., "address": ...}`."""
    if value is None or isinstance(value, str):
        return (value or "").replace("\x00", "").strip(), None
    if not isinstance(value, dict):
        raise InputError("“place” must be an address, or an object with longitude and latitude.")
    numbers = [value.get("longitude"), value.get("latitude")]
    address = _text(value, "address")
    if numbers == [None, None]:
        return address, None
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers):
        raise InputError("“place” needs longitude and latitude as numbers.")
    return address, (float(numbers[0]), float(numbers[1]))  # type: ignore[arg-type]


def _reporter(sender: str, text: str) -> Details:
    """An e-mail address or a number where the sender is one, else a name nobody can be reached by."""
    language = rules.language_of(text)
    for details in (Details(email=sender, language=language), Details(phone=sender, language=language, prefers="sms")):
        try:
            return contacts.checked(details)
        except InputError:
            continue
    return Details(name=sender, language=language, prefers="none")
