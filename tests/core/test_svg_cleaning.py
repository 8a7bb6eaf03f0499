"""What is taken out of a drawing before it stands inside a page."""

import pytest

from citystat.core import svg_cleaning

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9" class="marks">'


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<image href="https://example.org/x.png"/>',
        "<foreignObject><b/></foreignObject>",
        "<style>*{}</style>",
        '<use href="#a"/>',
        '<a href="https://example.org"><path d="M0,0"/></a>',
    ],
)
def test_drawing_only_drops_what_does_not_draw(hostile: str) -> None:
    cleaned = svg_cleaning.drawing_only(f'{OPEN}<rect width="1" height="1"/>{hostile}</svg>', "p")
    assert cleaned == '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="1" height="1" /></svg>'


def test_drawing_only_drops_handlers_and_styles() -> None:
    cleaned = svg_cleaning.drawing_only(f'{OPEN}<rect onclick="x()" style="fill:red" width="1"/></svg>', "p")
    assert '<rect width="1" />' in cleaned


def test_drawing_only_refuses_outside_paint() -> None:
    cleaned = svg_cleaning.drawing_only(f'{OPEN}<rect fill="url(https://example.org/a.svg#b)" width="1"/></svg>', "p")
    assert "example.org" not in cleaned


def test_drawing_only_renames_ids_and_what_points_at_them() -> None:
    drawing = f'{OPEN}<defs><clipPath id="clip7"><rect width="1"/></clipPath></defs><path clip-path="url(#clip7)" d="M0,0"/></svg>'
    cleaned = svg_cleaning.drawing_only(drawing, "p")
    assert 'id="p-1"' in cleaned
    assert 'clip-path="url(#p-1)"' in cleaned


def test_drawing_only_shortens_numbers() -> None:
    cleaned = svg_cleaning.drawing_only(f'{OPEN}<path d="M12345.678901,0.000001L-1.004,2"/></svg>', "p")
    assert 'd="M12345.68,0L-1,2"' in cleaned
