"""Personal data go after their time; counts stay; a hold keeps them."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from citystat.core import clock
from citystat.core.errors import InputError, NotAllowed
from citystat.core.models import AuditEvent
from citystat.service_requests.cases import actions, photos, public, removal, retention
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import Contact, Event, Photo, ServiceForm, ServiceRequest, Subscription
from citystat.warehouse.connections import forget_builds, open_build
from tests.factories import cases

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=900)


@pytest.fixture(autouse=True)
def city(city_home: Any) -> Any:
    cases.make_districts()
    cases.make_service(form={"keeps_contact_days": 30, "keeps_photo_days": 60, "keeps_text_days": 90})
    cases.make_service("Alley", "ALL")
    yield
    forget_builds()


@pytest.fixture
def worker() -> Any:
    return cases.make_user("worker@city.example", "department_worker", department="")


def closed(worker: Any, days_ago: int = 100, service: str = "pothole", **values: Any) -> ServiceRequest:
    """A request that was closed so many days ago, with a reply and a note of staff."""
    with clock.at(timezone.now() - timedelta(days=days_ago)):
        made = cases.file_request(service, **values)
        actions.add_reply(request_id=made.pk, text="It is by my house", channel="web")
        actions.comment(by=worker, request_id=made.pk, text="Called Ana back", public=False)
        return actions.close(by=worker, request_id=made.pk, resolution="work_done", note="Filled the hole.")


@pytest.mark.slow
def test_run_removes_contact_photos_and_text_and_leaves_tombstones(worker: Any) -> None:
    made = closed(worker, pictures=[cases.photo()])
    path = photos.path_of(Photo.objects.get())
    assert path.exists()
    before = (ServiceRequest.objects.count(), Event.objects.count())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda act, **_: act())
        done = retention.run()

    assert (done.texts, done.photos, done.contacts) == (1, 1, 1)
    made.refresh_from_db()
    assert (made.description, made.status, made.resolution) == ("", "closed", "work_done")
    assert Contact.objects.get().email == ""
    assert not path.exists()
    assert Photo.objects.get().removed_at is not None
    assert (ServiceRequest.objects.count(), Event.objects.count()) == (before[0], before[1] + 3)
    kinds = set(Event.objects.order_by("-pk").values_list("kind", flat=True)[:3])
    assert kinds == {removal.TEXT, removal.PHOTOS, removal.CONTACT}
    words = list(Event.objects.exclude(text="").values_list("text", flat=True))
    assert words == ["Filled the hole."]
    assert AuditEvent.objects.filter(action="retention run").get().details["texts"] == 1


@pytest.mark.slow
def test_run_again_finds_nothing(worker: Any) -> None:
    closed(worker, pictures=[cases.photo()])
    retention.run()
    events = Event.objects.count()
    again = retention.run()
    assert (again.texts, again.photos, again.contacts) == (0, 0, 0)
    assert Event.objects.count() == events


def test_dry_run_counts_the_same_and_changes_nothing(worker: Any) -> None:
    made = closed(worker, pictures=[cases.photo()])
    before = Event.objects.count()
    found = retention.run(dry_run=True)
    assert (found.texts, found.photos, found.contacts) == (1, 1, 1)
    assert Event.objects.count() == before
    made.refresh_from_db()
    assert made.description == "A deep hole"
    assert photos.path_of(Photo.objects.get()).exists()
    assert not AuditEvent.objects.filter(action="retention run").exists()


@pytest.mark.parametrize(("days_ago", "expected"), [(29, (0, 0, 0)), (31, (0, 0, 1)), (61, (0, 1, 1)), (91, (1, 1, 1))])
def test_each_kind_has_its_own_period(worker: Any, days_ago: int, expected: tuple[int, int, int]) -> None:
    closed(worker, days_ago, pictures=[cases.photo()])
    done = retention.run()
    assert (done.texts, done.photos, done.contacts) == expected


@pytest.mark.slow
def test_default_periods_and_zero_keep(worker: Any) -> None:
    ServiceForm.objects.filter(slug="alley").delete()
    closed(worker, 800, service="alley")
    assert retention.run().contacts == 1
    ServiceForm.objects.filter(slug="pothole").update(keeps_contact_days=0, keeps_photo_days=0, keeps_text_days=0)
    made = closed(worker, 4000)
    done = retention.run()
    assert (done.texts, done.contacts) == (0, 0)
    assert ServiceRequest.objects.get(pk=made.pk).description


def test_open_request_keeps_everything_however_old(worker: Any) -> None:
    with clock.at(timezone.now() - LONG_AGO):
        cases.file_request()
    done = retention.run()
    assert (done.texts, done.contacts) == (0, 0)


def test_contact_stays_while_another_request_needs_it(worker: Any) -> None:
    first = closed(worker, 200)
    second = cases.file_request(email="")
    Subscription.objects.create(request=second, contact=first.reporter)
    assert retention.run().contacts == 0
    assert first.reporter is not None
    first.reporter.refresh_from_db()
    assert first.reporter.email == "ana@example.org"


@pytest.mark.slow
def test_hold_keeps_everything_until_it_ends(worker: Any) -> None:
    officer = cases.make_user("privacy@city.example", "data_officer")
    made = closed(worker, pictures=[cases.photo()])
    retention.hold(by=officer, request_id=made.pk, reason="Claim 12 against the city")
    done = retention.run()
    assert (done.texts, done.photos, done.contacts) == (0, 0, 0)
    assert done.on_hold > 0
    with pytest.raises(InputError, match="on hold from removal already"):
        retention.hold(by=officer, request_id=made.pk, reason="Again")
    retention.end_hold(by=officer, request_id=made.pk)
    assert retention.run().texts == 1
    assert [one.ended_by for one in made.removal_holds.all()] == [officer]


def test_hold_needs_a_reason_and_the_right(worker: Any) -> None:
    made = cases.file_request()
    with pytest.raises(NotAllowed):
        retention.hold(by=worker, request_id=made.pk, reason="Claim")
    with pytest.raises(InputError, match="Say why"):
        retention.hold(by=None, request_id=made.pk, reason=" ")


@pytest.mark.slow
def test_reopened_and_closed_again_is_removed_again(worker: Any) -> None:
    made = closed(worker, 300)
    retention.run()
    with clock.at(timezone.now() + timedelta(days=1)):
        actions.reopen(by=worker, request_id=made.pk, reason="Back again")
        actions.add_reply(request_id=made.pk, text="New words", channel="web")
        actions.close(by=worker, request_id=made.pk, resolution="work_done")
    with clock.at(timezone.now() + timedelta(days=100)):
        assert retention.run().texts == 1
    assert not Event.objects.filter(text="New words").exists()


def test_typed_answers_go_and_chosen_ones_stay(worker: Any) -> None:
    note = {"code": "NOTE", "description": "Anything else?", "datatype": "text", "order": 2}
    ServiceForm.objects.filter(slug="pothole").update(questions=[cases.SIZE_QUESTION, note])
    made = closed(worker, answers={"SIZE": "S", "NOTE": "Ring at Ana's"})
    retention.run()
    made.refresh_from_db()
    assert [(one["code"], one["values"]) for one in made.answers] == [("SIZE", ["S"]), ("NOTE", [])]


def test_follow_nobody_confirmed_goes_with_its_address() -> None:
    from citystat.service_requests.cases import follow_requests

    follow_requests.ask(reporter=Details(email="f@example.org"), service_slug="pothole")
    with clock.at(timezone.now() + timedelta(days=4)):
        done = retention.run()
    assert done.unconfirmed_follows == 1
    assert Contact.objects.get().email_sealed == ""


@pytest.mark.slow
def test_removed_words_leave_the_next_build_and_counts_stay(worker: Any) -> None:
    made = closed(worker, 100)
    kept = closed(worker, 10, description="Another hole")
    assert texts_built() == {made.number: "A deep hole", kept.number: "Another hole"}
    months = open_build().dicts("SELECT count(*) AS n FROM requests WHERE is_counted")

    retention.run()

    assert texts_built() == {made.number: None, kept.number: "Another hole"}
    assert open_build().dicts("SELECT count(*) AS n FROM requests WHERE is_counted") == months
    assert landed_words() == {"Another hole"}


def texts_built() -> dict[str, str | None]:
    """Number -> description in a new build."""
    call_command("build", "--tables-only")
    forget_builds()
    return {row["request_id"]: row["description"] for row in open_build().dicts("SELECT request_id, description FROM requests")}


def landed_words() -> set[str]:
    """Every description in any landed load."""
    import pyarrow.parquet as pq

    from citystat.warehouse import landing

    files = [path for load in landing.loads("requests") for path in load.parquet_files()]
    return {text for path in files for text in pq.read_table(path, columns=["description"])["description"].to_pylist() if text}


def test_request_stays_public_after_removal(worker: Any) -> None:
    made = closed(worker, pictures=[cases.photo()])
    retention.run()
    assert made.pk in {one.pk for one in public.recent(public.PublicFilters())[0]}
