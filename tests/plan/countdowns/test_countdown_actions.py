"""Writes of countdowns: what counts, what waits, what is refused."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from citystat.core import clock
from citystat.core.errors import Busy, InputError, NotAllowed
from citystat.core.models import AuditEvent
from citystat.plan.countdowns import actions, proofs, queries
from citystat.plan.countdowns.actions import CountdownText, Done, ItemText
from citystat.plan.models import Countdown, CountdownEvent, CountdownItem
from tests.factories import countdowns as factory

pytestmark = pytest.mark.django_db
ON = date(2014, 4, 3)  # the 400th of 1,000 days


@pytest.fixture(autouse=True)
def city(city_home: Path) -> Any:
    with clock.at(datetime(2014, 4, 3, 15, tzinfo=ZoneInfo("UTC"))):
        yield


@pytest.mark.slow
@pytest.mark.feature("F023")
def test_submit_of_a_hundred_without_proof_moves_no_count_and_fills_the_queue() -> None:
    # The smallest sample there is: without proof even what nobody would look at waits for the analyst.
    houses = factory.put(factory.countdown(check_share=0), 110)
    for house in houses[:10]:
        factory.done(house)
    before = queries.progress(queries.countdown("houses"))
    for house in houses[10:]:
        factory.done(house, proof="")
    after = queries.progress(queries.countdown("houses"))
    assert (before.standing.done, after.standing.done) == (10, 10)
    assert queries.queue().count() == 100
    with pytest.raises(InputError, match="no proof that it is done"):
        actions.check(by=factory.reviewer(), item=houses[50], passes=True)


@pytest.mark.slow
@pytest.mark.feature("F022")
def test_progress_matches_hand_arithmetic_on_a_given_day() -> None:
    houses = factory.put(factory.countdown(), 300)
    for house in houses[:129]:
        factory.counted(house)
    found = queries.progress(queries.countdown("houses"), ON)
    # 300 x 400 / 1000 = 120 were due; 129 are done: 9 ahead; 171 left in 600 days are 0.285 a day; 129 in 90 days is 1.433 a day.
    assert (found.standing.expected, found.standing.ahead, found.standing.days_left) == (120.0, 9.0, 600)
    assert found.standing.required_per_day == 0.285
    assert found.finish.per_day == pytest.approx(129 / 90)
    assert found.finish.on == date(2014, 8, 1)
    day_before = queries.progress(queries.countdown("houses"), date(2014, 4, 2))
    assert day_before.standing.done == 0
    assert day_before.finish.answer == "no_pace"


@pytest.mark.feature("F011")
def test_progress_counts_evidenced_items_and_divides_what_was_spent_by_them() -> None:
    houses = factory.put(factory.countdown(budget=Decimal(10_000)), 8)
    for house, cost in zip(houses[:4], ("1000", "500.50", "0", "250"), strict=True):
        factory.counted(house, cost=Decimal(cost))
    factory.done(houses[4], cost=Decimal(900))
    found = queries.progress(queries.countdown("houses"))
    evidenced = [one for one in CountdownItem.objects.all() if one.status == "counted" and actions.has_proof(one) and one.checked_by_id]
    assert found.standing.done == len(evidenced) == 4
    assert (found.money.spent, found.money.unit.per_unit) == (Decimal("1750.50"), Decimal("437.625"))
    assert found.money.left == Decimal("8249.50")


def test_progress_leaves_items_without_a_cost_out_of_the_unit_cost() -> None:
    houses = factory.put(factory.countdown(), 3)
    factory.counted(houses[0], cost=Decimal(100))
    factory.counted(houses[1])
    found = queries.progress(queries.countdown("houses")).money
    assert (found.unit.per_unit, found.unit.volume, found.unknown) == (Decimal(100), 1, 1)


def test_submit_outside_the_sample_counts_at_once_with_proof() -> None:
    house = factory.put(factory.countdown(check_share=0), 1)[0]
    assert factory.done(house).status == "counted"
    assert CountdownEvent.objects.filter(item=house).order_by("id").last().before == "open"


def test_submit_of_a_sampled_item_waits_and_counts_from_the_day_it_passes() -> None:
    house = factory.done(factory.put(factory.countdown(), 1)[0])
    assert house.status == "pending"
    with clock.at(datetime(2014, 4, 9, 15, tzinfo=ZoneInfo("UTC"))):
        passed = actions.check(by=factory.reviewer(), item=house, passes=True)
    assert (passed.status, passed.counted_on, passed.done_on) == ("counted", date(2014, 4, 9), factory.FIRST)
    assert AuditEvent.objects.filter(action="countdown.check").count() == 1


def test_submit_again_after_a_return_is_checked_again_even_outside_the_sample() -> None:
    house = factory.done(factory.put(factory.countdown(check_share=0), 1)[0], proof="")
    returned = actions.check(by=factory.reviewer(), item=house, passes=False, note="No photo")
    assert returned.status == "returned"
    assert factory.done(returned).status == "pending"


def test_check_by_anybody_who_said_that_it_is_done_is_refused() -> None:
    house = factory.put(factory.countdown(), 1)[0]
    officer = factory.planner()
    actions.submit(by=officer, item=house, done=Done(factory.FIRST))
    factory.done(house)  # somebody else adds the proof
    with pytest.raises(NotAllowed, match="somebody else has to check"):
        actions.check(by=officer, item=house, passes=True)
    with pytest.raises(NotAllowed):
        actions.check(by=factory.inspector(), item=house, passes=True)
    with pytest.raises(NotAllowed, match="by a person"):
        actions.check(by=None, item=house, passes=True)


def test_check_returns_only_with_a_reason_and_only_what_is_pending() -> None:
    first, second = factory.put(factory.countdown(), 2)
    with pytest.raises(InputError, match="Say why"):
        actions.check(by=factory.reviewer(), item=factory.done(first), passes=False, note=" ")
    with pytest.raises(InputError, match="Only what is said to be done"):
        actions.check(by=factory.reviewer(), item=second, passes=True)
    assert CountdownItem.objects.get(pk=first.pk).status == "pending"


def test_submit_by_another_department_is_refused() -> None:
    house = factory.put(factory.countdown(department="Streets"), 1)[0]
    with pytest.raises(NotAllowed, match="Only the department"):
        factory.done(house)


@pytest.mark.parametrize(("day", "sentence"), [(date(2014, 4, 4), "lies in the future"), (date(2013, 2, 27), "before the countdown began")])
def test_submit_refuses_a_day_outside_the_countdown(day: date, sentence: str) -> None:
    house = factory.put(factory.countdown(), 1)[0]
    with pytest.raises(InputError, match=sentence):
        factory.done(house, done_on=day)
    assert CountdownEvent.objects.filter(item=house).count() == 1


def test_submit_keeps_a_photo_without_what_the_camera_hides() -> None:
    raw = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    Image.new("RGB", (40, 30), "navy").save(raw, "JPEG", exif=exif)
    house = factory.done(factory.put(factory.countdown(), 1)[0], proof="", photo=raw.getvalue())
    kept = proofs.read(house.proof_file)
    assert b"SecretCamera" in raw.getvalue()
    assert b"SecretCamera" not in kept
    assert Image.open(BytesIO(kept)).size == (40, 30)
    assert actions.has_proof(house)


def test_submit_refuses_a_file_that_is_no_photo_and_keeps_the_item_as_it_was() -> None:
    house = factory.put(factory.countdown(), 1)[0]
    with pytest.raises(InputError, match="not a photo"):
        factory.done(house, photo=b"%PDF-1.7")
    assert CountdownItem.objects.get().status == "open"


def test_take_back_lowers_the_count_and_names_the_reason() -> None:
    house = factory.counted(factory.put(factory.countdown(), 1)[0])
    actions.take_back(by=factory.reviewer(), item=house, note="Squatters moved in again")
    assert queries.progress(queries.countdown("houses")).standing.done == 0
    assert [event.note for event in queries.taken_back(queries.countdown("houses"))] == ["Squatters moved in again"]


def test_withdraw_takes_an_item_out_and_reopen_back_in() -> None:
    house = factory.put(factory.countdown(), 1)[0]
    actions.withdraw(by=factory.inspector(), item=house, note="Not in the city")
    with pytest.raises(InputError, match="cannot be done while"):
        factory.done(house)
    assert actions.reopen(by=factory.inspector(), item=house).status == "open"


@pytest.mark.slow
def test_errors_are_those_of_first_checks_with_their_number_and_wilson_interval() -> None:
    houses = factory.put(factory.countdown(), 10)
    for house in houses[:8]:
        factory.counted(house)
    for house in houses[8:]:
        back = actions.check(by=factory.reviewer(), item=factory.done(house), passes=False, note="Still empty")
        factory.counted(back)
    found = queries.errors(queries.countdown("houses"))
    # Wilson for 2 of 10 at 95 %: 0.0567 to 0.5098 (Newcombe 1998, method 3).
    assert (found.checked, found.returned, found.share) == (10, 2, 0.2)
    assert (round(found.lower or 0, 4), round(found.upper or 0, 4)) == (0.0567, 0.5098)


def test_errors_leave_out_what_counted_without_a_check() -> None:
    for house in factory.put(factory.countdown(check_share=0), 5):
        factory.done(house)
    assert queries.errors(queries.countdown("houses")).checked == 0


def test_put_items_again_changes_nothing_and_keeps_what_was_drawn() -> None:
    row = factory.countdown(check_share=0.5)
    drawn = {one.key: one.is_sampled for one in factory.put(row, 200)}
    again = actions.put_items(by=None, countdown=row, items=[ItemText(f"P-{n:04}", f"{n} Oak St", str(n % 3 + 1)) for n in range(1, 201)])
    assert again == {"added": 0, "changed": 0, "unchanged": 200}
    assert {one.key: one.is_sampled for one in CountdownItem.objects.all()} == drawn
    assert 60 < sum(drawn.values()) < 140


def test_put_items_does_not_blank_what_the_list_leaves_out() -> None:
    row = factory.countdown()
    actions.put_items(by=None, countdown=row, items=[ItemText("P-1", "1 Oak St", "2")])
    assert actions.put_items(by=None, countdown=row, items=[ItemText("P-1", "1 Oak Street")])["changed"] == 1
    assert (CountdownItem.objects.get().address, CountdownItem.objects.get().district) == ("1 Oak Street", "2")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"target_count": 0}, "target of at least one"),
        ({"ends_on": date(2013, 1, 1)}, "ends before it starts"),
        ({"ends_on": date(2313, 1, 1)}, "at most 20 years"),
        ({"check_share": 1.5}, "between 0% and 100%"),
        ({"slug": "checks"}, "used by a page of its own"),
        ({"things": " "}, "what is counted"),
    ],
)
def test_save_countdown_refuses(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        factory.countdown(**changed)
    assert not Countdown.objects.exists()


def test_save_countdown_twice_with_one_address_is_refused() -> None:
    factory.countdown()
    with pytest.raises(InputError, match="address houses already"):
        factory.countdown()


def test_save_countdown_tells_two_editors_about_each_other() -> None:
    row = factory.countdown()
    text = {name: getattr(row, name) for name in CountdownText.__dataclass_fields__}
    actions.save_countdown(by=None, countdown=CountdownText(**(text | {"title": "First"})), existing=row, revision=1)
    with pytest.raises(Busy):
        actions.save_countdown(by=None, countdown=CountdownText(**(text | {"title": "Second"})), existing=row, revision=1)
    assert Countdown.objects.get().title == "First"
