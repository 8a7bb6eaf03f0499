"""The tutorial of a whole Stat cycle, walked through the pages by the words it prints in bold."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from citystat.core import clock
from citystat.people.models import RoleGrant, User
from citystat.plan.goals import actions as plans
from citystat.plan.goals.actions import GoalText
from citystat.plan.goals.rules import Aim
from citystat.plan.models import Plan
from citystat.stat_sessions.models import Commitment, Decision, Release, Session
from tests.repository.paths import ROOT
from tests.stat_sessions.conftest import small_city

__all__ = ["small_city"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ZONE = ZoneInfo("America/Chicago")
TODAY = date(2017, 7, 10)
TEXT = " ".join((ROOT / "docs" / "tutorials" / "first-stat-cycle.md").read_text(encoding="utf-8").split())


class Form:
    """One form of a page: where it goes, what stands in it, its labels and buttons."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.values: dict[str, list[str]] = {}
        self.names: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.buttons: dict[str, tuple[str, str]] = {}


class Page(HTMLParser):
    """The forms of a page as a browser would send them, its links, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.text: list[str] = []
        self._form: Form | None = None
        self._field = self._label = self._href = ""
        self._inside: list[str] = []
        self._words: list[str] = []
        self._button = ("", "")
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note fields; start collecting words of labels, buttons, links and text areas."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
        if tag == "a":
            self._href = given.get("href", "")
        if tag in {"label", "button", "a", "textarea", "option", "summary"}:
            self._words = []
            self._label = given.get("for", "")
            self._button = (given.get("name", ""), given.get("value", ""))
        if self._form is not None:
            self._note(self._form, tag, given)

    def _note(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag in {"input", "select", "textarea"} and name:
            form.names[given.get("id", name)] = name
            self._field = name
        box = given.get("type") in {"checkbox", "radio"}
        if tag == "input" and name and (not box or "checked" in given):
            form.values.setdefault(name, []).append(given.get("value", "on" if box else ""))
        if tag == "option" and ("selected" in given or self._field not in form.values):
            form.values[self._field] = [given.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        """Keep the words collected."""
        words = " ".join(" ".join(self._words).split())
        if tag == "a":
            self.links.setdefault(words, self._href)
        if self._form is not None and tag == "label":
            self._form.labels.setdefault(words.removesuffix(" *"), self._label)
        if self._form is not None and tag == "button":
            self._form.buttons[words] = self._button
        if self._form is not None and tag == "textarea":
            self._form.values[self._field] = ["".join(self._words).strip()]
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        """Every word."""
        self._words.append(data)
        self.text.append(data)

    def words(self) -> str:
        """All words of the page in one line."""
        return " ".join(" ".join(self.text).split())


class Reader:
    """Somebody who does what the tutorial says, and may press only what it names."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client()
        self.page = Page("")
        self.path = self.html = ""
        self.went = False
        if user is not None:
            self.client.force_login(user)

    def open(self, path: str) -> str:
        """Open an address; the words of the page."""
        response = self.client.get(path, follow=True)
        assert response.status_code == 200, (path, response.status_code)
        self.path, self.page = path, Page(response.content.decode())
        return self.page.words()

    def follow(self, words: str) -> str:
        """Follow a link whose words the tutorial names."""
        said(words)
        return self.open(next(href for link, href in self.page.links.items() if link == words or link.startswith(f"{words} ")))

    def press(self, button: str, /, **typed: Any) -> str:
        """Press a button the tutorial names, which goes through; fields are typed by name."""
        words = self.try_to_press(button, **typed)
        assert self.went, (button, re.findall(r'role="alert">([^<]*)<', self.html))
        return words

    def try_to_press(self, button: str, /, **typed: Any) -> str:
        """The same, where the page may come back with what is wrong."""
        said(button)
        form = next(form for form in self.page.forms if button in form.buttons)
        assert set(typed) <= set(form.names.values()), (sorted(form.names.values()), sorted(typed))
        name, value = form.buttons[button]
        values = {**form.values, **({name: [value]} if name else {}), **{name: [str(value)] for name, value in typed.items()}}
        response = self.client.post(form.action or self.path, values, follow=True)
        assert response.status_code in {200, 400}, (button, response.status_code)
        self.went, self.html = bool(response.redirect_chain), response.content.decode()
        if self.went:
            self.path = response.redirect_chain[-1][0]
        self.page = Page(self.html)
        return self.page.words()

    def field(self, label: str) -> str:
        """The name of the field under a label the tutorial names."""
        said(label)
        return next(form.names[form.labels[label]] for form in self.page.forms if label in form.labels)


