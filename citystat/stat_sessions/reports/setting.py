"""A report as page, one-file HTML, tagged PDF, JSON, Excel and PowerPoint: one document, six forms."""

import json
from typing import Any

from citystat.core import charting
from citystat.core.errors import NotFound
from citystat.stat_sessions import setting as packets
from citystat.stat_sessions.reports import document as documents
from citystat.stat_sessions.reports import presenters, sheets, slides
from citystat.stat_sessions.reports.document import Document

BODY = "stat_sessions/reports/body.html"
FORMS = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def page_context(document: Document) -> dict[str, Any]:
    """What the body of a report reads."""
    return {"packet": presenters.view(document), "charts": packets.page_drawings(presenters.pictures(document))}


def file(document: Document, form: str) -> bytes:
    """The report in a form; the same document gives the same bytes. NotFound for a form there is not."""
    if form == "html":
        return packets.html_document(page_context(document), document.language, BODY).encode()
    if form == "pdf":
        drawings = {key: charting.svg(spec) for key, spec in presenters.pictures(document).items()}
        return packets.compile_pdf("report", presenters.view(document), drawings, document.as_of)
    if form == "json":
        head = {"build": document.build, "checksum": documents.checksum(document), "content": documents.as_dict(document)}
        return (json.dumps(head, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode()
    if form == "xlsx":
        return sheets.workbook(document)
    if form == "pptx":
        return slides.presentation(document)
    raise NotFound("A report is offered as html, pdf, json, xlsx and pptx.")
