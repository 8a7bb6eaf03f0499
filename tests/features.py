"""`pytest --features=FILE` writes what became of every test that shows a feature, whichever process of the run it ran in."""

import json
from pathlib import Path
from typing import Any

import pytest

PROPERTY = "feature"


class Outcomes:
    """Numbers and outcome by test; `not run` for those that were only collected."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.found: dict[str, dict[str, Any]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Empty in the process that only hands the tests out."""
        for item in session.items:
            if numbers := _numbers(item.user_properties):
                self.found[item.nodeid] = {"numbers": numbers, "outcome": "not run"}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test passes by its body; it is spoiled by what comes before or after as well."""
        numbers = _numbers(report.user_properties)
        if numbers and (report.when == "call" or report.outcome != "passed"):
            self.found[report.nodeid] = {"numbers": numbers, "outcome": report.outcome}

    def pytest_sessionfinish(self) -> None:
        """Written even when the run is broken off."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.found, indent=1, sort_keys=True), encoding="utf-8")


def watch(config: pytest.Config) -> None:
    """Write the file where it was asked for; workers only report."""
    file = config.getoption("--features")
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Outcomes(Path(file).absolute()))


def tell(item: pytest.Item) -> None:
    """Let every report of a test say which features it shows: marks stay in the worker, reports do not."""
    item.user_properties += [(PROPERTY, number) for mark in item.iter_markers("feature") for number in mark.args]


def _numbers(properties: list[tuple[str, object]]) -> list[str]:
    return [str(value) for name, value in properties if name == PROPERTY]
