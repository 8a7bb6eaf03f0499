"""`citystat report`: department's month, quarter's scorecard, year; deliver what is released; reports nobody opens."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from citystat.core import whole_files
from citystat.core.commands import CityStatCommand, sub_command
from citystat.core.errors import InputError
from citystat.stat_sessions.models import Audience
from citystat.stat_sessions.reports import actions, deliveries, document, openings, presenters, queries, rules, setting

KINDS = {"month": "department_month", "quarter": "quarter", "year": "year"}


class Command(CityStatCommand):
    """Make and release reports, deliver them, list those nobody opens."""

    help = "Make and release reports, deliver them to audiences, list those nobody opens."
    example = "citystat report quarter --period 2026-Q3 --out out/"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-command a kind, and those around it."""
        commands = parser.add_subparsers(dest="do", required=True)
        for name, what in (("month", "monthly report of a department"), ("quarter", "quarterly scorecard"), ("year", "annual report")):
            one = sub_command(commands, name, f"The {what}.", f"citystat report {name} --period {rules.EXAMPLES[KINDS[name]]} --out out/")
            one.add_argument("--period", required=True, help="Like 2017-06, 2017-Q2 or 2017.")
            one.add_argument("--out", metavar="FOLDER", help="Where to write the files.")
            one.add_argument("--formats", default="html,pdf,xlsx,pptx", help="Of html, pdf, json, xlsx and pptx.")
            one.add_argument("--language", default="en", choices=actions.LANGUAGES, help="Language of the files.")
            one.add_argument("--audience", default="public", choices=actions.AUDIENCES, help="Version of the files.")
            one.add_argument("--build", type=int, metavar="N", help="An older data build; the one that serves by default.")
            one.add_argument("--release", action="store_true", help="Freeze it: it is listed on the site and never changes.")
            one.add_argument("--reason", default="", help="Why a released report is released again.")
            if name == "month":
                one.add_argument("--department", required=True, metavar="NAME", help="The department.")
        missing = sub_command(commands, "missing", "Departments without a report of a month.", "citystat report missing --month 2017-06")
        missing.add_argument("--month", required=True, metavar="YYYY-MM", help="The month.")
        give = sub_command(
            commands, "deliver", "Mail what is released to audiences.", "citystat report deliver report:5 --to council,manager"
        )
        give.add_argument("what", help="report:5, packet:3 or release:12.")
        give.add_argument("--to", default="", help="Names of audiences, separated by commas; all of them by default.")
        unread = sub_command(commands, "unread", "Reports nobody opened.", "citystat report unread --days 90")
        unread.add_argument("--days", type=int, default=rules.UNREAD_AFTER_DAYS, help="Not opened for so many days.")

    def run(self, **options: Any) -> dict[str, Any]:
        """Do one of them."""
        if options["do"] in KINDS:
            return self._make(options)
        if options["do"] == "missing":
            rules.span("department_month", options["month"])
            found = queries.department_reports(options["month"], language="en", staff=True)
            return {"month": options["month"], "departments": len(found), "missing": queries.missing(found)}
        if options["do"] == "deliver":
            return self._deliver(options)
        rows = openings.unread(days=options["days"])
        return {"days": options["days"], "unread": [{"what": one.what, "first_on": one.first_on.isoformat()} for one in rows]}

    def _make(self, options: dict[str, Any]) -> dict[str, Any]:
        kind, department = KINDS[options["do"]], options.get("department") or ""
        forms = [one.strip() for one in options["formats"].split(",") if one.strip()]
        if unknown := [one for one in forms if one not in setting.FORMS]:
            raise InputError(f"There is no format {unknown[0]!r}: use {', '.join(setting.FORMS)}.")
        made = actions.make(
            kind,
            options["period"],
            department=department,
            language=options["language"],
            audience=options["audience"],
            build=options["build"],
        )
        rows = (
            actions.release(
                by=None, kind=kind, period=options["period"], department=department, reason=options["reason"], build=options["build"]
            )
            if options["release"]
            else ()
        )
        return {
            "title": made.document.title,
            "build": made.document.build,
            "checksum": document.checksum(made.document),
            "unexplained": [one.measure.name for one in made.unexplained],
            "files": _write(made.document, options["out"], forms) if options["out"] else [],
            "edition": rows[0].edition if rows else None,
        }

    def _deliver(self, options: dict[str, Any]) -> dict[str, Any]:
        wanted = [one.strip() for one in options["to"].split(",") if one.strip()]
        known = {one.slug: one.pk for one in Audience.objects.all()}
        if unknown := [one for one in wanted if one not in known]:
            raise InputError(f"There is no audience {unknown[0]!r}; there are: {', '.join(sorted(known)) or 'none'}.")
        found = deliveries.deliver(by=None, what=options["what"], audience_ids=[known[one] for one in wanted or known])
        return {
            "what": options["what"],
            "audiences": {one.audience.slug: {"state": one.state, "messages": one.recipients} for one in found},
        }


def _write(made: document.Document, out: str, forms: list[str]) -> list[str]:
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for form in forms:
        path = folder / f"{presenters.file_name(made)}.{form}"
        whole_files.write(path, setting.file(made, form))
        paths.append(str(path))
    return paths
