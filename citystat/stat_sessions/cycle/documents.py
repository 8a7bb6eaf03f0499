"""The packet and the memo of a session as pages, one-file HTML and tagged PDF, by the same setting as the monthly packet."""

from collections.abc import Sequence
from typing import Any

from citystat.core import charting
from citystat.stat_sessions import setting
from citystat.stat_sessions.cycle import presenters
from citystat.stat_sessions.cycle.content import MemoContent, SessionPacket

PACKET_BODY, MEMO_BODY = "stat_sessions/cycle/packet_body.html", "stat_sessions/cycle/memo_body.html"


def packet_context(packet: SessionPacket, changed: Sequence[Sequence[str]] = ()) -> dict[str, Any]:
    """What the body of a packet reads."""
    return {"packet": presenters.packet_view(packet, changed), "charts": setting.page_drawings(presenters.packet_pictures(packet))}


def packet_html(packet: SessionPacket, changed: Sequence[Sequence[str]] = ()) -> str:
    """The packet as one file."""
    return setting.html_document(packet_context(packet, changed), packet.language, PACKET_BODY)


def packet_pdf(packet: SessionPacket, changed: Sequence[Sequence[str]] = ()) -> bytes:
    """The packet as a tagged PDF."""
    drawings = {key: charting.svg(spec) for key, spec in presenters.packet_pictures(packet).items()}
    return setting.compile_pdf("session", presenters.packet_view(packet, changed), drawings, packet.as_of)


def memo_context(memo: MemoContent, corrected: Sequence[str] = ()) -> dict[str, Any]:
    """What the body of a memo reads."""
    return {"packet": presenters.memo_view(memo, corrected), "charts": {}}


def memo_html(memo: MemoContent, corrected: Sequence[str] = ()) -> str:
    """The memo as one file."""
    return setting.html_document(memo_context(memo, corrected), memo.language, MEMO_BODY)


def memo_pdf(memo: MemoContent, corrected: Sequence[str] = ()) -> bytes:
    """The memo as a tagged PDF."""
    return setting.compile_pdf("memo", presenters.memo_view(memo, corrected), {}, memo.held_on)
