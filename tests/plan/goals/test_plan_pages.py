"""The plan as everyone reads it, and as those who write it do."""

import html
import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from citystat.core import clock
from citystat.plan.goals import actions, queries
from citystat.plan.goals.actions import GoalText, PartnerText, ThemeText
from citystat.plan.goals.rules import Aim
from citystat.plan.models import Goal, Plan, Theme
from citystat.stat_sessions.models import Session
from tests.factories import cases
from tests.web.embedded import check_embedding

pytestmark = pytest.mark.django_db
FULL = Aim("closed_on_time", 0.7, date(2025, 12, 31), 0.85, date(2028, 12, 31))


@pytest.fixture(autouse=True)
def now():
    with clock.at(datetime(2026, 6, 1, 12, tzinfo=ZoneInfo("America/Chicago"))):
        yield


@pytest.fixture
def plan() -> Plan:
    made = actions.create_plan(
        by=None, title="City plan", starts_on=date(2026, 1, 1), ends_on=date(2031, 12, 31), title_es="Plan municipal"
    )
    actions.save_goal(by=None, plan=made, goal=GoalText("streets", "priority", "Streets that last"))
    goal = GoalText(
        "fast", "objective", "Fast repairs", parent="streets", measures=[FULL], is_measurable=True, story="Two crews more.",
        partners=[PartnerText("Paving alliance", "Lends trucks")], datasets=[("Requests", "/explore/")],
    )  # fmt: skip
    actions.save_goal(by=None, plan=made, goal=goal)
    return made


def adopt(plan: Plan) -> Plan:
    return actions.adopt(by=None, plan=plan, adopted_on=date(2026, 2, 1), adopted_by="City Council", resolution="R-7")


def sign_in(*roles: str) -> Client:
    browser = Client()
    browser.force_login(cases.make_user(f"{roles[0]}@city.example", *roles))
    return browser


def goal_form(**values: str) -> dict[str, str]:
    blank = {
        f"{name}-{key}": value
        for name in ("measures", "partners", "datasets")
        for key, value in (("TOTAL_FORMS", "1"), ("INITIAL_FORMS", "0"))
    }
    return blank | {"level": "objective", "parent": "streets", "code": "new", "title": "New goal", "revision": "0"} | values


def test_plan_without_an_adopted_one_says_so(client):
    assert "No plan is in force yet" in client.get("/plan/").content.decode()


@pytest.mark.slow
def test_plan_in_force_names_its_adoption_and_goals(client, plan):
    adopt(plan)
    page = client.get("/plan/").content.decode()
    assert "by City Council, resolution R-7" in page
    assert "Fast repairs" in page
    assert "with Paving alliance" in page


@pytest.mark.slow
def test_aim_of_a_goal_is_told_with_its_unit(client, plan):
    days = Aim("median_days_to_close", 12, date(2025, 12, 31), 10.5, date(2028, 12, 31))
    actions.save_goal(by=None, plan=plan, goal=GoalText("quick", "objective", "Quick repairs", parent="streets", measures=[days]))
    adopt(plan)
    text = client.get("/plan/goals/quick/").content.decode()
    assert "From 12 days on December 31, 2025 to 10.5 days by December 31, 2028." in text


def test_draft_is_not_there_for_the_public(client, plan):
    assert client.get("/plan/").content.decode().count("Fast repairs") == 0
    assert client.get(f"/plan/versions/{plan.number}/").status_code == 404
    assert client.get(f"/plan/goals/fast/?plan={plan.number}").status_code == 404
    assert sign_in("analyst").get(f"/plan/versions/{plan.number}/").status_code == 200


@pytest.mark.feature("F029")
def test_goal_page_shows_partners_story_data_and_what_residents_said(client, plan):
    adopt(plan)
    actions.record_input(
        by=None,
        kind="survey",
        text="Nobody tells us when",
        source="Survey 2025, question 3",
        received_on=date(2025, 5, 1),
        goal_code="fast",
    )
    page = client.get("/plan/goals/fast/").content.decode()
    for wanted in (
        "Paving alliance",
        "Lends trucks",
        "Two crews more.",
        'href="/explore/"',
        "Nobody tells us when",
        "Survey 2025, question 3",
    ):
        assert wanted in page


