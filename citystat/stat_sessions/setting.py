"""Set a packet: content to one self-contained HTML file and to a tagged PDF/UA-1. The same content gives the same bytes."""

import base64
import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import typst
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from citystat.core import charting
from citystat.core.cities import current_city
from citystat.stat_sessions import charts, maps, presenters
from citystat.stat_sessions.changes import Change
from citystat.stat_sessions.content import PacketContent

PACKAGE = "citystat.stat_sessions"
WEB_WEIGHTS = {400: "Regular", 600: "SemiBold", 700: "Bold"}
HIDDEN = ' aria-hidden="true" focusable="false"'
OUTLINE_KEY = "map-{}"


def html_file(content: PacketContent, changed: Sequence[Change] = ()) -> str:
    """One HTML file that asks for nothing from outside: styles, fonts and charts are in it."""
    return html_document(page_context(content, changed), content.language)


def html_document(context: dict[str, Any], language: str, body: str = "stat_sessions/packet_body.html") -> str:
    """A page of the room as one file; `context["packet"]` has its running title and stamp, `body` is the template inside it."""
    with translation.override(language):
        page_words = f'"{_("Page")} " counter(page) " {_("of")} " counter(pages)'
        context |= {
            "body": body,
            "fonts": _font_faces(),
            "css": _text("static/stat_sessions/packet.css"),
            "accent": current_city().accent_color,
            "running_css": _css_string(context["packet"]["running"]),
            "stamp_css": _css_string(context["packet"]["stamp"]),
            "page_css": page_words,
        }
        return _without_blank_lines(render_to_string("stat_sessions/packet_file.html", context))


def page_context(content: PacketContent, changed: Sequence[Change] = ()) -> dict[str, Any]:
    """What `packet_body.html` reads: the written packet and its drawings by key."""
    packet = presenters.view(content, changed)
    packet["toc"] = presenters.table_of_contents(packet)
    drawings = page_drawings(charts.pictures(content))
    outline = content.districts.outline if content.districts else None
    if outline and content.districts:
        packet["map_symbol"] = maps.symbol_svg(outline)
        drawings |= {OUTLINE_KEY.format(index): maps.use_svg(outline, page.code) for index, page in enumerate(content.districts.pages)}
    return {"packet": packet, "charts": drawings}


def pdf_file(content: PacketContent, changed: Sequence[Change] = ()) -> bytes:
    """A tagged PDF/UA-1 in which every picture has its text; its creation time is the as-of date, so that bytes repeat."""
    return compile_pdf("packet", presenters.view(content, changed), _print_drawings(content), content.as_of)


def compile_pdf(template: str, view: dict[str, Any], drawings: dict[str, str], day: str) -> bytes:
    """Set a view by one of the room's Typst templates; drawings are SVG by key, `day` is when the document says it was made."""
    with tempfile.TemporaryDirectory(prefix="citystat-packet-") as folder, as_file(files(PACKAGE) / "typst") as templates:
        root = Path(folder)
        for source in sorted(templates.glob("*.typ")):
            (root / source.name).write_bytes(source.read_bytes())
        for key, drawing in drawings.items():
            (root / f"{key}.svg").write_text(drawing, encoding="utf-8")
        (root / "packet.json").write_text(json.dumps(view | {"accent": current_city().accent_color}, ensure_ascii=False), encoding="utf-8")
        return typst.compile(
            str(root / f"{template}.typ"),
            root=str(root),
            font_paths=[str(path) for path in charting.font_folders()],
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            timestamp=_instant(day),
        )


def page_drawings(specs: Mapping[str, Any]) -> dict[str, str]:
    """Charts as SVG that may be named for those who do not see them."""
    return {key: charting.svg(spec).replace(HIDDEN, "", 1) for key, spec in specs.items()}


def _print_drawings(content: PacketContent) -> dict[str, str]:
    drawings = {key: charting.svg(spec) for key, spec in charts.pictures(content).items()}
    if content.districts and content.districts.outline:
        outline, accent = content.districts.outline, current_city().accent_color
        drawings |= {
            OUTLINE_KEY.format(index): maps.map_svg(outline, page.code, accent) for index, page in enumerate(content.districts.pages)
        }
    return drawings


def _instant(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), tzinfo=UTC)


@cache
def _font_faces() -> str:
    """Public Sans inside the file where the front-end files are installed; otherwise the reader's own sans-serif."""
    faces: list[str] = []
    for folder in charting.font_folders():
        for weight, name in WEB_WEIGHTS.items():
            path = folder / f"PublicSans-{name}.woff2"
            if path.is_file():
                data = base64.b64encode(path.read_bytes()).decode("ascii")
                source = f'url("data:font/woff2;base64,{data}") format("woff2")'
                faces.append(f'@font-face {{ font-family: "Public Sans"; font-weight: {weight}; font-display: swap; src: {source}; }}')
    return "\n".join(faces)


@cache
def _text(path: str) -> str:
    return (files(PACKAGE) / path).read_text(encoding="utf-8")


def _css_string(text: str) -> str:
    """Text as a CSS string that cannot end its style element."""
    return '"' + "".join(letter if letter.isalnum() or letter in " ,.:-" else f"\\{ord(letter):x} " for letter in text) + '"'


def _without_blank_lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"
