"""Improvements and areas in focus: what the figure was before, what it is after, and against the others."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from citystat.core import clock
from citystat.core.errors import InputError
from citystat.methods.rates import difference_of_proportions
from citystat.plan.models import Incident
from citystat.plan.programs import actions, before_after, focus, loading, rules, words
from citystat.plan.programs.actions import ImprovementText
from citystat.plan.programs.focus import SelectionText
from tests.factories.requests import request, write_build

pytestmark = pytest.mark.django_db
START = date(2017, 4, 1)


@pytest.fixture(autouse=True)
def now():
    with clock.at(datetime(2018, 2, 1, 12, tzinfo=ZoneInfo("America/Chicago"))):
        yield


def closed(month: date, district: str, on_time: int, of: int, **values):
    due = month + timedelta(days=10)
    for number in range(of):
        closed_on = due if number < on_time else due + timedelta(days=5)
        yield request(opened_on=month, due_on=due, closed_on=closed_on, place_council_district=district, **values)


@pytest.fixture
def city(city_home: Path) -> None:
    """District 1 goes from half on time to nine in ten; the others stay; nothing else is special."""
    rows = []
    for month in (1, 2, 3, 4, 5, 6):
        good = 45 if month >= 4 else 25
        rows += closed(date(2017, month, 1), "1", good, 50)
        for district in ("2", "3", "4"):
            rows += closed(date(2017, month, 1), district, 40, 50)
    places = [{"kind": "council_district", "version": "2012", "code": code, "name": f"District {code}"} for code in "1234"]
    write_build(rows, as_of=date(2017, 12, 31), places=places, by_month=False)


def improve(**values):
    given = {"measure": "closed_on_time", "window_months": 3} | values
    return actions.save_improvement(by=None, improvement=ImprovementText("routes", "New routes", START, **given))


@pytest.mark.slow
@pytest.mark.feature("F111")
@pytest.mark.usefixtures("city")
def test_of_improvement_shows_the_share_before_and_after_with_the_interval_of_the_difference():
    found = before_after.of_improvement(improve(where={"council_district": ["1"]}))
    whole, published = found.rows[0], difference_of_proportions(135, 150, 75, 150)
    assert (whole.before.value, whole.after.value) == (0.5, 0.9)
    assert (whole.change.estimate, whole.change.lower, whole.change.upper) == pytest.approx(
        (0.4, float(published.lower), float(published.upper))
    )
    assert whole.change.verdict == "higher"


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_of_improvement_by_area_finds_the_one_that_changed():
    found = before_after.of_improvement(improve(by="council_district"))
    assert {one.area: one.change.verdict for one in found.rows} == {
        None: "higher", "1": "higher", "2": "about_the_same", "3": "about_the_same", "4": "about_the_same",
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_of_improvement_of_a_count_is_a_ratio_with_its_interval():
    found = before_after.of_improvement(improve(measure="requests_opened"))
    assert (found.how, found.rows[0].before.value, found.rows[0].after.value) == ("count", 600, 600)
    assert found.rows[0].change.estimate == pytest.approx(90 / 91)
    assert found.rows[0].change.verdict == "about_the_same"


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_of_improvement_just_begun_says_nothing_yet():
    row = actions.save_improvement(by=None, improvement=ImprovementText("late", "Late", date(2018, 1, 15), measure="requests_opened"))
    assert before_after.of_improvement(row) is None


@pytest.mark.usefixtures("city")
def test_save_improvement_without_a_figure_is_refused():
    with pytest.raises(InputError, match="Choose one figure"):
        improve(measure="")


@pytest.mark.parametrize(
    ("started_on", "last", "count", "before", "after"),
    [
        (date(2017, 4, 1), date(2017, 12, 31), 3, (date(2017, 1, 1), date(2017, 3, 31)), (date(2017, 4, 1), date(2017, 6, 30))),
        (date(2017, 4, 2), date(2017, 12, 31), 3, (date(2017, 1, 1), date(2017, 3, 31)), (date(2017, 5, 1), date(2017, 7, 31))),
        (date(2017, 4, 1), date(2017, 5, 30), 1, (date(2017, 3, 1), date(2017, 3, 31)), (date(2017, 4, 1), date(2017, 4, 30))),
    ],
)
def test_windows_are_equally_many_whole_months(started_on, last, count, before, after):
    found = rules.windows(started_on, 3, last)
    assert (found.months, found.before, found.after) == (count, before, after)


def test_windows_before_a_month_is_over_are_none():
    assert rules.windows(date(2017, 4, 1), 3, date(2017, 4, 29)) is None


def test_windows_a_year_earlier_are_the_same_months():
    found = rules.windows(date(2017, 4, 1), 2, date(2017, 12, 31)).a_year_earlier()
    assert (found.before, found.after) == ((date(2016, 2, 1), date(2016, 3, 31)), (date(2016, 4, 1), date(2016, 5, 31)))


def incidents_file(tmp_path: Path) -> Path:
    random, lines = np.random.default_rng(3), ["date,area,seconds"]
    for month in range(1, 7):
        for area, level in (("East", 360 if month < 4 else 300), ("West", 300)):
            lines += [f"2017-{month:02d}-{1 + number % 28:02d},{area},{random.normal(level, 25):.0f}" for number in range(150)]
    path = tmp_path / "responses.csv"
    path.write_text("\n".join([*lines, "2017-05-05,East,", "soon,East,300", "2017-05-05,,300", "2017-05-05,East,-4", ""]))
    return path


@pytest.mark.slow
@pytest.mark.feature("F133")
@pytest.mark.usefixtures("city_home")
def test_of_improvement_of_incidents_shows_the_90th_percentile_by_area_with_its_interval(tmp_path):
    told = loading.load_incidents(incidents_file(tmp_path), kind="Cardiac arrest")
    assert (told["rows_read"], told["loaded"], told["without_time"], told["left_out"]) == (1804, 1801, 1, 3)
    found = before_after.of_improvement(improve(measure="", incidents="Cardiac arrest"))
    whole, east, west = found.rows
    assert (found.how, east.area, west.area) == ("percentile", "East", "West")
    assert east.change.upper < 0 < -east.change.estimate
    assert east.change.estimate == pytest.approx(-60, abs=15)
    assert (east.change.verdict, west.change.verdict) == ("lower", "about_the_same")
    assert east.before.lower < east.before.value < east.before.upper
    assert east.after.without_time == 1
    assert whole.before.median < whole.before.value
    assert words.headline(found).startswith("Better: nine in ten within ")
    said = words.leaves_out(found)
    assert said.startswith("Nine in ten were reached within this time. One in ten waited longer")
    assert said.endswith("Calls without a recorded time are left out: 0 of 600 before, 1 of 601 after.")


@pytest.mark.slow
def test_load_incidents_again_takes_the_place_of_the_first(tmp_path, city_home):
    for _turn in range(2):
        told = loading.load_incidents(incidents_file(tmp_path), kind="Cardiac arrest")
    assert told["replaced"] == Incident.objects.count() == 1801


def test_load_incidents_without_a_usable_line_is_refused(tmp_path, city_home):
    path = tmp_path / "bad.csv"
    path.write_text("date,area,seconds\nsoon,East,4\n")
    with pytest.raises(InputError, match="Line 2: 'soon' is not a date"):
        loading.load_incidents(path, kind="Fire")


def rule(**values) -> SelectionText:
    indicator = {"measure": "closed_on_time", "high_is_bad": False, "worst": 1, "threshold": None, "where": {}}
    given = {"kind": "council_district", "looked_from": date(2017, 1, 1), "looked_to": date(2017, 3, 31), "indicators": [indicator]}
    return SelectionText("rising", "Rising", **(given | values))


@pytest.mark.slow
@pytest.mark.feature("F159")
@pytest.mark.usefixtures("city")
def test_areas_chosen_by_a_stated_rule_are_set_against_the_others():
    row = focus.choose(by=None, row=focus.save_selection(by=None, selection=rule()))
    assert row.chosen["areas"] == {"1": True, "2": False, "3": False, "4": False}
    assert focus.rule_in_words(row, "en")[0].endswith("the area with the lowest value")
    focus.save_partnership(by=None, row=row, plan_text="A team a street", starts_on=START, outcome="closed_on_time", window_months=3)
    found = focus.progress(row)
    assert (found.inside.change.estimate, found.outside.change.estimate) == pytest.approx((0.4, 0.0))
    assert found.against.verdict == "higher"
    assert found.against.lower < 0.4 < found.against.upper


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_choose_again_is_refused_because_the_choice_is_frozen():
    row = focus.choose(by=None, row=focus.save_selection(by=None, selection=rule()))
    with pytest.raises(InputError, match="stays as it is"):
        focus.choose(by=None, row=row)
    with pytest.raises(InputError, match="stays as it is"):
        focus.save_selection(by=None, selection=rule(needed=1), existing=row, revision=row.revision)


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_choose_every_area_is_refused():
    everywhere = {"measure": "closed_on_time", "high_is_bad": False, "worst": None, "threshold": 1.0, "where": {}}
    with pytest.raises(InputError, match="every area"):
        focus.choose(by=None, row=focus.save_selection(by=None, selection=rule(indicators=[everywhere])))


def test_areas_met_keeps_equal_areas_together():
    one = rules.Indicator("m", high_is_bad=True, worst=1)
    assert rules.areas_met(one, {"a": 5.0, "b": 5.0, "c": 4.0, "d": None}) == {"a", "b"}
