"""Decisions about messages without I/O: what is ignored and why, where the place stands in a text, what a single word means."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from citystat.channels.letters import Letter

# Reply addresses are `reply+TOKEN@domain`; where there is no such domain, the subject carries `[ref:TOKEN]`.
REPLY_ADDRESS: Final = re.compile(r"^reply\+([A-Za-z0-9_-]{8,40})@", re.IGNORECASE)
REPLY_SUBJECT: Final = re.compile(r"\[ref:([A-Za-z0-9_-]{8,40})\]")
# The words carriers and regulators require, in English, and what people write who read Spanish. Blanks and signs are left out.
KEYWORDS: Final = {
    ("stop", "en"): (
        "stop stopall unsubscribe cancel end quit revoke optout pleasestop stopplease stoptexting stoptextingme stopmessages "
        "stopmessagingme nomoretexts"
    ),
    ("stop", "es"): "alto parar pare paren para basta detener cancelar fin nomas nomás nomásmensajes nomasmensajes",
    ("start", "en"): "start unstop",
    ("start", "es"): "empezar comenzar iniciar reanudar",
    ("help", "en"): "help info",
    ("help", "es"): "ayuda información informacion",
}
WORDS: Final = {word: meaning for meaning, words in KEYWORDS.items() for word in words.split()}
NEW: Final = re.compile(r"^\s*(?:new|nuevo|nueva)\b[\s:,.-]*(?=\S)", re.IGNORECASE)
MACHINE_SENDERS: Final = re.compile(
    r"(?:mailer-daemon|postmaster|bounces?|microsoftexchange[0-9a-f]{20,}|(?:[^@]*[._-])?(?:no|do[._-]?not)[._-]?reply)(?:[+._-][^@]*)?@"
)
# What mail programs write before the subject when nobody is there, some of them without saying so anywhere else.
ABSENCE: Final = re.compile(
    r"(?:automatic reply|auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office(?: auto-?reply)?|respuesta autom[aá]tica|"
    r"fuera de (?:la )?oficina)(?:\s*[:–-]|$)",
    re.IGNORECASE,
)
STREETS: Final = (
    "street|st|avenue|ave|boulevard|blvd|road|rd|drive|dr|lane|ln|court|ct|circle|cir|place|pl|parkway|pkwy|highway|hwy|terrace|ter|trail|"
    "trl|way|square|sq|alley|aly|plaza"
)
# Small words and things people count end what could be a street's name: "3 cars on the way" is no address.
NO_NAME: Final = r"(?!(?:on|in|at|the|of|is|are|a|by|to|and|or|for|from|since|cars?|days?|weeks?|hours?|times?|people|feet|foot|am|pm)\b)"
WORD: Final = NO_NAME + r"[A-Z0-9À-ÖØ-öø-ÿ][\w'.-]{0,30}"
NAME: Final = r"[A-Z0-9À-ÖØ-Þ][\w'.-]{0,30}"
LONGEST_SEARCHED: Final = 5_000
WORDS_AROUND_A_PLACE: Final = 3
NAMED_LINE: Final = re.compile(
    r"^[ \t]*(?:address|location|place|where|direcci[oó]n|ubicaci[oó]n|lugar|d[oó]nde)[ \t]*[:：][ \t]*(\S.{2,280})$",
    re.IGNORECASE | re.MULTILINE,
)
STREET_ADDRESS: Final = re.compile(rf"\b\d{{1,6}}[A-Z]?\s+(?:[NSEW]{{1,2}}\.?\s+)?(?:{WORD}\s+){{1,4}}(?:{STREETS})\b\.?", re.IGNORECASE)
SPANISH_ADDRESS: Final = re.compile(
    rf"\b(?:calle|avenida|av\.|paseo|camino)\s+(?:{WORD}\s+){{1,4}}(?:#|n[oº.]+\s*)?\d{{1,6}}\b", re.IGNORECASE
)
CORNER: Final = re.compile(
    rf"\b(?:corner of|intersection of|esquina de)\s+((?:{WORD}\s+){{1,3}}(?:and|&|y)\s+{WORD}(?:\s+(?:{STREETS})\b)?)", re.IGNORECASE
)
CROSSING: Final = re.compile(
    rf"\b((?:[NSEW]\.?\s+)?{NAME}(?:\s+(?i:{STREETS})\b)?\.?\s+(?i:and|&|y)\s+(?:[NSEW]\.?\s+)?{NAME}\s+(?i:{STREETS})\b)"
)
SPANISH_TEXT: Final = (
    "el la los las un una hay está esta en de del que por para con mi calle favor gracias hola muy frente cerca bache basura"
)
ENGLISH_TEXT: Final = "the a an there is are on in of to for with my street please thanks hello very near front and it"
SPANISH_WORDS: Final = frozenset(SPANISH_TEXT.split())
ENGLISH_WORDS: Final = frozenset(ENGLISH_TEXT.split())


@dataclass(frozen=True)
class Surroundings:
    """What a decision about a letter needs to know besides the letter."""

    own_addresses: Collection[str]
    domain: str
    is_machine: bool = False


def why_ignored(letter: Letter, around: Surroundings) -> str:
    """Why nobody should act on a letter; empty when somebody should.

    A machine the city has named (voicemail, fax) may send automatic mail; nobody else may. Nothing here is ever answered, so two
    machines cannot write to each other for ever.
    """
    if not letter.sender:
        return "It names no sender."
    if _is_own(letter.sender, around):
        return "It came from the city's own address."
    if any(around.domain and around.domain in mark.casefold() for mark in letter.loop_marks):
        return "It is a message of the city that came back."
    if around.is_machine:
        return ""
    if letter.envelope_from == "":
        return "It reports that a message could not be delivered."
    if letter.content_type == "multipart/report":
        return "It reports what became of a message."
    if MACHINE_SENDERS.match(letter.sender):
        return "It was sent by a machine that reads no answers."
    if letter.auto_submitted not in {"", "no"} or letter.precedence == "auto_reply" or ABSENCE.match(letter.subject):
        return "It is an automatic reply."
    if (letter.precedence in {"bulk", "junk", "list"} or letter.list_id) and not _is_own_list(letter, around):
        return "It was sent to a mailing list."
    if letter.loop_marks:
        return "It has been passed on by a machine."
    return ""


def _is_own(sender: str, around: Surroundings) -> bool:
    own = {address.casefold() for address in around.own_addresses}
    return sender in own or (REPLY_ADDRESS.match(sender) is not None and sender.endswith(f"@{around.domain}"))


def _is_own_list(letter: Letter, around: Surroundings) -> bool:
    """Whether the list is the city's own address, which a mail service may keep as a group (RFC 2919 writes `@` as a dot)."""
    return any(address.casefold().replace("@", ".") in letter.list_id.casefold() for address in around.own_addresses)


