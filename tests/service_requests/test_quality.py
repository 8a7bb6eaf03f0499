"""Sampling and judging closings."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from citystat.core.errors import InputError, NotAllowed, NotFound
from citystat.core.models import AuditEvent
from citystat.people.models import RoleGrant, User
from citystat.service_requests import quality, quality_actions
from citystat.service_requests.models import QualityReview, QualitySample
from citystat.warehouse import sql
from citystat.warehouse.connections import Warehouse, open_build
from tests.factories.requests import request, write_build

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_home")]
JUNE = {"start": date(2017, 6, 1), "end": date(2017, 6, 30)}
DAY = date(2017, 6, 10)


def closed(number: int, **values: Any) -> dict[str, Any]:
    day = date(2017, 6, 1) + timedelta(days=number % 28)
    return request(**{"request_id": f"C{number:04d}", "opened_on": day - timedelta(days=3), "closed_on": day, **values})


def build_of(*rows: dict[str, Any]) -> Warehouse:
    write_build(rows)
    return open_build()


@pytest.fixture
def analyst() -> User:
    user = User.objects.create_user("analyst@example.org")
    RoleGrant.objects.create(user=user, role="quality_analyst")
    return user


def judge(build: Warehouse, number: int, verdict: str, by: User, note: str = "No photo.") -> QualityReview:
    return quality_actions.review(build, source="test-city", request_id=f"C{number:04d}", verdict=verdict, note=note, by=by)


@pytest.mark.slow
@pytest.mark.feature("F027")
def test_a_bad_record_is_caught_by_rule_and_the_error_rate_names_its_sample_size(analyst: User) -> None:
    bad = closed(900, opened_on=DAY, closed_on=DAY - timedelta(days=2), flag_closed_before_opened=True)
    build = build_of(*[closed(number) for number in range(200)], bad)
    sample = quality_actions.draw_sample(build, **JUNE, size=20, seed=7, by=analyst)
    assert "C0900" in sample.reviews.values_list("request_id", flat=True)
    judge(build, 900, "returned", analyst)
    at_random = list(sample.reviews.filter(picked_by="random").order_by("id"))
    for number, one in enumerate(at_random):
        quality_actions.review(
            build, source=one.source, request_id=one.request_id, verdict="returned" if number < 2 else "passed", note="Seen.", by=analyst
        )
    rate = quality.error_rate(sample)
    assert (rate.population, rate.sampled, rate.reviewed, rate.returned, rate.share) == (201, 20, 20, 2, 0.1)
    # Wilson, 2 of 20: published in Newcombe's tables to 4 places.
    assert (round(rate.lower, 4), round(rate.upper, 4)) == (0.0279, 0.3010)
    assert (rate.picked_by_rule, rate.picked_by_rule_returned) == (1, 1)


@pytest.mark.slow
def test_a_hundred_marked_done_at_one_instant_are_held_until_reviewed(analyst: User) -> None:
    others = [closed(number) for number in range(40)]
    before = [request(request_id=f"M{number:03d}", opened_on=date(2017, 5, 1)) for number in range(100)]
    instant = datetime(2017, 6, 15, 22, 0)
    after = [row | {"closed_at": instant, "closed_on": instant.date(), "status": "closed", "flag_mass_closed": True} for row in before]
    start = quality.resolved(build_of(*others, *before), **JUNE)
    build = build_of(*others, *after)
    held = quality.resolved(build, **JUNE)
    assert (start.resolved, held.closed, held.resolved) == (40, 140, 40)
    assert quality.pending_count(build) == 100
    shared = {"source": "test-city", "closed_on": instant.date(), "closed_at": instant, "by": analyst}
    assert quality_actions.review_mass_closure(build, **shared, verdict="passed", note="Crew sheets of June 15 seen.") == 100
    assert (quality.resolved(build, **JUNE).resolved, quality.pending_count(build)) == (140, 0)


@pytest.mark.slow
def test_draw_sample_same_seed_draws_the_same_closings_again() -> None:
    rows = [closed(number) for number in range(100)]
    first = quality_actions.draw_sample(build_of(*rows), **JUNE, size=10, seed=5)
    again = quality_actions.draw_sample(build_of(*reversed(rows)), **JUNE, size=10, seed=5)
    other = quality_actions.draw_sample(open_build(), **JUNE, size=10, seed=6)
    drawn = [set(one.reviews.values_list("request_id", flat=True)) for one in (first, again, other)]
    assert first.pk != again.pk
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


@pytest.mark.slow
def test_draw_sample_asked_twice_is_drawn_once() -> None:
    build = build_of(*[closed(number) for number in range(20)])
    assert quality_actions.draw_sample(build, **JUNE) == quality_actions.draw_sample(build, **JUNE)
    assert QualitySample.objects.count() == 1
    assert AuditEvent.objects.filter(action="service_requests.draw_sample").count() == 1


@pytest.mark.slow
def test_draw_sample_takes_counted_closings_of_the_period_only() -> None:
    rows = [closed(1), closed(2, closed_on=date(2017, 7, 1)), closed(3, status="duplicate"), request(request_id="C0004")]
    sample = quality_actions.draw_sample(build_of(*rows), **JUNE, size=30)
    assert list(sample.reviews.values_list("request_id", flat=True)) == ["C0001"]
    assert sample.population == 1


@pytest.mark.slow
def test_draw_sample_every_closing_is_equally_likely() -> None:
    build = build_of(*[closed(number) for number in range(20)])
    counts = dict.fromkeys((f"C{number:04d}" for number in range(20)), 0)
    statement = sql.load(quality.PACKAGE, "random_closings")
    for seed in range(200):
        for row in build.dicts(statement, JUNE | {"seed": seed, "size": 5}):
            counts[row["request_id"]] += 1
    # 200 draws of a quarter: 50 each, standard deviation 6.1; 4.5 of them is far outside chance for a fair draw.
    assert sum(counts.values()) == 1000
    assert all(abs(count - 50) < 28 for count in counts.values())


@pytest.mark.slow
def test_draw_sample_picks_so_many_for_each_rule() -> None:
    rows = [closed(number) for number in range(50)]
    rows += [closed(100 + number, flag_mass_closed=True) for number in range(30)]
    rows += [closed(200 + number, flag_closed_in_minutes=True) for number in range(3)]
    sample = quality_actions.draw_sample(build_of(*rows), **JUNE, size=1, per_rule=5)
    picked = [one.picked_by for one in sample.reviews.exclude(picked_by="random")]
    assert picked.count("mass_closed") in {4, 5}
    assert picked.count("closed_in_minutes") in {2, 3}


@pytest.mark.slow
@pytest.mark.parametrize(("options", "sentence"), [({"size": 0}, "between 1 and"), ({"end": date(2017, 5, 1)}, "ends before it starts")])
def test_draw_sample_impossible_question(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        quality_actions.draw_sample(build_of(closed(1)), **JUNE | options)


@pytest.mark.slow
def test_draw_sample_nothing_closed() -> None:
    with pytest.raises(NotFound, match="No request was closed"):
        quality_actions.draw_sample(build_of(request()), **JUNE)
    assert not QualitySample.objects.exists()


@pytest.mark.slow
def test_error_rate_before_any_review_has_no_share() -> None:
    sample = quality_actions.draw_sample(build_of(closed(1), closed(2)), **JUNE)
    rate = quality.error_rate(sample)
    assert (rate.sampled, rate.reviewed, rate.share, rate.lower) == (2, 0, None, None)


@pytest.mark.slow
def test_pending_shows_returned_first_with_the_note(analyst: User) -> None:
    build = build_of(closed(1), closed(2), closed(3))
    quality_actions.draw_sample(build, **JUNE)
    judge(build, 2, "returned", analyst)
    judge(build, 3, "passed", analyst)
    queue = quality.pending(build)
    assert [(one.request_id, one.state, one.picked_by, one.note) for one in queue] == [
        ("C0002", "returned", "random", "No photo."),
        ("C0001", "pending", "random", ""),
    ]


@pytest.mark.slow
def test_pending_by_department_and_by_page() -> None:
    rows = [closed(number, flag_mass_closed=True, department="Water" if number < 3 else "Streets") for number in range(7)]
    build = build_of(*rows)
    assert quality.pending_count(build, department="Water") == 3
    assert len(quality.pending(build, limit=5)) == 5
    assert len(quality.pending(build, limit=5, offset=5)) == 2


@pytest.mark.slow
def test_a_request_closed_again_is_a_new_closing(analyst: User) -> None:
    build = build_of(closed(1))
    judge(build, 1, "returned", analyst)
    assert quality.pending_count(build) == 1
    build = build_of(closed(1, closed_on=date(2017, 6, 29)))
    assert quality.pending_count(build) == 0
    assert quality.resolved(build, **JUNE).resolved == 1


def test_review_change_of_mind_keeps_the_earlier_verdict_in_the_audit(analyst: User) -> None:
    build = build_of(closed(1))
    judge(build, 1, "returned", analyst)
    judge(build, 1, "passed", analyst, note="")
    events = AuditEvent.objects.filter(action="service_requests.review_closing").order_by("id")
    assert [event.details["earlier"] for event in events] == [None, "returned"]
    assert QualityReview.objects.get().verdict == "passed"


def test_review_returned_needs_a_note(analyst: User) -> None:
    with pytest.raises(InputError, match="what is missing"):
        judge(build_of(closed(1)), 1, "returned", analyst, note="  ")


def test_review_unknown_verdict(analyst: User) -> None:
    with pytest.raises(InputError, match="passed or returned, not 'perhaps'"):
        judge(build_of(closed(1)), 1, "perhaps", analyst)


@pytest.mark.slow
def test_review_open_request(analyst: User) -> None:
    with pytest.raises(NotFound, match="is not closed"):
        judge(build_of(request(request_id="C0001")), 1, "passed", analyst)


@pytest.mark.parametrize("role", [None, "department_head", "executive", "data_officer"])
def test_review_is_refused_without_the_right(role: str | None) -> None:
    user = User.objects.create_user("someone@example.org")
    if role:
        RoleGrant.objects.create(user=user, role=role)
    with pytest.raises(NotAllowed):
        judge(build_of(closed(1)), 1, "passed", user)
    assert not QualityReview.objects.exists()


def test_review_needs_a_person() -> None:
    with pytest.raises(NotAllowed):
        judge(build_of(closed(1)), 1, "passed", None)


@pytest.mark.slow
def test_reviews_table_has_one_row_per_closing_with_its_verdict(analyst: User) -> None:
    build = build_of(closed(1), closed(2))
    for seed in (1, 2):
        quality_actions.draw_sample(build, **JUNE, seed=seed)
    judge(build, 1, "returned", analyst)
    rows = quality.reviews_table().to_pylist()
    assert [(row["request_id"], row["verdict"], row["closed_on"]) for row in rows] == [
        ("C0001", "returned", date(2017, 6, 2)),
        ("C0002", "pending", date(2017, 6, 3)),
    ]


def test_reviews_table_without_reviews_keeps_its_columns() -> None:
    assert quality.reviews_table().schema == quality.REVIEWS
