"""Excel: one sheet a table, numbers as numbers in their format, a first sheet that says what it is. Never a formula."""

import io
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _

from citystat.core.cities import current_city
from citystat.stat_sessions.reports import office, presenters
from citystat.stat_sessions.reports.document import Cell, Column, Document, Section, Table

NUMBER_FORMATS = {
    "count": "#,##0",
    "percent": "0.0%",
    "days": "#,##0.0",
    "weeks": "#,##0.0",
    "rate": "#,##0.00",
    "currency": "#,##0.00",
    "seconds": "#,##0",
}
OTHER_FORMAT = "#,##0.0##"
# Text is written as text: what begins like a formula or an address stays what it is.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
WIDTH, MOST_WIDTH = 14, 60


def workbook(document: Document) -> bytes:
    """The document as .xlsx; the same document gives the same bytes."""
    target = io.BytesIO()
    tables = [(section, table) for section in document.sections for table in section.tables]
    with translation.override(document.language), xlsxwriter.Workbook(target, OPTIONS) as book:
        book.set_properties(
            {
                "title": document.title,
                "subject": document.subtitle,
                "author": document.city,
                "company": "CityStat",
                "comments": presenters.stamp(document),
                "created": office.midnight(document.as_of),
            }
        )
        about = _("About")
        names = office.sheet_names([about, *(table.caption for _section, table in tables)])
        styles = _Styles(book)
        _about(book.add_worksheet(names[0]), document, list(zip(names[1:], tables, strict=True)), styles)
        for name, (section, table) in zip(names[1:], tables, strict=True):
            _sheet(book.add_worksheet(name), section, table, document, styles)
    return office.repeatable(target.getvalue())


class _Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom", "font_color": "#1b1d21"})
        self.heading_right = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom", "align": "right"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.soft = book.add_format({"font_color": "#565c65", "text_wrap": True, "valign": "top"})
        self.right = book.add_format({"align": "right", "valign": "top", "font_color": "#565c65"})
        self._numbers: dict[str, Any] = {}

    def number(self, unit: str) -> Any:
        """The format of numbers in a unit."""
        pattern = NUMBER_FORMATS.get(unit, OTHER_FORMAT)
        if pattern not in self._numbers:
            self._numbers[pattern] = self.book.add_format({"num_format": pattern, "valign": "top"})
        return self._numbers[pattern]


def _about(sheet: Any, document: Document, tables: list[tuple[str, tuple[Section, Table]]], styles: _Styles) -> None:
    """What the file is, of which data, the sentences of the report, and what stands on which sheet."""
    accent = current_city().accent_color
    sheet.set_tab_color(accent)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, office.clean(document.title), styles.title)
    rows = [("", document.subtitle), (_("City"), document.city), *((one.label, one.text) for one in document.meta)]
    rows += [("", _("Invented city: every request in it is made up."))] if document.demo else []
    rows += [("", note) for note in document.notes]
    rows += [
        (section.heading, " ".join([*section.lines, *section.points])) for section in document.sections if section.lines or section.points
    ]
    rows += [(name, table.foot or section.heading) for name, (section, table) in tables]
    for index, (label, text) in enumerate(rows, start=1):
        sheet.write_string(index, 0, office.clean(label), styles.text)
        sheet.write_string(index, 1, office.clean(text), styles.text)


def _sheet(sheet: Any, section: Section, table: Table, document: Document, styles: _Styles) -> None:
    sheet.write_string(0, 0, office.clean(table.caption), styles.title)
    for index, column in enumerate(table.columns):
        sheet.write_string(2, index, office.clean(column.label), styles.heading if column.unit == "text" else styles.heading_right)
        sheet.set_column(index, index, min(MOST_WIDTH, WIDTH * max(1.0, column.width)))
    for number, row in enumerate(table.rows, start=3):
        for index, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            _write(sheet, number, index, cell, column, styles)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    last = len(table.rows) + 4
    for offset, note in enumerate([table.foot, presenters.stamp(document), section.finding]):
        if note:
            sheet.write_string(last + offset, 0, office.clean(note), styles.soft)


def _write(sheet: Any, row: int, column: int, cell: Cell, of: Column, styles: _Styles) -> None:
    """A number as a number; anything else as text, with what stands below it after a semicolon."""
    if cell.number is not None:
        sheet.write_number(row, column, cell.number, styles.number(cell.unit or of.unit))
        if cell.sub:
            sheet.write_comment(row, column, office.clean(cell.sub))
        return
    shown = presenters.written(cell, of)
    text = f"{shown}; {cell.sub}" if cell.sub and shown else shown or cell.sub
    sheet.write_string(row, column, office.clean(text), styles.text if of.unit == "text" else styles.right)
