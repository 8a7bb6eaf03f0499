"""Whatever stands in countdowns, processes, programs, advice and weak points leaves a city and comes into another without loss."""

import json
import shutil
import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from citystat.people.models import User
from citystat.plan.exchange import reading, writing
from citystat.plan.models import CountdownItem
from citystat.stat_sessions import exchange
from tests.stat_sessions.exchange import program, work

pytestmark = pytest.mark.django_db
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "performance-data"
LETTERS = some.characters(codec="utf-8", exclude_characters="\x00")
NAMED = {"measure": ["", "street_lights", "nobody_defined_it"], "outcome": ["", "street_lights"]}
DAYS = some.dates(date(1990, 1, 1), date(2060, 1, 1))
# Pairs whose order the format checks.
ORDERED = [("starts_on", "ends_on"), ("found_on", "due_on"), ("trained_on", "until"), ("looked_from", "looked_to"), ("since", "until"),
           ("given_on", "responded_on")]  # fmt: skip
WORDS = some.lists(some.text(LETTERS, max_size=8), max_size=3)
STRUCTURES = {
    "steps": some.lists(some.fixed_dictionaries({"name": some.text(LETTERS, min_size=1), "who": some.text(LETTERS)}), max_size=3),
    "where": some.dictionaries(some.text(LETTERS, max_size=5), WORDS, max_size=2),
    "chosen": some.dictionaries(some.text(LETTERS, max_size=5), WORDS | some.integers() | some.none(), max_size=2),
    "people": some.lists(some.fixed_dictionaries({"name": some.text(LETTERS, max_size=9), "agreed": some.booleans()}), max_size=3),
    "indicators": some.lists(some.fixed_dictionaries({"measure": some.text(LETTERS, max_size=9), "worst": some.none()}), max_size=2),
}  # fmt: skip


def plain(field: Any) -> some.SearchStrategy[Any]:
    """Any value a column of the database can hold."""
    if field.name in NAMED:
        return some.sampled_from([one for one in NAMED[field.name] if one or field.blank])
    if field.choices:
        return some.sampled_from([key for key, _label in field.choices])
    if isinstance(field, models.JSONField):
        return STRUCTURES.get(field.name, WORDS)
    kinds: list[tuple[Any, some.SearchStrategy[Any]]] = [
        (models.BooleanField, some.booleans()),
        (models.DateTimeField, some.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=some.just(UTC))),
        (models.DateField, DAYS),
        (models.IntegerField, some.integers(1, 30_000)),
        (models.DecimalField, some.decimals(Decimal(-9_999_999_999), Decimal(9_999_999_999), places=2)),
        (models.FloatField, some.floats(-90, 90)),
    ]
    made = next((strategy for kind, strategy in kinds if isinstance(field, kind)), None)
    if made is None:
        made = some.text(LETTERS, min_size=0 if field.blank else 1, max_size=min(field.max_length or 20, 20))
    return some.none() | made if field.null else made


def value(data: Any, field: Any, number: int) -> Any:
    """A value of a field; a row of another table, an account, or nothing."""
    if isinstance(field, models.ForeignKey):
        rows = list(field.remote_field.model._default_manager.order_by("pk"))
        return data.draw(some.sampled_from([*rows, None] if field.null else rows))
    if (isinstance(field, models.SlugField) and field.unique) or field.name in ("code", "key", "name", "year"):
        text = (
            f"{number}"
            if isinstance(field, models.SlugField | models.IntegerField)
            else data.draw(some.text(LETTERS, max_size=9)) + f"{number}"
        )
        return int(text) if isinstance(field, models.IntegerField) else text
    return data.draw(plain(field))


def row(data: Any, model: Any, number: int) -> None:
    """One row with every column filled at will, as the actions would let it be."""
    fields = [one for one in model._meta.concrete_fields if not one.primary_key and one.name != "revision"]
    given = {one.name: value(data, one, number) for one in fields}
    for first, last in ORDERED:
        if given.get(first) is not None and given.get(last) is not None:
            given[first], given[last] = sorted((given[first], given[last]))
    if model is CountdownItem and given["status"] == "counted":
        given["counted_on"], given["proof"] = given["counted_on"] or date(2020, 1, 1), given["proof"] or "x"
    if "check_share" in given:
        given["check_share"] = abs(given["check_share"]) / 90
    if given.get("seconds") is not None:
        given["seconds"] = abs(given["seconds"])
    if given.get("answer", "waiting") != "waiting":
        given["response"], given["responded_on"] = given["response"] or "x", given["responded_on"] or given["given_on"]
    if given.get("celebrated_at"):
        given["fixed_on"] = given["fixed_on"] or given["found_on"]
    if "held_on" in given:
        given["held_on"] = date(2000, 1, number)
    made = model(**given)
    made.save()
    stamps = [one.name for one in fields if getattr(one, "auto_now_add", False)]
    model._default_manager.filter(pk=made.pk).update(**{name: given[name] for name in stamps})


@settings(
    max_examples=8,
    deadline=None,
    # Shrinking takes minutes with two exports an example; the first row that differs says enough.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@pytest.mark.slow
@given(data=some.data())
def test_any_rows_come_back_as_the_same_bytes(data: Any, city_home: Path) -> None:
    program.empty()
    for number, name in enumerate(("Ana", "Zoë"), 1):
        User.objects.create(email=f"p{number}@city.example", name=name)
    for label in work.MODELS:
        for number in range(1, 3 if label in ("plan.Countdown", "plan.CountdownItem", "plan.Process") else 2):
            row(data, apps.get_model(label), number)
    before = exchange.package(staff=True)
    folder = Path(tempfile.mkdtemp())
    try:
        writing.store(before, folder)
        program.empty()
        exchange.load(folder)
    finally:
        shutil.rmtree(folder)
    after = exchange.package(staff=True)
    assert {name: after.files[name] for name in after.files if before.files[name] != after.files[name]} == {}


def test_package_of_format_1_0_without_the_tables_of_1_1_is_imported(city_home: Path) -> None:
    described = json.loads((EXAMPLE / "datapackage.json").read_text(encoding="utf-8"))
    assert described["format"]["version"] == "1.0"
    assert "countdowns" not in {one["name"] for one in described["resources"]}
    counts = exchange.load(EXAMPLE)
    assert counts["plans"] > 0
    assert counts["commitments"] > 0
    assert counts["countdowns"] == 0


@pytest.mark.slow
def test_process_that_is_here_already_is_named_with_its_line(city_home: Path, tmp_path: Path) -> None:
    work.pipeline_alone()
    made = exchange.package(staff=True)
    files = {name: content for name, content in made.files.items() if name in ("people.csv", "processes.csv", "datapackage.json")}
    described = json.loads(files["datapackage.json"])
    described["resources"] = [one for one in described["resources"] if one["path"] in files]
    writing.store(writing.Package({**files, "datapackage.json": json.dumps(described).encode()}, {}), tmp_path / "p")
    with pytest.raises(reading.PackageError, match=r"processes.csv, line 2: “Streets, Lamp repair” is here already"):
        exchange.load(tmp_path / "p")
