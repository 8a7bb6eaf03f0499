"""`citystat packet`."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from citystat.core.errors import InputError, NotFound
from citystat.stat_sessions.models import Packet

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("packet", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())  # type: ignore[no-any-return]


@pytest.mark.slow
def test_packet_writes_three_files(small_city: Any, tmp_path: Path) -> None:
    result = run("--month", "2017-06", "--out", str(tmp_path / "out"))

    assert {path.name for path in (tmp_path / "out").iterdir()} == {"packet.html", "packet.pdf", "packet.json"}
    assert result["complete"]
    assert json.loads((tmp_path / "out" / "packet.json").read_bytes())["checksum"] == result["checksum"]
    assert not Packet.objects.exists()


@pytest.mark.slow
def test_packet_release_is_kept(small_city: Any, tmp_path: Path) -> None:
    result = run("--month", "2017-06", "--out", str(tmp_path), "--district", "2", "--language", "es", "--release")

    row = Packet.objects.get()
    assert (row.scope_kind, row.scope_code, row.language, row.edition) == ("district", "2", "es", 1)
    assert result["released_edition"] == 1


def test_packet_refuses_a_month_without_data(small_city: Any, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="they run from July 2014 to December 2017"):
        run("--month", "2020-01", "--out", str(tmp_path))
    assert not list(tmp_path.glob("packet.*"))


def test_packet_refuses_a_reason_without_release(small_city: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--release"):
        run("--month", "2017-06", "--out", str(tmp_path), "--reason", "because")
