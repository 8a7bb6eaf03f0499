"""Committed files name no machine of ours and no registry, and documentation has no dead links."""

import importlib.util
import re
from pathlib import Path

import pytest

from tests.repository.paths import ROOT, committed

# Each has a letter in brackets, so that this file does not hold what it looks for.
PATHS = [b"/[w]ork/(?:main|shared)", b"/[r]oot/[.]", b"/[h]ome/[a-z]+/(?![.][.])"]
ADDRESSES = [b"[p]ypi[.]org/simple", b"files[.][p]ythonhosted", b"registry[.][n]pmjs", b"registry[.][y]arnpkg", b"-[i]ndex-url"]
FORBIDDEN = {
    "a path of one machine": re.compile(b"|".join(PATHS)),
    "a package registry's address": re.compile(b"|".join(ADDRESSES)),
}
THIS = Path(__file__).resolve()
# They say how to leave the addresses out.
MAY_NAME_OPTIONS = {"Makefile"}


@pytest.mark.slow
@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_committed_file_names(what: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}: {match.group().decode()}"
        for file in committed()
        if file != THIS and file.name not in MAY_NAME_OPTIONS
        for match in [FORBIDDEN[what].search(file.read_bytes())]
        if match
    ]
    assert not found


def test_documentation_has_no_dead_links() -> None:
    spec = importlib.util.spec_from_file_location("check_links", ROOT / "tools" / "check_links.py")
    assert spec is not None
    assert spec.loader is not None
    check_links = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check_links)
    assert [f"{page.relative_to(ROOT)}: {target}" for page in check_links.pages() for target in check_links.dead_links(page)] == []


def test_every_table_of_a_page_says_what_it_holds() -> None:
    pages = (ROOT / "citystat").glob("**/templates/**/*.html")
    tables = [(page, table) for page in pages for table in re.findall(r"<table\b.*?</table>", page.read_text(encoding="utf-8"), re.DOTALL)]
    assert len(tables) > 20
    assert [page.relative_to(ROOT).as_posix() for page, table in tables if "<caption" not in table] == []
