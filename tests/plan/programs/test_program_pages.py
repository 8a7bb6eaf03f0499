"""Pages of programs, improvements, areas in focus and advice."""

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from citystat.core import clock
from citystat.core.errors import InputError, NotAllowed
from citystat.places import actions as place_actions
from citystat.plan.models import AdvisoryCouncil, FocusSelection, Improvement, Program
from citystat.plan.programs import actions, advice, forms
from citystat.plan.programs.actions import ImprovementText, ProgramText
from tests.factories import cases
from tests.factories.requests import request, write_build
from tests.web.embedded import check_embedding

pytestmark = pytest.mark.django_db
EXAMPLE = Path(__file__).parents[3] / "examples" / "calder-bend"
DECIDED = date(2017, 3, 1)


@pytest.fixture(autouse=True)
def now():
    with clock.at(datetime(2018, 2, 1, 12, tzinfo=ZoneInfo("America/Chicago"))):
        yield


@pytest.fixture
def city(city_home: Path) -> None:
    rows = [
        request(opened_on=date(2017, month, 1), due_on=date(2017, month, 9), closed_on=date(2017, month, 5 if month < 4 or n else 20),
                place_council_district=str(1 + n % 2))
        for month in range(1, 7) for n in range(40)
    ]  # fmt: skip
    places = [{"kind": "council_district", "version": "2012", "code": code, "name": f"District {code}"} for code in "12"]
    write_build(rows, as_of=date(2017, 12, 31), places=places, by_month=False)


@pytest.fixture
def planner() -> Client:
    browser = Client()
    browser.force_login(cases.make_user("analyst@city.example", "analyst"))
    return browser


def program(**values) -> Program:
    return actions.save_program(by=None, program=ProgramText("demolition", "Dangerous buildings", decided_on=DECIDED, **values))


@pytest.mark.feature("F010")
def test_program_page_shows_findings_before_the_decision_and_follow_up_apart(client):
    row = program(title_es="Edificios peligrosos")
    for text, on in (("Blight worries most", date(2017, 1, 5)), ("Crime fell nearby", date(2018, 1, 5))):
        actions.add_evidence(by=None, program=row, kind="survey", text=text, source="Survey", dated_on=on)
    page = client.get("/programs/demolition/").content.decode()
    assert page.index("The findings behind it") < page.index("Blight worries most") < page.index("What followed")
    assert page.index("What followed") < page.index("Crime fell nearby")
    assert "Edificios peligrosos" in client.get("/programs/demolition/", headers={"accept-language": "es"}).content.decode()


def test_program_page_may_be_framed_and_then_shows_what_is_public(client, planner):
    program()
    check_embedding(client, "/programs/demolition/")
    assert "Change the program" in planner.get("/programs/demolition/").content.decode()
    assert "Change the program" not in planner.get("/programs/demolition/?embed=1").content.decode()


def test_program_page_for_staff_is_not_there_for_the_public(client, planner):
    program(is_public=False)
    assert client.get("/programs/demolition/").status_code == 404
    assert "Dangerous buildings" not in client.get("/programs/").content.decode()
    assert planner.get("/programs/demolition/").status_code == 200


