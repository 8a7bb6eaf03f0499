"""What may stand below what, and when a goal is measurable."""

from datetime import date

import pytest

from citystat.core.errors import InputError
from citystat.plan.goals import rules
from citystat.plan.goals.rules import Aim, Node

FULL = Aim("closed_on_time", 0.7, date(2025, 12, 31), 0.85, date(2028, 12, 31))


def kinds(found, code: str) -> set[str]:
    return {one.kind for one in found if one.subject == code}


@pytest.mark.parametrize(
    ("level", "parent", "is_fine"),
    [
        ("priority", None, True), ("priority", "priority", False), ("objective", "priority", True), ("objective", None, False),
        ("strategy", "objective", True), ("strategy", "priority", True), ("strategy", "strategy", False), ("strategy", None, False),
        ("department_goal", "strategy", True), ("department_goal", None, True), ("department_goal", "department_goal", False),
        ("dream", None, False),
    ],
)  # fmt: skip
def test_check_parent(level, parent, is_fine):
    if is_fine:
        rules.check_parent(level, parent)
        return
    with pytest.raises(InputError, match=r"."):
        rules.check_parent(level, parent)


@pytest.mark.parametrize(
    ("aim", "missing"),
    [
        (FULL, ()),
        (Aim("m"), ("baseline", "target", "date")),
        (Aim("m", baseline_value=0.0, target_value=0.0, target_on=date(2028, 1, 1)), ()),
        (Aim("m", baseline_value=1.0, target_value=2.0), ("date",)),
        (Aim("m", target_value=2.0, target_on=date(2028, 1, 1)), ("baseline",)),
    ],
)
def test_missing_for_measurable(aim, missing):
    assert rules.missing_for_measurable([aim]) == missing


@pytest.mark.feature("F021")
@pytest.mark.parametrize("aims", [[], [Aim("m")], [Aim("m", 1.0, None, 2.0)], [Aim("m", None, None, 2.0, date(2028, 1, 1))]])
def test_check_measurable_without_measure_baseline_target_or_date_is_refused(aims):
    with pytest.raises(InputError, match="it still needs"):
        rules.check_measurable(aims)


def test_check_measurable_with_one_whole_measure_passes():
    rules.check_measurable([Aim("m"), FULL])


@pytest.mark.parametrize(
    ("aim", "said"),
    [
        (Aim("m", target_value=3.0), "needs a date"),
        (Aim("m", target_on=date(2028, 1, 1)), "no target"),
        (Aim("m", 1.0, date(2028, 1, 1), 2.0, date(2027, 1, 1)), "later than its baseline"),
    ],
)
def test_check_aim_names_what_is_wrong(aim, said):
    with pytest.raises(InputError, match=said):
        rules.check_aim(aim)


@pytest.mark.parametrize("parent", ["a", "b", "c"])
def test_check_no_cycle_refuses_a_goal_below_itself(parent):
    with pytest.raises(InputError, match="below itself"):
        rules.check_no_cycle("a", parent, {"b": "a", "c": "b", "a": ""})


def test_check_no_cycle_lets_a_branch_move():
    rules.check_no_cycle("c", "a", {"b": "a", "c": "b", "a": ""})


@pytest.mark.feature("F061")
def test_problems_name_a_department_that_is_gone_where_departments_are_known():
    goals = [Node("a", "priority", "A", department="Streets"), Node("b", "priority", "B", department="Dog Licenses")]
    found = [one for one in rules.problems(goals, [], departments=["Streets"]) if one.kind == "unknown_department"]
    assert [(one.subject, one.is_grave) for one in found] == [("b", False)]
    assert "“Dog Licenses”" in found[0].sentence
    assert "unknown_department" not in {one.kind for one in rules.problems(goals, [])}


def test_check_aim_names_the_measure_as_people_do():
    with pytest.raises(InputError, match="target of Closed on time needs a date"):
        rules.check_aim(Aim("closed_on_time", target_value=0.9), "Closed on time")


def test_problems_list_department_goals_without_a_parent_and_childless_goals_of_the_city():
    goals = [
        Node("streets", "priority", "Streets"), Node("safety", "priority", "Safety"),
        Node("paving", "department_goal", "Pave", parent="streets", has_owner=True, measures=(FULL,)),
        Node("loose", "department_goal", "Loose", has_owner=True, measures=(FULL,)),
    ]  # fmt: skip
    found = rules.problems(goals, ["closed_on_time"])
    assert kinds(found, "loose") == {"no_parent"}
    assert "childless" in kinds(found, "safety")
    assert "childless" not in kinds(found, "streets")
    assert not rules.can_be_adopted(found)


@pytest.mark.feature("F069")
def test_problems_keep_what_has_to_be_known_as_a_data_gap():
    goals = [
        Node("a", "priority", "A"), Node("b", "objective", "B", parent="a", data_needed="Wait for a bus at night"),
        Node("c", "objective", "C", parent="a", measures=(Aim("night_wait"),)),
    ]  # fmt: skip
    found = rules.problems(goals, ["night_wait"], gaps=["night_wait"])
    assert "data_gap" in kinds(found, "b")
    assert "data_gap" in kinds(found, "c")
    assert "no_measure" in kinds(found, "a")


@pytest.mark.feature("F109")
def test_problems_list_measures_no_goal_uses():
    goals = [Node("a", "priority", "A", measures=(FULL,))]
    orphans = {one.subject for one in rules.problems(goals, ["closed_on_time", "web_share"]) if one.kind == "orphan_measure"}
    assert orphans == {"web_share"}


def test_problems_name_a_measure_that_does_not_exist():
    goals = [Node("a", "priority", "A", measures=(Aim("gone"),))]
    assert "unknown_measure" in kinds(rules.problems(goals, []), "a")


def test_changes_by_code_say_what_is_new_modified_unchanged_and_removed():
    before = [Node("a", "priority", "A"), Node("b", "priority", "B"), Node("gone", "priority", "G")]
    after = [Node("a", "priority", "A"), Node("b", "priority", "Better"), Node("n", "priority", "N")]
    found = {one.code: (one.change, one.fields) for one in rules.changes(before, after)}
    assert found == {"a": ("unchanged", ()), "b": ("modified", ("title",)), "n": ("new", ()), "gone": ("removed", ())}


def test_top_of_gives_the_priority():
    assert rules.top_of("c", {"a": "", "b": "a", "c": "b"}) == "a"