@pytest.mark.slow
def test_goal_page_embedded_has_no_menu_and_may_be_framed(client, plan):
    adopt(plan)
    check_embedding(client, "/plan/goals/fast/")


@pytest.mark.feature("F021")
def test_goal_form_called_measurable_without_a_target_keeps_what_was_typed(plan):
    given = goal_form(**{"is_measurable": "on", "measures-0-measure": "closed_on_time", "measures-0-baseline": "70%"})
    answer = sign_in("analyst").post(f"/plan/drafts/{plan.number}/goals/new/", given)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "it still needs a target, a date for the target" in page
    assert 'value="70%"' in page
    assert not plan.goals.filter(code="new").exists()


@pytest.mark.parametrize(("typed", "kept"), [("85%", 0.85), ("85", 0.85), ("85.5 %", 0.855)])
def test_goal_form_reads_percentages_as_people_write_them(plan, typed, kept):
    given = goal_form(**{"measures-0-measure": "closed_on_time", "measures-0-target": typed, "measures-0-target_on": "2028-01-01"})
    assert sign_in("analyst").post(f"/plan/drafts/{plan.number}/goals/new/", given).status_code == 302
    assert queries.goal("new", plan).measures.get().target_value == pytest.approx(kept)


def test_goal_form_asks_what_a_bare_fraction_means(plan):
    given = goal_form(**{"measures-0-measure": "closed_on_time", "measures-0-target": "0.85", "measures-0-target_on": "2028-01-01"})
    page = sign_in("analyst").post(f"/plan/drafts/{plan.number}/goals/new/", given).content.decode()
    assert "Did you mean 85% or 0.85%?" in page


@pytest.mark.slow
def test_goal_form_of_the_second_editor_says_so_and_keeps_the_text(plan):
    browser = sign_in("analyst")
    given = goal_form(code="fast", title="Mine", revision="1")
    actions.save_goal(
        by=None, plan=plan, goal=GoalText("fast", "objective", "Theirs", parent="streets"), existing=queries.goal("fast", plan), revision=1
    )
    answer = browser.post(f"/plan/drafts/{plan.number}/goals/fast/", given)
    assert "Somebody else changed this" in answer.content.decode()
    assert 'value="Mine"' in answer.content.decode()
    assert queries.goal("fast", plan).title == "Theirs"


def test_adopt_from_the_page(plan):
    answer = sign_in("performance_officer").post(
        f"/plan/drafts/{plan.number}/adopt/", {"adopted_on": "2026-02-01", "adopted_by": "City Council", "resolution": "R-1"}
    )
    assert answer.status_code == 302
    assert queries.plan_in_force() == plan


def test_adopt_by_an_analyst_is_refused(plan):
    assert sign_in("analyst").get(f"/plan/drafts/{plan.number}/adopt/").status_code == 403


def test_remove_goal_with_goals_below_says_so_on_the_page_of_the_goal(plan):
    answer = sign_in("performance_officer").post(f"/plan/drafts/{plan.number}/goals/streets/remove/", follow=True)
    assert answer.redirect_chain == [(f"/plan/drafts/{plan.number}/goals/streets/", 302)]
    assert "Other goals stand below this one: move or remove them first." in answer.content.decode()


def test_withdraw_without_a_reason_says_so_on_the_page_of_the_draft(plan):
    answer = sign_in("performance_officer").post(f"/plan/drafts/{plan.number}/withdraw/", {"why": " "}, follow=True)
    assert "Say why the draft is given up." in answer.content.decode()
    plan.refresh_from_db()
    assert plan.status == "draft"


def test_adopt_of_a_second_plan_for_the_same_days_keeps_what_was_typed(plan):
    adopt(plan)
    second = actions.create_plan(by=None, title="Next", starts_on=date(2026, 1, 1), ends_on=date(2032, 1, 1), based_on=plan)
    given = {"adopted_on": "2026-05-01", "adopted_by": "Board of Works", "in_force_from": "2026-01-15"}
    text = sign_in("performance_officer").post(f"/plan/drafts/{second.number}/adopt/", given).content.decode()
    assert f"Plan {plan.number} is in force since February 1, 2026" in text
    assert 'value="Board of Works"' in text


