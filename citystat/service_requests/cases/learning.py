"""Train the text model of `finding` on the city's own requests, and say how well it does on texts it has not seen."""

import io
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from citystat.core import whole_files
from citystat.core.errors import InputError
from citystat.core.home import make_home
from citystat.service_requests.cases import finding, offers
from citystat.service_requests.cases.finding import BUCKETS, Model
from citystat.service_requests.models import ServiceRequest
from citystat.warehouse.connections import Warehouse

FEWEST_TEXTS = 50
MOST_TEXTS = 30_000
HELD_OUT = 0.2
MOST_HELD_OUT = 1_000
SEED = 311
ROUNDS = 5

Texts = Sequence[tuple[str, str]]


def texts_of(build: Warehouse | None) -> list[tuple[str, str]]:
    """Distinct (words, service slug) of loaded and live requests, of services on offer, at most so many."""
    known = {offer.slug for offer in offers.offered()}
    found = dict.fromkeys(
        ServiceRequest.objects.exclude(description="").order_by("id").values_list("description", "service_slug")[:MOST_TEXTS]
    )
    if build is not None:
        rows = build.rows(
            "SELECT DISTINCT description, service_slug FROM requests WHERE description <> '' ORDER BY hash(description), 1, 2 LIMIT ?",
            (MOST_TEXTS,),
        )
        found |= dict.fromkeys(rows)
    return [(text, slug) for text, slug in found if slug in known][:MOST_TEXTS]


def learn(build: Warehouse | None) -> dict[str, Any]:
    """Train on most texts, measure on the rest against plain keyword search, keep the model trained on all; returns the report.

    Held out is a fifth, at most a thousand. Assumes texts of the past are like those to come. Accuracy is the share of
    held-out texts whose service is the first suggestion (`top_1`) or among three (`top_3`). Not for deciding anything: people choose.
    """
    texts = texts_of(build)
    if len(texts) < FEWEST_TEXTS:
        raise InputError(
            f"There are {len(texts)} different descriptions to learn from and it takes {FEWEST_TEXTS}: keywords alone do until then."
        )
    order = np.random.default_rng(SEED).permutation(len(texts))
    cut = min(max(1, int(len(texts) * HELD_OUT)), MOST_HELD_OUT)
    held_out, training = [texts[at] for at in order[:cut]], [texts[at] for at in order[cut:]]
    report: dict[str, Any] = {"texts": len(texts), "services": len({slug for _, slug in texts}), "held_out": len(held_out)}
    report |= {"model": accuracy(held_out, _ranks(fit(training))), "keywords": accuracy(held_out, _keyword_ranks)}
    _keep(fit(texts), report)
    return report


def accuracy(texts: Texts, ranked: Any) -> dict[str, float]:
    """Share of texts whose service comes first, and among the first three."""
    places = [ranked(text) for text, _ in texts]
    first = sum(bool(place) and place[0] == slug for place, (_, slug) in zip(places, texts, strict=True))
    three = sum(slug in place[:3] for place, (_, slug) in zip(places, texts, strict=True))
    return {"top_1": round(first / len(texts), 4), "top_3": round(three / len(texts), 4)}


def _ranks(model: Model) -> Any:
    def ranked(text: str) -> list[str]:
        found = finding.probabilities(model, text)
        return sorted(found, key=lambda slug: (-found[slug], slug))

    return ranked


def _keyword_ranks(text: str) -> list[str]:
    words = finding.words_of(text)
    scored = [(finding.keyword_score(words, offer), offer.slug) for offer in offers.offered()]
    return [slug for score, slug in sorted(scored, key=lambda one: (-one[0], one[1])) if score > 0]


def fit(texts: Texts) -> Model:
    """Multinomial logistic regression over the hashed features, by scikit-learn; services and keywords are texts too."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import SGDClassifier

    taught = [*texts, *((" ".join([*finding.names_of(offer), *map(str, offer.form.keywords)]), offer.slug) for offer in offers.offered())]
    rows = [finding.features(text) for text, _ in taught]
    lengths = np.array([row.size for row in rows])
    values = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), lengths)
    columns = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
    matrix = csr_matrix((values, columns, np.r_[0, lengths.cumsum()]), shape=(len(rows), BUCKETS))
    classifier = SGDClassifier(loss="log_loss", alpha=2e-6, max_iter=ROUNDS, tol=None, random_state=SEED)
    classifier.fit(matrix, [slug for _, slug in taught])
    weights, intercepts = _for_each_class(classifier.coef_, classifier.intercept_)
    return Model(tuple(map(str, classifier.classes_)), weights, intercepts, {})


def _for_each_class(
    weights: npt.NDArray[np.float64], intercepts: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """With two services the library keeps one row for both."""
    if weights.shape[0] == 1:
        weights, intercepts = np.vstack([-weights, weights]), np.r_[-intercepts, intercepts]
    return weights.astype(np.float32), intercepts.astype(np.float32)


def _keep(model: Model, report: dict[str, Any]) -> None:
    make_home()
    path = finding.model_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    about = json.dumps({"slugs": list(model.slugs), "report": report})
    packed = io.BytesIO()
    np.savez_compressed(packed, weights=model.weights, intercepts=model.intercepts, about=np.array(about))
    whole_files.write(path, packed.getvalue())
