"""PowerPoint: a title slide, then a slide for each finding with its chart as a picture and the numbers as a table, and notes under each."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pptx
from django.utils import translation
from django.utils.translation import gettext as _
from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.util import Emu, Inches, Pt

from citystat.core import charting
from citystat.stat_sessions import charts
from citystat.stat_sessions.content import Picture
from citystat.stat_sessions.reports import office, presenters
from citystat.stat_sessions.reports.document import Document, Section, Table
from citystat.stat_sessions.writing import written

TITLE_LAYOUT, TITLE_ONLY = 0, 5
WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
MARGIN, TOP = Inches(0.6), Inches(1.75)
ROWS_ON_A_SLIDE = 11
MOST_LETTERS_OF_A_TITLE = 150
LETTERS_OF_A_LINE, LINES_ON_A_SLIDE = 100, 14
INK, SOFT, HEAD, PAPER = (RGBColor.from_string(one) for one in ("1B1D21", "565C65", "EEF0F2", "FFFFFF"))  # type: ignore[no-untyped-call]
SCALE = 3.0


def presentation(document: Document) -> bytes:
    """The document as .pptx; the same document gives the same bytes."""
    with translation.override(document.language):
        show = pptx.Presentation()
        show.slide_width, show.slide_height = WIDTH, HEIGHT
        _properties(show, document)
        _title_slide(show, document)
        for section in document.sections:
            _section(show, section, document)
        target = io.BytesIO()
        show.save(target)
    return office.repeatable(target.getvalue())


def _properties(show: Any, document: Document) -> None:
    found, made = show.core_properties, office.midnight(document.as_of)
    found.title, found.subject, found.author = document.title, document.subtitle, document.city
    found.language, found.comments = document.language, presenters.stamp(document)
    found.created = found.modified = found.last_printed = made
    found.last_modified_by, found.revision = "CityStat", 1


def _title_slide(show: Any, document: Document) -> None:
    slide = show.slides.add_slide(show.slide_layouts[TITLE_LAYOUT])
    _place(slide.shapes.title, MARGIN, Inches(2.2), WIDTH - 2 * MARGIN, Inches(1.6))
    _fill(slide.shapes.title.text_frame, [document.title], 36, bold=True)
    lines = [document.eyebrow, document.subtitle, presenters.stamp(document)]
    lines += [_("Invented city: every request in it is made up.")] if document.demo else []
    _place(slide.placeholders[1], MARGIN, Inches(3.9), WIDTH - 2 * MARGIN, Inches(2))
    _fill(slide.placeholders[1].text_frame, lines, 18)
    slide.notes_slide.notes_text_frame.text = office.clean("\n".join(f"{one.label}: {one.text}" for one in document.meta))


def _section(show: Any, section: Section, document: Document) -> None:
    """A slide for what is said, one for each chart, and one for each dozen rows of a table."""
    finding = section.finding or section.heading
    if section.points:
        for part in spread(section.points):
            _points(_slide(show, finding, section, document), part)
    for picture in section.pictures:
        _picture(_slide(show, picture.title, section, document), picture, document)
    for table in section.tables:
        parts = list(_parts(table.rows, ROWS_ON_A_SLIDE)) or [()]
        for number, rows in enumerate(parts, start=1):
            title = finding if table is section.tables[0] else table.caption
            title += f" ({number}/{len(parts)})" if len(parts) > 1 else ""
            _table(_slide(show, title, section, document), table, rows)
    if not (section.points or section.pictures or section.tables) and section.lines:
        _points(_slide(show, finding, section, document), section.lines)


def spread(lines: Sequence[str]) -> list[list[str]]:
    """Lines by slide, as many as fit on each; a line longer than a slide has one of its own and is cut there."""
    found: list[list[str]] = []
    room = 0
    for line in lines:
        needed = -(-len(line) // LETTERS_OF_A_LINE)
        if needed > room or not found:
            found.append([])
            room = LINES_ON_A_SLIDE
        found[-1].append(_shortened(line, LETTERS_OF_A_LINE * LINES_ON_A_SLIDE))
        room -= needed
    return found


def _slide(show: Any, title: str, section: Section, document: Document) -> Any:
    """A slide with the finding as its title, the section above it and the build below; its notes hold the words of the section."""
    slide = show.slides.add_slide(show.slide_layouts[TITLE_ONLY])
    short = title if len(title) <= MOST_LETTERS_OF_A_TITLE else title[: MOST_LETTERS_OF_A_TITLE - 1].rsplit(" ", 1)[0] + "…"
    _place(slide.shapes.title, MARGIN, Inches(0.7), WIDTH - 2 * MARGIN, Inches(1.0))
    _fill(slide.shapes.title.text_frame, [short], 24 if len(short) < 90 else 19, bold=True)
    _label(slide, section.heading if section.heading != title else document.title, Inches(0.4), 12)
    _label(slide, presenters.stamp(document), HEIGHT - Inches(0.5), 10)
    notes = [section.heading, title, *section.lines, *section.points, *(table.foot for table in section.tables), presenters.stamp(document)]
    slide.notes_slide.notes_text_frame.text = office.clean("\n".join(dict.fromkeys(line for line in notes if line)))
    return slide


def _picture(slide: Any, picture: Picture, document: Document) -> None:
    """The chart at the left with its alternative text, its numbers at the right."""
    png = charting.png(charts.picture_spec(picture, document.language), SCALE)
    table = numbers(picture)
    room = Inches(7.6) if table else WIDTH - 2 * MARGIN
    shape = slide.shapes.add_picture(io.BytesIO(png), MARGIN, TOP)
    factor = min(room / shape.width, (HEIGHT - TOP - Inches(1.1)) / shape.height)
    shape.width, shape.height = Emu(int(shape.width * factor)), Emu(int(shape.height * factor))
    shape._element.nvPicPr.cNvPr.set("descr", office.clean(picture.description))
    shape.name = office.clean(picture.title)[:60]
    _label(slide, picture.subtitle, TOP + shape.height + Inches(0.05), 12)
    if table:
        _grid(
            slide, [[_("Period") if picture.kind == "trend" else "", picture.subtitle], *table], Inches(8.6), Inches(4.1), [2.0, 2.1], [1]
        )


def numbers(picture: Picture) -> list[list[str]]:
    """The last numbers of a chart as rows: its label and its value as written."""
    if picture.kind == "bars":
        return [[bar.label, written(bar.value, picture.unit)] for bar in picture.bars[:ROWS_ON_A_SLIDE]]
    points = picture.trend.points if picture.trend else ()
    return [[charts.period_label(point.period), written(point.value, picture.unit)] for point in points[-ROWS_ON_A_SLIDE:]]


def _table(slide: Any, table: Table, rows: Sequence[Any]) -> None:
    cells = [
        [
            " ".join(part for part in (presenters.written(cell, column), cell.sub) if part)
            for cell, column in zip(row, table.columns, strict=True)
        ]
        for row in rows
    ]
    head = [column.label for column in table.columns]
    right = [index for index, column in enumerate(table.columns) if column.unit != "text"]
    _grid(slide, [head, *cells], MARGIN, WIDTH - 2 * MARGIN, [column.width for column in table.columns], right)


def _grid(slide: Any, rows: list[list[str]], left: Any, width: Any, shares: list[float], right: list[int]) -> None:
    shape = slide.shapes.add_table(len(rows), len(rows[0]), left, TOP, Emu(int(width)), Inches(0.36 * len(rows)))
    grid, whole = shape.table, sum(shares)
    size = 11 if len(rows[0]) <= 6 else 9
    for index, share in enumerate(shares):
        grid.columns[index].width = Emu(int(width * share / whole))
    for number, row in enumerate(rows):
        for index, text in enumerate(row):
            cell = grid.cell(number, index)
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            _fill(cell.text_frame, [_shortened(text)], size, bold=number == 0, right=index in right)
            cell.fill.solid()
            cell.fill.fore_color.rgb = HEAD if number == 0 else PAPER


def _shortened(text: str, most: int = 220) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def _points(slide: Any, lines: Sequence[str]) -> None:
    box = slide.shapes.add_textbox(MARGIN, TOP, WIDTH - 2 * MARGIN, HEIGHT - TOP - Inches(0.8))
    box.text_frame.word_wrap = True
    _fill(box.text_frame, [f"• {line}" for line in lines], 16)


def _label(slide: Any, text: str, top: Any, size: int) -> None:
    box = slide.shapes.add_textbox(MARGIN, top, WIDTH - 2 * MARGIN, Inches(0.35))
    _fill(box.text_frame, [text], size, color=SOFT)


def _place(shape: Any, left: Any, top: Any, width: Any, height: Any) -> None:
    shape.left, shape.top, shape.width, shape.height = (Emu(int(one)) for one in (left, top, width, height))


def _fill(frame: Any, lines: Sequence[str], size: int, *, bold: bool = False, right: bool = False, color: Any = INK) -> None:
    """Text as plain paragraphs, never interpreted."""
    frame.word_wrap = True
    for index, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = office.clean(line)
        run.font.size, run.font.bold, run.font.color.rgb, run.font.name = Pt(size), bold, color, "Public Sans"


def _parts(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Even parts: no slide holds the one row that was left over."""
    parts = -(-len(rows) // size)
    even = -(-len(rows) // parts) if parts else size
    for start in range(0, len(rows), even):
        yield rows[start : start + even]
