"""Releases: frozen content, editions, what changed since."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from citystat.core.errors import InputError, NotAllowed
from citystat.core.models import AuditEvent
from citystat.people.models import RoleGrant, User
from citystat.stat_sessions import actions, changes, content, queries
from citystat.stat_sessions.models import Packet
from citystat.warehouse import build as builds
from tests.factories import requests as factory
from tests.stat_sessions import sample
from tests.stat_sessions.conftest import abandoned, june, make_build, three_years

pytestmark = pytest.mark.django_db


def later_build() -> None:
    """Ten requests of June that came in with a later export."""
    more = [factory.request(request_id=f"LATE{n}", opened_on=date(2017, 6, 9), place_council_district="1") for n in range(10)]
    make_build(three_years() + abandoned() + more)


def person(role: str | None) -> User:
    user = User.objects.create_user(email=f"{role}@city.example", password="a long enough password")
    if role:
        RoleGrant.objects.create(user=user, role=role)
    return user


@pytest.mark.slow
def test_release_freezes_content_and_pins_its_build(small_city: Any) -> None:
    packet = june()
    row = actions.release(packet=packet, by=None)

    assert (row.edition, row.build, row.checksum) == (1, 1, content.checksum(packet))
    assert queries.content_of(row) == packet
    assert 1 in builds.pinned()
    assert AuditEvent.objects.filter(action="stat_sessions.release").count() == 1
    assert {path.name for path in actions.folder_of(row).iterdir()} == set(actions.FILES)


@pytest.mark.slow
def test_release_of_the_same_content_is_the_same_edition(small_city: Any) -> None:
    first = actions.release(packet=june(), by=None)
    second = actions.release(packet=queries.packet_content("2017-06"), by=None)

    assert first.pk == second.pk
    assert Packet.objects.count() == 1


@pytest.mark.slow
@pytest.mark.feature("F107")
def test_released_month_never_changes_silently(small_city: Any) -> None:
    first = actions.release(packet=june(), by=None)
    frozen = (actions.folder_of(first) / "packet.json").read_bytes()
    later_build()
    again = queries.packet_content("2017-06")

    with pytest.raises(InputError, match="give a reason"):
        actions.release(packet=again, by=None)
    first.refresh_from_db()
    assert first.checksum == content.checksum(queries.content_of(first))
    assert (actions.folder_of(first) / "packet.json").read_bytes() == frozen
    changed = {(one.subject, one.figure): (one.was, one.now) for one in changes.changes(queries.content_of(first), again)}
    assert changed["Rivertown", "Requests opened"] == ("24", "34")


@pytest.mark.slow
def test_release_again_with_a_reason_is_the_next_edition(small_city: Any) -> None:
    first = actions.release(packet=june(), by=None)
    later_build()
    second = actions.release(packet=queries.packet_content("2017-06"), by=None, reason="Ten requests came in late.")

    assert (second.edition, second.reason) == (2, "Ten requests came in late.")
    assert queries.content_of(first).headlines != queries.content_of(second).headlines
    assert [one.pk for one in queries.editions(first)] == [second.pk, first.pk]


@pytest.mark.slow
def test_changes_since_names_places_and_both_values(small_city: Any) -> None:
    row = actions.release(packet=june(), by=None)
    later_build()
    found = queries.changes_since(row)

    assert changes.Change("Districts", "District 1", "Opened", "16", "26") in found
    assert all(one.was != one.now for one in found)


def test_changes_none_for_the_same_packet() -> None:
    assert changes.changes(sample.packet(), sample.packet()) == ()


def test_changes_none_where_only_a_heading_was_put_into_other_words() -> None:
    before = sample.packet()
    columns = tuple(replace(one, label=f"{one.label}, said otherwise") for one in before.services.columns)
    headlines = tuple(replace(one, label=f"{one.label}, said otherwise") for one in before.headlines)
    after = replace(before, services=replace(before.services, columns=columns), headlines=headlines)

    assert changes.changes(before, after) == ()


@pytest.mark.slow
@pytest.mark.parametrize(("role", "may"), [("analyst", True), ("data_officer", True), ("executive", False), (None, False)])
def test_release_needs_the_right(small_city: Any, role: str | None, may: bool) -> None:
    packet, user = june(), person(role)
    if may:
        assert actions.release(packet=packet, by=user).released_by == user
    else:
        with pytest.raises(NotAllowed):
            actions.release(packet=packet, by=user)
        assert not Packet.objects.exists()


def test_release_refuses_an_incomplete_month() -> None:
    with pytest.raises(InputError, match="June 2017 is not complete"):
        actions.release(packet=sample.packet(is_complete=False), by=None)


@pytest.mark.slow
def test_content_of_refuses_content_that_was_tampered_with(small_city: Any) -> None:
    row = actions.release(packet=june(), by=None)
    row.content["title"] = "Everything is fine"
    row.save()

    with pytest.raises(InputError, match="does not match its checksum"):
        queries.content_of(row)


@pytest.mark.slow
def test_write_files_lists_what_changed(small_city: Any, tmp_path: Path) -> None:
    before = june()
    later_build()
    after = queries.packet_content("2017-06")
    paths = actions.write_files(after, tmp_path / "out", changes.changes(before, after))

    assert "What changed since the released edition" in paths["packet.html"].read_text(encoding="utf-8")
    assert json.loads(paths["packet.json"].read_bytes())["checksum"] == content.checksum(after)
