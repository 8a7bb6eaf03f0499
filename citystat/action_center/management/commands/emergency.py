"""`citystat emergency`: the light form on and off from the machine itself, and the question whether it is still needed."""

from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand
from citystat.core.errors import InputError
from citystat.service_requests.cases import emergency


class Command(CityStatCommand):
    """Turn the switch, say how things stand, or ask people to confirm."""

    help = "Switch the light emergency form on or off, confirm it, show how things stand, or ask people whether it is still needed."
    example = 'citystat emergency on --reason "Ice storm" --service tree-down --service street-flooding'

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do and why."""
        parser.add_argument(
            "do", choices=("status", "on", "confirm", "off", "ask"), nargs="?", default="status",
            help="status (default); ask writes to the people who may turn it once the time to confirm has come: run it every hour.",
        )  # fmt: skip
        parser.add_argument("--reason", default="", help="Why; the record keeps it. Needed for on and off.")
        parser.add_argument(
            "--service", action="append", default=[], metavar="SLUG", help="A service to take; without any, the urgent ones."
        )
        parser.add_argument("--message", action="append", default=[], metavar="LANGUAGE=TEXT", help="What residents read, such as en=Ice.")
        parser.add_argument("--hours", type=float, default=emergency.HOURS, metavar="N", help="Hours until people are asked again (12).")

    def run(self, **options: Any) -> dict[str, Any]:
        """Do it."""
        do, reason = options["do"], options["reason"]
        if do == "ask":
            return {"asked": emergency.ask_to_confirm()}
        if do == "on":
            texts = messages_of(options["message"])
            emergency.switch_on(by=None, reason=reason, services=options["service"], texts=texts, hours=options["hours"])
        elif do == "confirm":
            emergency.confirm(by=None, reason=reason, hours=options["hours"])
        elif do == "off":
            emergency.switch_off(by=None, reason=reason)
        state = emergency.current()
        if state is None:
            return {"is_on": False}
        return {"is_on": True, "since": state.since, "confirm_by": state.confirm_by, "services": list(state.services)}

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """A sentence."""
        if "asked" in result:
            self.stdout.write(f"{result['asked']} people are asked whether the light form is still needed.")
        elif result["is_on"]:
            self.stdout.write(f"The light form is on since {result['since']:%Y-%m-%d %H:%M}: {', '.join(result['services'])}.")
        else:
            self.stdout.write("The light form is off.")


def messages_of(given: list[str]) -> dict[str, str]:
    """Language -> text, from `en=Ice on the roads`."""
    pairs = [one.partition("=") for one in given]
    if not all(language.strip() and text.strip() for language, _equals, text in pairs):
        raise InputError("Write --message as language=text, such as --message en='Ice on the roads.'")
    return {language.strip(): text.strip() for language, _equals, text in pairs}
