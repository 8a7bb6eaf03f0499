"""Every example in a docstring runs, and every public function has all the parts a reader needs."""

import doctest
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import citystat.methods

MODULES = [module.name for module in pkgutil.walk_packages(citystat.methods.__path__, "citystat.methods.")]
PACKAGES = [name for name in MODULES if name.count(".") == 2]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("package", PACKAGES)
def test_public_functions_tell_formula_assumptions_limits_source_and_an_example(package):
    module = importlib.import_module(package)
    for name in module.__all__:
        member = getattr(module, name)
        if inspect.isfunction(member):
            text = inspect.getdoc(member) or ""
            missing = [part for part in ("Formula", "ssumptions", "hen not to use it", "ource", ">>>", "aises") if part not in text]
            assert not missing, f"{package}.{name} does not tell {missing}"


def test_example_on_the_statistics_page_says_what_it_finds():
    page = Path(__file__).parents[2] / "docs" / "explanation" / "statistics.md"
    code = re.search(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL).group(1)
    names: dict = {}
    exec(code, names)
    finding = names["latest_finding"](names["chart"])
    stated = re.search(r'rule "(\w+)", role "(\w+)", since index (\d+)', code).groups()
    assert (finding.rule, finding.role, str(finding.since)) == stated
