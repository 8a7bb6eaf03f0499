"""The answers of the example city."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from tests.factories import cases

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "calder-bend" / "answers.yaml"


@pytest.fixture(autouse=True)
def english() -> None:
    """A page read in Spanish leaves its language in the process."""
    translation.activate("en")


@pytest.fixture
def answers(db: None, city_home: Path) -> None:
    cases.make_service("Missed Trash", "WST")
    call_command("answers", "load", str(EXAMPLE), stdout=io.StringIO())
