"""`citystat stat`: what the clock of the Stat sessions asks for every night."""

from argparse import ArgumentParser
from datetime import date, time
from typing import Any

from citystat.core.commands import CityStatCommand, sub_command
from citystat.core.errors import InputError
from citystat.stat_sessions.cycle import actions, memos, nightly, releases
from citystat.stat_sessions.models import Series


class Command(CityStatCommand):
    """Plan, draft, release and follow up Stat sessions; `clock` does what is due tonight."""

    help = "Plan, draft, release and follow up Stat sessions."
    example = "citystat stat clock"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One second word each."""
        words = parser.add_subparsers(dest="act", required=True)
        one = sub_command(
            words, "plan", "Plan the sessions of a year of a series.", "citystat stat plan citystat --first 2027-01-13 --at 14:00"
        )
        one.add_argument("series", help="Short name of the series.")
        one.add_argument("--first", required=True, metavar="DAY", help="Day of the first session of that year, such as 2027-01-13.")
        one.add_argument("--at", default="09:00", metavar="TIME", help="When it begins, such as 14:00.")
        one = sub_command(words, "draft", "Let the packet of a session draft itself.", "citystat stat draft 12")
        one.add_argument("session", type=int, help="Number of the session, as in its address.")
        one = sub_command(words, "release", "Release the packet of a session.", "citystat stat release 12")
        one.add_argument("session", type=int, help="Number of the session, as in its address.")
        one.add_argument("--reason", default="", help="Why another edition is released.")
        one = sub_command(
            words, "memo", "Freeze and send the follow-up memo of a session.", "citystat stat memo 12 --summary 'Crews first.'"
        )
        one.add_argument("session", type=int, help="Number of the session, as in its address.")
        one.add_argument("--summary", required=True, help="Two or three sentences that sum the meeting up.")
        one.add_argument("--summary-es", default="", help="The same in Spanish.")
        one.add_argument("--focus", default="", help="Focus of the next session.")
        one.add_argument("--focus-es", default="", help="The same in Spanish.")
        one.add_argument("--reason", default="", help="Why another edition goes out.")
        sub_command(words, "clock", "Do what is due: draft, release internal packets, mark missed, remind.", "citystat stat clock")

    def run(self, **options: Any) -> dict[str, Any]:
        """The act by its name."""
        found: dict[str, Any] = getattr(self, f"_{options['act']}")(options)
        return found

    def _plan(self, options: dict[str, Any]) -> dict[str, Any]:
        series = Series.objects.filter(slug=options["series"]).first()
        if series is None:
            known = ", ".join(Series.objects.values_list("slug", flat=True)) or "none"
            raise InputError(f"There is no series {options['series']!r}; there are: {known}.")
        try:
            first, at = date.fromisoformat(options["first"]), time.fromisoformat(options["at"])
        except ValueError:
            raise InputError("Write the day like 2027-01-13 and the time like 14:00.") from None
        made = actions.plan_year(by=None, series_id=series.pk, year=first.year, first_on=first, at=at)
        return {"series": series.slug, "planned": [str(one) for one in made]}

    def _draft(self, options: dict[str, Any]) -> dict[str, Any]:
        session = actions.draft(by=None, session_id=options["session"])
        return {"session": session.pk, "build": session.draft["build"], "topics": list(session.topics.values_list("title", flat=True))}

    def _release(self, options: dict[str, Any]) -> dict[str, Any]:
        rows = releases.release(by=None, session_id=options["session"], reason=options["reason"])
        return {"session": options["session"], "edition": rows[0].edition, "build": rows[0].build, "checksum": rows[0].checksum}

    def _memo(self, options: dict[str, Any]) -> dict[str, Any]:
        memo = memos.send(
            by=None,
            session_id=options["session"],
            reason=options["reason"],
            text=memos.MemoText(options["summary"], options["focus"], options["summary_es"], options["focus_es"]),
        )
        return {"session": options["session"], "edition": memo.edition, "checksum": memo.checksum}

    def _clock(self, options: dict[str, Any]) -> dict[str, Any]:
        return nightly.run()
