"""Why a request is where it is, told in the language of the reader."""

import pytest
from django.utils import translation

from citystat.core.errors import InputError
from citystat.service_requests import rules


class Rule:
    order, name, when, department, team, priority = 5, "West streets", {"service": "pothole"}, "Streets", "West", None


@pytest.mark.parametrize(
    ("service", "owner", "words"),
    [
        ("pothole", "Streets", "Regla 5: West streets."),
        ("graffiti", "Parks", "Ninguna regla coincidió: Parks está a cargo del servicio."),
        ("graffiti", "", "Ninguna regla coincidió: nadie está a cargo del servicio."),
    ],
)
def test_route_words_say_what_route_wrote_in_the_readers_language(service, owner, words):
    why = rules.route([Rule], {"service": service}, owner).why
    with translation.override("es"):
        assert rules.route_words(why) == words
    with translation.override("en"):
        assert rules.route_words(why) == why


def test_route_words_leave_other_words_alone():
    assert rules.route_words("Moved from the old system") == "Moved from the old system"


def test_check_transition_speaks_the_readers_language():
    with translation.override("es"), pytest.raises(InputError, match="está cerrada no puede pasar a estar en espera"):
        rules.check_transition("closed", "held")
