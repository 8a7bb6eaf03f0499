"""YAML files people write: what is in one, or a sentence about why it cannot be read."""

import os
from pathlib import Path
from typing import Any

import yaml

from citystat.core.errors import InputError


def read(path: str | os.PathLike[str], *, called: str = "") -> Any:
    """What the file holds, as plain values; None for an empty one. Raises InputError with the place of the first mistake.

    `called` names the file in errors; its own name where left out.
    """
    file = Path(path)
    name = called or file.name
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{name} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{name} is not valid YAML: {' '.join(str(error).split())}") from error
