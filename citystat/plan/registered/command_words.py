"""The second words of `citystat measure` that the register adds: ask, load, status, health."""

from pathlib import Path
from typing import Any

from citystat.core.commands import sub_command
from citystat.core.errors import InputError
from citystat.plan import known, numbers
from citystat.plan.registered import board, health, status, value_actions, value_files
from citystat.plan.registered.status import Bounds
from citystat.warehouse.connections import open_build


class RegisterWords:
    """What a command inherits to know these words; it prints with the command's own `print_table`."""

    stdout: Any
    print_table: Any

    def add_register_words(self, parsers: Any) -> None:
        """Their options."""
        asking = sub_command(parsers, "ask", "Ask owners for the values that are due.", "citystat measure ask --month 2017-06")
        asking.add_argument(
            "--month", default="", metavar="MONTH", help="The last month that counts as over (default: the one before this)."
        )
        asking.add_argument("--again", action="store_true", help="Send those who did not answer a new link.")
        loading = sub_command(
            parsers, "load", "Keep values people give from a CSV file; every row is accounted for.", "citystat measure load values.csv"
        )
        loading.add_argument("path", type=Path, metavar="FILE", help=f"CSV with the columns {', '.join(value_files.COLUMNS)}.")
        loading.add_argument("--measure", default="", metavar="NAME", help="The measure, where the file has no such column.")
        loading.add_argument("--keep-good", action="store_true", help="Keep the good rows although others are refused.")
        loading.add_argument("--dry-run", action="store_true", help="Try everything and keep nothing.")
        told = sub_command(
            parsers, "status", "Say whether measures change and will meet their targets.", "citystat measure status --tier 3"
        )
        told.add_argument("name", nargs="?", help="One measure (default: all).")
        told.add_argument("--tier", type=int, choices=board.TIERS, help="Only measures of a tier.")
        told.add_argument("--rule", choices=tuple(status.RULES), help="Also by the published rule of another city.")
        told.add_argument("--distance", default="", help="For socrata_proximity: how far from the target is near, such as 2 or 5%%.")
        told.add_argument("--lower", default="", help="For socrata_above_below: the lower cut point.")
        told.add_argument("--upper", default="", help="For socrata_above_below: the upper cut point.")
        sub_command(parsers, "health", "Say what ails the measures.", "citystat measure health")

    def run_ask(self, **options: Any) -> dict[str, Any]:
        """Write the mails; `citystat messages send` sends them."""
        found = value_actions.ask(by=None, month=options["month"], again=options["again"])
        rows = [
            {"measure": one.measure.name, "period_start": str(one.period_start), "person": one.person.email, "due_on": str(one.due_on)}
            for one in found
        ]
        return {"asked": rows}

    def present_ask(self, result: dict[str, Any], **options: Any) -> None:
        """One line a mail."""
        self.print_table(["measure", "period from", "asked", "due"], [list(one.values()) for one in result["asked"]])
        self.stdout.write(f"{len(result['asked'])} asked; `citystat messages send` sends the mails.")

    def run_load(self, **options: Any) -> dict[str, Any]:
        """Read, check, keep."""
        path = options["path"]
        try:
            content = path.read_bytes()
        except OSError:
            raise InputError(f"{path} cannot be read: check the path.") from None
        return value_files.load(
            by=None, name=path.name, content=content, measure=options["measure"], keep_good=options["keep_good"], dry_run=options["dry_run"]
        ).as_dict()

    def present_load(self, result: dict[str, Any], **options: Any) -> None:
        """The counts, then each refused row."""
        kept = "kept" if result["is_kept"] else "good, none of them kept" if result["accepted"] else "good"
        counts = f"{result['accepted']} {kept}, {result['unchanged']} as before, {len(result['refused'])} refused"
        self.stdout.write(f"{result['rows']} rows: {counts}.")
        for one in result["refused"]:
            self.stdout.write(f"  line {one['line']}, {one['what']}: {one['reason']}")
        if result["ignored"]:
            self.stdout.write(f"Columns left out: {', '.join(result['ignored'])}.")
        if result["refused"] and not options["keep_good"]:
            self.stdout.write("Put the refused rows right and load the file again, or keep the good ones with --keep-good.")

    def run_status(self, **options: Any) -> dict[str, Any]:
        """Both answers of every measure asked for, and the verdict of a published rule."""
        build = open_build()
        chosen = [known.find(options["name"])] if options["name"] else [known.in_use()[name] for name in sorted(known.in_use())]
        bounds = Bounds(_number(options["distance"]) or 0.0, _number(options["lower"]), _number(options["upper"]))
        return {
            "measures": [
                _status(board.standing(one, build), options["rule"], bounds) for one in chosen if options["tier"] in (None, one.tier)
            ]
        }

    def present_status(self, result: dict[str, Any], **options: Any) -> None:
        """One line a measure; the sentences for one alone."""
        heads = ["measure", "tier", "period", "value", "target", "changing", "meeting", *(["rule"] if options["rule"] else [])]
        self.print_table(heads, [[_cell(one[name]) for name in heads] for one in result["measures"]])
        if len(result["measures"]) == 1:
            for name in ("changing_sentence", "meeting_sentence", *(["rule_sentence"] if options["rule"] else [])):
                self.stdout.write(result["measures"][0][name])
        if options["rule"]:
            rule = status.RULES[options["rule"]]
            self.stdout.write(f"{rule.label}: {rule.definition} {rule.trap}")

    def run_health(self, **options: Any) -> dict[str, Any]:
        """Everything that ails a measure."""
        return {"measures": len(known.in_use()), "ailments": [one.as_dict() for one in health.health(open_build())]}

    def present_health(self, result: dict[str, Any], **options: Any) -> None:
        """One line each."""
        for one in result["ailments"]:
            self.stdout.write(f"{one['measure']}: {health.RULES[one['rule']]}. {one['sentence']} [{one['rule']}]")
        self.stdout.write(f"{result['measures']} measures, {len(result['ailments'])} things to look at.")


def _status(one: board.Standing, rule: str | None, bounds: Bounds) -> dict[str, Any]:
    ruled = board.judged_by(rule, one, bounds) if rule else None
    return {
        "measure": one.measure.name, "tier": one.measure.tier, "department": one.department, "format": one.measure.format,
        "period": one.row.period if one.row else None, "value": one.facts.value, "target": one.facts.target,
        "changing": one.answers.variation, "changing_sentence": one.answers.variation_sentence,
        "meeting": one.answers.assurance, "meeting_sentence": one.answers.assurance_sentence,
        **({"rule": ruled.word, "rule_sentence": ruled.sentence, "score": ruled.score} if ruled else {}),
    }  # fmt: skip


def _number(text: str) -> float | None:
    if not text:
        return None
    try:
        return numbers.read_number(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except InputError as error:
        raise InputError(f"{error} A percentage carries its sign.") from error


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:,.4g}" if isinstance(value, float) else str(value)