def said(words: str) -> None:
    """The tutorial prints these words in bold."""
    assert re.search(rf"\*\*[^*]*{re.escape(words)}[^*]*\*\*", TEXT, re.IGNORECASE), f"the tutorial does not name “{words}”"


def person(email: str, name: str, role: str) -> User:
    user = User.objects.create_user(email, name=name)
    RoleGrant.objects.create(user=user, role=role)
    return user


@pytest.fixture
def july(small_city: Any) -> Iterator[None]:
    with clock.at(datetime.combine(TODAY, time(9), tzinfo=ZONE)):
        yield


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """The three of the tutorial, and who chairs."""
    return {
        "marcus": person("analysis@rivertown.example", "Marcus Bell", "analyst"),
        "renee": person("officer@rivertown.example", "Renee Kowalczyk", "performance_officer"),
        "mara": person("streets@rivertown.example", "Mara Ellison", "supervisor"),
        "chair": person("mayor@rivertown.example", "Adaeze Whitmore", "executive"),
    }


@pytest.fixture
def draft(july: None, people: dict[str, User]) -> Plan:
    """A plan in force and the draft of the next one, as the demo city has them."""
    first = plans.create_plan(by=None, title="First plan", starts_on=date(2017, 1, 1), ends_on=date(2020, 1, 1))
    plans.save_goal(by=None, plan=first, goal=GoalText(code="neighborhoods", level="priority", title="Neighborhoods"))
    plans.adopt(by=None, plan=first, adopted_on=date(2017, 1, 1), adopted_by="City Council")
    made = plans.create_plan(by=None, title="Second plan", starts_on=date(2018, 1, 1), ends_on=date(2023, 1, 1), based_on=first)
    aim = Aim("closed_on_time", 0.7, date(2017, 6, 30), 0.9, date(2020, 6, 30))
    plans.save_goal(
        by=None, plan=made, goal=GoalText(code="trees", level="objective", parent="neighborhoods", title="Trim trees", measures=[aim])
    )
    return made


def test_tutorial_of_the_first_stat_cycle(draft: Plan, people: dict[str, User]) -> None:
    marcus, renee, mara, resident = Reader(people["marcus"]), Reader(people["renee"]), Reader(people["mara"]), Reader()
    mend_and_adopt(marcus, renee, people)
    assert "Adopted on July 10, 2017 by City Council, resolution 2017-207." in resident.open("/plan/")

    prepare_and_release(marcus, renee, people)
    session = Session.objects.order_by("starts_at").first()
    assert session is not None
    assert Release.objects.filter(session=session).count() == 4
    public = resident.open(f"/stat/{session.pk}/")
    assert "Which tree cases come first?" in public
    assert "Trees near the schools" in public
    assert "Mara Ellison" not in public

    meet(marcus, session, people)
    kept = Commitment.objects.get(text="List every old tree case")
    with clock.at(datetime.combine(TODAY, time(16), tzinfo=ZONE)):
        keep_the_promise(mara, renee, kept)
    kept.refresh_from_db()
    assert (kept.status, kept.closed_by) == ("done", people["renee"])

    following = session.series.sessions.order_by("starts_at")[1]  # type: ignore[union-attr]
    marcus.open(f"/stat/{following.pk}/prepare/")
    marcus.press("Let the packet draft itself")
    shown = marcus.follow("Look at the packet")
    assert "The oldest cases come first." in shown
    assert "Whether the list got shorter." in shown
    assert re.search(r"List every old tree case .*Done on time .*Twelve cases", shown)
    assert re.search(r"One crew walks the oldest cases .*Not due yet", shown)
    assert "One crew walks the oldest cases" in resident.open("/stat/decisions/")
    assert "The oldest cases come first." in resident.open(f"/stat/{session.pk}/memo/")


