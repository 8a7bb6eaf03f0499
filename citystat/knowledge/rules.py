"""How well an article answers a search: pure, tolerant of slips of the finger and of missing accents."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from citystat.service_requests.cases.finding import words_of

GOOD_SCORE: Final = 0.45
CLOSE_ENOUGH: Final = 78
SHORTEST_MISTYPED: Final = 4
TITLE, KEYWORD, BODY = 1.0, 1.0, 0.6
# A word no article has says less than one that some have: people add words ("old", "again") that answers do without.
UNKNOWN_SHARE: Final = 0.7
QUESTION_TEXT: Final = (
    "how what when where why who which can could do does did may must should will would get got want need me you they them he she if so as "
    "be am after before than too very "
    "cómo qué cuándo dónde por quién cuál puedo puede pueden hacer hago tengo quiero necesito me te le su sus mis"
)
LONG_NUMBER: Final = re.compile(r"\d[\d\s().-]{5,}\d")
LONGEST_SEARCH: Final = 120


QUESTION_WORDS: Final = frozenset(words_of(QUESTION_TEXT))


@dataclass(frozen=True)
class Words:
    """The words of one article in one language, each with the weight of the best place it stands in."""

    key: int
    weights: Mapping[str, float]


def weigh(key: int, title: str, keywords: Iterable[str], body: str) -> Words:
    """The words of an article: those of title and keywords count most."""
    weights: dict[str, float] = {}
    for text, weight in ((body, BODY), (" ".join(keywords), KEYWORD), (title, TITLE)):
        for part in (text[start : start + 500] for start in range(0, min(len(text), 20_000), 500)):
            weights |= {word: max(weight, weights.get(word, 0.0)) for word in words_of(part)}
    return Words(key, weights)


def rank(search: str, articles: Sequence[Words]) -> list[tuple[int, float]]:
    """Keys of articles that answer, best first, with a score from 0 to 1.

    Each word of the search counts by how rare it is among the articles: what stands in all of them says little.
    """
    words = [word for word in dict.fromkeys(words_of(search[:LONGEST_SEARCH])) if word not in QUESTION_WORDS]
    if not words or not articles:
        return []
    found_in = Counter(word for article in articles for word in article.weights)
    known = list(found_in)
    alike = {word: _likeness(word, known) for word in words}
    rarity = {word: _rarity(alike[word], found_in, len(articles)) for word in words}
    total = sum(rarity.values())
    scored = ((article.key, sum(rarity[word] * _best(alike[word], article.weights) for word in words) / total) for article in articles)
    return sorted(((key, round(score, 3)) for key, score in scored if score > 0), key=lambda one: (-one[1], one[0]))


def _likeness(word: str, known: Iterable[str]) -> dict[str, float]:
    """Known words that may be meant, with how sure that is."""
    found = {}
    for other in known:
        if word == other:
            found[other] = 1.0
        elif min(len(word), len(other)) >= SHORTEST_MISTYPED:
            if word.startswith(other) or other.startswith(word):
                found[other] = 0.9
            elif fuzz.ratio(word, other) >= CLOSE_ENOUGH:
                found[other] = 0.8
    return found


def _rarity(alike: Mapping[str, float], found_in: Mapping[str, int], articles: int) -> float:
    most = max((found_in[word] for word in alike), default=1)
    return math.log(1 + (articles + 1) / (most + 0.5)) * (1.0 if alike else UNKNOWN_SHARE)


def _best(alike: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return max((sure * weights[word] for word, sure in alike.items() if word in weights), default=0.0)


def remembered(search: str) -> str:
    """The words of a search worth keeping, without numbers that could be a telephone's; empty for too little."""
    words = " ".join(LONG_NUMBER.sub(" ", search).split())[:LONGEST_SEARCH].casefold()
    return words if len(words) >= 3 and "@" not in words and words_of(words) else ""


def paragraphs(body: str) -> list[str]:
    """The paragraphs of a plain text."""
    return [part.strip() for part in re.split(r"\n\s*\n", body.replace("\r\n", "\n")) if part.strip()]


def excerpt(body: str, length: int = 180) -> str:
    """The beginning of a text, ended at a word."""
    text = " ".join(body.split())
    return text if len(text) <= length else f"{text[:length].rsplit(' ', 1)[0]}…"
