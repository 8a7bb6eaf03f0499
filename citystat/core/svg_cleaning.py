"""What remains of a drawn SVG before it stands inside a page: shapes and text, no script, no style, no link, ids of its own."""

import re
from html import escape
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
SHAPES = frozenset({"svg", "g", "path", "rect", "circle", "line", "text", "tspan", "defs", "clipPath", "linearGradient", "stop"})
ATTRIBUTES = frozenset(
    [
        "viewBox",
        "width",
        "height",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "d",
        "transform",
        "fill",
        "stroke",
        "opacity",
        "fill-opacity",
        "stroke-opacity",
        "stroke-width",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "clip-path",
        "id",
        "text-anchor",
        "font-family",
        "font-size",
        "font-weight",
        "font-style",
        "offset",
        "stop-color",
        "dx",
        "dy",
        "dominant-baseline",
    ]
)
REFERENCE = re.compile(r"url\(#([^)\s]+)\)")
NUMBER = re.compile(r"-?\d+\.\d{3,}")


def drawing_only(text: str, prefix: str) -> str:
    """The same picture from listed elements and attributes only; ids become `<prefix>-1`, `<prefix>-2`, in order.

    Raises ElementTree.ParseError for what is not XML.
    """
    root = ElementTree.fromstring(text)  # noqa: S314 - the text comes from our own renderer
    names = {old: f"{prefix}-{number}" for number, old in enumerate(_ids(root), start=1)}
    _clean(root, names)
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def named(drawing: str, *, title: str, description: str) -> str:
    """The drawing as one image with a name and a description for those who do not see it; hidden from them without a title."""
    inside = drawing[drawing.index(">") + 1 :]
    opening = drawing[: drawing.index(">")]
    if not title:
        return f'{opening} aria-hidden="true" focusable="false">{inside}'
    label = escape(title)
    words = f"<title>{label}</title>" + (f"<desc>{escape(description)}</desc>" if description else "")
    return f'{opening} role="img" aria-label="{escape(_sentence(title, description))}" focusable="false">{words}{inside}'


def _sentence(title: str, description: str) -> str:
    return f"{title.rstrip('.')}. {description}" if description else title


def _ids(root: ElementTree.Element) -> list[str]:
    return list(dict.fromkeys(element.attrib["id"] for element in root.iter() if "id" in element.attrib))


def _clean(element: ElementTree.Element, names: dict[str, str]) -> None:
    for child in list(element):
        if not _is_drawing(child):
            element.remove(child)
        else:
            _clean(child, names)
            if _local(child) == "g" and not len(child):
                element.remove(child)
    for name in list(element.attrib):
        if name not in ATTRIBUTES:
            del element.attrib[name]
        else:
            element.attrib[name] = _value(name, element.attrib[name], names)


def _is_drawing(element: ElementTree.Element) -> bool:
    """Whether the element draws: listed, shown, and more than the empty frames the renderer leaves."""
    if _local(element) not in SHAPES or element.get("display") == "none":
        return False
    return not (element.get("class") in {"background", "foreground"} and "stroke" not in element.attrib and "fill" not in element.attrib)


def _value(name: str, value: str, names: dict[str, str]) -> str:
    if name == "id":
        return names[value]
    value = REFERENCE.sub(lambda found: f"url(#{names.get(found[1], 'none')})", value)
    if "url(" in value and not value.startswith("url(#"):
        return "none"
    return NUMBER.sub(_shorter, value) if name in {"d", "transform"} else value


def _shorter(found: re.Match[str]) -> str:
    """Two decimals are a hundredth of a pixel."""
    return f"{round(float(found[0]), 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _local(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]
