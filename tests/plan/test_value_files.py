"""Values people give come from a file: each row is kept, as before, or refused with its line, and nothing is half kept."""

import io
import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from citystat.core import clock
from citystat.core.errors import InputError
from citystat.core.models import AuditEvent
from citystat.plan.models import RecordedValue, Target
from citystat.plan.registered import value_actions, value_files
from citystat.plan.registered.value_files import Loaded
from tests.factories import registered as factory

pytestmark = pytest.mark.django_db
PAGE = "/values/file/"


@pytest.fixture(autouse=True)
def register() -> Any:
    with clock.at(datetime(2018, 1, 10, 12, tzinfo=ZoneInfo("UTC"))):
        factory.validated()
        factory.validated("trees_planted", format="count", label={"en": "Trees planted", "es": "Árboles"})
        yield


def load(text: str, **options: Any) -> Loaded:
    options = {"by": factory.analyst(), "measure": "street_lights"} | options
    return value_files.load(name="v.csv", content=text.encode(), **options)


def standing() -> list[tuple[str, str, float | None]]:
    rows = RecordedValue.objects.filter(superseded_at__isnull=True).order_by("measure__name", "period_start", "group_value")
    return [(row.measure.name, f"{row.period_start:%Y-%m}", row.value) for row in rows]


def test_load_keeps_values_parts_groups_and_notes_as_from_a_file() -> None:
    text = "measure,period,value,numerator,denominator,group_value,note\n"
    text += "street_lights,2017-01,61%,,,,\nstreet_lights,2017-02,,900,1000,,\nstreet_lights,2017-02,,90,100,3,\n"
    text += 'trees_planted,2017-01,"1,200",,,,\n'
    text += "street_lights,2017-03,,,,,Round was called off\n"
    found = load(text, measure="")
    assert (found.rows, found.accepted, found.unchanged, found.refused, found.is_kept) == (5, 5, 0, [], True)
    assert [value for _name, _month, value in standing()] == [0.61, 0.9, 0.9, None, 1200]
    assert set(RecordedValue.objects.values_list("channel", flat=True)) == {"file"}
    assert RecordedValue.objects.get(group_value="3").group_key == "council_district"


def test_load_again_changes_nothing() -> None:
    text = "period,value\n2017-01,61%\n2017-02,62\n"
    load(text)
    again = load(text)
    assert (again.accepted, again.unchanged, again.is_kept) == (0, 2, False)
    assert RecordedValue.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2017-01,0.61", r"Did you mean 61% or 0\.61%\? Write it with the percent sign"),
        ("2017-13,61%", "2017-13"),
        ("Jan-17,61%", "Jan-17"),
        ("2017-Q1,61%", "is given by the month"),
        ("2018-01,61%", "2018-01 is not over yet"),
        (",61%", "The row has no period"),
        ("2017-01,", "Give the value, or say in the note why there is none"),
        ("2017-01,sixty", "“sixty” is not a number"),
        ("2017-01,nan", "“nan” is not a number"),
        ("2017-01,-4%", "A percentage cannot be less than 0"),
        ("2017-01,61%,7", "It has 3 cells"),
        ("2017-01," + "9" * 400, "is larger than any number a city counts"),
    ],
)
def test_load_refuses_a_row_with_its_line_and_reason_and_keeps_nothing(row: str, said: str) -> None:
    found = load(f"period,value\n2017-02,60%\n{row}\n")
    (refused,) = found.refused
    assert refused.line == 3
    assert re.search(said, refused.reason), refused.reason
    assert not found.is_kept
    assert standing() == []


def test_load_of_unknown_computed_and_other_peoples_measures_is_refused_by_name() -> None:
    found = load(
        "measure,period,value\nnothing,2017-01,1\n,2017-01,1\ntrees_planted,2017-01,3\n", measure="", by=factory.person("x@city.example")
    )
    assert [one.reason.partition(":")[0] for one in found.refused] == [
        "There is no measure “nothing” whose values people give",
        "The row names no measure.",
        "Values of this measure are given by its owner",
    ]


