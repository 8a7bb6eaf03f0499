"""`citystat packet`: make the monthly report, and release it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.utils import translation

from citystat.core import whole_files
from citystat.core.commands import CityStatCommand
from citystat.core.errors import InputError
from citystat.core.progress import progress
from citystat.stat_sessions import actions, changes, content, queries
from citystat.stat_sessions.reports import packet_documents
from citystat.stat_sessions.reports import setting as reports


class Command(CityStatCommand):
    """Make the packet of a month as HTML, PDF and JSON."""

    help = "Make the monthly 311 report (the packet) of the city, a department or a district: packet.html, packet.pdf, packet.json."
    example = "citystat packet --month 2017-06 --out out/"
    requires_migrations_checks = False
    languages: ClassVar[tuple[str, ...]] = queries.LANGUAGES

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Month, folder, scope, language, audience, build, release."""
        parser.add_argument("--month", required=True, metavar="YYYY-MM", help="The month, for example 2017-06.")
        parser.add_argument("--out", required=True, metavar="FOLDER", help="Where to write the files.")
        scope = parser.add_mutually_exclusive_group()
        scope.add_argument("--department", metavar="NAME", help="Only this department.")
        scope.add_argument("--district", metavar="CODE", help="Only this council district.")
        parser.add_argument("--language", default="en", choices=self.languages, help="Language of the report.")
        parser.add_argument(
            "--audience", default="public", choices=queries.AUDIENCES, help="`staff` adds request numbers and addresses of spots."
        )
        parser.add_argument("--build", type=int, metavar="N", help="An older data build; the one that serves by default.")
        parser.add_argument("--release", action="store_true", help="Freeze the packet: it is listed on the site and never changes.")
        parser.add_argument(
            "--formats",
            default="html,pdf,json",
            metavar="LIST",
            help="Files to write, of html, pdf, json, xlsx and pptx; html,pdf,json by default.",
        )
        parser.add_argument("--reason", default="", help="Why a released packet is released again.")

    def run(self, **options: Any) -> dict[str, Any]:
        """Make, compare with the released edition, write, and release where asked."""
        if options["reason"] and not options["release"]:
            raise InputError("--reason says why a packet is released again: give --release with it.")
        forms = _forms(options["formats"])
        kind: content.ScopeKind = "department" if options["department"] else "district" if options["district"] else "city"
        with progress("Counting") as step:
            packet = queries.packet_content(
                options["month"],
                kind=kind,
                code=options["department"] or options["district"] or "",
                language=options["language"],
                audience=options["audience"],
                build=options["build"],
            )
            step(1)
        last = queries.released(packet)
        changed: tuple[changes.Change, ...] = ()
        if last is not None and last.checksum != content.checksum(packet):
            with translation.override(packet.language):
                changed = changes.changes(queries.content_of(last), packet)
        row = actions.release(packet=packet, by=None, reason=options["reason"]) if options["release"] else None
        with progress("Setting"):
            paths = _write(packet, Path(options["out"]), changed, forms)
        return {
            "month": packet.month,
            "scope": packet.scope.name,
            "build": packet.build,
            "as_of": packet.as_of,
            "complete": packet.is_complete,
            "checksum": content.checksum(packet),
            "files": {name: str(path) for name, path in paths.items()},
            "topics": [topic.title for topic in packet.topics],
            "released_edition": row.edition if row else last.edition if last else None,
            "changed_figures": len(changed),
        }

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """What was made, where it is, and whether it differs from the released edition."""
        state = "" if result["complete"] else " (the month is not complete: no trends, no comparisons)"
        self.stdout.write(f"Packet of {result['scope']}, {result['month']}, from build {result['build']} as of {result['as_of']}{state}.")
        for path in result["files"].values():
            self.stdout.write(f"  {path}")
        for title in result["topics"]:
            self.stdout.write(f"  Topic: {title}")
        if result["changed_figures"]:
            self.stdout.write(
                f"{result['changed_figures']} figures differ from the edition released before; it stays as it is and the packet lists them."
            )
        if options["release"]:
            self.stdout.write(f"Released as edition {result['released_edition']}, checksum {result['checksum'][:12]}.")


def _forms(text: str) -> list[str]:
    """The forms asked for; InputError names those there are."""
    forms = list(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    if not forms or any(one not in reports.FORMS for one in forms):
        raise InputError(f"--formats takes {', '.join(reports.FORMS)}, separated by commas; {text!r} is not that.")
    return forms


def _write(packet: content.PacketContent, folder: Path, changed: tuple[changes.Change, ...], forms: list[str]) -> dict[str, Path]:
    """The files asked for; each is complete or not there."""
    paths = actions.write_files(packet, folder, changed, forms=forms)
    for form in ("xlsx", "pptx"):
        if form in forms:
            path = folder / f"packet.{form}"
            whole_files.write(path, reports.file(packet_documents.of_month(packet), form))
            paths[path.name] = path
    return paths
