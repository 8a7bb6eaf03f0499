"""Each lint rule finds what it is for, and only that."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from citystat.plan import queries, registry
from citystat.plan.definitions import ChartSettings, Measure, Rebase, Target, Text
from citystat.plan.lint import lint
from citystat.plan.registry import Accepted

TODAY = date(2026, 1, 1)
DATED = Target(0.8, date(2025, 1, 1), None, "Council resolution")


def rules_of(measure: Measure, accepted: dict[str, Accepted] | None = None) -> set[str]:
    others = [one for one in queries.measures() if one.name != measure.name]
    return {problem.rule for problem in lint([*others, measure], accepted=accepted, today=TODAY) if problem.measure == measure.name}


@pytest.mark.parametrize(
    ("name", "changes", "rule"),
    [
        ("duplicate_share", {"denominator": None}, "missing_denominator"),
        ("open_backlog", {"direction": "neutral"}, "no_direction"),
        ("open_backlog", {"unit": Text("-", "-")}, "no_unit"),
        ("closed_on_time", {"targets": (replace(DATED, from_=None),)}, "target_without_date"),
        ("closed_on_time", {"targets": (replace(DATED, value=80),)}, "share_target_out_of_range"),
        ("closed_on_time", {"review_by": date(2025, 12, 31)}, "stale"),
        ("closed_on_time", {"readers": ()}, "nobody_reads_it"),
        ("closed_on_time", {"exclude_flags": ("flag_blue",)}, "unknown_flag"),
        ("closed_on_time", {"source_tables": ("calls",)}, "unknown_table"),
        ("open_backlog", {"companions": ("happiness",)}, "unknown_companion"),
        ("open_backlog", {"companions": ("open_backlog",)}, "unknown_companion"),
        ("open_backlog", {"chart": ChartSettings("p_prime")}, "chart_without_shares"),
        ("median_days_to_close", {"companions": ("open_backlog",)}, "speed_without_companion"),
    ],
)
def test_lint_finds_one_problem(name: str, changes: dict[str, Any], rule: str) -> None:
    assert rules_of(replace(queries.measure(name), **changes)) == {rule}


def test_lint_finds_a_definition_changed_without_version_or_rebase() -> None:
    measure = queries.measure("closed_on_time")
    accepted = {measure.name: Accepted(measure.version, "something else", ())}
    assert rules_of(measure, accepted) == {"changed_without_version", "changed_without_rebase"}


def test_lint_accepts_a_change_with_version_and_rebase() -> None:
    measure = queries.measure("closed_on_time")
    chart = replace(measure.chart, rebases=(Rebase(date(2025, 1, 1), Text("New rule", "Nueva regla")),))
    changed = replace(measure, version=measure.version + 1, chart=chart)
    assert not rules_of(changed, {measure.name: Accepted(measure.version, "something else", ())})


def test_accept_makes_the_present_definitions_the_known_ones(city_home: Any) -> None:
    registry.accept(queries.measures())
    known, measure = registry.read()["closed_on_time"], queries.measure("closed_on_time")
    assert known == Accepted(measure.version, measure.definition_hash, ())
