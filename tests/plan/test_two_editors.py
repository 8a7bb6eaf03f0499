"""Two people change the same thing: the second is told, sees what stands now, loses nothing typed, and can then save on purpose."""

from collections.abc import Callable
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from citystat.core import clock
from citystat.core.errors import Busy, InputError
from citystat.plan.countdowns import actions as countdowns
from citystat.plan.countdowns.actions import Done, ItemText
from citystat.plan.goals import actions as goals
from citystat.plan.goals.actions import GoalText, ThemeText
from citystat.plan.models import AdvisoryCouncil, CouncilMember, CountdownItem, Evidence, FocusSelection, Improvement, WorkGroup
from citystat.plan.processes import actions as processes
from citystat.plan.processes.actions import ProcessText
from citystat.plan.programs import actions as programs
from citystat.plan.programs import advice
from citystat.plan.programs.actions import ProgramText
from citystat.stat_sessions.models import WeakPointCase
from tests.factories import countdowns as counting
from tests.factories import registered as factory

pytestmark = pytest.mark.django_db
TOLD = "Somebody else changed this while you were editing."


@pytest.fixture(autouse=True)
def now() -> Any:
    with clock.at(datetime(2018, 1, 10, 12, tzinfo=ZoneInfo("UTC"))):
        yield


@pytest.fixture
def browser(city_home: Any) -> Client:
    person = factory.person("everything@city.example", "performance_officer", "analyst", "quality_analyst")
    client = Client()
    client.force_login(person)
    return client


