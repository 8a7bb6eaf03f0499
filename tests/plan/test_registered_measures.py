"""Measures of the register: defined in versions, validated by somebody else, then read like any other measure."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from citystat.core import clock
from citystat.core.errors import Busy, InputError, NotAllowed, NotFound
from citystat.plan import queries
from citystat.plan.models import MeasureVersion, RecordedValue
from citystat.plan.registered import actions, value_actions
from citystat.plan.registered.value_actions import Given
from tests.factories import registered as factory
from tests.factories.requests import request, write_build

ROWS = [request(opened_on=date(2017, 1, 1) + timedelta(days=n)) for n in range(365)]
pytestmark = pytest.mark.django_db
NOW = datetime(2018, 1, 10, 12, tzinfo=ZoneInfo("UTC"))
YEAR = {"start": date(2017, 1, 1), "end": date(2017, 12, 31)}


@pytest.fixture(autouse=True)
def city(city_home: Path) -> Any:
    write_build(ROWS, as_of=date(2017, 12, 31))
    with clock.at(NOW):
        yield


def test_measures_hold_only_validated_definitions() -> None:
    version = factory.draft()
    assert "street_lights" not in {one.name for one in queries.measures()}
    actions.submit(by=factory.analyst(), version=version)
    actions.validate(by=factory.officer(), version=version)
    found = queries.measure("street_lights")
    assert (found.source, found.label.es, found.tier, found.format) == ("typed", "Luces encendidas", 2, "percent")


def test_measures_leave_out_staff_measures_for_the_public() -> None:
    factory.validated(audience="staff")
    assert "street_lights" not in {one.name for one in queries.measures("public")}
    assert "street_lights" in {one.name for one in queries.measures()}


def test_validate_is_never_done_by_the_person_who_drafted() -> None:
    version = actions.define(by=factory.officer(), name="own_draft", source="typed", definition=factory.DEFINITION)
    actions.submit(by=factory.officer(), version=version)
    with pytest.raises(NotAllowed, match="somebody else"):
        actions.validate(by=factory.officer(), version=version)


def test_send_back_needs_a_reason_and_lets_the_draft_be_changed() -> None:
    version = factory.draft()
    actions.submit(by=factory.analyst(), version=version)
    with pytest.raises(InputError, match="Say why"):
        actions.send_back(by=factory.officer(), version=version, reason=" ")
    actions.send_back(by=factory.officer(), version=version, reason="Which lights?")
    actions.save_draft(by=factory.analyst(), version=version, definition=factory.DEFINITION, revision=version.revision)
    assert MeasureVersion.objects.get().status == "draft"


def test_save_draft_of_a_validated_version_is_refused() -> None:
    version = factory.validated().versions.get()
    with pytest.raises(InputError, match="locked"):
        actions.save_draft(by=factory.analyst(), version=version, definition={}, revision=version.revision)


def test_save_draft_tells_the_second_of_two_editors() -> None:
    version = factory.draft()
    actions.save_draft(by=factory.analyst(), version=version, definition=factory.DEFINITION, revision=1)
    with pytest.raises(Busy):
        actions.save_draft(by=factory.analyst(), version=version, definition=factory.DEFINITION, revision=1)


def test_submit_names_what_is_missing() -> None:
    version = factory.draft(unit={"en": "-"}, format="rate", per=1000)
    with pytest.raises(InputError, match="unit: A number without a unit"):
        actions.submit(by=factory.analyst(), version=version)


def test_submit_of_a_changed_meaning_asks_for_a_change_and_a_rebase() -> None:
    measure = factory.validated()
    version = actions.new_version(by=factory.analyst(), measure=measure)
    changed = {**version.definition, "numerator": "Lights lit, without park lights"}
    actions.save_draft(by=factory.analyst(), version=version, definition=changed, revision=1)
    with pytest.raises(InputError, match="change: What it counts changed"):
        actions.submit(by=factory.analyst(), version=version)
    actions.save_draft(by=factory.analyst(), version=version, definition=changed, revision=2, change="modified")
    with pytest.raises(InputError, match="rebase_on"):
        actions.submit(by=factory.analyst(), version=version)
    actions.save_draft(
        by=factory.analyst(), version=version, definition=changed, revision=3, change="modified", rebase_on=date(2017, 7, 1),
        rebase_reason="Park lights left out",
    )  # fmt: skip
    actions.submit(by=factory.analyst(), version=version)
    actions.validate(by=factory.officer(), version=version)
    found = queries.measure("street_lights")
    assert found.version == 2
    assert [(one.on, one.reason.en) for one in found.chart.rebases] == [(date(2017, 7, 1), "Park lights left out")]


def test_new_version_while_one_is_open_is_refused() -> None:
    measure = factory.validated()
    actions.new_version(by=factory.analyst(), measure=measure)
    with pytest.raises(InputError, match="Version 2 is still open"):
        actions.new_version(by=factory.analyst(), measure=measure)


def test_rename_keeps_the_history_and_the_values() -> None:
    measure = factory.validated()
    factory.give("street_lights", {"2017-05": (95, 100)})
    actions.rename(by=factory.analyst(), measure=measure, label="Lights on", why="Plainer")
    assert queries.measure("street_lights").label.en == "Lights on"
    assert [one.label for one in measure.names.all()] == ["Lights on", "Street lights working"]
    assert queries.measure_rows("street_lights", start=date(2017, 5, 1), end=date(2017, 5, 31))[0].value == 0.95


def test_measure_table_of_typed_values_has_parts_interval_and_states() -> None:
    factory.validated()
    factory.give("street_lights", {"2017-01": (95, 100), "2017-02": (190, 200), "2017-04": None})
    rows = queries.measure_rows("street_lights", start=date(2017, 1, 1), end=date(2018, 1, 31))
    assert (rows[0].value, rows[0].numerator, rows[0].denominator) == (0.95, 95, 100)
    assert rows[0].lower == pytest.approx(0.8882, abs=1e-4)
    assert rows[0].upper == pytest.approx(0.9785, abs=1e-4)
    assert [one.state for one in rows[:4]] == ["ok", "ok", "missing", "missing"]
    assert rows[-1].state == "missing"
    assert not rows[-1].complete


def test_measure_table_by_quarter_adds_parts_and_misses_none() -> None:
    factory.validated()
    factory.give("street_lights", {"2017-01": (90, 100), "2017-02": (150, 200), "2017-03": (100, 100), "2017-04": (1, 1)})
    first, second = queries.measure_rows("street_lights", start=date(2017, 1, 1), end=date(2017, 6, 30), period="quarter")
    assert (first.value, first.numerator, first.state) == (0.85, 340, "ok")
    assert (second.value, second.state) == (None, "missing")


@pytest.mark.slow
def test_measure_table_of_a_yearly_measure_by_month_is_refused_in_a_sentence() -> None:
    factory.validated("tree_canopy", frequency="year", proxy="Trees planted")
    with pytest.raises(InputError, match="is given by the year: it cannot be shown by the month"):
        queries.measure_rows("tree_canopy", **YEAR, period="month")
    assert [one.period for one in queries.measure_rows("tree_canopy", **YEAR)] == ["2017"]


@pytest.mark.slow
def test_measure_table_by_group_and_limited_to_one() -> None:
    factory.validated()
    for district, lit in (("1", 9), ("2", 8)):
        given = Given(lit, 10, group_key="council_district", group_value=district)
        value_actions.record(by=factory.analyst(), name="street_lights", period="2017-06", given=given)
    june = {"start": date(2017, 6, 1), "end": date(2017, 6, 30)}
    rows = queries.measure_rows("street_lights", **june, by=["council_district"])
    assert {row.group["council_district"]: row.value for row in rows} == {"1": 0.9, "2": 0.8}
    assert queries.measure_rows("street_lights", **june, where={"council_district": "2"})[0].value == 0.8
    with pytest.raises(InputError, match="cannot be split by channel"):
        queries.measure_rows("street_lights", **june, by=["channel"])


@pytest.mark.slow
def test_measure_table_judges_typed_values_like_any_other() -> None:
    factory.validated()
    factory.give("street_lights", {key: (90 + n % 3, 100) for n, key in enumerate(factory.months("2016-01", 23))} | {"2017-12": (40, 100)})
    rows = queries.measure_rows("street_lights", start=date(2016, 1, 1), end=date(2017, 12, 31), signals=True)
    assert rows[-1].signal == "concerning"


@pytest.mark.feature("F069")
def test_a_gap_is_defined_before_there_are_data_and_stands_as_missing() -> None:
    factory.validated("lead_pipes", "gap", data_needed="How many service lines are lead, from the utility's records")
    found = queries.measure("lead_pipes")
    assert (found.source, found.registered.data_needed[:8]) == ("gap", "How many")  # type: ignore[union-attr]
    assert {row.state for row in queries.measure_rows("lead_pipes", **YEAR)} == {"missing"}
    with pytest.raises(InputError, match="not given by people"):
        factory.give("lead_pipes", {"2017-01": (1, 2)})


@pytest.mark.slow
def test_computed_measure_divides_others_and_is_missing_where_one_is() -> None:
    factory.validated("trees_planted", format="count")
    factory.give("trees_planted", {"2017-01": 62, "2017-02": 28})
    expression = {"numerator": "trees_planted", "denominator": "requests_opened"}
    factory.validated(
        "trees_per_request", "computed", format="rate", per=1, unit={"en": "trees a request"}, expression=expression, denominator=""
    )
    rows = queries.measure_rows("trees_per_request", start=date(2017, 1, 1), end=date(2017, 3, 31))
    assert [(one.value, one.state) for one in rows] == [(2.0, "ok"), (1.0, "ok"), (None, "missing")]
    assert (rows[0].numerator, rows[0].denominator) == (62, 31)


@pytest.mark.slow
def test_computed_measure_of_itself_round_a_corner_is_refused() -> None:
    factory.validated("trees_planted", format="count")
    factory.validated("twice", "computed", format="count", expression={"numerator": "trees_planted * 2"})
    thrice = factory.validated("thrice", "computed", format="count", expression={"numerator": "twice + trees_planted"})
    assert thrice.name == "thrice"
    version = actions.new_version(by=factory.analyst(), measure=queries_row("twice"))
    changed = {**version.definition, "expression": {"numerator": "thrice - 1"}}
    actions.save_draft(
        by=factory.analyst(), version=version, definition=changed, revision=1, change="modified", rebase_on=NOW.date(), rebase_reason="why"
    )
    with pytest.raises(InputError, match="twice → thrice → twice"):
        actions.submit(by=factory.analyst(), version=version)


@pytest.mark.parametrize(
    "text", ["__import__('os')", "requests_opened ** 2", "open", "1 +", "a if b else c", "requests_opened.owner", "[1]"]
)
def test_computed_measure_of_anything_but_measures_and_arithmetic_is_refused(text: str) -> None:
    version = factory.draft("strange", "computed", format="count", expression={"numerator": text})
    with pytest.raises(InputError, match="expression"):
        actions.submit(by=factory.analyst(), version=version)


def test_record_of_a_period_that_has_a_value_is_refused() -> None:
    factory.validated()
    factory.give("street_lights", {"2017-01": (95, 100)})
    with pytest.raises(InputError, match="has a value already"):
        factory.give("street_lights", {"2017-01": (96, 100)})


@pytest.mark.parametrize(
    ("period", "pair", "said"),
    [
        ("2018-01", (1, 2), "not over yet"),
        ("2017", (1, 2), "given by the month: write a period such as 2017-12"),
        ("2017-01", (3, 2), "between 0 and the denominator"),
        ("2017-01", (3, None), "both the numerator and the denominator"),
        ("2017-01", (0, 0), "more than 0"),
    ],
)
def test_record_refuses_what_cannot_be(period: str, pair: tuple[Any, Any], said: str) -> None:
    factory.validated()
    with pytest.raises(InputError, match=said):
        factory.give("street_lights", {period: pair})
    assert not RecordedValue.objects.exists()


def test_record_by_somebody_else_is_refused_and_by_the_owner_is_not() -> None:
    factory.validated()
    with pytest.raises(NotAllowed):
        value_actions.record(by=factory.person("other@city.example"), name="street_lights", period="2017-01", given=Given(1, 2))
    value_actions.record(by=factory.owner(), name="street_lights", period="2017-01", given=Given(1, 2))
    assert RecordedValue.objects.get().entered_by == factory.owner()


@pytest.mark.slow
@pytest.mark.feature("F024")
def test_correct_keeps_old_new_and_reason_and_old_exports_stay_the_same() -> None:
    factory.validated()
    with clock.at(NOW - timedelta(days=5)):
        factory.give("street_lights", {"2017-12": (95, 100)})
    december = {"start": date(2017, 12, 1), "end": date(2017, 12, 31)}
    exported = queries.measure_rows("street_lights", **december)
    value_actions.correct(
        by=factory.officer(), name="street_lights", period="2017-12", given=Given(59, 100), reason="One round was counted twice"
    )
    after = queries.measure_rows("street_lights", **december)
    assert (exported[0].value, after[0].value) == (0.95, 0.59)
    (erratum,) = queries.corrections("street_lights")
    assert (erratum.old_value, erratum.new_value, erratum.reason) == (0.95, 0.59, "One round was counted twice")
    assert erratum.published_at == NOW
    assert queries.measure_rows("street_lights", **december, as_known_on=NOW - timedelta(days=1)) == exported
    trace = queries.trace("street_lights", period="2017-12")
    assert [(one["value"], one["stands"]) for one in trace.rows] == [(0.59, True), (0.95, False)]
    assert trace.agrees
    assert trace.recomputed == 0.59


@pytest.mark.slow
def test_correct_without_the_right_or_a_reason_is_refused() -> None:
    factory.validated()
    factory.give("street_lights", {"2017-12": (95, 100)})
    with pytest.raises(NotAllowed):
        value_actions.correct(by=factory.analyst(), name="street_lights", period="2017-12", given=Given(59, 100), reason="Wrong")
    with pytest.raises(InputError, match="says why"):
        value_actions.correct(by=factory.officer(), name="street_lights", period="2017-12", given=Given(59, 100), reason=" ")
    assert queries.measure_rows("street_lights", start=date(2017, 12, 1), end=date(2017, 12, 31))[0].value == 0.95


def test_correct_counted_puts_an_erratum_beside_a_warehouse_figure() -> None:
    value_actions.correct_counted(
        by=factory.officer(), name="requests_opened", period="2017-06", old_value=130, new_value=30, reason="A load was counted twice"
    )
    assert [(one.period, one.old_value, one.new_value) for one in queries.corrections("requests_opened")] == [("2017-06", 130, 30)]


@pytest.mark.slow
def test_trace_of_a_computed_value_names_its_inputs() -> None:
    factory.validated("trees_planted", format="count")
    factory.give("trees_planted", {"2017-01": 62})
    factory.validated("twice", "computed", format="count", expression={"numerator": "trees_planted * 2"})
    trace = queries.trace("twice", period="2017-01")
    assert [(one["measure"], one["value"]) for one in trace.rows] == [("trees_planted", 62)]
    assert trace.row.value == trace.recomputed == 124


@pytest.mark.slow
def test_trace_says_who_gave_a_value_only_to_those_who_may_see_rows() -> None:
    factory.validated()
    factory.give("street_lights", {"2017-01": (95, 100)})
    assert queries.trace("street_lights", period="2017-01").rows[0]["given_by"] is None
    assert queries.trace("street_lights", period="2017-01", with_address=True).rows[0]["given_by"] == "Analyst"


def test_target_in_force_on_the_day_is_used_and_the_last_set_wins() -> None:
    set_target = value_actions.set_target
    set_target(by=factory.analyst(), name="closed_on_time", value=0.8, start=date(2016, 1, 1), rationale="Council 2016")
    set_target(by=factory.analyst(), name="closed_on_time", value=0.9, start=date(2017, 1, 1), rationale="Council 2017")
    found = queries.measure("closed_on_time")
    assert (found.target_on(date(2016, 5, 1)), found.target_on(date(2017, 5, 1))) == (0.8, 0.9)
    with pytest.raises(InputError, match="rationale"):
        set_target(by=factory.analyst(), name="closed_on_time", value=0.9, start=date(2017, 1, 1), rationale="")
    with pytest.raises(InputError, match="between 0 % and 100 %"):
        set_target(by=factory.analyst(), name="closed_on_time", value=61, start=date(2017, 1, 1), rationale="x")


@pytest.mark.slow
@pytest.mark.feature("F105")
def test_survey_item_carries_mode_and_weights_and_its_trend_holds_comparable_questions_only() -> None:
    survey = {"name": "Citizen survey", "question": "How clean is your street?", "mode": "mail and phone", "weights": "by age and district"}
    measure = factory.validated("clean_streets", "survey", frequency="year", proxy="none", survey=survey)
    factory.give("clean_streets", {"2015": (50, 100)})
    version = actions.new_version(by=factory.analyst(), measure=measure)
    changed = {**version.definition, "survey": survey | {"question": "How clean is your city?"}}
    actions.save_draft(
        by=factory.analyst(), version=version, definition=changed, revision=1, change="modified", rebase_on=date(2016, 1, 1),
        rebase_reason="Another question",
    )  # fmt: skip
    actions.submit(by=factory.analyst(), version=version)
    actions.validate(by=factory.officer(), version=version)
    factory.give("clean_streets", {"2016": (60, 100)})
    rows = queries.measure_rows("clean_streets", start=date(2015, 1, 1), end=date(2016, 12, 31))
    assert [(row.value, row.state) for row in rows] == [(None, "missing"), (0.6, "ok")]
    without_mode = {**changed, "survey": {"name": "x", "question": "y", "weights": "none"}}
    draft = factory.draft("other_item", "survey", frequency="year", proxy="none", survey=without_mode["survey"])
    with pytest.raises(InputError, match=r"survey.mode"):
        actions.submit(by=factory.analyst(), version=draft)


def test_retire_takes_a_measure_out_of_the_lists_but_not_its_numbers() -> None:
    measure = factory.validated()
    measure.refresh_from_db()
    actions.retire(by=factory.analyst(), measure=measure, reason="Replaced")
    assert "street_lights" not in {one.name for one in queries.measures()}
    assert queries.measure("street_lights").name == "street_lights"


def test_measure_of_no_name_is_not_found() -> None:
    with pytest.raises(NotFound):
        queries.measure("nothing_like_it")


def queries_row(name: str) -> Any:
    from citystat.plan.models import RegisteredMeasure

    return RegisteredMeasure.objects.get(name=name)
