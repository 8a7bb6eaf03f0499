"""A department's session shows the measures of the register in its name beside the standard ones."""

from datetime import date
from typing import Any

import pytest

from citystat.plan.models import RegisteredMeasure
from citystat.plan.registered import actions as register_actions
from citystat.plan.registered import register
from citystat.stat_sessions import comparisons
from citystat.stat_sessions.content import Value
from citystat.stat_sessions.cycle import key_measures, packets
from citystat.stat_sessions.cycle.content import KeyMeasure, SessionPacket
from citystat.stat_sessions.models import Session
from tests.factories import registered
from tests.stat_sessions.cycle.conftest import at

pytestmark = pytest.mark.django_db
STREETS = "Streets"


@pytest.fixture
def lights(july: None) -> RegisteredMeasure:
    """Typed by month since 2016, 71 % in June 2017."""
    made = registered.validated()
    registered.give("street_lights", {period: (70 + number % 2, 100) for number, period in enumerate(registered.months("2016-01", 18))})
    register.forget()
    return made


def of(session: Session, department: str, audience: Any = "staff") -> SessionPacket:
    Session.objects.filter(pk=session.pk).update(department=department, kind="internal")
    session.refresh_from_db()
    return packets.Drafting(session).packet("en", audience)


def found(packet: SessionPacket, name: str) -> KeyMeasure | None:
    return next((one for one in packet.measures if one.headline.measure == name), None)


@pytest.mark.slow
def test_packet_of_a_department_has_its_registered_measures(session: Session, lights: RegisteredMeasure) -> None:
    one = found(of(session, STREETS), "street_lights")

    assert one is not None
    assert one.headline.figure.now.value == pytest.approx(0.71)
    assert one.headline.trend is not None
    assert one.caveat == ""


@pytest.mark.slow
def test_packet_of_a_department_the_requests_do_not_know_is_not_without_figures(session: Session, lights: RegisteredMeasure) -> None:
    packet = of(session, STREETS)

    assert packet.no_data
    assert {one.headline.measure for one in packet.measures if one.headline.figure.now.is_known} == {"street_lights"}


@pytest.mark.slow
def test_packet_of_another_department_has_it_not(session: Session, lights: RegisteredMeasure) -> None:
    packet = of(session, "Water")

    assert found(packet, "street_lights") is None
    assert found(packet, "closed_on_time") is not None


@pytest.mark.slow
def test_packet_for_the_public_leaves_out_a_measure_of_the_staff(session: Session, july: None) -> None:
    registered.validated(audience="staff")
    register.forget()

    assert found(of(session, STREETS), "street_lights") is not None
    assert found(of(session, STREETS, "public"), "street_lights") is None


@pytest.mark.slow
def test_own_aims_leave_out_retired_measures(lights: RegisteredMeasure) -> None:
    assert [one.measure for one in key_measures.own_aims(STREETS)] == ["street_lights"]
    register_actions.retire(by=registered.analyst(), measure=lights, reason="Counted elsewhere.")
    register.forget()
    assert key_measures.own_aims(STREETS) == ()


@pytest.mark.slow
def test_packet_names_the_period_of_a_measure_given_by_quarter(session: Session, july: None) -> None:
    registered.validated(format="count", frequency="quarter", proxy="Nothing")
    registered.give("street_lights", {"2017-Q1": 40, "2017-Q2": 44})
    register.forget()
    with at(date(2017, 8, 10)):
        Session.objects.filter(pk=session.pk).update(month="2017-07")
        one = found(of(session, STREETS), "street_lights")

    assert one is not None
    assert one.headline.figure.now.value == 44
    assert one.headline.label == "Trees planted (trees)"
    assert "April\u2013June 2017" in one.caveat


def test_packet_says_where_nothing_was_given(session: Session, july: None) -> None:
    registered.validated()
    register.forget()
    one = found(of(session, STREETS), "street_lights")

    assert one is not None
    assert one.weakness == "not_known"


def test_compare_given_knows_nothing_of_few_months() -> None:
    now, before = Value(0.9), Value(0.5)

    assert comparisons.compare_given(now, before, [0.5, 0.9]).verdict == comparisons.Compared(now, before).verdict
    assert comparisons.compare_given(now, before, [0.5, 0.51, 0.5, 0.52, 0.5, 0.51, 0.9]).verdict == "higher"
    assert comparisons.compare_given(Value(0.51), before, [0.5, 0.51, 0.5, 0.52, 0.5, 0.51]).verdict == "same"


def test_packet_writes_a_rate_in_its_own_unit(session: Session, july: None) -> None:
    registered.validated(format="rate", per=1, unit={"en": "potholes a request", "es": "baches por solicitud"})
    registered.give("street_lights", {"2017-06": (400, 100)})
    register.forget()
    one = found(of(session, STREETS), "street_lights")

    assert one is not None
    assert (one.headline.unit, one.headline.label) == ("decimal", "Street lights working (potholes a request)")
