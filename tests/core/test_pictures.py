"""Pictures people send: drawn again, upright, small enough, without hidden data; what is no picture is refused in a sentence."""

import io
import struct
import zlib

import pytest
from PIL import Image

from citystat.core import pictures
from citystat.core.errors import InputError


def made(size: tuple[int, int] = (40, 20), *, form: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, form, **options)
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_redrawn_any_kind_is_a_jpeg(form: str) -> None:
    drawn = pictures.redrawn(made(form=form))
    assert drawn.content[:3] == b"\xff\xd8\xff"
    assert (drawn.width, drawn.height) == (40, 20)


def test_redrawn_place_of_the_camera_is_gone() -> None:
    exif = Image.Exif()
    exif[0x010E] = "4 Elm Street, apartment 2"
    with_words = made(exif=exif)
    assert b"Elm Street" in with_words
    assert b"Elm Street" not in pictures.redrawn(with_words).content


@pytest.mark.parametrize("form", ["JPEG", "GIF", "WEBP", "PNG"])
def test_redrawn_words_written_into_the_file_are_gone(form: str) -> None:
    words: dict[str, object] = {"comment": b"4 Elm Street", "xmp": b"4 Elm Street", "icc_profile": b"4 Elm Street"}
    with_words = made(form=form, **words)
    assert b"4 Elm Street" in with_words or form == "PNG"
    assert b"4 Elm Street" not in pictures.redrawn(with_words).content


def test_redrawn_lying_camera_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    drawn = pictures.redrawn(made((40, 20), exif=exif))
    assert (drawn.width, drawn.height) == (20, 40)


@pytest.mark.slow
def test_redrawn_large_is_made_smaller() -> None:
    drawn = pictures.redrawn(made((4096, 1024)))
    assert (drawn.width, drawn.height) == (2048, 512)


def bomb(side: int) -> bytes:
    """A PNG that says it is `side` pixels long and wide and holds next to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_000, 12_000, 60_000])
def test_redrawn_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    with pytest.raises(InputError, match="too many pixels"):
        pictures.redrawn(bomb(side))


@pytest.mark.parametrize("content", [b"", b"<html>", b"%PDF-1.7", made()[:200], b"BM" + bytes(60)])
def test_redrawn_no_photo_is_said(content: bytes) -> None:
    with pytest.raises(InputError, match="not a photo"):
        pictures.redrawn(content)


def test_check_size_too_large_says_the_most() -> None:
    pictures.check_size(pictures.MOST_BYTES)
    with pytest.raises(InputError, match="12 MB"):
        pictures.check_size(pictures.MOST_BYTES + 1)
