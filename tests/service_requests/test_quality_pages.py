"""Pages of the quality review: the queue, drawing, judging one closing and many, refusals, what was typed is kept."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from citystat.core.models import AuditEvent
from citystat.people.models import RoleGrant, User
from citystat.service_requests import quality, quality_actions
from citystat.service_requests.models import QualityReview, QualitySample
from citystat.warehouse.connections import forget_builds, open_build
from tests.factories.requests import request, write_build

pytestmark = pytest.mark.django_db
JUNE = {"start": date(2017, 6, 1), "end": date(2017, 6, 30)}
INSTANT = datetime(2017, 6, 15, 22, 0)
MASS = {"source": "test-city", "closed_on": date(2017, 6, 15), "closed_at": INSTANT, "department": "Parks"}
MASS_URL = "/quality-review/mass-closure/?source=test-city&day=2017-06-15&at=2017-06-15T22:00&department=Parks"
CLOSING_URL = "/quality-review/closings/test-city/C0007/"


def rows() -> list[dict[str, Any]]:
    """Forty ordinary closings of June and twelve of one department closed in one minute."""
    made = []
    for number in range(40):
        day = date(2017, 6, 1) + timedelta(days=number % 28)
        private = {"address": "12 Elm St", "description": "Rat seen"}
        made.append(request(request_id=f"C{number:04d}", opened_on=day - timedelta(days=3), closed_on=day, **private))
    together = {"closed_at": INSTANT, "closed_on": INSTANT.date(), "closed_has_time": True, "flag_mass_closed": True, "status": "closed"}
    return made + [request(request_id=f"M{number:02d}", department="Parks", service="Mowing", **together) for number in range(12)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One build for every test here: the pages only read it."""
    folder = tmp_path_factory.mktemp("quality") / "var"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CITYSTAT_HOME", str(folder))
        write_build(rows(), by_month=False, as_of=date(2017, 6, 30))
        yield folder
    forget_builds()


@pytest.fixture(autouse=True)
def use_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYSTAT_HOME", str(home))


def person(role: str) -> User:
    user = User.objects.create_user(f"{role}@example.org", name="Ana Ruiz")
    RoleGrant.objects.create(user=user, role=role)
    return user


@pytest.fixture
def analyst(client: Client) -> Client:
    client.force_login(person("quality_analyst"))
    return client


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.slow
def test_queue_says_what_waits_and_why(analyst: Client, django_assert_num_queries: Any) -> None:
    for seed in (1, 2, 3):
        quality_actions.draw_sample(open_build(), **JUNE, size=5, seed=seed, per_rule=0)
    with django_assert_num_queries(9):
        response = analyst.get("/quality-review/")
    page = text(response)
    sampled = QualityReview.objects.exclude(service="Mowing").values("request_id").distinct().count()
    assert f"{12 + sampled} closings wait" in page
    assert "Jun 15, 2017, 10:00 PM".replace(" ", "\u00a0") in response.content.decode()
    assert "drawn at random" in page
    assert 'name="seed"' in page


@pytest.mark.slow
def test_queue_lists_closings_made_together_only_when_asked(analyst: Client) -> None:
    quality_actions.draw_sample(open_build(), **JUNE, size=5, seed=1, per_rule=0)
    assert "/closings/test-city/M03/" not in text(analyst.get("/quality-review/"))
    assert "/closings/test-city/M03/" in text(analyst.get("/quality-review/?kind=mass_closed"))


@pytest.mark.parametrize("role", ["department_head", "executive", "data_officer"])
def test_queue_is_refused_without_the_right(client: Client, role: str) -> None:
    client.force_login(person(role))
    assert client.get("/quality-review/").status_code == 403
    assert client.post(CLOSING_URL, {"verdict": "passed"}).status_code == 403
    assert not QualityReview.objects.exists()


def test_queue_sends_strangers_to_sign_in(client: Client) -> None:
    assert client.get("/quality-review/").status_code == 302


@pytest.mark.slow
def test_reality_check_leads_reviewers_here(analyst: Client) -> None:
    link = 'href="/quality-review/">Pass or return them'
    other = Client()
    other.force_login(person("executive"))
    assert [link in text(one.get("/reality-check/")) for one in (analyst, other)] == [True, False]


def test_draw_leads_to_the_sample_with_its_seed(analyst: Client) -> None:
    response = analyst.post("/quality-review/", {"month": "2017-06", "size": "10", "seed": "7"}, follow=True)
    sample = QualitySample.objects.get()
    assert response.redirect_chain[-1][0] == f"/quality-review/samples/{sample.pk}/"
    assert "with seed 7" in text(response)
    assert "10 closings were drawn at random from the 52 of June 2017." in text(response)
    assert AuditEvent.objects.get(action="service_requests.draw_sample").by == sample.drawn_by


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"month": "June", "size": "17", "seed": "7"}, "“June” is not a month"),
        ({"month": "2017-05", "size": "17", "seed": "7"}, "No request was closed from 2017-05-01 to 2017-05-31"),
        ({"month": "2017-06", "size": "0", "seed": "17"}, "greater than or equal to 1"),
    ],
)
def test_draw_keeps_what_was_typed_and_says_one_sentence(analyst: Client, typed: dict[str, str], sentence: str) -> None:
    response = analyst.post("/quality-review/", typed)
    assert response.status_code == 400
    assert sentence in text(response)
    assert text(response).count("usa-error-message") == 1
    assert all(f'value="{value}"' in text(response) for value in typed.values())
    assert not QualitySample.objects.exists()


