"""The definitions as last accepted: CITYSTAT_HOME/measures/registry.json, to notice a number that quietly means something else."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from citystat.core import whole_files
from citystat.core.errors import InputError
from citystat.core.home import make_home
from citystat.plan.definition_files import own_folder
from citystat.plan.definitions import Measure

REGISTRY_FILE = "registry.json"


@dataclass(frozen=True)
class Accepted:
    """What was accepted of one measure."""

    version: int
    definition_hash: str
    rebases: tuple[str, ...]


def read() -> dict[str, Accepted]:
    """Every accepted definition by name; empty before the first acceptance."""
    path = own_folder() / REGISTRY_FILE
    if not path.is_file():
        return {}
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return {name: Accepted(item["version"], item["definition_hash"], tuple(item["rebases"])) for name, item in values.items()}
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{REGISTRY_FILE} in the folder of measures is damaged: restore it, or delete it and accept anew.") from error


def accept(measures: Sequence[Measure]) -> None:
    """Record these definitions as the known ones."""
    make_home()
    own_folder().mkdir(exist_ok=True, mode=0o700)
    values = {
        one.name: {
            "version": one.version,
            "definition_hash": one.definition_hash,
            "rebases": [rebase.on.isoformat() for rebase in one.chart.rebases],
        }
        for one in measures
    }
    whole_files.write(own_folder() / REGISTRY_FILE, json.dumps(values, indent=1, sort_keys=True).encode())
