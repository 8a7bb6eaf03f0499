"""How an address is read, without I/O: number, street and unit in one spelling, and the two streets of a corner.

The spelling is that of the United States Postal Service, Publication 28: `1201 North Main Street, Apt. 4` and `1201 N MAIN ST #4` are one.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST_TEXT = 300
DIRECTIONS = {
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
    "norte": "n", "sur": "s", "este": "e", "oeste": "w",
}  # fmt: skip
TYPES = {
    "alley": "aly", "ally": "aly", "avenue": "ave", "av": "ave", "aven": "ave", "avenida": "ave", "boulevard": "blvd", "boul": "blvd",
    "bridge": "brg", "bypass": "byp", "center": "ctr", "centre": "ctr", "circle": "cir", "circ": "cir", "court": "ct", "cove": "cv",
    "crescent": "cres", "crossing": "xing", "drive": "dr", "drv": "dr", "expressway": "expy", "extension": "ext", "freeway": "fwy",
    "heights": "hts", "highway": "hwy", "hill": "hl", "hills": "hls", "junction": "jct", "lane": "ln", "loop": "loop", "manor": "mnr",
    "meadows": "mdws", "mount": "mt", "parkway": "pkwy", "pky": "pkwy", "parkwy": "pkwy", "place": "pl", "plaza": "plz", "point": "pt",
    "ridge": "rdg", "road": "rd", "route": "rte", "row": "row", "run": "run", "square": "sq", "street": "st", "str": "st",
    "strt": "st", "saint": "st", "station": "sta", "terrace": "ter", "terr": "ter", "trail": "trl", "trafficway": "trfy",
    "turnpike": "tpke", "valley": "vly", "view": "vw", "walk": "walk", "way": "way", "pike": "pike",
    "pass": "pass", "path": "path", "park": "park",
}  # fmt: skip
ORDINALS = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th", "eighth": "8th",
    "ninth": "9th", "tenth": "10th", "eleventh": "11th", "twelfth": "12th",
}  # fmt: skip
WORDS = DIRECTIONS | TYPES | ORDINALS
_DIRECTIONS, _TYPES = frozenset(DIRECTIONS.values()), frozenset(TYPES.values())
_NUMBER = re.compile(r"(?P<number>\d{1,6}(?:-\d{1,5})?)(?:\s*-?\s*(?P<letter>[a-z])(?=\s|$))?(?P<half>\s+\d/\d)?\s+(?P<rest>\S.*)$")
_SILENT = re.compile(r"[.']")
_NO_PART = re.compile(r"[^\w\s#&@/\\,-]|_")
_STREET_WORD = re.compile(r"[\w/]+")
_ONLY_NUMBER = re.compile(r"\d{1,6}[a-z]?$")
_UNIT = re.compile(
    r"(?:\s|^)(?:#|(?:apt|apartment|unit|ste|suite|rm|room|lot|spc|space|fl|floor|bldg|building|trlr|apto)\b\.?\s*#?)"
    r"\s*(?P<unit>[a-z0-9][a-z0-9-]{0,9})$"
)
_ZIP = re.compile(r"(?:^|[\s,]+)(?:[a-z]{2}[\s,]+)?(?P<zip>\d{5})(?:-\d{4})?\s*$")
_CORNER = re.compile(r"\s*(?:&|\band\b|\bat\b|\by\b|@|/|\\|\bcorner of\b|\besquina\b|\bcon\b)\s*")


@dataclass(frozen=True)
class Parsed:
    """An address in one spelling; what it does not say is empty. `street` of a text without number may be any words."""

    number: str = ""
    street: str = ""
    unit: str = ""
    zipcode: str = ""

    @property
    def key(self) -> str:
        """One text for each address."""
        return "|".join((self.number, self.street, self.unit, self.zipcode))


def plain(text: str) -> str:
    """The text in small letters without accents, signs that are no part of an address, and anything unseen."""
    kept = text[:LONGEST_TEXT]
    if not kept.isascii():
        decomposed = unicodedata.normalize("NFKD", kept.replace("½", " 1/2").replace("¼", " 1/4").replace("’", "")).replace("⁄", "/")
        kept = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(_NO_PART.sub(" ", _SILENT.sub("", kept.casefold())).split())


def street_words(text: str) -> str:
    """The words of a street in one spelling: `North 2nd Street` is `n 2nd st`."""
    words = [WORDS.get(word, word) for word in _STREET_WORD.findall(plain(text))]
    return " ".join(words)[:120]


def parse(text: str, city: str = "") -> Parsed:
    """Number, street, unit and zip code of a text; the city's name, state and what follows a comma are left out."""
    left = plain(text)
    zipcode = ""
    if (found := _ZIP.search(left)) and found.start() > 0:
        zipcode, left = found["zip"], left[: found.start()]
    left, unit = _without_unit(left)
    left = _without_city(left, city)
    left, unit = (left, unit) if unit else _without_unit(left)
    match = _NUMBER.match(left)
    if not match:
        return Parsed("", street_words(left), unit, zipcode)
    number = (match["number"].lstrip("0") or "0") + (match["letter"] or "") + (f" {match['half'].strip()}" if match["half"] else "")
    if match["letter"] and not re.match(r"[\d-]+[a-z]", left) and (match["letter"] in _DIRECTIONS or _is_kind(match["rest"])):
        # `12 N Main` has a direction, `12 K St NW` a street called K; `12N Main`, `12K St` and `12 B Main` have a letter.
        return Parsed(match["number"].lstrip("0") or "0", street_words(f"{match['letter']} {match['rest']}"), unit, zipcode)
    return Parsed(number, street_words(match["rest"]), unit, zipcode)


