"""Reads of addresses, place names and records of other systems: search that forgives spelling, one address, what stands at it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Any, Final

from django.db.models import F, Q
from rapidfuzz import fuzz, process

from citystat.core.cities import current_city
from citystat.core.errors import NotFound
from citystat.places import addressing, locations, rules
from citystat.places.addressing import Parsed
from citystat.places.models import Address, PlaceName, Record, Register

MOST_MATCHES: Final = 50
STREETS_TRIED: Final = 12
SURE: Final = 97.0
LIKELY: Final = 72.0
NUMBERS_AROUND: Final = 40
MOST_RECORDS: Final = 500
SAME_SPOT_DEGREES: Final = 0.0008
INTERSECTION: Final = "intersection"
RECORD_KINDS: Final = ("permit", "license", "inspection", "work_order")


@dataclass(frozen=True)
class Match:
    """A place that fits what was typed. `ref` finds it again; `is_exact` says that only spelling differs; `score` is at most 100."""

    ref: str
    kind: str
    label: str
    longitude: float
    latitude: float
    score: float
    is_exact: bool
    source: str
    as_of: date
    district: str = ""
    is_in_city: bool = True

    @property
    def address_id(self) -> int | None:
        """The key of the address; None for a named place or a corner."""
        return int(self.ref[1:]) if self.ref.startswith("a") else None


@dataclass(frozen=True)
class _Streets:
    """Streets in one spelling, each once, and those of the same own words."""

    all: tuple[str, ...]
    by_core: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class _Names:
    """Streets that have addresses, streets that have corners (a list of corners often leaves directions out), names of places."""

    houses: _Streets
    corners: _Streets
    named: tuple[tuple[str, int], ...]


def is_searchable() -> bool:
    """Whether the city loaded addresses or names."""
    return Register.objects.filter(kind__in=[Register.Kind.ADDRESS, Register.Kind.PLACE_NAME]).exists()


def find_addresses(text: str, limit: int = 8) -> list[Match]:
    """Places that fit what was typed, best first: addresses, corners, named places. Empty for what says nothing.

    It forgives abbreviations, typing errors and what is not typed yet. Statements asked: at most five, however many addresses there are.
    """
    if not any(letter.isalnum() for letter in text[: addressing.LONGEST_TEXT]):
        return []
    names = _names(tuple(Register.objects.order_by("pk").values_list("pk", "checksum")))
    parsed, pair = addressing.parse(text, current_city().name), addressing.corner(text)
    found = _corners(pair, names) if pair else []
    if parsed.number:
        found += _houses(parsed, names)
    elif addressing.is_house_number(text):
        found += [_of_address(one, 50.0) for one in _addresses().filter(number=addressing.plain(text))[:limit]]
    elif not pair:
        found += _named(parsed.street, names) + _along(parsed.street, names, limit)
    return _placed(_best(found, max(1, min(limit, MOST_MATCHES))))


def find_one(text: str) -> Match | None:
    """The one place the text can mean; None where it is unclear or unknown."""
    return sure_of(find_addresses(text, MOST_MATCHES))


def sure_of(found: Sequence[Match]) -> Match | None:
    """Of everything that fits, best first, the one that alone can be meant."""
    exact = [one for one in found if one.is_exact]
    best = [one for one in exact if one.score == exact[0].score]
    if not best or any(_apart(best[0], other) for other in best):
        return None
    return best[0]


def find_by_ref(ref: str) -> Match:
    """A match by its `ref`; raises NotFound."""
    kind, key = ref[:1], ref[1:]
    if kind in {"a", "p"} and key.isascii() and key.isdigit() and len(key) < 18:
        if kind == "a" and (one := _addresses().filter(pk=int(key)).first()):
            return _placed([_of_address(one, 100.0, is_exact=True)])[0]
        if kind == "p" and (name := PlaceName.objects.select_related("register").filter(pk=int(key)).first()):
            return _placed([_of_name(name, 100.0)])[0]
    raise NotFound("This place is no longer in the city's list: search for it again.")


def find_by_external_id(external_id: str) -> Match | None:
    """The address with this number in the city's own register; None where there is none or more than one."""
    found = list(_addresses().filter(external_id=external_id.strip()[:80])[:2]) if external_id.strip() else []
    return _placed([_of_address(found[0], 100.0, is_exact=True)])[0] if len(found) == 1 else None


def address(key: int) -> Address:
    """An address with its register; raises NotFound."""
    found: Address | None = _addresses().filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such address: it may have left the city's list.")
    return found


