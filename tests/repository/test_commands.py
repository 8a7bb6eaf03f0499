"""The page of commands says what the commands' own help says."""

import subprocess
import sys

import pytest

from tests.repository.paths import ROOT
from tools import commands

PAGE = ROOT / "docs" / "reference" / "commands.md"


def test_page_of_commands_is_what_the_commands_say() -> None:
    assert commands.page() == PAGE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_page_of_commands_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, "tools/commands.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_command_shows_an_example() -> None:
    sections = PAGE.read_text().split("\n## ")[1:]
    for section in sections:
        name = section.splitlines()[0]
        assert f"\n{name}" in section.replace("```\n", "\n"), f"{name} has no example"
