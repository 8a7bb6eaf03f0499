"""A city as a folder of data: boundaries, population, service catalog, calendar; loaded through the same actions as by hand."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from citystat.core.errors import InputError
from citystat.knowledge import actions as article_actions
from citystat.knowledge import article_files
from citystat.places import actions as places_actions
from citystat.service_requests import catalog_actions

PLACES_FILE, SERVICES_FILE, CALENDAR_FILE, FORMS_FILE = "places.yaml", "services.csv", "calendar.yaml", "service_forms.yaml"
ANSWERS_FILE, TRANSLATIONS = "answers.yaml", "catalog_*.yaml"
LAYER_KEYS = frozenset({"file", "kind", "code", "name", "version", "in_force_from", "in_force_to", "crs"})
POPULATION_KEYS = frozenset({"file", "kind", "population", "code", "year", "year_columns", "version", "where", "code_map"})


def load(folder: Path) -> dict[str, Any]:
    """Load everything the folder holds except requests; loading it again changes nothing."""
    result: dict[str, Any] = {"layers": [], "population": []}
    described = _described(folder)
    for layer in described.get("layers", []):
        options = _options(layer, LAYER_KEYS, folder)
        result["layers"].append(places_actions.load_layer(folder / layer["file"], **options))
    for population in described.get("population", []):
        options = _options(population, POPULATION_KEYS, folder)
        result["population"].append(places_actions.load_population(folder / population["file"], **options))
    result |= _load_catalog(folder)
    return result


def _load_catalog(folder: Path) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if (folder / SERVICES_FILE).is_file():
        result["services"] = catalog_actions.load_services(folder / SERVICES_FILE)
    if (folder / CALENDAR_FILE).is_file():
        result["calendar"] = catalog_actions.load_calendar(folder / CALENDAR_FILE)
    if (folder / FORMS_FILE).is_file():
        result["forms"] = catalog_actions.load_forms(folder / FORMS_FILE)
    for file in sorted(folder.glob(TRANSLATIONS)):
        result.setdefault("translations", []).append(catalog_actions.load_translation(file))
    if (folder / ANSWERS_FILE).is_file():
        articles = article_files.read(folder / ANSWERS_FILE)
        for slug, content in articles.items():
            article_actions.save(by=None, content=content, slug=slug)
        result["answers"] = len(articles)
    return result


def _described(folder: Path) -> dict[str, Any]:
    path = folder / PLACES_FILE
    if not path.is_file():
        return {}
    try:
        return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (yaml.YAMLError, ValueError) as error:
        raise InputError(f"{PLACES_FILE} cannot be read: {' '.join(str(error).split())}") from error


def _options(entry: Mapping[str, Any], known: frozenset[str], folder: Path) -> dict[str, Any]:
    """Arguments of the action: the entry without its file, unknown words refused by name."""
    unknown = sorted(set(entry) - known)
    if unknown or "file" not in entry or "kind" not in entry:
        raise InputError(
            f"{PLACES_FILE}: each entry names file and kind" + (f"; {unknown[0]} is not one of its words." if unknown else ".")
        )
    if not (folder / entry["file"]).is_file():
        raise InputError(f"{PLACES_FILE} names {entry['file']}, which is not in the folder.")
    options = {name: value for name, value in entry.items() if name != "file"}
    for name in ("in_force_from", "in_force_to"):
        if name in options and not isinstance(options[name], date):
            raise InputError(f"{PLACES_FILE}: {name} must be a date such as 2021-05-01.")
    if "code_map" in options:
        options["code_map"] = folder / options["code_map"]
    return options