def units_at(one: Address) -> list[Address]:
    """The other addresses of the same house: its units, or the house itself."""
    return list(_addresses().filter(number=one.number, street=one.street).exclude(pk=one.pk)[:200])


def spellings_of(street: str) -> frozenset[str]:
    """The street's own spelling, and the shorter ones that can mean no other street of the city."""
    names = _names(tuple(Register.objects.order_by("pk").values_list("pk", "checksum")))
    own = addressing.core(street)
    alone = names.houses.by_core.get(own, ()) in {(street,), ()}
    words = street.split()
    shorter = {own, " ".join(words[:-1]), " ".join(words[1:])}
    return frozenset({street} | ({one for one in shorter if one and addressing.may_be(one, street)} if alone else set()))


def records_at(one: Address, *, public_only: bool) -> list[Record]:
    """Records of other systems at the address, newest first; those of a unit stand at the unit and at the house."""
    found = Record.objects.select_related("register").filter(house=one.number, street__in=spellings_of(one.street))
    if one.unit:
        found = found.filter(Q(unit="") | Q(unit=one.unit))
    if public_only:
        found = found.filter(register__is_public=True)
    found = found.order_by(F("opened_on").desc(nulls_last=True), "number", "id")
    return sorted(found[:MOST_RECORDS], key=lambda record: (record.opened_on or date.min, record.number), reverse=True)


@dataclass(frozen=True)
class Shelf:
    """What one list of another system has at an address, newest first; empty where it has nothing."""

    register: Register
    records: tuple[Record, ...]


def shelves_at(one: Address, *, public_only: bool) -> list[Shelf]:
    """Every list of records that was loaded, in the order of kinds and sources, with what it has at the address."""
    found = records_at(one, public_only=public_only)
    lists = Register.objects.filter(kind__in=RECORD_KINDS, **({"is_public": True} if public_only else {}))
    ordered = sorted(lists, key=lambda register: (RECORD_KINDS.index(register.kind), register.source))
    return [Shelf(register, tuple(record for record in found if record.register_id == register.pk)) for register in ordered]


def _addresses() -> Any:
    return Address.objects.select_related("register")


@lru_cache(maxsize=2)
def _names(versions: tuple[tuple[int, str], ...]) -> _Names:
    """Read again only when a list was loaded."""
    corners: set[str] = set()
    named: list[tuple[str, int]] = []
    for key, kind, spelled, aliases in PlaceName.objects.order_by("pk").values_list("pk", "kind", "key", "aliases"):
        own = spelled.partition("|")[2]
        if kind == INTERSECTION:
            corners.update(own.split(" & "))
        else:
            named += [(words, key) for words in {own, *(addressing.street_words(alias) for alias in aliases)} if words]
    return _Names(_streets(Address.objects.order_by().values_list("street", flat=True).distinct()), _streets(corners), tuple(named))


def _streets(found: Iterable[str]) -> _Streets:
    ordered = tuple(sorted(found))
    by_core: dict[str, list[str]] = {}
    for street in ordered:
        by_core.setdefault(addressing.core(street), []).append(street)
    return _Streets(ordered, {own: tuple(same) for own, same in by_core.items()})


def _streets_like(typed: str, streets: _Streets) -> dict[str, float]:
    """Streets that what was typed can mean, with how well they fit, best first."""
    own = addressing.core(typed)
    found = {street: (SURE if addressing.may_be(typed, street) else 80.0) for street in streets.by_core.get(own, ())}
    if typed in found:
        found = dict.fromkeys(found, 90.0) | {typed: 100.0}
    if not typed:
        return found
    for street in streets.all:
        if street.startswith(typed) or f" {typed}" in f" {street}":
            found.setdefault(street, 85.0)
    for street, score, _at in process.extract(typed, streets.all, scorer=fuzz.ratio, limit=STREETS_TRIED, score_cutoff=LIKELY):
        found.setdefault(street, score * 0.9)
    for core, score, _at in process.extract(own, list(streets.by_core), scorer=fuzz.ratio, limit=STREETS_TRIED, score_cutoff=LIKELY):
        for street in streets.by_core[core]:
            found.setdefault(street, score * 0.85)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:STREETS_TRIED])


def _houses(parsed: Parsed, names: _Names) -> list[Match]:
    streets = _streets_like(parsed.street, names.houses)
    rows = _addresses().filter(number=parsed.number, street__in=list(streets))[:400]
    found = [_scored(row, parsed, streets[row.street]) for row in _one_a_house(rows, parsed.unit)]
    return found or _houses_near(parsed, streets)


