"""The emergency switch: who turns it, what stays on record, when people are asked again."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from citystat.core import clock
from citystat.core.errors import InputError, NotAllowed
from citystat.core.models import AuditEvent, OutboxMessage
from citystat.service_requests.cases import emergency
from citystat.service_requests.models import EmergencySwitch
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city() -> None:
    cases.make_service("Tree Down", "TREE", form={"priority": 1})
    cases.make_service("Flooded Street", "FLOOD", form={"priority": 2})
    cases.make_service("Pothole", "POT", form={"priority": 4})
    cases.make_service("Sidewalk", "SID", form={"priority": 1, "resident_photo": "required"})


@pytest.fixture
def supervisor() -> Any:
    return cases.make_user("night@city.example", "supervisor", name="Mara")


def test_switch_on_takes_the_urgent_services_that_need_no_photo(supervisor: Any) -> None:
    assert emergency.current() is None
    emergency.switch_on(by=supervisor, reason="Tornado")
    found = emergency.current()
    assert found is not None
    assert [one.slug for one in found.offers()] == ["flooded-street", "tree-down"]


def test_every_turn_stays_with_who_when_and_why(supervisor: Any) -> None:
    emergency.switch_on(by=supervisor, reason="Tornado", services=["pothole"])
    emergency.confirm(by=supervisor, reason="Still blowing")
    emergency.switch_off(by=None, reason="Over")

    assert emergency.current() is None
    assert [(one.kind, one.by, one.reason) for one in emergency.turns()] == [
        ("off", None, "Over"), ("confirmed", supervisor, "Still blowing"), ("on", supervisor, "Tornado"),
    ]  # fmt: skip
    assert list(AuditEvent.objects.order_by("id").values_list("action", flat=True)) == [
        "emergency on",
        "emergency confirmed",
        "emergency off",
    ]
    with pytest.raises(NotAllowed):
        EmergencySwitch.objects.order_by("id").first().delete()  # type: ignore[union-attr]
    with pytest.raises(NotAllowed):
        emergency.turns()[0].save()


def test_confirm_keeps_words_services_and_the_day_it_began() -> None:
    began = timezone.now() - timedelta(hours=13)
    with clock.at(began):
        emergency.switch_on(by=None, reason="Ice", services=["pothole"], texts={"en": "Ice on the roads.", "es": "Hielo."})
    emergency.confirm(by=None)
    found = emergency.current()
    assert found is not None
    assert (found.since, found.services, found.message, found.is_to_confirm) == (began, ("pothole",), "Ice on the roads.", False)
    with translation.override("es"):
        assert found.message == "Hielo."


def test_it_stays_on_until_somebody_switches_it_off_and_asks_meanwhile(supervisor: Any) -> None:
    cases.make_user("desk@city.example", "call_taker")
    emergency.switch_on(by=supervisor, reason="Ice", hours=12)
    assert emergency.ask_to_confirm() == 0
    with clock.at(timezone.now() + timedelta(hours=30)):
        found = emergency.current()
        assert found is not None
        assert found.is_to_confirm
        assert emergency.ask_to_confirm() == 1
        assert emergency.ask_to_confirm() == 1
    assert OutboxMessage.objects.count() == 1
    assert "/emergency/" in OutboxMessage.objects.get().text


@pytest.mark.parametrize("role", ["call_taker", "department_worker", "council_office", "analyst", "community_group"])
def test_switch_on_is_refused_without_the_right(role: str) -> None:
    with pytest.raises(NotAllowed):
        emergency.switch_on(by=cases.make_user("x@city.example", role), reason="Ice")
    assert emergency.current() is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"reason": " "}, "Say why"),
        ({"services": ["sidewalk"]}, "photo"),
        ({"services": ["nothing"]}, "not offered"),
        ({"hours": 0}, "hours"),
        ({"hours": 100}, "hours"),
        ({"hours": float("nan")}, "hours"),
    ],
)
def test_switch_on_says_what_is_wrong(values: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        emergency.switch_on(**{"by": None, "reason": "Ice"} | values)
    assert emergency.current() is None


def test_switch_on_twice_and_off_twice_are_refused() -> None:
    emergency.switch_on(by=None, reason="Ice")
    with pytest.raises(InputError, match="on already"):
        emergency.switch_on(by=None, reason="Ice")
    emergency.switch_off(by=None, reason="Over")
    with pytest.raises(InputError, match="not on"):
        emergency.switch_off(by=None, reason="Over")
    with pytest.raises(InputError, match="not on"):
        emergency.confirm(by=None)


def test_current_takes_no_statement_while_it_is_kept(django_assert_num_queries: Any, settings: Any) -> None:
    settings.CITYSTAT_SECONDS_KEPT = 60
    emergency.switch_on(by=None, reason="Ice")
    emergency.current()
    with django_assert_num_queries(0):
        assert emergency.current() is not None
