"""The components' style sheet keeps what pages use, as it was, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from citystat.web import component_styles, front_end
from citystat.web.component_styles import classes_of, component_of, cut

SOURCES = Path(component_styles.__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def sheet() -> str:
    path = front_end.packages_dir() / front_end.SERVED["uswds"][0] / component_styles.SHEET
    if not path.exists():
        pytest.skip("front-end files are not installed: run `make setup`")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("html{margin:0}", "html{margin:0}"),
        (".usa-alert__body{margin:0}", ".usa-alert__body{margin:0}"),
        (".usa-card{margin:0}", ""),
        (".usa-card,.usa-alert--error .usa-alert__text{margin:0}", ".usa-alert--error .usa-alert__text{margin:0}"),
        (".usa-card .usa-button{margin:0}", ""),
        (".usa-button:not(.usa-card){margin:0}", ".usa-button:not(.usa-card){margin:0}"),
        (r".tablet\:margin-1{margin:0}", ""),
        ("@media (min-width:40em){.usa-card{margin:0}}", ""),
        ("@media (min-width:40em){.usa-card{margin:0}.usa-tag{margin:1px}}", "@media (min-width:40em){.usa-tag{margin:1px}}"),
        ("@font-face{font-family:Other;src:url(other.woff2)}", ""),
        ("@keyframes turn{0%{top:0}to{top:1px}}", "@keyframes turn{0%{top:0}to{top:1px}}"),
        ('@charset "UTF-8";html{margin:0}', '@charset "UTF-8";html{margin:0}'),
        ("/* a { */a[href='}']{content:'{;'}b{margin:0}", "a[href='}']{content:'{;'}b{margin:0}"),
        ("a{background:url(data:image/svg+xml;{})}.usa-card{margin:0}", "a{background:url(data:image/svg+xml;{})}"),
    ],
)
def test_cut_keeps_what_can_match(given: str, kept: str) -> None:
    assert cut(given) == kept


def test_cut_is_a_tenth_of_the_sheet_and_whole(sheet: str) -> None:
    kept = cut(sheet)
    assert len(kept) * 10 < len(sheet)
    assert kept.count("{") == kept.count("}")
    assert cut(kept) == kept
    assert {component_of(name) for name in classes_of(re.sub(r"\{[^{}]*\}", " ", kept))} == component_styles.COMPONENTS


def words_of_sources() -> Iterator[str]:
    """What could be a class: every word of the templates, scripts and modules; a class made up in a template ends in its stem."""
    for path in sorted(SOURCES.rglob("*")):
        if path.suffix in {".html", ".js", ".py"} and path.name != "component_styles.py":
            yield from re.findall(r"(?<![\w/-])usa-[\w-]*\w", path.read_text(encoding="utf-8"))


def test_components_name_every_component_of_a_page(sheet: str) -> None:
    styled = {component_of(name) for name in re.findall(r"\.(usa-[\w-]+)", sheet)}
    used = {component_of(word) for word in words_of_sources()} & styled
    assert used == component_styles.COMPONENTS, "name the component in COMPONENTS of web/component_styles.py, or take it out there"


def test_pages_use_no_other_class_of_the_sheet(sheet: str) -> None:
    others = {name for name in classes_of(re.sub(r"\{[^{}]*\}", " ", sheet)) if not name.startswith("usa-")}
    written = (path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.html"))
    used = {word for text in written for value in re.findall(r'class="([^"]*)"', text) for word in value.split()}
    assert used & others == set()


def test_sheet_is_collected_cut(sheet: str) -> None:
    package = front_end.PackageFiles("uswds", front_end.packages_dir() / front_end.SERVED["uswds"][0])
    with package.open(component_styles.SHEET) as file:
        assert file.read() == cut(sheet).encode()


def test_sheet_is_collected_anew_when_the_components_change(sheet: str) -> None:
    package = front_end.PackageFiles("uswds", front_end.packages_dir() / front_end.SERVED["uswds"][0])
    listed_at = int(Path(component_styles.__file__).stat().st_mtime)
    assert package.get_modified_time(component_styles.SHEET).timestamp() >= listed_at


def test_pictures_of_the_sheet_are_served(sheet: str) -> None:
    served = front_end.served_files("uswds", front_end.packages_dir())
    named = re.findall(r"url\(\"?\.\./([^\")#?]+)", cut(sheet))
    assert named
    assert set(named) <= served
