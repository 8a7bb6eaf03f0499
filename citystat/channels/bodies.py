"""The words of one part of a message, whatever its sender called their character set. Pure; nothing here raises."""

import codecs
import re
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Final

MOST_TEXT: Final = 100_000
MOST_BYTES: Final = MOST_TEXT * 4
FALLBACKS: Final = ("utf-8", "windows-1252")
# What many programs write without meaning it: such text is often UTF-8, and else has the quotation marks of Windows.
LOOSELY_MEANT: Final = frozenset(["ascii", "iso8859-1", ""])
# Known to Python, written by no mail program, and slow or senseless to decode.
NO_CHARSETS: Final = frozenset(["idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"])


def text_of(part: EmailMessage) -> str:
    """The text of a part, its soft line breaks undone."""
    content = part.get_payload(decode=True)
    text = decoded(content, part.get_content_charset("")) if isinstance(content, bytes) else ""
    is_flowed = part.get_content_type() == "text/plain" and str(part.get_param("format", "")).casefold() == "flowed"
    return unflowed(text, is_close=str(part.get_param("delsp", "")).casefold() == "yes") if is_flowed else text


def decoded(content: bytes, charset: str) -> str:
    """The text in the character set it says, else in the first that fits it."""
    for name in (*_charset_said(charset), *FALLBACKS):
        try:
            return codecs.getincrementaldecoder(name)().decode(content[:MOST_BYTES], len(content) <= MOST_BYTES)
        except (LookupError, UnicodeError):
            continue
    return content[:MOST_BYTES].decode("windows-1252", errors="replace")


def _charset_said(charset: str) -> tuple[str, ...]:
    try:
        name = codecs.lookup(charset.strip("'\" ")).name
        b" ".decode(name, "ignore")  # Python has codecs that are of no text, such as hex
    except (LookupError, ValueError):
        return ()
    return () if name in LOOSELY_MEANT or name.replace("-", "_") in NO_CHARSETS else (name,)


def unflowed(text: str, *, is_close: bool = False) -> str:
    """Lines put together that only the width of a screen broke (RFC 3676); `is_close` where the blank before a break is no text."""
    found: list[str] = []
    goes_on = False
    for line in text.splitlines():
        words = line.removeprefix(" ")
        if goes_on and not words.startswith(">") and words != "-- ":
            found[-1] += words
        else:
            found.append(words)
        goes_on = words.endswith(" ") and words != "-- " and not words.startswith(">")
        if goes_on and is_close:
            found[-1] = found[-1][:-1]
    return "\n".join(found)


class _Words(HTMLParser):
    """Collects what a reader would see, line by line; each line with how deep in quotations it stands."""

    BREAKS = frozenset(["p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "ul", "ol", "blockquote"])
    HIDDEN = frozenset(["script", "style", "head", "title", "template"])

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[int, list[str]]] = [(0, [])]
        self.hidden: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, a quotation, or something hidden; the body ends a head that nobody ended."""
        if tag in self.HIDDEN:
            self.hidden.append(tag)
        if tag == "body":
            self.hidden.clear()
        if tag == "blockquote":
            self.depth += 1
        if tag in self.BREAKS:
            self.lines.append((self.depth, []))

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag in self.hidden:
            del self.hidden[self.hidden.index(tag) :]
        if tag == "blockquote":
            self.depth = max(self.depth - 1, 0)
        if tag in self.BREAKS and tag != "br":
            self.lines.append((self.depth, []))

    def handle_data(self, data: str) -> None:
        """Keep words that are shown."""
        if not self.hidden:
            self.lines[-1][1].append(data.replace("\n", " "))


def text_of_html(source: str, *, marks_quotations: bool) -> str:
    """The visible words of an HTML body, a line for each block; quoted ones with `> ` before them where that is wanted."""
    reader = _Words()
    reader.feed(source[:MOST_BYTES])
    reader.close()
    lines = ((depth, " ".join("".join(words).split())) for depth, words in reader.lines)
    text = "\n".join(f"> {words}" if depth and words and marks_quotations else words for depth, words in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
