"""Pages and the command of reports: what people see, what is refused, what typed words become."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from citystat.core.errors import InputError
from citystat.people.models import User
from citystat.plan.models import Target
from citystat.stat_sessions.cycle import actions as cycle
from citystat.stat_sessions.models import Report, Session
from citystat.stat_sessions.reports import actions
from tests.stat_sessions.cycle.test_cycle import released

pytestmark = pytest.mark.django_db


@pytest.fixture
def far(july: None) -> None:
    """Closed on time is 75 %; its target is 97 %."""
    Target.objects.create(measure="closed_on_time", value=0.97, in_force_from=date(2014, 1, 1), rationale="The council's wish.")


@pytest.mark.slow
def test_release_of_a_scorecard_is_refused_while_a_narrative_is_missing(far: None, analyst: User, client: Client) -> None:
    client.force_login(analyst)
    typed = {"kind": "quarter", "period": "2017-Q2"}
    refused = client.post("/reports/new/", typed).content.decode()
    assert "explain the measures more than 20% from their target" in refused
    label = actions.make("quarter", "2017-Q2", audience="staff").unexplained[0].label
    assert label in refused
    with pytest.raises(InputError, match=label):
        actions.release(by=analyst, **typed)

    far_off = client.get("/reports/explain/2017-Q2/").content.decode()
    assert label in far_off
    assert "Far from their target: second quarter of 2017" in far_off
    why = {"measure": "closed_on_time", "revision": "0", "text": "The flood took two crews.", "text_es": ""}
    assert client.post("/reports/explain/2017-Q2/", why).status_code == 302
    assert client.post("/reports/new/", typed).status_code == 302
    page = client.get(f"/reports/{Report.objects.get(language='en', audience='public').pk}/").content.decode()
    assert "The flood took two crews." in page


@pytest.mark.slow
def test_release_with_other_content_needs_a_reason(far: None, analyst: User) -> None:
    actions.explain(by=analyst, period="2017-Q2", measure="closed_on_time", text="The flood.")
    actions.release(by=analyst, kind="quarter", period="2017-Q2")
    actions.explain(by=analyst, period="2017-Q2", measure="closed_on_time", text="The flood, and two vacancies.", revision=1)

    with pytest.raises(InputError, match="give a reason"):
        actions.release(by=analyst, kind="quarter", period="2017-Q2")
    again = actions.release(by=analyst, kind="quarter", period="2017-Q2", reason="A cause was missing.")
    assert {one.edition for one in again} == {2}


def test_staff_version_is_for_staff(july: None, analyst: User, client: Client) -> None:
    actions.release(by=analyst, kind="department_month", period="2017-06", department="Housing")
    staff = Report.objects.get(audience="staff", language="en")

    assert client.get(f"/reports/{staff.pk}/").status_code == 403
    assert f"/reports/{staff.pk}/" not in client.get("/reports/").content.decode()


@pytest.mark.slow
def test_session_packet_is_offered_for_excel_and_powerpoint(session: Session, analyst: User, reviewer: User, client: Client) -> None:
    assert client.get(f"/stat/{session.pk}/office.xlsx").status_code == 404
    released(session, analyst, reviewer)

    assert client.get(f"/stat/{session.pk}/office.xlsx").content.startswith(b"PK")
    assert client.get(f"/stat/{session.pk}/office.pptx").content.startswith(b"PK")
    assert f"/stat/{session.pk}/office.xlsx" in client.get(f"/stat/{session.pk}/").content.decode()
    assert cycle.session_of(session.pk).stage == "released"


@pytest.mark.slow
def test_packet_command_writes_the_forms_asked_for(small_city: Any, tmp_path: Path) -> None:
    call_command("packet", "--month", "2017-06", "--out", str(tmp_path / "out"), "--formats", "html,xlsx,pptx", "--json")

    assert {path.name for path in (tmp_path / "out").iterdir()} == {"packet.html", "packet.xlsx", "packet.pptx"}


@pytest.mark.slow
def test_report_command_writes_files_and_lists_what_is_missing(july: None, tmp_path: Path, capsys: Any) -> None:
    call_command("report", "year", "--period", "2016", "--out", str(tmp_path / "out"), "--formats", "html,xlsx")
    call_command("report", "missing", "--month", "2017-06", "--json")

    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".html", ".xlsx"}
    text = capsys.readouterr().out
    said = json.loads(text[text.rindex("{") :])
    assert said["missing"] == ["Housing", "Public Works"]
