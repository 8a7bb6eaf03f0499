"""`citystat init`: make an installation."""

from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand
from citystat.ops import city_folder, set_up


class Command(CityStatCommand):
    """Make the home folder, the secret key, the database and the first administrator."""

    help = "Make an installation in CITYSTAT_HOME: secret key, database, the city's facts, the first administrator. Safe to run again."
    example: ClassVar[str] = 'citystat init --name "Kansas City" --time-zone America/Chicago --admin-email analyst@city.gov'

    def add_arguments(self, parser: CommandParser) -> None:
        """Options."""
        parser.add_argument("--name", help="Name of the city.")
        parser.add_argument("--time-zone", help="The city's time zone, such as America/Chicago.")
        parser.add_argument(
            "--admin-email", help="E-mail address of the first administrator; a one-time link to set a password is printed."
        )
        parser.add_argument("--port", type=int, default=set_up.PORT, help="Port the pages will be served on, for the printed link (8000).")
        parser.add_argument(
            "--city", type=Path, metavar="FOLDER", help="A folder of the city's data (city.yaml, places, services, calendar)."
        )

    def run(self, **options: Any) -> dict[str, Any]:
        """Make what is missing."""
        folder: Path | None = options["city"]
        result = set_up.initialize(
            name=options["name"],
            time_zone=options["time_zone"],
            admin_email=options["admin_email"],
            city_folder=folder,
            port=options["port"],
        )
        if folder is not None:
            result |= city_folder.load(folder)
        return result

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """What there is now, and what to do next."""
        self.stdout.write(f"CityStat home: {result['home']} (database {result['database']})")
        self.stdout.write(f"City: {result['city']}, time zone {result['time_zone']}")
        for layer in result.get("layers", []):
            self.stdout.write(f"Places: {layer['places']} of {layer['kind']} {layer['version']}, {layer['outcome']}")
        if "set_password_link" in result:
            self.stdout.write("The administrator sets a password through this link; it works once, for three days:")
            self.stdout.write(f"  {result['set_password_link']}")
        elif not result["administrators"]:
            self.stdout.write("Nobody can sign in yet: run `citystat init --admin-email NAME@CITY` to make the first administrator.")
        if result["time_zone"] == "UTC":
            self.stdout.write("No time zone is set: run `citystat init --time-zone America/Chicago` (or yours) before loading requests.")
