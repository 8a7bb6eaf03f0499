"""What every page that may be framed must do."""

from typing import Any

from django.test import Client


def check_embedding(client: Client, address: str) -> str:
    """Framed only with `?embed=1`, without the menu, and offered on the page; the framed page."""
    page, framed = client.get(address), client.get(f"{address}?embed=1")
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert f"{address}?embed=1" in page.content.decode()
    assert "X-Frame-Options" not in framed.headers
    assert ancestors(framed) == "*"
    text = str(framed.content.decode())
    assert "cs-nav" not in text
    assert "&lt;iframe" not in text
    return text


def ancestors(response: Any) -> str:
    """Who may frame a page, by its policy."""
    policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    return str(policy["frame-ancestors"])
