"""Every environment variable the product reads is in the manual, and the manual names no other."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(
    r"""(?:environ\.get|environ\.setdefault|getenv|flag|names|whole)\(\s*["'](CITYSTAT_[A-Z0-9_]+)["']|environ\[["'](CITYSTAT_[A-Z0-9_]+)["']\]"""
)
MANUAL = ROOT / "docs" / "reference" / "settings.md"


def variables_read() -> set[str]:
    found = (match for path in (ROOT / "citystat").rglob("*.py") for match in READ.findall(path.read_text(encoding="utf-8")))
    return {first or second for first, second in found}


def variables_documented() -> set[str]:
    return set(re.findall(r"^\| `(CITYSTAT_[A-Z0-9_]+)`", MANUAL.read_text(encoding="utf-8"), flags=re.MULTILINE))


def test_settings_manual_names_exactly_what_is_read() -> None:
    assert variables_documented() == variables_read()


@pytest.mark.slow
def test_settings_reader_finds_the_known_ones() -> None:
    assert {"CITYSTAT_HOME", "CITYSTAT_HOSTS", "CITYSTAT_DEBUG", "CITYSTAT_NODE_MODULES", "CITYSTAT_OPEN311_A_MINUTE"} <= variables_read()