@pytest.mark.slow
def test_goal_form_in_spanish_has_no_english_words_of_its_own(plan):
    Goal.objects.filter(code="streets").update(title_es="Calles que duran")
    browser = sign_in("performance_officer")
    text = browser.get(f"/plan/drafts/{plan.number}/goals/fast/", headers={"accept-language": "es"}).content.decode()
    assert ">Objetivo</option>" in text
    assert ">Calles que duran</option>" in text
    assert "Plan municipal" in text
    assert ">Objective</option>" not in text
    assert browser.get(f"/plan/drafts/{plan.number}/goals/new/", headers={"accept-language": "es"}).status_code == 200


def test_new_plan_from_the_one_in_force_starts_with_its_goals(plan):
    adopt(plan)
    given = {"title": "Next", "starts_on": "2027-01-01", "ends_on": "2032-12-31"}
    sign_in("analyst").post("/plan/drafts/new/?from=current", given)
    assert {one.code for one in queries.goals(queries.plan(plan.number + 1))} == {"streets", "fast"}


@pytest.mark.feature("F060")
def test_boards_name_the_goal_each_measure_serves_or_list_it_as_orphan(client, plan):
    adopt(plan)
    page = client.get("/plan/boards/").content.decode()
    strategy, rest = page.split('id="operations"')
    operations, orphans = rest.split('id="orphans"')
    assert "Closed on time" in strategy
    assert "Streets that last" in strategy
    assert ">none</span>" in operations
    assert "Closed on time" not in orphans
    assert "Open backlog" in orphans


@pytest.mark.feature("F132")
def test_theme_draws_measures_from_two_departments_and_says_who_owns_each(client, plan):
    adopt(plan)
    theme = ThemeText(
        "homes", "A home for everyone", is_public=True, goal_codes=["fast"],
        measures=[("closed_on_time", "Streets"), ("open_backlog", "Housing and Outreach")],
    )  # fmt: skip
    actions.save_theme(by=None, theme=theme)
    page = client.get("/plan/themes/homes/").content.decode()
    owners = page.split('id="owners"')[1]
    assert "Data of 2 departments: Housing and Outreach, Streets" in page
    assert "Housing and Outreach" in owners
    assert "Streets" in owners


def test_theme_shows_the_target_in_force_of_a_measure_that_is_no_aim_of_its_own(client, plan):
    adopt(plan)
    measures = [("closed_on_time", "Streets"), ("open_backlog", "Housing and Outreach")]
    actions.save_theme(by=None, theme=ThemeText("homes", "A home for everyone", is_public=True, measures=measures))
    page = client.get("/plan/themes/homes/").content.decode()
    assert "Target: 85% by December 31, 2028." in page
    assert page.count("No target has been set.") == 1


def test_theme_of_one_department_is_refused():
    given = theme_of(("closed_on_time", "Streets"), ("open_backlog", "Streets"))
    page = sign_in("analyst").post("/plan/themes/new/", given).content.decode()
    assert "at least two departments" in page


def theme_of(*measures: tuple[str, str], members: tuple[tuple[str, str], ...] = (), **given: Any) -> dict[str, Any]:
    """The form of a theme as a browser sends it."""
    sent: dict[str, Any] = {"slug": "homes", "title": "Homes"} | given
    for prefix, names, rows in (("measures", ("measure", "department"), measures), ("members", ("name", "department"), members)):
        sent |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
        sent |= {f"{prefix}-{row}-{name}": value for row, values in enumerate(rows) for name, value in zip(names, values, strict=True)}
    return sent


