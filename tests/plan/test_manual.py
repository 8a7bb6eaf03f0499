"""The manual page of measures is what the definitions say."""

from pathlib import Path

from citystat.plan import manual, queries

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "measures.md"


def test_reference_page_is_written_from_the_definitions() -> None:
    """Run `citystat measure list --markdown > docs/reference/measures.md` after changing a measure."""
    assert PAGE.read_text(encoding="utf-8") == manual.reference(queries.measures())