def _one_a_house(rows: Iterable[Address], unit: str) -> list[Address]:
    """Of several units of a house the one that was typed, else the house itself, else its first."""
    houses: dict[tuple[str, str, str], Address] = {}
    for row in sorted(rows, key=lambda row: (row.unit != unit, row.unit != "", row.unit, row.pk)):
        houses.setdefault((row.number, row.street, row.zipcode), row)
    return list(houses.values())


def _scored(row: Address, parsed: Parsed, score: float) -> Match:
    if parsed.zipcode and row.zipcode and parsed.zipcode != row.zipcode:
        score -= 15
    is_house = parsed.unit in {"", row.unit} or row.unit == ""
    return _of_address(row, score if is_house else score - 10, is_exact=score >= SURE and is_house)


def _houses_near(parsed: Parsed, streets: dict[str, float]) -> list[Match]:
    """Without such a house: numbers that begin so, and the next ones of the street."""
    value, likely = addressing.number_value(parsed.number), [street for street, score in streets.items() if score >= 80][:3]
    near = Q(number_value__gte=value - NUMBERS_AROUND, number_value__lte=value + NUMBERS_AROUND)
    rows = _one_a_house(_addresses().filter(near | Q(number__startswith=parsed.number), street__in=likely)[:200], "")
    rows.sort(key=lambda row: (not row.number.startswith(parsed.number), abs(row.number_value - value)))
    return [_of_address(row, streets[row.street] * 0.7 - place) for place, row in enumerate(rows[:10])]


def _corners(pair: tuple[str, str], names: _Names) -> list[Match]:
    first, second = (_streets_like(one, names.corners) for one in pair)
    scores = {
        f"{INTERSECTION}|{addressing.corner_key(one, other)}": min(first[one], second[other]) for one, other in product(first, second)
    }
    rows = PlaceName.objects.select_related("register").filter(key__in=list(scores))
    return [_of_name(row, scores[row.key]) for row in rows]


def _named(typed: str, names: _Names) -> list[Match]:
    scores: dict[int, float] = {}
    for (words, key), score in _names_like(typed, names):
        scores[key] = max(scores.get(key, 0.0), 100.0 if words == typed else score)
    rows = PlaceName.objects.select_related("register").filter(pk__in=list(scores))
    return [_of_name(row, scores[row.pk]) for row in rows]


def _names_like(typed: str, names: _Names) -> list[tuple[tuple[str, int], float]]:
    beginning = [(one, 88.0) for one in names.named if len(typed) > 1 and f" {one[0]}".find(f" {typed}") >= 0][:STREETS_TRIED]
    words = [one[0] for one in names.named]
    like = process.extract(typed, words, scorer=fuzz.token_sort_ratio, limit=STREETS_TRIED, score_cutoff=LIKELY)
    exact = [(one, 100.0) for one in names.named if one[0] == typed]
    return [*exact, *beginning, *((names.named[at], score * 0.9) for _word, score, at in like)]


def _along(typed: str, names: _Names, limit: int) -> list[Match]:
    """First addresses of the streets that were typed without a number."""
    streets = {street: score for street, score in _streets_like(typed, names.houses).items() if score >= 75}
    found = []
    for street, score in list(streets.items())[:2]:
        found += [_of_address(row, score * 0.6) for row in _one_a_house(_addresses().filter(street=street)[:limit], "")]
    return found


def _of_address(row: Address, score: float, *, is_exact: bool = False) -> Match:
    return Match(f"a{row.pk}", "address", row.text, row.longitude, row.latitude, round(score, 1), is_exact, row.register.source, row.as_of)


def _of_name(row: PlaceName, score: float) -> Match:
    return Match(
        f"p{row.pk}", row.kind, row.name, row.longitude, row.latitude, round(score, 1), score >= SURE, row.register.source, row.as_of
    )


def _best(found: Sequence[Match], limit: int) -> list[Match]:
    by_ref: dict[str, Match] = {}
    for one in sorted(found, key=lambda one: (-one.score, len(one.label), one.label, one.ref)):
        by_ref.setdefault(one.ref, one)
    return list(by_ref.values())[:limit]


def _placed(found: Sequence[Match]) -> list[Match]:
    """The same with the district of each, and whether the city has it."""
    places, is_bounded = locations.places_of_points([(one.longitude, one.latitude) for one in found])
    return [
        replace(one, district=rules.district_of(own), is_in_city=bool(own) or not is_bounded)
        for one, own in zip(found, places, strict=True)
    ]


def _apart(one: Match, other: Match) -> bool:
    return max(abs(one.longitude - other.longitude), abs(one.latitude - other.latitude)) > SAME_SPOT_DEGREES
