"""Charts: the same bytes for the same specification, nothing but drawing, nothing fetched."""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from citystat.core import charting
from citystat.core.errors import InputError


def spec(**changes: Any) -> dict[str, Any]:
    x, y = {"field": "a", "type": "quantitative"}, {"field": "b", "type": "quantitative"}
    rows = [{"a": 1, "b": 2}, {"a": 2, "b": 3}]
    return {
        "width": 200,
        "height": 80,
        "data": {"values": rows},
        "mark": {"type": "line", "clip": True},
        "encoding": {"x": x, "y": y},
    } | changes


@pytest.fixture(autouse=True)
def fresh_cache(city_home: Path) -> None:
    charting._memory.clear()


def test_svg_same_specification_gives_same_bytes() -> None:
    first = charting.svg(spec(), title="T")
    charting._memory.clear()
    for path in charting.charts_dir().rglob("*.svg"):
        path.unlink()
    charting.svg(spec(height=90))  # the worker's own counters have moved on
    assert charting.svg(spec(), title="T") == first


def test_svg_is_kept_on_disk_and_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = charting.svg(spec())
    charting._memory.clear()
    monkeypatch.setattr(charting._worker, "draw", lambda job: pytest.fail("drawn again"))
    assert charting.svg(spec()) == first


def test_svg_has_a_name_and_a_description() -> None:
    drawn = charting.svg(spec(), title="Faster <now>", description="Two points & a line")
    assert 'role="img"' in drawn
    assert "<title>Faster &lt;now&gt;</title><desc>Two points &amp; a line</desc>" in drawn


def test_svg_without_a_title_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in charting.svg(spec())


def test_svg_carries_no_style_no_script_no_link() -> None:
    drawn = charting.svg(spec(mark={"type": "text", "href": "https://example.org/", "text": "<script>"}), title="T")
    assert not re.search(r"<script|<a\b|<image|<foreignObject|\bstyle=|\bhref|\bon\w+=|javascript:", drawn)


def test_svg_shows_markup_in_a_text_as_text() -> None:
    assert "&lt;script&gt;" in charting.svg(spec(mark={"type": "text", "text": "<script>"}))


def test_svg_ids_are_its_own() -> None:
    ids = [re.findall(r'\bid="([^"]+)"', charting.svg(spec(height=height))) for height in (80, 90)]
    assert ids[0]
    assert ids[1]
    assert not set(ids[0]) & set(ids[1])


@pytest.mark.slow
def test_svg_refuses_data_from_elsewhere() -> None:
    with pytest.raises(InputError, match="not allowed"):
        charting.svg(spec(data={"url": "http://127.0.0.1:9/rows.json"}))


@pytest.mark.slow
def test_svg_says_when_a_specification_cannot_be_drawn() -> None:
    with pytest.raises(InputError, match="could not be drawn"):
        charting.svg({"mark": "no-such-mark"})


@pytest.mark.slow
def test_svg_after_a_failure_draws_the_next_chart() -> None:
    with pytest.raises(InputError):
        charting.svg(spec(mark={"type": "text", "href": "javascript:alert(1)", "text": "x"}))
    assert charting.svg(spec(height=93)).startswith("<svg")


def test_svg_dates_follow_the_readers_language() -> None:
    x = {"field": "on", "type": "temporal", "axis": {"format": "%B"}, "scale": {"type": "utc"}}
    dated = spec(data={"values": [{"on": "2017-01-01", "b": 1}, {"on": "2017-04-01", "b": 2}]}, usermeta={"language": "es"})
    assert "enero" in charting.svg(dated | {"encoding": {**dated["encoding"], "x": x}})


def test_png_is_a_picture_of_twice_the_size() -> None:
    once, twice = charting.png(spec(), scale=1), charting.png(spec(), scale=2)
    widths = [int.from_bytes(picture[16:20], "big") for picture in (once, twice)]
    assert once[:8] == b"\x89PNG\r\n\x1a\n"
    assert widths[1] == pytest.approx(2 * widths[0], abs=1)


@pytest.mark.slow
def test_worker_that_died_is_started_again() -> None:
    charting.warm_up()
    process = charting._worker._process
    assert process is not None
    process.kill()
    process.wait()
    assert charting.svg(spec(height=91)).startswith("<svg")


def test_unwritable_cache_still_gives_a_chart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr(charting, "charts_dir", lambda: blocked)
    assert charting.svg(spec(height=92)).startswith("<svg")


def test_prune_keeps_the_newest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(charting, "PICTURES_ON_DISK", 256 * 2)
    for age, name in enumerate(("new", "middle", "old")):
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    charting._prune(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["middle", "new"]
