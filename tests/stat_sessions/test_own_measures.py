"""The monthly packet of a department shows the measures of the register in its name beside the standard ones."""

from datetime import date
from typing import Any

import pytest

from citystat.plan.models import RegisteredMeasure
from citystat.plan.registered import register
from citystat.stat_sessions import content, given, queries, setting
from citystat.stat_sessions.content import Headline, PacketContent, Value
from citystat.stat_sessions.reports import packet_documents
from citystat.warehouse.connections import open_build
from tests.factories import registered
from tests.stat_sessions.cycle.conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def lights(small_city: Any) -> Any:
    """Housing types it by month since 2016: 70 % or 71 %."""
    made = registered.validated()
    registered.give("street_lights", {period: (70 + number % 2, 100) for number, period in enumerate(registered.months("2016-01", 18))})
    RegisteredMeasure.objects.update(department="Housing")
    register.forget()
    with at(date(2017, 7, 10)):
        yield made
    register.forget()


def packet(**scope: Any) -> PacketContent:
    return queries.packet_content("2017-06", **({"kind": "department", "code": "Housing"} | scope))


@pytest.mark.slow
def test_packet_of_a_department_has_its_registered_measures(lights: RegisteredMeasure) -> None:
    (line,) = packet().own

    assert (line.measure, line.label) == ("street_lights", "Street lights working")
    assert line.figure.now.value == pytest.approx(0.71)
    assert line.sentence.startswith("No target.")
    assert line.trend is not None


@pytest.mark.slow
def test_packet_of_the_city_or_of_another_department_has_none(lights: RegisteredMeasure) -> None:
    other = next(row.label for row in packet(kind="city", code="").departments.rows if row.label != "Housing")  # type: ignore[union-attr]

    assert packet(kind="city", code="").own == ()
    assert packet(code=other).own == ()


@pytest.mark.slow
def test_packet_for_the_public_leaves_out_a_measure_of_the_staff(small_city: Any) -> None:
    registered.validated(audience="staff")
    RegisteredMeasure.objects.update(department="Housing")
    register.forget()

    assert packet().own == ()
    (line,) = packet(audience="staff").own
    assert line.sentence.startswith("No value: missing.")


@pytest.mark.slow
def test_own_measures_stand_in_every_form(lights: RegisteredMeasure) -> None:
    made = packet()

    page = setting.html_file(made)
    assert "Measures of the department" in page
    assert page.count("Street lights working") >= 1
    assert setting.pdf_file(made).startswith(b"%PDF")
    document = packet_documents.of_month(made)
    assert [one.heading for one in document.sections if one.key == "own"] == ["Measures of the department"]
    assert "Lo que el departamento cuenta por sí mismo" in setting.html_file(packet(language="es"))


@pytest.mark.slow
def test_packet_with_own_measures_reads_back_the_same(lights: RegisteredMeasure) -> None:
    made = packet()

    assert content.from_dict(content.as_dict(made)) == made
    assert "own" not in content.as_dict(packet(kind="city", code=""))


@pytest.mark.parametrize(
    ("value", "target", "says"),
    [
        (Value(0.71, 71, 100, state="ok"), 0.9, "Misses its target. Target: 90%."),
        (Value(0.95, 95, 100, state="ok"), 0.9, "Meets its target. Target: 90%."),
        (Value(0.71, 71, 100, state="incomplete"), 0.9, "Target: 90%."),
        (Value(None, 1, 3, state="too_few"), 0.9, "No value: too few cases (fewer than 1)."),
    ],
)
def test_verdict_says_how_the_value_stands(lights: RegisteredMeasure, value: Value, target: float, says: str) -> None:
    measure = registered_measure()

    assert given._verdict(value, target, measure, is_over=value.state == "ok") == says


def registered_measure() -> Any:
    return given.plan.measure("street_lights")


def test_lines_say_the_quarter_a_value_is_of(small_city: Any) -> None:
    registered.validated(format="count", frequency="quarter", proxy="Nothing")
    registered.give("street_lights", {"2017-Q1": 40, "2017-Q2": 44})
    RegisteredMeasure.objects.update(department="Housing")
    register.forget()
    with at(date(2017, 8, 10)):
        found: tuple[Headline, ...] = given.lines(open_build(), date(2017, 7, 1), "Housing", "en", "staff")

    assert [(one.figure.now.value, one.label) for one in found] == [(44, "Trees planted (trees)")]
    assert "2017" in found[0].definition
