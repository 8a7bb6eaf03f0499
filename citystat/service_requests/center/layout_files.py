"""Layouts of calls and callers' answers: YAML checked against one schema; the one whose columns fit a header best."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from citystat.core import yaml_files
from citystat.core.errors import InputError
from citystat.service_requests.loading.headers import normalized

FOLDER: Final = Path(__file__).resolve().parent / "layouts"


@dataclass(frozen=True)
class Layout:
    """One layout: the checked content of its file."""

    definition: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name, unique among layouts."""
        return str(self.definition["name"])

    @property
    def kind(self) -> str:
        """`calls` or `caller_survey`."""
        return str(self.definition["kind"])

    @property
    def rows(self) -> str:
        """What a row is: interval, day, month or call; empty for surveys."""
        return str(self.definition.get("rows", ""))

    @property
    def source(self) -> str:
        """The system its rows come from."""
        return str(self.definition["source"])

    def spellings(self, name: str) -> tuple[str, ...]:
        """Headers a field may have."""
        return tuple(self.definition.get(name) or ())

    def needed(self) -> list[tuple[str, ...]]:
        """Fields of which each must have a column; of alternatives (blocks, questions) one is enough and stands in `any_of`."""
        found = [self.spellings("starts")]
        if self.kind == "caller_survey":
            found.append(self.spellings("respondent"))
        if self.rows == "call":
            found.append(tuple(self.definition["call"]["outcome"]))
        return found

    def any_of(self) -> list[tuple[str, ...]]:
        """Fields of which at least one must have a column."""
        if self.kind == "caller_survey":
            return [tuple(one["columns"]) for one in self.definition["questions"]]
        return [tuple(one["offered"]) for one in self.definition.get("blocks", ())]

    def every(self) -> list[tuple[str, ...]]:
        """Every field's spellings, to see how much of a header the layout knows."""
        names = ("starts", "time", "queue", "respondent", "department")
        found = [self.spellings(name) for name in names if self.spellings(name)]
        parts = [*self.definition.get("blocks", ()), *([self.definition["call"]] if self.rows == "call" else [])]
        found += [tuple(value) for part in parts for name, value in part.items() if isinstance(value, list) and "words" not in name]
        return found + [tuple(one["columns"]) for one in self.definition.get("questions", ())]


class Header:
    """The columns of a file by their compared names."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._places: dict[str, int] = {}
        for index, name in enumerate(names):
            self._places.setdefault(normalized(name), index)

    def find(self, spellings: Sequence[str]) -> int | None:
        """Position of the first spelling the file has."""
        return next((self._places[key] for key in map(normalized, spellings) if key in self._places), None)

    def fits(self, layout: Layout) -> int:
        """How many fields of the layout have a column; 0 where one it needs has none."""
        if any(self.find(one) is None for one in layout.needed()):
            return 0
        if layout.any_of() and all(self.find(one) is None for one in layout.any_of()):
            return 0
        return len({self.find(one) for one in layout.every()} - {None})


@lru_cache(maxsize=1)
def installed() -> tuple[Layout, ...]:
    """The layouts that come with CityStat, by name."""
    return tuple(read(path) for path in sorted(FOLDER.glob("*.yaml")))


def read(path: Path) -> Layout:
    """One layout file; InputError, in a sentence, for what is wrong in it."""
    content = yaml_files.read(path, called=f"The layout {path.name}")
    mistake = next(iter(sorted(_validator().iter_errors(content), key=lambda one: list(map(str, one.path)))), None)
    if mistake is not None:
        where = ".".join(str(part) for part in mistake.path) or "the file"
        raise InputError(f"The layout {path.name} cannot be used: {where}: {mistake.message}.")
    return Layout(content)


def choose(header: Header, kind: str, name: str | None, file: str) -> Layout:
    """The layout of this name or file, else the one that knows most of the header; InputError where none fits."""
    known = [one for one in installed() if one.kind == kind]
    if name:
        return _named(header, known, kind, name, file)
    best = max(known, key=lambda one: (header.fits(one), _order(one, header)))
    if not header.fits(best):
        names = ", ".join(one.name for one in known)
        raise InputError(f"{file} fits no layout of {kind.replace('_', ' ')} ({names}): name one or your own file with --layout.")
    return best


def _order(layout: Layout, header: Header) -> int:
    """Between layouts that know as much, a column with the time of day decides for intervals, its absence for days."""
    has_time = (
        header.find(("Time", "Interval", "Interval start", "Start time", "Interval start time", "StartInterval", "Half hour")) is not None
    )
    return {"interval": 2 if has_time else 0, "day": 1}.get(layout.rows, 3)


def _named(header: Header, known: list[Layout], kind: str, name: str, file: str) -> Layout:
    found = next((one for one in known if one.name == name), None)
    if found is None:
        path = Path(name)
        if not path.is_file():
            raise InputError(f"There is no layout {name}; there are: {', '.join(one.name for one in known)}.")
        found = read(path)
    if found.kind != kind:
        raise InputError(f"The layout {found.name} reads {found.kind.replace('_', ' ')}, not {kind.replace('_', ' ')}.")
    missing = next((one for one in found.needed() if header.find(one) is None), None)
    if missing is None and not header.fits(found):
        missing = found.any_of()[0]
    if missing is not None:
        raise InputError(f"{file} has no column {missing[0]}, which the layout {found.name} needs.")
    return found


@lru_cache(maxsize=1)
def _validator() -> Any:
    # Every build asks this room for its tables, and only a new layout is checked.
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads((FOLDER / "layout.schema.json").read_text(encoding="utf-8")))


def question_labels(language: str) -> dict[str, str]:
    """Code -> label of every question the installed layouts know."""
    found: dict[str, str] = {}
    for layout in installed():
        for one in layout.definition.get("questions", ()):
            found.setdefault(one["code"], one["label"].get(language, one["label"]["en"]))
    return found
