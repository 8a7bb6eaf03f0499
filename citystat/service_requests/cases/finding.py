"""Which service somebody means: their words against the names and keywords of the services, and against what the city's own history
taught a small text model. It suggests and never decides.

The model is a linear one over hashed words and letter groups, trained here by `citystat services learn` and kept as plain numbers in
CITYSTAT_HOME/cache; without it the keywords alone answer.
"""

import itertools
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from citystat.core import texts
from citystat.core.home import home
from citystat.service_requests.cases import offers
from citystat.service_requests.cases.offers import Offer

MODEL_FILE = "finding.npz"
BUCKETS = 1 << 15
GOOD_SCORE = 0.35
LONGEST_TEXT = 600
CLOSE_ENOUGH = 84
MODEL_SHARE = 0.6
STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "is",
        "are",
        "was",
        "it",
        "its",
        "in",
        "on",
        "at",
        "of",
        "to",
        "for",
        "and",
        "or",
        "my",
        "our",
        "your",
        "i",
        "we",
        "there",
        "has",
        "have",
        "been",
        "not",
        "no",
        "with",
        "this",
        "that",
        "near",
        "please",
        "from",
        "by",
        "el",
        "la",
        "los",
        "las",
        "un",
        "una",
        "es",
        "en",
        "de",
        "del",
        "y",
        "o",
        "mi",
        "hay",
        "que",
        "no",
        "se",
        "por",
        "para",
        "con",
        "esta",
        "este",
    ]
)
WORD = re.compile(r"[a-z0-9ñ]+")


@dataclass(frozen=True)
class Model:
    """Weights by service (rows) and bucket (columns), an intercept each, and how well it did on texts it had not seen."""

    slugs: tuple[str, ...]
    weights: npt.NDArray[np.float32]
    intercepts: npt.NDArray[np.float32]
    report: dict[str, Any]


def suggest(text: str, limit: int = 5) -> list[tuple[Offer, float]]:
    """Services residents may ask for that fit the words, best first, with a score from 0 to 1; empty when nothing fits."""
    words = words_of(text)
    if not words:
        return []
    known = {offer.slug: offer for offer in offers.offered()}
    scores = {slug: keyword_score(words, offer) for slug, offer in known.items()}
    model = stored_model()
    if model is not None:
        learnt = probabilities(model, text)
        scores = {slug: MODEL_SHARE * learnt.get(slug, 0.0) + (1 - MODEL_SHARE) * score for slug, score in scores.items()}
    best = sorted(((score, slug) for slug, score in scores.items() if score > 0.05), key=lambda one: (-one[0], one[1]))
    return [(known[slug], round(score, 3)) for score, slug in best[:limit]]


def folded(text: str) -> str:
    """Lower case without accents."""
    return texts.folded(text[:LONGEST_TEXT])


def words_of(text: str) -> list[str]:
    """The words that say something, in order."""
    return [word for word in WORD.findall(folded(text)) if word not in STOP_WORDS and len(word) > 1]


def keyword_score(words: list[str], offer: Offer) -> float:
    """How well the words fit the service's name and keywords: the share of the best-fitting phrase that was said, from 0 to 1."""
    best = 0.0
    for phrase in _phrases(offer):
        said = sum(max((_alike(word, other) for other in words), default=0.0) for word in phrase)
        best = max(best, said / len(phrase))
    return best


def _phrases(offer: Offer) -> tuple[tuple[str, ...], ...]:
    return _split((*names_of(offer), *map(str, offer.form.keywords)))


def names_of(offer: Offer) -> list[str]:
    """What the service is called, in every language the catalog has it in."""
    return [offer.service.name, *(words["name"] for words in offer.translations.values() if words.get("name"))]


@lru_cache(maxsize=2_000)
def _split(texts: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(phrase for phrase in (tuple(words_of(text)) for text in texts) if phrase)


@lru_cache(maxsize=200_000)
def _alike(word: str, other: str) -> float:
    """1 for the same word, a little less for another form of it or a slip of the finger, 0 otherwise."""
    if word == other:
        return 1.0
    if min(len(word), len(other)) >= 4 and (word.startswith(other) or other.startswith(word)):
        return 0.9
    likeness = fuzz.ratio(word, other) if min(len(word), len(other)) >= 4 else 0.0
    return 0.8 if likeness >= CLOSE_ENOUGH else 0.0


def features(text: str) -> npt.NDArray[np.int64]:
    """Buckets of the words, pairs of words and groups of four letters of a text; the same text always gives the same ones."""
    words = words_of(text)
    pairs = [f"{first} {second}" for first, second in itertools.pairwise(words)]
    groups = [f"^{word}$"[at : at + 4] for word in words for at in range(max(len(word) - 1, 1))]
    return np.array(sorted({_bucket(token) for token in (*words, *pairs, *groups)}), dtype=np.int64)


@lru_cache(maxsize=200_000)
def _bucket(token: str) -> int:
    number = 2166136261
    for byte in token.encode():
        number = ((number ^ byte) * 16777619) & 0xFFFFFFFF
    return number % BUCKETS


def probabilities(model: Model, text: str) -> dict[str, float]:
    """Slug -> probability, by the model alone."""
    found = features(text)
    if not found.size:
        return {}
    logits = model.weights[:, found].sum(axis=1) / np.sqrt(found.size) + model.intercepts
    raised = np.exp(logits - logits.max())
    return dict(zip(model.slugs, (raised / raised.sum()).tolist(), strict=True))


def model_path() -> Path:
    """Where the model is kept."""
    return home() / "cache" / MODEL_FILE


def stored_model() -> Model | None:
    """The model the city trained last, None before."""
    path = model_path()
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return _read(path, (found.st_ino, found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=2)
def _read(path: Path, version: tuple[int, ...]) -> Model:
    with np.load(path, allow_pickle=False) as kept:
        about = json.loads(str(kept["about"]))
        return Model(tuple(about["slugs"]), kept["weights"], kept["intercepts"], about["report"])
