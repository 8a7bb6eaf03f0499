"""JSON and XML of one answer. JSON is the XML without the names of its lists: `{"services": [..]}` is never written.

Strings for every code and id, numbers for latitude and longitude, real booleans, `null` or an empty element where there is nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

CONTENT_TYPES: Final[Mapping[str, str]] = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
# A list and its elements in XML.
ELEMENTS: Final[Mapping[str, str]] = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
    "photos": "photo",
    "places": "place",
    "probable_duplicates": "probable_duplicate",
}
DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
# XML 1.0 has no way to write these, not even escaped.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def wanted(request: HttpRequest, suffix: str) -> str:
    """The format of the address, else the one the program accepts, else JSON."""
    if suffix.lower() in CONTENT_TYPES:
        return suffix.lower()
    # Browsers name XML among the rest, and are shown JSON, which they set out.
    is_browser = "html" in request.headers.get("accept", "")
    preferred = None if is_browser else request.get_preferred_type(("application/json", "text/xml", "application/xml"))
    return "xml" if preferred and preferred.endswith("xml") else "json"


def answer(fmt: str, root: str, value: Any, status: int = 200) -> HttpResponse:
    """The answer in the format: `value` is a list of records, or one object where the standard says so."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) if fmt == "json" else DECLARATION + "".join(_element(root, value))
    return HttpResponse(text, status=status, content_type=CONTENT_TYPES[fmt])


def text_of(fmt: str, root: str, value: Any) -> str:
    """One record of the list `root` as text, to be put together by `answer_of`."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if fmt == "json" else "".join(_element(ELEMENTS[root], value))


def answer_of(fmt: str, root: str, texts: Sequence[str]) -> HttpResponse:
    """The answer of a list whose records are text already: the same as `answer` of the records."""
    if fmt == "json":
        return HttpResponse(f"[{','.join(texts)}]", content_type=CONTENT_TYPES[fmt])
    text = f"<{root}>{''.join(texts)}</{root}>"
    return HttpResponse(DECLARATION + text, content_type=CONTENT_TYPES[fmt])


def failure(fmt: str, status: int, sentence: str) -> HttpResponse:
    """An error in the standard's own form: an array, even of one."""
    return answer(fmt, "errors", [{"code": status, "description": sentence}], status)


def _element(name: str, value: Any) -> Iterator[str]:
    if value is None or value == "":
        yield f"<{name}/>"
    elif isinstance(value, Mapping):
        yield f"<{name}>"
        for key, inner in value.items():
            yield from _element(key, inner)
        yield f"</{name}>"
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield f"<{name}>"
        for one in value:
            yield from _element(ELEMENTS[name], one)
        yield f"</{name}>"
    else:
        yield f"<{name}>{_text(value)}</{name}>"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return NOT_IN_XML.sub("", str(value)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
