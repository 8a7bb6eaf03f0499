"""CSV files as offices save them are read the same; what is none is one sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from citystat.core.errors import InputError
from citystat.plan import csv_files
from citystat.plan.csv_files import File

COLUMNS = ("period", "value", "note")
ROWS = 'period,value,note\n2017-01,61%,"Año, dos"\n2017-02,,closed\n'


def read(content: bytes, most: int = 100) -> File:
    return csv_files.read("v.csv", content, columns=COLUMNS, needed=("period",), most_rows=most)


@pytest.mark.parametrize(
    "content",
    [
        ROWS.encode(),
        b"\xef\xbb\xbf" + ROWS.encode(),
        ROWS.encode("utf-16"),
        ROWS.encode("cp1252"),
        ROWS.replace("\n", "\r\n").encode(),
        ROWS.replace("\n", "\r").encode(),
        ROWS.replace(",", ";").replace("Año;", "Año,").encode(),
        ("sep=;\r\n" + ROWS.replace(",", ";").replace("Año;", "Año,")).encode(),
        ROWS.replace(",", "\t").replace("Año\t", "Año,").encode("utf-16"),
        ROWS.replace("period,value", " Period ,VALUE").encode(),
    ],
    ids=["plain", "mark", "utf16", "windows", "crlf", "cr", "semicolons", "sep", "tabs", "spelling"],
)
def test_read_gives_the_same_rows_however_the_file_was_saved(content: bytes) -> None:
    found = read(content)
    assert [line.cells for line in found.lines] == [
        {"period": "2017-01", "value": "61%", "note": "Año, dos"},
        {"period": "2017-02", "value": "", "note": "closed"},
    ]


def test_read_numbers_lines_as_an_editor_does() -> None:
    found = read(b'period,note\n2017-01,"two\nlines"\n\n2017-02,x\n')
    assert [line.number for line in found.lines] == [2, 5]


def test_read_tells_columns_nobody_asked_for() -> None:
    assert read(b"period,colour\n2017-01,red\n").ignored == ("colour",)


def test_read_marks_a_row_with_more_cells_than_columns() -> None:
    found = read(b"period,value\n2017-01,1,200\n2017-02,3\n")
    assert "It has 3 cells" in found.lines[0].problem
    assert found.lines[1].problem == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04rest", "is a workbook: save its sheet as CSV"),
        (b"period\n\x00\x01\n", "is not a text file"),
        (b"", "has no column period"),
        (b"value\n3\n", "has no column period"),
        (b"period,value,value\n2017-01,1,2\n", "the column value twice"),
        (b'period,note\n2017-01,"open\n', "line 2: this is not CSV"),
        (b'period,note\n2017-01,"a"b\n', "line 2: this is not CSV"),
        (b"period\n" + b"2017-01\n" * 101, "more than 100 rows"),
    ],
)
def test_read_of_what_is_no_such_file_is_one_sentence(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(content)


@pytest.mark.slow
@given(some.binary(max_size=400))
def test_read_of_any_bytes_gives_rows_or_a_sentence(content: bytes) -> None:
    try:
        lines = read(b"period,value\n" + content, most=1_000).lines
    except InputError:
        return
    assert all(set(line.cells) <= set(COLUMNS) for line in lines)
