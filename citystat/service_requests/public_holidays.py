"""Public holidays of the United States and its states, from the library of holidays; kept in a file of the city's home.

The library brings the holidays of two hundred countries and loads them all to answer for one: that takes longer than most commands take
otherwise. A kept answer is of one version of the library; another version is asked anew.
"""

import json
import re
from contextlib import suppress
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from citystat.core import whole_files
from citystat.core.home import home

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2060
FOLDER: Final = "cache"
STATE: Final = re.compile("[A-Z]{2}")


def is_state(letters: str) -> bool:
    """Whether two letters are a state or a territory whose holidays are known."""
    return STATE.fullmatch(letters) is not None and (_kept_file(letters).is_file() or letters in _states())


def named(state: str, years: range) -> dict[date, str]:
    """Names of the holidays of a state, or with "" of the federal ones, by day. A state's include the federal ones it keeps.

    `years` are within FIRST_YEAR..LAST_YEAR, or asked of the library each time.
    """
    if years.start < FIRST_YEAR or years.stop > LAST_YEAR + 1:
        return _asked(state, years)
    return {day: name for day, name in _all_years(state, _kept_file(state)).items() if day.year in years}


@cache
def _all_years(state: str, kept: Path) -> dict[date, str]:
    with suppress(OSError, ValueError):
        found = json.loads(kept.read_bytes())
        return {date.fromisoformat(day): name for day, name in found.items()}
    found = _asked(state, range(FIRST_YEAR, LAST_YEAR + 1))
    # A home that cannot be written to costs time, never an answer.
    with suppress(OSError):
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        whole_files.write(kept, json.dumps({day.isoformat(): name for day, name in found.items()}).encode())
    return found


def _kept_file(state: str) -> Path:
    return home() / FOLDER / f"holidays-{_version()}-{'-'.join(filter(None, ('US', state)))}.json"


@cache
def _version() -> str:
    return version("holidays")


def _asked(state: str, years: range) -> dict[date, str]:
    import holidays

    return dict(sorted(holidays.country_holidays("US", subdiv=state or None, years=years).items()))


def _states() -> tuple[str, ...]:
    import holidays

    return tuple(holidays.country_holidays("US").subdivisions)
