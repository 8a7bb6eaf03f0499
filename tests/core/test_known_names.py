"""Names offered where somebody types one: of every room that knows some, in order, never required."""

from django import forms

from citystat.core import known_names
from citystat.core.known_names import OfferedInput, known
from tests.factories import cases


def departments() -> dict[str, str]:
    return {"Water": "Water", "Streets": "Streets and <sidewalks>"}


def more_departments() -> dict[str, str]:
    return {"Streets": "Streets", "Area 10": "Area 10", "Area 2": "Area 2"}


def test_names_of_all_rooms_stand_together_once_in_the_order_people_read(monkeypatch):
    monkeypatch.setattr(known_names, "_paths", {})
    for name in ("departments", "more_departments", "departments"):
        known_names.register("department", f"tests.core.test_known_names.{name}")
    assert list(known("department").items()) == [
        ("Area 2", "Area 2"), ("Area 10", "Area 10"), ("Streets", "Streets and <sidewalks>"), ("Water", "Water"),
    ]  # fmt: skip
    assert known("district") == {}


def test_a_line_offers_the_names_and_takes_others(monkeypatch):
    monkeypatch.setattr(known_names, "_paths", {"department": ["tests.core.test_known_names.departments"]})

    class Typed(forms.Form):
        department = forms.CharField(widget=OfferedInput("department"))

    page = str(Typed(initial={"department": "Parks"})["department"])
    assert 'value="Parks"' in page
    assert 'list="id_department_names"' in page
    assert '<datalist id="id_department_names">' in page
    assert '<option value="Streets">Streets and &lt;sidewalks&gt;</option>' in page
    assert Typed({"department": "Parks"}).is_valid()


def test_a_line_without_names_is_a_plain_line(monkeypatch):
    monkeypatch.setattr(known_names, "_paths", {})
    assert "list=" not in OfferedInput("department").render("department", "", {"id": "x"})


def test_the_rooms_name_departments_services_and_districts(db, city_home):
    cases.make_districts()
    cases.make_service("Pothole", department="Streets")
    cases.make_service("Missed trash", "TRA", department="Waste")
    assert list(known(known_names.DEPARTMENT)) == ["Streets", "Waste"]
    assert list(known(known_names.SERVICE)) == ["Missed trash", "Pothole"]
    assert list(known(known_names.DISTRICT)) == ["1", "2"]
