"""The service somebody means, by keywords and by what the city's history taught."""

import pytest

from citystat.core.errors import InputError
from citystat.service_requests.cases import finding, learning
from citystat.service_requests.models import ServiceRequest
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city(city_home):
    cases.make_districts()
    cases.make_service(form={"keywords": ["hole in the road", "bache"]})
    cases.make_service("Street Light Out", "LGT", form={"keywords": ["dark street", "lámpara"]})
    cases.make_service("Animal Bite", "BIT", form={"keywords": ["bitten"], "is_offered": False})


def names(text: str) -> list[str]:
    return [offer.name for offer, _ in finding.suggest(text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("There is a big hole in the road!", "Pothole"),
        ("lampara rota", "Street Light Out"),
        ("potholle", "Pothole"),
        ("un bache", "Pothole"),
    ],
)
def test_suggest_understands_words_accents_and_slips(text, first):
    assert names(text)[0] == first


def test_suggest_leaves_out_what_is_not_offered_and_what_does_not_fit():
    assert names("I was bitten") == []
    assert names("the and of") == []


def test_learn_needs_enough_texts():
    with pytest.raises(InputError, match="50"):
        learning.learn(None)


@pytest.mark.slow
def test_learn_beats_keywords_on_words_nobody_listed():
    for number in range(60):
        cases.file_request(description=f"my rim is bent near house {number}", email="")
        cases.file_request("street-light-out", description=f"gloomy corner by house {number}", email="")
    assert names("bent rim") == []

    report = learning.learn(None)

    assert report["model"]["top_1"] > 0.9 > report["keywords"]["top_1"]
    assert names("a bent rim again")[0] == "Pothole"
    assert ServiceRequest.objects.count() == report["texts"] == 120
