"""The page and the command of the emergency switch, and the banner everywhere."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from citystat.core import clock
from citystat.core.errors import InputError
from citystat.service_requests.cases import emergency
from citystat.service_requests.models import EmergencySwitch
from tests.factories import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city", "city_home")]


@pytest.fixture
def tree(city: None) -> None:
    cases.make_service("Tree Down", "TREE", form={"priority": 1})


@pytest.mark.usefixtures("tree")
def test_supervisor_switches_on_confirms_and_off_on_the_page(boss: Any, sign_in: Any) -> None:
    browser = sign_in(boss)
    browser.post("/emergency/", {"do": "on", "reason": "Tornado", "hours": "6", "services": ["tree-down"], "text_en": "Tornado!"})
    state = emergency.current()
    assert state is not None
    assert (state.services, state.message) == (("tree-down",), "Tornado!")
    browser.post("/emergency/", {"do": "confirm", "reason": "Still there"})
    browser.post("/emergency/", {"do": "off", "reason": "Over"})
    assert emergency.current() is None
    page = browser.get("/emergency/").content.decode()
    assert all(words in page for words in ("Tornado", "Still there", "Over", "Berta Boss"))


def test_page_says_what_is_wrong_and_keeps_what_was_typed(boss: Any, sign_in: Any) -> None:
    page = sign_in(boss).post("/emergency/", {"do": "on", "reason": "", "text_en": "Ice everywhere", "services": ["pothole"]})
    assert page.status_code == 400
    assert "Say why" in page.content.decode()
    assert "Ice everywhere" in page.content.decode()
    assert emergency.current() is None


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("address", ["/", "/notices/", "/requests/", "/answers/", "/how-to-read/", "/nothing-here/"])
def test_banner_stands_on_every_page_while_it_is_on(client: Client, address: str) -> None:
    def has_banner() -> bool:
        return "cs-notice--emergency" in client.get(address).content.decode()

    assert not has_banner()
    emergency.switch_on(by=None, reason="Tornado")
    assert has_banner()
    emergency.switch_off(by=None, reason="Over")
    assert not has_banner()


@pytest.mark.usefixtures("tree")
def test_those_who_may_switch_are_asked_on_every_page_once_the_time_has_come(boss: Any, worker: Any, sign_in: Any) -> None:
    with clock.at(timezone.now() - timedelta(hours=20)):
        emergency.switch_on(by=None, reason="Ice", hours=12)
    assert "Confirm it or switch it off" in sign_in(boss).get("/requests/").content.decode()
    assert "Confirm it or switch it off" not in sign_in(worker).get("/requests/").content.decode()
    assert "Confirm it or switch it off" not in Client().get("/requests/").content.decode()


@pytest.mark.usefixtures("tree")
def test_command_switches_shows_and_asks() -> None:
    def run(*words: str) -> str:
        out = io.StringIO()
        call_command("emergency", *words, stdout=out)
        return out.getvalue()

    assert "off" in run()
    assert "tree-down" in run("on", "--reason", "Ice", "--message", "en=Ice on the roads.")
    assert "0 people" in run("ask")
    assert EmergencySwitch.objects.get().texts == {"en": "Ice on the roads."}
    assert "on since" in run("confirm")
    assert "off" in run("off", "--reason", "Thaw")
    with pytest.raises(InputError, match="Say why"):
        run("on")
    with pytest.raises(InputError, match="language=text"):
        run("on", "--reason", "Ice", "--message", "Ice on the roads.")
