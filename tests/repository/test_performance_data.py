"""The specification says what the code does, and its example can be read."""

from pathlib import Path

from citystat.plan.exchange import reading
from citystat.stat_sessions import exchange
from tools import performance_data

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "performance-data"


def test_reference_page_has_every_column_of_every_table() -> None:
    now = performance_data.PAGE.read_text(encoding="utf-8")
    assert performance_data.page(now) == now
    assert all(f"| `{column.name}` |" in now for table in exchange.TABLES for column in table.columns)


def test_example_is_a_package_without_mistakes() -> None:
    content = reading.read(EXAMPLE, exchange.TABLES)
    assert {row.cells["measure"] for row in content.of("values")} == {"street_lights"}
    assert content.of("commitments")
