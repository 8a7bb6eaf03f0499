"""One owner, a due date, evidence, and somebody else's eyes."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from citystat.core import clock
from citystat.core.errors import InputError, NotAllowed, NotFound
from citystat.core.models import AuditEvent, OutboxMessage
from citystat.people.models import WorkScope
from citystat.stat_sessions.commitments import actions, mail, queries
from citystat.stat_sessions.commitments.actions import Promise
from citystat.stat_sessions.models import Commitment, CommitmentEvent
from tests.factories import cases

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=ZoneInfo("America/Chicago"))
DUE = date(2026, 6, 10)


@pytest.fixture(autouse=True)
def now():
    with clock.at(NOW):
        yield


@pytest.fixture
def analyst():
    return cases.make_user("analyst@city.example", "analyst", name="Ana Lyst")


@pytest.fixture
def owner():
    return cases.make_user("owner@city.example", "department_head", name="Olga Owner")


@pytest.fixture
def commitment(analyst, owner) -> Commitment:
    return make(analyst, owner)


def make(by, owner, **values) -> Commitment:
    given = {
        "text": "Fill the potholes on Oak Street",
        "due_on": DUE,
        "definition_of_done": "No open pothole request on Oak Street",
    } | values
    return actions.make(by=by, promise=Promise(owner=owner, **given))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"owner": None}, "one owner"),
        ({"due_on": None}, "the day it is due"),
        ({"due_on": date(2026, 5, 1)}, "over already"),
        ({"definition_of_done": " "}, "how everybody will see"),
        ({"text": ""}, "what is promised"),
    ],
)
def test_make_without_owner_date_or_definition_of_done_stores_nothing(analyst, owner, values, said):
    given = {"owner": owner} | values
    with pytest.raises(InputError, match=said):
        make(analyst, given.pop("owner"), **given)
    assert not Commitment.objects.exists()


def test_hand_in_and_close_by_somebody_else(commitment, owner, analyst):
    actions.hand_in(by=owner, number=commitment.number, evidence="Photo 12 of the crew")
    done = actions.close(by=analyst, number=commitment.number)
    assert (done.status, done.done_on, done.closed_by) == ("done", date(2026, 6, 1), analyst)
    assert [one.kind for one in CommitmentEvent.objects.filter(commitment=commitment)] == ["made", "handed_in", "closed"]
    assert AuditEvent.objects.filter(action="commitment closed", by=analyst).exists()


def test_hand_in_without_evidence_is_refused(commitment, owner):
    with pytest.raises(InputError, match="what shows"):
        actions.hand_in(by=owner, number=commitment.number, evidence=" ")


def test_close_before_anything_was_handed_in_is_refused(commitment, analyst):
    with pytest.raises(InputError):
        actions.close(by=analyst, number=commitment.number)
    assert queries.commitment(commitment.number).status == "open"


def test_close_by_who_handed_it_in_is_refused(commitment, analyst):
    actions.hand_in(by=analyst, number=commitment.number, evidence="Seen")
    with pytest.raises(NotAllowed, match="Somebody else"):
        actions.close(by=analyst, number=commitment.number)


def test_close_by_its_owner_is_refused(analyst, commitment):
    boss = cases.make_user("boss@city.example", "executive")
    own = make(analyst, boss)
    actions.hand_in(by=boss, number=own.number, evidence="Seen")
    with pytest.raises(NotAllowed, match="Somebody else"):
        actions.close(by=boss, number=own.number)


def test_update_by_a_stranger_is_refused(commitment):
    with pytest.raises(NotAllowed):
        actions.update(by=cases.make_user("x@city.example", "department_head"), number=commitment.number, text="All fine")


def test_send_back_opens_it_under_its_old_date(commitment, owner, analyst):
    actions.hand_in(by=owner, number=commitment.number, evidence="Trust me")
    row = actions.send_back(by=analyst, number=commitment.number, why="No photo")
    assert (row.status, row.due_on, row.done_on) == ("open", DUE, None)


def test_move_due_keeps_the_first_date_and_needs_a_reason(commitment, analyst):
    with pytest.raises(InputError, match="why the date moves"):
        actions.move_due(by=analyst, number=commitment.number, due_on=DUE + timedelta(7), why="")
    row = actions.move_due(by=analyst, number=commitment.number, due_on=DUE + timedelta(7), why="Asphalt plant closed")
    assert (row.due_on, row.first_due_on) == (DUE + timedelta(7), DUE)


def test_merge_into_a_finished_one_is_refused(commitment, analyst, owner):
    other = make(analyst, owner)
    actions.overtake(by=analyst, number=other.number, why="Street closed")
    with pytest.raises(InputError, match="is finished"):
        actions.merge(by=analyst, number=commitment.number, into=other.number)


def test_counts_name_every_state_and_add_up(commitment, analyst, owner):
    held = make(analyst, owner)
    actions.hold(by=analyst, number=held.number, why="Waits for the budget")
    found = queries.counts(Commitment.objects.all())
    assert sum(found.values()) == 2
    assert (found["not_yet_due"], found["on_hold"], found["overdue"]) == (1, 1, 0)


def reminder_on(day: int) -> int:
    with clock.at(NOW.replace(month=6, day=1) + timedelta(days=day - 1)):
        return mail.remind()


def test_remind_writes_once_a_day_with_a_link_of_one_use(commitment, client):
    assert [reminder_on(9), reminder_on(9), reminder_on(11)] == [1, 0, 0]
    text = OutboxMessage.objects.get(key__startswith="commitment:").text
    path = "/commitments/link/" + text.split("/commitments/link/")[1].split()[0]
    with clock.at(NOW + timedelta(days=8)):
        answer = client.post(path, {"what": "evidence", "evidence": "Report 7", "url": "", "done_on": "2026-06-09"})
        again = client.get(path)
    row = queries.commitment(commitment.number)
    assert (answer.status_code, row.status, row.submitted_by) == (200, "in_review", commitment.owner)
    assert again.status_code == 404
    assert CommitmentEvent.objects.get(kind="handed_in").via == "link"


def test_by_link_with_nothing_typed_keeps_the_link(commitment, client):
    reminder_on(9)
    text = OutboxMessage.objects.get(key__startswith="commitment:").text
    path = "/commitments/link/" + text.split("/commitments/link/")[1].split()[0]
    with clock.at(NOW + timedelta(days=8)):
        refused = client.post(path, {"what": "update", "text": "", "blockers": ""})
        taken = client.post(path, {"what": "update", "text": "Half done", "blockers": ""})
    assert (refused.status_code, taken.status_code) == (400, 200)


def test_escalate_overdue_goes_up_once_for_each_step(commitment, owner):
    boss = cases.make_user("boss@city.example", "executive")
    WorkScope.objects.create(user=owner, department="Streets", reports_to=boss)
    with clock.at(NOW + timedelta(days=9 + 7)):
        assert [mail.escalate_overdue(), mail.escalate_overdue()] == [1, 0]
    assert queries.commitment(commitment.number).escalation_level == 1
    assert OutboxMessage.objects.filter(key__startswith="commitment-up:").count() == 1


def test_list_for_the_public_has_neither_names_nor_internal_ones(commitment, analyst, owner, client):
    make(analyst, owner, text="Look into overtime", is_public=False)
    page = client.get("/commitments/").content.decode()
    assert "Fill the potholes" in page
    assert "Olga Owner" not in page
    assert "overtime" not in page
    assert client.get("/commitments/26-002/").status_code == 404


def test_page_keeps_what_was_typed_when_an_act_is_refused(commitment, owner, client):
    client.force_login(owner)
    answer = client.post(f"/commitments/{commitment.number}/hand-in/", {"evidence": "", "url": "javascript:alert(1)"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "starts with / or https" in page
    assert "javascript:alert(1)" in page


def test_act_not_offered_is_refused(commitment, owner, client):
    client.force_login(owner)
    assert client.post(f"/commitments/{commitment.number}/close/", {"note": ""}).status_code == 404


def test_download_holds_no_formula(analyst, owner, client):
    make(analyst, owner, text='=HYPERLINK("http://x")')
    assert "'=HYPERLINK" in client.get("/commitments/list.csv").content.decode()


def test_commitment_that_does_not_exist_is_not_found(analyst):
    with pytest.raises(NotFound):
        actions.close(by=analyst, number="26-999")


def test_list_shows_the_box_of_only_mine(owner, client) -> None:
    """The box is drawn by the words beside it: without their class nobody sees it."""
    client.force_login(owner)
    page = client.get("/commitments/?mine=on").content.decode()
    assert '<label class="usa-checkbox__label" for="id_mine">Only mine</label>' in page


def test_act_says_what_is_missing_at_its_field(owner, commitment, client) -> None:
    client.force_login(owner)
    page = client.post(f"/commitments/{commitment.number}/hand-in/", {"evidence": "", "url": ""}).content.decode()
    field = page[page.index('for="id_evidence"') :]
    assert "Say what shows that it is done" in field[: field.index("<textarea")]


def test_page_opens_the_act_it_waits_for(analyst, owner, commitment, client) -> None:
    """The owner's evidence first, then somebody else's look at it; nothing is open for anybody else."""
    client.force_login(owner)
    assert client.get(f"/commitments/{commitment.number}/").context["opened"] == "hand-in"
    actions.hand_in(by=owner, number=commitment.number, evidence="The list")
    assert client.get(f"/commitments/{commitment.number}/").context["opened"] == ""
    client.force_login(cases.make_user("officer@city.example", "performance_officer", name="Ofelia"))
    assert client.get(f"/commitments/{commitment.number}/").context["opened"] == "close"


def test_make_keeps_what_done_means_in_spanish(analyst, owner) -> None:
    made = make(analyst, owner, definition_of_done_es=" Ningún bache abierto ")

    owner.language = "es"
    owner.save()
    with clock.at(NOW + timedelta(days=8)):
        mail.remind()
    assert made.definition_of_done_es == "Ningún bache abierto"
    assert "Ningún bache abierto" in OutboxMessage.objects.get(key__startswith="commitment:").text


def test_make_names_the_one_department_of_its_owner(analyst, owner) -> None:
    WorkScope.objects.create(user=owner, department="Streets", district="1")
    WorkScope.objects.create(user=owner, department="Streets", district="2")
    two = cases.make_user("two@city.example", "department_head")
    for name in ("Streets", "Water"):
        WorkScope.objects.create(user=two, department=name)

    assert [make(analyst, one, text=f"For {one}").department for one in (owner, two)] == ["Streets", ""]
    assert make(analyst, owner, text="For others", department="Parks").department == "Parks"