class Fields(HTMLParser):
    """What a browser would send of the form with a given address."""

    def __init__(self, html: str, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.values = action, False, {}
        self.area = self.select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = found.get("action", "") == self.action and found.get("method") == "post"
        if not self.inside:
            return
        name = found.get("name", "")
        if tag == "input" and found.get("type") not in ("checkbox", "file", "submit") and name:
            self.values[name] = found.get("value", "")
        elif tag == "input" and found.get("type") == "checkbox" and "checked" in found:
            self.values[name] = found.get("value", "on")
        elif tag == "textarea":
            self.area, self.values[name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in found or self.select not in self.values):
            self.values[self.select] = found.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        self.area = "" if tag == "textarea" else self.area
        self.select = "" if tag == "select" else self.select
        self.inside = self.inside and tag != "form"


def draft_plan() -> Any:
    return goals.create_plan(by=None, title="Plan", starts_on=date(2018, 1, 1), ends_on=date(2020, 12, 31))


def weakness(**values: Any) -> WeakPointCase:
    given: dict[str, Any] = {"title": "Slow", "cause": "process", "fix": "Desk", "found_on": date(2017, 1, 1)}
    return WeakPointCase.objects.create(**(given | values))


def a_goal() -> tuple[Any, str, str, str]:
    plan = draft_plan()
    goals.save_goal(by=None, plan=plan, goal=GoalText("streets", "priority", "Streets"))
    return plan.goals.get(), f"/plan/drafts/{plan.number}/goals/streets/", "", "title"


def a_plan() -> tuple[Any, str, str, str]:
    plan = draft_plan()
    return plan, f"/plan/drafts/{plan.number}/change/", "", "title"


def a_theme() -> tuple[Any, str, str, str]:
    row = goals.save_theme(by=None, theme=ThemeText("night", "Night", measures=[("closed_on_time", "Police"), ("open_backlog", "Streets")]))
    return row, "/plan/themes/night/edit/", "", "title"


def a_program() -> tuple[Any, str, str, str]:
    return programs.save_program(by=None, program=ProgramText("lamps", "Lamps")), "/programs/lamps/edit/", "", "title"


def an_improvement() -> tuple[Any, str, str, str]:
    row = Improvement.objects.create(slug="crew", title="Crew", started_on=date(2017, 5, 1), measure="street_lights")
    factory.validated()
    return row, "/improvements/crew/edit/", "", "title"


def a_council() -> tuple[Any, str, str, str]:
    row = AdvisoryCouncil.objects.create(slug="nac", title="Council", kind="council_district")
    return row, "/advice/nac/edit/", "", "title"


def a_countdown() -> tuple[Any, str, str, str]:
    return counting.countdown(), "/countdowns/houses/edit/", "", "title"


def a_process() -> tuple[Any, str, str, str]:
    row = processes.save_process(by=None, process=ProcessText("Repair", "Streets"))
    return row, f"/plan/processes/{row.pk}/edit/", "", "text"


def a_finding() -> tuple[Any, str, str, str]:
    row = processes.save_process(by=None, process=ProcessText("Repair", "Streets"))
    found = processes.add_evaluation(by=None, process=row, finding="Two forms", owner=factory.owner(), found_on=date(2017, 5, 1))
    return found, f"/plan/processes/evaluations/{found.pk}/", "", "note"


def a_definition() -> tuple[Any, str, str, str]:
    return factory.draft(), "/measures/street_lights/definition/1/", "", "description_en"


def whose_it_is() -> tuple[Any, str, str, str]:
    return factory.validated(), "/measures/street_lights/settings/", "", "department"


def a_weakness() -> tuple[Any, str, str, str]:
    row = weakness()
    return row, f"/weak-points/{row.pk}/", f"/weak-points/{row.pk}/change/", "why"


def a_celebration() -> tuple[Any, str, str, str]:
    row = weakness(fixed_on=date(2017, 6, 1), people=[{"name": "Ana", "agreed": True}], celebration="Half the time")
    return row, f"/weak-points/{row.pk}/", f"/weak-points/{row.pk}/celebrate/", "text"


FORMS = [a_goal, a_plan, a_theme, a_program, a_countdown, a_process, a_finding, a_definition, whose_it_is, a_weakness, a_celebration]


def both(browser: Client, made: Callable[[], tuple[Any, str, str, str]]) -> tuple[Any, Any, dict[str, str], str, str]:
    """The form as shown, then somebody else's change, then what was typed is sent."""
    row, page, action, field = made()
    typed = Fields(browser.get(page).content.decode(), action).values | {field: "What I typed"}
    if "act" in typed or made is whose_it_is:
        typed["act"] = "assign"
    type(row)._default_manager.filter(pk=row.pk).update(revision=row.revision + 1)
    return row, browser.post(action or page, typed), typed, action or page, field


@pytest.mark.slow
@pytest.mark.parametrize("made", FORMS, ids=lambda made: made.__name__)
def test_second_editor_is_told_keeps_what_was_typed_and_may_save_again(browser: Client, made: Any) -> None:
    row, answer, _typed, address, field = both(browser, made)
    page = answer.content.decode()
    assert TOLD in page
    again = Fields(page, address if "/weak-points/" in address else "").values
    assert again[field] == "What I typed"
    assert "What stands now: “" in page
    assert again["revision"] == str(row.revision + 1)
    answer = browser.post(address, again | ({"act": "assign"} if made is whose_it_is else {}))
    assert answer.status_code == 302, Fields(answer.content.decode(), "").values
    assert type(row)._default_manager.get(pk=row.pk).revision == row.revision + 2


@pytest.mark.slow
def test_item_said_to_be_done_by_two_tells_the_second_and_overwrites_nothing(browser: Client) -> None:
    row = counting.countdown()
    countdowns.put_items(by=None, countdown=row, items=[ItemText("P-1")])
    item = CountdownItem.objects.get()
    page = f"/countdowns/houses/items/{item.pk}/"
    typed = Fields(browser.get(page).content.decode(), page).values | {"done_on": "2014-01-02", "proof": "Permit B"}
    countdowns.submit(by=None, item=item, done=Done(date(2014, 1, 1), proof="Permit A"))
    told = browser.post(page, typed).content.decode()
    item.refresh_from_db()
    assert TOLD in told
    assert item.proof == "Permit A"
    again = Fields(told, page).values
    assert again["proof"].strip() == "Permit B"
    assert browser.post(page, again).status_code == 302
    item.refresh_from_db()
    assert item.proof == "Permit B"


def test_check_of_an_item_that_changed_meanwhile_is_told_and_the_reason_stays(browser: Client) -> None:
    row = counting.countdown()
    countdowns.put_items(by=None, countdown=row, items=[ItemText("P-1")])
    item = countdowns.submit(by=None, item=CountdownItem.objects.get(), done=Done(date(2014, 1, 1), proof="Permit A"))
    seen = item.events.order_by("-pk").values_list("pk", flat=True)[0]
    countdowns.submit(by=None, item=item, done=Done(date(2014, 1, 1), proof="Permit B"))
    answer = browser.post(f"/countdowns/houses/items/{item.pk}/act/", {"act": "return", "note": "The photo is dark", "seen": seen})
    page = answer.content.decode()
    assert TOLD in page
    assert 'value="The photo is dark"' in page
    item.refresh_from_db()
    assert item.status == "pending"


def test_membership_ended_by_two_keeps_the_first_day_and_tells_the_second(browser: Client) -> None:
    member = CouncilMember.objects.create(council=a_council()[0], name="Rosa Diaz", areas=["1"], since=date(2016, 1, 1))
    page = f"/advice/nac/members/{member.pk}/end/"
    typed = Fields(browser.get(page).content.decode(), "").values | {"until": "2017-12-31"}
    advice.end_membership(by=factory.officer(), member=member, until=date(2017, 6, 30))
    told = browser.post(page, typed).content.decode()
    member.refresh_from_db()
    assert TOLD in told
    assert member.until == date(2017, 6, 30)
    assert browser.post(page, Fields(told, "").values).status_code == 302
    member.refresh_from_db()
    assert member.until == date(2017, 12, 31)


def test_council_page_says_who_recorded_the_end_and_when(browser: Client) -> None:
    council = a_council()[0]
    member = CouncilMember.objects.create(council=council, name="Rosa Diaz", association="North", areas=["1"], since=date(2016, 1, 1))
    assert f"/advice/nac/members/{member.pk}/end/" in browser.get("/advice/nac/").content.decode()
    assert browser.post(f"/advice/nac/members/{member.pk}/end/", {"until": "2017-06-30", "seen": ""}).status_code == 302
    page = browser.get("/advice/nac/").content.decode()
    assert "Former members" in page
    assert "June 30, 2017; recorded by Everything, " in page
    public = Client().get("/advice/nac/").content.decode()
    assert "Rosa Diaz" in public
    assert "recorded by" not in public


def test_membership_that_ends_before_it_began_is_refused_and_the_day_stays(browser: Client) -> None:
    member = CouncilMember.objects.create(council=a_council()[0], name="Rosa Diaz", areas=["1"], since=date(2016, 1, 1))
    answer = browser.post(f"/advice/nac/members/{member.pk}/end/", {"until": "2015-01-01", "seen": ""})
    assert answer.status_code == 400
    assert "leaves before they join" in answer.content.decode()
    assert 'value="2015-01-01"' in answer.content.decode()


def test_new_council_of_a_name_that_is_taken_overwrites_nothing(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    a_council()
    monkeypatch.setattr("citystat.places.queries.kinds", lambda: ["council_district"])
    with pytest.raises(InputError, match="short name nac already"):
        advice.save_council(by=None, slug="nac", title="Another", kind="council_district")
    assert AdvisoryCouncil.objects.get().title == "Council"


def test_meeting_of_a_known_group_keeps_its_texts_and_a_refused_one_names_no_group(browser: Client) -> None:
    WorkGroup.objects.create(slug="basics", title="Basic services", text="Since 2016")
    programs.record_meeting_of(by=None, slug="basics", title="Other", held_on=date(2017, 4, 4))
    assert WorkGroup.objects.get().text == "Since 2016"
    with pytest.raises(InputError):
        programs.record_meeting_of(by=None, slug="new-one", title="New", held_on=date(2019, 4, 4))
    assert not WorkGroup.objects.filter(slug="new-one").exists()


def test_finding_taken_back_twice_keeps_the_first_reason() -> None:
    row = Evidence.objects.create(
        program=a_program()[0], kind="survey", text="Dark", source="Survey", dated_on=date(2016, 1, 1), recorded_at=clock.now()
    )
    programs.take_back_evidence(by=None, evidence=row, why="Wrong year")
    with pytest.raises(InputError, match="the first reason stands"):
        programs.take_back_evidence(by=None, evidence=row, why="Another")
    row.refresh_from_db()
    assert row.taken_back_why == "Wrong year"


def test_areas_in_focus_changed_by_two_raise_busy() -> None:
    from citystat.plan.programs import focus

    row = FocusSelection.objects.create(
        slug="dark",
        title="Dark",
        kind="council_district",
        looked_from=date(2016, 1, 1),
        looked_to=date(2016, 12, 31),
        chosen_on=date(2017, 1, 1),
    )
    FocusSelection.objects.update(revision=2)
    with pytest.raises(Busy):
        focus.save_partnership(by=None, row=row, plan_text="Lamps", revision=1)


@pytest.mark.parametrize(("title", "said"), [("E" * 201, "title is longer than 200 characters"), ("E\x00x", "the character NUL")])
def test_goal_whose_text_no_column_holds_is_refused_in_a_sentence(title: str, said: str) -> None:
    plan = draft_plan()
    with pytest.raises(InputError, match=said):
        goals.save_goal(by=None, plan=plan, goal=GoalText("streets", "priority", title))
    assert not plan.goals.exists()