def reply_tokens(recipients: Sequence[str], subject: str) -> list[str]:
    """Tokens of the addresses and the subject, in order."""
    found = [match[1] for address in recipients if (match := REPLY_ADDRESS.match(address))]
    return list(dict.fromkeys([*found, *REPLY_SUBJECT.findall(subject)]))


def without_marks(subject: str) -> str:
    """A subject without `Re:` and our own mark."""
    return re.sub(r"^(?:\s*(?:re|aw|fwd?|rv|wg|tr|enc)\s*:)+\s*", "", REPLY_SUBJECT.sub("", subject), flags=re.IGNORECASE).strip()


def place_in(text: str) -> str:
    """The address or crossing a text names; empty when it names none.

    A line that begins with `Address:` or `Dirección:` wins, then a street with a number, then two streets that cross.
    """
    text = text[:LONGEST_SEARCHED]
    named = NAMED_LINE.search(text)
    if named:
        return " ".join(named[1].split())
    for pattern in (STREET_ADDRESS, SPANISH_ADDRESS, CORNER, CROSSING):
        found = pattern.search(text)
        if found:
            return " ".join((found[1] if pattern.groups else found[0]).split()).rstrip(".,")
    return ""


def says_more(text: str, place: str) -> bool:
    """Whether an answer to "where is it?" tells more than the place, which should be read too."""
    return len(re.findall(r"\w+", text.replace(place, " ") if place else text)) > WORDS_AROUND_A_PLACE


def place_as_answer(text: str) -> str:
    """The place in an answer to "where is it?": what `place_in` finds, else a short line with a number or two names in it."""
    found = place_in(text)
    if found:
        return found
    line = next((" ".join(one.split()) for one in text.splitlines() if one.strip()), "")
    is_place = (
        len(line) <= 120
        and not re.match(r"(?:no|not|i|we|it|yo)\b", line, re.IGNORECASE)
        and (re.search(r"\d", line) or re.search(r"\w \s*(?:and|&|y|at)\s+ ?\w", line))
    )
    return line if is_place else ""


def language_of(text: str, usual: str = "en") -> str:
    """`es` when a text has more of the small words of Spanish than of English, else `en`; the usual one when it has neither."""
    words = re.findall(r"[a-záéíóúñü]+", text.casefold())
    spanish, english = (sum(word in known for word in words) for known in (SPANISH_WORDS, ENGLISH_WORDS))
    if "¿" in text or "¡" in text or spanish > english:
        return "es"
    return "en" if english else usual


def keyword_of(text: str) -> tuple[str, str]:
    """`stop`, `start` or `help` when a text message says that and nothing else, and the language of the word; else empty."""
    return WORDS.get(re.sub(r"[\W_]", "", text[:200]).casefold(), ("", ""))


def without_new(text: str) -> tuple[str, bool]:
    """A text without a first word NEW, and whether it had one: then it is about something else than the open request."""
    found = NEW.match(text)
    return (text[found.end() :], True) if found else (text, False)