def test_program_form_with_an_unknown_measure_keeps_what_was_typed(planner, city_home):
    answer = planner.post("/programs/new/", {"slug": "a", "title": "Lights on", "measures": "nothing_such", "is_public": "on"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "There is no measure nothing_such." in page
    assert 'value="Lights on"' in page
    assert not Program.objects.exists()


def test_program_form_saves_and_opens_the_page(planner):
    for name in ("Signal", "Street Light"):
        cases.make_service(name, name)
    given = {"slug": "lights", "title": "Lights on", "services": ["Street Light", "Signal"], "is_public": "on"}
    answer = planner.post("/programs/new/", given)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/programs/lights/")
    assert Program.objects.get().services == ["Street Light", "Signal"]


def test_evidence_form_dated_in_the_future_says_so_and_keeps_it(planner):
    program()
    answer = planner.post("/programs/demolition/evidence/", {"kind": "survey", "text": "Blight", "source": "S", "dated_on": "2019-01-01"})
    assert answer.status_code == 400
    assert "Evidence cannot be dated in the future." in answer.content.decode()


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_budget_page_lists_programs_without_data(client):
    program()
    page = client.get("/programs/budget/").content.decode()
    assert "Dangerous buildings" in page
    assert "This list decides nothing." in page


@pytest.mark.slow
@pytest.mark.feature("F111")
@pytest.mark.usefixtures("city")
def test_improvement_page_shows_both_values_the_interval_and_what_it_cannot_prove(client):
    group = actions.save_group(by=None, slug="basics", title="Basic services")
    meeting = actions.record_meeting(by=None, group=group, held_on=date(2017, 3, 10), text="Two routes agreed")
    text = ImprovementText("routes", "New routes", date(2017, 4, 1), measure="closed_on_time", window_months=3, meeting=meeting,
                           by="council_district")  # fmt: skip
    actions.save_improvement(by=None, improvement=text)
    page = client.get("/improvements/routes/").content.decode()
    for wanted in ("100% of 120", "9[78]% of 120", r"points \(−", "This shows what changed, not why", "meeting of Basic services"):
        assert re.search(wanted, page)
    listed = client.get("/improvements/").content.decode()
    assert "Two routes agreed" in listed
    assert listed.count('href="/improvements/routes/"') == 2


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_improvement_form_reads_the_filter_and_refuses_a_wrong_line(planner):
    given = {
        "slug": "r",
        "title": "Routes",
        "started_on": "2017-04-01",
        "window_months": "3",
        "measure": "closed_on_time",
        "is_public": "on",
    }
    refused = planner.post("/improvements/new/", given | {"where": "Pothole"})
    assert refused.status_code == 400
    assert "as a key, a colon and values" in refused.content.decode()
    assert planner.post("/improvements/new/", given | {"where": "council_district: 1, 2"}).status_code == 302
    assert Improvement.objects.get().where == {"council_district": ["1", "2"]}


@pytest.mark.parametrize(
    ("line", "stored"),
    [
        ("closed_on_time, lowest, 2", {"high_is_bad": False, "worst": 2, "threshold": None, "where": {}}),
        ("share_overdue, at least, 30%", {"high_is_bad": True, "worst": None, "threshold": 0.3, "where": {}}),
        (
            "requests_opened, highest, 1, service: A, B",
            {"high_is_bad": True, "worst": 1, "threshold": None, "where": {"service": ["A", "B"]}},
        ),
    ],
)
def test_read_indicator_and_written_again(line, stored):
    found = forms.read_indicator(line)
    assert {name: value for name, value in found.as_dict().items() if name != "measure"} == stored
    assert forms._written(found) == line


@pytest.mark.slow
@pytest.mark.feature("F159")
@pytest.mark.usefixtures("city")
def test_selection_pages_from_the_rule_to_the_comparison(planner, client):
    place_actions.load_layer(EXAMPLE / "council_districts.geojson", kind="council_district", code="DISTRICT", name="NAME", version="2012")
    given = {
        "slug": "rising", "title": "Rising", "kind": "council_district", "looked_from": "2017-01-01", "looked_to": "2017-06-30",
        "indicators": "closed_on_time, lowest, 1", "needed": "1", "is_public": "on",
    }  # fmt: skip
    assert planner.post("/areas-in-focus/new/", given).status_code == 302
    planner.post("/areas-in-focus/rising/choose/")
    plan = {"plan_text": "A team", "starts_on": "2017-04-01", "outcome": "closed_on_time", "window_months": "3",
            "revision": str(FocusSelection.objects.get().revision)}  # fmt: skip
    assert planner.post("/areas-in-focus/rising/plan/", plan).status_code == 302
    page = client.get("/areas-in-focus/rising/").content.decode()
    for wanted in ("the area with the lowest value", "The areas it chose", "Change against the others", "would have changed as the others"):
        assert wanted in page


@pytest.fixture
def council(city_home: Path) -> AdvisoryCouncil:
    place_actions.load_layer(EXAMPLE / "council_districts.geojson", kind="council_district", code="DISTRICT", name="NAME", version="2020")
    return advice.save_council(by=None, slug="associations", title="Council of associations", kind="council_district")


@pytest.mark.feature("F160")
def test_council_page_shows_coverage_with_gaps_and_an_answer_or_the_wait(client, council):
    advice.add_member(by=None, council=council, name="Ana Ruiz", association="Eastbank", areas=["4"], since=date(2017, 1, 1))
    advice.add_member(by=None, council=council, name="Gone", areas=["1"], since=date(2016, 1, 1), until=date(2017, 1, 1))
    first = advice.record_recommendation(by=None, council=council, text="More lights", given_on=date(2018, 1, 2))
    advice.record_recommendation(by=None, council=council, text="Fewer plates", given_on=date(2018, 1, 22))
    advice.respond(by=None, recommendation=first, answer="partly", response="Forty of them", responded_by="Lighting")
    page = client.get("/advice/associations/").content.decode()
    for wanted in (
        "Ana Ruiz, Eastbank",
        "Accepted in part.",
        "Forty of them",
        "Waiting since January 22, 2018, 10 days.",
        "Nobody stands for",
    ):
        assert wanted in page
    assert [one.code for one in advice.coverage(council) if one.members] == ["4"]
    assert page.count("<path ") == len(advice.coverage(council))
    assert page.count('fill="#a9c3dd"') == 1


def test_respond_twice_is_refused(council):
    row = advice.record_recommendation(by=None, council=council, text="More lights", given_on=date(2018, 1, 2))
    advice.respond(by=None, recommendation=row, answer="accepted", response="Yes", responded_by="Lighting")
    with pytest.raises(NotAllowed, match="has its answer already"):
        advice.respond(by=None, recommendation=row, answer="declined", response="No", responded_by="Lighting")
    row.refresh_from_db()
    assert row.response == "Yes"


def test_areas_of_a_new_member_are_boxes_to_tick(planner, council):
    page = planner.get(f"/advice/{council.slug}/members/").content.decode()
    assert '<legend class="usa-legend">Areas <abbr class="usa-label--required" title="needed">*</abbr></legend>' in page
    assert page.count('type="checkbox" name="areas"') == 6


def test_add_member_for_an_area_there_is_not_is_refused(council):
    with pytest.raises(InputError, match="these are none: 99"):
        advice.add_member(by=None, council=council, name="Ana", areas=["99"], since=date(2017, 1, 1))


def test_response_form_by_its_page(planner, council):
    row = advice.record_recommendation(by=None, council=council, text="More lights", given_on=date(2018, 1, 2))
    given = {"answer": "accepted", "response": "Yes", "responded_by": "Lighting", "responded_on": "2018-01-30"}
    assert planner.post(f"/advice/associations/recommendations/{row.pk}/", given).status_code == 302
    assert planner.get(f"/advice/other/recommendations/{row.pk}/").status_code == 404
