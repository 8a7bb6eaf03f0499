"""The invented photos of the demo city."""

import io

import numpy as np
import pytest
from PIL import Image

from citystat.ops.demo import pictures


@pytest.mark.parametrize(
    ("service", "kind"),
    [
        ("missed-trash", "bags"),
        ("fallen-tree-or-limb", "tree"),
        ("street-light-out", "light"),
        ("graffiti-removal", "graffiti"),
        ("pothole", "road"),
        ("snow-and-ice-on-street", "snow"),
        ("street-flooding", "water"),
        ("debris-in-street", "bags"),
        ("hydrant-leak", "water"),
        ("abandoned-vehicle", "vehicle"),
    ],
)
def test_kind_of_is_what_the_service_is_about(service, kind):
    assert pictures.kind_of(service) == kind


@pytest.mark.parametrize("kind", sorted(pictures.DRAWINGS))
def test_picture_of_finished_work_differs_from_what_was_reported(kind, monkeypatch):
    monkeypatch.setattr(pictures, "kind_of", lambda service: kind)

    before, after = (pictures.picture(np.random.default_rng(3), "any", is_done=done) for done in (False, True))

    assert Image.open(io.BytesIO(before)).size == (640, 480)
    assert before != after
