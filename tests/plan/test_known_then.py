"""The backlog of past days as known then, beside what is known of the same days now."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
import sqlglot

from citystat.core.errors import InputError
from citystat.ops.management.commands.build import make_build
from citystat.plan import known_then, queries
from citystat.plan.computation import scope_of
from citystat.plan.periods import periods_between
from citystat.warehouse import sql
from citystat.warehouse.connections import open_build
from tests.factories.landing import land, state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_home")]
JUNE, JULY, AUGUST = date(2017, 6, 30), date(2017, 7, 31), date(2017, 8, 31)


def asked(start: date = date(2017, 5, 1), end: date = AUGUST, **options: Any) -> tuple[known_then.OpenThen, ...]:
    return queries.open_as_known("open_backlog", start=start, end=end, **options)


def land_history() -> None:
    """Told in June: A to E. Told in July: B closed back in June, C a duplicate, D open again, F opened back in June."""
    early = date(2017, 6, 3)
    closed = {"closed_on": date(2017, 6, 10)}
    land(
        [
            state(request_id="A", opened_on=early, **closed),
            *(state(request_id=name, opened_on=early) for name in "BCE"),
            state(request_id="D", opened_on=early, **closed),
        ],
        as_of=JUNE,
    )
    land(
        [
            state(request_id="B", opened_on=early, closed_on=date(2017, 6, 20)),
            state(request_id="C", opened_on=early, status="duplicate"),
            state(request_id="D", opened_on=early, status="open"),
            state(request_id="F", opened_on=early, service="Graffiti"),
        ],
        as_of=JULY,
    )
    make_build()


def told(rows: Iterable[known_then.OpenThen]) -> list[tuple[Any, ...]]:
    return [
        (one.period, one.read_on, one.open_then, one.open_now, one.closed_since, one.withdrawn_since, one.told_since, one.other_since)
        for one in rows
    ]


@pytest.mark.slow
def test_open_as_known_says_what_was_told_by_each_day_and_what_since() -> None:
    land_history()
    assert told(asked()) == [
        ("2017-05", None, None, 0, None, None, None, None),
        # B, C and E then; D, E and F now: B closed since, C withdrawn since, F told since, D open again since.
        ("2017-06", JUNE, 3, 3, 1, 1, 1, 1),
        ("2017-07", JULY, 3, 3, 0, 0, 0, 0),
    ]


@pytest.mark.slow
def test_open_as_known_now_is_what_the_measure_counts() -> None:
    land_history()
    rows = queries.measure_rows("open_backlog", start=date(2017, 6, 1), end=JULY)
    assert [one.open_now for one in asked(date(2017, 6, 1), JULY)] == [row.value for row in rows]


@pytest.mark.slow
def test_open_as_known_is_limited_like_the_measure() -> None:
    land_history()
    (june,) = asked(date(2017, 6, 1), JUNE, where={"service": "Graffiti"})
    assert (june.open_then, june.open_now, june.told_since) == (0, 1, 1)


@pytest.mark.slow
def test_open_as_known_between_two_exports_rests_on_the_earlier_one() -> None:
    land_history()
    fortnight = asked(date(2017, 7, 3), date(2017, 7, 16), period="week")
    assert [(one.read_on, one.open_then, one.open_now) for one in fortnight] == [(JUNE, 3, 3)] * 2


@pytest.mark.slow
def test_open_as_known_of_one_export_is_what_is_known_now_however_a_request_ended_later() -> None:
    later = {"opened_on": date(2017, 6, 3), "closed_on": date(2017, 7, 9)}
    land([state(status=status, **later) for status in ("open", "closed", "cancelled", "duplicate", "information_only")], as_of=JUNE)
    make_build()
    (june,) = asked(date(2017, 6, 1), JUNE)
    assert (june.open_then, june.open_now, june.other_since) == (4, 4, 0)


def test_open_as_known_is_empty_after_the_data_end() -> None:
    land_history()
    assert asked(date(2030, 1, 1), date(2030, 12, 31)) == ()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["closed_on_time", "share_overdue", "backlog_age_median", "requests_opened"])
def test_open_as_known_is_refused_for_other_measures(name: str) -> None:
    land_history()
    with pytest.raises(InputError, match="not a count of every open request"):
        queries.open_as_known(name, start=date(2017, 6, 1), end=JUNE)


def history_of(number: int, luck: Random) -> list[tuple[date, Any]]:
    """One request as three exports tell it: it may close, be withdrawn, open again, or be told late."""
    opened = date(2017, 5, 1) + timedelta(days=luck.randrange(90))
    tellings = []
    for as_of in (JUNE, JULY, AUGUST):
        if opened > as_of or luck.random() < 0.3:
            continue
        status = luck.choice(["open", "open", "closed", "closed", "cancelled", "duplicate", "information_only"])
        # Some end after the day the export describes: cities take an export later and say of which day it is.
        ends = opened + timedelta(days=luck.randrange((as_of - opened).days + 40))
        closed = ends if status in ("closed", "information_only") or (status == "cancelled" and luck.random() < 0.7) else None
        tellings.append((as_of, state(request_id=f"R{number}", opened_on=opened, status=status, closed_on=closed)))
    return tellings


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_open_as_known_agrees_with_the_list_of_requests_and_adds_up(seed: int) -> None:
    luck = Random(seed)
    every = [telling for number in range(150) for telling in history_of(number, luck)]
    for as_of in (JUNE, JULY, AUGUST):
        land([row for day, row in every if day == as_of], as_of=as_of)
    make_build()
    listed = sql.load("citystat.service_requests", "open_on_as_known")
    for one in asked(date(2017, 6, 26), AUGUST, period="week"):
        if one.read_on is None:
            continue
        assert one.open_then == len(open_build().rows(listed, {"day": one.day}))
        causes = (one.closed_since, one.withdrawn_since, one.told_since, one.other_since)
        closed, withdrawn, later, other = (cause or 0 for cause in causes)
        assert one.open_then - closed - withdrawn + later + other == one.open_now


@pytest.mark.slow
def test_open_as_known_statement_can_be_translated() -> None:
    land_history()
    periods = periods_between("month", date(2017, 6, 1), JULY)
    scope = scope_of(queries.measure("open_backlog"), open_build(), periods, (), {"service": ("Pothole", None)})
    text, params = known_then.statement(scope, [one.end for one in periods])
    (tree,) = sqlglot.parse(text, dialect="duckdb")
    assert isinstance(tree, sqlglot.exp.Query)
    assert len(list(tree.find_all(sqlglot.exp.Placeholder))) == len(params)
