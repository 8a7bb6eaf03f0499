"""What is looked for is found on either engine, in large and in small letters."""

import pytest

from citystat.core.searching import begins, holds
from citystat.people.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("looked_for", ["ñandú", "ÑANDÚ", "Ñandú", "ñANDÚ"])
@pytest.mark.parametrize("stands_there", ["calle ñandú", "CALLE ÑANDÚ", "Calle Ñandú"])
def test_holds_passes_over_large_and_small_letters(looked_for: str, stands_there: str) -> None:
    made = User.objects.create(email="a@city.example", name=stands_there)
    assert list(User.objects.filter(holds(looked_for, "email", "name"))) == [made]
    assert not User.objects.filter(holds(looked_for, "email")).exists()


@pytest.mark.parametrize("looked_for", ["éclair", "ÉCLAIR s"])
def test_begins_passes_over_large_and_small_letters(looked_for: str) -> None:
    made = User.objects.create(email="a@city.example", name="Éclair Street")
    User.objects.create(email="b@city.example", name="Old Éclair Street")
    assert list(User.objects.filter(begins(looked_for, "name"))) == [made]


def test_holds_of_plain_letters_asks_once() -> None:
    assert len(holds("Main St", "name")) == 1
