"""HTML and PDF."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from citystat.stat_sessions import content, setting
from tests.stat_sessions import sample


class Page(HTMLParser):
    """Headings, table headers and addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.headers: list[dict[str, str | None]] = []
        self.addresses: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "th":
            self.headers.append(found)
        if tag == "svg":
            self.pictures.append(found)
        self.addresses += [value for name, value in attrs if name in {"src", "href", "action", "xlink:href", "data"} and value]


@pytest.fixture(scope="module")
def html() -> str:
    return setting.html_file(sample.packet())


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return setting.pdf_file(sample.packet())


def test_html_file_asks_for_nothing_from_outside(html: str) -> None:
    styles = re.findall(r"url\(([^)]*)\)", html)

    assert all(address.startswith("#") for address in Page(html).addresses)
    assert all(style.startswith(('"data:', "#")) for style in styles)
    assert "<script" not in html
    assert "@import" not in html


def test_html_file_headings_skip_no_level(html: str) -> None:
    levels = Page(html).headings

    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_html_file_every_table_header_has_a_scope(html: str) -> None:
    headers = Page(html).headers

    assert headers
    assert {header.get("scope") for header in headers} == {"col", "row"}


def test_html_file_every_picture_is_named_or_hidden(html: str) -> None:
    assert all(picture.get("aria-label") or picture.get("aria-hidden") == "true" for picture in Page(html).pictures)


def test_html_file_escapes_what_the_data_say() -> None:
    bad = "<script>alert(1)</script>"
    text = setting.html_file(sample.packet(title=bad, city=bad))

    assert "<script" not in text


def test_html_file_same_content_same_bytes(html: str) -> None:
    assert setting.html_file(sample.packet()) == html


def test_pdf_file_same_content_same_bytes(pdf: bytes) -> None:
    assert setting.pdf_file(sample.packet()) == pdf


@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="pdfinfo is not installed")
def test_pdf_file_is_tagged(pdf: bytes, tmp_path: Path) -> None:
    path = tmp_path / "packet.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout

    assert re.search(r"Tagged:\s+yes", said)
    assert b"pdfuaid" in pdf


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
def test_pdf_and_html_say_the_same(pdf: bytes, html: str, tmp_path: Path) -> None:
    path = tmp_path / "packet.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout

    for said in ("June 2017", "More pothole requests are open each month since March", "Page 1 of", "Oak Park"):
        assert said in text
    for said in ("More pothole requests are open each month since March", "Oak Park"):
        assert said in html


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
@pytest.mark.parametrize("n_districts", [1, 6])
def test_pdf_file_numbers_its_pages_in_order(tmp_path: Path, n_districts: int) -> None:
    path = tmp_path / "packet.pdf"
    path.write_bytes(setting.pdf_file(sample.packet(n_districts=n_districts)))
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout

    numbers = [(int(page), int(of)) for page, of in re.findall(r"Page (\d+) of (\d+)", text)]

    assert numbers == [(page, len(numbers)) for page in range(1, len(numbers) + 1)]


def test_district_pages_of_a_city_with_many_stand_behind_the_notes() -> None:
    text = setting.html_file(sample.packet(n_districts=13))

    assert text.index('id="notes"') < text.index('id="district-pages"')


def test_pdf_file_with_nothing_known() -> None:
    empty = sample.packet(
        headlines=(), channels=(), topics=(), oldest=(), districts=None, repeats=(), repeat_facts=(), loads=(), flags=(), departments=None
    )

    assert setting.pdf_file(content.from_dict(content.as_dict(empty))).startswith(b"%PDF")
