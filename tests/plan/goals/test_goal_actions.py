"""Drafts are written, adopted versions never change."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from citystat.core import clock
from citystat.core.errors import Busy, InputError, NotAllowed
from citystat.core.models import AuditEvent
from citystat.plan.goals import actions, plan_files, queries
from citystat.plan.goals.actions import GoalText
from citystat.plan.goals.rules import Aim
from citystat.plan.models import Goal, Plan, Target
from citystat.plan.registered import register
from tests.factories import cases

pytestmark = pytest.mark.django_db
START, END = date(2026, 1, 1), date(2031, 12, 31)
FULL = Aim("closed_on_time", 0.7, date(2025, 12, 31), 0.85, date(2028, 12, 31))


@pytest.fixture(autouse=True)
def now():
    with clock.at(datetime(2026, 6, 1, 12, tzinfo=ZoneInfo("America/Chicago"))):
        yield


@pytest.fixture
def officer():
    return cases.make_user("officer@city.example", "performance_officer")


def draft(**values) -> Plan:
    plan = actions.create_plan(by=None, title="City plan", starts_on=START, ends_on=END, **values)
    if not values.get("based_on"):
        actions.save_goal(by=None, plan=plan, goal=GoalText("streets", "priority", "Streets"))
        actions.save_goal(by=None, plan=plan, goal=GoalText("fast", "objective", "Fast repairs", parent="streets", measures=[FULL]))
    return plan


def adopt(plan: Plan, day: date = date(2026, 2, 1)) -> Plan:
    return actions.adopt(by=None, plan=plan, adopted_on=day, adopted_by="City Council", resolution="R-1")


def test_create_plan_by_a_department_head_is_refused():
    with pytest.raises(NotAllowed):
        actions.create_plan(by=cases.make_user("h@city.example", "department_head"), title="P", starts_on=START, ends_on=END)


def test_create_plan_ending_before_it_starts_is_refused():
    with pytest.raises(InputError, match="ends before it starts"):
        actions.create_plan(by=None, title="P", starts_on=END, ends_on=START)


def test_save_goal_keeps_measures_partners_and_an_audit_row(officer):
    plan = draft()
    text = GoalText(
        "night", "strategy", "Night shift", parent="fast", measures=[FULL],
        partners=[actions.PartnerText("Alliance", "Lends a truck")], datasets=[("Requests", "/explore/")],
    )  # fmt: skip
    goal = queries.goal(actions.save_goal(by=officer, plan=plan, goal=text).code, plan)
    assert [one.measure for one in goal.measures.all()] == ["closed_on_time"]
    assert goal.partners.get().role == "Lends a truck"
    assert goal.datasets.get().url == "/explore/"
    assert AuditEvent.objects.filter(action="plan.save_goal", by=officer).exists()


@pytest.mark.feature("F021")
@pytest.mark.parametrize("aim", [Aim("m"), Aim("m", 1.0, None, 2.0, None), Aim("m", None, None, 2.0, date(2028, 1, 1))])
def test_save_goal_called_measurable_without_all_it_takes_stores_nothing(aim):
    plan = draft()
    with pytest.raises(InputError):
        actions.save_goal(by=None, plan=plan, goal=GoalText("x", "priority", "X", is_measurable=True, measures=[aim]))
    assert not Goal.objects.filter(code="x").exists()


def test_save_goal_with_a_code_that_is_taken_is_refused():
    with pytest.raises(InputError, match="code fast already"):
        actions.save_goal(by=None, plan=draft(), goal=GoalText("fast", "priority", "Again"))


def test_save_goal_below_itself_is_refused():
    plan = draft()
    actions.save_goal(by=None, plan=plan, goal=GoalText("night", "strategy", "Night", parent="fast"))
    with pytest.raises(InputError):
        actions.save_goal(
            by=None, plan=plan, goal=GoalText("fast", "strategy", "Fast", parent="night"), existing=queries.goal("fast", plan), revision=1
        )


def test_save_goal_by_the_second_of_two_editors_is_told_and_changes_nothing():
    plan = draft()
    first, second = queries.goal("fast", plan), queries.goal("fast", plan)
    actions.save_goal(by=None, plan=plan, goal=GoalText("fast", "objective", "One", parent="streets"), existing=first, revision=1)
    with pytest.raises(Busy):
        actions.save_goal(by=None, plan=plan, goal=GoalText("fast", "objective", "Two", parent="streets"), existing=second, revision=1)
    assert queries.goal("fast", plan).title == "One"


def test_remove_goal_with_goals_below_is_refused():
    plan = draft()
    with pytest.raises(InputError, match="Other goals stand below"):
        actions.remove_goal(by=None, goal=queries.goal("streets", plan))


def test_adopt_puts_the_plan_and_its_targets_in_force():
    plan = adopt(draft())
    target = Target.objects.get(plan=plan)
    assert (plan.status, plan.in_force_from, queries.plan_in_force()) == ("adopted", date(2026, 2, 1), plan)
    assert (target.measure, target.value, target.in_force_to) == ("closed_on_time", 0.85, date(2028, 12, 31))
    assert target.rationale == "Goal of plan 1: Fast repairs"


def test_adopt_in_spanish_gives_each_reader_the_reason_of_a_target_in_their_language():
    plan = draft()
    Goal.objects.filter(plan=plan, measures__measure="closed_on_time").update(title_es="Arreglos a tiempo")
    with override("es"):
        adopt(plan)
    found = register.content().targets["closed_on_time"][-1]
    title = Goal.objects.get(title_es="Arreglos a tiempo").title
    assert found.why("en") == f"Goal of plan {plan.number}: {title}"
    assert found.why("es") == f"Meta del plan {plan.number}: Arreglos a tiempo"


def test_plan_reasons_leave_what_a_person_wrote():
    plan = adopt(draft())
    Target.objects.filter(plan=plan).update(rationale="As the contract asks")
    assert register.plan_reasons(list(Target.objects.all())) == {}


def test_save_goal_with_a_target_above_all_of_it_is_refused():
    goal = GoalText("new", "priority", "All of it", measures=[Aim("closed_on_time", 0.7, START, 1.8, date(2028, 12, 31))])
    with pytest.raises(InputError, match="between 0 % and 100 %"):
        actions.save_goal(by=None, plan=draft(), goal=goal)


def test_adopt_with_a_department_goal_without_parent_is_refused():
    plan = draft()
    actions.save_goal(by=None, plan=plan, goal=GoalText("loose", "department_goal", "Loose"))
    with pytest.raises(InputError, match="open problems"):
        adopt(plan)


def test_adopt_by_an_analyst_is_refused():
    with pytest.raises(NotAllowed):
        actions.adopt(by=cases.make_user("a@city.example", "analyst"), plan=draft(), adopted_on=START, adopted_by="Council")


def test_adopt_in_the_future_is_refused():
    with pytest.raises(InputError, match="in the future"):
        adopt(draft(), date(2026, 12, 1))


def test_adopt_of_a_second_plan_ends_the_first_the_day_before():
    first = adopt(draft())
    second = adopt(draft(based_on=first), date(2026, 5, 1))
    first.refresh_from_db()
    assert (first.status, first.in_force_to) == ("superseded", date(2026, 4, 30))
    assert queries.plan_in_force(date(2026, 4, 30)) == first
    assert queries.plan_in_force(date(2026, 5, 1)) == second
    assert Target.objects.get(plan=first).in_force_to == date(2026, 4, 30)


def test_adopt_of_two_plans_for_the_same_days_is_refused():
    first = adopt(draft(), date(2026, 5, 1))
    with pytest.raises(InputError, match="two cannot be in force"):
        adopt(draft(based_on=first), date(2026, 5, 1))


def test_an_adopted_plan_is_not_changed():
    plan = adopt(draft())
    with pytest.raises(InputError, match="not a draft"):
        actions.save_goal(by=None, plan=plan, goal=GoalText("new", "priority", "New"))
    with pytest.raises(InputError, match="not a draft"):
        actions.change_plan(by=None, plan=plan, revision=1, title="Other")


@pytest.mark.slow
def test_create_plan_based_on_another_starts_with_its_goals_unchanged():
    first = adopt(draft())
    second = draft(based_on=first)
    assert {one.change for one in queries.changes(second)} == {"unchanged"}
    actions.save_goal(
        by=None, plan=second, goal=GoalText("fast", "objective", "Faster", parent="streets", measures=[FULL]),
        existing=queries.goal("fast", second), revision=1,
    )  # fmt: skip
    assert {one.code: one.change for one in queries.changes(second)} == {"streets": "unchanged", "fast": "modified"}


@pytest.mark.slow
@pytest.mark.feature("F124")
def test_record_progress_needs_evidence_and_stays_with_the_goal_over_versions():
    first = adopt(draft())
    with pytest.raises(InputError, match="where it can be checked"):
        actions.record_progress(by=None, goal_code="fast", on=date(2026, 5, 1), text="Two crews", evidence=" ")
    actions.record_progress(by=None, goal_code="fast", on=date(2026, 5, 1), text="Two crews", evidence="Budget line 12")
    owner = cases.make_user("o@city.example", "department_head", name="Olga")
    second = draft(based_on=first)
    actions.save_goal(
        by=None, plan=second, goal=GoalText("fast", "objective", "Fast", parent="streets", owner=owner, measures=[FULL]),
        existing=queries.goal("fast", second), revision=1,
    )  # fmt: skip
    adopt(second, date(2026, 5, 20))
    assert [one.evidence for one in queries.progress("fast")] == ["Budget line 12"]
    assert str(queries.goal("fast", second).owner) == "Olga"


@pytest.mark.feature("F109")
def test_priorities_of_measures_follow_the_tree_to_the_top():
    adopt(draft())
    assert queries.priorities_of_measures() == {"closed_on_time": ("streets",)}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("title: P\nstarts_on: 2026-01-01\nends_on: 2030-01-01\ngoals: [{level: priority}]", "needs a `code`"),
        ("title: P\nstarts_on: 2026-01-01\nends_on: 2030-01-01\ngoals: [{code: a, wish: b}]", "'wish' is not known"),
        ("title: P\nstarts_on: soon\nends_on: 2030-01-01", "is a date such as"),
        ("- 1", "named values"),
        ("title: [", "not valid YAML"),
        (
            "title: P\nstarts_on: 2026-01-01\nends_on: 2030-01-01\ngoals: [{code: a, measures: [{measure: m, target: 61%}]}]",
            "not 61%",
        ),
    ],
)
def test_read_says_where_the_mistake_is(tmp_path, written, said):
    path = tmp_path / "plan.yaml"
    path.write_text(written)
    with pytest.raises(InputError, match=said):
        plan_files.read(path)


def test_load_with_an_unknown_owner_makes_no_draft(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(
        "title: {en: P}\nstarts_on: 2026-01-01\nends_on: 2030-01-01\ngoals: [{code: a, level: priority, title: A, owner: x@city.example}]"
    )
    with pytest.raises(InputError, match="no account x@city"):
        plan_files.load(by=None, path=path)
    assert not Plan.objects.exists()


def test_load_makes_a_draft_with_its_tree(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(
        "title: {en: Plan, es: El plan}\nstarts_on: 2026-01-01\nends_on: 2030-01-01\ngoals:\n"
        "  - {code: a, level: priority, title: {en: A, es: Á}, goals: [{code: b, level: objective, title: B}]}\n"
    )
    plan = plan_files.load(by=None, path=path)
    assert [(one.goal.code, one.depth) for top in queries.tree(plan) for one in top.walk()] == [("a", 0), ("b", 1)]
    assert (plan.title_es, queries.goal("a", plan).title_es) == ("El plan", "Á")
