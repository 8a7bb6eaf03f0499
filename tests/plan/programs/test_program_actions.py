"""Programs with their evidence and what they deliver, budget lines, programs without data."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from citystat.core import clock
from citystat.core.errors import Busy, InputError, NotAllowed
from citystat.plan.models import Countdown, CountdownItem, Evidence, Program
from citystat.plan.programs import actions, loading, queries
from citystat.plan.programs.actions import ProgramText
from tests.factories import cases
from tests.factories.requests import request, write_build

pytestmark = pytest.mark.django_db
DECIDED = date(2017, 3, 1)


@pytest.fixture(autouse=True)
def now():
    with clock.at(datetime(2018, 2, 1, 12, tzinfo=ZoneInfo("America/Chicago"))):
        yield


def make(slug: str = "demolition", **values) -> Program:
    return actions.save_program(by=None, program=ProgramText(slug, "Dangerous buildings", decided_on=DECIDED, **values))


def find(program: Program, dated_on: date, source: str = "Survey 2016, question 4", **values) -> Evidence:
    given = {"kind": "survey", "text": "Neglected property is the first worry"} | values
    return actions.add_evidence(by=None, program=program, source=source, dated_on=dated_on, **given)


@pytest.mark.feature("F010")
def test_evidence_is_dated_before_the_decision_and_what_follows_stands_apart():
    program = make()
    kept = [find(program, DECIDED - timedelta(days=90)), find(program, DECIDED, "Letter of five associations", kind="meeting")]
    later = find(program, DECIDED + timedelta(days=1), "Report of 2018", kind="document")
    assert queries.evidence(program) == (kept, [later])


@pytest.mark.slow
def test_add_evidence_of_a_measure_keeps_value_period_and_build(city_home: Path):
    write_build([request(opened_on=date(2016, 11, day)) for day in range(1, 13)], as_of=date(2017, 12, 31), by_month=False)
    program = make()
    row = actions.add_evidence(by=None, program=program, kind="measure", text="Twelve a month", measure="requests_opened", period="2016-11")
    assert (row.value, row.period, row.dated_on, row.build) == (12, "2016-11", date(2016, 11, 30), 1)


@pytest.mark.slow
def test_add_evidence_of_a_month_not_complete_is_refused(city_home: Path):
    write_build([request(opened_on=date(2017, 12, 1))], as_of=date(2017, 12, 15), by_month=False)
    with pytest.raises(InputError, match="not complete yet"):
        actions.add_evidence(by=None, program=make(), kind="measure", text="One", measure="requests_opened", period="2017-12")


def test_add_evidence_dated_in_the_future_is_refused():
    with pytest.raises(InputError, match="dated in the future"):
        find(make(), date(2018, 2, 2))


def test_take_back_evidence_leaves_the_page_and_stays_in_the_record():
    program = make()
    row = find(program, DECIDED)
    actions.take_back_evidence(by=None, evidence=row, why="The survey had another question")
    assert queries.evidence(program) == ([], [])
    assert Evidence.objects.get(pk=row.pk).taken_back_why == "The survey had another question"


def test_save_program_edited_twice_tells_the_second():
    program = make()
    actions.save_program(by=None, program=ProgramText("demolition", "First"), existing=Program.objects.get(pk=program.pk), revision=1)
    with pytest.raises(Busy):
        actions.save_program(by=None, program=ProgramText("demolition", "Second"), existing=program, revision=1)
    assert Program.objects.get(pk=program.pk).title == "First"


@pytest.mark.parametrize("slug", ["new", "budget"])
def test_save_program_under_the_address_of_a_page_is_refused(slug):
    with pytest.raises(InputError, match="taken by a page"):
        make(slug)


def test_save_program_twice_under_one_name_is_refused():
    make()
    with pytest.raises(InputError, match="already"):
        make()


def test_save_program_without_the_right_is_refused():
    with pytest.raises(NotAllowed):
        actions.save_program(by=cases.make_user("crew@city.example", "crew"), program=ProgramText("a", "A"))


def countdown(**items: tuple[str, str, str | None]) -> Countdown:
    row = Countdown.objects.create(
        slug="884", title="884 buildings", things="buildings", starts_on=DECIDED, ends_on=date(2018, 5, 31), target_count=884,
        budget=Decimal("10000000"),
    )  # fmt: skip
    for key, (status, proof, cost) in items.items():
        counted_on = DECIDED if status == "counted" else None
        CountdownItem.objects.create(countdown=row, key=key, status=status, proof=proof, cost=cost, counted_on=counted_on)
    return row


@pytest.mark.feature("F011")
def test_delivery_counts_only_items_with_their_own_proof_and_shows_the_unit_cost():
    countdown(
        one=("counted", "Permit 1", "12000"), two=("counted", "Permit 2", "9000"), returned=("returned", "Permit 4", "5000"),
        pending=("pending", "Permit 3", "7000"), open=("open", "", None),
    )  # fmt: skip
    _row, done = queries.delivery(make(countdown="884"))
    assert (done.done, done.remaining, done.spend, done.per_unit) == (2, 882, Decimal(21000), Decimal(10500))


def test_delivery_of_items_without_a_cost_divides_by_those_with_one():
    countdown(one=("counted", "Permit 1", "12000"), two=("counted", "Permit 2", None))
    _row, done = queries.delivery(make(countdown="884"))
    assert (done.done, done.without_cost, done.per_unit) == (2, 1, Decimal(12000))


def test_delivery_without_anything_done_has_no_unit_cost():
    countdown()
    assert queries.delivery(make(countdown="884"))[1].per_unit is None


@pytest.fixture
def three_years(city_home: Path) -> None:
    rows = [request(service="Pothole", opened_on=date(year, 6, 1)) for year, n in ((2015, 20), (2016, 30), (2017, 40)) for _ in range(n)]
    rows += [request(service="Tree", opened_on=date(2017, 6, 1)) for _ in range(7)]
    write_build(rows, as_of=date(2017, 12, 31), by_month=False)


def budget_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "lines.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.feature("F112")
@pytest.mark.usefixtures("three_years")
def test_trend_shows_three_years_of_requests_and_both_numbers_of_the_unit_cost(tmp_path):
    text = 'code,title,program,department,services,2015,2016,2017\n10-1,Potholes,,Public Works,Pothole,"2,000",3600,$6000\n'
    told = loading.load_budget_lines(budget_file(tmp_path, text))
    assert (told["lines"], told["amounts"]) == (1, 3)
    found = queries.trend(queries.budget_lines()[0])
    assert [(one.year, one.requests, one.amount, one.per_request) for one in found.years] == [
        (2015, 20, 2000, 100), (2016, 30, 3600, 120), (2017, 40, 6000, 150),
    ]  # fmt: skip


@pytest.mark.usefixtures("three_years")
def test_trend_of_a_line_without_requests_has_no_unit_cost_and_says_so(tmp_path):
    loading.load_budget_lines(budget_file(tmp_path, "code,title,services,year,amount\n9,Bridges,Bridge,2017,100\n"))
    found = queries.trend(queries.budget_lines()[0])
    assert [one.per_request for one in found.years] == [None, None, None]
    assert "No request of these years names Bridge" in found.reason


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("title,2017\nA,1\n", "no column code"),
        ("code,title\n1,A\n", "no amounts"),
        ("code,title,2017\n1,A,much\n", "Line 2: 'much' is not an amount"),
        ("code,title,2017\n1,A,1\n1,A,2\n", "Line 3: 1 has an amount for 2017 already"),
        ("code,title,program,2017\n1,A,nothing,1\n", "Line 2 names the program 'nothing'"),
        ("code,title,2017\n", "holds no budget line"),
        ("code,title,2017\n1,A,1,200\n", "Line 2 has more cells than the first line"),
        ('code,title,2017\n1,"A,1\n', "line 2: this is not CSV"),
    ],
)
def test_load_budget_lines_refuses_with_the_line(tmp_path, text, sentence):
    with pytest.raises(InputError, match=sentence):
        loading.load_budget_lines(budget_file(tmp_path, text))
    assert queries.budget_lines() == ()


def test_load_budget_lines_again_takes_the_place_of_the_first(tmp_path):
    for amount in (1, 2):
        told = loading.load_budget_lines(budget_file(tmp_path, f"code,title,2017\n1,A,{amount}\n"))
    assert told["new"] == 0
    assert [one.amount for one in queries.budget_lines()[0].amounts.all()] == [2]


@pytest.mark.slow
@pytest.mark.feature("F113")
@pytest.mark.usefixtures("three_years")
def test_without_data_lists_programs_nobody_can_say_the_volume_of_and_changes_nothing():
    make("counted", services=["Pothole"])
    make("by-measure", measures=["requests_opened"])
    silent, foreign = make("dispute-resolution"), make("bridges", services=["Bridge"])
    before = list(Program.objects.values())
    found = {one.program: one.reason for one in queries.without_data(list(queries.programs()))}
    assert set(found) == {silent, foreign}
    assert "names no service" in found[silent]
    assert list(Program.objects.values()) == before
