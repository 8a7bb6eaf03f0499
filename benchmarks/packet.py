"""Row 5: the packet of a session with forty measures, as HTML; PDF said beside it."""

from pathlib import Path
from typing import Any

from benchmarks import children

BAR_SECONDS = 10.0
MEASURES = 40


def measure(folder: Path, requests: int) -> dict[str, Any]:
    """Seconds of a packet nobody has asked for before, of the counting a build does for it, and of its PDF."""
    home = folder / "home"
    children.citystat(["init"], home)
    done = children.run(["-m", "benchmarks.with_packet"], home)
    return {"requests": requests, "cpu_seconds": done.cpu_seconds, "peak_mb": done.peak_mb} | done.printed


def rows(found: list[dict[str, Any]]) -> list[tuple[str, str, str, bool]]:
    """Lines of the table: what, result, bar, passed."""
    lines = []
    for one in found:
        seconds = one["content_seconds"] + one["html_seconds"]
        counting, printing = one["counting_seconds"], one["pdf_seconds"]
        text = f"{seconds:.1f} s (before it, in the build: {counting:.1f} s of counting; PDF: {printing:.1f} s more)"
        enough = one["measures"] == MEASURES
        lines.append(
            (f"packet of {one['measures']} measures, HTML, {one['requests']:,}", text, "under 10 s", enough and seconds < BAR_SECONDS)
        )
    return lines
