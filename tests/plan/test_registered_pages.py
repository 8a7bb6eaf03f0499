"""Pages of the register: defining, reviewing, giving, correcting, boards and health."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from citystat.core import clock, vault
from citystat.core.cities import write_city
from citystat.core.models import ActLink, AuditEvent, OutboxMessage
from citystat.plan import queries
from citystat.plan.models import RecordedValue, RegisteredMeasure, ValueRequest
from citystat.plan.registered import actions, board, value_actions
from citystat.warehouse.connections import open_build
from tests.factories import registered as factory
from tests.factories.requests import keep_answers, request, write_build

pytestmark = pytest.mark.django_db
NOW = datetime(2018, 1, 10, 12, tzinfo=ZoneInfo("UTC"))
ROWS = [request(opened_on=date(2016, 1, 1) + timedelta(days=n), place_council_district="1") for n in range(730)]


@pytest.fixture(autouse=True)
def city(city_home: Path) -> Any:
    write_build(ROWS, as_of=date(2017, 12, 31), named="a request a day for two years")
    keep_answers(city_home)
    with clock.at(NOW):
        yield


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:400]
    return answer.content.decode()


@pytest.mark.slow
def test_new_keeps_what_was_typed_when_something_is_wrong() -> None:
    typed = {
        "name": "Bad Name",
        "source": "typed",
        "label_en": "Lanes paved",
        "description_en": "x",
        "why_en": "y",
        "baseline_value": "0.61",
    }
    typed |= {"type": "output", "tier": "1", "audience": "public", "direction": "increase", "format": "percent", "frequency": "month"}
    typed |= {"level": "city", "over_periods": "none", "seasonality": "none", "baseline_year": "2016"}
    answer = signed_in(factory.analyst()).post("/measures/register/new/", typed)
    text = answer.content.decode()
    assert 'value="Lanes paved"' in text
    assert "Did you mean 61% or 0.61%?" in text
    assert not RegisteredMeasure.objects.exists()
    answer = signed_in(factory.analyst()).post("/measures/register/new/", typed | {"baseline_value": "61%"})
    assert "A name has 3 to 60 small letters" in answer.content.decode()
    answer = signed_in(factory.analyst()).post("/measures/register/new/", typed | {"baseline_value": "61%", "name": "lanes_paved"})
    assert answer.status_code == 302
    assert RegisteredMeasure.objects.get().versions.get().definition["baseline"] == {"value": 0.61, "year": 2016}


@pytest.mark.slow
def test_review_by_the_drafter_is_refused_and_by_another_locks() -> None:
    factory.draft()
    analyst, officer = signed_in(factory.analyst()), signed_in(factory.officer())
    analyst.post("/measures/street_lights/definition/1/review/", {"act": "submit"})
    assert analyst.post("/measures/street_lights/definition/1/review/", {"act": "validate"}).status_code == 403
    assert "Validate and lock" in page(officer, "/measures/street_lights/definition/1/")
    officer.post("/measures/street_lights/definition/1/review/", {"act": "validate"})
    assert "Validated and locked" in page(analyst, "/measures/street_lights/definition/1/")


def test_definition_of_a_draft_is_hidden_from_the_public_and_of_a_validated_one_is_not(client: Client) -> None:
    version = factory.draft()
    page(client, "/measures/street_lights/definition/", 404)
    actions.submit(by=factory.analyst(), version=version)
    actions.validate(by=factory.officer(), version=version)
    text = page(client, "/measures/street_lights/definition/")
    assert "Lights found lit on the night round" in text
    assert "Night round sheet" in text


def test_draft_says_what_it_lacks_by_the_words_of_its_fields() -> None:
    factory.draft(numerator=" ")
    text = page(signed_in(factory.analyst()), "/measures/street_lights/definition/1/")
    assert "Street lights working: version 1" in text
    assert "<strong>Numerator: what is counted</strong>" in text
    assert "<strong>numerator</strong>" not in text


def test_measure_page_of_a_computed_measure_says_its_formula_in_words(client: Client) -> None:
    factory.validated()
    expression = {"numerator": "street_lights + requests_closed", "denominator": "requests_opened"}
    factory.validated("lights_a_request", source="computed", format="decimal", expression=expression, label={"en": "Lights a request"})
    text = page(client, "/measures/lights_a_request/")
    assert "(Street lights working + Requests closed) ÷ Requests opened" in text


@pytest.mark.slow
def test_measure_pages_show_a_typed_measure_its_chart_and_trace(client: Client) -> None:
    factory.validated()
    factory.give("street_lights", {key: (90 + n % 3, 100) for n, key in enumerate(factory.months("2016-01", 24))})
    assert "Street lights working" in page(client, "/measures/")
    text = page(client, "/measures/street_lights/")
    assert "December 2017" in text
    assert "given by the owner" in text
    trace = page(client, "/measures/street_lights/2017-12/rows/")
    assert "The values given, the newest first" in trace
    assert "Analyst" not in trace
    assert "Luces encendidas" in Client(headers={"accept-language": "es"}).get("/measures/street_lights/").content.decode()


def test_measure_page_of_a_yearly_measure_speaks_of_years(client: Client) -> None:
    factory.validated("tree_canopy", frequency="year", proxy="none", groups=[])
    factory.give("tree_canopy", {"2015": (30, 100), "2016": (31, 100)})
    text = page(client, "/measures/tree_canopy/")
    assert "by year, 1994 to 2018" in text
    assert "Fewer than 13 complete values" in text


@pytest.mark.slow
@pytest.mark.parametrize("shares", [True, False])
def test_name_of_the_data_owner_is_public_only_where_the_city_shares_names(client: Client, shares: bool) -> None:
    write_city(shares_staff_names=shares)
    factory.validated(data_owner_role="Head of lights")
    factory.give("street_lights", {"2017-11": (71, 100)})

    for path in ("/measures/street_lights/", "/measures/street_lights/definition/"):
        text = page(client, path)
        assert ("Ana Ruiz" in text) is shares
        assert shares or "Head of lights" in text
    assert "Ana Ruiz" in page(signed_in(factory.analyst()), "/measures/street_lights/definition/")


@pytest.mark.slow
def test_measure_page_kept_for_the_public_is_made_again_after_a_value(client: Client) -> None:
    factory.validated()
    factory.give("street_lights", {"2017-11": (11, 100)})
    assert "11%" in page(client, "/measures/street_lights/")
    factory.give("street_lights", {"2017-12": (77, 100)})
    assert "77%" in page(client, "/measures/street_lights/")


@pytest.mark.feature("F069")
def test_measure_page_of_a_gap_says_what_is_needed_and_draws_nothing(client: Client) -> None:
    factory.validated("lead_pipes", "gap", data_needed="Records of the utility", groups=[])
    text = page(client, "/measures/lead_pipes/")
    assert "There are no data for this yet" in text
    assert "Records of the utility" in text
    assert "cs-chart" not in text


@pytest.mark.feature("F105")
def test_measure_page_of_a_survey_item_states_mode_and_weights(client: Client) -> None:
    survey = {"name": "Citizen survey", "question": "How clean is your street?", "mode": "mail and phone", "weights": "by age and district"}
    factory.validated("clean_streets", "survey", frequency="year", proxy="none", survey=survey, groups=[])
    factory.give("clean_streets", {"2016": (50, 100)})
    text = page(client, "/measures/clean_streets/")
    assert "mail and phone" in text
    assert "by age and district" in text


def test_values_page_asks_about_a_bare_fraction_and_keeps_what_was_typed() -> None:
    factory.validated()
    client = signed_in(factory.owner())
    answer = client.post("/measures/street_lights/values/", {"period": "2017-12", "value": "0.61", "note": "round of the 5th"})
    text = answer.content.decode()
    assert "Did you mean 61% or 0.61%?" in text
    assert "round of the 5th" in text
    client.post("/measures/street_lights/values/", {"period": "2017-12", "value": "61"})
    assert RecordedValue.objects.get().value == 0.61


def test_values_page_of_somebody_elses_measure_is_refused() -> None:
    factory.validated()
    page(signed_in(factory.person("other@city.example")), "/measures/street_lights/values/", 403)


def test_ask_writes_one_mail_whose_link_takes_one_value_once(client: Client) -> None:
    factory.validated()
    found = value_actions.ask(by=None)
    assert [one.period_start for one in found] == [date(2017, 12, 1)]
    assert value_actions.ask(by=None) == []
    letter = OutboxMessage.objects.get()
    assert vault.decrypt(letter.to_sealed) == "owner@city.example"
    path = next(word for word in letter.text.split() if "/values/" in word).partition("//")[2].partition("/")[2]
    assert "December 2017" in page(client, f"/{path}")
    answer = client.post(f"/{path}", {"numerator": "95", "denominator": "100", "note": "", "evidence": ""})
    assert "Thank you" in answer.content.decode()
    row = RecordedValue.objects.get()
    assert (row.value, row.channel, row.entered_by) == (0.95, "link", factory.owner())
    assert ValueRequest.objects.get().answered_at == NOW
    assert ActLink.objects.get().used_at == NOW
    assert AuditEvent.objects.filter(action="link give_value", by=factory.owner()).exists()
    page(client, f"/{path}", 404)


def test_link_for_a_value_expires(client: Client) -> None:
    factory.validated()
    value_actions.ask(by=None)
    path = next(word for word in OutboxMessage.objects.get().text.split() if "/values/" in word).partition("//")[2].partition("/")[2]
    with clock.at(NOW + timedelta(days=22)):
        text = page(client, f"/{path}", 404)
    assert "<h1>This link does not work</h1>" in text
    assert "expired" in text


def test_asked_page_lists_what_nobody_answered() -> None:
    factory.validated()
    value_actions.ask(by=None)
    text = page(signed_in(factory.analyst()), "/values/")
    assert "Street lights working" in text
    assert "December 2017" in text.partition("<main")[2].partition("</main>")[0]
    assert 'data-label="Period"' in text
    assert "Waiting" in text
    with clock.at(NOW + timedelta(days=60)):
        assert "Overdue" in page(signed_in(factory.officer()), "/values/")


@pytest.mark.slow
def test_correct_page_publishes_and_the_feed_carries_it(client: Client) -> None:
    factory.validated()
    factory.give("street_lights", {"2017-12": (95, 100)})
    page(signed_in(factory.analyst()), "/measures/street_lights/correct/", 403)
    typed = {"period": "2017-12", "numerator": "59", "denominator": "100", "reason": "One round was counted twice"}
    answer = signed_in(factory.officer()).post("/measures/street_lights/correct/", typed)
    assert answer.status_code == 302
    for path in ("/corrections/", "/measures/street_lights/", "/measures/street_lights/2017-12/rows/", "/corrections.atom"):
        text = page(client, path)
        assert "One round was counted twice" in text
        assert "95" in text
        assert "59" in text
        assert "December 2017" in text
        assert "2017-12<" not in text
    data = client.get("/measures/street_lights/numbers.json?from=2017-12&to=2017-12").json()
    assert [(one["old_value"], one["new_value"]) for one in data["corrections"]] == [(0.95, 0.59)]


@pytest.mark.slow
def test_correct_page_of_a_counted_figure_is_an_erratum_beside_it(client: Client) -> None:
    typed = {"period": "2017-06", "old_value": "130", "new_value": "30", "reason": "A load was counted twice"}
    signed_in(factory.officer()).post("/measures/requests_opened/correct/", typed)
    assert "A load was counted twice" in page(client, "/measures/requests_opened/")
    assert "A load was counted twice" in page(client, "/corrections/")


def test_corrections_of_staff_measures_are_not_public(client: Client) -> None:
    factory.validated(audience="staff")
    factory.give("street_lights", {"2017-12": (95, 100)})
    typed = {"period": "2017-12", "numerator": "59", "denominator": "100", "reason": "Counted twice"}
    signed_in(factory.officer()).post("/measures/street_lights/correct/", typed)
    assert "Counted twice" not in page(client, "/corrections/")


@pytest.mark.slow
def test_targets_page_needs_a_rationale_and_shows_the_target_on_the_measure(client: Client) -> None:
    analyst = signed_in(factory.analyst())
    path = "/measures/closed_on_time/targets/"
    text = analyst.post(path, {"act": "set", "value": "80%", "start": "2017-01-01", "rationale": ""}).content.decode()
    assert "80%" in text
    assert queries.measure("closed_on_time").target_on(date(2017, 6, 1)) is None
    analyst.post(path, {"act": "set", "value": "80%", "start": "2017-01-01", "rationale": "As in 2016"})
    assert queries.measure("closed_on_time").target_on(date(2017, 6, 1)) == 0.8
    assert "As in 2016" in page(client, "/measures/closed_on_time/")


def test_targets_page_without_a_date_says_what_is_missing_and_keeps_what_was_typed() -> None:
    typed = {"act": "set", "value": "61 %", "start": "", "rationale": "As in 2016"}
    answer = signed_in(factory.analyst()).post("/measures/closed_on_time/targets/", typed)
    text = answer.content.decode()
    assert "A target needs a date" in text
    assert ("61 %" in text, "As in 2016" in text) == (True, True)
    assert queries.measure("closed_on_time").targets == ()


def test_targets_page_says_back_what_was_set() -> None:
    typed = {"act": "set", "value": "61", "start": "2017-01-01", "rationale": "As in 2016"}
    answer = signed_in(factory.analyst()).post("/measures/closed_on_time/targets/", typed, follow=True)
    assert "The target is set: 61% from January 1, 2017 on." in answer.content.decode()


def three_tiers() -> None:
    names = (("potholes_filled", 1), ("streets_kept", 2), ("streets_good", 3))
    for name, tier in names:
        words = {"en": name.replace("_", " ").capitalize()}
        factory.validated(name, format="count", tier=tier, label=words)
        factory.give(name, {key: 50 + n % 4 for n, key in enumerate(factory.months("2016-01", 24))})
    actions.assign(by=factory.analyst(), name="potholes_filled", department="Streets", rolls_up_to="streets_kept")
    actions.assign(by=factory.analyst(), name="streets_kept", department="Streets", rolls_up_to="streets_good")


@pytest.mark.slow
@pytest.mark.feature("F134")
def test_board_shows_potholes_filled_to_crews_rolls_it_to_managers_and_never_to_leaders() -> None:
    three_tiers()
    client = signed_in(factory.analyst())
    assert "Potholes filled</a>" in page(client, "/measures/board/?tier=1")
    managers = page(client, "/measures/board/?tier=2")
    assert "Potholes filled</a>" not in managers
    assert "Counts in it: Potholes filled" in managers
    leaders = page(client, "/measures/board/?tier=3")
    assert "Potholes filled" not in leaders
    assert "Counts in it: Streets kept" in leaders


@pytest.mark.slow
def test_assign_to_a_measure_of_the_same_or_a_lower_tier_is_refused() -> None:
    three_tiers()
    client = signed_in(factory.analyst())
    answer = client.post("/measures/streets_good/settings/", {"act": "assign", "rolls_up_to": "potholes_filled", "revision": "1"})
    assert "only into a measure of a higher tier" in answer.content.decode()


@pytest.mark.slow
@pytest.mark.feature("F065")
def test_roll_up_counts_are_the_sum_of_the_departments_boards() -> None:
    three_tiers()
    actions.assign(by=factory.analyst(), name="closed_on_time", department="Parks")
    build = open_build()
    every = board.board(2, build) + board.board(3, build)
    parts = board.roll_up(every)
    city = board.citywide(parts)
    for name in ("variation", "assurance"):
        by_department: dict[str, int] = {}
        for department in {one.department for one in every}:
            own = [*board.board(2, build, department=department), *board.board(3, build, department=department)]
            for one in own:
                word = getattr(one.answers, name)
                by_department[word] = by_department.get(word, 0) + 1
        assert getattr(city, name) == by_department
    assert city.measures == len(every)
    assert "Citywide, the sum" in page(signed_in(factory.analyst()), "/measures/board/?tier=2")


@pytest.mark.slow
@pytest.mark.feature("F101")
def test_every_tile_of_the_board_opens_to_its_definition_and_rows() -> None:
    three_tiers()
    client = signed_in(factory.analyst())
    text = page(client, "/measures/board/?tier=3")
    assert 'href="/measures/streets_good/definition/"' in text
    assert 'href="/measures/streets_good/2017-12/rows/"' in text
    page(client, "/measures/streets_good/definition/")
    assert "The values given" in page(client, "/measures/streets_good/2017-12/rows/")
    assert 'href="/measures/open_backlog/2017-12/rows/"' in page(client, "/measures/board/?tier=2") + text


@pytest.mark.slow
def test_board_begins_with_the_weak_points() -> None:
    three_tiers()
    factory.validated("zebra_crossings", label={"en": "Zebra crossings"}, tier=3)
    factory.give("zebra_crossings", {month: (400 + n % 3, 1000) for n, month in enumerate(factory.months("2016-01", 24))})
    value_actions.set_target(by=factory.analyst(), name="zebra_crossings", value=0.9, start=date(2016, 1, 1), rationale="Enough")
    found = [(board.weaknesses(one), one.measure.name) for one in board.board(3, open_build())]
    numbers = [number for number, _name in found]
    assert numbers == sorted(numbers, reverse=True)
    assert (1, "zebra_crossings") in found
    assert (0, "streets_good") in found


@pytest.mark.slow
def test_tile_of_too_few_values_says_so_once() -> None:
    factory.validated("new_measure", label={"en": "New measure"}, tier=3)
    factory.give("new_measure", {"2017-11": (900, 1000), "2017-12": (900, 1000)})
    text = page(signed_in(factory.analyst()), "/measures/board/?tier=3").partition("New measure</a>")[2].partition("</li>")[0]
    assert text.count("Too early to say") == 1


@pytest.mark.slow
def test_board_by_a_published_rule_names_it_and_its_trap() -> None:
    three_tiers()
    value_actions.set_target(by=factory.analyst(), name="streets_good", value=40, start=date(2016, 1, 1), rationale="Enough")
    text = page(signed_in(factory.analyst()), "/measures/board/?tier=3&rule=louiestat")
    assert "LouieStat: <strong>green</strong>" in text
    assert "Ten percent of a goal of 0 is nothing" in text
    assert "There is no rule" in page(signed_in(factory.analyst()), "/measures/board/?tier=3&rule=horoscope")


@pytest.mark.slow
def test_health_names_what_ails_each_measure() -> None:
    factory.validated("lead_pipes", "gap", data_needed="The utility's records", readers=[])
    factory.validated(review_by="2017-06-30")
    factory.give("street_lights", {"2017-01": (9, 10)})
    with clock.at(NOW - timedelta(days=40)):
        value_actions.ask(by=None, month="2017-11")
    found = {(one.rule, one.measure) for one in queries.health()}
    assert {("gap", "lead_pipes"), ("unread", "lead_pipes"), ("stale", "street_lights"), ("review", "street_lights")} <= found
    assert ("asked", "street_lights") in found
    assert ("stale", "requests_opened") not in found
    text = page(signed_in(factory.analyst()), "/measures/health/")
    assert "Needed: The utility&#x27;s records" in text


def test_pages_in_spanish_carry_no_english_headings(client: Client) -> None:
    client.cookies["django_language"] = "es"
    assert "Correcciones" in page(client, "/corrections/")
