"""The page of a campaign: requests before, during and after, its reach, and what the numbers cannot prove."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from citystat.core.models import OutboxMessage
from citystat.service_requests.cases import campaigns, follow_requests
from citystat.service_requests.models import Campaign, PendingFollow, Subscription
from tests.factories.requests import request, write_build
from tests.intake.conftest import said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]
START, END = date(2017, 6, 5), date(2017, 6, 18)


@pytest.fixture
def campaign(town: None) -> Campaign:
    content = campaigns.Content({"en": {"title": "Fill the holes", "body": "Tell us of <holes>."}}, START, END, services=("pothole",))
    one = campaigns.write(by=None, content=content)
    campaigns.add_reach(by=None, pk=one.pk, channel="Bus posters", number=12_000, counted="riders a day", source="Transit agency")
    return one


def built() -> None:
    rows = [
        request(service="Pothole", opened_on=START + timedelta(days=day), category="Streets")
        for day, number in [*((day, 4) for day in range(-14, 0)), *((day, 9) for day in range(14)), *((day, 4) for day in range(14, 28))]
        for _one in range(number)
    ]
    write_build(rows, by_month=False)


@pytest.mark.slow
@pytest.mark.feature("F151")
def test_campaign_page_shows_requests_before_during_and_after_with_its_reach(client: Client, campaign: Campaign) -> None:
    built()
    page = client.get("/campaigns/fill-the-holes/")
    text = said(page)
    assert "More requests while the campaign ran than just before" in text
    rows = page.context["table"].rows
    assert [row[4] for row in rows[:3]] == ["56", "126", "56"]
    assert [row[4] for row in rows[3:]] == ["–", "–", "–"]
    assert "2.25 times as many a day" in text
    assert "does not show that the campaign was the cause" in text
    assert "Outside the data: A year earlier: before" in text
    assert all(words in text for words in ("Bus posters", "12,000", "riders a day", "Transit agency"))
    assert "Tell us of &lt;holes&gt;." in page.content.decode()


@pytest.mark.slow
def test_campaign_the_data_do_not_reach_yet_says_so_once_and_compares_nothing(client: Client, campaign: Campaign) -> None:
    write_build([request(service="Pothole", opened_on=START - timedelta(days=9), category="Streets")], by_month=False)
    Campaign.objects.update(starts_on=date(2018, 6, 5), ends_on=date(2018, 6, 18))

    text = said(client.get("/campaigns/fill-the-holes/"))

    assert "The data end before the campaign begins" in text
    assert text.count("what changed shows when they reach into the campaign") == 1
    assert "Cannot be compared" not in text


def test_campaign_page_before_any_build_says_so(client: Client, campaign: Campaign) -> None:
    assert "nothing to count" in said(client.get("/campaigns/fill-the-holes/"))


def test_campaign_that_is_not_public_is_not_found(client: Client, campaign: Campaign) -> None:
    Campaign.objects.update(is_public=False)
    assert client.get("/campaigns/fill-the-holes/").status_code == 404
    assert client.post("/campaigns/fill-the-holes/follow/", {"email": "ana@example.org"}).status_code == 404
    assert "Fill the holes" not in said(client.get("/campaigns/"))


@pytest.mark.feature("F157")
def test_resident_follows_a_campaign_is_told_and_can_stop(client: Client, campaign: Campaign) -> None:
    client.post("/campaigns/fill-the-holes/follow/", {"email": "ana@example.org", "prefers": "email"})
    assert not Subscription.objects.exists()
    assert "news of a campaign" in OutboxMessage.objects.get().text
    follow_requests.confirm(PendingFollow.objects.get().token)
    OutboxMessage.objects.all().delete()

    campaigns.add_news(by=None, pk=campaign.pk, texts={"en": "Half are filled."})
    assert "Half are filled." in OutboxMessage.objects.get().text
    assert "Half are filled." in said(client.get("/campaigns/fill-the-holes/"))

    client.post(f"/follow/stop/{Subscription.objects.get().token}/")
    campaigns.add_news(by=None, pk=campaign.pk, texts={"en": "All are filled."})
    assert OutboxMessage.objects.count() == 1


def test_following_without_an_address_says_what_is_missing(client: Client, campaign: Campaign) -> None:
    page: Any = client.post("/campaigns/fill-the-holes/follow/", {"prefers": "email"})
    assert page.status_code == 400
    assert "to be told at" in said(page)
