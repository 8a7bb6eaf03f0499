"""The page of statuses is the rules."""

from tools import statuses


def test_page_of_statuses_is_up_to_date() -> None:
    assert statuses.PAGE.read_text(encoding="utf-8") == statuses.page(), "run tools/statuses.py"
