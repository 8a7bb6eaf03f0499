"""Definitions: the shipped ones load and are clean; a wrong one is refused in a sentence that names file and field."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from citystat.core.errors import InputError
from citystat.plan import conditions, definition_files, queries
from citystat.plan.lint import lint

STARTERS = sorted(definition_files.STARTERS.glob("*.yaml"))


def starter(name: str) -> dict[str, Any]:
    return definition_files.read_yaml(definition_files.STARTERS / f"{name}.yaml")


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.stem)
def test_starter_measure_loads_under_its_file_name(path: Path) -> None:
    measure = definition_files.measure_from(definition_files.read_yaml(path), path.name)
    assert measure.name == path.stem
    assert measure.label.es != measure.label.en


def test_starter_measures_have_no_lint_problem() -> None:
    assert lint(queries.measures(), today=date(2026, 11, 22)) == ()


def drop(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda values: values.pop(name)


def put(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda values: values.update({name: value})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (drop("unit"), "x.yaml: field unit is missing."),
        (put("direction", "up"), "x.yaml: field direction is 'up'; it must be one of increase, decrease, neutral."),
        (put("colour", "red"), "x.yaml: field colour does not exist"),
        (put("label", {"en": "Only English"}), "x.yaml: field es of label is missing."),
        (put("rows", [{"column": "address", "is": "null"}]), "x.yaml: a condition names the column 'address', which measures cannot read."),
        (put("rows", [{"column": "status", "is": "open"}]), "x.yaml: field rows.0.is is 'open'"),
        (put("kind", "percentile"), "x.yaml: field probability is missing"),
        (put("time", "period_end"), "x.yaml: field time must be period_end for measures of what is open"),
        (put("numerator", [{"column": "age_days_at_end", "more_than": 3}]), "x.yaml: the column age_days_at_end exists only"),
        (put("review_by", "soon"), "x.yaml: field review_by is not valid"),
        (put("requires", ["salary"]), "x.yaml: field requires names the column 'salary'"),
        (put("incomplete_period", {"rule": "follow_up"}), "x.yaml: field incomplete_period.follow_up_days is missing."),
        (put("targets", [{"value": 1, "from": "2024-02-01", "to": "2024-01-01"}]), "x.yaml: a target ends (2024-01-01) before it starts"),
    ],
)
def test_measure_from_wrong_definition_names_file_and_field(change: Callable[[dict[str, Any]], None], sentence: str) -> None:
    values = starter("requests_opened")
    change(values)
    with pytest.raises(InputError) as refused:
        definition_files.measure_from(values, "x.yaml")
    assert str(refused.value).startswith(sentence)
    assert "\n" not in str(refused.value)


def write_own(home: Path, name: str, values: dict[str, Any]) -> None:
    folder = home / "measures"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")


def test_own_file_that_extends_a_starter_changes_only_what_it_says(city_home: Path) -> None:
    target = {"value": 0.8, "from": "2017-05-01", "rationale": "Council resolution"}
    write_own(city_home, "on_time", {"extends": "closed_on_time", "name": "closed_on_time", "targets": [target]})
    measure = queries.measure("closed_on_time")
    assert measure.target_on(date(2017, 4, 30)) is None
    assert measure.target_on(date(2017, 5, 1)) == 0.8
    assert measure.default_cohort == "due"


def test_own_file_may_not_silently_replace_a_starter(city_home: Path) -> None:
    write_own(city_home, "mine", starter("requests_opened"))
    with pytest.raises(InputError, match=r"mine.yaml: there is already a measure requests_opened; write `extends"):
        queries.measures()


def test_own_file_that_is_no_yaml_is_named(city_home: Path) -> None:
    (city_home / "measures").mkdir(parents=True)
    (city_home / "measures" / "broken.yaml").write_text("name: [", encoding="utf-8")
    with pytest.raises(InputError, match=r"broken.yaml is not valid YAML"):
        queries.measures()


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({"column": "status", "more_than": 5}, "status is a text"),
        ({"column": "status", "in": ["open", 3]}, "status is a text"),
        ({"column": "is_counted", "equals": "yes"}, "is_counted is yes or no"),
        ({"column": "flag_mass_closed", "in": [True]}, "flag_mass_closed is yes or no"),
        ({"column": "age_days", "more_than": "ten"}, "age_days is a number"),
        ({"column": "age_days", "at_least": True}, "age_days is a number"),
        ({"column": "transfers", "contains_any": ["1"]}, "transfers is a number"),
    ],
)
def test_condition_of_the_wrong_kind_is_refused_when_it_is_read(condition: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        conditions.parse(condition)