def test_theme_form_saves_goals_measures_and_team_and_shows_them_again(plan):
    adopt(plan)
    measures = ("closed_on_time", "Streets"), ("open_backlog", "Housing")
    given = theme_of(*measures, ("", ""), members=(("Ann Lee", "Streets"),), goal_codes=["fast"], is_public="on")
    analyst = sign_in("analyst")
    assert analyst.post("/plan/themes/new/", given)["Location"] == "/plan/themes/homes/"
    page = analyst.get("/plan/themes/homes/edit/").content.decode()
    assert re.search(r'value="fast"[^>]*checked', page)
    assert re.search(r'<option value="open_backlog" selected', page)
    assert 'value="Housing"' in page
    assert 'value="Ann Lee"' in page


@pytest.mark.parametrize(
    ("measures", "members", "goals", "sentence"),
    [
        ([("closed_on_time", "")], (), [], "Name the department that owns this measure."),
        ([("", "Streets")], (), [], "Choose the measure this department owns."),
        ([("no_such_measure", "Streets")], (), [], "no_such_measure"),
        ([], (("Ann Lee", ""),), [], "Name the department of Ann Lee."),
        ([], (("", "Streets"),), [], "Say who it is."),
        ([], (), ["nowhere"], "There is no goal nowhere."),
    ],
)
def test_theme_form_says_what_is_missing_beside_its_row(plan, measures, members, goals, sentence):
    answer = sign_in("analyst").post("/plan/themes/new/", theme_of(*measures, members=members, goal_codes=goals))
    assert answer.status_code == 400
    assert sentence in html.unescape(answer.content.decode())
    assert not Theme.objects.exists()


def test_theme_that_is_not_public_is_not_there_for_the_public(client):
    theme = ThemeText("homes", "Homes", measures=[("closed_on_time", "Streets"), ("open_backlog", "Housing")])
    actions.save_theme(by=None, theme=theme)
    assert client.get("/plan/themes/homes/").status_code == 404
    assert "Homes" not in client.get("/plan/themes/").content.decode()


def test_inputs_without_a_measure_or_goal_are_refused_and_kept_on_the_form():
    given = {"kind": "meeting", "text": "More benches", "source": "Hearing", "received_on": "2026-05-01"}
    page = sign_in("analyst").post("/plan/inputs/", given).content.decode()
    assert "Choose the measure or the goal it led to" in page
    assert "More benches" in page


def test_inputs_name_the_goal_and_the_measure_as_people_call_them(plan):
    adopt(plan)
    actions.record_input(
        by=None, kind="survey", text="Nobody tells us when", source="Survey", received_on=date(2025, 5, 1), goal_code="fast",
        measure="closed_on_time",
    )  # fmt: skip
    page = sign_in("analyst").get("/plan/inputs/").content.decode()
    assert '<a href="/plan/goals/fast/">Fast repairs</a>' in page
    assert ">Closed on time</a>" in page
    assert '<option value="fast">Fast repairs</option>' in page


def test_priority_without_measures_shows_how_the_goals_below_stand(client, plan):
    adopt(plan)
    page = client.get("/plan/goals/streets/").content.decode()
    below = page.partition('id="below"')[2].partition("</section>")[0]
    assert "Fast repairs" in below
    assert "closed on time" in below.lower()


def test_goal_page_names_the_next_session_and_none_after_it(client, plan):
    adopt(plan)
    for month in (5, 7, 8):
        starts = datetime(2026, month, 4, 9, tzinfo=ZoneInfo("America/Chicago"))
        Session.objects.create(kind="public", title=f"Forum {month}", month=f"2026-{month:02}", starts_at=starts, goal_code="fast")
    page = client.get("/plan/goals/fast/").content.decode()
    assert ["Forum 5" in page, "Forum 7" in page, "Forum 8" in page] == [True, True, False]
    assert page.index("Forum 7") < page.index("Forum 5")


def test_goal_form_marks_what_must_be_filled_in(plan):
    page = sign_in("analyst").get("/plan/drafts/1/goals/new/").content.decode()
    mark = 'The goal in one line <abbr class="usa-label--required" title="needed">*</abbr>'
    assert mark in page
    assert "What it means <abbr" not in page
    assert "must be filled in" in page


def test_theme_form_leads_back_to_the_themes(plan):
    page = sign_in("analyst").get("/plan/themes/new/").content.decode()
    assert '<a href="/plan/themes/">Major opportunity areas</a>' in page