@pytest.mark.slow
@pytest.mark.feature("F027")
def test_sample_gives_the_error_rate_with_its_size_and_interval(analyst: Client, django_assert_num_queries: Any) -> None:
    sample = quality_actions.draw_sample(open_build(), **JUNE, size=20, seed=7, per_rule=0)
    for number, one in enumerate(sample.reviews.all()):
        url = reverse("requests:quality_closing", args=[one.source, one.request_id])
        analyst.post(url, {"verdict": "returned" if number < 2 else "passed", "note": "Seen."})
    with django_assert_num_queries(6):
        page = text(analyst.get(f"/quality-review/samples/{sample.pk}/"))
    # Wilson, 2 of 20: 0.0279 to 0.3010.
    assert "Of 20 closings drawn at random from the 52 of June 2017, 20 are reviewed and 2 were not done: 10%" in page
    assert "between 3% and 30% of all closings" in page


def test_closing_shows_what_an_analyst_needs(analyst: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(4):
        page = text(analyst.get(CLOSING_URL))
    for said in ("C0007", "Pothole", "June 5, 2017", "June 8, 2017", "12 Elm St", "Rat seen", "none: the closing says nothing"):
        assert said in page


def test_closing_hides_address_and_text_from_reviewers_who_may_not_trace(client: Client, settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("citystat.config.roles.MATRIX", {"reviewer": frozenset({"review_quality"})})
    client.force_login(person("reviewer"))
    page = text(client.get(CLOSING_URL))
    assert "12 Elm St" not in page
    assert "Rat seen" not in page


def test_closing_pass_is_kept_with_its_author(analyst: Client) -> None:
    response = analyst.post(CLOSING_URL, {"verdict": "passed", "note": "Photo 17."}, follow=True)
    review = QualityReview.objects.get()
    assert (review.verdict, review.note, str(review.reviewed_by)) == ("passed", "Photo 17.", "Ana Ruiz")
    assert "C0007 is passed." in text(response)
    assert AuditEvent.objects.get(action="service_requests.review_closing").target == "test-city C0007"


def test_closing_return_without_a_note_is_one_sentence(analyst: Client) -> None:
    response = analyst.post(CLOSING_URL, {"verdict": "returned", "note": "   "})
    assert response.status_code == 400
    assert "Say in the note what is missing" in text(response)
    assert not QualityReview.objects.exists()


def test_closing_unknown_verdict_keeps_the_note(analyst: Client) -> None:
    response = analyst.post(CLOSING_URL, {"verdict": "maybe", "note": "Half of the lot is mown."})
    assert response.status_code == 400
    assert "Half of the lot is mown.</textarea>" in text(response)


def test_closing_from_a_sample_leads_back_to_it(analyst: Client) -> None:
    sample = quality_actions.draw_sample(open_build(), **JUNE, size=1, seed=3)
    response = analyst.post(f"{CLOSING_URL}?sample={sample.pk}", {"verdict": "passed", "note": ""})
    assert response["Location"] == f"/quality-review/samples/{sample.pk}/"


def test_closing_unknown_request(analyst: Client) -> None:
    assert analyst.get("/quality-review/closings/test-city/none/").status_code == 404


def test_verdict_needs_the_token_of_the_form() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("quality_analyst"))
    assert client.post(CLOSING_URL, {"verdict": "passed"}).status_code == 403
    assert not QualityReview.objects.exists()


@pytest.mark.slow
def test_mass_closure_passes_all_with_one_note(analyst: Client) -> None:
    page = text(analyst.get(MASS_URL))
    assert "12 requests closed on" in page
    assert "Mowing: 12" in page
    response = analyst.post(MASS_URL, {"verdict": "passed", "note": "Contractor's sheets of June 15."}, follow=True)
    assert "12 closings are passed." in text(response)
    assert QualityReview.objects.filter(verdict="passed", note="Contractor's sheets of June 15.").count() == 12
    assert quality.pending_count(open_build()) == 0
    assert AuditEvent.objects.get(action="service_requests.review_mass_closure").details["closings"] == 12


def test_mass_closure_says_how_many_were_returned_before(analyst: Client) -> None:
    user = User.objects.get()
    quality_actions.review(open_build(), source="test-city", request_id="M03", verdict="returned", note="Not mown.", by=user)
    (group,) = quality.standing_mass_closures(open_build())
    assert (group.requests, group.waiting, group.returned) == (12, 11, 1)
    assert "1 of them was returned before" in text(analyst.get(MASS_URL))


def test_mass_closure_without_a_note_changes_nothing(analyst: Client) -> None:
    response = analyst.post(MASS_URL, {"verdict": "passed", "note": ""})
    assert response.status_code == 400
    assert "Say in the note what proves" in text(response)
    assert not QualityReview.objects.exists()


@pytest.mark.parametrize(
    ("url", "status"),
    [("/quality-review/mass-closure/", 400), ("/quality-review/mass-closure/?source=test-city&day=2017-06-16", 404)],
)
def test_mass_closure_unknown(analyst: Client, url: str, status: int) -> None:
    assert analyst.get(url).status_code == status


def test_command_draws_and_lists(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("quality", "sample", "--month", "2017-06", "--size", "5", "--seed", "3", "--json")
    drawn = json.loads(capsys.readouterr().out)
    call_command("quality", "list", "--json")
    listed = json.loads(capsys.readouterr().out)
    assert (drawn["sampled"], drawn["population"], drawn["share"]) == (5, 52, None)
    assert listed["samples"] == [drawn]
    assert listed["waiting"]["mass_closed"] == 12
