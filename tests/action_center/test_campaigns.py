"""Pages on which campaigns are entered."""

from typing import Any

import pytest

from citystat.service_requests.models import Campaign, CampaignReach
from tests.factories import cases

pytestmark = pytest.mark.django_db
FORM = {"title_en": "Fill the holes", "body_en": "Tell us.", "starts_on": "2017-06-05", "ends_on": "2017-06-18", "is_public": "on"}


@pytest.fixture
def browser(city: None, sign_in: Any) -> Any:
    return sign_in(cases.make_user("manager@city.example", "manager_311", department="", name="Theo"))


@pytest.mark.slow
def test_manager_enters_a_campaign_with_reach_and_news(browser: Any) -> None:
    sent = browser.post("/outreach/new/", FORM | {"services": ["pothole"], "places": ["council_district:1", "council_district:2"]})
    one = Campaign.objects.get()
    assert sent["Location"] == f"/outreach/{one.pk}/"
    assert (one.services, one.place_codes) == (["pothole"], ["1", "2"])
    reach = {"channel": "Posters", "number": "1200", "counted": "riders", "source": "Transit agency"}
    browser.post(f"/outreach/{one.pk}/add/reach/", reach)
    browser.post(f"/outreach/{one.pk}/add/news/", {"news_en": "Half are filled."})
    page = browser.get(f"/outreach/{one.pk}/").content.decode()
    assert all(words in page for words in ("1,200", "Transit agency", "Half are filled."))
    browser.post(f"/outreach/{one.pk}/reach/{CampaignReach.objects.get().pk}/remove/")
    assert not CampaignReach.objects.exists()
    assert "Fill the holes" in browser.get("/outreach/").content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"ends_on": "2017-06-01"}, "ends after"), ({"ends_on": ""}, "required"), ({"title_en": ""}, "name"), ({"shape": "{"}, "GeoJSON")],
)
def test_mistakes_of_a_campaign_stand_on_the_form(browser: Any, changes: dict[str, str], words: str) -> None:
    page = browser.post("/outreach/new/", FORM | {"body_en": "Tell us of <holes>."} | changes)
    assert page.status_code == 400
    assert words in page.content.decode()
    assert "Tell us of &lt;holes&gt;." in page.content.decode()
    assert not Campaign.objects.exists()


def test_reach_without_a_source_is_refused_and_kept_on_the_form(browser: Any) -> None:
    browser.post("/outreach/new/", FORM)
    page = browser.post(
        f"/outreach/{Campaign.objects.get().pk}/add/reach/", {"channel": "Posters", "number": "many", "counted": "x", "source": ""}
    )
    assert page.status_code == 400
    assert 'value="Posters"' in page.content.decode()
    assert not CampaignReach.objects.exists()
