"""An e-mail as bytes becomes a letter: who, to whom, what was written anew, what is attached. Pure; hostile input gives an InputError."""

import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default as policy
from email.utils import getaddresses
from html.parser import HTMLParser

from citystat.core.errors import InputError

MOST_BYTES = 25 * 1024 * 1024
MOST_PARTS = 100
MOST_TEXT = 100_000
MOST_ENCLOSURES = 10
MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f]{1,240}>")
ANSWERS = re.compile(r"(?:re|aw|rv)\s*:|.*\[ref:", re.IGNORECASE)
# Where the words of the message before begin.
QUOTED_FROM = re.compile(
    r"^(?:On .{4,200} wrote:|El .{4,200} escribi[oó]:|-{2,}\s*(?:Original Message|Mensaje original)\s*-{2,}|_{20,}|"
    r"(?:From|De): .+@.+)\s*$",
    re.IGNORECASE,
)
SIGNED_FROM = re.compile(r"^(?:-- ?|—|Sent from my .{2,40}|Enviado desde mi .{2,40}|Get Outlook for .{2,20})$", re.IGNORECASE)


@dataclass(frozen=True)
class Enclosure:
    """A file inside a letter, recognized by its first bytes."""

    kind: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What a message says about itself. `envelope_from` is None where unknown and empty for a bounce."""

    message_id: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    references: tuple[str, ...]
    envelope_from: str | None
    auto_submitted: str
    precedence: str
    loop_marks: tuple[str, ...]
    list_id: str
    content_type: str
    enclosures: tuple[Enclosure, ...]
    left_out: int


def parse(raw: bytes, envelope_from: str | None = None, recipients: tuple[str, ...] = ()) -> Letter:
    """The letter in the bytes; raises InputError when they are too many or no message can be read from them."""
    if len(raw) > MOST_BYTES:
        raise InputError(f"The message is larger than {MOST_BYTES >> 20} MB.")
    try:
        message = email.message_from_bytes(raw, policy=policy)
        return _letter(message, raw, envelope_from, recipients)
    except (RecursionError, LookupError, ValueError, TypeError, AttributeError) as error:
        raise InputError("The message is broken and cannot be read.") from error


def _letter(message: EmailMessage, raw: bytes, envelope_from: str | None, recipients: tuple[str, ...]) -> Letter:
    sender_name, sender = next(iter(_addresses(message, "From")), ("", ""))
    to = [address for name in ("To", "Cc", "Delivered-To", "X-Original-To") for _, address in _addresses(message, name)]
    own_id = MESSAGE_ID.search(_header(message, "Message-ID"))
    references = tuple(MESSAGE_ID.findall(f"{_header(message, 'In-Reply-To')} {_header(message, 'References')}")[:50])
    if envelope_from is None and message["Return-Path"] is not None:
        envelope_from = _header(message, "Return-Path").strip().strip("<>")
    subject = _clean_line(_header(message, "Subject"))[:200]
    is_reply = bool(references or ANSWERS.match(subject)) or any(one.startswith("reply+") for one in (*to, *recipients))
    parts = list(_parts(message))
    enclosures, left_out = _enclosures(parts)
    return Letter(
        message_id=own_id[0] if own_id else f"<{hashlib.sha256(raw).hexdigest()}>",
        sender=sender.casefold(),
        sender_name=_clean_line(sender_name)[:200],
        recipients=tuple(dict.fromkeys([*to, *recipients]))[:100],
        subject=subject,
        text=fresh_text(_body(parts), is_reply=is_reply),
        references=references,
        envelope_from=envelope_from,
        auto_submitted=_header(message, "Auto-Submitted").strip().casefold() or _auto_response(message),
        precedence=_header(message, "Precedence").strip().casefold(),
        loop_marks=tuple(_clean_line(str(one)) for one in message.get_all("X-Loop", [])),
        list_id=_clean_line(_header(message, "List-Id")),
        content_type=message.get_content_type(),
        enclosures=tuple(enclosures),
        left_out=left_out,
    )


def _auto_response(message: EmailMessage) -> str:
    """What older systems say instead of Auto-Submitted."""
    return "auto-replied" if message["X-Autoreply"] is not None or message["X-Autorespond"] is not None else ""


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; one that cannot be parsed is empty, not a crash."""
    try:
        return str(message.get(name, ""))
    except (ValueError, LookupError, AttributeError, TypeError):
        return ""


def _addresses(message: EmailMessage, name: str) -> list[tuple[str, str]]:
    try:
        values = [str(value) for value in message.get_all(name, [])]
    except (ValueError, LookupError, AttributeError, TypeError):
        return []
    return [(shown, address.strip()) for shown, address in getaddresses(values[:20]) if "@" in address][:100]


