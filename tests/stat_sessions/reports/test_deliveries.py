"""Audiences, deliveries, openings, retirement: what goes to whom, once; what nobody opens."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from citystat.core import vault
from citystat.core.errors import InputError
from citystat.core.models import OutboxMessage
from citystat.people.models import User
from citystat.stat_sessions.cycle import releases
from citystat.stat_sessions.models import Audience, AudienceMember, Delivery, Opening, Report, Session
from citystat.stat_sessions.reports import actions, deliveries, openings, queries
from tests.stat_sessions.cycle.conftest import at
from tests.stat_sessions.cycle.test_cycle import released

pytestmark = pytest.mark.django_db
BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 Firefox"}
HOUSING = {"kind": "department_month", "period": "2017-06", "department": "Housing"}


@pytest.fixture
def audiences(analyst: User, chief: User) -> list[Audience]:
    """The five audiences; the council has a clerk outside the accounts, the manager is staff."""
    found = [
        deliveries.create_audience(by=analyst, title=title, brief=f"What the {title} wants first.", is_public=title == "Public")
        for title in ("Public", "Mayor", "Council", "Manager", "Staff")
    ]
    deliveries.add_member(by=analyst, audience_id=found[2].pk, address="clerk@council.example")
    for one in (found[1], found[3], found[4]):
        deliveries.add_member(by=analyst, audience_id=one.pk, address=chief.email)
    return found


@pytest.mark.slow
@pytest.mark.feature("F009")
def test_publish_yields_the_public_page_and_the_brief_of_each_audience(
    july: None, analyst: User, audiences: list[Audience], client: Client
) -> None:
    found = deliveries.publish(by=analyst, audience_ids=[one.pk for one in audiences], **HOUSING)

    assert {one.audience.slug: one.state for one in found} == dict.fromkeys(("public", "mayor", "council", "manager", "staff"), "sent")
    log = list(Delivery.objects.all())
    assert {one.audience_id for one in log} == {one.pk for one in audiences}
    public = next(one for one in log if one.audience.is_public)
    assert client.get(public.path).status_code == 200
    briefs = {one.audience.slug: one.text for one in log}
    assert all(f"What the {slug.title()} wants first." in text for slug, text in briefs.items())
    assert OutboxMessage.objects.filter(subject="Housing, June 2017").count() == 4


@pytest.mark.slow
def test_deliver_again_sends_nothing(july: None, analyst: User, audiences: list[Audience]) -> None:
    ids = [one.pk for one in audiences]
    deliveries.publish(by=analyst, audience_ids=ids, **HOUSING)
    sent = OutboxMessage.objects.count()

    again = deliveries.publish(by=analyst, audience_ids=ids, **HOUSING)

    assert {one.state for one in again} == {"again"}
    assert OutboxMessage.objects.count() == sent


@pytest.mark.slow
def test_deliver_gives_addresses_outside_the_public_version_alone(july: None, analyst: User, audiences: list[Audience]) -> None:
    deliveries.publish(by=analyst, audience_ids=[one.pk for one in audiences], **HOUSING)
    to_clerk = next(one for one in OutboxMessage.objects.all() if vault.decrypt(one.to_sealed) == "clerk@council.example")
    public = {f"/reports/{one.pk}/" for one in Report.objects.filter(audience="public")}

    assert any(path in to_clerk.text for path in public)
    assert "clerk" not in AudienceMember.objects.get(audience__slug="council").email_sealed


@pytest.mark.slow
def test_deliver_to_an_empty_audience_sends_and_logs_nothing(july: None, analyst: User) -> None:
    nobody = deliveries.create_audience(by=analyst, title="Nobody")
    found = deliveries.publish(by=analyst, audience_ids=[nobody.pk], **HOUSING)

    assert [one.state for one in found] == ["empty"]
    assert not Delivery.objects.exists()


@pytest.mark.feature("F108")
def test_department_reports_lists_the_missing_one_before_the_meeting(july: None, analyst: User, client: Client) -> None:
    actions.release(by=analyst, **HOUSING)
    found = queries.department_reports("2017-06", language="en", staff=False)
    missing = queries.missing(found)

    assert len(found) == len(missing) + 1
    assert missing
    assert "Housing" not in missing
    page = client.get("/reports/departments/2017-06/").content.decode()
    assert f"1 of {len(found)} departments" in page
    assert all(name in page for name in missing)


@pytest.mark.slow
def test_openings_count_readers_and_no_machines(july: None, analyst: User, client: Client) -> None:
    rows = actions.release(by=analyst, **HOUSING)
    page = f"/reports/{rows[0].pk}/"
    client.get(page, **BROWSER)
    client.get(page, HTTP_USER_AGENT="Googlebot/2.1")
    client.force_login(analyst)
    client.get(page, **BROWSER)

    assert set(Opening.objects.values_list("what", "by_staff", "count")) == {
        ("report:department_month:Housing", False, 1),
        ("report:department_month:Housing", True, 1),
    }


@pytest.mark.slow
@pytest.mark.feature("F135")
def test_unread_proposes_what_nobody_opened_and_retiring_ends_it(july: None, analyst: User, client: Client) -> None:
    actions.release(by=analyst, **HOUSING)
    actions.release(by=analyst, kind="department_month", period="2017-06", department="Public Works")
    Report.objects.update(released_at=timezone.now().replace(year=2017, month=3, day=1))
    what = openings.of_report("department_month", "Housing")
    Opening.objects.create(what=openings.of_report("department_month", "Public Works"), on=date(2017, 7, 1), by_staff=False, count=1)

    assert [one.what for one in openings.unread()] == [what]
    client.force_login(analyst)
    assert "Housing" in client.get("/reports/unread/").content.decode()
    assert client.post("/reports/unread/", {"what": what, "reason": "The queue shows it."}).status_code == 302
    with pytest.raises(InputError, match="The queue shows it"):
        actions.release(by=analyst, **(HOUSING | {"period": "2017-05"}))
    assert "Housing" not in queries.missing(queries.department_reports("2017-05", language="en", staff=True))
    with at(date(2017, 7, 10) + timedelta(days=1)):
        assert what not in {one.what for one in openings.produced()}


def test_add_member_refuses_what_is_no_address(analyst: User, db: Any) -> None:
    row = deliveries.create_audience(by=analyst, title="Council")

    with pytest.raises(InputError, match="is not an e-mail address"):
        deliveries.add_member(by=analyst, audience_id=row.pk, address="clerk")


@pytest.mark.slow
def test_retired_packets_of_a_series_are_not_released_again(session: Session, analyst: User, reviewer: User) -> None:
    released(session, analyst, reviewer)
    actions.retire(by=analyst, what=openings.of_series(session.series_id), reason="Nobody reads it.")

    with pytest.raises(InputError, match="Nobody reads it"):
        releases.release(by=analyst, session_id=session.pk, reason="Again.")
