"""`citystat appointments ...`: remind residents the day before, show a day's list."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand, sub_command
from citystat.core.errors import InputError
from citystat.service_requests.cases import appointment_queries, appointments
from citystat.service_requests.models import Appointment


class Command(CityStatCommand):
    """Run `remind` every hour or once a day; one reminder goes out for each appointment, however often it runs."""

    help = "Appointments: remind residents the day before, show a day's list."
    example = "citystat appointments remind"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word and its options."""
        words = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        sub_command(
            words,
            "remind",
            "Remind of tomorrow's appointments, and of today's that have not begun: once each. `citystat messages send` sends them.",
            "citystat appointments remind",
        )
        day = sub_command(words, "day", "Show the appointments of a day by window.", "citystat appointments day 2026-12-01")
        day.add_argument("day", nargs="?", metavar="DATE", help="The day; tomorrow where left out.")
        day.add_argument("--service", default="", metavar="SLUG", help="Only this service.")

    def run(self, **options: Any) -> dict[str, Any]:
        """Call what the second word names."""
        if options["action"] == "remind":
            return appointments.remind()
        day = _day(options["day"])
        return {"day": day, "appointments": [_row(one) for one in appointment_queries.of_day(day, options["service"])]}

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """A sentence, or one line an appointment."""
        if options["action"] == "remind":
            self.stdout.write(
                f"{result['reminded']:,} reminders are on their way; {result['cannot_be_reached']:,} residents cannot be reached."
            )
            return
        for row in result["appointments"]:
            area = f"{row['area']:<6}" if row["area"] else ""
            self.stdout.write(
                f"{row['from']}-{row['to']}  {area}{row['number']}  {row['service']}, {row['address'] or '-'}  {row['status']}"
            )
        if not result["appointments"]:
            self.stdout.write(f"Nobody is booked on {result['day']}.")


def _day(text: str | None) -> date:
    if not text:
        return appointment_queries.local_now().date() + timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is no day: write it as 2026-12-01.") from None


def _row(one: Appointment) -> dict[str, Any]:
    return {
        "number": one.request.number, "service": one.request.service.name, "address": one.request.address, "area": one.slot.area,
        "from": f"{one.slot.starts:%H:%M}", "to": f"{one.slot.ends:%H:%M}", "status": one.status,
    }  # fmt: skip