def _clean_line(text: str) -> str:
    """One line without control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Leaves in order; forwarded messages inside are left whole."""
    for count, part in enumerate(message.walk()):
        if count >= MOST_PARTS:
            return
        if not part.is_multipart():
            yield part


def _body(parts: list[EmailMessage]) -> str:
    """Plain text where the sender wrote any, else the HTML without its tags."""
    inline = [part for part in parts if part.get_content_disposition() != "attachment"]
    plain = [_text(part) for part in inline if part.get_content_type() == "text/plain"]
    found = "\n\n".join(text.strip() for text in plain if text.strip())
    if not found:
        found = "\n\n".join(text_of_html(_text(part)) for part in inline if part.get_content_type() == "text/html")
    lines = ("".join(letter for letter in line if letter.isprintable() or letter == "\t").rstrip() for line in found.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:MOST_TEXT]


def _text(part: EmailMessage) -> str:
    content = part.get_payload(decode=True)
    content = content if isinstance(content, bytes) else b""
    try:
        return content[: MOST_TEXT * 4].decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return content[: MOST_TEXT * 4].decode("latin-1")


class _Words(HTMLParser):
    """Collects what a reader would see; the message quoted below is left out."""

    BREAKS = frozenset(["p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "ul", "ol"])
    HIDDEN = frozenset(["script", "style", "head", "title", "blockquote", "template"])

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line or something hidden."""
        if tag in self.HIDDEN:
            self.hidden.append(tag)
        if tag in self.BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag in self.hidden:
            del self.hidden[self.hidden.index(tag) :]
        if tag in self.BREAKS and tag != "br":
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep words that are shown."""
        if not self.hidden:
            self.words.append(data.replace("\n", " "))


def text_of_html(source: str) -> str:
    """The visible words of an HTML body, a line for each block."""
    reader = _Words()
    reader.feed(source[: MOST_TEXT * 4])
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def fresh_text(text: str, *, is_reply: bool) -> str:
    """What was written anew: no signature and, in a reply, nothing of the message it answers."""
    kept: list[str] = []
    lines = text.splitlines()
    for position, line in enumerate(lines):
        start = line.strip()[:400]
        if SIGNED_FROM.match(start) and kept:
            break
        if is_reply and (QUOTED_FROM.match(start) or _is_broken_quote_line(lines, position)):
            break
        if not (is_reply and line.startswith(">")):
            kept.append(line)
    return "\n".join(kept).strip()


def _is_broken_quote_line(lines: list[str], position: int) -> bool:
    """`On Monday, somebody` / `<a@b> wrote:`, which mail programs break over two lines."""
    if position + 1 >= len(lines) or not re.match(r"(?:On|El) ", lines[position]):
        return False
    return bool(QUOTED_FROM.match(f"{lines[position].strip()} {lines[position + 1].strip()}"[:400]))


SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\xff\xd8\xff", "picture", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "picture", "image/png"),
    (b"GIF8", "picture", "image/gif"),
    (b"%PDF-", "document", "application/pdf"),
    (b"II*\x00", "document", "image/tiff"),
    (b"MM\x00*", "document", "image/tiff"),
    (b"ID3", "sound", "audio/mpeg"),
    (b"\xff\xfb", "sound", "audio/mpeg"),
    (b"\xff\xf3", "sound", "audio/mpeg"),
    (b"OggS", "sound", "audio/ogg"),
    (b"#!AMR", "sound", "audio/amr"),
)


def recognized(content: bytes) -> Enclosure | None:
    """What the first bytes say a file is; None for kinds the city does not take. Its name and declared type are not believed."""
    if content[:4] == b"RIFF" and content[8:12] in {b"WAVE", b"WEBP"}:
        kind, media_type = ("sound", "audio/wav") if content[8:12] == b"WAVE" else ("picture", "image/webp")
        return Enclosure(kind, media_type, content)
    if content[4:8] == b"ftyp" and content[8:11] in {b"M4A", b"3gp", b"mp4"}:
        return Enclosure("sound", "audio/mp4", content)
    found = next(((kind, name) for start, kind, name in SIGNATURES if content.startswith(start)), None)
    return Enclosure(*found, content) if found else None


def _enclosures(parts: list[EmailMessage]) -> tuple[list[Enclosure], int]:
    """Files of known kinds, at most ten, and how many others were left out."""
    found: list[Enclosure] = []
    left_out = 0
    for part in parts:
        if part.get_content_type() in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment":
            continue
        content = part.get_payload(decode=True)
        one = recognized(content) if isinstance(content, bytes) else None
        if one is None or len(found) >= MOST_ENCLOSURES:
            left_out += 1
        else:
            found.append(one)
    return found, left_out
