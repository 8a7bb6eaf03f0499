"""Layouts: YAML files that say how the columns of one export become the canonical request (docs/reference/layouts.md)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

import yaml

from citystat.core.errors import InputError, NotFound
from citystat.core.home import home
from citystat.service_requests.loading.headers import Column, find, normalized

FAST_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FOLDER: Final = Path(__file__).resolve().parent.parent / "layouts"
MOMENTS: Final = ("opened", "due", "first_response", "closed", "updated")
TEXTS: Final = (
    "request_id", "service", "service_code", "category", "department", "team", "channel", "origin", "status", "outcome", "address",
    "parent_id", "description",
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """One layout: the checked content of its file, and whether it came from a file a person named."""

    definition: Mapping[str, Any]
    is_own_file: bool = False

    @property
    def name(self) -> str:
        """Its name, unique among layouts."""
        return str(self.definition["name"])

    @property
    def title(self) -> str:
        """What export it reads."""
        return str(self.definition.get("title") or self.name)

    @property
    def source(self) -> str:
        """The register its request ids belong to."""
        return str(self.definition["source"])

    @property
    def time_zone(self) -> str:
        """The zone of its clock times; empty where the city's own applies."""
        return str(self.definition.get("time_zone") or "")

    @property
    def columns(self) -> Mapping[str, Any]:
        """Canonical field to header, spellings or a small mapping."""
        return dict(self.definition["columns"])

    def section(self, name: str) -> dict[str, Any]:
        """A mapping section; empty where the layout has none."""
        return dict(self.definition.get(name) or {})

    def listed(self, name: str) -> list[Any]:
        """A list section; empty where the layout has none."""
        return list(self.definition.get(name) or [])

    def fields(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Every (field, spellings) pair the layout names a column for."""
        for field, value in self.columns.items():
            for spellings in _groups(value):
                yield field, spellings
        for field, value in self.section("point").items():
            if field != "epsg":
                yield f"point.{field}", spellings_of(value)
        for kind, value in self.section("places").items():
            for spellings in _groups(value):
                yield f"places.{kind}", spellings
        for rule in self.listed("rules"):
            for header in rule["when"]:
                yield "rules", (header,)

    def date_columns(self, columns: Sequence[Column]) -> list[Column]:
        """The columns of a file the layout takes dates from, each once."""
        named = [self.columns[name] for name in (*MOMENTS, "appointment_on") if name in self.columns]
        dated = [one["date"] if isinstance(one, dict) else one for one in named if not isinstance(one, dict) or "date" in one]
        found = [column for column in (find(columns, spellings_of(one)) for one in dated) if column]
        return list(dict.fromkeys(found))

    def needed(self) -> list[tuple[str, ...]]:
        """Spellings of the columns without which no row is usable: the id and the opening date."""
        opened = self.columns["opened"]
        date = spellings_of(opened["date"]) if isinstance(opened, dict) else spellings_of(opened)
        identity = self.columns["request_id"]
        ids = list(_groups(identity))
        if isinstance(identity, dict) and "first_of" in identity:
            ids = [tuple(one for group in ids for one in group)]
        return [*ids, date]

    def known_keys(self) -> frozenset[str]:
        """Compared forms of every header the layout mentions."""
        named = {normalized(one) for _, spellings in self.fields() for one in spellings}
        named |= {normalized(one) for group in self.listed("recognize") for one in spellings_of(group)}
        return frozenset(named | {normalized(str(one)) for one in self.listed("repeats")})


def spellings_of(value: Any) -> tuple[str, ...]:
    """The headers a column goes by."""
    return (value,) if isinstance(value, str) else tuple(str(one) for one in value)


def _groups(value: Any) -> Iterator[tuple[str, ...]]:
    if isinstance(value, str | list):
        yield spellings_of(value)
        return
    for name in ("date", "time"):
        if name in value:
            yield spellings_of(value[name])
    for name in ("join", "first_of"):
        for one in value.get(name, ()):
            yield spellings_of(one)
    if isinstance(value.get("days_after_opened"), str | list):
        yield spellings_of(value["days_after_opened"])


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """The JSON Schema every layout is checked against."""
    return dict(json.loads((FOLDER / "layout.schema.json").read_text(encoding="utf-8")))


def parse(text: str, origin: str, is_own_file: bool = False) -> Layout:
    """A layout from YAML text; `origin` names it in errors."""
    try:
        definition = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(f"{origin} is not valid YAML: {' '.join(str(error).split())}") from error
    return checked(definition, origin, is_own_file)


def checked(definition: Any, origin: str, is_own_file: bool = False) -> Layout:
    """A layout from plain values, or an InputError naming the first thing that is wrong."""
    # The shipped ones are not checked, and the library takes as long to load as to read twenty thousand rows.
    from jsonschema import Draft202012Validator

    errors = sorted(Draft202012Validator(schema()).iter_errors(definition), key=lambda error: list(map(str, error.absolute_path)))
    if errors:
        where = ".".join(str(part) for part in errors[0].absolute_path) or "the file"
        raise InputError(f"The layout {origin} is not usable: at {where}: {_plain(errors[0].message)}.")
    layout = Layout(definition, is_own_file)
    if layout.time_zone and layout.time_zone not in available_timezones():
        raise InputError(
            f"The layout {origin} names the time zone {layout.time_zone!r}, which does not exist: use a name such as America/Chicago."
        )
    return layout


def _plain(message: str) -> str:
    return message if len(message) <= 200 else message[:200] + "..."


@lru_cache(maxsize=1)
def shipped() -> tuple[Layout, ...]:
    """The layouts that come with CityStat, by name; the tests check each, so that no load waits for it."""
    return tuple(Layout(yaml.load(path.read_bytes(), FAST_LOADER)) for path in sorted(FOLDER.glob("*.yaml")))  # noqa: S506 - a safe loader


def installed() -> tuple[Layout, ...]:
    """Shipped layouts and those in the home folder's `layouts/`, which win over shipped ones of the same name."""
    by_name = {layout.name: layout for layout in shipped()}
    folder = home() / "layouts"
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        layout = parse(path.read_text(encoding="utf-8"), path.name)
        by_name[layout.name] = layout
    return tuple(by_name[name] for name in sorted(by_name))


def get(name_or_path: str) -> Layout:
    """A layout by name, or from a YAML file."""
    for layout in installed():
        if layout.name == name_or_path:
            return layout
    path = Path(name_or_path)
    if path.suffix.lower() in {".yaml", ".yml"} or path.exists():
        return _from_file(path)
    raise NotFound(f"There is no layout {name_or_path!r}: `citystat layout list` shows the names, or give the path of a YAML file.")


def _from_file(path: Path) -> Layout:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotFound(f"There is no layout file {path}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The layout file {path} cannot be read: {error}.") from error
    layout = parse(text, path.name, is_own_file=True)
    twin = next((one for one in shipped() if one.definition == layout.definition), None)
    return twin or layout
