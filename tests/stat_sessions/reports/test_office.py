"""Excel and PowerPoint: numbers as numbers, words never as formulas, alternative texts, notes, bytes that repeat."""

import io
import zipfile
from dataclasses import replace

import pptx
import pytest

from citystat.stat_sessions.content import Picture, Topic, Trend, TrendPoint
from citystat.stat_sessions.reports import packet_documents, presenters, sheets, slides
from citystat.stat_sessions.reports.document import FORMAT, Cell, Column, Document, Section, Table, number, words

pytestmark = pytest.mark.usefixtures("city_home")
TREND = Trend("percent", tuple(TrendPoint(f"2017-0{month}", 0.7 + month / 100) for month in range(1, 7)))
PICTURE = Picture("trend", "Potholes close faster", "Closed on time", "Line chart of the share on time, rising.", "percent", TREND)
TABLE = Table(
    "Services",
    (Column("Service"), Column("Opened", "count"), Column("On time", "percent")),
    (
        (words("=HYPERLINK(0)"), number(1204), number(0.825)),
        (words("+1 street\x07"), number(None), Cell(state="too_few")),
    ),
    "A note.",
)
DOCUMENT = Document(
    FORMAT, "quarter", "2017-Q2", "", "Rivertown", False, "en", "public", "Scorecard", "Scorecard of Rivertown", "In short", 7,
    "2017-07-01", (), (Section("s", "Services", "Potholes close faster", tables=(TABLE,), pictures=(PICTURE,)),),
)  # fmt: skip


def part(data: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def test_workbook_holds_numbers_as_numbers_and_no_formula() -> None:
    made = sheets.workbook(DOCUMENT)
    sheet = part(made, "xl/worksheets/sheet2.xml")

    assert "<v>1204</v>" in sheet
    assert "<v>0.825</v>" in sheet
    assert "<f>" not in sheet
    assert "=HYPERLINK(0)" in part(made, "xl/sharedStrings.xml")


def test_workbook_says_build_and_day_on_every_sheet() -> None:
    strings = part(sheets.workbook(DOCUMENT), "xl/sharedStrings.xml")

    assert "Data as of July 1, 2017, build 7" in strings
    assert "too few" in strings


def test_workbook_formats_shares_as_percent() -> None:
    assert "0.0%" in part(sheets.workbook(DOCUMENT), "xl/styles.xml")


@pytest.mark.slow
def test_presentation_has_the_finding_as_title_the_picture_with_its_text_and_the_numbers() -> None:
    show = pptx.Presentation(io.BytesIO(slides.presentation(DOCUMENT)))
    chart, table = list(show.slides)[1:]

    assert show.slides[0].shapes.title.text == "Scorecard of Rivertown"
    assert chart.shapes.title.text == "Potholes close faster"
    picture = next(shape for shape in chart.shapes if shape.shape_type == 13)
    assert picture._element.nvPicPr.cNvPr.get("descr") == PICTURE.description
    rows = next(shape for shape in table.shapes if shape.has_table).table.rows
    assert [cell.text for cell in rows[1].cells] == ["=HYPERLINK(0)", "1,204", "82%"]
    assert "build 7" in chart.notes_slide.notes_text_frame.text


@pytest.mark.slow
def test_presentation_splits_long_tables() -> None:
    long = replace(TABLE, rows=TABLE.rows * 12)
    show = pptx.Presentation(io.BytesIO(slides.presentation(replace(DOCUMENT, sections=(Section("s", "Services", tables=(long,)),)))))

    assert [slide.shapes.title.text for slide in show.slides][1:] == ["Services (1/3)", "Services (2/3)", "Services (3/3)"]


def test_spread_keeps_every_line_and_fills_no_slide_over() -> None:
    lines = ["x" * 450, "short", "y" * 900, "z" * 300]

    assert slides.spread(lines) == [["x" * 450, "short"], ["y" * 900, "z" * 300]]
    assert [len(one[0]) for one in slides.spread(["word " * 600])] == [1395]


@pytest.mark.slow
def test_files_of_the_same_document_have_the_same_bytes() -> None:
    assert sheets.workbook(DOCUMENT) == sheets.workbook(DOCUMENT)
    assert slides.presentation(DOCUMENT) == slides.presentation(DOCUMENT)


@pytest.mark.slow
def test_long_table_is_spread_evenly_over_slides() -> None:
    """Twelve rows make two slides of six, not one of eleven and one of a single row."""
    rows = tuple((words(f"Row {one}"), number(one), number(0.5)) for one in range(12))
    section = Section("s", "Services", tables=(replace(TABLE, rows=rows),))
    show = pptx.Presentation(io.BytesIO(slides.presentation(replace(DOCUMENT, sections=(section,)))))
    tables = [shape.table for slide in show.slides for shape in slide.shapes if shape.has_table]
    assert [len(table.rows) - 1 for table in tables] == [6, 6]


@pytest.mark.parametrize(("why", "said"), [("", "Added by the analyst"), ("It was missed.", "Added by the analyst: It was missed.")])
def test_topic_whose_rule_says_no_more_ends_without_a_colon(why: str, said: str) -> None:
    topic = Topic("analyst", "Added by the analyst", why, "city", "", "Trees near the schools", (), (), ())

    assert packet_documents._topic(topic, 2).lines == (said,)


@pytest.mark.parametrize(("width", "stacks"), [(2.6, True), (1.2, False)])
def test_table_with_a_column_of_sentences_stands_as_blocks_on_a_phone(width: float, stacks: bool) -> None:
    columns = (Column("Measure"), Column("Before"), Column("Now"), Column("What it says", width=width))
    table = Table("What changed", columns, ())

    assert presenters._table(table)["stacks"] is stacks


def test_presentation_of_a_quarterly_measure_names_its_quarters() -> None:
    trend = Trend("percent", tuple(TrendPoint(f"2017-Q{quarter}", 0.7 + quarter / 100) for quarter in range(1, 5)))
    section = replace(DOCUMENT.sections[0], pictures=(replace(PICTURE, trend=trend),))
    show = pptx.Presentation(io.BytesIO(slides.presentation(replace(DOCUMENT, sections=(section,)))))
    cells = [
        cell.text for slide in show.slides for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells
    ]

    assert "Q4 2017" in cells
