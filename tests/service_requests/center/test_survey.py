"""Callers' answers: loaded once, without who they are; shares with intervals, and nothing of few."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from citystat.core.errors import InputError
from citystat.service_requests.center import loading, survey
from citystat.service_requests.models import CallerAnswer
from tests.factories import calls as factory

pytestmark = pytest.mark.django_db
ANSWERS = """Response ID,Date,Department,Overall,Ease
r1,2017-06-03,Water,5,4
r2,2017-06-04,Water,Very dissatisfied,
r3,06/05/2017,Streets,4 - satisfied,2
"""


@pytest.fixture
def load(tmp_path: Path) -> Any:
    def run(text: str, **options: Any) -> dict[str, Any]:
        path = tmp_path / "answers.csv"
        path.write_text(text)
        return loading.load_survey(path, **options)

    return run


def accounted(found: dict[str, Any]) -> tuple[int, ...]:
    return tuple(found[name] for name in ("rows_read", "loaded", "unchanged", "superseded", "rejected"))


def test_load_survey_reads_scores_in_numbers_and_words(load: Any) -> None:
    assert accounted(load(ANSWERS)) == (3, 3, 0, 0, 0)
    found = CallerAnswer.objects.filter(question="overall").order_by("on").values_list("on", "score", "department")
    assert list(found) == [(date(2017, 6, 3), 5, "Water"), (date(2017, 6, 4), 1, "Water"), (date(2017, 6, 5), 4, "Streets")]


def test_load_survey_again_changes_nothing_and_takes_a_correction(load: Any) -> None:
    load(ANSWERS)
    assert accounted(load(ANSWERS)) == (3, 0, 3, 0, 0)
    assert accounted(load(ANSWERS.replace("r1,2017-06-03,Water,5", "r1,2017-06-03,Water,3"))) == (3, 1, 2, 0, 0)
    assert CallerAnswer.objects.count() == 5


def test_load_survey_says_why_a_row_cannot_be_counted(load: Any) -> None:
    found = load(ANSWERS + "r4,2017-06-06,Water,7,\nr5,2017-06-06,Water,,\n,2017-06-06,Water,3,\nr1,2017-06-07,Water,2,\n")
    assert accounted(found) == (7, 3, 0, 1, 3)
    assert [one["reason"] for one in found["rejected_rows"]] == [
        "overall: not a score from 1 to 5", "no question answered", "no number of the response",
    ]  # fmt: skip


def test_load_survey_takes_the_columns_kansas_city_publishes_and_nothing_that_names_a_person(load: Any, shared_data: Path) -> None:
    columns = [one["name"] for one in json.loads((shared_data / "layouts" / "kansas-city-311-caller-survey.json").read_text())["columns"]]
    cells = {
        "CASE ID": "2017088123", "CLOSED DATE": "06/30/2017", "DEPARTMENT": "Public Works", "CUSTOMER SERVICE": "5",
        "QUALITY OF SERVICE": "4", "TIMELINESS OF SERVICE": "2", "STREET ADDRESS": "414 E 12th St", "CREATION DATE": "06/20/2017",
    }  # fmt: skip
    found = load(",".join(columns) + "\n" + ",".join(cells.get(name, "") for name in columns) + "\n")
    assert (found["layout"], found["loaded"]) == ("kansas-city-survey", 1)
    stored = [str(value) for one in CallerAnswer.objects.values_list() for value in one]
    assert not any("12th" in value or "2017088123" in value for value in stored)
    assert dict(CallerAnswer.objects.values_list("question", "score")) == {
        "customer_service": 5, "quality_of_service": 4, "timeliness_of_service": 2,
    }  # fmt: skip


def test_load_survey_refuses_a_file_of_calls(load: Any) -> None:
    with pytest.raises(InputError, match="fits no layout of caller survey"):
        load("Date,Time,Calls offered\n2017-06-01,8:00,3\n")


def test_months_give_shares_with_wilson_intervals_and_the_rate_of_answers() -> None:
    factory.answers(date(2017, 6, 10), [5] * 50 + [4] * 31 + [2] * 19)
    factory.save(factory.volume(date(2017, 6, day), offered=100, answered=80, grain="day") for day in range(1, 31))
    (june,) = survey.months()
    (overall,) = june.questions
    assert (overall.answers, overall.satisfied, overall.share) == (100, 81, 0.81)
    # Wilson, 95 %: 81 of 100.
    assert (round(overall.lower or 0, 4), round(overall.upper or 0, 4)) == (0.7222, 0.8749)
    assert (june.respondents, june.calls_answered, june.response_rate) == (100, 2400, 100 / 2400)


def test_months_show_nothing_of_few_answers() -> None:
    factory.answers(date(2017, 6, 10), [5] * 19)
    (june,) = survey.months()
    assert june.respondents is None
    assert [(one.answers, one.share, one.state) for one in june.questions] == [(None, None, "too_few")]


def test_months_give_no_rate_where_calls_are_not_known() -> None:
    factory.answers(date(2017, 6, 10), [5] * 30)
    assert survey.months()[0].response_rate is None