def test_load_does_not_replace_a_value_that_stands() -> None:
    load("period,value\n2017-01,61%\n")
    found = load("period,value\n2017-01,62%\n2017-02,63%\n", keep_good=True)
    assert "2017-01 has a value already. If it was wrong, correct it" in found.refused[0].reason
    assert standing() == [("street_lights", "2017-01", 0.61), ("street_lights", "2017-02", 0.63)]


def test_load_names_a_row_that_stands_in_the_file_twice() -> None:
    found = load("period,value\n2017-01,61%\n2017-01,62%\n")
    assert [(one.line, one.reason) for one in found.refused] == [(3, "The same measure, period and group stand in line 2 already.")]


def test_load_with_keep_good_keeps_the_others_and_gives_the_refused_back_as_a_file() -> None:
    found = load('period,value,note\n2017-01,61%,"a, b"\n2017-02,0.5,half\n', keep_good=True)
    assert found.is_kept
    assert value_files.refused_text(found) == "period,value,note\n2017-02,0.5,half\n"
    assert standing() == [("street_lights", "2017-01", 0.61)]
    assert AuditEvent.objects.filter(action="plan.load_values").count() == 1


def test_load_asks_about_commas_where_semicolons_part_the_cells() -> None:
    found = load("measure;period;value\ntrees_planted;2017-01;1,200\ntrees_planted;2017-02;1200\n", measure="", keep_good=True)
    assert "could part decimals or thousands" in found.refused[0].reason
    assert standing() == [("trees_planted", "2017-02", 1200)]


def test_command_says_what_became_of_each_row(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_bytes("period;value;note\n2017-01;61%;Año\n2017-02;0.5;\n".encode("cp1252"))
    out = io.StringIO()
    call_command("measure", "load", str(tmp_path / "v.csv"), "--measure", "street_lights", stdout=out)
    said = out.getvalue()
    assert "2 rows: 1 good, none of them kept, 0 as before, 1 refused." in said
    assert "line 3, street_lights 2017-02: Did you mean" in said
    json_out = io.StringIO()
    call_command("measure", "load", str(tmp_path / "v.csv"), "--measure", "street_lights", "--keep-good", "--json", stdout=json_out)
    assert json.loads(json_out.getvalue())["is_kept"] is True
    assert standing() == [("street_lights", "2017-01", 0.61)]


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_page_keeps_what_was_given_until_every_row_is_right() -> None:
    client = signed_in(factory.owner())
    file = SimpleUploadedFile("v.csv", b"\xef\xbb\xbfperiod;value\n2017-01;61%\n2017-02;0.5\n", content_type="text/csv")
    answer = client.post(PAGE, {"measure": "street_lights", "file": file})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Did you mean 50% or 0.5%?" in page
    assert "2017-01;61%" in page, "the rows are in the form to be put right"
    assert "Keep the good row alone" in page
    assert standing() == []
    answer = client.post(PAGE, {"measure": "street_lights", "text": "period;value\n2017-01;61%\n2017-02;50%\n"})
    assert answer.status_code == 302
    assert [value for _name, _month, value in standing()] == [0.61, 0.5]


def test_page_keeps_the_good_rows_alone_when_asked_and_shows_the_others() -> None:
    answer = signed_in(factory.owner()).post(
        PAGE, {"measure": "street_lights", "text": "period,value\n2017-01,61%\n2017-02,0.5\n", "keep_good": "1"}
    )
    page = answer.content.decode()
    assert "1 value is kept. 1 row is refused." in page
    assert ">\nperiod,value\n2017-02,0.5\n</textarea>" in page
    assert standing() == [("street_lights", "2017-01", 0.61)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": ""}, "Choose a file, or paste its rows."),
        ({"measure": "street_lights", "text": "period,value\n"}, "There is no row below the first line."),
        ({"text": "value\n3\n"}, "has no column measure"),
        ({"file": SimpleUploadedFile("v.xlsx", b"PK\x03\x04")}, "is a workbook"),
    ],
)
def test_page_with_nothing_to_read_says_so(given: dict[str, Any], said: str) -> None:
    answer = signed_in(factory.owner()).post(PAGE, given)
    assert answer.status_code == 400
    assert said in answer.content.decode()


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_target_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(InputError, match="A target is a number"):
        value_actions.set_target(by=None, name="trees_planted", value=value, start=date(2017, 1, 1), rationale="x")
    assert not Target.objects.exists()
