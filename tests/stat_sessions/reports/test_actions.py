"""Reports: made, explained, released once, and again only with a reason."""

from typing import Any

import pytest

from citystat.core.errors import InputError, NotAllowed
from citystat.people.models import User
from citystat.stat_sessions.models import Report
from citystat.stat_sessions.reports import actions, document, setting

pytestmark = pytest.mark.django_db


def explained(analyst: User, period: str = "2017-Q2") -> None:
    for one in actions.make("quarter", period, audience="staff").unexplained:
        actions.explain(by=analyst, period=period, measure=one.measure.name, text="Two crews were at the flood.", text_es="La inundación.")


def test_make_department_month_holds_its_figures(july: None) -> None:
    made = actions.make("department_month", "2017-06", department="Housing", audience="staff").document

    assert made.title == "Housing, June 2017"
    assert {one.key for one in made.sections} >= {"requests", "oldest", "commitments"}


@pytest.mark.slow
def test_make_quarter_has_every_section(july: None) -> None:
    made = actions.make("quarter", "2017-Q2", audience="staff").document

    assert [one.key for one in made.sections][:3] == ["goals", "moved", "year_to_date"]
    assert made.sections[-1].key == "appendix"


def test_make_of_a_period_not_over_is_refused(july: None) -> None:
    with pytest.raises(InputError, match="is not over in the data"):
        actions.make("quarter", "2018-Q1")


@pytest.mark.slow
def test_release_again_gives_the_same_edition(july: None, analyst: User) -> None:
    explained(analyst)
    first = actions.release(by=analyst, kind="quarter", period="2017-Q2")
    again = actions.release(by=analyst, kind="quarter", period="2017-Q2")

    assert [one.pk for one in again] == [one.pk for one in first]
    assert Report.objects.count() == 4


@pytest.mark.slow
@pytest.mark.parametrize("form", ["html", "pdf", "json", "xlsx", "pptx"])
def test_file_of_the_same_build_has_the_same_bytes(july: None, form: str) -> None:
    one, two = (actions.make("quarter", "2017-Q2").document for _time in range(2))

    assert document.checksum(one) == document.checksum(two)
    assert setting.file(one, form) == setting.file(two, form)


def test_release_needs_the_right(july: None, chief: User) -> None:
    with pytest.raises(NotAllowed):
        actions.release(by=chief, kind="quarter", period="2017-Q2")


@pytest.mark.slow
def test_from_dict_is_the_inverse_of_as_dict(july: None) -> None:
    made: Any = actions.make("year", "2017").document

    assert document.from_dict(document.as_dict(made)) == made
