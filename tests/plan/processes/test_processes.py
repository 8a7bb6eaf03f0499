"""Processes: what stands without a measure, findings with their owners, trained leads, who makes analyses."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client

from citystat.core import clock
from citystat.core.errors import Busy, InputError, NotAllowed
from citystat.people.models import WorkScope
from citystat.plan.models import Process, ProcessEvaluation, SavedAnalysis
from citystat.plan.processes import actions, queries, rules
from citystat.plan.processes.actions import ProcessText
from tests.factories.registered import person

pytestmark = pytest.mark.django_db
STEPS = "Report comes in; 311; minutes\nInspect; Streets crew; 2 days\nPatch"


@pytest.fixture(autouse=True)
def city(city_home: Path) -> Any:
    with clock.at(datetime(2026, 4, 3, 15, tzinfo=ZoneInfo("UTC"))):
        yield


def officer() -> Any:
    return person("officer@city.example", "performance_officer")


def of_department(department: str, email: str = "desk@city.example") -> Any:
    user = person(email, "department_worker")
    WorkScope.objects.get_or_create(user=user, department=department)
    return user


def process(name: str = "Pothole repair", department: str = "Streets", **changed: Any) -> Process:
    return actions.save_process(by=officer(), process=ProcessText(name=name, department=department, **changed))


def finding(of: Process, owner: Any, text: str = "Inspection and repair drive out twice") -> ProcessEvaluation:
    return actions.add_evaluation(by=officer(), process=of, finding=text, owner=owner, found_on=date(2026, 3, 1), due_on=date(2026, 6, 1))


def page(user: Any, path: str, status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:400]
    return answer.content.decode()


@pytest.mark.feature("F066")
def test_page_lists_a_process_without_a_measure_and_a_measure_without_process_or_goal() -> None:
    process(measures=["median_days_to_close"])
    process("Tree removal", "Parks")
    text = page(officer(), "/plan/processes/")
    bare = text.partition("Processes without a measure")[2].partition("</section>")[0]
    assert "Tree removal" in bare
    assert "Pothole repair" not in bare
    orphans = text.partition("Measures without a process or a goal")[2].partition("</section>")[0]
    assert "open_backlog" in orphans
    assert "median_days_to_close" not in orphans


@pytest.mark.slow
@pytest.mark.feature("F004")
def test_page_shows_every_department_to_the_officer_and_one_to_a_department_user() -> None:
    streets, parks = process(), process("Tree removal", "Parks")
    owner = of_department("Parks", "parks@city.example")
    finding(streets, of_department("Streets"))
    finding(parks, owner, "No list of dead trees")
    everything = page(officer(), "/plan/processes/evaluations/")
    assert "drive out twice" in everything
    assert "No list of dead trees" in everything
    mine = page(owner, "/plan/processes/evaluations/") + page(owner, "/plan/processes/")
    assert "No list of dead trees" in mine
    assert "Pothole repair" not in mine
    assert "drive out twice" not in mine
    page(owner, f"/plan/processes/{streets.pk}/", 404)
    row = ProcessEvaluation.objects.get(process=parks)
    assert (row.finding, row.owner, row.status) == ("No list of dead trees", owner, "open")


def test_add_evaluation_needs_an_owner_and_a_finding() -> None:
    row = process()
    with pytest.raises(InputError, match="one owner"):
        finding(row, None)
    with pytest.raises(InputError, match="Say what was found"):
        finding(row, officer(), " ")
    assert not ProcessEvaluation.objects.exists()


def test_update_evaluation_closes_only_with_words_and_only_by_its_owner() -> None:
    owner, other = of_department("Streets"), of_department("Parks", "parks@city.example")
    row = finding(process(), owner)
    with pytest.raises(InputError, match="before you close"):
        actions.update_evaluation(by=owner, row=row, status="done", note=" ", revision=1)
    with pytest.raises(NotAllowed, match="Only the owner"):
        actions.update_evaluation(by=other, row=row, status="done", note="Done", revision=1)
    actions.update_evaluation(by=owner, row=ProcessEvaluation.objects.get(), status="done", note="One trip now", revision=1)
    assert ProcessEvaluation.objects.get().closed_on == date(2026, 4, 3)
    with pytest.raises(Busy):
        actions.update_evaluation(by=owner, row=ProcessEvaluation.objects.get(), status="open", note="", revision=1)


@pytest.mark.feature("F067")
def test_leads_flag_a_department_until_somebody_is_trained_and_again_when_it_runs_out() -> None:
    process()
    process("Tree removal", "Parks")
    actions.add_lead(by=officer(), department="Streets", name="Mara Ellison", trained_on=date(2026, 1, 5), until=date(2026, 12, 31))
    assert [one.department for one in queries.leads() if one.row is None] == ["Parks"]
    assert "Departments without a trained lead: <strong>Parks</strong>" in page(officer(), "/plan/processes/")
    assert [one.department for one in queries.leads(date(2027, 1, 1)) if one.row is None] == ["Parks", "Streets"]
    row = next(one.row for one in queries.leads() if one.row)
    actions.end_lead(by=officer(), row=row)
    assert [one.department for one in queries.leads() if one.row is None] == ["Parks", "Streets"]


@pytest.mark.feature("F068")
def test_share_of_analyses_counts_those_of_people_who_work_in_a_department() -> None:
    assert queries.share_of_analyses() == rules.Share(0, 0, None)
    theirs, central = of_department("Streets"), officer()
    WorkScope.objects.create(user=central)  # every queue, and no department
    for owner, count in ((theirs, 3), (central, 1)):
        for number in range(count):
            SavedAnalysis.objects.create(name=f"A{number}", owner=owner, measure="open_backlog")
    assert queries.share_of_analyses() == rules.Share(3, 4, 0.75)
    assert "3 of 4 saved analyses were made by people of the departments: 75%." in page(officer(), "/plan/processes/")


def test_read_steps_reads_what_write_steps_writes() -> None:
    steps = rules.read_steps(STEPS)
    assert steps[1] == {"name": "Inspect", "who": "Streets crew", "how_long": "2 days"}
    assert rules.read_steps(rules.write_steps(steps)) == steps


@pytest.mark.parametrize("text", ["Inspect\n; who", "a; b; c; d", "x" * 201])
def test_read_steps_names_the_line_that_is_none(text: str) -> None:
    with pytest.raises(InputError, match=r"Line \d is not a step"):
        rules.read_steps(text)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": " "}, "needs a name"),
        ({"measures": ["no_such_measure"]}, "no measure no_such_measure"),
        ({"workshop_on": date(2027, 1, 1)}, "lies in the future"),
    ],
)
def test_save_process_refuses(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        process(**changed)
    assert not Process.objects.exists()


def test_save_process_of_one_name_twice_is_refused() -> None:
    process()
    with pytest.raises(InputError, match="Streets has a process of this name"):
        process()


def test_form_keeps_what_was_typed_and_saves_steps_one_a_line() -> None:
    client = Client()
    client.force_login(officer())
    typed = {"name": "Pothole repair", "department": "Streets", "steps": "; nobody", "measures": "open_backlog"}
    answer = client.post("/plan/processes/new/", typed)
    assert (answer.status_code, "Line 1 is not a step" in answer.content.decode()) == (400, True)
    assert "; nobody" in answer.content.decode()
    assert client.post("/plan/processes/new/", typed | {"steps": STEPS}).status_code == 302
    row = Process.objects.get()
    assert [step["name"] for step in row.steps] == ["Report comes in", "Inspect", "Patch"]
    assert "Inspect; Streets crew; 2 days" in client.get(f"/plan/processes/{row.pk}/edit/").content.decode()


def test_form_offers_measures_by_their_titles_and_keeps_those_ticked() -> None:
    client = Client()
    client.force_login(officer())
    assert "Open backlog" in client.get("/plan/processes/new/").content.decode()
    typed = {"name": "Pothole repair", "department": "Streets", "measures": ["open_backlog", "closed_on_time"]}
    refused = client.post("/plan/processes/new/", typed | {"steps": "; nobody"}).content.decode()
    assert refused.count(" checked") == 2
    assert client.post("/plan/processes/new/", typed).status_code == 302
    assert {one.measure for one in Process.objects.get().measures.all()} == {"open_backlog", "closed_on_time"}


def test_form_of_a_process_refuses_a_measure_there_is_not() -> None:
    client = Client()
    client.force_login(officer())
    answer = client.post("/plan/processes/new/", {"name": "Repair", "department": "Streets", "measures": "no_such"})
    assert (answer.status_code, "There is no measure no_such." in answer.content.decode()) == (400, True)
    assert not Process.objects.exists()


def test_pages_of_findings_and_leads_take_what_is_typed() -> None:
    row, client = process(), Client()
    client.force_login(officer())
    typed = {"finding": "Crews wait for parts", "owner": officer().pk, "found_on": "2026-04-01"}
    assert client.post(f"/plan/processes/{row.pk}/", typed).status_code == 302
    evaluation = ProcessEvaluation.objects.get()
    path = f"/plan/processes/evaluations/{evaluation.pk}/"
    assert client.post(path, {"revision": "1", "status": "done", "note": ""}).status_code == 400
    assert client.post(path, {"revision": "1", "status": "done", "note": "Parts in the truck"}).status_code == 302
    assert client.post("/plan/processes/leads/", {"department": "Streets", "trained_on": "2026-01-05"}).status_code == 400
    assert client.post("/plan/processes/leads/", {"department": "Streets", "name": "Ann", "trained_on": "2026-01-05"}).status_code == 302
    assert "Ann" in page(officer(), "/plan/processes/leads/")


def test_command_lists_the_gaps(capsys: pytest.CaptureFixture[str]) -> None:
    process()
    call_command("processes", "list", "--json")
    found = json.loads(capsys.readouterr().out)
    assert (found["without_measure"], found["departments_without_lead"]) == (["Pothole repair"], ["Streets"])
    assert found["processes"][0]["measures"] == []
