from datetime import date

import pytest

from citystat.core.errors import InputError
from citystat.warehouse import landing
from tests.service_requests.loading.conftest import as_csv, request

MEGABYTE = 1 << 20
LINE_BREAKS = "first\n\n \nlast"


def lines(count: int, broken: int = 0) -> list[str]:
    text = as_csv([request(number) for number in range(1, count + 1)], lineterminator="\n").splitlines()
    if broken:
        text[broken] = text[broken].replace(",", ',"', 1)
    return text


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_load_refuses_a_quotation_mark_that_swallows_rows(load, end):
    with pytest.raises(
        InputError, match=r"lines of export.csv would be in none of its rows: a quotation mark in or after line 5 is not closed"
    ):
        load(end.join(lines(100, broken=4)) + end)
    assert not landing.loads("requests")


def test_load_quarantines_a_quotation_mark_that_is_not_closed_in_the_last_rows(load):
    result = load("\n".join(lines(10, broken=8)) + "\n")
    assert (result["loaded"], result["quarantined"]) == (7, 1)


@pytest.mark.slow
def test_load_refuses_a_line_no_buffer_holds(load):
    with pytest.raises(InputError, match=r"A line of export.csv would be in none of its rows: one is longer than 16 MB"):
        load(as_csv([request(1), request(2, service="y" * (34 * MEGABYTE)), request(3)]))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n \n"])
def test_load_takes_line_breaks_inside_texts_and_empty_lines(load, end, last):
    text = as_csv([request(1, service=LINE_BREAKS), request(2), request(3, channel="a\nb\n")], lineterminator="\n")
    text = text.replace("\n", end).removesuffix(end) + last.replace("\n", end)
    assert load(text)["loaded"] == 3


def test_load_takes_line_breaks_beside_rows_that_cannot_be_read(load):
    text = as_csv([request(1, service=LINE_BREAKS), request(2)], lineterminator="\n") + "too,short\n"
    result = load(text)
    assert (result["loaded"], result["quarantined"]) == (2, 1)


def test_load_again_after_a_status_word_was_explained(load, stored, tmp_path):
    layout = tmp_path / "own.yaml"
    plain = "name: own\nsource: own\ncolumns: {request_id: request_id, opened: opened_at, service: service, status: status}\n"
    text = as_csv([request(1, status="Weird"), request(2, status="Closed")])
    layout.write_text(plain + "status: {closed: [closed]}\n")
    assert load(text, layout=str(layout))["flags"]["unknown_status"] == 1
    layout.write_text(plain + "status: {closed: [closed], open: [weird]}\n")
    again = load(text, layout=str(layout), as_of=date(2020, 7, 1))
    assert (again["loaded"], again["unchanged"], again["flags"]["unknown_status"]) == (1, 1, 0)
    assert stored("SELECT count(*) FROM states WHERE NOT flag_unknown_status AND request_id = 'R1'") == [(1,)]
