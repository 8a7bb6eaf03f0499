"""Write the tables of docs/reference/performance-data.md from the declared tables; `--check` fails when they are out of date."""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "performance-data.md"
MARK = "## Tables\n"


def page(now: str) -> str:
    """The page with its tables written anew; the words before them stay."""
    from citystat.plan.exchange import schemas
    from citystat.stat_sessions import exchange

    return f"{now.partition(MARK)[0]}{MARK}\n{schemas.markdown(exchange.TABLES).rstrip()}\n"


def main() -> None:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citystat.config.settings")
    os.environ.setdefault("CITYSTAT_NO_SECRET", "1")
    import django

    django.setup()
    now = PAGE.read_text(encoding="utf-8")
    if check and page(now) != now:
        sys.exit(f"{PAGE.relative_to(ROOT)} is out of date: run tools/performance_data.py.")
    PAGE.write_text(page(now), encoding="utf-8")


if __name__ == "__main__":
    main()
