"""What a review changes in the next build: closings in bulk count as resolved once somebody has passed them, and not before."""

from datetime import date, time
from typing import Any

import pytest

from citystat.ops.management.commands.build import make_build
from citystat.people.models import RoleGrant, User
from citystat.plan import queries as plan
from citystat.service_requests import quality, quality_actions
from citystat.warehouse.connections import open_build
from tests.factories.landing import days, instant, land, state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_home")]
DONE_ON, CLOCK = date(2017, 6, 15), time(17, 0)
TOGETHER = {"source": "test-city", "closed_on": DONE_ON, "closed_at": instant(DONE_ON, CLOCK)}


@pytest.fixture
def analyst() -> User:
    user = User.objects.create_user("analyst@example.org")
    RoleGrant.objects.create(user=user, role="quality_analyst")
    return user


def pending_requests(**values: Any) -> list[dict[str, Any]]:
    return [state(request_id=f"P{number:03d}", opened_on=date(2017, 5, 2), **values) for number in range(100)]


def ordinary() -> list[dict[str, Any]]:
    """A closing a day in June, each at its own minute."""
    return [
        state(request_id=f"O{day.day:02d}", opened_on=day, closed_on=day, closed_clock=time(9, day.day))
        for day in days(date(2017, 6, 1), 30)
    ]


def published() -> float | None:
    """June's requests resolved, as the public page shows them."""
    rows = plan.measure_rows("requests_resolved", start=date(2017, 6, 1), end=date(2017, 6, 30))
    return rows[0].value


@pytest.mark.feature("F023")
def test_a_hundred_marked_done_without_proof_do_not_move_the_public_count_until_passed(analyst: User) -> None:
    land([*pending_requests(), *ordinary()], as_of=date(2017, 6, 30))
    make_build()
    assert published() == 30

    land(pending_requests(closed_on=DONE_ON, closed_clock=CLOCK), as_of=date(2017, 7, 1))
    make_build()
    assert published() == 30
    assert quality.pending_count(open_build()) == 100

    quality_actions.review_mass_closure(open_build(), **TOGETHER, verdict="passed", note="Crew sheets of June 15 seen.", by=analyst)
    assert published() == 30
    made = make_build()
    assert (published(), quality.pending_count(open_build())) == (130, 0)
    assert made["months_rebuilt"] == 1


def test_a_mass_closure_returned_stays_out_of_the_public_count(analyst: User) -> None:
    land([*pending_requests(closed_on=DONE_ON, closed_clock=CLOCK), *ordinary()], as_of=date(2017, 7, 1))
    make_build()

    quality_actions.review_mass_closure(open_build(), **TOGETHER, verdict="returned", note="No crew was out.", by=analyst)
    make_build()

    assert (published(), quality.pending_count(open_build())) == (30, 100)


def test_a_pass_is_for_that_closing_only(analyst: User) -> None:
    land([*pending_requests(closed_on=DONE_ON, closed_clock=CLOCK), *ordinary()], as_of=date(2017, 6, 20))
    make_build()
    quality_actions.review_mass_closure(open_build(), **TOGETHER, verdict="passed", note="Sheets seen.", by=analyst)

    land(pending_requests(closed_on=date(2017, 6, 22), closed_clock=CLOCK), as_of=date(2017, 7, 1))
    make_build()

    assert (published(), quality.pending_count(open_build())) == (30, 100)


def test_a_build_without_new_reviews_makes_no_month_again(analyst: User) -> None:
    land([*pending_requests(closed_on=DONE_ON, closed_clock=CLOCK), *ordinary()], as_of=date(2017, 7, 1))
    make_build()
    quality_actions.review_mass_closure(open_build(), **TOGETHER, verdict="passed", note="Sheets seen.", by=analyst)

    assert [make_build()["months_rebuilt"] for _ in range(2)] == [1, 0]
