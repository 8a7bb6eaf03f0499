"""What is frozen has one checksum on either database."""

import json
from dataclasses import dataclass, replace

import pytest

from citystat.stat_sessions import content
from citystat.stat_sessions.models import Packet
from citystat.stat_sessions.plain_values import plain
from tests.stat_sessions import sample


@dataclass(frozen=True)
class Figure:
    number: float | None
    others: tuple[float, ...] = ()


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (-0.0, "0.0"),
        (1e16, "10000000000000000"),
        (-2e22, "-20000000000000000000000"),
        (1.0, "1.0"),
        (-0.5, "-0.5"),
        (1e-7, "1e-07"),
        (None, "null"),
    ],
)
def test_plain_writes_numbers_as_they_come_back(number: float | None, written: str) -> None:
    assert json.dumps(plain(Figure(number))["number"]) == written


def test_plain_looks_into_lists() -> None:
    assert json.dumps(plain(Figure(1.0, (2.0, -0.0)))["others"]) == "[2.0, 0.0]"


@pytest.mark.django_db
def test_packet_with_a_zero_below_zero_keeps_its_checksum_when_stored() -> None:
    made = sample.packet()
    first = made.headlines[0]
    figure = replace(first.figure, now=replace(first.figure.now, value=-0.0, upper=3e17))
    made = replace(made, headlines=(replace(first, figure=figure), *made.headlines[1:]))
    keys = {
        "month": "2017-06",
        "scope_kind": "city",
        "language": "en",
        "audience": "public",
        "edition": 1,
        "build": 1,
        "as_of": "2017-07-31",
    }
    row = Packet.objects.create(**keys, checksum=content.checksum(made), content=content.as_dict(made))
    row.refresh_from_db()
    assert content.checksum(content.from_dict(row.content)) == row.checksum