def _is_kind(rest: str) -> bool:
    """Whether nothing follows but the kind of a street and directions."""
    words = street_words(rest).split()
    return bool(words) and words[0] in _TYPES and set(words) <= _TYPES | set(_DIRECTIONS)


def _without_unit(text: str) -> tuple[str, str]:
    head, comma, tail = text.partition(",")
    for before, looked_at, after in ((head, tail.strip(), "") if comma else ("", "", ""), ("", head, f"{comma}{tail}")):
        found = _UNIT.search(looked_at)
        if found and (before or found.start() > 0):
            return f"{before}{looked_at[: found.start()]}{after}".strip(" ,"), found["unit"]
    return text, ""


def _without_city(text: str, city: str) -> str:
    head = text.partition(",")[0].strip() or text.strip(" ,")
    name = plain(city)
    short = re.sub(rf"\s+{re.escape(name)}(?:\s+[a-z]{{2}})?$", "", head) if name else head
    return short or head


def core(street: str) -> str:
    """The street's own words, without direction and kind: `n main st` is `main`. A street of such words alone stays as it is."""
    words = street.split()
    while len(words) > 1 and words[0] in _DIRECTIONS:
        words.pop(0)
    while len(words) > 1 and words[-1] in _DIRECTIONS:
        words.pop()
    if len(words) > 1 and words[-1] in _TYPES:
        words.pop()
    return " ".join(words)


def may_be(typed: str, street: str) -> bool:
    """Whether what was typed leaves out parts of the street but contradicts none: `main` and `main st` may be `n main st`."""
    if core(typed) != core(street):
        return False
    extra, known = set(typed.split()) - set(core(typed).split()), set(street.split())
    return extra <= known


def corner(text: str) -> tuple[str, str] | None:
    """The two streets of `Main St & 2nd Ave`, `main at 2nd`, each in one spelling; None where the text is no corner."""
    head = plain(text).partition(",")[0]
    parts = [street_words(part) for part in _CORNER.split(head) if part.strip()]
    if len(parts) != 2 or not all(parts) or re.match(r"\d+\s+[a-z]", parts[0]):
        return None
    return parts[0], parts[1]


def corner_key(first: str, second: str) -> str:
    """One text for a corner, whichever street is named first."""
    return " & ".join(sorted((first, second)))


def is_house_number(text: str) -> bool:
    """Whether the whole text is a house number and nothing else."""
    return bool(_ONLY_NUMBER.match(plain(text)))


def number_value(number: str) -> int:
    """The number that houses are ordered by; the part behind a hyphen, letters and halves do not count."""
    found = re.match(r"\d+", number)
    return int(found[0]) if found else 0
