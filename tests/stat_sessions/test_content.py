"""Content as data."""

import json

import pytest

from citystat.stat_sessions import content
from tests.stat_sessions import sample


def test_from_dict_is_the_inverse_of_as_dict() -> None:
    packet = sample.packet()

    assert content.from_dict(json.loads(content.canonical_json(packet))) == packet


def test_from_dict_refuses_another_format() -> None:
    with pytest.raises(ValueError, match="format 99"):
        content.from_dict(content.as_dict(sample.packet()) | {"format": 99})


def test_checksum_changes_with_one_figure() -> None:
    assert content.checksum(sample.packet()) == content.checksum(sample.packet())
    assert content.checksum(sample.packet()) != content.checksum(sample.packet(build=8))