def mend_and_adopt(marcus: Reader, renee: Reader, people: dict[str, User]) -> None:
    """Parts 2 and 3: what the list names is mended; only the officer may record the vote."""
    marcus.open("/plan/")
    marcus.follow("Drafts of the plan")
    before = marcus.open(marcus.page.links["2: Second plan"])
    assert "trees : Nobody owns it." in before
    marcus.follow("Title and dates")
    marcus.press("Save", **{marcus.field("First day"): TODAY})
    marcus.open("/plan/drafts/2/goals/trees/")
    measurable = marcus.field("This goal is measurable: it has a measure, a baseline, a target and a date")
    marcus.press("Save the goal", **{marcus.field("Owner"): people["mara"].pk, measurable: "on"})
    marcus.open("/plan/drafts/2/")
    marcus.open(marcus.page.links["Add below Trim trees"])
    named = {"Code": "tree-map", "The goal in one line": "Oldest first", "Owner": people["mara"].pk, "Measure": "open_over_90_days"}
    after = marcus.press("Save the goal", **{marcus.field(label): value for label, value in named.items()})
    assert "trees : " not in after
    assert "Oldest first: new" in after
    assert "Record the adoption" not in marcus.page.links
    assert marcus.client.get("/plan/drafts/2/adopt/").status_code == 403
    renee.open("/plan/drafts/2/")
    renee.follow("Record the adoption")
    renee.press("Adopt the plan", **{renee.field("Day of the vote"): TODAY, renee.field("Number of the resolution"): "2017-207"})


def prepare_and_release(marcus: Reader, renee: Reader, people: dict[str, User]) -> None:
    """Parts 4 and 5: a series that meets today; drafted, edited, reviewed by somebody else, released."""
    marcus.open("/stat/")
    marcus.follow("Plan a series")
    named = {
        "Title": "Trees", "Short name for addresses": "stat-trees", "Kind": "public", "Goal it is about": "neighborhoods",
        "How often": 52, "First meeting": TODAY, "Time": "14:00", "Chair": people["chair"].pk, "Analyst": people["marcus"].pk,
    }  # fmt: skip
    marcus.press("Make the series and plan its year", **{marcus.field(label): value for label, value in named.items()})
    prepare = f"/stat/{Session.objects.order_by('starts_at')[0].pk}/prepare/"
    marcus.open(prepare)
    assert "The packet has drafted itself" in marcus.press("Let the packet draft itself")
    purpose, own = marcus.field("Purpose"), marcus.field("Add a topic of your own")
    marcus.press("Add", **{purpose: "Which tree cases come first?", own: "Trees near the schools"})
    marcus.press("Put on the list", **{marcus.field("Person"): people["mara"].pk, marcus.field("Role"): "department"})
    marcus.press("Save")
    assert "Trees near the schools" in marcus.follow("Look at the packet")
    marcus.open(prepare)
    assert "You handed it over, so somebody else reviews it." in marcus.press("Hand to review")
    assert not any("I have looked at it: pass" in form.buttons for form in marcus.page.forms)
    renee.open(prepare)
    renee.press("I have looked at it: pass")
    marcus.open(prepare)
    assert "Released as edition 1" in marcus.press("Release the packet")


def meet(marcus: Reader, session: Session, people: dict[str, User]) -> None:
    """Part 6: a decision is refused without its means; two promises, who came, the memo."""
    marcus.open(f"/stat/{session.pk}/")
    with clock.at(datetime.combine(TODAY, time(15), tzinfo=ZONE)):
        marcus.follow("In the room")
        topic = session.topics.filter(is_picked=True).order_by("position")[0]
        typed = {"d-topic": topic.pk, "d-text": "One crew walks the oldest cases", "d-owner": people["mara"].pk, "d-due_on": "2017-07-20"}
        typed |= {"d-definition_of_done": "Nothing is older than half a year"}
        assert "or that it takes none" in marcus.try_to_press("Write the decision down", **typed)
        assert not Decision.objects.exists()
        marcus.press("Write the decision down", **{marcus.field("Money, people or equipment"): "none"})
        promise = {"p-text": "List every old tree case", "p-owner": people["mara"].pk, "p-due_on": "2017-07-17"}
        marcus.press("Write the commitment down", **promise, **{"p-definition_of_done": "The list is there"})
        marcus.press("Record attendance", came=session.attendees.get(person=people["mara"]).pk)
        read = marcus.page.words()
        assert "Mara Ellison, by July 17, 2017: List every old tree case." in read
        memo = {"m-summary": "The oldest cases come first.", "m-next_focus": "Whether the list got shorter."}
        marcus.press("Freeze the memo and send it", **memo)
    session.refresh_from_db()
    assert (session.status, session.stage) == ("held", "followed_up")


def keep_the_promise(mara: Reader, renee: Reader, kept: Commitment) -> None:
    """Part 7: the owner hands in; only somebody else may close."""
    mara.open("/commitments/?mine=on")
    mara.open(mara.page.links[kept.text])
    mara.press("Hand in the evidence", evidence="Twelve cases with their streets", url="/explore/")
    assert not any("The evidence shows it: close" in form.buttons for form in mara.page.forms)
    renee.open(f"/commitments/{kept.number}/")
    renee.press("The evidence shows it: close", note="Seen.")
