"""Every dependency has a reason and a license, and nothing else has."""

import json
import re
import tomllib

from tests.repository.paths import ROOT

PAGE = ROOT / "docs" / "reference" / "dependencies.md"
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.M)


def documented() -> dict[str, tuple[str, str]]:
    return {name: (reason, license) for name, reason, license in ROW.findall(PAGE.read_text()) if name not in ("package", "---")}


def required() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *(line for group in project["optional-dependencies"].values() for line in group)]
    front = json.loads((ROOT / "package.json").read_text())
    return {re.split(r"[\[<>=~!; ]", line)[0] for line in lines} | set(front["dependencies"]) | set(front["devDependencies"])


def test_every_dependency_has_a_reason_and_no_reason_is_left_over() -> None:
    assert set(documented()) == required()


def test_reasons_and_licenses_are_written() -> None:
    assert all(len(reason) > 10 and len(license) > 2 for reason, license in documented().values())
