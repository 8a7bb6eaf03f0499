"""Release packets. A released packet never changes; another release of its month is another edition with a reason."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from citystat.core import audit, whole_files
from citystat.core.errors import InputError
from citystat.core.home import reports_dir
from citystat.core.locks import exclusive
from citystat.stat_sessions import access, content, queries, setting
from citystat.stat_sessions.changes import Change
from citystat.stat_sessions.content import PacketContent
from citystat.stat_sessions.models import Packet
from citystat.stat_sessions.reports import openings
from citystat.warehouse import build as builds

FILES = ("packet.html", "packet.pdf", "packet.json")


def release(*, packet: PacketContent, by: Any, reason: str = "") -> Packet:
    """Freeze a packet with its build and checksum, and keep its build for good.

    The same content again gives the edition there is. Different content for a month already released needs a reason and becomes the
    next edition. Raises NotAllowed without the right, InputError for an incomplete month or a missing reason.
    """
    access.check_can_release(by)
    openings.check_not_retired(openings.of_scope(packet.scope.kind, packet.scope.code))
    if not packet.is_complete:
        raise InputError(_("%(month)s is not complete, so its packet cannot be released yet.") % {"month": packet.month_name})
    with exclusive("release"), transaction.atomic():
        last = queries.released(packet)
        checksum = content.checksum(packet)
        if last is not None and last.checksum == checksum:
            return last
        if last is not None and not reason.strip():
            raise InputError(
                _("This packet was released from build %(build)s and its figures have changed: give a reason to release it again.")
                % {"build": last.build}
            )
        row = _row(packet, checksum, edition=last.edition + 1 if last else 1, by=by, reason=reason.strip())
        details = {"build": packet.build, "checksum": checksum, "edition": row.edition, "reason": row.reason}
        audit.record(by=by, action="stat_sessions.release", target=str(row), details=details)
        write_files(packet, folder_of(row))
        builds.pin(packet.build, f"packet {row}")
    return row


def write_files(
    packet: PacketContent, folder: Path, changed: tuple[Change, ...] = (), forms: Sequence[str] = ("html", "pdf", "json")
) -> dict[str, Path]:
    """Write packet.html, packet.pdf and packet.json, or those of them asked for; each is complete or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    makers: dict[str, Callable[[], bytes]] = {
        "html": lambda: setting.html_file(packet, changed).encode("utf-8"),
        "pdf": lambda: setting.pdf_file(packet, changed),
        "json": lambda: json_file(packet),
    }
    made = {f"packet.{form}": make() for form, make in makers.items() if form in forms}
    for name, data in made.items():
        whole_files.write(folder / name, data)
    return {name: folder / name for name in made}


def json_file(packet: PacketContent) -> bytes:
    """The content with its build and checksum; the checksum is of the canonical JSON under `content`."""
    head = {"build": packet.build, "checksum": content.checksum(packet), "content": content.as_dict(packet)}
    return (json.dumps(head, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def folder_of(row: Packet) -> Path:
    """Where the files of a released packet are kept."""
    return reports_dir() / "packets" / f"{row.pk:06d}"


def _row(packet: PacketContent, checksum: str, *, edition: int, by: Any, reason: str) -> Packet:
    return Packet.objects.create(
        month=packet.month,
        scope_kind=packet.scope.kind,
        scope_code=packet.scope.code,
        scope_name=packet.scope.name,
        language=packet.language,
        audience=packet.audience,
        edition=edition,
        build=packet.build,
        as_of=packet.as_of,
        checksum=checksum,
        content=content.as_dict(packet),
        reason=reason,
        released_by=by,
    )
