"""Planted facts: one YAML file, its dates moved to the as-of date asked for."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from citystat.core.errors import InputError

FACTS_FILE = "planted.yaml"


@dataclass(frozen=True)
class Facts:
    """The facts of one city, ready for one as-of date."""

    as_of: date
    months_of_history: int
    sentences: Mapping[str, str]
    shown: Mapping[str, str]
    parameters: Mapping[str, Mapping[str, Any]]

    def __getitem__(self, fact: str) -> Mapping[str, Any]:
        """Parameters of one fact."""
        return self.parameters[fact]


def read_facts(folder: Path, as_of: date | None = None) -> Facts:
    """Facts of a city folder; dates move by the whole months between the standard as-of date and `as_of`."""
    path = folder / FACTS_FILE
    if not path.exists():
        raise InputError(f"{folder.name} has no {FACTS_FILE}: name a folder of the examples.")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    standard: date = content["standard_as_of"]
    wanted = as_of or standard
    months = (wanted.year - standard.year) * 12 + wanted.month - standard.month
    facts = content["facts"]
    return Facts(
        as_of=wanted,
        months_of_history=int(content["months_of_history"]),
        sentences={fact["id"]: fact["sentence"] for fact in facts},
        shown={fact["id"]: fact["shown"] for fact in facts},
        parameters={fact["id"]: {name: _moved(value, months) for name, value in fact["parameters"].items()} for fact in facts},
    )


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _moved(value: Any, months: int) -> Any:
    if isinstance(value, date):
        return add_months(value, months)
    if isinstance(value, list):
        return [_moved(item, months) for item in value]
    if isinstance(value, str) and len(value) == 19 and value[4] == "-":
        instant = datetime.fromisoformat(value)
        return datetime.combine(add_months(instant.date(), months), instant.time())
    return value
