"""Fail on dead links in the documentation: relative targets and headings must exist."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"```.*?```", re.S)


def anchors(page: Path) -> set[str]:
    """Heading anchors of a Markdown page, as the usual renderers make them."""
    headings = re.findall(r"^#+\s+(.*)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def dead_links(page: Path) -> list[str]:
    """Targets of a page that lead nowhere."""
    dead = []
    for plain, picture in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        target = plain or picture
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            dead.append(target)
    return dead


def pages() -> list[Path]:
    """Every tracked or new Markdown page."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split() if (ROOT / name).exists()]


if __name__ == "__main__":
    found = [f"{page.relative_to(ROOT)}: {target}" for page in pages() for target in dead_links(page)]
    sys.stdout.write("\n".join(found) + "\n" if found else "No dead links.\n")
    sys.exit(1 if found else 0)
