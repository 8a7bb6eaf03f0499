"""Pictures of pages on a phone and on a desk: `python tests/browser/screenshots.py http://127.0.0.1:8000 FOLDER / /measures/ ...`.

`--language es` shows them in Spanish; `--cookie NAME=VALUE` signs in with the cookie of a session.
"""

import argparse
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.browser.conftest import CHROMIUM, OFFLINE, QUIET, WEBGL

WIDTHS = (390, 1280)


def main() -> None:
    """Take one picture per page and width."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("folder", type=Path)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--language", choices=["en", "es"], default="en")
    parser.add_argument("--cookie", default="")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*QUIET, *OFFLINE, *WEBGL])
        for width in WIDTHS:
            context = browser.new_context(viewport={"width": width, "height": 900})
            cookies = [f"django_language={given.language}", given.cookie]
            context.add_cookies(
                [dict(zip(("name", "value"), pair.split("=", 1), strict=True), url=given.address) for pair in cookies if pair]
            )
            page = context.new_page()
            for path in given.paths:
                page.goto(given.address + path)
                page.wait_for_timeout(800 if "explore" in path else 0)
                name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"
                page.screenshot(path=given.folder / f"{name}-{given.language}-{width}.png", full_page=True)
                sys.stdout.write(f"{width} {path}\n")
        browser.close()


if __name__ == "__main__":
    main()
